package preview

import (
	"bufio"
	"image"
	"image/color"
	_ "image/jpeg" // the formats that can be drawn
	_ "image/png"
	"io"
	"os"
	"time"

	"golang.org/x/image/draw"
)

const (
	// maxDecoded bounds what a picture takes in memory: a photograph of 60 megapixels.
	maxDecoded = 200 << 20
	// keptSide is the longer side of the copy that is kept of a picture, in pixels: enough for a window as wide as a screen.
	keptSide = 2048
)

// picture is a copy of a picture, small enough to be kept.
type picture struct {
	path     string
	modified time.Time
	small    *image.RGBA
}

// bearable returns the shape of a picture, by its head alone, if it can be decoded in the memory that there is for it.
func bearable(r io.Reader) (Size, error) {
	c, _, err := image.DecodeConfig(bufio.NewReader(r))
	switch {
	case err != nil || c.Width < 1 || c.Height < 1:
		return Size{}, ErrDamaged
	case c.Width > maxDecoded/c.Height/depth(c.ColorModel):
		return Size{}, ErrTooLarge
	}
	return Size{c.Width, c.Height, true}, nil
}

// depth is how many bytes a pixel takes once it is decoded.
func depth(m color.Model) int {
	switch m {
	case color.GrayModel:
		return 1
	case color.YCbCrModel:
		return 3
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	return 4
}

// drawPicture draws a JPEG or PNG.
func (v *Viewer) drawPicture(d *Document, box image.Point) (*image.RGBA, error) {
	info, err := os.Stat(d.Path)
	if err != nil {
		return nil, err
	}
	if p := v.picture; p == nil || p.path != d.Path || !p.modified.Equal(info.ModTime()) {
		small, err := decode(d.Path)
		if err != nil {
			return nil, err
		}
		v.picture = &picture{path: d.Path, modified: info.ModTime(), small: small}
	}
	from := v.picture.small
	return scaled(from, within(shapeOf(from), box)), nil
}

func decode(path string) (*image.RGBA, error) {
	f, err := os.Open(path) // #nosec G304 -- the document that the person named
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := bearable(f); err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(bufio.NewReader(f))
	if err != nil {
		return nil, ErrDamaged
	}
	b := img.Bounds()
	most := min(keptSide, max(b.Dx(), b.Dy()))
	return scaled(img, within(shapeOf(img), image.Pt(most, most))), nil
}

func shapeOf(img image.Image) Size {
	return Size{img.Bounds().Dx(), img.Bounds().Dy(), true}
}

// scaled draws a picture on white in a box of pixels.
func scaled(img image.Image, box image.Point) *image.RGBA {
	out := image.NewRGBA(image.Rectangle{Max: box})
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	draw.BiLinear.Scale(out, out.Rect, img, img.Bounds(), draw.Over, nil)
	return out
}
