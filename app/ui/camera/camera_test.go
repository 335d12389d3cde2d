package camera

import (
	"image"
	"image/color"
	"testing"

	"lanyard/app/qr"
	"lanyard/app/qr/scan"
)

// frame is what a camera that looks at a QR code gives: the code in the middle of a grey wall, in lines with some bytes too many.
func frame(t *testing.T, text string, width, height, stride int) []byte {
	t.Helper()
	code, err := qr.Image(text, height*3/4)
	if err != nil {
		t.Fatal(err)
	}
	at := image.Pt((width-code.Bounds().Dx())/2, (height-code.Bounds().Dy())/2)
	data := make([]byte, stride*height)
	for y := range height {
		for x := range width {
			light := uint8(140)
			if p := image.Pt(x, y).Sub(at); p.In(code.Bounds()) {
				light = color.GrayModel.Convert(code.At(p.X, p.Y)).(color.Gray).Y
			}
			data[y*stride+2*x], data[y*stride+2*x+1] = light/2+40, 128
		}
	}
	return data
}

func TestACodeBeforeTheCamera(t *testing.T) {
	const said = "lanyard:join?code=123456&at=192.168.1.20:4720"
	for _, stride := range []int{1280, 1344} {
		img, err := yuyv(frame(t, said, 640, 480, stride), 640, 480, stride)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := scan.Find(img); got != said {
			t.Errorf("in lines of %d bytes: %q, %v", stride, got, err)
		}
	}
}

func TestDamagedFrames(t *testing.T) {
	whole := make([]byte, 64*48*2)
	for _, c := range []struct {
		rule                  string
		data                  []byte
		width, height, stride int
	}{
		{"cut off", whole[:len(whole)-1], 64, 48, 128}, {"empty", nil, 64, 48, 128}, {"lines too short", whole, 64, 48, 127},
		{"half points", whole, 63, 48, 128}, {"no size", whole, 0, 0, 0}, {"less than none", whole, -64, -48, -128},
	} {
		if img, err := yuyv(c.data, c.width, c.height, c.stride); err == nil {
			t.Errorf("%s: %v", c.rule, img.Bounds())
		}
	}
	if _, err := yuyv(whole, 64, 48, 128); err != nil {
		t.Errorf("whole: %v", err)
	}
}
