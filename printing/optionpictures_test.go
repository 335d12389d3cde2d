package printing_test

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"image/png"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// picture is a page of A4 at 100 dots per inch.
func picture(t *testing.T, ext string) string {
	t.Helper()
	var b bytes.Buffer
	page := markedImage(1, 827, 1169)
	if ext == ".png" {
		if err := png.Encode(&b, page); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if err := jpeg.Encode(&b, page, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	// CUPS' filters take none without this header, which Go leaves out.
	return "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x01\x00\x64\x00\x64\x00\x00" + b.String()[2:]
}

// TestPicturesExact: pictures fill the paper, unless asked for otherwise, and come out once for each copy.
func TestPicturesExact(t *testing.T) {
	t.Parallel()
	lab := newOptionLab(t)
	const a4, a5, letter = "iso_a4_210x297mm", "iso_a5_148x210mm", "na_letter_8.5x11in"
	for _, ext := range []string{".jpg", ".png"} {
		file := filepath.Join(t.TempDir(), "page"+ext)
		write(t, file, picture(t, ext))
		for _, printer := range optionPrinters {
			t.Run(ext+" on "+printer, func(t *testing.T) {
				t.Parallel()
				for i, tt := range []struct {
					ask    asked
					sheets string
					paper  string
					width  float64 // inches on the paper of Driver; a printer that takes pictures scales them itself
				}{
					{asked{}, "1@0", a4, 7.57},
					{asked{"copies": "2", "multiple-document-handling": collatedCopies}, "1@0 1@0", a4, 7.57},
					{asked{"copies": "3", "sides": longEdge}, "1@0 1@0 1@0", a4, 7.57},
					{asked{"print-color-mode": "monochrome", "media": letter}, "1@0", letter, 7.07},
					{asked{"media": a5, "media-source": "tray-2"}, "1@0", a5, 5.14},
					{asked{"print-scaling": "fill", "media": letter}, "1@0", letter, 8.02},
					{asked{"orientation-requested": "landscape"}, "1@90", a4, 5.49},
				} {
					if ext == ".jpg" && printer == "Net" && (tt.ask["orientation-requested"] != "" || tt.ask["print-scaling"] != "") {
						continue // CUPS 2.4 gives the picture to the printer as it is, and doesn't pass these on
					}
					title := fmt.Sprintf("%s %d", ext[1:], i)
					lab.ipptool(t, printer, title, file, tt.ask)
					all := lab.await(t, printer, []string{title})
					if len(all) != 1 {
						t.Fatalf("%v was printed %d times", tt.ask, len(all))
					}
					got := all[0]
					if got.sheets != tt.sheets || got.paper != tt.paper || got.told["color"] != fmt.Sprint(tt.ask["print-color-mode"] == "") ||
						tt.ask["media-source"] != "" && got.told["media-source"] != tt.ask["media-source"] {
						t.Errorf("%v: came out as %+v", tt.ask, got)
					}
					if printer == "Driver" && math.Abs(got.scale/tt.width-1) > 0.03 {
						t.Errorf("%v is %.2f inches wide, want %.2f", tt.ask, got.scale, tt.width)
					}
				}
			})
		}
	}
}

// TestTextsExact: pages of a text are made by the print system, and counted and copied as those of a document.
func TestTextsExact(t *testing.T) {
	t.Parallel()
	lab := newOptionLab(t)
	file := filepath.Join(t.TempDir(), "three pages.txt")
	var pages []string
	for n := range 3 { // told apart by how many lines there are on them
		pages = append(pages, strings.Repeat("a line of text\n", 10*(n+1)))
	}
	write(t, file, strings.Join(pages, "\f"))
	for i, tt := range []struct {
		name   string
		ask    asked
		pages  string
		across bool
	}{
		{"as it is", asked{}, "1 2 3", false},
		{"copies of a range", asked{"page-ranges": "2-3", "copies": "2", "multiple-document-handling": collatedCopies}, "2 3 2 3", false},
		{"copies sheet by sheet", asked{"copies": "2", "multiple-document-handling": uncollatedCopies, "sides": longEdge}, "1 1 2 2 3 3", false},
		{"on its side", asked{"orientation-requested": "landscape", "media": "na_letter_8.5x11in"}, "1 2 3", true},
	} {
		title := fmt.Sprint("text ", i)
		lab.ipptool(t, "Driver", title, file, tt.ask)
		lab.await(t, "Driver", []string{title})
		printed := lab.near.Printed()
		faces := rendered(t, printed[len(printed)-1].File)
		most := slices.MaxFunc(faces, func(a, b face) int { return a.ink - b.ink }).ink
		var came []string
		for _, f := range faces {
			came = append(came, fmt.Sprint(math.Round(3*float64(f.ink)/float64(most))))
		}
		if got := strings.Join(came, " "); got != tt.pages {
			t.Errorf("%s: pages %s came out, want %s", tt.name, got, tt.pages)
		}
		// Thirty short lines go down the paper, or across it.
		if across := faces[len(faces)-1].wide; across != tt.across {
			t.Errorf("%s: the lines go across the paper: %v", tt.name, across)
		}
	}
}
