package uitest

import (
	"bytes"
	"fmt"
	"strings"
)

// Sheet is a page of a PDF: its size in points and what is drawn on it (ISO 32000, 7.8.2). The fonts /F (Helvetica) and
// /B (Helvetica-Bold) are at hand.
type Sheet struct {
	Width, Height float64
	Draws         string
}

// PDF makes a document of pages. more are further objects, numbered from 5 on; resources is put among those of each page.
func PDF(resources string, pages []Sheet, more ...string) []byte {
	var b bytes.Buffer
	var at []int
	object := func(text string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), text)
	}
	b.WriteString("%PDF-1.7\n")
	first := 5 + len(more)
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", first+2*i)
	}
	object("<< /Type /Catalog /Pages 2 0 R >>")
	object(fmt.Sprintf("<< /Type /Pages /Count %d /Kids [ %s] >>", len(pages), kids.String()))
	for _, font := range []string{"Helvetica", "Helvetica-Bold"} {
		object("<< /Type /Font /Subtype /Type1 /BaseFont /" + font + " /Encoding /WinAnsiEncoding >>")
	}
	for _, o := range more {
		object(o)
	}
	for i, p := range pages {
		object(fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] /Resources << /Font << /F 3 0 R /B 4 0 R >> %s >> /Contents %d 0 R >>",
			p.Width, p.Height, resources, first+2*i+1))
		object(Stream("", p.Draws))
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

// Stream is an object of a PDF with data.
func Stream(dictionary, data string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dictionary, len(data), data)
}

// A4 is the size of a page in points.
const a4Width, a4Height = 595.28, 841.89

// Offer is a business letter of some pages on A4, the last of which lies on its side.
func Offer(pages int) []byte {
	var all []Sheet
	for i := range pages {
		if i == pages-1 && pages > 1 {
			all = append(all, Sheet{a4Height, a4Width, chart()})
			continue
		}
		all = append(all, Sheet{a4Width, a4Height, letter(i+1, pages)})
	}
	return PDF("", all)
}

func text(b *strings.Builder, font string, size, x, y float64, s string) {
	fmt.Fprintf(b, "BT /%s %g Tf %g %g Td (%s) Tj ET\n", font, size, x, y, strings.NewReplacer("(", `\(`, ")", `\)`).Replace(s))
}

func letter(page, of int) string {
	var b strings.Builder
	b.WriteString("0.20 0.33 0.81 rg 56 768 483 34 re f 1 1 1 rg\n")
	text(&b, "B", 17, 66, 779, "Miller & Sons")
	text(&b, "F", 10, 440, 781, "Joinery since 1957")
	b.WriteString("0.10 0.12 0.17 rg\n")
	text(&b, "B", 20, 56, 730, "Offer 2026-118")
	text(&b, "F", 10, 56, 712, "Kitchen in oak, with fitting. Prices without tax.")
	y := 670.0
	for i := range 9 {
		b.WriteString("0.93 0.94 0.98 rg\n")
		if i%2 == 0 {
			fmt.Fprintf(&b, "56 %g 483 22 re f\n", y-7)
		}
		b.WriteString("0.10 0.12 0.17 rg\n")
		n := (page-1)*9 + i
		text(&b, "F", 10, 64, y, fmt.Sprintf("%d. %s", n+1, []string{"Worktop, 3.20 m, oiled", "Wall unit, two doors", "Base unit with drawers", "Sink, fitted and sealed", "Hinges, soft closing", "Skirting, 8.40 m"}[n%6]))
		text(&b, "F", 10, 480, y, fmt.Sprintf("%d.%02d", 90+n*137%800, n*35%100))
		y -= 22
	}
	for range 14 {
		y -= 16
		b.WriteString("0.55 0.60 0.68 rg\n")
		fmt.Fprintf(&b, "56 %g %g 5 re f\n", y-8, 380+float64(int(y*7)%100))
	}
	b.WriteString("0.35 0.40 0.48 rg\n")
	text(&b, "F", 9, 56, 40, fmt.Sprintf("Page %d of %d", page, of))
	return b.String()
}

// chart is a page that lies on its side.
func chart() string {
	var b strings.Builder
	b.WriteString("0.10 0.12 0.17 rg\n")
	text(&b, "B", 20, 56, 530, "When it is done")
	for i := range 12 {
		fmt.Fprintf(&b, "%g %g 0.85 rg %g 90 44 %d re f\n", 0.2+0.05*float64(i), 0.35+0.03*float64(i), 60+float64(i)*60, 60+i*i*53%340)
	}
	return b.String()
}
