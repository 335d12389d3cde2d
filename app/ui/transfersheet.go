package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

const (
	resultsPage = 100 // files on a page of the sheet: more is slow to draw, fewer is tedious to turn

	// The list of files takes what the window has left beside the rest of the sheet, in Fyne's pixels.
	resultsMost, resultsLeast = 260, 90
	resultsRest               = 300
)

// transferSheet is what became of the files of a transfer, those that failed first, a page at a time.
type transferSheet struct {
	u        *UI
	id       string
	sheet    *sheet
	state    node.TransferState // shown last
	about    *look.Text
	how      *look.Text
	outcome  *look.Prose // of a check
	list     *fyne.Container
	scroll   *keyScroll
	from     int // the first file of the page
	count    int
	page     *look.Text
	back, on *widget.Button
	turn     *fyne.Container
	asked    *task
}

func (u *UI) openTransfer(id string) *transferSheet {
	t := findTransfer(u.state, id)
	if t == nil {
		return nil
	}
	v := &transferSheet{u: u, id: id, state: t.State, about: look.NewCaption("").Shrink(60), how: look.NewText("").Shrink(60),
		outcome: look.NewProse("", fyne.TextAlignLeading), list: look.VBox(7), page: look.NewCaption("")}
	v.outcome.Hide()
	v.back = quietButton("", look.IconBack, func() { v.load(v.from - resultsPage) })
	v.on = quietButton("", look.IconForward, func() { v.load(v.from + resultsPage) })
	v.turn = container.NewHBox(v.back, look.Middle(v.page), v.on)
	v.turn.Hide()
	v.scroll = newKeyScroll(look.Pad(8, 10, container.New(roomForBar{}, v.list)), u.closeSheet)
	tall := min(max(u.window.Canvas().Size().Height-resultsRest, resultsLeast), resultsMost)
	spec := sheetSpec{
		title: plain(t.Label), icon: transferIcon(*t), width: 600, cancel: tr("Close"), follow: v.show, focus: v.scroll, onClose: func() { v.asked.stop() },
		body: look.VBox(8, look.VBox(3, v.about, v.how), v.outcome,
			container.NewStack(look.NewPaint(look.ColorSidebar, 8), container.New(atLeast{height: tall}, v.scroll)), v.turn),
	}
	if canCheck(*t) {
		spec.main, spec.onMain = tr("Check the files"), func(*sheet) { v.check() }
	}
	if canRetry(*t) {
		spec.extra = newButton(retryText(*t), u.closeSheet, func() {
			u.closeSheet()
			u.retryTransfer(id)
		})
	}
	v.sheet = u.open(spec)
	v.load(0)
	return v
}

// show follows the transfer. Once it has ended or begun again, other things can be done with it.
func (v *transferSheet) show(s *node.State) {
	t := findTransfer(s, v.id)
	switch {
	case t == nil:
		v.how.SetText(tr("This transfer is no longer in the list."))
		return
	case t.State.Ended() != v.state.Ended() && v.sheet != nil:
		v.u.openTransfer(v.id)
		return
	}
	v.state = t.State
	v.about.SetText(join(sentence(transferSide(*t, pcName(s, t.PC))), plain(t.Dest)))
	text, ink := transferText(*t)
	v.how.SetText(text)
	v.how.SetColor(ink)
	if ink == look.ColorQuiet {
		v.how.SetColor(theme.ColorNameForeground)
	}
}

// load shows the page that begins with a file.
func (v *transferSheet) load(from int) {
	v.asked.stop()
	from = max(from, 0)
	v.asked = v.u.work.start(func(ctx context.Context) func() {
		r, err := v.u.svc.TransferResults(ctx, v.id, from, resultsPage)
		return func() {
			if err != nil {
				v.sheet.problem.show(err)
				return
			}
			v.from, v.count = from, r.Count
			v.put(r.Files, tr("No file has been settled yet."))
			visible(v.turn, r.Count > resultsPage)
			able(v.back, from > 0)
			able(v.on, from+len(r.Files) < r.Count)
			v.page.SetText(tr("{{.From}} to {{.To}} of {{.All}}", "From", formatCount(from+1), "To", formatCount(from+len(r.Files)), "All", formatCount(r.Count)))
			v.fit()
		}
	})
}

// fit gives the sheet the height of what it shows now.
func (v *transferSheet) fit() {
	if v.u.sheet == v.sheet {
		v.sheet.pop.Resize(v.sheet.pop.MinSize()) // its texts learn their width
		v.sheet.pop.Resize(v.sheet.pop.MinSize()) // and so how tall they are
	}
}

func (v *transferSheet) put(files []node.Result, none string) {
	v.list.Objects = nil
	for _, f := range files {
		v.list.Add(resultLine(f))
	}
	if len(files) == 0 {
		v.list.Add(look.NewCaption(none))
	}
	v.list.Refresh()
	v.scroll.scroll.Refresh()
	v.scroll.scroll.ScrollToTop()
}

func resultLine(f node.Result) fyne.CanvasObject {
	text, ink := resultText(f)
	right := look.NewText(text).In(ink, theme.SizeNameCaptionText).Right()
	line := container.NewBorder(nil, nil, nil, right, look.NewText(plain(f.Path)).Shrink(60))
	why := ""
	if f.At != "" && f.At != f.Path {
		why = tr("there it is called {{.Name}}", "Name", plain(f.At))
	}
	if f.Error != "" {
		why = plain(heard(f.Error))
	}
	if why == "" {
		return line
	}
	return look.VBox(1, line, look.NewText(sentence(why)).In(ink, theme.SizeNameCaptionText).Shrink(60))
}

// resultText says what became of a file, and in which colour.
func resultText(f node.Result) (text string, ink fyne.ThemeColorName) {
	size := formatSize(f.Size)
	switch f.How {
	case "sent":
		return size, look.ColorQuiet
	case "same":
		return join(size, tr("there already")), look.ColorQuiet
	case "known":
		return join(size, tr("its content was there already")), look.ColorQuiet
	case "skipped":
		return tr("left as it was"), look.ColorQuiet
	case "held":
		return tr("held back"), theme.ColorNameWarning
	case "left-out":
		return tr("left out"), theme.ColorNameWarning
	case "failed":
		return tr("failed"), theme.ColorNameError
	case howBad:
		return "", theme.ColorNameError
	}
	return plain(f.How), look.ColorQuiet
}

// howBad is what became of a file that is no longer as it was sent: its Error says what.
const howBad = "bad"

// check reads the files again where they are now and says whether they are as they were sent.
func (v *transferSheet) check() {
	var found *node.Verification
	v.asked.stop()
	v.sheet.run(tr("Reading the files…"), func(ctx context.Context) (err error) {
		found, err = v.u.svc.VerifyTransfer(ctx, v.id)
		return err
	}, func() {
		text, ink := checkedText(*found)
		v.outcome.In(ink).SetText(text)
		v.outcome.Show()
		if len(found.Bad) > 0 {
			v.turn.Hide()
			for i := range found.Bad {
				found.Bad[i].How = howBad
			}
			v.put(found.Bad, "")
		}
		v.fit()
	})
}

// checkedText says what reading files again has shown.
func checkedText(f node.Verification) (text string, ink fyne.ThemeColorName) {
	text, ink = trn("One file is as it was sent.", "All {{.N}} files are as they were sent.", f.Checked), theme.ColorNameSuccess
	if len(f.Bad) > 0 {
		ink = theme.ColorNameError
		text = trn("One file is missing, changed or damaged since.", "{{.N}} files are missing, changed or damaged since.", len(f.Bad)) + " " +
			trn("One other is as it was sent.", "{{.N}} others are as they were sent.", f.Checked)
	}
	if f.Unknown > 0 {
		text += " " + trn("One was there before and was never read.", "{{.N}} were there before and were never read.", f.Unknown)
	}
	if len(f.Bad)+f.Checked == 0 && f.Unknown > 0 {
		ink, text = look.ColorQuiet, tr("There is nothing to compare: all of it was there before and was never read.")
	}
	return text, ink
}
