// Package qr makes QR codes (ISO/IEC 18004) of short texts, for a window and for a terminal. It reads none.
package qr

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"

	"github.com/skip2/go-qrcode"
)

// quiet is the margin in modules that the standard asks for: without it a camera may not find the code.
const quiet = 4

// matrix returns the modules of the code, true is dark, with the margin around.
func matrix(text string) ([][]bool, error) {
	// Medium mends 15 percent, which a thumb mark or a glossy screen need; more would only make the modules smaller.
	c, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("make QR code: %w", err)
	}
	c.DisableBorder = true
	inner := c.Bitmap()
	all := make([][]bool, len(inner)+2*quiet)
	for y := range all {
		all[y] = make([]bool, len(all))
		if k := y - quiet; k >= 0 && k < len(inner) {
			copy(all[y][quiet:], inner[k])
		}
	}
	return all, nil
}

// Image draws the code of a text of at most about 2,300 bytes, black on white whatever the theme: many cameras read no
// other. It is a square of about size pixels, the largest of whole modules that fits, at least one pixel a module.
func Image(text string, size int) (image.Image, error) {
	m, err := matrix(text)
	if err != nil {
		return nil, err
	}
	scale := max(1, size/len(m))
	side := len(m) * scale
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y, row := range m {
		for x, dark := range row {
			if dark {
				draw.Draw(img, image.Rect(x*scale, y*scale, (x+1)*scale, (y+1)*scale), image.Black, image.Point{}, draw.Src)
			}
		}
	}
	return img, nil
}

// PNG is Image as a file.
func PNG(text string, size int) ([]byte, error) {
	img, err := Image(text, size)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("make QR code: %w", err)
	}
	return b.Bytes(), nil
}

// Text draws the code for a terminal: two modules above one another in a character, lines end with a newline. Colours are
// set by ANSI sequences where colour is true, so that it can be read on any background; without them it takes the terminal
// for a dark one.
func Text(text string, colour bool) (string, error) {
	m, err := matrix(text)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for y := 0; y < len(m); y += 2 {
		if colour {
			b.WriteString("\x1b[40;97m") // what is light is drawn, white on black
		}
		for x := range m[y] {
			up, down := !m[y][x], y+1 >= len(m) || !m[y+1][x]
			switch {
			case up && down:
				b.WriteRune('█')
			case up:
				b.WriteRune('▀')
			case down:
				b.WriteRune('▄')
			default:
				b.WriteByte(' ')
			}
		}
		if colour {
			b.WriteString("\x1b[0m")
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}
