package preview

import (
	"context"
	"fmt"
	"image"
	"image/color"

	"golang.org/x/image/draw"
)

// Sheet draws one side of paper (from 0) as it comes out of the printer, as large as fits into a box of pixels. The
// picture may be given to others, too, and is not to be changed.
func (v *Viewer) Sheet(ctx context.Context, d *Document, s Setup, n int, box image.Point) (*image.RGBA, error) {
	if n < 0 || n >= s.Faces(d.Pages) || box.X < 1 || box.Y < 1 || box.X > maxPixels/box.Y {
		return nil, fmt.Errorf("draw side %d of %d in %v: no such side, or no such box", n, s.Faces(d.Pages), box)
	}
	key := sheetKey{d, box, n, fmt.Sprintf("%+v", s)}
	if img := v.kept.get(key); img != nil {
		return img, nil
	}
	img, err := v.drawSheet(ctx, d, s, s.Face(d.Pages, n), box)
	if err == nil {
		v.kept.put(key, img)
	}
	return img, err
}

func (v *Viewer) drawSheet(ctx context.Context, d *Document, s Setup, face Face, box image.Point) (*image.RGBA, error) {
	sizes := make([]Size, len(face.Pages))
	for i, p := range face.Pages {
		var err error
		if sizes[i], err = v.Size(ctx, d, p); err != nil {
			return nil, err
		}
	}
	l := s.Layout(sizes)
	sheet := canvasFor(l, box)
	for i, p := range face.Pages {
		if err := v.drawOn(ctx, sheet, d, p, l.Pages[i]); err != nil {
			return nil, err
		}
	}
	if s.Gray {
		gray(sheet.img)
	}
	beside, above := s.bound(l)
	sheet.stitch(beside, above, face.Back)
	return sheet.img, nil
}

// sheet is a side of paper that is being drawn.
type sheet struct {
	img       *image.RGBA
	scale     float64 // pixels for a hundredth of a millimetre
	printable image.Rectangle
}

func canvasFor(l Layout, box image.Point) *sheet {
	size := within(Size{Width: l.Paper.X, Height: l.Paper.Y}, box)
	s := &sheet{img: image.NewRGBA(image.Rectangle{Max: size}), scale: float64(size.X) / float64(l.Paper.X)}
	draw.Draw(s.img, s.img.Rect, image.White, image.Point{}, draw.Src)
	s.printable = s.pixels(l.Printable)
	return s
}

func (s *sheet) pixels(r image.Rectangle) image.Rectangle {
	at := func(n int) int { return int(float64(n)*s.scale + 0.5) }
	return image.Rect(at(r.Min.X), at(r.Min.Y), at(r.Max.X), at(r.Max.Y))
}

// drawOn draws a page of a document at a place on the paper. One that is far larger than the paper is drawn coarsely.
func (v *Viewer) drawOn(ctx context.Context, s *sheet, d *Document, page int, place image.Rectangle) error {
	at := s.pixels(place)
	if at.Empty() {
		return nil
	}
	box := at.Size()
	for box.X > maxPixels/box.Y {
		box = image.Pt(max(box.X/2, 1), max(box.Y/2, 1))
	}
	img, err := v.Page(ctx, d, page, box)
	if err != nil {
		return err
	}
	paper := s.img.SubImage(s.printable).(*image.RGBA)
	if img.Rect.Size() == at.Size() {
		draw.Draw(paper, at, img, image.Point{}, draw.Src)
	} else {
		draw.BiLinear.Scale(paper, at, img, img.Rect, draw.Src, nil)
	}
	return nil
}

// gray takes the colour out of a picture, as a printer does that prints black and white.
func gray(img *image.RGBA) {
	for i := 0; i+3 < len(img.Pix); i += 4 {
		p := img.Pix[i : i+3 : i+3]
		y := color.GrayModel.Convert(color.RGBA{p[0], p[1], p[2], 0xff}).(color.Gray).Y
		p[0], p[1], p[2] = y, y, y
	}
}

// seam is the colour of the dots where sheets are bound, and how far apart they are.
var seam = color.RGBA{0x9a, 0xa4, 0xb4, 0xff}

const seamStep = 7

// stitch marks the edge at which sheets that are printed on both sides are bound.
func (s *sheet) stitch(beside, above, back bool) {
	size := s.img.Rect.Size()
	x, y := 3, 3
	if back {
		x, y = size.X-5, size.Y-5
	}
	dot := func(x, y int) {
		draw.Draw(s.img, image.Rect(x, y, x+2, y+2), image.NewUniform(seam), image.Point{}, draw.Src)
	}
	for at := seamStep; beside && at < size.Y-seamStep; at += seamStep {
		dot(x, at)
	}
	for at := seamStep; above && at < size.X-seamStep; at += seamStep {
		dot(at, y)
	}
}
