package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/exchange"
	"lanyard/app/ui/look"
	"lanyard/app/ui/uitest"
)

func TestDropFiles(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a b+ü.txt")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	card := func(d *desk, text string) fyne.CanvasObject {
		line, ok := find(d.frame.page, func(l *look.Text) bool { return l.Text() == text })
		if !ok {
			t.Fatalf("no card %q", text)
		}
		return line
	}
	for _, c := range []struct {
		rule  string
		at    place
		on    func(d *desk) fyne.CanvasObject
		files []string
		call  string // that the node gets
		asks  string // the title of the dialog that opens
		tells string
	}{
		{rule: "a file on another PC's folder is sent", at: place{kind: atPC, pc: uitest.Front}, on: func(d *desk) fyne.CanvasObject { return card(d, "Customers") },
			files: []string{file}, call: "Put " + file + " " + uitest.Front + " Customers"},
		{rule: "a folder too", at: place{kind: atPC, pc: uitest.Front}, on: func(d *desk) fyne.CanvasObject { return card(d, "Scans in") },
			files: []string{dir, file}, call: "Put " + dir + " " + file + " " + uitest.Front + " Scans in"},
		{rule: "not where it may not be written", at: place{kind: atPC, pc: uitest.Front}, on: func(d *desk) fyne.CanvasObject { return card(d, "Letters") },
			files: []string{file}, tells: "“Letters” takes no files"},
		{rule: "a file on a printer is printed", at: place{kind: atPC, pc: uitest.Front}, on: func(d *desk) fyne.CanvasObject { return card(d, "Laser") },
			files: []string{file}, asks: "Print on Laser"},
		{rule: "on the page of printers too", at: place{kind: atPrinters}, on: func(d *desk) fyne.CanvasObject { return card(d, "Plotter") },
			files: []string{file}, asks: "Print on Plotter"},
		{rule: "a folder is not printed", at: place{kind: atPrinters}, on: func(d *desk) fyne.CanvasObject { return card(d, "Plotter") },
			files: []string{dir}, tells: "A folder can't be printed"},
		{rule: "a folder on This PC is shared", at: place{kind: atThisPC}, on: func(d *desk) fyne.CanvasObject { return card(d, "Invoices") }, files: []string{dir}, asks: "Share a folder"},
		{rule: "and several at once", at: place{kind: atThisPC}, on: func(d *desk) fyne.CanvasObject { return card(d, "Invoices") }, files: []string{dir, dir}, asks: "Share 2 folders"},
		{rule: "on its line in the navigation too", at: place{kind: atPrinters}, on: func(d *desk) fyne.CanvasObject { return d.sidebarLine("This PC") }, files: []string{dir}, asks: "Share a folder"},
		{rule: "on its card among the others too", at: place{kind: atWorkgroup}, on: func(d *desk) fyne.CanvasObject { return card(d, "Anna's laptop") }, files: []string{dir}, asks: "Share a folder"},
		{rule: "a file is not shared", at: place{kind: atThisPC}, on: func(d *desk) fyne.CanvasObject { return card(d, "Invoices") }, files: []string{file}, tells: "Drop folders to share them"},
		{rule: "on a PC it is sent to the person there", at: place{kind: atWorkgroup}, on: func(d *desk) fyne.CanvasObject { return card(d, "Workshop") }, files: []string{file}, asks: "Send “a b+ü.txt”"},
		{rule: "on its line in the navigation too", at: place{kind: atPrinters}, on: func(d *desk) fyne.CanvasObject { return d.sidebarLine("Front desk") }, files: []string{file, dir}, asks: "and one more"},
		{rule: "and on its page beside the folders", at: place{kind: atPC, pc: uitest.Front}, on: func(d *desk) fyne.CanvasObject { return d.frame.page }, files: []string{file}, asks: "Send “a b+ü.txt”"},
		{rule: "a PC that is off gets it later", at: place{kind: atWorkgroup}, on: func(d *desk) fyne.CanvasObject { return card(d, "Archive") }, files: []string{file}, asks: "Archive (off: it gets it when it is on again)"},
		{rule: "a stranger gets nothing", at: place{kind: atWorkgroup}, on: func(d *desk) fyne.CanvasObject { return card(d, "MacBook of Jo") }, files: []string{file}, tells: "MacBook of Jo isn't in this workgroup"},
		{rule: "elsewhere it says what can be done", at: place{kind: atTransfers}, on: func(d *desk) fyne.CanvasObject { return d.frame.page }, files: []string{file}, tells: "Drop files on a shared folder, a PC or a printer"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			d := newDesk(t, uitest.Office())
			d.visit(c.at)
			d.frame.show(d.UI.state)
			d.window.Resize(fyne.NewSize(1081, 700)) // lays the page out
			d.drop(c.on(d), c.files...)
			switch {
			case c.call != "":
				d.called(c.call)
			case c.asks != "":
				d.reads(c.asks)
			default:
				d.told(c.tells)
				d.notCalled("Put")
			}
		})
	}
}

func TestDropOnAList(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.list()
	top := d.app.Driver().AbsolutePositionForObject(v.files)
	at := func(y float32) { d.dropped(top.AddXY(200, y), uris("/tmp/x.txt")) }
	at(29 + 3*28 + 10) // the fourth line is the folder Zhang
	d.called("Put /tmp/x.txt " + uitest.Front + " Customers Zhang")
	at(29 + 6*28 + 10) // a file: into the folder that is shown
	d.until("the second upload", func() bool {
		calls := d.svc.Calls()
		return calls[len(calls)-1] == "Put /tmp/x.txt "+uitest.Front+" Customers"
	})
}

func TestDropWhatIsNoFile(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.list()
	d.drop(d.frame.page)
	d.told("Only files and folders of this PC")
	var many []string
	for range exchange.MaxFiles + 1 {
		many = append(many, "/tmp/x")
	}
	d.drop(d.frame.page, many...)
	d.told("too much at once")
	d.askConnect()
	d.drop(d.frame.page, "/tmp/x")
	d.closeSheet()
	for _, c := range d.svc.Calls() {
		if strings.HasPrefix(c, "Put") {
			t.Errorf("behind a dialog: %s", c)
		}
	}
}

func TestShareAFolder(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.picked = []string{"/home/anna/Music"}
	d.visit(place{kind: atThisPC})
	d.tap("Share a folder")
	d.reads("/home/anna/Music")
	d.shoot("share")
	d.press()
	d.called("ShareFolder Music /home/anna/Music everyone=read")
	d.told("“Music” is shared")

	invoices := node.Folder{Name: "Invoices", Dir: "/i"}
	d.askUnshare(invoices)
	d.press()
	d.called("UnshareFolder Invoices")
}

func TestShareAPrinter(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.visit(place{kind: atThisPC})
	grid := d.frame.view.(*thisPCView).printers
	card := grid.have[grid.keys[0]].(*printerCard)
	card.share.SetChecked(true)
	d.called("SharePrinter Print to folder false")
	d.until("the state says so", func() bool { return d.UI.state.Printers[0].Shared && card.guests.Visible() })
	card.guests.SetChecked(true)
	d.called("SharePrinter Print to folder true")
	d.until("the state says so", func() bool { return d.UI.state.Printers[0].Guests })
	d.shoot("printer-guests")
	card.share.SetChecked(false)
	d.called("UnsharePrinter Print to folder")
	n := len(d.svc.Calls())
	d.svc.Change(func(s *node.State) { s.Printers[0].Shared = true })
	d.until("the box follows", func() bool { return card.share.Checked })
	if len(d.svc.Calls()) != n {
		t.Errorf("following the state asked the node: %q", d.svc.Calls()[n:])
	}
}

// Whatever takes files says what will become of them while they hover over it.
func TestEveryPlaceThatTakesFilesSaysWhatFor(t *testing.T) {
	d := everything(t, "Customers")
	outside := newDesk(t, node.State{})
	for kind := atWorkgroup; kind <= atSettings; kind++ {
		for _, d := range []*desk{d, outside} {
			d.visit(place{kind: kind, pc: uitest.Front, folder: "Customers"})
			for y := float32(10); y < 700; y += 40 {
				for x := float32(20); x < 1080; x += 60 {
					if to := d.targetAt(fyne.NewPos(x, y)); to.do != nil && (to.says == nil || to.says("x") == "" || to.on == spot{}) {
						t.Fatalf("page %d at %.0f, %.0f: something takes files and does not say what for, or where", kind, x, y)
					}
				}
			}
		}
	}
}
