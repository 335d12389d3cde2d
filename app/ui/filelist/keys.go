package filelist

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
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
	page := max(int(l.scroll.Size().Height/rowHeight)-1, 1)
	switch e.Name {
	case fyne.KeyUp:
		l.moveBy(-1)
	case fyne.KeyDown:
		l.moveBy(1)
	case fyne.KeyPageUp:
		l.moveBy(-page)
	case fyne.KeyPageDown:
		l.moveBy(page)
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
	}
}

func (l *List) pass(name fyne.KeyName) {
	if l.OnKey != nil {
		l.OnKey(name)
	}
}

// moveBy moves the cursor over some lines. The first move on a fresh list goes to its first line.
func (l *List) moveBy(n int) {
	if l.chosen.cursor < 0 {
		l.moveTo(0)
		return
	}
	l.moveTo(l.chosen.cursor + n)
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
	top := fyne.CurrentApp().Driver().AbsolutePositionForObject(l.body)
	l.OnMenu(top.AddXY(edge+iconSize+gap, float32(c+1)*rowHeight))
}

// typeAhead is what was typed to find a line.
type typeAhead struct {
	text string
	at   time.Time
}

// TypedRune is for Fyne: it goes to the next line that begins with what was typed.
func (b *body) TypedRune(r rune) {
	if time.Since(b.ahead.at) > typePause {
		b.ahead.text = ""
	}
	if r == ' ' && b.ahead.text == "" {
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
