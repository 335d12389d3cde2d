//go:build linux

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/app/ui/uitest"
	"lanyard/discovery/discoverytest"
	"lanyard/printing/printingtest"
)

// TestScreenshots takes the pictures of the documentation, of a real window in a small office, when it is told where to
// put them. Each is taken light and dark, at 1× and 2×.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("LANYARD_SCREENSHOTS")
	if dir == "" {
		t.Log("LANYARD_SCREENSHOTS names no folder: nothing to do")
		return
	}
	cups := printingtest.NewCUPS(t)
	cups.AddUSBQueue("Laser", printingtest.Direct)
	t.Setenv("CUPS_SERVER", cups.Socket) // of the three; the window's PC has none
	lan := discoverytest.NewLAN(t)
	desks := officetest.Office(t, lan, "Front desk", "Workshop", "Accounts")
	papers := map[string]string{}
	for i, name := range []string{"Offer Miller.pdf", "Offer Smith.pdf", "Opening hours.txt", "Price list 2026.csv", "Letter to the bank.odt", "Logo.png"} {
		papers[name] = string(make([]byte, 1<<(10+2*i)+i*317))
	}
	for i := range 30 {
		papers[fmt.Sprintf("Photos/IMG_%04d.jpg", 1200+i)] = photo(t, i)
		papers[fmt.Sprintf("Invoices/2026-%02d Invoice %03d.pdf", 1+i/3, i)] = "x"
	}
	desks[0].Shares("Papers", "change", papers)
	desks[0].Shares("Templates", "read", nil)
	desks[1].Shares("Drawings", "read", map[string]string{"Table.dxf": "x"})
	desks[2].Shares("Receipts", "add", nil)
	desks[0].Shares("Videos", "read", map[string]string{"Open house.mp4": film(96), "How to wire a plug.mp4": film(48)})
	os.Unsetenv("CUPS_SERVER")
	desks[0].Must("printer", "share", "Laser")
	desks[1].Must("printer", "share", "Print-to-folder")

	for _, theme := range []string{"light", "dark"} {
		for _, scale := range []string{"1", "2"} {
			takeSetup(t, lan, desks, theme, scale, dir)
			takeAll(t, lan, desks, cups, theme, scale, dir)
		}
	}
}

// film is so many MiB that nothing makes smaller.
func film(size int) string {
	content := make([]byte, size<<20)
	_, _ = rand.NewChaCha8([32]byte{}).Read(content) // never fails
	return string(content)
}

func takeAll(t *testing.T, lan *discoverytest.LAN, desks []*officetest.Desk, cups *printingtest.CUPS, theme, scale, dir string) {
	size := map[string]string{"1": "1280x800", "2": "2400x1600"}[scale]
	home := filepath.Join(t.TempDir(), "home")
	s := newScreen(t, size)
	w := openWindow(t, s, lan.Join("Reception "+theme+scale), home, "FYNE_THEME="+theme, "FYNE_SCALE="+scale)
	defer func() { w.LeaveWorkgroup(t.Context()); w.Stop(t.Context()); w.cmd.Wait() }() // the next one has the same name
	if err := w.SetSetting(t.Context(), "name", "Reception"); err != nil {
		t.Fatal(err)
	}
	inv, err := desks[0].Invite(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.until("sees the invitation", func(st *node.State) bool {
		for _, p := range st.Peers {
			if p.Inviting {
				return true
			}
		}
		return false
	})
	if err := w.Join(t.Context(), inv.Code, "Front desk"); err != nil {
		t.Fatal(err)
	}
	w.until("has all folders", func(st *node.State) bool {
		folders := 0
		for _, p := range st.Peers {
			folders += len(p.Folders)
		}
		return folders == 5
	})
	got := t.TempDir()
	if _, err := w.Get(t.Context(), []node.Location{{PC: "Front desk", Folder: "Papers"}}, got, node.Moving{}); err != nil {
		t.Fatal(err)
	}
	doc := prints(t, w, cups)
	defer cups.SetReasons()
	brochures := filepath.Join(t.TempDir(), "Brochures")
	os.Mkdir(brochures, 0o700)
	if _, err := w.ShareFolder(t.Context(), node.Folder{Dir: brochures, Allow: map[string]string{"everyone": "change"}}); err != nil {
		t.Fatal(err)
	}
	for _, wish := range []node.GuestLink{{Access: "add"}, {NeedsPIN: true, Uses: 3}} {
		wish.Folder = "Brochures"
		if _, err := w.LinkGuest(t.Context(), wish); err != nil {
			t.Fatal(err)
		}
	}
	leavesThings(t, w, desks, brochures)
	time.Sleep(6 * time.Second) // notices have gone
	by := map[string]int{"1": 1, "2": 2}[scale]
	click := func(x, y int) {
		w.click(point{x * by, y * by})
		w.xdotool("mousemove", "5", "5")
		w.settle()
	}
	shot := func(name string) { w.take(dir, name, theme, scale) }
	click(110, 185)
	shot("inbox") // first: with that its notice has gone
	click(110, 61)
	shot("workgroup")
	click(110, 123)
	shot("printers")
	click(110, 154)
	shot("transfers")
	click(110, 92)
	shot("this-pc")
	click(1026, 164) // the menu of the folder
	click(980, 303)  // its bin
	shot("bin")
	click(110, 92)
	click(801, 165) // "Who may do what…"
	shot("rights")
	w.xdotool("key", "Escape")
	w.settle()
	click(972, 363) // "Show", of the newest link
	shot("link")
	w.xdotool("key", "Escape")
	w.settle()
	click(110, 280) // Front desk, the second of the PCs
	shot("pc")
	w.drop(point{400 * by, 300 * by}, doc)
	w.seesPages()
	time.Sleep(time.Second) // the first page is drawn
	shot("print")
	w.xdotool("key", "Escape")
	w.settle()
	click(370, 175)
	shot("folder")
	w.xdotool("key", "Home", "Down", "Return") // the photos
	w.settle()
	w.xdotool("key", "ctrl+i", "alt+p")
	w.settle()
	w.xdotool("key", "Home", "Right", "Right")
	time.Sleep(5 * time.Second) // all of them have been looked into
	shot("tiles")
	w.xdotool("key", "ctrl+i", "alt+p")
	w.xdotool("key", "ctrl+comma")
	w.settle()
	shot("settings")
	click(110, 623)
	time.Sleep(5 * time.Second) // it has looked
	shot("doctor")
	w.xdotool("key", "F1")
	w.settle()
	shot("keys")
	w.xdotool("key", "Escape")
	click(110, 61)
	click(1000, 27)
	shot("invite")
}

// prints has the window print a document that comes out, and one that meets an empty tray, at a printer that is low on one
// of its inks. It returns a document.
func prints(t *testing.T, w *desktop, cups *printingtest.CUPS) string {
	t.Helper()
	cups.SetReasons()
	cups.SetAttrs("marker-names=Cyan,Magenta,Yellow,Black", "marker-types=toner,toner,toner,toner", "marker-colors=#00B7EB,#E6007E,#FFE600,#1A1A1A",
		"marker-levels=71,8,44,63", "marker-low-levels=10,10,10,10", "marker-high-levels=100,100,100,100")
	dir := t.TempDir()
	for _, name := range []string{"Offer 2026-118.pdf", "Order.pdf"} {
		doc := filepath.Join(dir, name)
		if err := os.WriteFile(doc, uitest.Offer(5), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Print(t.Context(), node.PrintRequest{PC: "Front desk", Printer: "Laser", Files: []string{doc}, Copies: 1}); err != nil {
			t.Fatal(err)
		}
		w.until("prints it, or says why not", func(st *node.State) bool {
			return len(st.Jobs) > 0 && st.Jobs[0].Name == name && (st.Jobs[0].State == "completed" || len(st.Jobs[0].Reasons) > 0 && st.Jobs[0].State == "processing-stopped")
		})
		cups.SetReasons("media-empty-error")
	}
	return filepath.Join(dir, "Offer 2026-118.pdf")
}

// leavesThings has the others send something to the person at the window, and remove files from a folder of it.
func leavesThings(t *testing.T, w *desktop, desks []*officetest.Desk, brochures string) {
	t.Helper()
	for i := range 24 {
		name := filepath.Join(brochures, fmt.Sprintf("Draft %02d.odt", i+1))
		if err := os.WriteFile(name, make([]byte, 40_000+i*3_511), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	desks[1].Until(10*time.Second, "sees the folder", func(s *node.State) bool {
		for _, p := range s.Peers {
			if p.Name == "Reception" && len(p.Folders) == 1 {
				return true
			}
		}
		return false
	})
	gone := []string{"rm"}
	for i := range 18 {
		gone = append(gone, fmt.Sprintf("Reception:Brochures/Draft %02d.odt", i+1))
	}
	desks[1].Must(gone...)
	plan := filepath.Join(t.TempDir(), "Ground floor.dwg")
	if err := os.WriteFile(plan, make([]byte, 2_400_000), 0o600); err != nil {
		t.Fatal(err)
	}
	desks[0].Must("send", "--detach", "--text", "The new price list: https://intranet.example/prices/2027 – please have a look before noon.", "Reception")
	desks[1].Must("send", "--detach", plan, "Reception")
	moves(t, w)
	w.until("has got both", func(st *node.State) bool { return len(st.Inbox) >= 2 })
}

// moves has the window fetch two videos, one of which is paused, so slowly that they are still moving in the pictures.
func moves(t *testing.T, w *desktop) {
	t.Helper()
	if err := w.SetSetting(t.Context(), "download", "600 kB/s"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Open house.mp4", "How to wire a plug.mp4"} {
		tr, err := w.Get(t.Context(), []node.Location{{PC: "Front desk", Folder: "Videos", Path: name}}, t.TempDir(), node.Moving{})
		if err != nil {
			t.Fatal(err)
		}
		if name[0] == 'H' {
			if err := w.PauseTransfer(t.Context(), tr.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
}
