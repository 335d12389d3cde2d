package ui

import (
	"maps"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"lanyard/app/node"
	"lanyard/app/ui/look"
	"lanyard/app/ui/uitest"
)

func TestRightsAreKeptAndChosen(t *testing.T) {
	newDesk(t, uitest.Office())
	s := uitest.Office()
	s.Links = uitest.Links()
	start := map[string]string{"everyone": "see", uitest.Front: "change", "guests": "read", uitest.Visitor: "add", uitest.Archive: "newer"}
	for _, c := range []struct {
		rule   string
		start  map[string]string
		choose func(r *rights)
		want   map[string]string
	}{
		{"untouched rights stay, also of PCs that are gone and words of a newer Lanyard", start, func(*rights) {}, start},
		{"no rule for everyone is no access, and said so", nil, func(*rights) {}, map[string]string{"everyone": "none"}},
		{"everyone may change", start, func(r *rights) { r.all.put("change") }, with(start, "everyone", "change")},
		{"one PC may nothing", start, func(r *rights) { r.each[uitest.Front].put("none") }, with(start, uitest.Front, "none")},
		{"one PC as everyone", start, func(r *rights) { r.each[uitest.Front].put(asEveryone) }, with(start, uitest.Front, "")},
		{"a drop box for one", start, func(r *rights) { r.each[uitest.Workshop].put("add") }, with(start, uitest.Workshop, "add")},
		{"guests no more", start, func(r *rights) { r.guests.put("none") }, with(start, "guests", "none")},
		{"guests as their link says", start, func(r *rights) { r.guests.put(asLink) }, with(start, "guests", "")},
		{"guests may add", start, func(r *rights) { r.guests.put("add") }, with(start, "guests", "add")},
		{"guests who see only get nothing, and it stays", map[string]string{"everyone": "read", "guests": "see"}, func(*rights) {}, map[string]string{"everyone": "read", "guests": "see"}},
	} {
		r := newRights(&s, "Photos", c.start, 700, nil)
		c.choose(r)
		if got := r.allow(); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.rule, got, c.want)
		}
	}
}

func guestsMay(access string) map[string]string {
	if access == "" {
		return nil
	}
	return map[string]string{"guests": access}
}

func with(m map[string]string, key, value string) map[string]string {
	m = maps.Clone(m)
	if m[key] = value; value == "" {
		delete(m, key)
	}
	return m
}

func TestRightsInWords(t *testing.T) {
	newDesk(t, uitest.Office())
	s := uitest.Office()
	s.Links = uitest.Links()
	for _, c := range []struct {
		allow map[string]string
		want  string
	}{
		{nil, "Nobody in the workgroup can see it. Guests need a link."},
		{map[string]string{"everyone": "read"}, "Everyone in the workgroup can open and copy what is in it. Guests need a link."},
		{map[string]string{"everyone": "see", uitest.Front: "change"}, "Everyone else in the workgroup can see that it is there, but not open it. Front desk can open, add, change and delete what is in it. Guests need a link."},
		{map[string]string{"everyone": "none", uitest.Front: "add", uitest.Archive: "add"}, "Archive and Front desk can put files in, and can't see what is there. Nobody else in the workgroup can see it. Guests need a link."},
		{map[string]string{"everyone": "change", uitest.Front: "none", uitest.Workshop: "change"}, "Everyone else in the workgroup can open, add, change and delete what is in it. Front desk can't even see it. Guests need a link."},
		{map[string]string{"everyone": "read", uitest.Visitor: "change", "guests": "add"}, "Everyone in the workgroup can open and copy what is in it. Guests who have a link can put files in, and can't see what is there."},
		{map[string]string{"everyone": "read", "guests": "change"}, "Everyone in the workgroup can open and copy what is in it. Guests need a link."},
		{map[string]string{"everyone": "read", "guests": "none"}, "Everyone in the workgroup can open and copy what is in it. Guests can't get in."},
	} {
		if got := rightsText(&s, "Letters", c.allow); got != c.want {
			t.Errorf("%v:\n%s\nwant\n%s", c.allow, got, c.want)
		}
	}
	for access, stops := range map[string]bool{"": false, "none": true, "see": true, "add": true, "read": false, "change": false} {
		if got := strings.Contains(rightsText(&s, "Photos", guestsMay(access)), "One open link stops working"); got != stops {
			t.Errorf("guests may %q: the link to read stops: %v", access, got)
		}
	}
	for names, want := range map[string]string{"A": "A", "A B": "A and B", "A B C": "A, B and C", "A B C D": "A, B and 2 more PCs", "A B C D E": "A, B and 3 more PCs"} {
		if got := namesText(strings.Fields(names)); got != want {
			t.Errorf("%s: %s, want %s", names, got, want)
		}
	}
	if got := allowText(&s, map[string]string{"everyone": "none", uitest.Front: "none", "guests": "see"}); got != "Nobody else yet" {
		t.Errorf("nobody is %q", got)
	}
}

func TestWhoMayDoWhatIsSet(t *testing.T) {
	s := uitest.Office()
	s.Links = uitest.Links()
	s.Folders[0].Allow["ffffremoved"] = "read"
	d := newDesk(t, s)
	d.visit(place{kind: atThisPC})
	d.tap("Who may do what…")
	d.reads("Who may do what in “Invoices”")
	d.reads("ffffremo (no longer in the workgroup)")
	removed, _ := find(d.sheet.pop.Content, func(l *look.Text) bool { return strings.HasPrefix(l.Text(), "ffff") })
	if removed.Color != look.ColorQuiet {
		t.Error("a PC that was removed is not greyed")
	}
	d.shoot("rights")
	all, _ := find(d.sheet.pop.Content, isSelect("Open and copy"))
	if d.window.Canvas().Focused() != fyne.Focusable(all) {
		t.Errorf("%T has the focus", d.window.Canvas().Focused())
	}
	d.hit(fyne.KeyRight)
	d.reads("Everyone else in the workgroup can put files in, and can't see what is there.")
	d.svc.Fail("ShareFolder", &node.Error{Kind: node.Failed, Text: "the disk is full"})
	d.press()
	d.reads("The disk is full")
	d.svc.Fail("ShareFolder", nil)
	d.press()
	d.called("ShareFolder Invoices /home/anna/Documents/Invoices " + uitest.Front + "=change,everyone=add,ffffremoved=read")
	d.closed()
}

// All that a shared folder's card can do must be in its menu too, and reached without a mouse.
func TestTheCardOfASharedFolderByKeyboard(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.visit(place{kind: atThisPC})
	card := d.frame.view.(*thisPCView).folders.have["Photos"].(*shareCard)
	for item, title := range map[string]string{"Who may do what…": "Who may do what in “Photos”", "Link for a guest…": "Link for a guest to “Photos”", "Stop sharing…": "Stop sharing “Photos”?"} {
		d.window.Canvas().Focus(card.Button)
		d.hit(desktop.KeyMenu)
		if d.free() {
			t.Fatal("the Menu key opens no menu")
		}
		d.window.Canvas().Overlays().Remove(d.window.Canvas().Overlays().Top())
		for _, i := range card.menuItems() {
			if i.Label == item {
				i.Action()
			}
		}
		d.reads(title)
		d.hit(fyne.KeyEscape)
		d.closed()
	}
	d.window.Canvas().Focus(card.Button)
	d.hit(fyne.KeyReturn)
	d.reads("Who may do what in “Photos”")
}

// A long list of PCs is scrolled, and the keyboard takes it along.
func TestRightsOfManyPCs(t *testing.T) {
	s := uitest.Office()
	for i := range 30 {
		s.Peers = append(s.Peers, node.Peer{ID: "pc" + string(rune('A'+i)), Name: "PC " + string(rune('A'+i)), Member: true})
	}
	d := newDesk(t, s)
	d.window.Resize(fyne.NewSize(leastWidth, leastHeight))
	d.askFolder(s.Folders[0], "")
	if h := d.sheet.pop.Content.MinSize().Height; h > leastHeight {
		t.Errorf("the dialog is %.0f tall", h)
	}
	d.shoot("rights-many")
	for range 30 {
		d.window.Canvas().FocusNext()
	}
	line, ok := d.window.Canvas().Focused().(*choice)
	if !ok || line.onFocus == nil {
		t.Fatalf("%T has the focus", d.window.Canvas().Focused())
	}
	list, _ := find(d.sheet.pop.Content, func(s *container.Scroll) bool { return s.Size().Height > 40 })
	at := d.app.Driver().AbsolutePositionForObject(line).Y - d.app.Driver().AbsolutePositionForObject(list).Y
	if at < 0 || at+line.Size().Height > list.Size().Height {
		t.Errorf("the line with the focus is at %.0f of %.0f", at, list.Size().Height)
	}
}

func TestAFolderThatFewMeanToShare(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.Fail("ShareFolder", &node.Error{Kind: node.Unsure, Text: "/home/anna is your home folder, with all that is private in it", Hint: "share a folder in it, or confirm with --yes"})
	d.askShare("/home/anna")
	d.press()
	d.reads("Share it all the same?")
	d.reads("/home/anna is your home folder")
	if d.says("--yes") {
		t.Error("the window speaks of commands")
	}
	d.shoot("unsure")
	if d.window.Canvas().Focused() != fyne.Focusable(d.sheet.cancel) {
		t.Error("Enter would share it")
	}
	d.tap("Don't share")
	d.closed()
	d.notCalled("ShareFolder anna /home/anna everyone=read confirmed")

	d.askShare("/home/anna")
	d.press()
	d.reads("Share it all the same?")
	d.press()
	d.called("ShareFolder anna /home/anna everyone=read confirmed")
	d.told("“anna” is shared")

	d.askShare("/home/anna")
	d.press()
	d.reads("Share it all the same?")
	d.picked = []string{"/home/anna/Music"}
	d.svc.Fail("ShareFolder", nil)
	d.tap("Choose another folder…")
	d.reads("/home/anna/Music")
}

func imageOf(root fyne.CanvasObject) (*canvas.Image, bool) {
	return find(root, func(i *canvas.Image) bool { return i.Image != nil && i.Resource == nil })
}
