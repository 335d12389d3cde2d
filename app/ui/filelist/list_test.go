package filelist

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"lanyard/app/ui/look"
	"lanyard/app/ui/uitest"
)

// screen is a list in a window, with a hand on mouse and keyboard.
type screen struct {
	*List
	t      *testing.T
	app    *uitest.App
	window fyne.Window
	opened []string
	menus  int
	passed []fyne.KeyName
}

func newScreen(t *testing.T, n int) *screen {
	t.Helper()
	s := &screen{t: t, app: uitest.NewApp(t)}
	s.app.Settings().SetTheme(look.Theme(look.Light))
	s.List = New(Words{Name: "Name", Modified: "Modified", Size: "Size", Clean: func(n string) string { return n },
		FormatSize: func(b int64) string { return fmt.Sprint(b) }, FormatTime: func(t time.Time) string { return t.Format(time.DateOnly) }})
	s.OnOpen = func(i Item) { s.opened = append(s.opened, i.Name) }
	s.OnMenu = func(fyne.Position) { s.menus++ }
	s.OnKey = func(k fyne.KeyName) { s.passed = append(s.passed, k) }
	all := many(n)
	s.OnOrder = func(o Order) { s.SetItems(Arrange(all, o), o) }
	s.window = test.NewWindow(s.List)
	s.window.SetPadded(false)
	s.window.Resize(fyne.NewSize(700, headerHeight+1+10*rowHeight))
	s.SetItems(Arrange(all, Order{}), Order{})
	return s
}

// click presses and lets go of a button over a line, as it stands in the window.
func (s *screen) click(line int, button desktop.MouseButton, held fyne.KeyModifier) {
	e := &desktop.MouseEvent{Button: button, Modifier: held}
	e.Position = fyne.NewPos(60, float32(line)*rowHeight+5)
	e.AbsolutePosition = fyne.NewPos(60, e.Position.Y+headerHeight-s.scroll.Offset.Y)
	s.body.MouseDown(e)
	s.body.MouseUp(e)
}

func (s *screen) press(keys ...fyne.KeyName) {
	for _, k := range keys {
		s.body.TypedKey(&fyne.KeyEvent{Name: k})
	}
}

// lines returns the numbers of the selected lines.
func (s *screen) lines() string {
	var all []string
	for i := range s.items {
		if s.chosen.has(i) {
			all = append(all, fmt.Sprint(i))
		}
	}
	return strings.Join(all, " ")
}

const (
	left  = desktop.MouseButtonPrimary
	right = desktop.MouseButtonSecondary
	ctrl  = fyne.KeyModifierControl
	shift = fyne.KeyModifierShift
)

func TestSelectWithTheMouse(t *testing.T) {
	for _, c := range []struct {
		rule string
		do   func(s *screen)
		want string
	}{
		{"a click selects one", func(s *screen) { s.click(2, left, 0); s.click(4, left, 0) }, "4"},
		{"Ctrl adds", func(s *screen) { s.click(2, left, 0); s.click(4, left, ctrl) }, "2 4"},
		{"Ctrl on a selected one takes it away", func(s *screen) { s.click(2, left, 0); s.click(4, left, ctrl); s.click(2, left, ctrl) }, "4"},
		{"Shift selects a range", func(s *screen) { s.click(2, left, 0); s.click(5, left, shift) }, "2 3 4 5"},
		{"Shift again starts from the same line", func(s *screen) { s.click(4, left, 0); s.click(6, left, shift); s.click(3, left, shift) }, "3 4"},
		{"a right click selects the line under it", func(s *screen) { s.click(2, left, 0); s.click(6, right, 0) }, "6"},
		{"a right click on the selection keeps it", func(s *screen) { s.click(2, left, 0); s.click(5, left, shift); s.click(3, right, 0) }, "2 3 4 5"},
		{"a click below the last line selects nothing", func(s *screen) { s.click(2, left, 0); s.click(200, left, 0) }, ""},
	} {
		s := newScreen(t, 100)
		c.do(s)
		if got := s.lines(); got != c.want {
			t.Errorf("%s: %q, want %q", c.rule, got, c.want)
		}
		if strings.Contains(c.rule, "right") && s.menus != 1 {
			t.Errorf("%s: %d menus", c.rule, s.menus)
		}
	}
}

func TestSelectWithTheKeyboard(t *testing.T) {
	for _, c := range []struct {
		rule string
		do   func(s *screen)
		want string
	}{
		{"the first key goes to the first line", func(s *screen) { s.press(fyne.KeyDown) }, "0"},
		{"arrows", func(s *screen) { s.press(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyUp) }, "1"},
		{"the top holds", func(s *screen) { s.press(fyne.KeyDown, fyne.KeyUp, fyne.KeyUp) }, "0"},
		{"End", func(s *screen) { s.press(fyne.KeyEnd) }, "99"},
		{"Home", func(s *screen) { s.press(fyne.KeyEnd, fyne.KeyHome) }, "0"},
		{"a page down leaves one line of overlap", func(s *screen) { s.press(fyne.KeyHome, fyne.KeyPageDown) }, "9"},
		{"a page up", func(s *screen) { s.press(fyne.KeyEnd, fyne.KeyPageUp) }, "90"},
		{"Shift extends and shrinks", func(s *screen) {
			s.press(fyne.KeyDown)
			s.app.Hold(shift)
			s.press(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyUp)
		}, "0 1 2"},
		{"Escape selects nothing", func(s *screen) { s.press(fyne.KeyDown, fyne.KeyEscape) }, ""},
		{"typing finds a name", func(s *screen) {
			for _, r := range "measurement 000042" {
				s.body.TypedRune(r)
			}
		}, "42"},
		{"the same letter goes on to the next name", func(s *screen) {
			for range 3 {
				s.body.TypedRune('m')
			}
		}, "2"},
	} {
		s := newScreen(t, 100)
		c.do(s)
		if got := s.lines(); got != c.want {
			t.Errorf("%s: %q, want %q", c.rule, got, c.want)
		}
		if n := s.chosen.cursor; n >= 0 && c.want != "" {
			top := float32(n)*rowHeight - s.scroll.Offset.Y
			if top < 0 || top+rowHeight > s.scroll.Size().Height+1 {
				t.Errorf("%s: line %d is out of sight", c.rule, n)
			}
		}
	}
}

func TestOpen(t *testing.T) {
	s := newScreen(t, 100)
	s.click(3, left, 0)
	s.click(3, left, 0)
	if !slices.Equal(s.opened, []string{"measurement 000003.csv"}) {
		t.Fatalf("a double click opened %q", s.opened)
	}
	s.click(3, left, 0)
	if len(s.opened) != 1 {
		t.Error("a third click opened it again")
	}
	s.click(5, left, 0)
	s.click(6, left, 0)
	if len(s.opened) != 1 {
		t.Error("two clicks on two lines opened something")
	}
	s.body.clickAt = time.Now().Add(-time.Second)
	s.click(6, left, 0)
	if len(s.opened) != 1 {
		t.Error("two slow clicks opened something")
	}
	s.press(fyne.KeyReturn)
	if len(s.opened) != 2 || s.opened[1] != "measurement 000006.csv" {
		t.Errorf("Enter opened %q", s.opened)
	}
	s.press(fyne.KeyF2, fyne.KeyDelete)
	if !slices.Equal(s.passed, []fyne.KeyName{fyne.KeyF2, fyne.KeyDelete}) {
		t.Errorf("keys passed on: %q", s.passed)
	}
	s.press(desktop.KeyMenu)
	if s.menus != 1 {
		t.Error("the menu key opened no menu")
	}
}

func TestSortByHeader(t *testing.T) {
	s := newScreen(t, 100)
	s.click(7, left, 0)
	size := s.header.titles[2]
	test.Tap(size.Button)
	if s.items[0].Size != 99 || s.Order() != (Order{By: BySize, Down: true}) {
		t.Fatalf("by size: the first is %+v", s.items[0])
	}
	if s.lines() != "92" || s.Selected()[0].Name != "measurement 000007.csv" {
		t.Errorf("the selection has moved to %q", s.lines())
	}
	size.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace}) // the keyboard gets there by Tab
	if s.items[0].Size != 0 {
		t.Errorf("by size, the other way: the first is %+v", s.items[0])
	}
}

func TestAt(t *testing.T) {
	s := newScreen(t, 100)
	s.scroll.ScrollToOffset(fyne.NewPos(0, 20*rowHeight))
	for _, c := range []struct {
		at   fyne.Position
		want string
	}{
		{fyne.NewPos(100, headerHeight+1+5), "measurement 000020.csv"},
		{fyne.NewPos(100, headerHeight+1+3*rowHeight+5), "measurement 000023.csv"},
		{fyne.NewPos(100, 10), ""},
		{fyne.NewPos(100, 4000), ""},
		{fyne.NewPos(-5, 100), ""},
	} {
		got, ok := s.At(c.at)
		if got.Name != c.want || ok != (c.want != "") {
			t.Errorf("at %v: %q %v, want %q", c.at, got.Name, ok, c.want)
		}
	}
}

func TestNarrowListKeepsNames(t *testing.T) {
	for _, c := range []struct {
		width      float32
		time, size bool
	}{{700, true, true}, {420, false, true}, {280, false, false}, {10, false, false}} {
		got := arrangeColumns(c.width)
		if got.timeWidth > 0 != c.time || got.sizeWidth > 0 != c.size {
			t.Errorf("at %v: %+v", c.width, got)
		}
		if got.nameWidth < 0 {
			t.Errorf("at %v: a name is %v wide", c.width, got.nameWidth)
		}
	}
}

// What comes between the lines of a list leaves those where they are that somebody looks at.
func TestLinesStandStillWhileOthersCome(t *testing.T) {
	all := many(1000)
	half := slices.DeleteFunc(slices.Clone(all), func(i Item) bool { return i.Size%2 == 1 })
	for _, c := range []struct {
		rule string
		do   func(s *screen)
		name string
		line int // in the view
	}{
		{"the top stays the top", func(*screen) {}, "measurement 000000.csv", 0},
		{"a list that was scrolled keeps its first line", func(s *screen) { s.scroll.ScrollToOffset(fyne.NewPos(0, 100*rowHeight)) }, "measurement 000200.csv", 0},
		{"the line at the cursor stays", func(s *screen) { s.click(4, left, 0) }, "measurement 000008.csv", 4},
		{"and scrolled out of sight it doesn't count", func(s *screen) {
			s.click(4, left, 0)
			s.scroll.ScrollToOffset(fyne.NewPos(0, 50*rowHeight))
		}, "measurement 000100.csv", 0},
		{"the end has no lines below it", func(s *screen) { s.press(fyne.KeyEnd) }, "measurement 000998.csv", 8},
	} {
		s := newScreen(t, 1000)
		s.SetItems(Arrange(half, Order{}), Order{})
		s.scroll.ScrollToTop()
		c.do(s)
		s.SetItems(Arrange(all, Order{}), Order{})
		n := slices.IndexFunc(s.items, func(i Item) bool { return i.Name == c.name })
		if at := float32(n)*rowHeight - s.scroll.Offset.Y; c.line != 8 && at != float32(c.line)*rowHeight || c.line == 8 && (at < 0 || at > 9*rowHeight) {
			t.Errorf("%s: it is %v below the top, want line %d", c.rule, at, c.line)
		}
	}
	s := newScreen(t, 1000)
	s.SetItems(Arrange(half, Order{}), Order{})
	s.click(4, left, 0)
	s.SetItems(Arrange(all, Order{}), Order{})
	s.click(8, left, 0) // the same line, where it is on the screen
	if len(s.opened) != 1 || s.opened[0] != "measurement 000008.csv" {
		t.Errorf("a double click opened %q", s.opened)
	}
}

// A hundred thousand lines must cost no more than those in sight.
func TestAHundredThousand(t *testing.T) {
	s := newScreen(t, 100_000)
	if n := len(s.body.rows); n > 14 {
		t.Errorf("%d rows for 10 lines in sight", n)
	}
	s.SelectAll()
	if s.Count() != 100_000 || len(s.Selected()) != 100_000 {
		t.Errorf("%d selected", s.Count())
	}
	s.press(fyne.KeyEnd)
	last := s.body.rows[99_999%len(s.body.rows)]
	if last.item != 99_999 || last.texts[0].Text != "measurement 099999.csv" || !last.Visible() {
		t.Errorf("the last line shows %q", last.texts[0].Text)
	}
	s.SetItems(nil, Order{})
	if s.Count() != 0 || s.body.rows[0].Visible() {
		t.Error("an empty list shows or selects something")
	}
}

func BenchmarkScroll(b *testing.B) {
	t := &testing.T{}
	s := newScreen(t, 100_000)
	for b.Loop() {
		s.scroll.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -3*rowHeight)})
		if s.scroll.Offset.Y > 90_000*rowHeight {
			s.scroll.ScrollToTop()
		}
	}
}
