//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/app/ui/exchange/x11"
	"lanyard/discovery/discoverytest"
)

// Where things are in a window of PCManFM of 640 by 480: the first file in its view, and an empty place.
var (
	managersFirst = point{204, 95}
	managersEmpty = point{450, 330}
)

// mail is a program that takes files as a mail does: it writes down which they are, and what is in them.
const mail = `
import gi, os, urllib.parse
gi.require_version('Gtk', '3.0')
from gi.repository import Gtk, Gdk
w = Gtk.Window(title='Mail')
w.set_default_size(200, 150)
w.add(Gtk.Label(label='drop here'))
w.drag_dest_set(Gtk.DestDefaults.ALL, [], Gdk.DragAction.COPY)
w.drag_dest_add_uri_targets()
def got(w, context, x, y, data, info, time):
    for uri in data.get_uris():
        path = urllib.parse.unquote(uri[7:])
        with open(os.environ['GOT'] + '.part', 'w') as f: f.write(os.path.basename(path) + ': ' + open(path).read())
        os.rename(os.environ['GOT'] + '.part', os.environ['GOT'])
w.connect('drag-data-received', got)
w.show_all()
Gtk.main()
`

// Files go between the window and other programs in every way there is: a file manager and a program that takes mails' way.
func TestFilesPassBetweenTheWindowAndOtherPrograms(t *testing.T) {
	for _, program := range []string{"pcmanfm", "dbus-run-session", "/usr/bin/python3"} {
		if _, err := exec.LookPath(program); err != nil {
			discoverytest.Unavailable(t, "%v", err)
		}
	}
	if err := exec.Command("/usr/bin/python3", "-c", "import gi; gi.require_version('Gtk', '3.0')").Run(); err != nil {
		discoverytest.Unavailable(t, "GTK for Python: %v", err)
	}
	lan := discoverytest.NewLAN(t)
	front := officetest.New(t, lan.Join("front"))
	if err := front.CreateWorkgroup(t.Context(), "Office"); err != nil {
		t.Fatal(err)
	}
	plans := front.Shares("Plans", "change", map[string]string{"Öl & Gas.txt": "oil and gas"})
	w := openWindow(t, newScreen(t, "2600x900"), lan.Join("back"), filepath.Join(t.TempDir(), "home"))
	inv, err := front.Invite(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.until("sees the invitation", func(st *node.State) bool { return len(st.Peers) == 1 && st.Peers[0].Inviting })
	if err := w.Join(t.Context(), inv.Code, "front"); err != nil {
		t.Fatal(err)
	}
	w.until("has the neighbour's folder", func(st *node.State) bool { return len(st.Peers) == 1 && len(st.Peers[0].Folders) == 1 })
	w.settle()
	w.click(sidebarFront)
	w.settle()
	w.click(firstFolder)
	w.settle()

	here := t.TempDir()
	manager := w.program("pcmanfm", 1900, 0, "", "pcmanfm", here)
	got := filepath.Join(t.TempDir(), "got")
	letter := w.program("^Mail$", 1900, 600, got, "/usr/bin/python3", "-c", mail)
	w.settle()
	has := func(dir, name, content string) {
		t.Helper()
		eventually(t, dir+" has "+name, func() bool { return officetest.Content(t, filepath.Join(dir, name)) == content })
	}

	t.Run("dragged out into a file manager they are downloaded there", func(t *testing.T) {
		w.drag(w.id(), firstRow, manager, managersEmpty, "drag-out")
		has(here, "Öl & Gas.txt", "oil and gas")
	})
	t.Run("dragged out onto another program they are fetched and handed over", func(t *testing.T) {
		w.settle()
		w.drag(w.id(), firstRow, letter, point{100, 70}, "")
		eventually(t, "the mail has it", func() bool { return officetest.Content(t, got) == "Öl & Gas.txt: oil and gas" })
	})
	t.Run("dragged in from a file manager they are told what will happen", func(t *testing.T) {
		name := filepath.Join(here, "Öl & Gas.txt")
		os.Rename(name, filepath.Join(here, "From here.txt"))
		w.settle()
		w.drag(manager, managersFirst, w.id(), emptySpace, "drag-in")
		has(plans, "From here.txt", "oil and gas")
	})
	t.Run("copied in the window they are pasted in a file manager", func(t *testing.T) {
		w.settle()
		w.click(firstRow)
		w.xdotool("key", "--window", w.id(), "ctrl+c")
		var copied []string
		eventually(t, "it is copied", func() bool {
			copied, _ = x11.Desktop{Display: w.display}.Paste(t.Context())
			return len(copied) == 1
		})
		os.Remove(filepath.Join(here, filepath.Base(copied[0])))
		w.xdotool("mousemove", "--window", manager, strconv.Itoa(managersEmpty.x), strconv.Itoa(managersEmpty.y), "click", "1", "sleep", "0.3", "key", "ctrl+v")
		has(here, filepath.Base(copied[0]), "oil and gas")
	})
	t.Run("copied in a file manager they are pasted in the window", func(t *testing.T) {
		entries, err := os.ReadDir(here)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			os.Remove(filepath.Join(here, e.Name()))
		}
		os.WriteFile(filepath.Join(here, "Pasted.txt"), []byte("pasted"), 0o600)
		w.settle()
		w.xdotool("mousemove", "--window", manager, strconv.Itoa(managersFirst.x), strconv.Itoa(managersFirst.y), "click", "1", "sleep", "0.3", "key", "ctrl+c", "sleep", "0.3")
		w.click(emptySpace)
		w.xdotool("sleep", "0.2", "key", "ctrl+v")
		has(plans, "Pasted.txt", "pasted")
	})
	t.Run("a drag that nobody sees the end of leaves the window at work", func(t *testing.T) {
		v, err := x11.Visit(t.Context(), w.display, "Lanyard", []string{"/tmp/x"})
		if err != nil {
			t.Fatal(err)
		}
		if may, err := v.Move(t.Context(), emptySpace.x, emptySpace.y); err != nil || !may {
			t.Errorf("over the folder: %v, %v", may, err)
		}
		if may, err := v.Move(t.Context(), 110, 154); err != nil || may {
			t.Errorf("over the transfers: %v, %v", may, err)
		}
		v.End()
	})
	if text := w.err.String(); strings.Contains(text, "fyne.Do") || strings.Contains(text, "panic") {
		t.Errorf("the window has said:\n%s", text)
	}
}

// program starts another program on the screen, puts its window to a place and returns the window's ID.
func (s *screen) program(title string, x, y int, got string, args ...string) string {
	s.t.Helper()
	cmd := s.command(exec.Command("dbus-run-session", append([]string{"--"}, args...)...))
	cmd.Env = append(cmd.Env, "HOME="+s.t.TempDir(), "GOT="+got, "GTK_THEME=Adwaita", "NO_AT_BRIDGE=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		cmd.Wait()
	})
	search := []string{"search", "--onlyvisible", "--name", title}
	if args[0] == "pcmanfm" {
		search = []string{"search", "--onlyvisible", "--class", title}
	}
	var ids []string
	eventually(s.t, "a window of "+args[0], func() bool {
		out, _ := s.command(exec.Command("xdotool", search...)).Output()
		ids = strings.Fields(string(out))
		return len(ids) > 0
	})
	id := ids[len(ids)-1]
	s.xdotool("sleep", "0.5", "windowmove", id, strconv.Itoa(x), strconv.Itoa(y))
	return id
}

// drag drags with the mouse from a place in one window to a place in another, slowly enough for any program, and takes a picture
// before it lets go when there is somewhere to put it.
func (s *screen) drag(from string, a point, to string, b point, picture string) {
	s.t.Helper()
	place := func(window string, p point) []string {
		return []string{"mousemove", "--window", window, strconv.Itoa(p.x), strconv.Itoa(p.y), "sleep", "0.2"}
	}
	steps := append(place(from, a), "mousedown", "1", "sleep", "0.2")
	for range 4 {
		steps = append(steps, "mousemove_relative", "--", "6", "4", "sleep", "0.05")
	}
	steps = append(steps, place(to, point{b.x - 12, b.y - 8})...)
	steps = append(steps, place(to, b)...)
	s.xdotool(slices.Concat(steps, []string{"sleep", "0.3"})...)
	if dir := os.Getenv("LANYARD_SHOTS"); dir != "" && picture != "" {
		s.shoot(filepath.Join(dir, fmt.Sprintf("window-%s.png", picture)))
	}
	s.xdotool("mouseup", "1")
}
