package scan

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"lanyard/app/qr"
)

const said = "lanyard:join?code=123456&at=192.168.1.20:4720"

func code(t testing.TB, side int) image.Image {
	t.Helper()
	img, err := qr.Image(said, side)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// photo is a picture that somebody took of the code: on a desk, turned, from the side, out of focus, dim and noisy.
type photo struct {
	wide, tall int
	side       float64 // of the code, in pixels
	turn, tilt float64 // degrees; how much nearer one edge is, as a share
	blur       int     // pixels
	noise      int     // of 255
	dim        float64 // of the light, from left to right
	inverted   bool
}

func (p photo) take(t testing.TB) *image.Gray {
	t.Helper()
	src := code(t, 600)
	side := float64(src.Bounds().Dx())
	r := rand.New(rand.NewPCG(1, 2))
	out := image.NewGray(image.Rect(0, 0, p.wide, p.tall))
	sin, cos := math.Sincos(p.turn * math.Pi / 180)
	for y := range p.tall {
		for x := range p.wide {
			dx, dy := float64(x-p.wide/2), float64(y-p.tall/2)
			u, v := (dx*cos+dy*sin)/p.side, (dy*cos-dx*sin)/p.side
			w := 1 + p.tilt*v
			u, v = (u/w+0.5)*side, (v/w+0.5)*side
			light := 120 + 20*math.Sin(float64(x)/31)*math.Cos(float64(y)/17) // the desk
			if u >= 0 && v >= 0 && u < side && v < side {
				light = float64(color.GrayModel.Convert(src.At(int(u), int(v))).(color.Gray).Y)
				if p.inverted {
					light = 255 - light
				}
			}
			light = 20 + light*0.85*(1-p.dim*float64(x)/float64(p.wide))
			out.SetGray(x, y, color.Gray{Y: uint8(min(max(light, 0), 255))})
		}
	}
	for range p.blur {
		out = soften(out)
	}
	for i := range out.Pix {
		if p.noise > 0 {
			out.Pix[i] = uint8(min(max(int(out.Pix[i])+r.IntN(2*p.noise)-p.noise, 0), 255))
		}
	}
	return out
}

// soften takes the mean of each point and those around it.
func soften(g *image.Gray) *image.Gray {
	out := image.NewGray(g.Bounds())
	b := g.Bounds()
	for y := range b.Dy() {
		for x := range b.Dx() {
			sum := 0
			for i := range 9 {
				sum += int(g.Pix[min(max(y+i/3-1, 0), b.Dy()-1)*g.Stride+min(max(x+i%3-1, 0), b.Dx()-1)])
			}
			out.Pix[y*out.Stride+x] = uint8(sum / 9)
		}
	}
	return out
}

func TestPhotosOfACode(t *testing.T) {
	for _, c := range []struct {
		rule string
		p    photo
	}{
		{"straight", photo{wide: 640, tall: 480, side: 300}},
		{"turned a little", photo{wide: 640, tall: 480, side: 300, turn: 17}},
		{"on its head", photo{wide: 640, tall: 480, side: 300, turn: 171}},
		{"on its corner", photo{wide: 640, tall: 480, side: 300, turn: 45}},
		{"from below", photo{wide: 640, tall: 480, side: 300, turn: 8, tilt: 0.25}},
		{"out of focus", photo{wide: 640, tall: 480, side: 320, blur: 3}},
		{"in bad light", photo{wide: 640, tall: 480, side: 300, turn: 5, noise: 45, dim: 0.6}},
		{"a phone's photo", photo{wide: 3000, tall: 2250, side: 900, turn: 12, tilt: 0.1, blur: 2, noise: 25}},
		{"small in a large photo", photo{wide: 3000, tall: 2250, side: 300, turn: 95}},
		{"light on dark", photo{wide: 640, tall: 480, side: 300, turn: 3, inverted: true}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			t.Parallel()
			if got, err := Find(c.p.take(t)); got != said {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

func TestFilesOfPictures(t *testing.T) {
	img := image.Image(photo{wide: 640, tall: 480, side: 300, turn: 17}.take(t))
	clear := image.NewNRGBA(image.Rect(0, 0, 300, 300)) // as a program may save it: with nothing where it is light
	draw.DrawMask(clear, clear.Bounds(), image.Black, image.Point{}, onlyDark{code(t, 300)}, image.Point{}, draw.Src)
	for _, c := range []struct {
		rule  string
		write func(io.Writer) error
	}{
		{"PNG", func(w io.Writer) error { return png.Encode(w, img) }},
		{"JPEG", func(w io.Writer) error { return jpeg.Encode(w, img, &jpeg.Options{Quality: 40}) }},
		{"GIF", func(w io.Writer) error { return gif.Encode(w, img, nil) }},
		{"PNG that lets through", func(w io.Writer) error { return png.Encode(w, clear) }},
	} {
		var b bytes.Buffer
		if err := c.write(&b); err != nil {
			t.Fatal(err)
		}
		if got, err := Read(&b); got != said {
			t.Errorf("%s: %q, %v", c.rule, got, err)
		}
	}
}

// onlyDark is a picture as a mask of what is dark in it.
type onlyDark struct{ image.Image }

func (o onlyDark) ColorModel() color.Model { return color.AlphaModel }
func (o onlyDark) At(x, y int) color.Color {
	if r, _, _, _ := o.Image.At(x, y).RGBA(); r < 0x8000 {
		return color.Opaque
	}
	return color.Transparent
}

func TestHostilePictures(t *testing.T) {
	var wide bytes.Buffer
	if err := png.Encode(&wide, image.NewGray(image.Rect(0, 0, 64, 1))); err != nil {
		t.Fatal(err)
	}
	huge := bytes.Clone(wide.Bytes())
	copy(huge[16:24], []byte{0, 1, 0, 0, 0, 1, 0, 0}) // 65,536 by 65,536
	for _, c := range []struct {
		rule string
		data io.Reader
		want error
	}{
		{"nothing", bytes.NewReader(nil), ErrPicture},
		{"a text", bytes.NewReader([]byte("lanyard:join?code=123456")), ErrPicture},
		{"half a picture", bytes.NewReader(wide.Bytes()[:wide.Len()/2]), ErrPicture},
		{"a bomb", bytes.NewReader(withChecksum(huge)), ErrLarge},
		{"an endless file", io.LimitReader(zeros{}, 1<<40), ErrLarge},
		{"a picture of something else", bytes.NewReader(wide.Bytes()), ErrNone},
	} {
		if got, err := Read(c.data); got != "" || !errors.Is(err, c.want) {
			t.Errorf("%s: %q, %v; want %v", c.rule, got, err, c.want)
		}
	}
	for _, img := range []image.Image{image.NewGray(image.Rectangle{}), image.NewGray(image.Rect(0, 0, 1, 1)), image.NewRGBA(image.Rect(-5, -5, 3, 2))} {
		if got, err := Find(img); got != "" || err == nil {
			t.Errorf("%v: %q", img.Bounds(), got)
		}
	}
}

// withChecksum makes the head of a PNG right again after a change.
func withChecksum(data []byte) []byte {
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// FuzzRead: no bytes take the program down.
func FuzzRead(f *testing.F) {
	var b bytes.Buffer
	if err := png.Encode(&b, code(f, 80)); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		if text, err := Read(bytes.NewReader(data)); text != "" && err != nil {
			t.Errorf("both %q and %v", text, err)
		}
	})
}
