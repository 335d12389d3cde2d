package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/ui/uitest"
)

func TestTextsAreBrokenIntoLines(t *testing.T) {
	uitest.NewApp(t)
	v := newTextView()
	w := test.NewWindow(v)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(200, 300))
	for _, c := range []struct {
		rule, text string
		code       bool
		want       string // the lines, with | between them; "" is not compared
	}{
		{"lines end where they end", "one\ntwo\n\nfour", false, "one|two||four"},
		{"and after a word where there is no room", "the plates are cut and the frame is with the painter", false, ""},
		{"or within a word that is longer than a line", strings.Repeat("x", 300), false, ""},
		{"lines of code are not broken", strings.Repeat("code ", 60), true, strings.Repeat("code ", 60)},
		{"tabs lead to the next column", "a\tb\n\tc", true, "a       b|        c"},
		{"what can't be seen is shown as a box", "a\u202eb\x07", false, "a\uFFFDb\uFFFD"},
		{"a line without an end has one", strings.Repeat("é", 5000), true, ""},
		{"nothing", "", false, ""},
	} {
		v.show(c.text, c.code)
		if got := strings.Join(v.lines, "|"); c.want != "" && got != c.want {
			t.Errorf("%s: %q", c.rule, got)
		}
		if !c.code && strings.Join(strings.Fields(strings.Join(v.lines, " ")), "") != strings.Join(strings.Fields(shownLine(strings.ReplaceAll(c.text, "\n", " "))), "") {
			t.Errorf("%s: something is missing in %q", c.rule, v.lines)
		}
		for _, row := range v.rows {
			if !c.code && row.Visible() && row.MinSize().Width > v.Size().Width-textRoom {
				t.Errorf("%s: %q stands over", c.rule, row.Text)
			}
		}
	}
	v.show(strings.Repeat("a line of a long book\n", 20_000), false)
	if len(v.lines) != 20_000 || len(v.rows) > 40 {
		t.Errorf("%d lines, %d rows", len(v.lines), len(v.rows))
	}
	v.key(fyne.KeyEnd)
	if last := v.rows[len(v.rows)-1].Position().Y; last < 19_990*v.tall {
		t.Errorf("the end is at %v", last)
	}
	if v.key(fyne.KeyF1) {
		t.Error("it takes keys that it has no use for")
	}
}
