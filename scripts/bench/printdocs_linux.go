package main

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// printDocument is something to print.
type printDocument struct{ name, path string }

// makeDocuments makes the documents that are printed: a page of text first, a picture last.
func (b *bench) makeDocuments() ([]printDocument, error) {
	dir := b.data("print")
	if err := os.MkdirAll(dir, 0o755); err != nil { // #nosec G301 -- filters run as another user
		return nil, err
	}
	photo, err := picture(b.size / 50)
	if err != nil {
		return nil, err
	}
	var list []printDocument
	for _, d := range []struct {
		name, file string
		content    []byte
	}{
		{"a page of text", "page.txt", []byte(lines(0))},
		{"a PDF of 20 pages", "20.pdf", pdf(20)},
		{"a PDF of 300 pages", "300.pdf", pdf(300)},
		{fmt.Sprintf("a JPEG of %.0f MB", float64(len(photo))/1e6), "photo.jpg", photo},
	} {
		path := filepath.Join(dir, d.file)
		if err := os.WriteFile(path, d.content, 0o644); err != nil { // #nosec G306 -- filters run as another user
			return nil, err
		}
		list = append(list, printDocument{d.name, path})
	}
	return list, nil
}

// makeHuge makes a document that no filter looks into, with next to nothing on the disk.
func (b *bench) makeHuge() (printDocument, error) {
	path := b.data("print", "huge.jpg")
	if err := os.WriteFile(path, []byte("\xff\xd8\xff\xe0"), 0o600); err != nil {
		return printDocument{}, err
	}
	return printDocument{fmt.Sprintf("a JPEG of %d MiB", b.size>>20), path}, os.Truncate(path, b.size)
}

// lines is the text of a page.
func lines(page int) string {
	var text strings.Builder
	for i := range 50 {
		fmt.Fprintf(&text, "Page %d, line %d: the quick brown fox jumps over the lazy dog\n", page+1, i+1)
	}
	return text.String()
}

// pdf makes a document of some pages of text.
func pdf(pages int) []byte {
	var b bytes.Buffer
	var offsets []int
	object := func(format string, args ...any) {
		offsets = append(offsets, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n"+format+"\nendobj\n", append([]any{len(offsets)}, args...)...)
	}
	b.WriteString("%PDF-1.4\n")
	kids := ""
	for i := range pages {
		kids += fmt.Sprintf("%d 0 R ", 4+2*i)
	}
	object("<</Type/Catalog/Pages 2 0 R>>")
	object("<</Type/Pages/Kids[%s]/Count %d>>", kids, pages)
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	for i := range pages {
		text := "BT /F1 11 Tf 14 TL 60 780 Td"
		for line := range strings.Lines(lines(i)) {
			text += fmt.Sprintf(" (%s) '\n", strings.TrimSpace(line))
		}
		text += "ET"
		object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>", 5+2*i)
		object("<</Length %d>>\nstream\n%s\nendstream", len(text), text)
	}
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, o := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, xref)
	return b.Bytes()
}

// picture makes a JPEG of some bytes: noise, and what is missing in comments.
func picture(size int64) ([]byte, error) {
	const perPixel, comment = 2.2, 0xfff0 // bytes: of noise a little less, and how long a comment may be
	side := int(math.Sqrt(float64(size) / perPixel))
	noise := image.NewRGBA(image.Rect(0, 0, side, side))
	_, _ = rand.NewChaCha8([32]byte{3}).Read(noise.Pix)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, noise, &jpeg.Options{Quality: 95}); err != nil {
		return nil, err
	}
	end := b.Bytes()[b.Len()-2:]
	whole := append([]byte(nil), b.Bytes()[:b.Len()-2]...)
	for left := size - int64(b.Len()); left > 4; left -= comment + 2 {
		n := min(left-2, comment)
		whole = append(whole, 0xff, 0xfe, byte(n>>8), byte(n))
		whole = append(whole, make([]byte, n-2)...)
	}
	return append(whole, end...), nil
}
