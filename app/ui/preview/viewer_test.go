package preview

import (
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/app/ui/uitest"
)

// cache is shared by the tests: the sandbox is compiled once, into one half of a second each that they save.
var cache string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "preview")
	if err != nil {
		panic(err)
	}
	cache = filepath.Join(dir, "cache")
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func newViewer(t *testing.T) *Viewer {
	t.Helper()
	v := New(cache)
	t.Cleanup(func() { v.Unload(context.Background()) })
	return v
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// square is a page with a red square in its lower left quarter, which PDF calls the beginning.
func square(width, height float64) uitest.Sheet {
	return uitest.Sheet{Width: width, Height: height, Draws: "1 0 0 rg 0 0 100 100 re f"}
}

func TestPagesAreDrawnAsTheyAre(t *testing.T) {
	v := newViewer(t)
	path := write(t, "a.pdf", uitest.PDF("", []uitest.Sheet{square(200, 200), square(400, 200)}))
	d, err := v.Open(t.Context(), path, PDF)
	if err != nil {
		t.Fatal(err)
	}
	if d.Pages != 2 || d.First != (Size{Width: 7056, Height: 7056}) {
		t.Fatalf("%+v", d)
	}
	img, err := v.Page(t.Context(), d, 1, image.Pt(80, 80))
	if err != nil {
		t.Fatal(err)
	}
	red, white := color.RGBA{0xff, 0, 0, 0xff}, color.RGBA{0xff, 0xff, 0xff, 0xff}
	if img.Rect.Size() != image.Pt(80, 40) || img.RGBAAt(5, 35) != red || img.RGBAAt(5, 5) != white || img.RGBAAt(60, 35) != white {
		t.Errorf("page of %v: %v %v %v", img.Rect.Size(), img.RGBAAt(5, 35), img.RGBAAt(5, 5), img.RGBAAt(60, 35))
	}
	v.Unload(t.Context())
	if _, err := v.Page(t.Context(), d, 0, image.Pt(10, 10)); err != nil {
		t.Errorf("after Unload: %v", err)
	}
}

// A document with a transparent page: what PDFium draws has straight alpha then.
func TestTransparencyLiesOnWhitePaper(t *testing.T) {
	v := newViewer(t)
	path := write(t, "a.pdf", uitest.PDF("/ExtGState << /G << /ca 0.5 >> >>", []uitest.Sheet{{Width: 100, Height: 100, Draws: "/G gs 1 0 0 rg 0 0 50 100 re f"}}))
	d, err := v.Open(t.Context(), path, PDF)
	if err != nil {
		t.Fatal(err)
	}
	img, err := v.Page(t.Context(), d, 0, image.Pt(20, 20))
	if err != nil {
		t.Fatal(err)
	}
	if c := img.RGBAAt(5, 10); c.R != 0xff || c.G < 0x7e || c.G > 0x81 || c.A != 0xff {
		t.Errorf("half a red is %v", c)
	}
	if c := img.RGBAAt(15, 10); c != (color.RGBA{0xff, 0xff, 0xff, 0xff}) {
		t.Errorf("beside it the paper is %v", c)
	}
}

// endless is a page that draws ten thousand million squares: a hundred thousand times a form of as many.
func endless() []byte {
	form := uitest.Stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", strings.Repeat("0 0 1 1 re f ", 100_000))
	return uitest.PDF("/XObject << /X 5 0 R >>", []uitest.Sheet{{Width: 99, Height: 99, Draws: strings.Repeat("/X Do ", 100_000)}}, form)
}

// T43: documents that are damaged, made to hang or to fill the memory are refused in words, in time, and the next document is
// shown as if nothing had been.
func TestT43DocumentsThatMakeTrouble(t *testing.T) {
	v := newViewer(t)
	good := uitest.Offer(2)
	for _, c := range []struct {
		rule string
		data []byte
		want error
		page bool // it is the page that makes the trouble
	}{
		{rule: "no PDF at all", data: []byte("%PDF-1.7\nnothing"), want: ErrDamaged},
		{rule: "cut off in the middle", data: good[:len(good)/2], want: ErrDamaged},
		{rule: "no page", data: uitest.PDF("", nil), want: ErrDamaged},
		{rule: "a million pages", data: []byte(strings.Replace(string(uitest.PDF("", []uitest.Sheet{square(9, 9)})), "/Count 1 ", "/Count 1000000 ", 1)), want: ErrTooLarge},
		{rule: "a page of nothing", data: uitest.PDF("", []uitest.Sheet{square(0.001, 100)}), want: ErrDamaged},
		{rule: "a password", data: []byte(strings.Replace(string(good), "/Root 1 0 R", "/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P 0 /O <"+strings.Repeat("ab", 32)+"> /U <"+strings.Repeat("cd", 32)+"> >> /Root 1 0 R", 1)), want: ErrLocked},
		{rule: "drawing without an end", page: true, want: ErrTooSlow, data: endless()},
	} {
		t.Run(c.rule, func(t *testing.T) {
			v.patience = patience
			if c.want == ErrTooSlow {
				v.patience = 300 * time.Millisecond
			}
			d, err := v.Open(t.Context(), write(t, "bad.pdf", c.data), PDF)
			if c.page && err == nil {
				begun := time.Now()
				_, err = v.Page(t.Context(), d, 0, image.Pt(100, 100))
				if took := time.Since(begun); took > 5*time.Second {
					t.Errorf("it took %v to give up", took)
				}
			}
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
	v.patience = patience
	d, err := v.Open(t.Context(), write(t, "good.pdf", good), PDF)
	if err == nil {
		_, err = v.Page(t.Context(), d, 1, image.Pt(100, 100))
	}
	if err != nil || d.Pages != 2 {
		t.Errorf("the next document: %+v, %v", d, err)
	}
}

// Who closes the dialog or the window does not wait for a page that goes on and on.
func TestNobodyWaitsForAPage(t *testing.T) {
	v := newViewer(t)
	path := write(t, "slow.pdf", endless())
	d, err := v.Open(t.Context(), path, PDF)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if _, err := v.Page(ctx, d, 0, image.Pt(100, 100)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it ended with %v", err)
	}
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("it went on for %v", took)
	}
	if _, err := v.Page(ctx, d, 0, image.Pt(100, 100)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("one that nobody waited for from the start: %v", err)
	}
}

func TestADamagedCacheIsMadeAnew(t *testing.T) {
	v := New(filepath.Join(t.TempDir(), "cache"))
	os.CopyFS(v.cache, os.DirFS(cache))
	files, err := filepath.Glob(filepath.Join(v.cache, "*", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("nothing is kept: %q, %v", files, err)
	}
	for _, f := range files {
		if err := os.Truncate(f, 1000); err != nil {
			t.Fatal(err)
		}
	}
	defer v.Unload(t.Context())
	if _, err := v.Open(t.Context(), write(t, "a.pdf", uitest.Offer(1)), PDF); err != nil {
		t.Error(err)
	}
}

func TestT43Pictures(t *testing.T) {
	v := newViewer(t)
	img := image.NewNRGBA(image.Rect(0, 0, 300, 200))
	for y := range 200 {
		for x := range 300 {
			img.SetNRGBA(x, y, color.NRGBA{uint8(x), uint8(y), 0x80, 0xff})
		}
	}
	dir := t.TempDir()
	for _, format := range []string{JPEG, PNG} {
		path := filepath.Join(dir, "picture")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if format == PNG {
			err = png.Encode(f, img)
		} else {
			err = jpeg.Encode(f, img, nil)
		}
		f.Close()
		d, openErr := v.Open(t.Context(), path, format)
		if err != nil || openErr != nil || d.Pages != 1 || d.First != (Size{300, 200, true}) {
			t.Fatalf("%s: %+v, %v, %v", format, d, err, openErr)
		}
		v.picture = nil
		small, err := v.Page(t.Context(), d, 0, image.Pt(90, 90))
		if err != nil || small.Rect.Size() != image.Pt(90, 60) {
			t.Errorf("%s: %v, %v", format, small, err)
		} else if c := small.RGBAAt(60, 30); c.R < 190 || c.R > 210 || c.G < 90 || c.G > 110 {
			t.Errorf("%s: in the middle it is %v", format, c)
		}
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		cut, err := v.Open(t.Context(), write(t, "cut", whole[:len(whole)/2]), format)
		if err == nil {
			_, err = v.Page(t.Context(), cut, 0, image.Pt(90, 90))
		}
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s, cut off: %v", format, err)
		}
	}
	// A head that promises 50,000 by 50,000 pixels, 10 GB, and has none of them.
	bomb := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xc3\x50\x00\x00\xc3\x50\x08\x06\x00\x00\x00\xd5\x84\x94\x1d"
	if _, err := v.Open(t.Context(), write(t, "bomb.png", []byte(bomb)), PNG); !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrDamaged) {
		t.Errorf("a bomb: %v", err)
	}
}

func TestWhatIsNoDocument(t *testing.T) {
	v := newViewer(t)
	for rule, path := range map[string]string{"nothing": filepath.Join(t.TempDir(), "none"), "a folder": t.TempDir(), "a device": os.DevNull, "an empty file": write(t, "e", nil)} {
		var failed *os.PathError
		if _, err := v.Open(t.Context(), path, PDF); !errors.As(err, &failed) {
			t.Errorf("%s: %v", rule, err)
		}
	}
	if _, err := v.Open(t.Context(), write(t, "a", []byte("text")), "text/plain"); !errors.Is(err, ErrFormat) {
		t.Errorf("another kind: %v", err)
	}
}
