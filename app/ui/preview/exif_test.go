package preview

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// corner is a picture of white with a red quarter at its upper left.
func corner(wide, tall int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, wide, tall))
	for y := range tall {
		for x := range wide {
			c := color.RGBA{255, 255, 255, 255}
			if x < wide/2 && y < tall/2 {
				c = color.RGBA{255, 0, 0, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func jpegOf(img image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// photograph is a JPEG as a camera writes it: with how it was held, and a small one inside.
func photograph(img image.Image, turned int, small []byte, order binary.ByteOrder) []byte {
	mark := "II"
	if order == binary.ByteOrder(binary.BigEndian) {
		mark = "MM"
	}
	var t bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			if err := binary.Write(&t, order, v); err != nil {
				panic(err)
			}
		}
	}
	t.WriteString(mark)
	put(uint16(42), uint32(8))
	put(uint16(1), uint16(tagOrientation), uint16(3), uint32(1), uint16(turned), uint16(0), uint32(26))
	put(uint16(2), uint16(tagSmallAt), uint16(4), uint32(1), uint32(56), uint16(tagSmallLength), uint16(4), uint32(1), uint32(len(small)), uint32(0))
	t.Write(small)
	segment := append([]byte("Exif\x00\x00"), t.Bytes()...)
	data := jpegOf(img)
	head := []byte{0xff, markStart, 0xff, markAPP1, byte((len(segment) + 2) >> 8), byte(len(segment) + 2)}
	return append(append(head, segment...), data[2:]...)
}

// where tells in which quarter of a picture the red is.
func where(img *image.RGBA) string {
	size := img.Rect.Size()
	for name, at := range map[string]image.Point{"upper left": {1, 1}, "upper right": {3, 1}, "lower left": {1, 3}, "lower right": {3, 3}} {
		c := img.RGBAAt(size.X*at.X/4, size.Y*at.Y/4)
		if c.R > 200 && c.G < 60 {
			return name
		}
	}
	return "nowhere"
}

// However the camera was held, the picture stands the right way up, and so does the small one that the camera has made.
func TestPicturesStandTheRightWayUp(t *testing.T) {
	v := newViewer(t)
	for turned, want := range []string{0: "upper left", 1: "upper left", 2: "upper right", 3: "lower right", 4: "lower left", 5: "upper left", 6: "upper right", 7: "lower right", 8: "lower left", 9: "upper left"} {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			data := photograph(corner(320, 200), turned, jpegOf(corner(160, 120)), order)
			shape := image.Pt(64, 40)
			if turned >= 5 && turned <= 8 {
				shape = image.Pt(40, 64)
			}
			img, err := v.Picture(t.Context(), data, image.Pt(64, 64))
			if err != nil || where(img) != want || img.Rect.Size() != shape {
				t.Errorf("turned %d: red %s of %v, %v; want %s of %v", turned, where(img), img.Rect, err, want, shape)
			}
			small := v.Small(t.Context(), data[:len(data)-200], image.Pt(64, 64))
			if small == nil || where(small) != want || small.Rect.Size() != shape {
				t.Errorf("the small one, turned %d: there: %v", turned, small != nil)
			}
		}
	}
}

// The small picture of a camera is cut to the shape of the large one; what is too small or no picture is none.
func TestSmallPicturesOfCameras(t *testing.T) {
	v := newViewer(t)
	wide := photograph(corner(300, 100), 1, jpegOf(corner(160, 120)), binary.LittleEndian)
	if img := v.Small(t.Context(), wide, image.Pt(256, 256)); img == nil || img.Rect.Size() != image.Pt(160, 53) {
		t.Errorf("of a wide picture: %v", img.Bounds())
	}
	for what, data := range map[string][]byte{
		"none":                   jpegOf(corner(320, 200)),
		"one of 40 pixels":       photograph(corner(320, 200), 1, jpegOf(corner(40, 30)), binary.LittleEndian),
		"one that is no picture": photograph(corner(320, 200), 1, bytes.Repeat([]byte("x"), 500), binary.LittleEndian),
		"no JPEG":                []byte("\xff\xd8"),
	} {
		if img := v.Small(t.Context(), data, image.Pt(256, 256)); img != nil {
			t.Errorf("%s: %v", what, img.Rect)
		}
	}
}

// Every format is drawn, never larger than it is, and on white where it is transparent.
func TestFormatsOfPictures(t *testing.T) {
	v := newViewer(t)
	encode := func(do func(b *bytes.Buffer) error) []byte {
		var b bytes.Buffer
		if err := do(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	img := corner(20, 10)
	for name, data := range map[string][]byte{
		"JPEG": jpegOf(img),
		"PNG":  encode(func(b *bytes.Buffer) error { return png.Encode(b, img) }),
		"GIF":  encode(func(b *bytes.Buffer) error { return gif.Encode(b, img, nil) }),
		"BMP":  encode(func(b *bytes.Buffer) error { return bmp.Encode(b, img) }),
		"TIFF": encode(func(b *bytes.Buffer) error { return tiff.Encode(b, img, &tiff.Options{Compression: tiff.Deflate}) }),
	} {
		got, err := v.Picture(t.Context(), data, image.Pt(500, 500))
		if err != nil || got.Rect.Size() != image.Pt(20, 10) || where(got) != "upper left" {
			t.Errorf("%s: %v, %v", name, got.Bounds(), err)
		}
	}
	for what, c := range map[string]struct {
		data []byte
		want error
	}{
		"no picture":    {[]byte("hello"), ErrFormat},
		"nothing":       {nil, ErrFormat},
		"half of it":    {jpegOf(corner(200, 200))[:900], ErrDamaged},
		"a huge canvas": {bytes.Replace(encode(func(b *bytes.Buffer) error { return gif.Encode(b, img, nil) }), []byte("GIF89a\x14\x00\x0a\x00"), []byte("GIF89a\xff\xff\xff\xff"), 1), ErrTooLarge},
	} {
		if _, err := v.Picture(t.Context(), c.data, image.Pt(99, 99)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		rule, head, want string
		ok               bool
	}{
		{"UTF-8", "Grüße aus Köln\n", "Grüße aus Köln\n", true},
		{"with its mark", "\xef\xbb\xbfa", "a", true},
		{"cut in the middle of a letter", "Köl\xc3", "Köl", true},
		{"UTF-16 as Windows writes it", "\xff\xfeG\x00r\x00\xfc\x00", "Grü", true},
		{"the other way round", "\xfe\xff\x00G\x00\xfc", "Gü", true},
		{"without a mark", "a\x00b\x00c\x00d\x00", "abcd", true},
		{"the other way round, without", "\x00a\x00b\x00c\x00d", "abcd", true},
		{"cut in the middle of a pair", "\xff\xfea\x00\x3d\xd8", "a", true},
		{"of Western Europe", "Gr\xfc\xdfe \x96 5 \x80", "Grüße – 5 €", true},
		{"ends of lines", "a\r\nb\rc\n", "a\nb\nc\n", true},
		{"nothing", "", "", true},
		{"a program", "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00>\x00", "", false},
		{"noise", "\x01\x02\x03\x04abc", "", false},
	} {
		got, ok := Text([]byte(c.head))
		if ok != c.ok || ok && got != c.want {
			t.Errorf("%s: %q, %v", c.rule, got, ok)
		}
	}
	if !IsCode("a.CSV") || !IsCode("x.go") || IsCode("a.txt") || IsCode("README.md") || IsCode("a.pdf") || FormatOf("A.JPG") != Picture || FormatOf("a") != None {
		t.Error("what a name says of a file is wrong")
	}
}

// FuzzPicture: whatever a file holds, what is drawn of it fits into the box, and nothing worse happens than an error.
func FuzzPicture(f *testing.F) {
	for _, seed := range [][]byte{jpegOf(corner(9, 9)), photograph(corner(32, 20), 6, jpegOf(corner(16, 12)), binary.BigEndian), []byte("GIF89a"), []byte("II*\x00\x08\x00\x00\x00"), []byte("RIFF\x00\x00\x00\x00WEBPVP8 ")} {
		f.Add(seed)
	}
	var b bytes.Buffer
	if err := errors.Join(png.Encode(&b, corner(5, 5)), tiff.Encode(&b, corner(5, 5), nil), bmp.Encode(&b, corner(5, 5))); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	v := New("")
	f.Fuzz(func(t *testing.T, data []byte) {
		if shape, err := bearable(t.Context(), bytes.NewReader(data)); err == nil && shape.Width*shape.Height > 1<<22 {
			return // it would only take long
		}
		box := image.Pt(50, 40)
		for _, img := range []*image.RGBA{drawn(v, t, data, box), v.Small(t.Context(), data, box)} {
			if img != nil && (img.Rect.Dx() > 50 || img.Rect.Dy() > 40 || img.Rect.Empty()) {
				t.Errorf("drawn as %v", img.Rect)
			}
		}
	})
}

func drawn(v *Viewer, t *testing.T, data []byte, box image.Point) *image.RGBA {
	img, err := v.Picture(t.Context(), data, box)
	if (img == nil) != (err != nil) {
		t.Errorf("a picture: %v, and %v", img != nil, err)
	}
	return img
}

// FuzzText: what is taken for a text can be shown.
func FuzzText(f *testing.F) {
	f.Add([]byte("Grüße\r\n"))
	f.Add([]byte("\xff\xfea\x00"))
	f.Add([]byte("\x00a\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if text, ok := Text(data); ok && (strings.ContainsRune(text, '\r') || strings.ToValidUTF8(text, "") != text) {
			t.Errorf("%q", text)
		}
	})
}
