package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// The sheet takes what the window has, up to what it can use, in Fyne's pixels.
const (
	printWide, printMargin = 900, 64
	printTall, printRest   = 540, 220
	printLeast             = 170
	formWide               = 350
)

// inWindow is a layout that gives its one object the size that the window has for it now.
type inWindow struct{ canvas fyne.Canvas }

func (w inWindow) MinSize([]fyne.CanvasObject) fyne.Size {
	size := w.canvas.Size()
	return fyne.NewSize(min(size.Width-printMargin, printWide), min(max(size.Height-printRest, printLeast), printTall))
}

func (w inWindow) Layout(o []fyne.CanvasObject, size fyne.Size) { o[0].Resize(size) }

// printSheet is the dialog in which a person sees documents as they come out of a printer, and chooses how.
type printSheet struct {
	fitting     int // documents that can be printed, as their lines say
	u           *UI
	pc, printer string
	sheet       *sheet
	docs        *printDocs
	form        *printForm // nil until the printer has said what it can do
	preview     *printPreview
	presets     *printPresets
	column      *fyne.Container // documents, presets and options
	scroll      *container.Scroll
	state, sum  *look.Text
	looking     *task
}

// askPrint shows documents and the options of a printer, and prints them on it.
func (u *UI) askPrint(pc, printer string, files []string) *printSheet {
	if len(files) == 0 {
		return nil
	}
	v := &printSheet{u: u, pc: pc, printer: printer, state: look.NewCaption("").Shrink(60), sum: look.NewText("").Bold().Shrink(60)}
	v.preview = newPrintPreview(u, v.key)
	v.docs = newPrintDocs(files, u.closeSheet, v.choose, v.remove)
	v.column = container.New(&look.Column{Gap: 10}, v.docs.scroll)
	v.scroll = container.NewVScroll(container.New(layout.NewCustomPaddedLayout(0, 4, 2, 14), v.column))
	right := container.New(atLeast{width: formWide}, look.Frame(nil, container.New(layout.NewCustomPaddedLayout(8, 0, 4, 0), v.sum), nil, nil, v.scroll))
	v.sheet = u.open(sheetSpec{
		title: tr("Print on {{.Printer}}", "Printer", plain(printer)), icon: look.IconPrinter, main: tr("Print"),
		body: look.VBox(8, v.state, container.New(inWindow{u.window.Canvas()},
			look.Frame(nil, nil, nil, container.New(layout.NewCustomPaddedLayout(0, 0, 16, 0), right), v.preview.content))),
		onMain: v.submit, onClose: v.close, follow: v.follow,
	})
	v.sheet.main.onKey, v.sheet.cancel.onKey = v.turnKey, v.turnKey
	v.looking = v.docs.look(u, v.looked)
	v.ask()
	return v
}

// ask asks the printer what it can do.
func (v *printSheet) ask() {
	v.sheet.main.SetText(tr("Print"))
	var can *node.PrinterOptions
	v.sheet.attempt(tr("Asking the printer what it can do…"), func(ctx context.Context) (err error) {
		can, err = v.u.svc.PrinterOptions(ctx, v.pc, v.printer)
		return err
	}, func(err error) {
		if err != nil {
			v.sheet.problem.show(err)
			v.sheet.main.SetText(tr("Try again"))
			return
		}
		v.fill(can)
	})
}

// fill makes the fields from what the printer can do.
func (v *printSheet) fill(can *node.PrinterOptions) {
	printer := node.Printer{Color: true}
	if p := findPrinter(v.u.state, v.pc, v.printer); p != nil {
		printer = *p
	}
	v.docs.can = can
	v.docs.none = func(d *printDoc) bool {
		spans, err := v.form.spans()
		return err == nil && len(spans) > 0 && d.pages != nil && d.unseen == nil && spans.Count(d.pages.Pages) == 0
	}
	v.form = newPrintForm(can, printer, formKeys{escape: v.u.closeSheet, other: v.key, reveal: func(o fyne.CanvasObject) { look.RevealIn(v.scroll, o) }}, v.changed)
	v.presets = newPrintPresets(v.u, printerKey(node.Printer{PC: v.pc, Name: v.printer}), v.form, v.key)
	v.column.Add(v.presets.content)
	v.column.Add(v.form.content)
	v.presets.start()
	v.docs.fill()
	v.changed()
	v.sheet.pop.Refresh()
	v.u.window.Canvas().Focus(v.sheet.main)
}

// looked takes what was found out about documents.
func (v *printSheet) looked() {
	v.docs.fill()
	v.changed()
}

// choose shows another document, remove takes one out.
func (v *printSheet) choose(d *printDoc) {
	v.docs.shown = d
	v.docs.fill()
	v.preview.toStart()
	v.changed()
}

func (v *printSheet) remove(d *printDoc) {
	v.docs.drop(d)
	v.docs.fill()
	v.changed()
	v.u.window.Canvas().Focus(v.sheet.main) // its line is gone
}

// changed brings all in line with what is chosen.
func (v *printSheet) changed() {
	if v.form == nil {
		return
	}
	pages := 0
	if d := v.docs.shown; len(v.docs.list) == 1 && d.pages != nil && d.unseen == nil { // of several it is said beside each
		pages = d.pages.Pages
	}
	good := v.form.check(pages)
	v.preview.show(v.docs, v.form.setup())
	n := len(v.docs.good())
	if n != v.fitting {
		v.fitting = n
		v.docs.fill()
	}
	able(v.sheet.main, good && n > 0 && v.sheet.task.idle())
	text := tr("Print")
	if n < len(v.docs.list) && n > 0 {
		text = trn("Print the other one", "Print the other {{.N}}", n)
	}
	if v.sheet.main.Text != text {
		v.sheet.main.SetText(text)
	}
	v.sum.SetText(v.sumText())
}

// sumText says how much paper all documents take, once that is known of each.
func (v *printSheet) sumText() string {
	setup := v.form.setup()
	pages, sheets := 0, 0
	for _, d := range v.docs.good() {
		if d.pages == nil || d.unseen != nil {
			return ""
		}
		pages += setup.Pages.Count(d.pages.Pages)
		sheets += setup.Sheets(d.pages.Pages)
	}
	if sheets == 0 {
		return ""
	}
	return sheetsText(pages, sheets, v.form.copies())
}

// follow says how the printer is.
func (v *printSheet) follow(s *node.State) {
	p := findPrinter(s, v.pc, v.printer)
	where := tr("at {{.PC}}", "PC", pcName(s, v.pc))
	if p == nil {
		v.state.SetText(sentence(join(where, tr("it is no longer shared"))))
		v.state.SetColor(theme.ColorNameError)
		return
	}
	text, ink := printerState(*p)
	v.state.SetText(sentence(join(where, plain(p.Location), waitText(*p, text), pageLimitText(*p))))
	v.state.SetColor(ink)
	if ink == theme.ColorNameSuccess {
		v.state.SetColor(look.ColorQuiet)
	}
}

// key is for keys that no field has a use for.
func (v *printSheet) key(name fyne.KeyName) bool {
	if name == fyne.KeyReturn || name == fyne.KeyEnter {
		v.sheet.submit(v.submit)
		return true
	}
	return v.turnKey(name)
}

// turnKey turns pages.
func (v *printSheet) turnKey(name fyne.KeyName) bool {
	switch name {
	case fyne.KeyPageUp:
		v.preview.turn(-1)
	case fyne.KeyPageDown:
		v.preview.turn(1)
	default:
		return false
	}
	return true
}

// submit prints, or asks the printer again.
func (v *printSheet) submit(*sheet) {
	if v.form == nil {
		v.ask()
		return
	}
	docs, request := v.docs.good(), v.form.request()
	request.PC, request.Printer = v.pc, v.printer
	sent := 0
	v.sheet.attempt(tr("Sending to the printer…"), func(ctx context.Context) error {
		for i, d := range docs { // one by one: what has arrived when one fails must not be printed again
			if len(docs) > 1 {
				v.u.work.post(func() {
					v.sheet.busy.start(tr("Sending {{.N}} of {{.All}}…", "N", formatCount(i+1), "All", formatCount(len(docs))))
				})
			}
			request.Files = []string{d.path}
			if _, err := v.u.svc.Print(ctx, request); err != nil {
				return err
			}
			v.u.work.post(func() { sent = i + 1 })
		}
		return nil
	}, func(err error) { v.printed(docs, sent, err) })
}

// printed closes the sheet, or says what went wrong and keeps what was not sent.
func (v *printSheet) printed(docs []*printDoc, sent int, err error) {
	v.presets.keep()
	if err == nil {
		v.u.closeSheet()
		v.u.frame.notice.say(notice{kind: noticeGood, text: tr("Sent to {{.Printer}} at {{.PC}}.", "Printer", plain(v.printer), "PC", pcName(v.u.state, v.pc)),
			verb: tr("Show jobs"), do: func() { v.u.visit(place{kind: atPrinters}) }})
		return
	}
	for _, d := range docs[:sent] {
		v.docs.drop(d)
	}
	v.docs.fill()
	v.changed()
	text, hint := put(err)
	if sent > 0 {
		hint = trn("One document was sent before that. Those that weren't are still here.", "{{.N}} documents were sent before that. Those that weren't are still here.", sent) + " " + hint
	}
	v.sheet.problem.say(text, hint)
}

func (v *printSheet) close() {
	v.looking.stop()
	v.preview.close()
}
