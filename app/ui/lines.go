package ui

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// put returns what to say about an error: the sentence, and a hint or "".
func put(err error) (text, hint string) {
	var e *node.Error
	if errors.As(err, &e) {
		return told(e.Text), windowHint(e.Hint)
	}
	return told(err.Error()), ""
}

// windowHint is what the node advises, for people at a window: it names its commands where the window has a way of its own.
func windowHint(hint string) string {
	switch {
	case !strings.Contains(hint, "`lanyard"):
		return told(hint)
	case strings.HasPrefix(hint, "make some room"):
		return tr("Make some room, or choose another folder in the settings.")
	case strings.HasPrefix(hint, "choose another"):
		return tr("Choose another folder in the settings.")
	case strings.HasPrefix(hint, "switch them on"):
		return tr("Switch them on in the settings.")
	case strings.Contains(hint, "`lanyard share add`"), strings.Contains(hint, "`lanyard printer share`"):
		return tr("That is changed on the page of this PC.")
	case strings.Contains(hint, "`lanyard workgroup remove this`"):
		return tr("Leave it first, on the page of this PC.")
	case strings.Contains(hint, "`lanyard brake release`"):
		return tr("Ask the person there to let this PC go on.")
	case strings.HasPrefix(hint, "check `lanyard jobs`"):
		return tr("Look at its jobs once it is back: what was spooled there is printed.")
	}
	return "" // the window lists what such a command would
}

// sentence gives a text a capital first letter.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if size == 0 || first == utf8.RuneError {
		return s
	}
	return string(unicode.ToUpper(first)) + s[size:]
}

// stop ends a text with a full stop, unless it ends in one of its own.
func stop(s string) string {
	if last, _ := utf8.DecodeLastRuneInString(s); s == "" || strings.ContainsRune(".!?…。！？", last) {
		return s
	}
	return s + tr(".")
}

// of says something of something, as languages do that.
func of(what, says string) string { return tr("{{.What}}: {{.Says}}", "What", what, "Says", says) }

// problemLine says what went wrong in a dialog or page; empty, it takes no room.
type problemLine struct {
	widget.BaseWidget
	label *widget.Label
	box   *fyne.Container
}

func newProblemLine() *problemLine {
	l := widget.NewLabel("")
	l.Wrapping = fyne.TextWrapWord
	ground := look.NewPaint(look.ColorErrorBG, 6)
	icon := look.Pad(0, 8, look.Icon(theme.NewColoredResource(look.IconWarning, theme.ColorNameError), 17))
	p := &problemLine{label: l, box: container.NewStack(ground, container.NewBorder(nil, nil, icon, nil, l))}
	p.ExtendBaseWidget(p)
	p.Hide()
	return p
}

func (p *problemLine) show(err error) {
	text, hint := put(err)
	p.say(text, hint)
}

func (p *problemLine) say(text, hint string) {
	if hint != "" {
		text += "\n" + hint
	}
	p.label.SetText(text)
	p.Show()
}

func (p *problemLine) clear() {
	p.label.SetText("")
	p.Hide()
}

func (p *problemLine) text() string {
	if !p.Visible() {
		return ""
	}
	return p.label.Text
}

// CreateRenderer is for Fyne.
func (p *problemLine) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(p.box) }

// busyLine says what is under way, with a small turning sign.
type busyLine struct {
	widget.BaseWidget
	sign *widget.Activity
	text *look.Text
}

func newBusyLine() *busyLine {
	b := &busyLine{sign: widget.NewActivity(), text: look.NewQuiet("")}
	b.ExtendBaseWidget(b)
	b.Hide()
	return b
}

func (b *busyLine) start(text string) {
	b.text.SetText(text)
	b.Show()
	b.sign.Start()
}

func (b *busyLine) stop() {
	b.sign.Stop() // a hidden sign would go on animating
	b.Hide()
}

// CreateRenderer is for Fyne.
func (b *busyLine) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(look.HBox(8, container.NewCenter(b.sign), look.Middle(b.text)))
}

// emptyState is what a page shows when it has nothing: what belongs here and how to begin.
func emptyState(icon fyne.Resource, title, text string, buttons ...fyne.CanvasObject) fyne.CanvasObject {
	label := look.NewProse(text, fyne.TextAlignCenter)
	rows := []fyne.CanvasObject{
		container.NewCenter(look.Emblem(icon, 56)),
		look.NewText(title).In(theme.ColorNameForeground, theme.SizeNameSubHeadingText).Bold().Centre().Shrink(460),
		container.NewCenter(container.New(atLeast{width: 420}, label)),
	}
	if len(buttons) > 0 {
		rows = append(rows, container.NewCenter(look.HBox(8, buttons...)))
	}
	return container.NewCenter(look.VBox(10, rows...))
}

// busyPage is what a page shows while it waits for what it is to show: what is under way, and a way out.
func busyPage(doing string, cancel func()) fyne.CanvasObject {
	line := newBusyLine()
	line.start(doing)
	out := widget.NewButton(tr("Cancel"), func() {
		line.stop()
		cancel()
	})
	return container.NewCenter(look.VBox(12, container.NewCenter(line), container.NewCenter(out)))
}

func mainButton(text string, icon fyne.Resource, tap func()) *widget.Button {
	b := widget.NewButtonWithIcon(text, icon, tap)
	b.Importance = widget.HighImportance
	return b
}

func quietButton(text string, icon fyne.Resource, tap func()) *widget.Button {
	b := widget.NewButtonWithIcon(text, icon, tap)
	b.Importance = widget.LowImportance
	return b
}
