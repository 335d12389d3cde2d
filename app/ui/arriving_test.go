package ui

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/filelist"
	"lanyard/app/ui/uitest"
)

// crowd opens a folder with n files of which the first few have come, until release is called.
func crowd(t *testing.T, n, first int) (d *desk, v *folderView, release func()) {
	t.Helper()
	d = newDesk(t, uitest.Office())
	d.svc.SetPortion(first)
	release = d.svc.Block("MoreOfList")
	t.Cleanup(release)
	d.svc.SetFolder(node.Location{PC: uitest.Front, Folder: "Customers"}, uitest.Many(n))
	d.visit(place{kind: atFolder, pc: uitest.Front, folder: "Customers"})
	v = d.frame.view.(*folderView)
	d.until("the first rows are shown", func() bool { return v.loaded && v.files.Len() == first })
	return d, v, release
}

// The first rows of a folder are shown, and can be used, while the rest is still on its way.
func TestFirstRowsAreShownBeforeTheLast(t *testing.T) {
	d, v, release := crowd(t, 5000, 100)
	if got := v.foot.count.Text(); got != "Listing… 100 items so far" {
		t.Errorf("below the list: %q", got)
	}
	d.reads("Listing… 100 items so far")
	d.shoot("listing")
	v.filter.SetText("no such name")
	d.until("the filter is applied to what is there", func() bool { return v.files.Len() == 0 })
	if d.says("No name contains") {
		t.Error("it says that there is none, though most have not come yet")
	}
	v.filter.SetText("")
	d.until("they are there again", func() bool { return v.files.Len() == 100 })
	release()
	d.until("all are shown", func() bool { return v.files.Len() == 5000 && !v.coming })
	if got := v.foot.count.Text(); got != trn("{{.N}} item", "{{.N}} items", 5000) {
		t.Errorf("below the list: %q", got)
	}
	if !slices.IsSortedFunc(v.files.Items()[5:], func(a, b filelist.Item) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the rest was put at the end")
	}
}

// What is selected stays selected, and where it is, whatever comes before it.
func TestRowsThatComeLeaveTheSelectionWhereItIs(t *testing.T) {
	d, v, release := crowd(t, 5000, 100)
	name := v.files.Items()[60].Name
	d.choose(v, name)
	line := func() string {
		at := d.app.Driver().AbsolutePositionForObject(v.files.Focusable().(fyne.CanvasObject))
		for n, i := range v.files.Items() {
			if i.Name == name {
				return fmt.Sprint(at.Y + float32(n)*28)
			}
		}
		return "gone"
	}
	before := line()
	release()
	d.until("all are shown", func() bool { return v.files.Len() == 5000 && !v.coming })
	if chosen := v.files.Selected(); len(chosen) != 1 || chosen[0].Name != name {
		t.Errorf("selected: %+v", chosen)
	}
	if after := line(); after != before {
		t.Errorf("the line went from %s to %s", before, after)
	}
}

func TestAListThatBreaksOffIsNotTakenForTheWhole(t *testing.T) {
	d, v, release := crowd(t, 5000, 100)
	calls := len(d.svc.Calls())
	d.svc.Fail("MoreOfList", &node.Error{Kind: node.Offline, Text: "Front desk was lost", Hint: "it is found again by itself"})
	d.typed(fyne.KeyF5) // the failure is for the next call
	d.until("the first rows come again", func() bool { return v.loaded && v.files.Len() == 100 && len(d.svc.Calls()) > calls+1 })
	release()
	d.reads("Front desk was lost")
	if v.loaded || v.coming || v.foot.count.Text() != "" {
		t.Errorf("shown %v, coming %v, below it %q", v.loaded, v.coming, v.foot.count.Text())
	}
	d.svc.Fail("MoreOfList", nil)
	d.tap("Try again")
	d.until("all are shown", func() bool { return v.files.Len() == 5000 && !v.coming })
}

func TestLeavingAFolderEndsItsListing(t *testing.T) {
	d, v, _ := crowd(t, 5000, 100)
	asked := v.asked
	d.visit(place{kind: atPC, pc: uitest.Front})
	d.until("the listing ends", asked.idle)
	if v.files.Len() != 100 {
		t.Errorf("%d rows came after it was left", v.files.Len())
	}
}

// What changes in a folder while it is listed is in the list at the end.
func TestAFolderThatChangesWhileItIsListed(t *testing.T) {
	d, v, release := crowd(t, 300, 100)
	at := node.Location{PC: uitest.Front, Folder: "Customers"}
	d.upload(at, []string{"/tmp/arrived.txt"})
	d.called("Put /tmp/arrived.txt " + uitest.Front + " Customers")
	d.svc.EndTransfer(node.TransferDone)
	d.until("it is known", func() bool { return v.stale })
	d.svc.SetFolder(at, append(uitest.Many(300), node.Entry{Name: "arrived.txt"}))
	release()
	d.until("the file that came is listed", func() bool { return v.files.Len() == 301 })
}
