package ui

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// textView shows a text that may be long: only the lines in sight exist. Fyne's own texts take seconds for that.
type textView struct {
	widget.BaseWidget
	scroll *container.Scroll
	lines  []string // as they are shown
	text   string
	code   bool // all letters are as wide, and lines end where they end
	width  float32
	wide   float32 // the widest line of code
	tall   float32 // of a line
	rows   []*canvas.Text
	body   *textBody
}

const (
	textRoom    = 12    // around the text, in Fyne's pixels
	longestLine = 2_000 // letters of a line of code that are shown
	tabWide     = 8     // letters from one tab stop to the next
)

func newTextView() *textView {
	v := &textView{}
	v.body = &textBody{v: v}
	v.body.ExtendBaseWidget(v.body)
	v.scroll = container.NewScroll(v.body)
	v.scroll.OnScrolled = func(fyne.Position) { v.place() }
	v.ExtendBaseWidget(v)
	return v
}

// show shows a text from its beginning.
func (v *textView) show(text string, code bool) {
	v.text, v.code, v.width = text, code, 0
	v.scroll.Offset = fyne.Position{}
	v.Refresh()
}

func (v *textView) style() fyne.TextStyle { return fyne.TextStyle{Monospace: v.code} }

// wrap breaks the text into lines for a width.
func (v *textView) wrap(width float32) {
	if width == v.width {
		return
	}
	v.width, v.wide, v.lines = width, 0, v.lines[:0]
	size := v.Theme().Size(theme.SizeNameText)
	v.tall = fyne.MeasureText("Åg", size, v.style()).Height
	letter := newLetterWidths(size, v.style())
	for line := range strings.Lines(v.text) {
		line = shownLine(strings.TrimRight(line, "\n"))
		if v.code {
			v.lines = append(v.lines, line)
			v.wide = max(v.wide, letter.width(line))
			continue
		}
		for {
			n := letter.fitting(line, width-2*textRoom)
			v.lines = append(v.lines, strings.TrimRight(line[:n], " "))
			if line = line[n:]; line == "" {
				break
			}
		}
	}
}

// shownLine makes a line fit to be shown: tabs are spaces, and what can't be seen is a box.
func shownLine(line string) string {
	if len(line) > longestLine {
		cut := longestLine
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		line = line[:cut] + "…"
	}
	if !strings.ContainsRune(line, '\t') && !strings.ContainsFunc(line, deceptive) {
		return line
	}
	var b strings.Builder
	column := 0
	for _, r := range line {
		n := 1
		switch {
		case r == '\t':
			n = tabWide - column%tabWide
			b.WriteString(strings.Repeat(" ", n))
		case deceptive(r):
			b.WriteRune('\uFFFD')
		default:
			b.WriteRune(r)
		}
		column += n
	}
	return b.String()
}

// letterWidths is how wide letters are: measured once each, which is near enough to break lines.
type letterWidths struct {
	size  float32
	style fyne.TextStyle
	known map[rune]float32
}

func newLetterWidths(size float32, style fyne.TextStyle) *letterWidths {
	return &letterWidths{size, style, map[rune]float32{}}
}

func (l *letterWidths) of(r rune) float32 {
	w, ok := l.known[r]
	if !ok {
		w = fyne.MeasureText(string(r), l.size, l.style).Width
		l.known[r] = w
	}
	return w
}

func (l *letterWidths) width(line string) (w float32) {
	for _, r := range line {
		w += l.of(r)
	}
	return w
}

// fitting returns how many bytes of a line go into a width, up to the end of a word where there is one.
func (l *letterWidths) fitting(line string, width float32) int {
	used, word := float32(0), 0
	for at, r := range line {
		if used += l.of(r); used > width && at > 0 {
			if word > 0 {
				return word
			}
			return at
		}
		if r == ' ' || r == '-' || r == '/' {
			word = at + 1
		}
	}
	return len(line)
}

// place puts rows to where the lines in sight are.
func (v *textView) place() {
	view := v.scroll.Size()
	if view.Height <= 0 || v.tall <= 0 {
		return
	}
	for need := int(view.Height/v.tall) + 2; len(v.rows) < need; {
		v.rows = append(v.rows, canvas.NewText("", nil))
	}
	first := max(int((v.scroll.Offset.Y-textRoom)/v.tall), 0)
	ink := v.Theme().Color(theme.ColorNameForeground, fyne.CurrentApp().Settings().ThemeVariant())
	size := v.Theme().Size(theme.SizeNameText)
	for n, row := range v.rows {
		at, text := first+n, ""
		if at < len(v.lines) {
			text = v.lines[at]
		}
		row.Text, row.Color, row.TextSize, row.TextStyle = text, ink, size, v.style()
		row.Move(fyne.NewPos(textRoom, textRoom+float32(at)*v.tall))
		row.Resize(fyne.NewSize(row.MinSize().Width, v.tall))
		row.Refresh()
	}
	canvas.Refresh(v.body)
}

// key scrolls. It tells whether it took the key.
func (v *textView) key(name fyne.KeyName) bool {
	at, page := v.scroll.Offset, v.scroll.Size().Height-v.tall
	switch name {
	case fyne.KeyUp:
		at.Y -= scrollStep
	case fyne.KeyDown:
		at.Y += scrollStep
	case fyne.KeyPageUp:
		at.Y -= page
	case fyne.KeyPageDown:
		at.Y += page
	case fyne.KeyHome:
		at = fyne.Position{}
	case fyne.KeyEnd:
		at.Y = v.body.MinSize().Height
	default:
		return false
	}
	v.scroll.ScrollToOffset(at)
	v.place()
	return true
}

// CreateRenderer is for Fyne.
func (v *textView) CreateRenderer() fyne.WidgetRenderer { return &textRenderer{v} }

type textRenderer struct{ v *textView }

func (r *textRenderer) MinSize() fyne.Size { return fyne.NewSize(80, 60) }

func (r *textRenderer) Layout(size fyne.Size) {
	r.v.wrap(size.Width)
	r.v.scroll.Resize(size)
	r.v.scroll.Refresh()
	r.v.place()
}

func (r *textRenderer) Refresh() {
	r.Layout(r.v.Size())
}

func (r *textRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.v.scroll} }
func (r *textRenderer) Destroy()                     {}

// textBody is the scrolled part.
type textBody struct {
	widget.BaseWidget
	v *textView
}

// CreateRenderer is for Fyne.
func (b *textBody) CreateRenderer() fyne.WidgetRenderer { return textBodyRenderer{b.v} }

type textBodyRenderer struct{ v *textView }

func (r textBodyRenderer) MinSize() fyne.Size {
	wide := float32(0)
	if r.v.code {
		wide = r.v.wide + 2*textRoom
	}
	return fyne.NewSize(wide, 2*textRoom+float32(len(r.v.lines))*r.v.tall)
}

func (r textBodyRenderer) Layout(fyne.Size) {}
func (r textBodyRenderer) Refresh()         {}
func (r textBodyRenderer) Destroy()         {}

func (r textBodyRenderer) Objects() []fyne.CanvasObject {
	objects := make([]fyne.CanvasObject, len(r.v.rows))
	for i, row := range r.v.rows {
		objects[i] = row
	}
	return objects
}
