package thumbs

import (
	"image"
	"image/color"
	"strings"
	"sync"
	"unicode"

	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"lanyard/app/ui/preview"
)

// The page that shows the first lines of a text, in pixels.
const (
	pageWide  = 256
	pageTall  = 196
	pageEdge  = 14
	lineTall  = 18
	textSize  = 15
	tabColumn = 4 // letters from one tab stop to the next
)

// textFont is the font of the lines. Its letters are all as wide as one of them.
var textFont = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(theme.DefaultTextMonospaceFont().Content()) })

// unknownLetter is the colour in which letters stand that the font doesn't have.
var unknownLetter = color.Gray{0x90}

// textPage draws the first lines of a text.
func textPage(head []byte) (image.Image, error) {
	text, ok := preview.Text(head)
	if !ok || strings.TrimSpace(text) == "" {
		return nil, ErrNone
	}
	f, err := textFont()
	if err != nil {
		return nil, ErrNone
	}
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: textSize, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, ErrNone
	}
	defer face.Close()
	img := image.NewRGBA(image.Rect(0, 0, pageWide, pageTall))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	pen := font.Drawer{Dst: img.SubImage(img.Rect.Inset(pageEdge)).(draw.Image), Src: image.Black, Face: face}
	wide, _ := face.GlyphAdvance('n')
	most := (pageWide - 2*pageEdge) / max(wide.Ceil(), 1)
	y := pageEdge + textSize
	for line := range strings.Lines(text) {
		if y > pageTall-pageEdge {
			break
		}
		column := 0
		for _, r := range strings.TrimRight(line, "\n") {
			switch {
			case column > most:
			case r == '\t':
				column += tabColumn - column%tabColumn
				continue
			case !unicode.IsGraphic(r) || r == ' ':
			case !has(f, r): // as a block, which looks like text from afar
				block := image.Rect(pageEdge+column*wide.Ceil(), y-textSize*2/3, pageEdge+(column+1)*wide.Ceil()-1, y)
				draw.Draw(img, block, image.NewUniform(unknownLetter), image.Point{}, draw.Src)
			default:
				pen.Dot = fixed.P(pageEdge+column*wide.Ceil(), y)
				pen.DrawString(string(r))
			}
			column++
		}
		y += lineTall
	}
	return img, nil
}

// has tells whether a font has a letter: the glyph of number 0 stands for all others.
func has(f *opentype.Font, r rune) bool {
	n, err := f.GlyphIndex(nil, r)
	return err == nil && n != 0
}
