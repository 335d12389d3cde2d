package ui

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// T14: what a PC outside the workgroup announces never changes what a member is called, nor poses as one.
func TestT14AStrangersAnnouncementRenamesNoMember(t *testing.T) {
	s := uitest.Office()
	d := newDesk(t, s)
	for _, c := range []struct{ rule, name, shown string }{
		{"a member's name", "Front desk", "Front desk (eeeevisi)"},
		{"in other letters", "FRONT DESK", "FRONT DESK (eeeevisi)"},
		{"this PC's name", "Anna's laptop", "Anna's laptop (eeeevisi)"},
		{"a member's ID", uitest.Front, uitest.Front},
		{"markup", "<b>Boss</b><img src=x>", "<b>Boss</b><img src=x>"},
		{"ten kilobytes", strings.Repeat("Boss ", 2000), strings.Repeat("Boss ", maxShown/5) + "…"},
		{"no name", "", "eeeevisi"},
	} {
		d.svc.Change(func(s *node.State) {
			for i := range s.Peers {
				if p := &s.Peers[i]; p.ID == uitest.Visitor {
					p.Name, p.Workgroup, p.Inviting = c.name, "Miller & Sons", true
				}
			}
			s.Transfers[0].Label = c.rule
		})
		d.until(c.rule, func() bool { return d.UI.state.Transfers[0].Label == c.rule })
		if got := pcName(d.UI.state, uitest.Visitor); got != c.shown {
			t.Errorf("%s: the stranger is shown as %q", c.rule, got)
		}
		for _, p := range s.Peers {
			if got := pcName(d.UI.state, p.ID); p.Member && got != p.Name {
				t.Errorf("%s: %s is shown as %q", c.rule, p.Name, got)
			}
		}
		caption, seen := "", map[string]string{}
		for _, e := range append(sidebarPages(d.UI.state), sidebarPCs(d.UI.state, "")...) {
			if caption = caption + e.caption; e.caption != "" {
				caption = e.caption
			}
			seen[e.place.pc] = caption
		}
		if seen[uitest.Visitor] != "Nearby, not in the workgroup" || seen[uitest.Front] != "PCs" {
			t.Errorf("%s: in the navigation the stranger stands below %q, the member below %q", c.rule, seen[uitest.Visitor], seen[uitest.Front])
		}
		if r := newRights(d.UI.state, "", nil, 700, nil); r.each[uitest.Visitor] != nil || r.each[uitest.Front] == nil {
			t.Errorf("%s: the stranger can be given rights, or the member can't", c.rule)
		}
	}
}

// markup is what would be a picture, a link, a script or a format, where a window understood such things.
var markup = []string{
	`<img src=x onerror=alert(1)>`, `"><svg onload=alert(1)>`, `<a href="http://evil.example">open</a>`, `[open](http://evil.example)`, `![x](http://evil.example/x.png)`,
	`**bold** _thin_`, "`code`", `# heading`, `{{.Name}}`, `{{template "x"}}`, `${7*7}`, `%s%n`, `&lt;b&gt;`,
}

// T21: a name with markup in it is shown as it is written. The window draws letters and has nothing that follows
// links, loads pictures or runs anything.
func TestT21MarkupInNamesIsShownAsItIsWritten(t *testing.T) {
	for group := range slices.Chunk(markup, 7) { // in one name each, to be quick
		name := strings.Join(group, " ")
		s := uitest.Office()
		s.Peers[1].Name, s.Folders[0].Name, s.Transfers[0].Label, s.Transfers[0].Held = name, name, name, []node.Held{{Path: name, Why: name}}
		s.Inbox = []node.Offered{{ID: "o", PC: uitest.Front, State: "open", Label: name}, {ID: "t", PC: uitest.Front, State: "received", Text: name}}
		s.Links = uitest.Links()[:1]
		s.Links[0].Folder = name
		d := newDesk(t, s)
		check := func(where string) {
			t.Helper()
			root := d.window.Canvas().Content()
			if d.sheet != nil {
				root = d.sheet.pop.Content
			}
			if _, ok := find(root, func(c *canvas.Text) bool { return strings.Contains(c.Text, name) }); !ok && !d.says(name) {
				t.Errorf("%s: %q is not to be read", where, name)
			}
			if _, ok := find(root, func(*widget.Hyperlink) bool { return true }); ok {
				t.Errorf("%s: %q has become a link", where, name)
			}
			find(root, func(r *widget.RichText) bool {
				for _, segment := range r.Segments {
					if _, ok := segment.(*widget.TextSegment); !ok {
						t.Errorf("%s: %q has become a %T", where, name, segment)
					}
				}
				return false
			})
		}
		for _, p := range []place{{kind: atWorkgroup}, {kind: atThisPC}, {kind: atPC, pc: uitest.Front}, {kind: atTransfers}, {kind: atInbox}} {
			d.visit(p)
			check("a page")
		}
		for _, ask := range []func(){
			func() { d.askEditFolder(s.Folders[0]) }, func() { d.askLink(name) }, func() { d.showLink(s.Links[0]) }, func() { d.askRevoke(s.Links[0]) },
			func() { d.askHeld("x1") }, func() { d.askAvoid(uitest.Front) }, func() { d.fail(&node.Error{Text: name}) },
		} {
			ask()
			check("a dialog")
			d.closeSheet()
		}
	}
}

// T21: files that run when they are looked at are never given to the system's programs; there is no preview.
func TestT21FilesWithScriptsInThemAreNotOpened(t *testing.T) {
	d := newDesk(t, uitest.Office())
	for _, name := range []string{"x.html", "x.HTM", "x.xhtml", "x.svg", "x.svgz", "x.xml", "x.mhtml", "x.hta", "x.js", "photo.jpg.svg", "x.html.", "x.svg ", "report.pdf.exe"} {
		d.openFile(node.Location{PC: uitest.Front, Folder: "Customers", Path: name})
		if d.sheet == nil {
			t.Errorf("%s: nothing is said", name)
		}
		d.closeSheet()
	}
	d.notCalled("Get")
	if len(d.opened) > 0 {
		t.Errorf("opened: %q", d.opened)
	}
}

// T21: the window's own code has no way to show markup; this keeps it so.
func TestT21NoCodeUnderstandsMarkup(t *testing.T) {
	files, err := filepath.Glob("*.go")
	more, err2 := filepath.Glob("*/*.go")
	if err != nil || err2 != nil || len(files)+len(more) < 40 {
		t.Fatal("the sources are not here", err, err2)
	}
	for _, name := range append(files, more...) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, means := range []string{"Markdown", "NewHyperlink", "HyperlinkSegment", "ImageSegment", "NewImageFromURI", "NewImageFromFile", "NewImageFromReader"} {
			if !strings.HasSuffix(name, "_test.go") && strings.Contains(string(text), means) {
				t.Errorf("%s uses %s", name, means)
			}
		}
	}
}
