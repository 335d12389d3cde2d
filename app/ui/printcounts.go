package ui

import (
	"cmp"
	"context"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// oldestCounts is how many months one can go back.
const oldestCounts = 36

// The columns of the table, in Fyne's pixels.
const countWide = 78

// countsSheet is who printed how much on a printer of this PC, a month at a time.
type countsSheet struct {
	u       *UI
	printer string
	sheet   *sheet
	back    int // months before this one
	month   *look.Text
	old, on *widget.Button
	table   *fyne.Container
	scroll  *keyScroll
	asked   *task
}

// showPrintCounts shows who printed how much on a printer.
func (u *UI) showPrintCounts(printer string) {
	v := &countsSheet{u: u, printer: printer, month: look.NewHeading("").Centre(), table: look.VBox(7)}
	v.old = quietButton("", look.IconBack, func() { v.turn(1) })
	v.on = quietButton("", look.IconForward, func() { v.turn(-1) })
	v.scroll = newKeyScroll(look.Pad(10, 12, container.New(roomForBar{}, v.table)), u.closeSheet)
	tall := min(max(u.window.Canvas().Size().Height-resultsRest, resultsLeast), resultsMost)
	v.sheet = u.open(sheetSpec{
		title: tr("Printed on {{.Printer}}", "Printer", plain(printer)), icon: look.IconSheet, width: 560, cancel: tr("Close"), focus: v.scroll, onClose: func() { v.asked.stop() },
		body: look.VBox(8, container.NewBorder(nil, nil, v.old, v.on, look.Middle(v.month)),
			container.NewStack(look.NewPaint(look.ColorSidebar, 8), container.New(atLeast{height: tall}, v.scroll))),
	})
	v.scroll.onKey = func(k fyne.KeyName) bool {
		by, ok := map[fyne.KeyName]int{fyne.KeyLeft: 1, fyne.KeyRight: -1}[k]
		if ok {
			v.turn(by)
		}
		return ok
	}
	v.turn(0)
}

// turn goes back by some months, and shows that one.
func (v *countsSheet) turn(by int) {
	v.back = min(max(v.back+by, 0), oldestCounts)
	able(v.old, v.back < oldestCounts)
	able(v.on, v.back > 0)
	now := v.u.opt.Now()
	month := time.Date(now.Year(), now.Month()-time.Month(v.back), 1, 0, 0, 0, 0, now.Location())
	v.month.SetText(month.Format(tr("January 2006")))
	v.asked.stop()
	v.asked = v.u.work.start(func(ctx context.Context) func() {
		counts, err := v.u.svc.PrintCounts(ctx, month.Format("2006-01"))
		return func() {
			if err != nil {
				v.sheet.problem.show(err)
				return
			}
			v.sheet.problem.clear()
			v.show(counts)
		}
	})
}

func (v *countsSheet) show(all []node.PrintCount) {
	counts, sum := countsOf(all, v.printer)
	v.table.Objects = nil
	if len(counts) == 0 {
		v.table.Add(look.NewCaption(tr("Nothing was printed in this month.")))
	} else {
		v.table.Add(countLine(tr("PC"), [3]string{tr("Jobs"), tr("Pages"), tr("Sheets")}, look.ColorQuiet, false))
		for _, c := range counts {
			v.table.Add(countLine(v.who(c), numbers(c), theme.ColorNameForeground, false))
		}
		if len(counts) > 1 {
			v.table.Add(widget.NewSeparator())
			v.table.Add(countLine(tr("All"), numbers(sum), theme.ColorNameForeground, true))
		}
	}
	if sum.Unsure > 0 {
		v.table.Add(look.NewProse(trn("Of one job the printer didn't say how many pages it had.", "Of {{.N}} jobs the printer didn't say how many pages they had.", sum.Unsure), fyne.TextAlignLeading).Small())
	}
	v.table.Refresh()
	v.scroll.scroll.Refresh()
	v.scroll.scroll.ScrollToTop()
}

func (v *countsSheet) who(c node.PrintCount) string {
	if c.PC == "" {
		return tr("Guests")
	}
	return pcName(v.u.state, c.PC)
}

// countsOf returns the counts of one printer, the most pages first, and their sum.
func countsOf(all []node.PrintCount, printer string) (counts []node.PrintCount, sum node.PrintCount) {
	for _, c := range all {
		if c.Printer == printer {
			counts = append(counts, c)
			sum.Jobs += c.Jobs
			sum.Pages += c.Pages
			sum.Sheets += c.Sheets
			sum.Unsure += c.Unsure
		}
	}
	slices.SortStableFunc(counts, func(a, b node.PrintCount) int { return cmp.Compare(b.Pages, a.Pages) })
	return counts, sum
}

func numbers(c node.PrintCount) [3]string {
	return [3]string{formatCount(c.Jobs), formatCount(c.Pages), formatCount(c.Sheets)}
}

func countLine(who string, numbers [3]string, ink fyne.ThemeColorName, bold bool) fyne.CanvasObject {
	write := func(text string) *look.Text {
		t := look.NewText(text).In(ink, theme.SizeNameText)
		t.Style.Bold = bold
		return t
	}
	right := container.NewHBox()
	for _, n := range numbers {
		right.Add(container.New(atLeast{width: countWide}, write(n).Right()))
	}
	return container.NewBorder(nil, nil, nil, right, write(who).Shrink(60))
}
