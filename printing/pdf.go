package printing

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// shadings are the functions of the bars that go from no ink to all of it.
var shadings = []string{"[1 0 0 0]", "[0 1 0 0]", "[0 0 1 0]", "[0 0 0 1]"}

// fonts are those that need not be in a document (ISO 32000-1 section 9.6.2.2), as F1, F2 and so on.
var fonts = []string{"Helvetica", "Helvetica-Bold", "Times-Roman", "Courier"}

// document makes a PDF (ISO 32000-1) of one page of w by h points.
func document(w, h float64, title, content string) []byte {
	var names, shades strings.Builder
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(content), content),
		fmt.Sprintf("<</Title(%s)/Producer(Lanyard)>>", pdfText(title)),
	}
	for i, font := range fonts {
		objects = append(objects, fmt.Sprintf("<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>", font))
		fmt.Fprintf(&names, "/F%d %d 0 R", i+1, len(objects))
	}
	for i, full := range shadings {
		objects = append(objects, "<</ShadingType 2/ColorSpace/DeviceCMYK/Coords[0 0 1 0]/Function<</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1"+full+"/N 1>>>>")
		fmt.Fprintf(&shades, "/S%d %d 0 R", i+1, len(objects))
	}
	objects[2] = fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents 4 0 R/Resources<</Font<<%s>>/Shading<<%s>>>>>>", w, h, names.String(), shades.String())
	var b, xref bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	fmt.Fprintf(&xref, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for i, o := range objects {
		fmt.Fprintf(&xref, "%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	b.Write(xref.Bytes())
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R/Info 5 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

// pdfText is a text between the parentheses of a PDF, in WinAnsiEncoding, which is Windows-1252.
func pdfText(s string) string {
	var b strings.Builder
	for _, r := range printable(s) {
		c, ok := charmap.Windows1252.EncodeRune(r)
		switch {
		case !ok || c < ' ' || c == 0x7f:
			b.WriteByte('?')
		case c == '(' || c == ')' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c > '~':
			fmt.Fprintf(&b, "\\%03o", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// printable is a text in the characters that the fonts have: of others the letter without its marks, or its number, by which
// somebody can look it up.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		if c, ok := charmap.Windows1252.EncodeRune(r); ok && c >= ' ' && c != 0x7f {
			b.WriteRune(r)
			continue
		}
		plain := ""
		for _, part := range norm.NFKD.String(string(r)) {
			if _, ok := charmap.Windows1252.EncodeRune(part); ok && part >= ' ' {
				plain += string(part)
			}
		}
		switch {
		case plain != "":
			b.WriteString(plain)
		case !unicode.Is(unicode.M, r) && !unicode.IsControl(r):
			if b.Len() > 0 && !strings.HasSuffix(b.String(), " ") {
				b.WriteByte(' ')
			}
			fmt.Fprintf(&b, "U+%04X ", r)
		}
	}
	return strings.TrimSpace(b.String())
}

// shortened cuts a text that is too long, and shows it.
func shortened(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// paperName is a paper as people call it, and its size.
func paperName(m Medium) string {
	size := fmt.Sprintf("%g × %g mm", mm(m.Width), mm(m.Height))
	parts := strings.Split(m.Name, "_")
	if len(parts) != 3 || parts[0] == "custom" {
		return size
	}
	name := strings.ReplaceAll(parts[1], "-", " ")
	return strings.ToUpper(name[:1]) + name[1:] + ", " + size
}
