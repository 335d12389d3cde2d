// Package scan finds a QR code (ISO/IEC 18004) in a picture and reads its text, of a photo or of what a camera sees. It takes no
// pictures, and does not say what the text means: whoever showed the code may have written anything into it.
package scan

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // what people paste and drop
	_ "image/jpeg" // what phones make
	_ "image/png"  // what desktops make
	"io"

	_ "golang.org/x/image/bmp"  // what Windows makes
	_ "golang.org/x/image/webp" // what browsers make

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"lanyard/app/picturecost"
)

// Limits of a picture from outside: photos of today's phones are within, and to take one apart needs at most 400 MB.
const (
	maxFile    = 40 << 20 // bytes
	maxPixels  = 50 << 20
	maxSide    = 20_000
	maxDecoded = 400 << 20 // bytes
)

// The sizes at which a code is looked for, as the longest side of the picture in pixels. In a photo the modules of a code are so
// large that the noise in them misleads; a code that takes up little of a picture needs all of it.
var sizes = []int{900, 1800, 500}

// The errors that a person can do something about.
var (
	ErrNone    = errors.New("there is no QR code in the picture")
	ErrLarge   = errors.New("the picture is too large")
	ErrPicture = errors.New("this is no picture that can be read")
)

// Read reads the text of the code in a picture: JPEG, PNG, GIF, WebP or BMP, of at most 40 MB and 50 megapixels. It takes up to a
// few seconds.
func Read(r io.Reader) (string, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("read the picture: %w", err)
	case len(data) > maxFile:
		return "", ErrLarge
	}
	img, err := decode(data)
	if err != nil {
		return "", err
	}
	return Find(img)
}

// decode takes a picture apart, if its head says that it is of a size to try. No decoder is trusted not to panic.
func decode(data []byte) (img image.Image, err error) {
	defer func() {
		if recover() != nil {
			img, err = nil, ErrPicture
		}
	}()
	head, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || head.Width <= 0 || head.Height <= 0 {
		return nil, ErrPicture
	}
	if head.Width > maxSide || head.Height > maxSide || head.Width*head.Height > min(maxPixels, maxDecoded/picturecost.Each(head, format, bytes.NewReader(data))) {
		return nil, ErrLarge
	}
	if img, _, err = image.Decode(bytes.NewReader(data)); err != nil {
		return nil, ErrPicture
	}
	return img, nil
}

// Find reads the text of the code in a picture that was taken apart.
func Find(img image.Image) (string, error) {
	longest := max(img.Bounds().Dx(), img.Bounds().Dy())
	if longest == 0 {
		return "", ErrNone
	}
	for i, size := range sizes {
		if size >= longest && i > 0 && sizes[0] >= longest {
			continue // it was looked at as it is
		}
		if text, ok := find(shrink(img, size)); ok {
			return text, nil
		}
	}
	return "", ErrNone
}

// find looks for a code. The library is kept from taking the program down with it.
func find(g *image.Gray) (text string, ok bool) {
	defer func() {
		if recover() != nil {
			text, ok = "", false
		}
	}()
	size := g.Bounds().Size()
	source, err := gozxing.NewPlanarYUVLuminanceSource(g.Pix, size.X, size.Y, 0, 0, size.X, size.Y, false)
	if err != nil {
		return "", false
	}
	for _, source := range []gozxing.LuminanceSource{source, source.Invert()} { // also light on dark
		bits, err := gozxing.NewBinaryBitmap(gozxing.NewHybridBinarizer(source))
		if err != nil {
			return "", false
		}
		hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
		if found, err := qrcode.NewQRCodeReader().Decode(bits, hints); err == nil {
			return found.GetText(), true
		}
	}
	return "", false
}

// samples is how many points of a picture, in both directions, are looked at for one of the smaller.
const samples = 4

// shrink makes a picture grey, and smaller until its longest side has size pixels. What lets through is on white.
func shrink(img image.Image, size int) *image.Gray {
	b := img.Bounds()
	scale := max(float64(max(b.Dx(), b.Dy()))/float64(size), 1)
	w, h := max(int(float64(b.Dx())/scale), 1), max(int(float64(b.Dy())/scale), 1)
	n := min(samples, int(scale+0.999))
	light, out := lightOf(img), image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sum := 0
			for i := range n * n {
				dx, dy := (float64(i%n)+0.5)/float64(n), (float64(i/n)+0.5)/float64(n)
				sum += light(min(b.Min.X+int((float64(x)+dx)*scale), b.Max.X-1), min(b.Min.Y+int((float64(y)+dy)*scale), b.Max.Y-1))
			}
			out.Pix[y*out.Stride+x] = uint8(sum / (n * n)) // #nosec G115 -- a mean of bytes
		}
	}
	return out
}

// lightOf returns how light the points of a picture are, from 0 to 255.
func lightOf(img image.Image) func(x, y int) int {
	switch img := img.(type) {
	case *image.YCbCr:
		return func(x, y int) int { return int(img.Y[img.YOffset(x, y)]) }
	case *image.Gray:
		return func(x, y int) int { return int(img.Pix[img.PixOffset(x, y)]) }
	}
	return func(x, y int) int {
		r, g, b, a := img.At(x, y).RGBA() // 16 bits each, multiplied by a
		return int((299*r+587*g+114*b)/1000+(0xffff-a)) >> 8
	}
}
