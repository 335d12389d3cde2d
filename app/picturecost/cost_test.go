package picturecost

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
)

func TestWhatAPixelTakes(t *testing.T) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 9, 9)), nil); err != nil {
		t.Fatal(err)
	}
	baseline := b.Bytes()
	at := bytes.Index(baseline, []byte{0xff, markBaseline})
	inPasses := bytes.Clone(baseline)
	inPasses[at+1] = markProgressive
	filled := append(append(bytes.Clone(inPasses[:at]), 0xff), inPasses[at:]...)
	for name, c := range map[string]struct {
		model  color.Model
		format string
		data   []byte
		want   int
	}{
		"a photograph":           {color.YCbCrModel, "jpeg", baseline, 3},
		"one in passes":          {color.YCbCrModel, "jpeg", inPasses, 15},
		"one that is filled up":  {color.YCbCrModel, "jpeg", filled, 15},
		"a grey one in passes":   {color.GrayModel, "jpeg", inPasses, 5},
		"one for print":          {color.CMYKModel, "jpeg", baseline, 8},
		"one for print, passes":  {color.CMYKModel, "jpeg", inPasses, 24},
		"one that breaks off":    {color.YCbCrModel, "jpeg", baseline[:at], 15},
		"one that is no JPEG":    {color.YCbCrModel, "jpeg", []byte("nonsense"), 15},
		"a grey TIFF":            {color.GrayModel, "tiff", nil, 4},
		"a PNG with 16 bits":     {color.NRGBA64Model, "png", nil, 8},
		"a PNG with few colours": {color.Palette{}, "png", nil, 4},
	} {
		if got := Each(image.Config{ColorModel: c.model}, c.format, bytes.NewReader(c.data)); got != c.want {
			t.Errorf("%s: %d bytes, want %d", name, got, c.want)
		}
	}
}
