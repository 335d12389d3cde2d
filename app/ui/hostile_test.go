package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// evil is what everything is called here: it turns texts round, steers terminals, marks up and hides.
var evil = "\u202e\x1b[2J\x1b]0;x\a<b>{{.PC}}</b>\u200b\u2066\n" + strings.Repeat("very long ", 24)

// hostile is the Office with evil in all that comes from other PCs, from files and from the node.
func hostile() node.State {
	s := uitest.Office()
	s.Self.Workgroup, s.Self.Name, s.Self.Version, s.Self.Home, s.Self.Addresses = evil, evil, evil, evil, []string{evil}
	for i := range s.Peers {
		p := &s.Peers[i]
		p.Name, p.Workgroup, p.Version, p.Addresses = evil, evil, evil, []string{evil}
		for k := range p.Folders {
			p.Folders[k].Name = evil
		}
	}
	for i := range s.Printers {
		s.Printers[i].Name, s.Printers[i].Info, s.Printers[i].Location, s.Printers[i].Reasons = evil, evil, evil, []string{evil}
		s.Printers[i].Supplies = []node.Supply{{Name: evil, Color: evil, Level: -9, Low: 1 << 40}, {Name: evil, Level: 1 << 40, Low: -5, Waste: true}}
		s.Printers[i].Local, s.Printers[i].LocalURI, s.Printers[i].Rule, s.Printers[i].Used = evil, evil, node.PrinterRule{Release: true, Pages: 1 << 40}, -7
	}
	for i := range s.Jobs {
		s.Jobs[i].Name, s.Jobs[i].Message, s.Jobs[i].State = evil, evil, evil
	}
	s.Jobs = append(s.Jobs, node.Job{ID: -1, PC: s.Self.ID, Printer: evil, Owner: evil, Name: evil, State: "pending-held", PIN: true, Reasons: []string{evil}, Pages: -1, Total: -1, Place: -1},
		node.Job{ID: 1 << 40, PC: evil, Printer: evil, Name: evil, State: "processing", Pages: 1 << 40, Total: 1, Mine: true})
	for i := range s.Transfers {
		s.Transfers[i].Label, s.Transfers[i].Error, s.Transfers[i].Held = evil, evil, []node.Held{{Path: evil, Why: evil}}
	}
	for i := range s.Folders {
		s.Folders[i].Error, s.Folders[i].Dir, s.Folders[i].Allow = evil, evil, map[string]string{"everyone": evil, uitest.Front: evil, evil: evil, "guests": evil}
	}
	s.Links = uitest.Links()
	for i := range s.Links {
		l := &s.Links[i]
		l.Folder, l.URL, l.URLs, l.PIN, l.Access = evil, evil, []string{evil, "https://" + evil}, evil, evil
	}
	s.Problems = []string{evil}
	s.Transfers = append(s.Transfers, uitest.Queue()...)
	for i := range s.Transfers {
		t := &s.Transfers[i]
		t.Label, t.Dest, t.Waits, t.Limit, t.Priority, t.Error = evil, evil, evil, evil, evil, evil
	}
	s.Inbox = uitest.Inbox()
	for i := range s.Inbox {
		o := &s.Inbox[i]
		o.Label, o.Names, o.Dest, o.Error = evil, []string{evil, evil}, evil, evil
		if o.Text != "" {
			o.Text = evil + " https://evil.example/" + strings.Repeat("x", 500)
		}
	}
	s.Inbox = append(s.Inbox, node.Offered{ID: "f", PC: evil, State: "failed", Label: evil, Error: evil}, node.Offered{ID: "s", PC: uitest.Front, State: evil, Label: evil})
	s.Brakes = []node.Brake{{PC: uitest.Front, Files: 312}, {PC: evil, Files: 1}}
	s.Passwords = []node.Password{{ID: "p", PC: evil, Folder: evil, URL: evil}}
	s.Drive = node.Drive{On: true, URL: "http://127.0.0.1/" + evil, Error: evil}
	return s
}

// hostileBin is what a PC that calls everything evil has replaced and removed.
func hostileBin() []node.BinItem {
	return []node.BinItem{{ID: "a", Action: "one", Path: evil, PC: evil, How: evil}, {ID: "b", Action: "two", Path: evil, PC: uitest.Front, How: "removed", Folder: true, Files: -1, Size: -1},
		{ID: "c", Action: "two", Path: evil + "x", PC: uitest.Front, How: "moved"}}
}

// T38: whatever other PCs call themselves, their folders, files, printers and jobs must neither stretch the window nor
// turn its texts round, nor hide in them.
func TestT38NamesFromOutsideAreShownNeutral(t *testing.T) {
	d := newDesk(t, hostile())
	d.svc.SetSettings([]node.Setting{{Key: evil, Value: evil, Help: evil}, {Key: "avoid", Value: evil}, {Key: "quiet", Value: evil}})
	at := node.Location{PC: uitest.Front, Folder: evil}
	d.svc.SetFolder(at, []node.Entry{{Name: evil}, {Name: evil + "x", Folder: true}})
	d.svc.SetBin(uitest.Front, evil, hostileBin())
	d.svc.SetBin(uitest.Visitor, evil, hostileBin())
	d.svc.SetResults(node.Results{Count: 900, Files: []node.Result{{Path: evil, At: evil, How: evil, Error: evil}, {Path: evil, How: "failed", Error: evil}}})
	d.svc.SetVerification(node.Verification{Bad: []node.Result{{Path: evil, Error: evil}}})
	options := node.PrinterOptions{Formats: []string{evil}, Copies: 1 << 40, PIN: true, Values: map[string][]string{"page-ranges": {evil}}, Defaults: map[string]string{}, Media: []node.Medium{{Name: evil, Width: -1, Height: 1 << 40, Top: 1 << 40, Ready: true}}}
	for _, name := range printOptions {
		options.Values[name], options.Defaults[name] = []string{evil, "iso_" + evil + "_9x9mm", "1-99999999999999"}, evil
	}
	d.svc.SetOptions(options)
	d.svc.SetCounts([]node.PrintCount{{Printer: evil, PC: evil, Jobs: -1, Pages: 1 << 40}, {Printer: evil, PC: uitest.Front}})
	d.window.Resize(fyne.NewSize(leastWidth, firstHeight))
	check := func(where string) {
		t.Helper()
		root := d.window.Canvas().Content()
		for _, o := range uitest.Overflow(d.window.Canvas()) {
			t.Errorf("%s: %.300s", where, o)
		}
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
	d.everyPage(evil, func(where string) { check(where) })
	d.window.Resize(fyne.NewSize(leastWidth, firstHeight)) // some dialogs take what the window has
	d.everyDialog(evil, func(what string) { check(what) })
	d.tellRestored(node.Restored{Items: 1, Renamed: []node.Renamed{{Path: evil, As: evil}}, Failed: 1, Error: evil})
	check("a notice")
	d.tellOffers(nil, d.UI.state)
	check("a notice")
	stuck := *d.UI.state
	stuck.Jobs = []node.Job{{Mine: true, Name: evil, Printer: evil, State: "aborted", Message: evil}}
	d.tellJobs(d.UI.state, &stuck)
	check("a notice")
	d.fail(&node.Error{Text: evil, Hint: evil})
	check("a notice")
	d.window.Resize(fyne.NewSize(leastWidth, leastHeight))
	check("the smallest window")
	d.shoot("hostile")
	d.visit(place{kind: atThisPC})
	check("the smallest window")
	d.shoot("hostile-this-pc")
}
