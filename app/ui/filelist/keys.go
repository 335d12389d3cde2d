package filelist

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"lanyard/app/ui/look"
)

// doubleClick is the most time between the two presses of a double click; it is what most desktops begin with.
const doubleClick = 450 * time.Millisecond

// typePause ends a word that is typed to find a line.
const typePause = time.Second

// FocusGained is for Fyne.
func (b *body) FocusGained() {
	b.focused = true
	b.recolour()
}

// FocusLost is for Fyne.
func (b *body) FocusLost() {
	b.focused = false
	b.recolour()
}

// TypedKey is for Fyne.
func (b *body) TypedKey(e *fyne.KeyEvent) {
	l := b.list
	page := max(int(l.scroll.Size().Height/b.grid.height)-1, 1)
	switch e.Name {
	case fyne.KeyUp:
		l.moveLines(-1)
	case fyne.KeyDown:
		l.moveLines(1)
	case fyne.KeyPageUp:
		l.moveLines(-page)
	case fyne.KeyPageDown:
		l.moveLines(page)
	case fyne.KeyLeft, fyne.KeyRight:
		l.moveAside(e.Name)
	case fyne.KeySpace:
		if b.ahead.under() == "" { // else it is a part of a name
			l.pass(e.Name)
		}
	case fyne.KeyF10:
		if modifiers()&fyne.KeyModifierShift != 0 { // as old as the menu key
			l.menuAtCursor()
			return
		}
		l.pass(e.Name)
	case fyne.KeyHome:
		l.moveTo(0)
	case fyne.KeyEnd:
		l.moveTo(len(l.items) - 1)
	case fyne.KeyReturn, fyne.KeyEnter:
		l.openCursor()
	case fyne.KeyEscape:
		if l.chosen.count == 0 {
			l.pass(e.Name)
			return
		}
		l.chosen.clear()
		l.changed()
	case desktop.KeyMenu:
		l.menuAtCursor()
	default:
		l.pass(e.Name)
		look.PassKey(b, e)
	}
}

func (l *List) pass(name fyne.KeyName) {
	if l.OnKey != nil {
		l.OnKey(name)
	}
}

// moveLines moves the cursor over some lines of items. The first move on a fresh list goes to its first item.
func (l *List) moveLines(by int) {
	g, c, last := l.body.grid, l.chosen.cursor, len(l.items)-1
	if c < 0 {
		l.moveTo(0)
		return
	}
	n := c + by*g.columns
	switch {
	case n < 0:
		n = c % g.columns // stays in its column
	case n > last && g.line(c) == g.line(last):
		n = c
	}
	l.moveTo(n)
}

// moveAside moves the cursor to a neighbour, where there are any.
func (l *List) moveAside(key fyne.KeyName) {
	switch c := l.chosen.cursor; {
	case !l.icons:
		l.pass(key)
	case key == fyne.KeyLeft:
		l.moveTo(c - 1)
	default:
		l.moveTo(c + 1)
	}
}

// moveTo moves the cursor, with Shift extending the selection.
func (l *List) moveTo(n int) {
	if len(l.items) == 0 {
		return
	}
	n = min(max(n, 0), len(l.items)-1)
	if modifiers()&fyne.KeyModifierShift != 0 {
		l.chosen.extend(n)
	} else {
		l.chosen.only(n)
	}
	l.reveal(n)
	l.changed()
}

// modifiers returns the keys held down. Fyne's key events don't carry them.
func modifiers() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(interface{ CurrentKeyModifiers() fyne.KeyModifier }); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}

func (l *List) openCursor() {
	if c := l.chosen.cursor; l.chosen.has(c) && l.OnOpen != nil {
		l.OnOpen(l.items[c])
	}
}

func (l *List) menuAtCursor() {
	c := l.chosen.cursor
	if l.OnMenu == nil || c < 0 {
		return
	}
	l.reveal(c)
	g := l.body.grid
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(l.body).Add(g.at(c))
	if l.icons {
		l.OnMenu(at.AddXY(g.width/2, nameTop))
		return
	}
	l.OnMenu(at.AddXY(edge+iconSize+gap, rowHeight))
}

// typeAhead is what was typed to find a line.
type typeAhead struct {
	text string
	at   time.Time
}

// under returns what is being typed, or "" after a pause.
func (t *typeAhead) under() string {
	if time.Since(t.at) > typePause {
		t.text = ""
	}
	return t.text
}

// TypedRune is for Fyne: it goes to the next item that begins with what was typed.
func (b *body) TypedRune(r rune) {
	if b.ahead.under() == "" && r == ' ' {
		return
	}
	b.ahead.at = time.Now()
	b.ahead.text += string(r)
	l := b.list
	start := l.chosen.cursor
	want := fold(b.ahead.text)
	if repeated(want) { // the same letter again goes on to the next line with it
		want = want[:1]
		start++
	}
	for k := range l.items {
		n := (max(start, 0) + k) % len(l.items)
		if strings.HasPrefix(l.items[n].key, want) {
			l.chosen.only(n)
			l.reveal(n)
			l.changed()
			return
		}
	}
}

func repeated(s string) bool {
	return s != "" && strings.Count(s, s[:1]) == len(s)
}
