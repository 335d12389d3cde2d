package look

import (
	"image/color"
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Text is one line in a colour and size of the theme. Where it has too little room it ends in "…".
type Text struct {
	widget.BaseWidget
	text  string
	Color fyne.ThemeColorName
	Scale fyne.ThemeSizeName
	Style fyne.TextStyle
	Align fyne.TextAlign
	Least float32 // the width it asks for; 0 means that of its whole text
}

// NewText returns a line in the ordinary colour and size.
func NewText(text string) *Text {
	t := &Text{text: text, Color: theme.ColorNameForeground, Scale: theme.SizeNameText}
	t.ExtendBaseWidget(t)
	return t
}

// NewQuiet returns a line of secondary text.
func NewQuiet(text string) *Text { return NewText(text).In(ColorQuiet, theme.SizeNameText) }

// NewCaption returns a small line of secondary text.
func NewCaption(text string) *Text { return NewText(text).In(ColorQuiet, theme.SizeNameCaptionText) }

// NewTitle returns the heading of a page, NewHeading that of a part of it.
func NewTitle(text string) *Text {
	return NewText(text).In(theme.ColorNameForeground, SizeTitle).Bold().Shrink(40)
}

// NewHeading returns the heading of a part of a page.
func NewHeading(text string) *Text { return NewText(text).Bold() }

// In sets the colour and size.
func (t *Text) In(c fyne.ThemeColorName, s fyne.ThemeSizeName) *Text {
	t.Color, t.Scale = c, s
	return t
}

// Bold makes it bold.
func (t *Text) Bold() *Text {
	t.Style.Bold = true
	return t
}

// Shrink lets it be as narrow as least.
func (t *Text) Shrink(least float32) *Text {
	t.Least = least
	return t
}

// Right aligns it to the right.
func (t *Text) Right() *Text {
	t.Align = fyne.TextAlignTrailing
	return t
}

// Centre aligns it to the middle.
func (t *Text) Centre() *Text {
	t.Align = fyne.TextAlignCenter
	return t
}

// Text returns the whole text.
func (t *Text) Text() string { return t.text }

// SetText changes the text.
func (t *Text) SetText(text string) {
	if t.text != text {
		t.text = text
		t.Refresh()
	}
}

// SetColor changes the colour.
func (t *Text) SetColor(c fyne.ThemeColorName) {
	if t.Color != c {
		t.Color = c
		t.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	r := &textRenderer{t: t, line: canvas.NewText(t.text, color.Transparent)}
	r.Refresh()
	return r
}

type textRenderer struct {
	t    *Text
	line *canvas.Text
}

func (r *textRenderer) size() float32 { return r.t.Theme().Size(r.t.Scale) }

func (r *textRenderer) MinSize() fyne.Size {
	min := fyne.MeasureText(r.t.text, r.size(), r.t.Style)
	if r.t.Least > 0 && r.t.Least < min.Width {
		min.Width = r.t.Least
	}
	return min
}

func (r *textRenderer) Layout(size fyne.Size) {
	r.line.Text = Elide(r.t.text, size.Width, r.line.TextSize, r.t.Style)
	h := r.line.MinSize().Height
	r.line.Move(fyne.NewPos(0, (size.Height-h)/2))
	r.line.Resize(fyne.NewSize(size.Width, h))
}

func (r *textRenderer) Refresh() {
	th := r.t.Theme()
	r.line.Color = th.Color(r.t.Color, fyne.CurrentApp().Settings().ThemeVariant())
	r.line.TextSize, r.line.TextStyle, r.line.Alignment = th.Size(r.t.Scale), r.t.Style, r.t.Align
	r.Layout(r.t.Size())
	canvas.Refresh(r.line)
}

func (r *textRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.line} }
func (r *textRenderer) Destroy()                     {}

// Elide returns text cut to a width, with "…" where it was cut.
func Elide(text string, width, size float32, style fyne.TextStyle) string {
	if text == "" || width <= 0 || fyne.MeasureText(text, size, style).Width <= width+0.5 {
		return text
	}
	runes := []rune(text)
	n := sort.Search(len(runes), func(n int) bool {
		return fyne.MeasureText(string(runes[:n])+"…", size, style).Width > width
	})
	return string(runes[:max(n-1, 0)]) + "…"
}

// Prose is secondary text that wraps. It starts where other texts do, without the inset of Fyne's labels.
type Prose struct {
	widget.BaseWidget
	line *widget.TextSegment
	rich *widget.RichText
}

// NewProse returns a text of the ordinary size.
func NewProse(text string, align fyne.TextAlign) *Prose {
	line := &widget.TextSegment{Text: text, Style: widget.RichTextStyle{ColorName: ColorQuiet, Alignment: align, SizeName: theme.SizeNameText}}
	p := &Prose{line: line, rich: widget.NewRichText(line)}
	p.rich.Wrapping = fyne.TextWrapWord
	p.ExtendBaseWidget(p)
	return p
}

// Small makes it as small as a caption.
func (p *Prose) Small() *Prose {
	p.line.Style.SizeName = theme.SizeNameCaptionText
	return p
}

// In sets the colour.
func (p *Prose) In(c fyne.ThemeColorName) *Prose {
	if p.line.Style.ColorName != c {
		p.line.Style.ColorName = c
		p.rich.Refresh()
	}
	return p
}

// Mono gives all letters the same width and lets lines end anywhere, as addresses need.
func (p *Prose) Mono() *Prose {
	p.line.Style.TextStyle.Monospace, p.line.Style.ColorName = true, theme.ColorNameForeground
	p.rich.Wrapping = fyne.TextWrapBreak
	return p
}

// SetText changes the text.
func (p *Prose) SetText(text string) {
	if p.line.Text != text {
		p.line.Text = text
		p.rich.Refresh()
	}
}

// Text returns the text.
func (p *Prose) Text() string { return p.line.Text }

// CreateRenderer is for Fyne.
func (p *Prose) CreateRenderer() fyne.WidgetRenderer {
	inset := -sizes[theme.SizeNameInnerPadding]
	return widget.NewSimpleRenderer(container.New(layout.NewCustomPaddedLayout(inset+2, inset+2, inset, inset), p.rich))
}

// Whole returns the width of the whole text.
func (t *Text) Whole() float32 {
	return fyne.MeasureText(t.text, t.Theme().Size(t.Scale), t.Style).Width + 1
}
