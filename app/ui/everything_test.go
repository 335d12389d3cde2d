package ui

import (
	"context"
	"fmt"
	"strings"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// everyPage visits each page, of a PC of the workgroup and of a stranger, with a folder of a name, and calls do once it shows what
// it has.
func (d *desk) everyPage(folder string, do func(where string)) {
	d.t.Helper()
	for kind := atWorkgroup; kind <= atSettings; kind++ {
		for _, pc := range []string{uitest.Front, uitest.Visitor} {
			d.visit(place{kind: kind, pc: pc, folder: folder})
			if v, ok := d.frame.view.(*folderView); ok && pc == uitest.Front {
				d.until("the folder is listed", func() bool { return v.loaded && !v.coming })
			}
			if v, ok := d.frame.view.(*binView); ok {
				d.until("the bin is listed", func() bool { return len(v.deeds) > 0 })
			}
			if kind == atSettings {
				d.reads(tr("Avoid"))
			}
			if v, ok := d.frame.view.(*doctorView); ok {
				d.until("it has looked", func() bool { return v.checkup.found != nil })
			}
			if v, ok := d.frame.view.(*setupView); ok && pc == uitest.Front {
				for i := range v.steps {
					v.turn(i)
					do(fmt.Sprintf("step %d of the setup", i))
				}
			}
			do(fmt.Sprintf("page %d of %s", kind, pc))
		}
	}
}

// everyDialog opens each dialog about things of a name, and calls do with what it asks.
func (d *desk) everyDialog(name string, do func(what string)) {
	d.t.Helper()
	for what, ask := range map[string]func(){
		"delete": func() { d.askRemove([]node.Location{{PC: uitest.Front, Folder: name, Path: name}}, nil) },
		"rename": func() {
			d.askRename(node.Location{PC: uitest.Front, Folder: name, Path: "x"}, false, nil)
		},
		"remove":  func() { d.askRemoveMember(uitest.Front) },
		"unshare": func() { d.askUnshare(node.Folder{Name: name}) },
		"share":   func() { d.askFolder(node.Folder{Name: name, Dir: name}, "") },
		"rights":  func() { d.askEditFolder(d.UI.state.Folders[0]) },
		"unsure": func() {
			d.askSure(d.UI.state.Folders[0], name, &node.Error{Kind: node.Unsure, Text: name, Hint: name})
		},
		"link form": func() { d.askLink(name) },
		"link":      func() { d.showLink(d.UI.state.Links[0]) },
		"revoke":    func() { d.askRevoke(d.UI.state.Links[0]) },
		"held":      func() { d.askHeld("x3") },
		"avoid":     func() { d.askAvoid(uitest.Visitor) },
		"print": func() {
			s := d.askPrint(uitest.Front, name, []string{"/tmp/" + name, "/tmp/x" + name})
			d.until("the form is there", func() bool { return s.form != nil && s.docs.list[1].looked })
		},
		"move a job":  func() { d.askMoveJob(node.Job{Name: name, PC: name, Printer: "x"}) },
		"release one": func() { d.releaseJob(node.Job{Name: name, PC: name, Printer: name, Owner: name, PIN: true}) },
		"rule":        func() { d.askPrinterRule(d.UI.state.Printers[0]) },
		"counts": func() {
			d.showPrintCounts(name)
			d.reads(tr("Sheets"))
		},
		"program": func() { d.openFile(node.Location{PC: uitest.Front, Folder: name, Path: name + ".exe"}) },
		"invite":  d.askInvite,
		"connect": d.askConnect,
		"conflicts": func() {
			d.askConflicts(batch{get: true, pc: uitest.Front}, node.Preview{Differ: node.Tally{Files: 2}, Conflicts: []node.Conflict{{Path: name}}, Renamed: []node.Renamed{{Path: name, As: name}}})
		},
		"unseen": func() { d.askUnseen(batch{pc: uitest.Front}, &node.Error{Text: name, Hint: name}) },
		"looking": func() {
			d.showLooking(pcName(d.UI.state, uitest.Front), d.work.start(func(context.Context) func() { return nil }))
		},
		"send":      func() { d.askSend(uitest.Front, []string{"/tmp/" + name, "/tmp/x"}) },
		"send text": func() { d.askSendText(uitest.Front) },
		"always":    func() { d.askAlways(d.UI.state.Inbox[0]) },
		"address":   func() { d.askLinkOf("https://evil.example/"+strings.Repeat("x", 1500), uitest.Front) },
		"empty":     func() { d.askEmpty(name, nil, nil) },
		"roll back": func() { d.askRollBack(d.UI.state.Brakes[0]) },
		"release":   func() { d.askRelease(d.UI.state.Brakes[len(d.UI.state.Brakes)-1]) },
		"results": func() {
			d.checkTransfer("q7")
			d.reads(tr("One file is missing, changed or damaged since."))
		},
		"keys":        d.showKeys,
		"passwords":   d.askPassword,
		"password":    func() { d.showPassword(node.Password{Password: name, URL: name, PC: name}) },
		"revoke word": func() { d.askRevokePassword(d.UI.state.Passwords[0]) },
	} {
		ask()
		do("the dialog " + what)
		d.closeSheet()
	}
}
