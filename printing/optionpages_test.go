package printing_test

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The pages of the documents here are read back from whatever a printer was sent, however it was scaled, turned, put
// together or turned to grey: each has a square of a grey of its own near three of its corners, and a red one near the
// fourth.
const (
	markedPages = 5
	// Greys that are told apart also after a conversion of colours and a JPEG, and from what becomes of the red.
	firstGrey, greyStep = 100, 10
	markSide            = 0.16 // of the width of the page
	markDPI             = 36   // of the pictures that pages are read from
)

// markAt are the centres of the squares, in parts of the page from its top left corner. The last is red.
var markAt = [4][2]float64{{0.3, 0.3}, {0.7, 0.3}, {0.3, 0.7}, {0.7, 0.7}}

func markGrey(page, corner int) int { return firstGrey + greyStep*((page-1)*3+corner) }

// markedPDF makes a PDF of n such pages of w by h points.
func markedPDF(n, w, h int) string {
	var contents []string
	for page := range n {
		var c strings.Builder
		for corner, at := range markAt {
			paint := "0.6 0 0 rg"
			if corner < 3 {
				paint = fmt.Sprintf("%.4f g", float64(markGrey(page+1, corner))/255)
			}
			side := markSide * float64(w)
			fmt.Fprintf(&c, "%s %.2f %.2f %.2f %.2f re f\n", paint, at[0]*float64(w)-side/2, (1-at[1])*float64(h)-side/2, side, side)
		}
		contents = append(contents, c.String())
	}
	return makePDF(w, h, contents)
}

// markedImage is one such page as a picture.
func markedImage(page, w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for corner, at := range markAt {
		ink := color.RGBA{153, 0, 0, 255}
		if corner < 3 {
			g := uint8(markGrey(page, corner))
			ink = color.RGBA{g, g, g, 255}
		}
		x, y, half := at[0]*float64(w), at[1]*float64(h), markSide*float64(w)/2
		for py := int(y - half); py < int(y+half); py++ {
			for px := int(x - half); px < int(x+half); px++ {
				img.SetRGBA(px, py, ink)
			}
		}
	}
	return img
}

// placed is a page found on a face of a sheet.
type placed struct {
	page   int
	x, y   float64 // of its centre, in parts of the face from the top left corner
	turned int     // degrees counter-clockwise
	scale  float64 // width in inches
	mirror bool
	color  bool
}

// face is one printed face, as it lies in the printer.
type face struct {
	w, h  float64 // points
	pages []placed
	ink   int  // dots that are not white
	wide  bool // it goes across most of the paper
}

// rendered turns what a printer was sent into its faces.
func rendered(t *testing.T, file string) []face {
	t.Helper()
	if b := slurp(t, file); strings.HasPrefix(b, "\xff\xd8") { // as it is
		return []face{readPicture(t, b)}
	}
	dir := t.TempDir()
	cmd := exec.Command("/usr/bin/gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=ppmraw",
		fmt.Sprintf("-r%d", markDPI), "-sOutputFile="+filepath.Join(dir, "%03d.ppm"), file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("render %s: %v: %s", file, err, out)
	}
	var faces []face
	for _, name := range files(t, dir) {
		faces = append(faces, readFace(t, filepath.Join(dir, name)))
	}
	return faces
}

// readPicture reads a picture that the printer puts on paper itself: of no size in points.
func readPicture(t *testing.T, content string) face {
	t.Helper()
	img, err := jpeg.Decode(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	var pix []byte
	for y := range h {
		for x := range w {
			r, g, b, _ := img.At(x, y).RGBA()
			pix = append(pix, byte(r>>8), byte(g>>8), byte(b>>8))
		}
	}
	return face{pages: findPages(pix, w, h)}
}

func readFace(t *testing.T, file string) face {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(bytes.NewReader(b))
	var w, h, depth int
	if _, err := fmt.Fscanf(in, "P6\n%d %d\n%d\n", &w, &h, &depth); err != nil { // gs writes a comment first
		in.Reset(bytes.NewReader(b[bytes.IndexByte(b[3:], '\n')+4:]))
		if _, err := fmt.Fscanf(in, "%d %d\n%d\n", &w, &h, &depth); err != nil {
			t.Fatalf("read %s: %v", file, err)
		}
	}
	pix := b[len(b)-3*w*h:]
	f := face{w: float64(w) * 72 / markDPI, h: float64(h) * 72 / markDPI, pages: findPages(pix, w, h)}
	left, right := w, 0
	for i := 0; i < len(pix); i += 3 {
		if pix[i] < 200 {
			f.ink++
			left, right = min(left, i/3%w), max(right, i/3%w)
		}
	}
	f.wide = right-left > w/2
	return f
}

// findPages finds the pages on a face by the centres of their squares.
func findPages(pix []byte, w, h int) []placed {
	type spot struct{ x, y, n float64 }
	var spots [markedPages * 3]spot
	at := func(x, y int) (r, g, b int) {
		i := 3 * (min(max(y, 0), h-1)*w + min(max(x, 0), w-1))
		return int(pix[i]), int(pix[i+1]), int(pix[i+2])
	}
	mark := func(x, y int) int {
		r, g, b := at(x, y)
		i := (r - firstGrey + greyStep/2) / greyStep
		off := r - firstGrey - i*greyStep
		if max(r, g, b)-min(r, g, b) > 6 || i < 0 || i >= len(spots) || off > 3 || off < -3 {
			return -1
		}
		return i
	}
	for y := 1; y < h-1; y++ {
		for x := 1; x < w-1; x++ {
			// Inside a square; edges have the greys of others.
			if i := mark(x, y); i >= 0 && mark(x-1, y) == i && mark(x+1, y) == i && mark(x, y-1) == i && mark(x, y+1) == i {
				spots[i].x, spots[i].y, spots[i].n = spots[i].x+float64(x)+0.5, spots[i].y+float64(y)+0.5, spots[i].n+1
			}
		}
	}
	var found []placed
	for page := range markedPages {
		a, b, c := spots[3*page], spots[3*page+1], spots[3*page+2]
		if a.n < 4 || b.n < 4 || c.n < 4 {
			continue
		}
		ax, ay, bx, by, cx, cy := a.x/a.n, a.y/a.n, b.x/b.n, b.y/b.n, c.x/c.n, c.y/c.n
		red, green, _ := at(int(bx+cx-ax), int(by+cy-ay))
		angle := math.Atan2(-(by-ay), bx-ax) * 180 / math.Pi
		found = append(found, placed{
			page: page + 1, x: (bx + cx) / 2 / float64(w), y: (by + cy) / 2 / float64(h),
			turned: (int(math.Round(angle/5))*5 + 360) % 360, scale: math.Hypot(bx-ax, by-ay) / (markAt[1][0] - markAt[0][0]) / markDPI,
			mirror: (bx-ax)*(cy-ay)-(by-ay)*(cx-ax) < 0, color: red-green > 60,
		})
	}
	return found
}

// String tells which pages are where as one reads them with the pages upright, rows apart by "/", and how they lie.
func (f face) String() string {
	if len(f.pages) == 0 {
		return "-"
	}
	first := f.pages[0]
	upright := func(p placed) (x, y float64) { // the face turned back
		switch first.turned {
		case 90:
			return 1 - p.y, p.x
		case 180:
			return 1 - p.x, 1 - p.y
		case 270:
			return p.y, 1 - p.x
		}
		return p.x, p.y
	}
	rows := slices.SortedFunc(slices.Values(f.pages), func(a, b placed) int {
		_, ay := upright(a)
		_, by := upright(b)
		return cmp.Compare(ay, by)
	})
	var b strings.Builder
	for len(rows) > 0 {
		_, y := upright(rows[0])
		end := slices.IndexFunc(rows, func(p placed) bool { _, py := upright(p); return py-y > 0.1 })
		if end < 0 {
			end = len(rows)
		}
		for _, p := range slices.SortedFunc(slices.Values(rows[:end]), func(a, b placed) int {
			ax, _ := upright(a)
			bx, _ := upright(b)
			return cmp.Compare(ax, bx)
		}) {
			fmt.Fprint(&b, p.page)
			if p.mirror {
				b.WriteString("mirrored")
			}
			if p.turned != first.turned {
				fmt.Fprintf(&b, "turned%d", p.turned)
			}
		}
		if rows = rows[end:]; len(rows) > 0 {
			b.WriteByte('/')
		}
	}
	return fmt.Sprintf("%s@%d", b.String(), first.turned)
}
