package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// What a line of the head is tall, and what the way here keeps beside the page's buttons, in Fyne's pixels.
const headTall, crumbsLeast = 34, 150

// headLayout is a layout of the way here and the page's buttons at its right. Where both have no room side by side the buttons stand
// below, and where even that is too narrow those with an icon lose their words.
type headLayout struct {
	width float32
	words map[*widget.Button]string // that were taken away
}

func (h *headLayout) beside(o []fyne.CanvasObject) bool {
	return h.width == 0 || max(o[0].MinSize().Width, crumbsLeast)+o[1].MinSize().Width <= h.width
}

// MinSize is for Fyne.
func (h *headLayout) MinSize(o []fyne.CanvasObject) fyne.Size {
	tall := float32(headTall)
	if !h.beside(o) {
		tall *= 2
	}
	wide := o[1].MinSize().Width
	if h.words == nil {
		eachSpeaking(o[1], func(b *widget.Button) { wide -= textWidth(b.Text) })
	}
	return fyne.NewSize(max(o[0].MinSize().Width, wide), tall)
}

// Layout is for Fyne.
func (h *headLayout) Layout(o []fyne.CanvasObject, size fyne.Size) {
	h.width = size.Width
	h.shorten(o[1])
	buttons := o[1].MinSize()
	o[1].Resize(buttons)
	if h.beside(o) {
		o[0].Resize(fyne.NewSize(size.Width-buttons.Width, headTall))
		o[1].Move(fyne.NewPos(size.Width-buttons.Width, (headTall-buttons.Height)/2))
		return
	}
	o[0].Resize(fyne.NewSize(size.Width, headTall))
	o[1].Move(fyne.NewPos(0, headTall+(headTall-buttons.Height)/2))
}

// shorten takes the words of buttons away that have no room for them, and gives them back once they have.
func (h *headLayout) shorten(buttons fyne.CanvasObject) {
	whole := buttons.MinSize().Width
	for b, text := range h.words {
		if b.Visible() {
			whole += textWidth(text)
		}
	}
	switch narrow := whole > h.width; {
	case narrow:
		if h.words == nil {
			h.words = map[*widget.Button]string{}
		}
		eachSpeaking(buttons, func(b *widget.Button) {
			h.words[b] = b.Text
			b.SetText("")
		})
	case h.words != nil:
		for b, text := range h.words {
			b.SetText(text)
		}
		h.words = nil
	}
}

// textWidth is what the words of a button with an icon take of it.
func textWidth(text string) float32 {
	return fyne.MeasureText(text, theme.TextSize(), fyne.TextStyle{Bold: true}).Width + theme.Padding()
}

// eachSpeaking calls do for each button in sight that has both an icon and words.
func eachSpeaking(o fyne.CanvasObject, do func(*widget.Button)) {
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			eachSpeaking(child, do)
		}
	case *widget.Button:
		if o.Visible() && o.Icon != nil && o.Text != "" {
			do(o)
		}
	}
}
