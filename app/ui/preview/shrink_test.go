package preview

import (
	"image"
	"image/color"
	"image/draw"
	"testing"
)

// A picture keeps its brightness and its edges where they are, however much smaller it becomes.
func TestShrink(t *testing.T) {
	for _, from := range []image.Point{{640, 480}, {641, 479}, {100, 37}, {1, 1}, {7, 900}} {
		img := image.NewRGBA(image.Rectangle{Max: from})
		draw.Draw(img, img.Rect, image.NewUniform(color.RGBA{100, 150, 200, 255}), image.Point{}, draw.Src)
		half := image.Rect(0, 0, from.X/2, from.Y)
		draw.Draw(img, half, image.Black, image.Point{}, draw.Src)
		for _, box := range []image.Point{from, {max(from.X/3, 1), max(from.Y/3, 1)}, {max(from.X*10/15, 1), max(from.Y*10/15, 1)}, {1, 1}} {
			small := shrink(img, box)
			if small.Rect.Size() != box {
				t.Fatalf("%v to %v is %v", from, box, small.Rect)
			}
			for y := range box.Y {
				if c := small.RGBAAt(box.X-1, y); box.X > 2 && c != (color.RGBA{100, 150, 200, 255}) {
					t.Fatalf("%v to %v: at the right, line %d, it is %v", from, box, y, c)
				}
				if c := small.RGBAAt(0, y); box.X > 2 && c != (color.RGBA{0, 0, 0, 255}) {
					t.Fatalf("%v to %v: at the left, line %d, it is %v", from, box, y, c)
				}
			}
			if box == from && string(small.Pix) != string(img.Pix) {
				t.Errorf("%v is not the same any more", from)
			}
		}
	}
	glass := image.NewNRGBA(image.Rect(0, 0, 40, 40))
	if c := shrink(glass, image.Pt(7, 7)).RGBAAt(3, 3); c != (color.RGBA{255, 255, 255, 255}) {
		t.Errorf("what can be seen through lies on white: %v", c)
	}
}

func BenchmarkShrink(b *testing.B) {
	img := image.NewYCbCr(image.Rect(0, 0, 6000, 4000), image.YCbCrSubsampleRatio420)
	b.ReportAllocs()
	for b.Loop() {
		shrink(img, image.Pt(1024, 683))
	}
}
