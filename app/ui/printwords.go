package ui

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"lanyard/app/node"
	"lanyard/app/ui/preview"
)

// Options of a printer, and papers, in words.

func optionName(name string) string {
	switch name {
	case "media":
		return tr("Paper")
	case "media-source":
		return tr("Tray")
	case "media-type":
		return tr("Kind of paper")
	case "sides":
		return tr("Sides")
	case "print-color-mode":
		return tr("Colour")
	case "print-quality":
		return tr("Quality")
	case "orientation-requested":
		return tr("Orientation")
	case "number-up":
		return tr("On one side")
	case "print-scaling":
		return tr("Size")
	case "finishings":
		return tr("Finishing")
	case "printer-resolution":
		return tr("Resolution")
	}
	return plain(name)
}

// optionText says what a value of an option means; an unknown one is shown as it is. "" stands for what is not chosen.
func optionText(name, value string) string {
	switch name + "=" + value {
	case "sides=one-sided":
		return tr("One side")
	case "sides=two-sided-long-edge":
		return tr("Both sides, as a book")
	case "sides=two-sided-short-edge":
		return tr("Both sides, as a calendar")
	case "print-color-mode=color":
		return tr("In colour")
	case "print-color-mode=monochrome":
		return tr("Black and white")
	case "print-color-mode=auto", "orientation-requested=", "orientation-requested=none":
		return tr("As the document is")
	case "print-color-mode=auto-monochrome":
		return tr("Black and white where it can be")
	case "print-quality=3", "print-quality=draft":
		return tr("Draft")
	case "print-quality=4", "print-quality=normal":
		return tr("Normal")
	case "print-quality=5", "print-quality=high":
		return tr("Best")
	case "orientation-requested=portrait":
		return tr("Upright")
	case "orientation-requested=landscape":
		return tr("On its side")
	case "orientation-requested=reverse-landscape":
		return tr("On its other side")
	case "orientation-requested=reverse-portrait":
		return tr("Upside down")
	case "print-scaling=auto", "print-scaling=auto-fit":
		return tr("Smaller where it must be")
	case "print-scaling=fit":
		return tr("Fitted to the paper")
	case "print-scaling=fill":
		return tr("Filling the paper")
	case "print-scaling=none":
		return tr("Its own size")
	case "finishings=none":
		return tr("None")
	case "media-source=auto", "media-type=auto":
		return tr("Chosen by the printer")
	case "media-type=stationery":
		return tr("Plain paper")
	}
	switch {
	case value == "":
		return tr("As the printer is set")
	case name == "media":
		return mediaText(value)
	case name == "number-up":
		return numberUpText(value)
	case name == "printer-resolution":
		return plain(strings.Replace(strings.Replace(value, "dpi", " dpi", 1), "x", " × ", 1))
	}
	return plain(sentence(strings.ReplaceAll(value, "-", " ")))
}

func numberUpText(value string) string {
	n, err := strconv.Atoi(value)
	if err != nil {
		return plain(value)
	}
	return trn("One page", "{{.N}} pages", n)
}

// mediaText makes "A4 (210 × 297 mm)" of a PWG 5101.1 name such as iso_a4_210x297mm.
func mediaText(name string) string {
	parts := strings.Split(name, "_")
	if len(parts) != 3 {
		return plain(name)
	}
	what := strings.ReplaceAll(parts[1], "-", " ")
	if len(what) <= 3 {
		what = strings.ToUpper(what)
	} else {
		what = sentence(what)
	}
	size := parts[2]
	for _, unit := range []string{"mm", "in"} {
		if w, h, ok := strings.Cut(strings.TrimSuffix(size, unit), "x"); ok && strings.HasSuffix(size, unit) {
			size = w + " × " + h + " " + unit
			break
		}
	}
	return plain(what + " (" + size + ")")
}

// paperOf returns the paper of a name, as the printer describes it or else by the size in its name. The zero Paper is one
// that nothing is known of.
func paperOf(can *node.PrinterOptions, name string) preview.Paper {
	if i := slices.IndexFunc(can.Media, func(m node.Medium) bool { return m.Name == name }); i >= 0 {
		m := can.Media[i]
		return preview.Paper{Size: preview.Size{Width: m.Width, Height: m.Height}, Top: m.Top, Bottom: m.Bottom, Left: m.Left, Right: m.Right}
	}
	var width, height float64
	var unit string
	if _, err := fmt.Sscanf(name[strings.LastIndexByte(name, '_')+1:], "%gx%g%2s", &width, &height, &unit); err != nil {
		return preview.Paper{}
	}
	hundredths := map[string]float64{"mm": 100, "in": 2540}[unit]
	return preview.Paper{Size: preview.Size{Width: int(width * hundredths), Height: int(height * hundredths)}}
}

// sheetsText says how much paper it takes.
func sheetsText(pages, sheets, copies int) string {
	paper := trn("one sheet of paper", "{{.N}} sheets of paper", sheets*copies)
	if copies == 1 {
		return tr("{{.Pages}} on {{.Paper}}", "Pages", trn("One page", "{{.N}} pages", pages), "Paper", paper)
	}
	return tr("{{.N}} copies × {{.Each}} = {{.Paper}}", "N", formatCount(copies), "Each", trn("one sheet", "{{.N}} sheets", sheets), "Paper", paper)
}

// formatText names a kind of document.
func formatText(format string) string {
	switch format {
	case preview.PDF:
		return "PDF"
	case preview.JPEG:
		return tr("JPEG pictures")
	case preview.PNG:
		return tr("PNG pictures")
	case "text/plain":
		return tr("plain text")
	case "image/pwg-raster", "image/urf":
		return tr("raster pages")
	}
	return plain(format)
}

// refusedText says why a printer doesn't take a document, or "" if it does.
func refusedText(can *node.PrinterOptions, format string, err error) string {
	switch {
	case err != nil:
		return fileTrouble(err)
	case format == "":
		return tr("It is no PDF, picture or text. Print it from its own program, or save it as PDF there.")
	case len(can.Formats) > 0 && !slices.Contains(can.Formats, format):
		return tr("This printer doesn't take {{.Kind}}.", "Kind", formatText(format))
	}
	return ""
}

// fileTrouble says what is wrong with a file.
func fileTrouble(err error) string {
	var path *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return tr("It is no longer there.")
	case errors.Is(err, fs.ErrPermission):
		return tr("It may not be read.")
	case errors.As(err, &path):
		err = path.Err
	}
	return tr("It can't be read: {{.Why}}.", "Why", plain(err.Error()))
}

// unseenText says why pages can't be shown.
func unseenText(err error) string {
	var path *fs.PathError
	switch {
	case errors.Is(err, preview.ErrFormat):
		return tr("The printer lays this document out itself. Its pages can't be shown here.")
	case errors.Is(err, preview.ErrDamaged):
		return tr("This document is damaged. The printer may refuse it.")
	case errors.Is(err, preview.ErrLocked):
		return tr("This document asks for a password, and the printer has none. Save it without one first.")
	case errors.Is(err, preview.ErrTooLarge):
		return tr("This document is too large to be shown. It can be printed all the same.")
	case errors.Is(err, preview.ErrTooSlow):
		return tr("This page takes too long to be drawn. It can be printed all the same.")
	case errors.As(err, &path):
		return fileTrouble(err)
	}
	return stop(told(err.Error()))
}

// faceText says which side of paper is shown, of how many.
func faceText(s preview.Setup, f preview.Face, pages, sheets int) string {
	text := tr("Sheet {{.N}} of {{.All}}", "N", formatCount(f.Sheet), "All", formatCount(sheets))
	switch {
	case s.Sides != preview.OneSide && f.Back:
		text += ", " + tr("back")
	case s.Sides != preview.OneSide:
		text += ", " + tr("front")
	}
	first, last := f.Pages[0]+1, f.Pages[len(f.Pages)-1]+1
	if first == last {
		return join(text, tr("page {{.N}} of {{.All}}", "N", formatCount(first), "All", formatCount(pages)))
	}
	return join(text, tr("pages {{.From}} to {{.To}} of {{.All}}", "From", formatCount(first), "To", formatCount(last), "All", formatCount(pages)))
}
