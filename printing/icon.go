package printing

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"net/http"
	"sync"
)

// iconName is the last part of the path of a printer's picture (printer-icons, PWG 5100.13).
const iconName = "icon.png"

var icon = sync.OnceValue(func() []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 128, 128))
	for _, part := range []struct {
		c              color.NRGBA
		x0, y0, x1, y1 int
	}{
		{color.NRGBA{0xf4, 0xf4, 0xf4, 0xff}, 36, 14, 92, 54},   // paper in
		{color.NRGBA{0x45, 0x5a, 0x64, 0xff}, 14, 46, 114, 96},  // body
		{color.NRGBA{0x26, 0x32, 0x38, 0xff}, 30, 76, 98, 84},   // slot
		{color.NRGBA{0xff, 0xff, 0xff, 0xff}, 36, 80, 92, 114},  // paper out
		{color.NRGBA{0x66, 0xbb, 0x6a, 0xff}, 98, 54, 106, 62},  // lamp
		{color.NRGBA{0xb0, 0xbe, 0xc5, 0xff}, 44, 92, 84, 95},   // writing
		{color.NRGBA{0xb0, 0xbe, 0xc5, 0xff}, 44, 102, 74, 105}, // writing
	} {
		draw.Draw(img, image.Rect(part.x0, part.y0, part.x1, part.y1), image.NewUniform(part.c), image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	_ = png.Encode(&b, img) // into memory
	return b.Bytes()
})

func (s *Server) serveIcon(w http.ResponseWriter, r *http.Request, name string) {
	allowed := s.allowed(r, name, See)
	s.mu.Lock()
	_, there := s.printers[name]
	s.mu.Unlock()
	if !allowed || !there {
		http.NotFound(w, r)
		return
	}
	writeIcon(w)
}

func writeIcon(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(icon())
}
