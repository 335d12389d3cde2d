package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// Whatever other PCs call themselves, their folders, files, printers and jobs must neither stretch the window nor
// turn its texts round.
func TestNamesFromOutside(t *testing.T) {
	evil := "\u202e\x1b[2J<b>{{.PC}}</b>\n" + strings.Repeat("very long ", 24)
	s := uitest.Office()
	s.Self.Workgroup = evil
	for i := range s.Peers {
		p := &s.Peers[i]
		p.Name, p.Workgroup, p.Version, p.Addresses = evil, evil, evil, []string{evil}
		for k := range p.Folders {
			p.Folders[k].Name = evil
		}
	}
	for i := range s.Printers {
		s.Printers[i].Name, s.Printers[i].Info, s.Printers[i].Location, s.Printers[i].Reasons = evil, evil, evil, []string{evil}
	}
	for i := range s.Jobs {
		s.Jobs[i].Name, s.Jobs[i].Message, s.Jobs[i].State = evil, evil, evil
	}
	for i := range s.Transfers {
		s.Transfers[i].Label, s.Transfers[i].Error = evil, evil
	}
	for i := range s.Folders {
		s.Folders[i].Error = evil
	}
	s.Problems = []string{evil}
	d := newDesk(t, s)
	at := node.Location{PC: uitest.Front, Folder: evil}
	d.svc.SetFolder(at, []node.Entry{{Name: evil}, {Name: evil + "x", Folder: true}})
	check := func(where string) {
		t.Helper()
		root := d.window.Canvas().Content()
		if w := root.MinSize().Width; w > leastWidth {
			t.Errorf("%s wants to be %.0f wide", where, w)
		}
		if top := d.window.Canvas().Overlays().Top(); top != nil {
			if root = d.sheet.pop.Content; root.MinSize().Width > leastWidth {
				t.Errorf("the dialog of %s wants to be %.0f wide", where, root.MinSize().Width)
			}
		}
		find(root, func(c *canvas.Text) bool {
			if strings.ContainsFunc(c.Text, deceptive) {
				t.Errorf("%s shows %q", where, c.Text)
			}
			return false
		})
	}
	for kind := atWorkgroup; kind <= atSettings; kind++ {
		for _, pc := range []string{uitest.Front, uitest.Visitor} {
			d.visit(place{kind: kind, pc: pc, folder: evil})
			if v, ok := d.frame.view.(*folderView); ok && pc == uitest.Front {
				d.until("the folder is listed", func() bool { return v.loaded })
			}
			check("a page")
		}
	}
	for what, ask := range map[string]func(){
		"delete": func() { d.askRemove([]node.Location{{PC: uitest.Front, Folder: evil, Path: evil}}, nil) },
		"rename": func() {
			d.askRename(node.Location{PC: uitest.Front, Folder: evil, Path: "x"}, false, nil)
		},
		"remove":  func() { d.askRemoveMember(uitest.Front) },
		"unshare": func() { d.askUnshare(node.Folder{Name: evil}) },
		"share":   func() { d.askFolder(node.Folder{Name: "x", Dir: evil}, "") },
		"print":   func() { d.askPrint(uitest.Front, evil, []string{"/tmp/" + evil}) },
		"program": func() { d.opener.open(node.Location{PC: uitest.Front, Folder: evil, Path: evil + ".exe"}) },
		"join":    func() { d.askJoin(uitest.Front) },
		"invite":  d.askInvite,
		"connect": d.askConnect,
	} {
		ask()
		check(what)
		d.closeSheet()
	}
	d.fail(&node.Error{Text: evil, Hint: evil})
	check("a notice")
	d.window.Resize(fyne.NewSize(leastWidth, leastHeight))
	check("the smallest window")
	d.shoot("hostile")
}
