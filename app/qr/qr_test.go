package qr

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// link is as long as they get: an IPv6 address, a port, and a token.
const link = "https://[2001:db8:85a3:8d3:1319:8a2e:370:7348]:47200/g/AbCdEfGhIjKlMnOpQrStUw"

// lacking skips a test loudly for want of something, and fails it where CI promises to have all.
func lacking(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("this test needs %s", what)
	}
	t.Skipf("SKIPPED: this test needs %s", what)
}

// read has a reader that is not ours say what a code says.
func read(t *testing.T, picture []byte) string {
	t.Helper()
	if _, err := exec.LookPath("zbarimg"); err != nil {
		lacking(t, "zbarimg")
	}
	name := filepath.Join(t.TempDir(), "qr.png")
	if err := os.WriteFile(name, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", name).Output()
	if err != nil {
		t.Fatalf("zbarimg: %v", err)
	}
	return strings.TrimSpace(string(out))
}

func TestACameraReadsTheImage(t *testing.T) {
	for _, size := range []int{120, 240, 333} {
		picture, err := PNG(link, size)
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, picture); got != link {
			t.Errorf("%d pixels: read %q", size, got)
		}
		img, err := png.Decode(bytes.NewReader(picture))
		if err != nil {
			t.Fatal(err)
		}
		if b := img.Bounds(); b.Dx() > size || b.Dx() != b.Dy() || b.Dx() < size/2 {
			t.Errorf("asked for %d pixels: got %v", size, b)
		}
	}
}

// TestACameraReadsTheTerminal draws the characters as a terminal would, and reads that.
func TestACameraReadsTheTerminal(t *testing.T) {
	for _, colour := range []bool{true, false} {
		text, err := Text(link, colour)
		if err != nil {
			t.Fatal(err)
		}
		text = strings.NewReplacer("\x1b[40;97m", "", "\x1b[0m", "").Replace(text)
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		const cell = 6
		wide := len([]rune(lines[0]))
		img := image.NewGray(image.Rect(0, 0, wide*cell, len(lines)*2*cell))
		for y, line := range lines {
			for x, r := range []rune(line) {
				for half := range 2 {
					if r == '█' || r == '▀' && half == 0 || r == '▄' && half == 1 {
						square(img, x*cell, (2*y+half)*cell, cell)
					}
				}
			}
		}
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			t.Fatal(err)
		}
		if got := read(t, b.Bytes()); got != link {
			t.Errorf("colour %t: read %q", colour, got)
		}
	}
}

func square(img *image.Gray, x, y, side int) {
	for k := range side * side {
		img.SetGray(x+k%side, y+k/side, color.Gray{Y: 255})
	}
}

func TestATextThatIsTooLongIsAnError(t *testing.T) {
	if _, err := PNG(strings.Repeat("x", 5000), 100); err == nil {
		t.Error("a code of 5,000 bytes was made")
	}
	if _, err := Text(strings.Repeat("x", 5000), false); err == nil {
		t.Error("a code of 5,000 bytes was drawn")
	}
}
