//go:build linux

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/app/ui/exchange"
	"lanyard/app/ui/exchange/x11"
	"lanyard/discovery/discoverytest"
)

// Where things are in a window of PCManFM of 640 by 480: the first file in its view, and an empty place.
var (
	managersFirst = point{204, 95}
	managersEmpty = point{450, 330}
)

// Files go between the window and other programs in every way there is: a file manager and a program that takes mails' way.
func TestFilesPassBetweenTheWindowAndOtherPrograms(t *testing.T) {
	for _, program := range []string{"pcmanfm", "dbus-run-session", "yad"} {
		if _, err := exec.LookPath(program); err != nil {
			discoverytest.Unavailable(t, "%v", err)
		}
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
	here := t.TempDir()
	manager, _ := w.program("pcmanfm", 1900, 0, "pcmanfm", here)
	mail, dropped := w.program("yad", 1900, 600, "yad", "--dnd", "--text=Drop here", "--width=200", "--height=150")
	w.settle()
	// try does something with the mouse in the folder, again on a machine so busy that it came to nothing.
	try := func(what string, gesture func(), is func() bool) {
		t.Helper()
		var next time.Time
		eventually(t, what, func() bool {
			if !is() && time.Now().After(next) {
				w.click(sidebarFront) // and a notice that moves what is below it is gone
				w.settle()
				w.click(firstFolder)
				w.settle()
				gesture()
				next = time.Now().Add(5 * time.Second)
			}
			return is()
		})
	}
	has := func(dir, name, content string) func() bool {
		return func() bool { return officetest.Content(t, filepath.Join(dir, name)) == content }
	}
	over := func(p point, keys ...string) {
		t.Helper()
		w.xdotool(append([]string{"mousemove", "--window", manager, strconv.Itoa(p.x), strconv.Itoa(p.y), "click", "1", "sleep", "0.3"}, keys...)...)
	}
	w.settle()

	try("what was dragged out into a file manager is downloaded there", func() {
		w.drag(w.id(), firstRow, manager, managersEmpty, "drag-out")
	}, has(here, "Öl & Gas.txt", "oil and gas"))
	try("what was dragged out onto another program is fetched and handed over", func() {
		w.drag(w.id(), firstRow, mail, point{100, 50}, "drag-mail")
	}, func() bool {
		paths, _, _ := exchange.ParseList([]byte(officetest.Content(t, dropped)))
		return len(paths) > 0 && filepath.Base(paths[0]) == "Öl & Gas.txt" && officetest.Content(t, paths[0]) == "oil and gas"
	})

	os.Rename(filepath.Join(here, "Öl & Gas.txt"), filepath.Join(here, "From here.txt"))
	try("what was dragged in from a file manager is in the folder", func() {
		w.drag(manager, managersFirst, w.id(), emptySpace, "drag-in")
	}, has(plans, "From here.txt", "oil and gas"))

	os.Remove(filepath.Join(here, "From here.txt"))
	try("what was copied in the window is pasted in a file manager", func() {
		w.click(firstRow)
		w.xdotool("key", "ctrl+c")
		for late := time.Now().Add(3 * time.Second); time.Now().Before(late); time.Sleep(50 * time.Millisecond) {
			if copied, _ := (x11.Desktop{Display: w.display}).Paste(t.Context()); len(copied) == 1 {
				break
			}
		}
		over(managersEmpty, "key", "ctrl+v")
	}, has(here, "From here.txt", "oil and gas"))

	os.Rename(filepath.Join(here, "From here.txt"), filepath.Join(here, "Pasted.txt"))
	try("what was copied in a file manager is pasted in the window", func() {
		over(managersFirst, "key", "ctrl+c", "sleep", "0.3")
		w.click(emptySpace)
		w.xdotool("sleep", "0.2", "key", "ctrl+v")
	}, has(plans, "Pasted.txt", "oil and gas"))
	if text := w.err.String(); strings.Contains(text, "fyne.Do") || strings.Contains(text, "panic") {
		t.Errorf("the window has said:\n%s", text)
	}
}

// program starts another program on the screen, puts its window to a place and returns the window's ID and the file that gets
// what it prints.
func (s *screen) program(class string, x, y int, args ...string) (id, output string) {
	s.t.Helper()
	home := s.t.TempDir()
	output = filepath.Join(home, "output")
	out, err := os.Create(output)
	if err != nil {
		s.t.Fatal(err)
	}
	defer out.Close()
	cmd := s.command(exec.Command("dbus-run-session", append([]string{"--"}, args...)...))
	cmd.Env = append(cmd.Env, "HOME="+home, "NO_AT_BRIDGE=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		cmd.Wait()
	})
	var ids []string
	eventually(s.t, "a window of "+args[0], func() bool {
		out, _ := s.command(exec.Command("xdotool", "search", "--onlyvisible", "--class", class)).Output()
		ids = strings.Fields(string(out))
		return len(ids) > 0
	})
	id = ids[len(ids)-1]
	s.xdotool("sleep", "0.5", "windowmove", id, strconv.Itoa(x), strconv.Itoa(y))
	return id, output
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
	s.xdotool(append(steps, "sleep", "0.8")...)
	if dir := os.Getenv("LANYARD_SHOTS"); dir != "" && picture != "" {
		s.shoot(filepath.Join(dir, fmt.Sprintf("window-%s.png", picture)))
	}
	s.xdotool("mouseup", "1")
}
