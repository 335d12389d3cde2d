package filelist

import (
	"image"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// newTiles is a screen with tiles, five of them side by side.
func newTiles(t *testing.T, n int) *screen {
	t.Helper()
	s := newScreen(t, n)
	s.window.Resize(fyne.NewSize(5*tileWidth+2*edge, 4*tileHeight))
	s.SetIcons(true)
	if c := s.body.grid.columns; c != 5 {
		t.Fatalf("%d tiles side by side", c)
	}
	return s
}

// hit clicks in the middle of a tile.
func (s *screen) hit(n int, held fyne.KeyModifier) {
	e := &desktop.MouseEvent{Button: left, Modifier: held}
	e.Position = s.middle(n)
	s.body.MouseDown(e)
	s.body.MouseUp(e)
}

func (s *screen) middle(n int) fyne.Position {
	g := s.body.grid
	return g.at(n).AddXY(g.width/2, g.height/2)
}

// One selection and one set of keys serve lines and tiles: what is different is where up and down lead.
func TestTilesAreSelectedAsLinesAre(t *testing.T) {
	for _, c := range []struct {
		rule string
		do   func(s *screen)
		want string
	}{
		{"a click selects one", func(s *screen) { s.hit(7, 0) }, "7"},
		{"Ctrl adds", func(s *screen) { s.hit(7, 0); s.hit(2, ctrl) }, "2 7"},
		{"Shift selects a range, through the lines", func(s *screen) { s.hit(3, 0); s.hit(6, shift) }, "3 4 5 6"},
		{"the first key goes to the first tile", func(s *screen) { s.press(fyne.KeyDown) }, "0"},
		{"right and down", func(s *screen) { s.press(fyne.KeyDown, fyne.KeyRight, fyne.KeyRight, fyne.KeyDown) }, "7"},
		{"left and up", func(s *screen) { s.hit(7, 0); s.press(fyne.KeyLeft, fyne.KeyUp) }, "1"},
		{"the first line holds", func(s *screen) { s.hit(3, 0); s.press(fyne.KeyUp) }, "3"},
		{"the last line holds", func(s *screen) { s.press(fyne.KeyEnd, fyne.KeyDown) }, "101"},
		{"above a gap the last one is below", func(s *screen) { s.hit(98, 0); s.press(fyne.KeyDown) }, "101"},
		{"End and Home", func(s *screen) { s.press(fyne.KeyEnd, fyne.KeyHome) }, "0"},
		{"a page leaves one line of overlap", func(s *screen) { s.hit(1, 0); s.press(fyne.KeyPageDown) }, "16"},
		{"a page up ends in the column", func(s *screen) { s.hit(8, 0); s.press(fyne.KeyPageUp) }, "3"},
		{"Shift extends", func(s *screen) { s.hit(1, 0); s.app.Hold(shift); s.press(fyne.KeyDown) }, "1 2 3 4 5 6"},
		{"typing finds a name", func(s *screen) {
			for _, r := range "measurement 000042" {
				s.body.TypedRune(r)
			}
		}, "42"},
		{"beside the last one there is nothing", func(s *screen) { s.hit(3, 0); s.hit(102, 0) }, ""},
		{"what is selected as tiles is as lines", func(s *screen) { s.hit(17, 0); s.SetIcons(false) }, "17"},
	} {
		s := newTiles(t, 102)
		c.do(s)
		if got := s.lines(); got != c.want {
			t.Errorf("%s: %q, want %q", c.rule, got, c.want)
		}
		if n := s.chosen.cursor; n >= 0 && c.want != "" {
			top := s.body.grid.at(n).Y - s.scroll.Offset.Y
			if top < 0 || top+s.body.grid.height > s.scroll.Size().Height+1 {
				t.Errorf("%s: tile %d is out of sight", c.rule, n)
			}
		}
	}
}

// drag presses at one place, moves to another and lets go.
func (s *screen) drag(from, to fyne.Position) {
	down := &desktop.MouseEvent{Button: left, Modifier: modifiers()}
	down.Position = from
	s.body.MouseDown(down)
	for _, part := range []float32{.3, 1} {
		e := &fyne.DragEvent{Dragged: fyne.NewDelta(1, 1)}
		e.Position = fyne.NewPos(from.X+(to.X-from.X)*part, from.Y+(to.Y-from.Y)*part)
		if part == .3 {
			e.Dragged = fyne.NewDelta(e.Position.X-from.X, e.Position.Y-from.Y)
		}
		s.body.Dragged(e)
	}
	up := &desktop.MouseEvent{Button: left}
	up.Position = to
	s.body.MouseUp(up)
	s.body.DragEnd()
}

// A list that changes between a press and its end does so under the finger: what was pressed is still meant.
func TestAPressStaysWithItsItem(t *testing.T) {
	s := newScreen(t, 5)
	s.SelectAll()
	at := fyne.NewPos(60, 2*rowHeight+5)
	pressed := s.Items()[2].Name
	down := &desktop.MouseEvent{Button: left}
	down.Position = at
	s.body.MouseDown(down)
	s.SetItems(Arrange(append([]Item{{Name: "0 first"}, {Name: "0 second"}}, s.Items()...), Order{}), Order{})
	up := &desktop.MouseEvent{Button: left}
	up.Position = at
	s.body.MouseUp(up)
	if got := s.Selected(); len(got) != 1 || got[0].Name != pressed {
		t.Errorf("%+v is selected, %q was pressed", got, pressed)
	}
	s.SelectAll()
	s.body.MouseDown(down)
	s.SetItems(nil, Order{})
	s.body.MouseUp(up)
	if got := s.Selected(); len(got) != 0 {
		t.Errorf("%+v is selected of nothing", got)
	}
}

// A band drawn from where there is nothing selects what it touches; from an item the selected ones are dragged.
func TestABandSelectsWhatItTouches(t *testing.T) {
	for _, c := range []struct {
		rule string
		do   func(s *screen)
		want string
	}{
		{"to the left and up", func(s *screen) { s.drag(s.middle(9), s.middle(1)) }, "1 2 3 4 6"},
		{"in one line", func(s *screen) { s.drag(s.middle(8), s.middle(6)) }, "6"},
		{"with Ctrl beside what is selected", func(s *screen) { s.hit(0, 0); s.app.Hold(ctrl); s.drag(s.middle(8), s.middle(6)) }, "0 6"},
		{"from an item nothing is selected but that", func(s *screen) { s.drag(s.middle(2), s.middle(6)) }, "2"},
		{"dragged, several stay selected", func(s *screen) { s.hit(1, 0); s.hit(3, shift); s.drag(s.middle(2), s.middle(6)) }, "1 2 3"},
		{"clicked, one of several is selected", func(s *screen) { s.hit(1, 0); s.hit(3, shift); s.hit(2, 0) }, "2"},
	} {
		s := newTiles(t, 7)
		dragged := 0
		s.OnDrag = func() { dragged++ }
		c.do(s)
		if got := s.lines(); got != c.want || s.body.drag.band.Visible() {
			t.Errorf("%s: %q, want %q", c.rule, got, c.want)
		}
		if want := strings.Contains(c.rule, "from an item") || strings.Contains(c.rule, "dragged,"); want != (dragged == 1) {
			t.Errorf("%s: dragged %d times", c.rule, dragged)
		}
	}
	s := newScreen(t, 5)
	s.drag(fyne.NewPos(300, 5*rowHeight+10), fyne.NewPos(20, 3*rowHeight+5))
	if got := s.lines(); got != "3 4" {
		t.Errorf("of lines: %q", got)
	}
	s = newTiles(t, 500)
	s.press(fyne.KeyEnd)
	s.drag(s.middle(500).AddXY(0, tileHeight), s.middle(464))
	if s.scroll.Offset.Y >= s.body.grid.at(470).Y || s.Count() < 15 {
		t.Errorf("beyond the view it stands at %v, with %d selected", s.scroll.Offset.Y, s.Count())
	}
}

// Space is for a look at the file, unless it is a part of a name that is being typed; Shift+F10 is the menu key.
func TestSpaceAndTheMenuKeys(t *testing.T) {
	s := newTiles(t, 100)
	s.press(fyne.KeyHome, fyne.KeySpace)
	for _, r := range "measurement" {
		s.body.TypedRune(r)
	}
	s.press(fyne.KeySpace)
	s.body.TypedRune(' ')
	if len(s.passed) != 1 || s.passed[0] != fyne.KeySpace {
		t.Errorf("passed on: %q", s.passed)
	}
	s.press(desktop.KeyMenu, fyne.KeyF10)
	s.app.Hold(shift)
	s.press(fyne.KeyF10)
	if s.menus != 2 {
		t.Errorf("%d menus", s.menus)
	}
}

// Pictures are asked for, and shown, of the tiles in sight alone; of a hundred thousand no more.
func TestPicturesOfWhatIsInSight(t *testing.T) {
	s := newTiles(t, 100_000)
	img := image.NewRGBA(image.Rect(0, 0, 240, 120))
	asked, sights := map[string]bool{}, 0
	s.Picture = func(i Item) image.Image {
		asked[i.Name] = true
		if i.Name == "measurement 000003.csv" {
			return img
		}
		return nil
	}
	s.OnSight = func() { sights++ }
	s.ShowPicture("measurement 000003.csv")
	s.ShowPicture("measurement 090000.csv")
	if len(asked) != 1 {
		t.Errorf("asked for %d", len(asked))
	}
	if w := s.body.rows[3]; w.picture != image.Image(img) || w.icon.Size() != fyne.NewSize(pictureWide, pictureWide/2) || !w.paper.Visible() {
		t.Errorf("the tile shows %v at %v", w.picture, w.icon.Size())
	}
	s.scroll.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -10_000*tileHeight)})
	in := s.InSight()
	if len(in) < 20 || len(in) > 30 || in[0].Name != "measurement 050000.csv" && in[0].Name != "measurement 049995.csv" {
		t.Errorf("%d in sight, the first %q", len(in), in[0].Name)
	}
	if len(s.body.rows) > 35 || len(asked) > 40 || sights == 0 {
		t.Errorf("%d rows, asked for %d pictures, told of %d sights", len(s.body.rows), len(asked), sights)
	}
	for _, w := range s.body.rows {
		if w.picture != nil {
			t.Error("a picture was left behind in another's tile")
		}
	}
	s.SetIcons(false)
	if first := int(s.scroll.Offset.Y / rowHeight); first < 49_900 || first > 50_000 {
		t.Errorf("as lines the first in sight is %d", first)
	}
	s.window.Resize(fyne.NewSize(3*tileWidth+2*edge, 4*tileHeight))
	s.SetIcons(true)
	if s.body.grid.columns != 3 || s.body.Size().Height < 33_333*tileHeight {
		t.Errorf("%d columns, %v tall", s.body.grid.columns, s.body.Size().Height)
	}
}

func TestLongNamesTakeTwoLines(t *testing.T) {
	newScreen(t, 0)
	for name, want := range map[string]string{
		"short.txt":                           "short.txt|",
		"site photo of the roof 12.jpg":       "site photo of|the roof 12.jpg",
		strings.Repeat("n", 60) + "-2026.pdf": "",
		strings.Repeat("日本", 30) + ".png":     "",
	} {
		first, second := twoLines(name, 110, 13)
		if got := first + "|" + second; want != "" && got != want {
			t.Errorf("%s: %s", name, got)
		}
		for _, line := range []string{first, second} {
			if w := fyne.MeasureText(line, 13, fyne.TextStyle{}).Width; w > 111 {
				t.Errorf("%s: the line %q is %v wide", name, line, w)
			}
		}
		if !strings.HasSuffix(first+second, name[len(name)-4:]) {
			t.Errorf("%s: what it is isn't told by %q %q", name, first, second)
		}
	}
}

func BenchmarkScrollTiles(b *testing.B) {
	s := newScreen(&testing.T{}, 100_000)
	s.window.Resize(fyne.NewSize(860, 620))
	s.SetIcons(true)
	for b.Loop() {
		s.scroll.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, -tileHeight)})
		if s.scroll.Offset.Y > 15_000*tileHeight {
			s.scroll.ScrollToTop()
		}
	}
}
