//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/app/ui/uitest"
	"lanyard/discovery/discoverytest"
)

// Importing Fyne starts a goroutine that waits for drops on the window's icon; nothing ends it.
func TestMain(m *testing.M) {
	if os.Getenv(emptyWindow) != "" {
		openEmptyWindow()
		return
	}
	officetest.Main(m, goleak.IgnoreAnyFunction("fyne.io/fyne/v2/internal/async.(*UnboundedChan[...]).processing"))
}

// Where things are in the window at its first size.
var (
	sidebarThisPC = point{110, 92}
	sidebarFront  = point{110, 249}
	firstFolder   = point{370, 175}
	firstPrinter  = point{400, 300}
	firstRow      = point{400, 96}
	emptySpace    = point{600, 500}
)

// Two PCs: one with a folder and a printer, the other used by mouse and keyboard alone.
func TestAWindowOnTheNeighboursFolderAndPrinter(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	front := officetest.New(t, lan.Join("front"))
	if err := front.CreateWorkgroup(t.Context(), "Office"); err != nil {
		t.Fatal(err)
	}
	dir := front.Shares("Plans", "change", map[string]string{"a.txt": "a", "b.txt": "b"})
	front.Must("printer", "share", "Print-to-folder")

	opener := fakeOpener(t)
	w := openWindow(t, newScreen(t, "1280x800"), lan.Join("back"), filepath.Join(t.TempDir(), "home"),
		"PATH="+opener+":"+os.Getenv("PATH"))
	if err := w.SetSetting(t.Context(), "name", "back"); err != nil {
		t.Fatal(err)
	}
	inv, err := front.Invite(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.until("sees the invitation", func(st *node.State) bool { return len(st.Peers) == 1 && st.Peers[0].Inviting })
	if err := w.Join(t.Context(), inv.Code, "front"); err != nil {
		t.Fatal(err)
	}
	w.until("has the neighbour's folder and printer", func(st *node.State) bool {
		return len(st.Peers) == 1 && len(st.Peers[0].Folders) == 1 && len(st.Printers) == 2
	})
	w.settle()

	// A folder dropped on This PC is shared, once the person has said with whom.
	mine := filepath.Join(t.TempDir(), "Photos für alle")
	os.MkdirAll(mine, 0o755)
	w.drop(sidebarThisPC, mine)
	w.settle()
	w.gesture("shares the dropped folder", func() { w.xdotool("key", "Return") }, func(st *node.State) bool { return len(st.Folders) == 1 && st.Folders[0].Dir == mine })

	// The neighbour's folder: a double-click opens a file with the system's program for it.
	eventually(t, "the file is opened", func() bool {
		if officetest.Content(t, filepath.Join(opener, "opened")) == "" {
			w.click(sidebarFront) // all of it again, on a machine so busy that a click came to nothing or two were far apart
			w.settle()
			w.click(firstFolder)
			w.settle()
			w.doubleClick(firstRow)
			w.settle()
		}
		path, _, _ := strings.Cut(officetest.Content(t, filepath.Join(opener, "opened")), "\n")
		return filepath.Base(path) == "a.txt" && officetest.Content(t, path) == "a"
	})

	// Files dropped on the folder go there.
	file := filepath.Join(t.TempDir(), "dropped ü + 1.txt")
	os.WriteFile(file, []byte("dropped"), 0o644)
	w.drop(emptySpace, file)
	w.until("has sent it", func(st *node.State) bool {
		return len(st.Transfers) > 0 && st.Transfers[0].Direction == "put" && st.Transfers[0].State == node.TransferDone
	})
	if got := officetest.Content(t, filepath.Join(dir, "dropped ü + 1.txt")); got != "dropped" {
		t.Errorf("front has %q", got)
	}

	// Documents dropped on the neighbour's printer are printed, once the person has seen how they come out; one that it
	// doesn't take is left out.
	w.click(sidebarFront)
	w.settle()
	doc, letter := filepath.Join(t.TempDir(), "report.pdf"), filepath.Join(t.TempDir(), "letter.docx")
	os.WriteFile(doc, uitest.Offer(3), 0o644)
	os.WriteFile(letter, []byte("PK\x03\x04\x00\x00"), 0o644)
	w.drop(firstPrinter, doc, letter)
	w.seesPages()
	w.xdotool("key", "Next")
	w.settle()
	w.shots("window-print")
	w.gesture("sends it", func() { w.xdotool("key", "Return") }, func(st *node.State) bool { return len(st.Jobs) == 1 })
	w.until("prints it", func(st *node.State) bool { return len(st.Jobs) == 1 && st.Jobs[0].State == "completed" })
	if officetest.Content(t, filepath.Join(front.Home, "printed", "report.pdf")) != string(uitest.Offer(3)) {
		t.Error("what came out at front isn't what was dropped")
	}

	// A second start shows this window and ends.
	second := w.pc.Command(t.Context(), program(t), "--home", w.home)
	second.Env = w.cmd.Env
	if out, err := second.CombinedOutput(); err != nil {
		t.Errorf("second start: %v\n%s", err, out)
	}

	// No tray here: closing asks, and Quit ends everything in time.
	begun := time.Now()
	w.cmd.Process.Signal(syscall.SIGINT)
	if err := w.cmd.Wait(); err != nil {
		t.Errorf("the window ended with %v\n%s", err, w.err.String())
	}
	if took := time.Since(begun); took > 6*time.Second {
		t.Errorf("it took %v to end", took)
	}
	if strings.Contains(w.err.String(), "fyne.Do") {
		t.Errorf("calls from the wrong goroutine:\n%s", w.err.String())
	}
}
