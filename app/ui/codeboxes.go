package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/ui/look"
)

// codeBoxes are six boxes for the digits of a code. Typing goes on from one to the next, and a code can be pasted.
type codeBoxes struct {
	content  *fyne.Container
	boxes    [codeLength]*digitBox
	onChange func(complete bool)
	onSubmit func()
	onPaste  func(text string) // something was pasted
}

func newCodeBoxes(escape func()) *codeBoxes {
	c := &codeBoxes{content: look.HBox(7)}
	for i := range c.boxes {
		c.boxes[i] = newDigitBox(c, i, escape)
		if i == codeLength/2 {
			c.content.Add(look.Middle(look.NewQuiet("–")))
		}
		c.content.Add(container.New(atLeast{width: 44, height: 52}, c.boxes[i]))
	}
	return c
}

func (c *codeBoxes) code() string {
	var b strings.Builder
	for _, d := range c.boxes {
		b.WriteString(d.digit)
	}
	return b.String()
}

// fill puts digits into the boxes from one on and goes to the next empty one.
func (c *codeBoxes) fill(from int, text string) {
	for _, r := range digitsOf(text) {
		if from < codeLength {
			c.boxes[from].put(string(r))
			from++
		}
	}
	c.focus(min(from, codeLength-1))
	c.changed()
}

// clear empties the boxes.
func (c *codeBoxes) clear() {
	for _, d := range c.boxes {
		d.put("")
	}
	c.changed()
}

func (c *codeBoxes) changed() {
	if c.onChange != nil {
		c.onChange(len(c.code()) == codeLength)
	}
}

func (c *codeBoxes) focus(i int) {
	if canvas := fyne.CurrentApp().Driver().CanvasForObject(c.boxes[i]); canvas != nil && i >= 0 {
		canvas.Focus(c.boxes[i])
	}
}
