package ui

import (
	"context"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// maxCopies bounds the copies where a printer doesn't say how many it makes.
const maxCopies = 99

// printOptions are the options offered, in order, if the printer takes more than one value. They are IPP Job Template
// attributes (RFC 8011 5.2, PWG 5100.13).
var printOptions = []string{"media", "sides", "print-color-mode", "print-quality", "media-source"}

// askPrint shows the options of a printer and prints documents on it.
func (u *UI) askPrint(pc, printer string, files []string) {
	if len(files) == 0 {
		return
	}
	form := newPrintForm(files, u.closeSheet)
	s := u.open(sheetSpec{
		title: tr("Print on {{.Printer}}", "Printer", plain(printer)), icon: look.IconPrinter, width: 440, body: form.content,
		main: tr("Print"), onMain: func(s *sheet) {
			request := node.PrintRequest{PC: pc, Printer: printer, Files: files, Copies: form.copies(), Options: form.chosen()}
			s.run(tr("Sending to the printer…"), func(ctx context.Context) error {
				_, err := u.svc.Print(ctx, request)
				return err
			}, func() {
				u.closeSheet()
				u.frame.notice.say(notice{kind: noticeGood, text: tr("Sent to {{.Printer}} at {{.PC}}.", "Printer", plain(printer), "PC", pcName(u.state, pc)),
					verb: tr("Show jobs"), do: func() { u.visit(place{kind: atPrinters}) }})
			})
		},
	})
	s.run(tr("Asking the printer what it can do…"), func(ctx context.Context) error {
		can, err := u.svc.PrinterOptions(ctx, pc, printer)
		if err == nil {
			form.can = can
		}
		return err
	}, func() {
		form.fill()
		s.pop.Refresh()
		u.window.Canvas().Focus(s.main)
	})
}

// printForm lets a person choose how to print.
type printForm struct {
	content *fyne.Container
	can     *node.PrinterOptions
	count   *input
	most    int
	choices map[string]*choice
	escape  func()
}

func newPrintForm(files []string, escape func()) *printForm {
	f := &printForm{content: look.VBox(8), choices: map[string]*choice{}, escape: escape}
	text := plain(filepath.Base(files[0]))
	if len(files) > 1 {
		text = trn("{{.Name}} and {{.N}} more", "{{.Name}} and {{.N}} more", len(files)-1, "Name", text)
	}
	f.content.Add(look.HBox(8, look.Icon(look.Quiet(look.IconText), 18), look.Middle(look.NewText(text).Shrink(300))))
	return f
}

// fill makes the lines from what the printer can do.
func (f *printForm) fill() {
	f.most = f.can.Copies
	if f.most <= 0 {
		f.most = maxCopies
	}
	f.count = newInput("", f.escape)
	f.count.SetText("1")
	less := newButton("–", f.escape, func() { f.setCopies(f.copies() - 1) })
	more := newButton("+", f.escape, func() { f.setCopies(f.copies() + 1) })
	copies := container.NewHBox(less, container.New(atLeast{width: 54}, f.count), more)
	f.content.Add(formLine(tr("Copies"), copies))
	for _, name := range printOptions {
		values := f.can.Values[name]
		if len(values) < 2 {
			continue
		}
		var texts []string
		for _, v := range values {
			texts = append(texts, optionText(name, v))
		}
		choice := newChoice(texts, f.escape)
		choice.SetSelectedIndex(max(slices.Index(values, f.can.Defaults[name]), 0))
		f.choices[name] = choice
		f.content.Add(formLine(optionName(name), choice))
	}
	f.content.Refresh()
}

func formLine(label string, field fyne.CanvasObject) fyne.CanvasObject {
	return container.NewBorder(nil, nil, container.New(atLeast{width: 110}, look.Middle(look.NewQuiet(label))), nil, field)
}

func (f *printForm) copies() int {
	if f.count == nil {
		return 1
	}
	n, err := strconv.Atoi(strings.TrimSpace(f.count.Text))
	if err != nil {
		return 1
	}
	return min(max(n, 1), f.most)
}

func (f *printForm) setCopies(n int) { f.count.SetText(strconv.Itoa(min(max(n, 1), f.most))) }

// chosen returns the options that differ from the printer's defaults, so that its own stay in force for the rest.
func (f *printForm) chosen() map[string]string {
	options := map[string]string{}
	for name, choice := range f.choices {
		i := choice.SelectedIndex()
		if i < 0 {
			continue
		}
		if v := f.can.Values[name][i]; v != f.can.Defaults[name] {
			options[name] = v
		}
	}
	return options
}

func optionName(name string) string {
	switch name {
	case "media":
		return tr("Paper")
	case "sides":
		return tr("Sides")
	case "print-color-mode":
		return tr("Colour")
	case "print-quality":
		return tr("Quality")
	case "media-source":
		return tr("Tray")
	}
	return plain(name)
}

// optionText says what a value of an option means; an unknown one is shown as it is.
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
	case "print-color-mode=auto":
		return tr("As the document is")
	case "print-quality=3", "print-quality=draft":
		return tr("Draft")
	case "print-quality=4", "print-quality=normal":
		return tr("Normal")
	case "print-quality=5", "print-quality=high":
		return tr("Best")
	}
	if name == "media" {
		return mediaText(value)
	}
	return plain(sentence(strings.ReplaceAll(value, "-", " ")))
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
