package preview

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // the formats that can be drawn
	_ "image/jpeg"
	_ "image/png"
	"io"
	"os"
	"time"

	_ "golang.org/x/image/bmp"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"

	"lanyard/app/picturecost"
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
func bearable(ctx context.Context, r io.ReaderAt) (Size, error) {
	c, format, err := image.DecodeConfig(&hasty{r: r, ctx: ctx})
	switch {
	case errors.Is(err, image.ErrFormat):
		return Size{}, ErrFormat
	case err != nil || c.Width < 1 || c.Height < 1:
		return Size{}, ErrDamaged
	}
	if c.Width > maxDecoded/c.Height/picturecost.Each(c, format, &hasty{r: r, ctx: ctx}) {
		return Size{}, ErrTooLarge
	}
	return Size{c.Width, c.Height, true}, nil
}

// drawPicture draws a JPEG or PNG.
func (v *Viewer) drawPicture(ctx context.Context, d *Document, box image.Point) (*image.RGBA, error) {
	info, err := os.Stat(d.Path)
	if err != nil {
		return nil, err
	}
	if p := v.picture; p == nil || p.path != d.Path || !p.modified.Equal(info.ModTime()) {
		small, err := decode(ctx, d.Path)
		if err != nil {
			return nil, err
		}
		v.picture = &picture{path: d.Path, modified: info.ModTime(), small: small}
	}
	from := v.picture.small
	return scaled(from, within(shapeOf(from), box)), nil
}

func decode(ctx context.Context, path string) (*image.RGBA, error) {
	f, err := os.Open(path) // #nosec G304 -- the document that the person named
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return decodeFrom(ctx, f, image.Pt(keptSide, keptSide))
}

// decodeFrom decodes a picture and makes it small enough for a box. It never makes it larger.
func decodeFrom(ctx context.Context, r io.ReaderAt, box image.Point) (small *image.RGBA, err error) {
	defer func() {
		if recover() != nil { // the decoders face strangers; what they trip over is no reason to end the program
			small, err = nil, ErrDamaged
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := bearable(ctx, r); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(&hasty{r: r, ctx: ctx})
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, ErrTooSlow
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, ErrDamaged
	}
	return Shrink(img, box), nil
}

// hasty gives a decoder little at a time, and nothing more once ctx has ended: a decoder knows no other limit of time, and
// a few bytes can have it go through all of a picture. It has all methods that decoders look for, so that none of them
// puts a buffer of its own in front of it.
type hasty struct {
	r   io.ReaderAt
	at  int64
	ctx context.Context // of the one picture that is decoded
}

// hastyPiece is how much is given at a time, in bytes.
const hastyPiece = 512

// Read implements io.Reader.
func (h *hasty) Read(p []byte) (int, error) {
	n, err := h.ReadAt(p[:min(len(p), hastyPiece)], h.at)
	if h.at += int64(n); n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

// ReadAt implements io.ReaderAt.
func (h *hasty) ReadAt(p []byte, at int64) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	return h.r.ReadAt(p, at)
}

// Peek is for package image.
func (h *hasty) Peek(n int) ([]byte, error) {
	head := make([]byte, n)
	n, err := h.ReadAt(head, h.at)
	return head[:n], err
}

// Picture draws a picture in memory, of any format that is known here, as large as fits into a box of pixels and the right
// way up. It never makes it larger than it is. Errors are those of Open.
func (v *Viewer) Picture(ctx context.Context, content []byte, box image.Point) (*image.RGBA, error) {
	if box.X < 1 || box.Y < 1 || box.X > maxPixels/box.Y {
		return nil, fmt.Errorf("draw a picture in %v: no such box", box)
	}
	v.decoding.Lock()
	defer v.decoding.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	turn := readEXIF(content).turn
	if turn.aside() {
		box = image.Pt(box.Y, box.X)
	}
	img, err := decodeFrom(ctx, bytes.NewReader(content), box)
	if err != nil {
		return nil, err
	}
	return turn.apply(img), nil
}

// Shrink draws a picture as large as fits into a box of pixels, and no larger than it is.
func Shrink(img image.Image, box image.Point) *image.RGBA {
	shape := shapeOf(img)
	return scaled(img, within(shape, image.Pt(min(box.X, shape.Width), min(box.Y, shape.Height))))
}

func shapeOf(img image.Image) Size {
	return Size{img.Bounds().Dx(), img.Bounds().Dy(), true}
}

// scaled draws a picture on white in a box of pixels.
func scaled(img image.Image, box image.Point) *image.RGBA {
	if size := img.Bounds().Size(); box.X <= size.X && box.Y <= size.Y {
		return shrink(img, box)
	}
	out := image.NewRGBA(image.Rectangle{Max: box})
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	draw.BiLinear.Scale(out, out.Rect, img, img.Bounds(), draw.Over, nil)
	return out
}
