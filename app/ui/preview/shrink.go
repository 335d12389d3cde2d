package preview

import (
	"image"

	"golang.org/x/image/draw"
)

// shrink draws a picture on white in a box of pixels that is no larger: each pixel is the mean of those it stands for. It goes
// through the picture row by row, where package draw would have a second one in memory, eight times as large.
func shrink(img image.Image, box image.Point) *image.RGBA {
	out := image.NewRGBA(image.Rectangle{Max: box})
	from := img.Bounds()
	row := image.NewRGBA(image.Rect(0, 0, from.Dx(), 1))
	across := parts(from.Dx(), box.X)
	sum, line := make([]float32, 4*box.X), make([]float32, 4*box.X)
	down := float32(box.Y) / float32(from.Dy()) // of a row of out, how much a row of the picture makes
	y, full := 0, float32(0)
	o, ok := img.(interface{ Opaque() bool })
	opaque := ok && o.Opaque()
	for n := range from.Dy() {
		at := image.Pt(from.Min.X, from.Min.Y+n)
		if opaque {
			draw.Draw(row, row.Rect, img, at, draw.Src)
		} else {
			draw.Draw(row, row.Rect, image.White, image.Point{}, draw.Src)
			draw.Draw(row, row.Rect, img, at, draw.Over)
		}
		sumRow(line, row.Pix, across)
		for rest := down; rest > 0 && y < box.Y; {
			part := min(rest, 1-full)
			for i, v := range line {
				sum[i] += v * part
			}
			rest -= part
			if full += part; full < 1-tiny && n < from.Dy()-1 {
				break
			}
			put(out.Pix[out.PixOffset(0, y):], sum, full)
			clear(sum)
			y, full = y+1, 0
			if rest < tiny {
				break
			}
		}
	}
	return out
}

// tiny is what is left by rounding.
const tiny = 1e-4

// part says how much of a pixel goes to which pixel of the small picture; the rest of it goes to the next.
type part struct {
	to    int
	first float32 // of the whole
	both  float32 // first and what goes to the next together
}

func parts(from, to int) []part {
	all := make([]part, from)
	each := float64(to) / float64(from)
	for x := range all {
		at := float64(x) * each
		n := min(int(at), to-1)
		first := min(each, float64(n+1)-at)
		if n == to-1 {
			first = each
		}
		all[x] = part{n, float32(first), float32(each)}
	}
	return all
}

// sumRow adds the pixels of a row up.
func sumRow(line []float32, pix []uint8, across []part) {
	clear(line)
	for x, p := range across {
		c, to := pix[4*x:4*x+4:4*x+4], line[4*p.to:]
		r, g, b := float32(c[0]), float32(c[1]), float32(c[2])
		to[0] += r * p.first
		to[1] += g * p.first
		to[2] += b * p.first
		if rest := p.both - p.first; rest > tiny {
			to[4] += r * rest
			to[5] += g * rest
			to[6] += b * rest
		}
	}
}

// put writes a row whose sums are of so much of it.
func put(pix []uint8, sum []float32, full float32) {
	for i := 0; i < len(sum); i += 4 {
		for c := range 3 {
			pix[i+c] = uint8(min(sum[i+c]/full+.5, 255))
		}
		pix[i+3] = 255
	}
}
