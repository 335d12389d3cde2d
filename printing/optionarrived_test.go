package printing_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing"
	"lanyard/printing/ipp"
	"lanyard/printing/printingtest"
)

// arrived is what one job made a printer do.
type arrived struct {
	title  string
	sheets string // front|back, in the order in which they come out
	scale  float64
	paper  string
	told   map[string]string // what else the printer was told
}

// await returns what has become of the jobs of these titles at a printer, when all have been printed.
func (lab *optionLab) await(t *testing.T, printer string, titles []string) []arrived {
	t.Helper()
	ctx, done := context.WithTimeout(t.Context(), 3*time.Minute)
	defer done()
	for left := len(titles); left > 0; {
		left = len(titles)
		for _, j := range lab.desk.Jobs(owner) {
			if j.Printer != printer || !slices.Contains(titles, j.Name) {
				continue
			}
			if left--; j.State.Ended() && j.State != printing.JobCompleted {
				t.Fatalf("%s ended %v: %s", j.Name, j.State, j.Message)
			}
			if !j.State.Ended() {
				left++
			}
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%d jobs are not printed: %s", left, lab.near.Log())
		case <-time.After(20 * time.Millisecond):
		}
	}
	var all []arrived
	if printer == "Net" {
		for _, j := range lab.device.Jobs() {
			if slices.Contains(titles, j.Name) {
				all = append(all, readDevice(t, j))
			}
		}
		return all
	}
	for _, p := range lab.near.Printed() {
		if slices.Contains(titles, p.Title) {
			all = append(all, readDriver(t, p))
		}
	}
	return all
}

var feature = regexp.MustCompile(`(?m)^%%BeginFeature: \*(\S+) (\S+)`)

// driverWords are the options of the lab's PPD in the words of IPP.
var driverWords = map[string]string{
	"InputSlot Tray1": "media-source=tray-1", "InputSlot Tray2": "media-source=tray-2",
	"MediaType Plain": "media-type=stationery", "MediaType Glossy": "media-type=photographic-glossy",
	"cupsPrintQuality Draft": "print-quality=draft", "cupsPrintQuality Normal": "print-quality=normal", "cupsPrintQuality High": "print-quality=high",
	"Resolution 300dpi": "printer-resolution=300dpi", "Resolution 600dpi": "printer-resolution=600dpi",
	"StapleLocation None": "finishings=none", "StapleLocation SinglePortrait": "finishings=staple",
	"Duplex None": "sides=one-sided", "Duplex DuplexNoTumble": "sides=two-sided-long-edge", "Duplex DuplexTumble": "sides=two-sided-short-edge",
}

// readDriver reads a document in PostScript: what its set-up tells the printer, and its pages.
func readDriver(t *testing.T, p printingtest.Printed) arrived {
	setup := slurp(t, p.File)
	if i := strings.Index(setup, "%%EndSetup"); i > 0 {
		setup = setup[:i]
	}
	got := arrived{title: p.Title, told: map[string]string{}}
	for _, m := range feature.FindAllStringSubmatch(setup, -1) {
		name, value, ok := strings.Cut(driverWords[m[1]+" "+m[2]], "=")
		if !ok {
			continue
		}
		if got.told[name] != "" {
			t.Errorf("%s: the printer is told %s twice", p.Title, m[1])
		}
		got.told[name] = value
	}
	// PostScript printers make copies sheet by sheet. Ghostscript makes them too, page by page.
	copies, all := copiesIn(setup), rendered(t, p.File)
	var faces []face
	for i := 0; i < len(all); i += copies {
		faces = append(faces, all[i])
	}
	got.lay(t, faces, copies*p.Copies, false)
	return got
}

// readDevice reads a job of a printer without a driver, which does what the request says with the pages that came.
func readDevice(t *testing.T, j printingtest.DeviceJob) arrived {
	file := filepath.Join(t.TempDir(), "document")
	if err := os.WriteFile(file, j.Document, 0o600); err != nil {
		t.Fatal(err)
	}
	options := ipp.Attrs(j.Options)
	got := arrived{title: j.Name, told: map[string]string{"sides": "one-sided", "media-source": "tray-1", "media-type": "stationery",
		"print-quality": "normal", "printer-resolution": "600dpi", "finishings": "none"}}
	collate, copies, tells := true, 1, ""
	for _, attr := range options {
		value := attr.Values.String()
		switch attr.Name {
		case "copies":
			copies, _ = options.Int("copies")
		case "multiple-document-handling":
			collate = value == "separate-documents-collated-copies"
		case "media-col":
			col := ipp.Attrs(attr.Values[0].V.(goipp.Collection))
			for _, m := range []string{"media-source", "media-type"} {
				if s := col.String(m); s != "" {
					got.told[m] = s
				}
			}
			if size, ok := col.Get("media-size"); ok {
				dims := ipp.Attrs(size.Values[0].V.(goipp.Collection))
				x, _ := dims.Int("x-dimension")
				y, _ := dims.Int("y-dimension")
				tells = paperOf(float64(x)*72/2540, float64(y)*72/2540)
			}
		case "print-quality":
			got.told[attr.Name] = []string{"draft", "normal", "high"}[int(attr.Values[0].V.(goipp.Integer))-3]
		case "finishings":
			got.told[attr.Name] = map[string]string{"3": "none", "4": "staple"}[value]
		default: // also what the printer would do a second time
			got.told[attr.Name] = value
		}
	}
	faces := rendered(t, file)
	got.lay(t, faces, copies, collate)
	if tells == "" {
		tells = "iso_a4_210x297mm"
	}
	if faces[0].w == 0 { // a picture
		got.paper = tells
	}
	if tells != got.paper {
		got.paper += " on " + tells
	}
	if got.told["print-color-mode"] == "monochrome" {
		got.told["color"] = "false"
	}
	delete(got.told, "print-color-mode")
	delete(got.told, "output-bin")
	return got
}

// paperOf names a paper by its size in points.
func paperOf(w, h float64) string {
	for name, size := range paperSizes {
		if dw, dh := w-float64(size[0])*72/2540, h-float64(size[1])*72/2540; dw < 3 && dw > -3 && dh < 3 && dh > -3 {
			return name
		}
	}
	return fmt.Sprintf("%.0fx%.0f", w, h)
}

// lay puts faces on sheets, as a printer does that was told so.
func (a *arrived) lay(t *testing.T, faces []face, copies int, collate bool) {
	t.Helper()
	if len(faces) == 0 {
		t.Fatalf("%s has no pages", a.title)
	}
	color := false
	var words []string
	for _, f := range faces {
		words = append(words, f.String())
		// A sheet that is left over for an empty back has been seen to lie on its side.
		if p := paperOf(f.w, f.h); !strings.Contains(a.paper, p) && len(f.pages) > 0 {
			a.paper = strings.TrimPrefix(a.paper+"+"+p, "+")
		}
		for _, p := range f.pages {
			color = color || p.color
			a.scale = p.scale
		}
	}
	a.sheets = a.sheetsOf(words, copies, collate)
	a.told["color"] = fmt.Sprint(color)
}

// sheetsOf lays faces on the two sides of sheets and makes copies: all sheets again and again, or each sheet.
func (a *arrived) sheetsOf(faces []string, copies int, collate bool) string {
	duplex := a.told["sides"] != "one-sided"
	if len(faces) == 1 { // comes out the same, and some filters spare the printer the turn
		delete(a.told, "sides")
	}
	var sheets []string
	for i := 0; i < len(faces); i++ {
		if sheet := faces[i]; !duplex || i+1 == len(faces) || faces[i+1] == "-" {
			sheets = append(sheets, sheet)
		} else {
			sheets = append(sheets, sheet+"|"+faces[i+1])
		}
		if duplex {
			i++
		}
	}
	var all []string
	for range copies {
		all = append(all, sheets...)
	}
	if !collate {
		all = nil
		for _, s := range sheets {
			all = append(all, slices.Repeat([]string{s}, copies)...)
		}
	}
	return strings.Join(all, " ")
}
