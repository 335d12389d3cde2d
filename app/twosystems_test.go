//go:build linux

package main

import (
	"crypto/rand"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// twoSystems are a PC with Linux and one with Windows.
type twoSystems struct {
	*testing.T
	front   *officetest.Desk
	windows *windows
	papers  string // front's folder, which anyone may change
	large   string // the content of large.bin there
}

// Lanyard on Windows, without and with its window, finds one on Linux, and files go both ways.
func TestWindowsAndLinuxInOneWorkgroup(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	w := newWindows(t, lan.Join("windows"))
	dist := packages(t, "zip")
	two := &twoSystems{T: t, front: officetest.New(t, lan.Join("front")), windows: w}
	if err := two.front.CreateWorkgroup(t.Context(), "Office"); err != nil {
		t.Fatal(err)
	}
	large := make([]byte, 8<<20)
	rand.Read(large)
	two.large = string(large)
	two.papers = two.front.Shares("Papers", "change", map[string]string{
		"large.bin": two.large, "Übersicht ö.txt": "umlauts", "sub/deep/b.txt": "deep", "what?.txt": "no name for Windows", "empty": "",
	})
	w.install(dist)

	serve, said := w.begin("lanyardd.exe", "serve")
	defer func() {
		if t.Failed() {
			t.Logf("lanyardd.exe said:\n%s", said)
		}
	}()
	two.join()
	two.copyToWindowsAndBack()
	two.workInAFolderOfWindows()

	serve.Kill() // as when Windows is cut off
	serve.Wait()
	two.front.Until(10*time.Second, "misses windows", func(s *node.State) bool { return !s.Peers[0].Online })
	two.openTheWindow()
}

func (two *twoSystems) join() {
	two.Helper()
	two.windows.must("config", "set", "name", "windows")
	inv, err := two.front.Invite(two.Context())
	if err != nil {
		two.Fatal(err)
	}
	two.windows.must("workgroup", "join", strings.ReplaceAll(inv.Code, " ", ""))
	two.front.Until(10*time.Second, "has windows as a member", func(s *node.State) bool {
		return len(s.Peers) == 1 && s.Peers[0].Member && s.Peers[0].Online && s.Peers[0].Name == "windows"
	})
}

func (two *twoSystems) copyToWindowsAndBack() {
	two.Helper()
	w := two.windows
	then := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	os.Chtimes(filepath.Join(two.papers, "large.bin"), then, then)
	if list := w.must("ls", "front:Papers"); !strings.Contains(list, "Übersicht ö.txt") {
		two.Errorf("ls: %s", list)
	}
	if err := os.Mkdir(w.c("Desk"), 0o755); err != nil {
		two.Fatal(err)
	}
	w.must("get", "front:Papers", `C:\Desk`)
	for name, want := range map[string]string{"large.bin": two.large, "Übersicht ö.txt": "umlauts", "sub/deep/b.txt": "deep", "empty": ""} {
		if got := officetest.Content(two.T, w.c("Desk", "Papers", name)); got != want {
			two.Errorf("%s: %d bytes that are not those of Linux' %d", name, len(got), len(want))
		}
	}
	if info, err := os.Stat(w.c("Desk", "Papers", "large.bin")); err != nil || !info.ModTime().Equal(then) {
		two.Errorf("large.bin is not of its time: %v %v", info, err)
	}

	// What Windows has no name for comes back under its own.
	w.must("put", `C:\Desk\Papers`, "front:Papers")
	for name, want := range map[string]string{"large.bin": two.large, "what?.txt": "no name for Windows"} {
		if got := officetest.Content(two.T, filepath.Join(two.papers, "Papers", name)); got != want {
			two.Errorf("%s: came back as %d bytes", name, len(got))
		}
	}
}

func (two *twoSystems) workInAFolderOfWindows() {
	two.Helper()
	w, front := two.windows, two.front
	if err := os.Mkdir(w.c("Shared"), 0o755); err != nil {
		two.Fatal(err)
	}
	os.WriteFile(w.c("Shared", "a.txt"), []byte("a"), 0o644)
	w.must("share", "add", `C:\Shared`, "--allow", "everyone=change")
	front.Until(10*time.Second, "knows the folder", func(s *node.State) bool { return len(s.Peers[0].Folders) == 1 })
	got := two.TempDir()
	front.Must("get", "windows:Shared/a.txt", got)
	front.Must("put", filepath.Join(two.papers, "large.bin"), "windows:Shared")
	front.Must("put", filepath.Join(two.papers, "large.bin"), "windows:Shared", "--existing", "replace")
	front.Must("mkdir", "windows:Shared/new")
	front.Must("mv", "windows:Shared/a.txt", "windows:Shared/new/b.txt")
	if officetest.Content(two.T, filepath.Join(got, "a.txt")) != "a" || officetest.Content(two.T, w.c("Shared", "new", "b.txt")) != "a" {
		two.Error("Windows' file isn't where it was brought")
	}
	if officetest.Content(two.T, w.c("Shared", "large.bin")) != two.large {
		two.Error("Windows' copy of large.bin isn't Linux'")
	}
	front.Must("rm", "windows:Shared/new")
	front.Must("bin", "windows:Shared", "restore")
	if officetest.Content(two.T, w.c("Shared", "a.txt")) != "a" {
		two.Error("what was moved and removed didn't come back")
	}
}

// openTheWindow runs the window program, on what the other has left; and looks at what Windows shows of it.
func (two *twoSystems) openTheWindow() {
	two.Helper()
	w := two.windows
	for kind, want := range map[string]string{
		"group_icon": "",
		"24":         `<dpiAwareness xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">PerMonitorV2`, // its manifest
		"version":    utf16("ProductVersion\x00" + metadata.Version),
	} {
		out, err := exec.Command("wrestool", "--extract", "--raw", "--type="+kind, filepath.Join(w.programs, "lanyard.exe")).Output()
		if err != nil || len(out) == 0 || !strings.Contains(string(out), want) {
			two.Errorf("lanyard.exe: resource %s is %q, want %q in it (%v)", kind, out, want, err)
		}
	}
	if out, err := w.command(two.Context(), "lanyard.exe", "version").CombinedOutput(); err != nil || !strings.Contains(string(out), metadata.Version) {
		two.Errorf("lanyard.exe version: %v\n%s", err, out)
	}

	x := newScreen(two.T, "1280x800")
	w.env = append(w.env, "DISPLAY="+x.display)
	w.begin("lanyard.exe")
	two.front.Until(10*time.Second, "sees windows again", func(s *node.State) bool { return s.Peers[0].Online })
	x.xdotool("search", "--sync", "--onlyvisible", "--name", "^Lanyard$")
	w.must("get", "front:Papers/large.bin", `C:\again.bin`)
	if officetest.Content(two.T, w.c("again.bin")) != two.large {
		two.Error("the window's Lanyard didn't copy large.bin")
	}
	eventually(two.T, "the window is drawn", func() bool { return x.colours() > 50 })
	if dir := os.Getenv("LANYARD_SHOTS"); dir != "" {
		x.shoot(filepath.Join(dir, "window-windows.png"))
	}
}

// utf16 is ASCII as Windows writes it.
func utf16(s string) string { return strings.Join(strings.Split(s, ""), "\x00") + "\x00" }

// colours counts the colours on the screen.
func (s *screen) colours() int {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "screen.png")
	s.shoot(path)
	file, err := os.Open(path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil {
		s.t.Fatal(err)
	}
	all := map[any]bool{}
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			all[picture.At(x, y)] = true
		}
	}
	return len(all)
}
