package ui

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
	"lanyard/app/ui/uitest"
)

// queueDesk opens the page of transfers on one in every state.
func queueDesk(t *testing.T) *desk {
	t.Helper()
	s := uitest.Office()
	s.Transfers = uitest.Queue()
	d := newDesk(t, s)
	d.visit(place{kind: atTransfers})
	return d
}

func TestTransfersSayHowTheyAre(t *testing.T) {
	d := queueDesk(t)
	d.window.Resize(fyne.NewSize(1080, 960)) // all of them are in sight
	d.speeds = speeds{}
	for i := range graphTime {
		queue := uitest.Queue()
		queue[0].Speed *= 0.7 + 0.3*math.Sin(float64(i)/4)
		d.speeds.note(queue, uitest.Now.Add(time.Duration(i-graphTime)*time.Second))
	}
	d.svc.Change(func(s *node.State) { s.Transfers[0].Bytes++ })
	d.until("the graph is drawn", func() bool { return len(d.transfer("q1").graph.Values()) == graphTime })
	for _, text := range []string{
		"734 MB of 1.90 GB   ·   96.0 MB/s (limited by this disk)   ·   12 s left   ·   212 of 640 files   ·   87 there already",
		"10.0 MB/s (your limit)", "high priority   ·   to Workshop",
		"Archive is off. It goes on by itself   ·   412 MB of 900 MB", "Paused   ·   8.00 MB of 2.20 GB", "Waiting for its turn", "Waiting for an answer there",
		"to the person at Workshop", "3 files could not be read at Workshop   ·   3 files failed", "Declined there", "Ended",
	} {
		d.reads(text)
	}
	d.shoot("queue")
	d.window.Resize(fyne.NewSize(leastWidth, leastHeight))
	d.shoot("queue-small")
}

func TestTransfersByButton(t *testing.T) {
	d := queueDesk(t)
	test.Tap(d.transfer("q1").hold)
	d.called("PauseTransfer q1")
	d.until("it can go on", func() bool { return d.transfer("q1").goOn.Visible() })
	test.Tap(d.transfer("q1").goOn)
	d.called("ResumeTransfer q1")
	test.Tap(d.transfer("q3").retry)
	d.called("ResumeTransfer q3") // it looks for the other PC now
	test.Tap(d.transfer("q8").retry)
	d.called("RetryTransfer q8")
	test.Tap(d.transfer("q5").cancel)
	d.called("CancelTransfer q5")
	d.tap("Pause all")
	d.called("PauseTransfer")
	d.tap("Resume all")
	d.called("ResumeTransfer")
	d.tap("Clear ended")
	d.called("ForgetTransfers")
}

func TestTransfersByKey(t *testing.T) {
	d := queueDesk(t)
	focus := func(id string) { d.window.Canvas().Focus(d.transfer(id).Button) }
	focus("q1")
	d.hit(fyne.KeyDown)
	if d.window.Canvas().Focused() != fyne.Focusable(d.transfer("q2").Button) {
		t.Error("the arrow key does not go to the next one")
	}
	d.hit(fyne.KeyP)
	d.called("PauseTransfer q2")
	d.hit(fyne.KeyMinus)
	d.called("PrioritizeTransfer q2 normal")
	focus("q5")
	d.hit(fyne.KeyPlus)
	d.called("PrioritizeTransfer q5 normal")
	d.shortcut(fyne.KeyUp, fyne.KeyModifierShortcutDefault)
	d.called("OrderTransfer q5 q4")
	focus("q1")
	d.shortcut(fyne.KeyDown, fyne.KeyModifierShortcutDefault)
	d.called("OrderTransfer q1 q3")
	d.shortcut(fyne.KeyUp, fyne.KeyModifierShortcutDefault) // it is the first
	focus("q6")
	d.shortcut(fyne.KeyDown, fyne.KeyModifierShortcutDefault) // it is the last
	d.hit(fyne.KeyDelete)
	d.called("CancelTransfer q6")
	d.until("it has ended", func() bool { return len(d.frame.view.(*transfersView).queue.items) == 5 })
	focus("q8")
	d.hit(fyne.KeyR)
	d.called("RetryTransfer q8")
	focus("q7")
	d.hit(fyne.KeyV)
	d.called("VerifyTransfer q7")
	d.hit(fyne.KeyEscape)
	d.closed()
	orders := 0
	for _, c := range d.svc.Calls() {
		if strings.HasPrefix(c, "OrderTransfer") {
			orders++
		}
	}
	if orders != 2 {
		t.Errorf("moved %d times: %q", orders, d.svc.Calls())
	}
}

func TestTheMenuOfATransferHasWhatItCanDo(t *testing.T) {
	d := queueDesk(t)
	for _, c := range []struct {
		id   string
		want string
	}{
		{"q1", "Files and results…|Pause||Move down|Priority||Cancel"},
		{"q4", "Files and results…|Go on||Move up|Move down|Priority||Cancel"},
		{"q6", "Files and results…||Move up|Priority||Cancel"},
		{"q3", "Files and results…|Pause|Try again now||Move up|Move down|Priority||Cancel"},
		{"q7", "Files and results…|Check the files…|Show in folder"},
		{"q8", "Files and results…|Retry what failed|Check the files…"},
		{"q9", "Files and results…"},
	} {
		var labels []string
		for _, i := range d.transfer(c.id).menuItems() {
			labels = append(labels, i.Label)
		}
		if got := strings.Join(labels, "|"); got != c.want {
			t.Errorf("%s: %s, want %s", c.id, got, c.want)
		}
	}
	d.transfer("q4").OnMenu(fyne.NewPos(700, 300))
	d.shoot("queue-menu")
}

func TestWhatBecameOfTheFiles(t *testing.T) {
	d := queueDesk(t)
	files := []node.Result{{Path: "site/IMG_0012.jpg", How: "failed", Error: "permission denied at Workshop"}, {Path: "site/IMG_0013.jpg", How: "failed", Error: "the disk has a fault there"},
		{Path: "a:b.txt", At: "a\uf03ab.txt", How: "sent", Size: 12}, {Path: "IMG_0001.jpg", How: "same", Size: 4.2e6}, {Path: "IMG_0002.jpg", How: "known", Size: 4.3e6}, {Path: "notes.txt", How: "skipped"}, {Path: "run.lnk", How: "held"}, {Path: "pipe", How: "left-out", Error: "it is no file"}}
	for i := len(files); i < resultsPage; i++ {
		files = append(files, node.Result{Path: fmt.Sprintf("site/IMG_%04d.jpg", i), How: "sent", Size: 4e6})
	}
	d.svc.SetResults(node.Results{Count: 400, Files: files})
	d.transfer("q8").Tapped(nil)
	d.called("TransferResults q8 0 100")
	d.reads("Permission denied at Workshop")
	d.reads("1 to 100 of 400")
	d.reads("4.20 MB   ·   there already")
	d.shoot("results")
	v, _ := find(d.sheet.pop.Content, func(k *keyScroll) bool { return true })
	d.window.Canvas().Focus(v)
	d.hit(fyne.KeyEnd)
	d.tapIcon(look.IconForward)
	d.called("TransferResults q8 100 100")
	d.tap("Retry what failed")
	d.called("RetryTransfer q8")
	d.closed()
}

func TestFilesAreChecked(t *testing.T) {
	d := queueDesk(t)
	d.svc.SetResults(node.Results{Count: 1, Files: []node.Result{{Path: "offer-2026-118.pdf", How: "sent", Size: 284e3}}})
	d.svc.SetVerification(node.Verification{Checked: 1})
	d.transfer("q7").Tapped(nil)
	release := d.svc.Block("VerifyTransfer")
	d.press()
	d.reads("Reading the files…")
	release()
	d.reads("One file is as it was sent.")
	d.shoot("checked")
	d.svc.SetVerification(node.Verification{Checked: 396, Unknown: 2, Bad: []node.Result{{Path: "IMG_0044.jpg", How: "failed", Error: "its content is not what was sent"}, {Path: "IMG_0107.jpg", How: "failed", Error: "it is no longer there"}}})
	d.press()
	d.reads("2 files are missing, changed or damaged since. 396 others are as they were sent. 2 were there before and were never read.")
	d.reads("Its content is not what was sent")
	d.shoot("checked-bad")
	d.svc.Fail("VerifyTransfer", &node.Error{Kind: node.Offline, Text: "Front desk can't be reached"})
	d.press()
	d.reads("Front desk can't be reached")
	d.hit(fyne.KeyEscape)
	d.closed()
}

var differing = node.Preview{New: node.Tally{Files: 12, Bytes: 34e6}, Same: node.Tally{Files: 200, Bytes: 1e9}, Differ: node.Tally{Files: 3, Bytes: 5.2e6},
	Conflicts: []node.Conflict{
		{Path: "Zhang/offer.odt", Size: 48213, Time: uitest.Now.Add(-time.Hour), Size2: 47100, Time2: uitest.Now.Add(-30 * time.Hour)},
		{Path: "Zhang/plan of the ground floor.dwg", Size: 5.1e6, Time: uitest.Now.Add(-900 * time.Hour), Size2: 5.3e6, Time2: uitest.Now.Add(-2 * time.Hour)}},
	Renamed: []node.Renamed{{Path: "Zhang/a:b.txt", As: "a_b.txt"}}}

func TestOneQuestionAboutFilesThatDiffer(t *testing.T) {
	for choice, want := range map[string]string{"Replace": "replace", "Keep both": "both", "Skip": "skip", "": ""} {
		d := newDesk(t, uitest.Office())
		v := d.list()
		d.svc.SetPreview(differing)
		d.choose(v, "Zhang")
		d.picked = []string{"/home/anna/Desktop"}
		v.get()
		d.called("PreviewGet Customers/Zhang /home/anna/Desktop")
		for _, text := range []string{"3 files are there already, and differ", "12 new (34.0 MB)", "200 the same, not sent again", "Comes: 48.2 kB, today, 13:30 (newer)   ·   There: 47.1 kB", "and one more", "Is called a_b.txt there", "The files here are overwritten"} {
			d.reads(text)
		}
		if choice == "" {
			d.shoot("conflicts")
			d.hit(fyne.KeyEscape)
			d.closed()
			d.notCalled("Get")
			continue
		}
		d.option(choice)
		d.called("Get Customers/Zhang /home/anna/Desktop " + want)
		d.closed()
	}
}

// option takes one of the ways on in a sheet.
func (d *desk) option(title string) {
	d.t.Helper()
	card, ok := find(d.sheet.pop.Content, func(b *look.Button) bool {
		_, ok := find(b, func(l *look.Text) bool { return l.Text() == title })
		return ok
	})
	if !ok {
		d.t.Fatalf("no way on called %q", title)
	}
	card.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

// tapIcon taps the button of the dialog that has an icon and no text.
func (d *desk) tapIcon(icon fyne.Resource) {
	d.t.Helper()
	b, ok := find(d.sheet.pop.Content, func(b *widget.Button) bool { return b.Text == "" && b.Icon == icon })
	if !ok {
		d.t.Fatalf("no button %s", icon.Name())
	}
	test.Tap(b)
}

func TestPreviewsThatTakeLongSaySo(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.patience = time.Millisecond
	at := node.Location{PC: uitest.Workshop, Folder: "Drawings"}
	release := d.svc.Block("PreviewPut")
	d.upload(at, []string{"/tmp/a.txt"})
	d.reads("If files there differ, you are asked before anything is moved. It takes a while: there are many, or Workshop is busy.")
	d.shoot("looking")
	release()
	d.called("Put /tmp/a.txt " + uitest.Workshop + " Drawings")
	d.closed()

	release = d.svc.Block("PreviewPut")
	defer release()
	d.upload(at, []string{"/tmp/b.txt"})
	d.reads("Comparing…")
	d.hit(fyne.KeyEscape)
	d.closed()
	d.notCalled("Put /tmp/b.txt")
}

func TestWhatCannotBeSeenIsAskedToo(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.Fail("PreviewPut", &node.Error{Kind: node.Offline, Text: "Workshop can't be reached"})
	d.upload(node.Location{PC: uitest.Workshop, Folder: "Drawings"}, []string{"/tmp/a.txt"})
	d.reads("It can't be seen what is there already")
	d.reads("What is replaced waits in the bin at Workshop")
	d.option("Keep both")
	d.called("Put /tmp/a.txt " + uitest.Workshop + " Drawings  both")
	// A folder that only takes files tells nothing and replaces nothing: there is no question.
	d.upload(node.Location{PC: uitest.Front, Folder: "Scans in"}, []string{"/tmp/b.txt"})
	d.called("Put /tmp/b.txt " + uitest.Front + " Scans in")
	if slices.ContainsFunc(d.svc.Calls(), func(c string) bool { return strings.HasPrefix(c, "PreviewPut /tmp/b.txt") }) {
		t.Error("it looked into a drop box")
	}
}

func TestSheetsFitTheSmallestWindow(t *testing.T) {
	d := queueDesk(t)
	d.svc.Change(func(s *node.State) { s.Brakes = []node.Brake{{PC: uitest.Workshop, Files: 312, Since: uitest.Now}} })
	d.svc.SetResults(node.Results{Count: 900, Files: []node.Result{{Path: "a", How: "failed", Error: "why"}}})
	d.svc.SetVerification(node.Verification{Checked: 3, Unknown: 2, Bad: []node.Result{{Path: "a", Error: "why"}}})
	d.until("the brake is shown", func() bool { return len(d.UI.state.Brakes) == 1 })
	d.window.Resize(fyne.NewSize(leastWidth, leastHeight))
	for what, ask := range map[string]func(){
		"conflicts": func() { d.askConflicts(batch{pc: uitest.Front}, differing) },
		"unseen": func() {
			d.askUnseen(batch{pc: uitest.Front}, &node.Error{Text: "Front desk can't be reached", Hint: "is it on?"})
		},
		"send":     func() { d.askSend(uitest.Front, []string{"/tmp/a"}) },
		"text":     func() { d.askSendText(uitest.Front) },
		"password": func() { d.showPassword(node.Password{Password: "abcd-efgh", PC: uitest.Front}) },
		"make":     d.askPassword,
		"link":     func() { d.askLinkOf("https://a.example/"+strings.Repeat("x", 1500), uitest.Front) },
		"undo":     func() { d.askRollBack(d.UI.state.Brakes[0]) },
		"drive":    func() { d.openInFileManager(place{kind: atFolder, pc: uitest.Front, folder: "Customers"}) },
		"results": func() {
			d.checkTransfer("q8")
			d.reads("are as they were sent")
		},
	} {
		ask()
		d.app.Turn()
		if h := d.sheet.pop.MinSize().Height; h > leastHeight {
			t.Errorf("%s wants to be %.0f tall", what, h)
		}
		d.shoot("least-" + what)
		d.closeSheet()
	}
}
