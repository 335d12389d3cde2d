package look

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"

	"fyne.io/fyne/v2"
)

// traySize is the icon's with a sign on it, in pixels: more than any desktop shows beside its clock.
const traySize = 64

// Signed returns a PNG with a sign in its lower right corner: that something moves, two arrows on a disc; or that something is
// wrong, an exclamation mark in a triangle. The forms tell them apart where the colours don't. What is no PNG stays as it is.
func Signed(icon fyne.Resource, wrong bool) []byte {
	from, err := png.Decode(bytes.NewReader(icon.Content()))
	if err != nil {
		return icon.Content()
	}
	to := image.NewNRGBA(image.Rect(0, 0, traySize, traySize))
	b := from.Bounds()
	for y := range traySize {
		for x := range traySize {
			to.Set(x, y, mean(from, image.Rect(b.Min.X+x*b.Dx()/traySize, b.Min.Y+y*b.Dy()/traySize, b.Min.X+(x+1)*b.Dx()/traySize, b.Min.Y+(y+1)*b.Dy()/traySize)))
			if ink, ok := sign(float64(x)-43, float64(y)-43, wrong); ok {
				to.SetNRGBA(x, y, ink)
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, to); err != nil {
		return icon.Content()
	}
	return out.Bytes()
}

// mean is the colour of a part of a picture.
func mean(from image.Image, part image.Rectangle) color.Color {
	var r, g, b, a, n uint64
	for y := part.Min.Y; y < max(part.Max.Y, part.Min.Y+1); y++ {
		for x := part.Min.X; x < max(part.Max.X, part.Min.X+1); x++ {
			pr, pg, pb, pa := from.At(x, y).RGBA()
			r, g, b, a, n = r+uint64(pr), g+uint64(pg), b+uint64(pb), a+uint64(pa), n+1
		}
	}
	return color.RGBA64{uint16(r / n), uint16(g / n), uint16(b / n), uint16(a / n)} // #nosec G115 -- means of 16 bits
}

// sign returns the colour of a point of a sign, from its middle, and whether the sign is there. A white edge sets it off.
func sign(x, y float64, wrong bool) (color.NRGBA, bool) {
	white, warn, move := color.NRGBA{0xff, 0xff, 0xff, 0xff}, color.NRGBA{0xc4, 0x62, 0x00, 0xff}, color.NRGBA{0x33, 0x53, 0xcf, 0xff}
	if !wrong {
		switch r := math.Hypot(x, y); {
		case r > 20:
			return color.NRGBA{}, false
		case r > 17 || arrow(x+6, -y) || arrow(x-6, y):
			return white, true
		}
		return move, true
	}
	// How far inside the triangle, whose edges are 19 from its middle below and at the sides.
	in := min(17-y, (y+19)*0.447-math.Abs(x)*0.894)
	switch {
	case in < 0:
		return color.NRGBA{}, false
	case in < 2.5 || math.Abs(x) < 2 && (y > -6 && y < 6 || y > 8.5 && y < 12.5):
		return white, true
	}
	return warn, true
}

// arrow tells whether a point is on an arrow downwards.
func arrow(x, y float64) bool {
	return math.Abs(x) < 1.7 && y > -9 && y < 6 || y > 2 && y < 9 && math.Abs(x) < (9-y)*0.75
}
