package ui

import (
	"context"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// What the card of a printer asks for.

func (u *UI) sharePrinter(name string, on, guests bool) {
	u.work.start(func(ctx context.Context) func() {
		var err error
		if on {
			err = u.svc.SharePrinter(ctx, name, guests)
		} else {
			err = u.svc.UnsharePrinter(ctx, name)
		}
		return func() {
			if err != nil {
				u.frame.show(u.state) // its box shows how it is, not what was wanted
				u.fail(err)
			}
		}
	})
}

func (u *UI) askPrintFiles(pc, printer string) {
	u.pick(tr("Print on {{.Printer}}", "Printer", plain(printer)), false, func(paths []string) { u.askPrint(pc, printer, paths) })
}

// installPrinter gives this PC's own programs a printer of another PC, or takes it away from them.
func (u *UI) installPrinter(p node.Printer, on bool) {
	var made *node.Printer
	u.work.start(func(ctx context.Context) func() {
		var err error
		if on {
			made, err = u.svc.InstallPrinter(ctx, p.PC, p.Name)
		} else {
			err = u.svc.UninstallPrinter(ctx, p.PC, p.Name)
		}
		return func() {
			u.frame.show(u.state) // its box shows how it is, not what was wanted
			switch {
			case err != nil:
				u.fail(err)
			case !on:
				u.tell(tr("{{.Printer}} is no longer in the print dialogs of this PC.", "Printer", plain(p.Name)))
			case made.Local == "":
				u.frame.notice.say(notice{kind: noticeGood, stays: true, text: tr("This PC has no print system to put {{.Printer}} into. Programs that print over the network reach it at {{.Address}}.",
					"Printer", plain(p.Name), "Address", plain(made.LocalURI))})
			default:
				u.tell(tr("Every program of this PC can print on “{{.Name}}” now.", "Name", plain(made.Local)))
			}
		}
	})
}

// printTestPage prints a page that shows how a printer prints.
func (u *UI) printTestPage(p node.Printer) {
	request := node.PrintRequest{PC: p.PC, Printer: p.Name, Copies: 1, TestPage: true}
	u.call(func(ctx context.Context) error {
		_, err := u.svc.Print(ctx, request)
		return err
	}, func() {
		u.tell(tr("A test page was sent to {{.Printer}} at {{.PC}}.", "Printer", plain(p.Name), "PC", pcName(u.state, p.PC)))
	})
}

// setPrinterRule changes what is decided about a printer of this PC, as it stands now.
func (u *UI) setPrinterRule(p node.Printer, change func(*node.PrinterRule)) {
	if now := findPrinter(u.state, p.PC, p.Name); now != nil {
		p = *now
	}
	rule := p.Rule
	change(&rule)
	u.call(func(ctx context.Context) error { return u.svc.SetPrinterRule(ctx, p.Name, rule) }, nil)
}

// maxMonthPages is the largest limit that can be typed.
const maxMonthPages = 1_000_000

// askPrinterRule asks whether jobs wait for a PIN, and how much each PC may print.
func (u *UI) askPrinterRule(p node.Printer) {
	release := newCheck(tr("Each job waits until its sender lets it go"), u.closeSheet)
	release.SetChecked(p.Rule.Release)
	limit := newInput(tr("As many as they like"), u.closeSheet)
	if p.Rule.Pages > 0 {
		limit.SetText(strconv.Itoa(p.Rule.Pages))
	}
	wrong := look.NewText(tr("Write a number, or nothing")).In(theme.ColorNameError, theme.SizeNameCaptionText)
	wrong.Hide()
	var s *sheet
	submit := func(s *sheet) {
		now := p
		if fresh := findPrinter(u.state, p.PC, p.Name); fresh != nil {
			now = *fresh
		}
		now.Rule.Release = release.Checked
		now.Rule.Pages, _ = readPages(limit.Text)
		s.run(tr("One moment…"), func(ctx context.Context) error { return u.svc.SetPrinterRule(ctx, p.Name, now.Rule) }, u.closeSheet)
	}
	s = u.open(sheetSpec{
		title: tr("PIN and limit of {{.Printer}}", "Printer", plain(p.Name)), icon: look.IconKey, width: 520, main: tr("Save"), onMain: submit,
		body: look.VBox(12,
			look.VBox(2, flush(release), look.NewProse(tr("With the PIN that it was given, typed into Lanyard at this PC, or from the PC that sent it. So nobody else finds the paper first."), fyne.TextAlignLeading).Small()),
			look.VBox(2, fieldLine(tr("Most pages of one PC in a month"), limit), wrong,
				look.NewProse(tr("What goes beyond it is refused, and its sender is told why. What this PC prints itself isn't limited."), fyne.TextAlignLeading).Small())),
	})
	limit.OnChanged = func(text string) {
		_, ok := readPages(text)
		visible(wrong, !ok)
		able(s.main, ok)
	}
	limit.OnSubmitted = func(string) { s.submit(submit) }
}

// readPages reads a limit; nothing is none.
func readPages(text string) (n int, ok bool) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n > 0 && n <= maxMonthPages
}
