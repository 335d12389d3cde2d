//go:build linux

package main

import (
	"bytes"
	"context"
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

// windows is a PC of the lab with Windows on it, which is Wine with what it lacks made up for by testdata/wine.c.
type windows struct {
	t        *testing.T
	pc       *discoverytest.PC
	prefix   string // the folder that holds drive C:
	programs string // where lanyard.exe and lanyardd.exe are
	env      []string
	boot     *discoverytest.Cmd
}

// newWindows begins to install Windows, which takes as long as it takes to build the programs.
func newWindows(t *testing.T, pc *discoverytest.PC) *windows {
	t.Helper()
	for _, program := range []string{"wine", "wineboot", "wineserver", "x86_64-w64-mingw32-gcc", "clang", "icotool", "zip", "unzip"} {
		if _, err := exec.LookPath(program); err != nil {
			discoverytest.Unavailable(t, "%v", err)
		}
	}
	w := &windows{t: t, pc: pc, prefix: filepath.Join(t.TempDir(), "wine")}
	w.env = append(os.Environ(), "WINEPREFIX="+w.prefix, "WINEDEBUG=-all", "HOME="+filepath.Dir(w.prefix), "WINEDLLOVERRIDES=mscoree=;mshtml=;winemenubuilder.exe=d",
		`LANYARD_HOME=C:\Lanyard ü`, "LC_ALL=C.UTF-8", "DISPLAY=")
	// What all programs share stays between them, at most for a minute: that is quicker, and they can't miss each other.
	if err := os.Mkdir(w.prefix, 0o700); err != nil {
		t.Fatal(err)
	}
	server := pc.Command(t.Context(), "wineserver", "--persistent=60")
	server.Env = w.env
	if err := server.Run(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		end := exec.Command("wineserver", "--kill", "--wait")
		end.Env = w.env
		_ = end.Run()
	})
	w.boot = pc.Command(t.Context(), "wineboot", "--init")
	w.boot.Env = w.env
	if err := w.boot.Start(); err != nil {
		t.Fatal(err)
	}
	return w
}

// install brings the programs, as people get them.
func (w *windows) install(dist string) {
	w.t.Helper()
	at := filepath.Dir(w.prefix)
	zips, _ := filepath.Glob(filepath.Join(dist, "*.zip"))
	if len(zips) != 1 {
		w.t.Fatalf("made %q", zips)
	}
	if out, err := exec.Command("unzip", "-q", "-d", at, zips[0]).CombinedOutput(); err != nil {
		w.t.Fatalf("%v\n%s", err, out)
	}
	w.programs = filepath.Join(at, strings.TrimSuffix(filepath.Base(zips[0]), ".zip"))
	if err := w.boot.Wait(); err != nil {
		w.t.Fatalf("wineboot: %v", err)
	}
	shim := filepath.Join(w.prefix, "drive_c", "windows", "system32", "bcryptprimitives.dll")
	if out, err := exec.Command("x86_64-w64-mingw32-gcc", "-shared", "-o", shim, "testdata/wine.c", "-ladvapi32").CombinedOutput(); err != nil {
		w.t.Fatalf("%v\n%s", err, out)
	}
}

// c is a path on drive C:, as Linux names it.
func (w *windows) c(elem ...string) string {
	return filepath.Join(append([]string{w.prefix, "drive_c"}, elem...)...)
}

func (w *windows) command(ctx context.Context, program string, args ...string) *discoverytest.Cmd {
	cmd := w.pc.Command(ctx, "wine", append([]string{filepath.Join(w.programs, program)}, args...)...)
	cmd.Env = w.env
	return cmd
}

// must runs a command that must work, and returns what it prints.
func (w *windows) must(args ...string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	out, err := w.command(ctx, "lanyardd.exe", args...).CombinedOutput()
	if err != nil {
		w.t.Fatalf("lanyardd.exe %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// begin starts a program that stays, and waits until it answers. Under Wine 8 the first to call a named pipe of go-winio's
// is never answered: it gets the handle that only keeps the name, which on Windows takes no callers. So each waits longer.
func (w *windows) begin(program string, args ...string) (cmd *discoverytest.Cmd, said *bytes.Buffer) {
	w.t.Helper()
	said = &bytes.Buffer{}
	cmd = w.command(w.t.Context(), program, args...)
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	for patience := 2 * time.Second; patience < time.Minute; patience += patience / 2 {
		ctx, cancel := context.WithTimeout(w.t.Context(), patience)
		err := w.command(ctx, "lanyardd.exe", "status").Run()
		cancel()
		if err == nil {
			return cmd, said
		}
	}
	w.t.Fatalf("%s doesn't answer\n%s", program, said)
	return nil, nil
}

// Lanyard on Windows, without and with its window, finds one on Linux, and files go both ways.
func TestWindowsAndLinuxInOneWorkgroup(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	w := newWindows(t, lan.Join("windows"))
	dist := packages(t, "zip")
	front := officetest.New(t, lan.Join("front"))
	if err := front.CreateWorkgroup(t.Context(), "Office"); err != nil {
		t.Fatal(err)
	}
	large := make([]byte, 8<<20)
	rand.Read(large)
	papers := front.Shares("Papers", "change", map[string]string{
		"large.bin": string(large), "Übersicht ö.txt": "umlauts", "sub/deep/b.txt": "deep", "what?.txt": "no name for Windows", "empty": "",
	})
	then := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	os.Chtimes(filepath.Join(papers, "large.bin"), then, then)
	w.install(dist)

	// Find and join.
	serve, said := w.begin("lanyardd.exe", "serve")
	defer func() {
		if t.Failed() {
			t.Logf("lanyardd.exe said:\n%s", said)
		}
	}()
	w.must("config", "set", "name", "windows")
	inv, err := front.Invite(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.must("workgroup", "join", strings.ReplaceAll(inv.Code, " ", ""))
	front.Until(10*time.Second, "has windows as a member", func(s *node.State) bool {
		return len(s.Peers) == 1 && s.Peers[0].Member && s.Peers[0].Online && s.Peers[0].Name == "windows"
	})

	// Copy from Linux.
	if list := w.must("ls", "front:Papers"); !strings.Contains(list, "Übersicht ö.txt") {
		t.Errorf("ls: %s", list)
	}
	if err := os.Mkdir(w.c("Desk"), 0o755); err != nil {
		t.Fatal(err)
	}
	w.must("get", "front:Papers", `C:\Desk`)
	for name, want := range map[string]string{"large.bin": string(large), "Übersicht ö.txt": "umlauts", "sub/deep/b.txt": "deep", "empty": ""} {
		if got := officetest.Content(t, w.c("Desk", "Papers", name)); got != want {
			t.Errorf("%s: %d bytes that are not those of Linux' %d", name, len(got), len(want))
		}
	}
	if info, err := os.Stat(w.c("Desk", "Papers", "large.bin")); err != nil || !info.ModTime().Equal(then) {
		t.Errorf("large.bin is not of its time: %v %v", info, err)
	}

	// And back, where the name that Windows doesn't know is what it was.
	os.Remove(filepath.Join(papers, "what?.txt"))
	w.must("put", `C:\Desk\Papers`, "front:Papers")
	for name, want := range map[string]string{"large.bin": string(large), "what?.txt": "no name for Windows"} {
		if got := officetest.Content(t, filepath.Join(papers, "Papers", name)); got != want {
			t.Errorf("%s: came back as %d bytes", name, len(got))
		}
	}

	// Linux in a folder of Windows'.
	if err := os.MkdirAll(w.c("Shared"), 0o755); err != nil {
		t.Fatal(err)
	}
	os.WriteFile(w.c("Shared", "a.txt"), []byte("a"), 0o644)
	w.must("share", "add", `C:\Shared`, "--allow", "everyone=change")
	front.Until(10*time.Second, "knows the folder", func(s *node.State) bool { return len(s.Peers[0].Folders) == 1 })
	got := t.TempDir()
	front.Must("get", "windows:Shared/a.txt", got)
	front.Must("put", filepath.Join(papers, "large.bin"), "windows:Shared")
	front.Must("put", filepath.Join(papers, "large.bin"), "windows:Shared", "--existing", "replace")
	front.Must("mkdir", "windows:Shared/new")
	front.Must("mv", "windows:Shared/a.txt", "windows:Shared/new/b.txt")
	if officetest.Content(t, filepath.Join(got, "a.txt")) != "a" || officetest.Content(t, w.c("Shared", "new", "b.txt")) != "a" {
		t.Error("Windows' file isn't where it was brought")
	}
	if officetest.Content(t, w.c("Shared", "large.bin")) != string(large) {
		t.Error("Windows' copy of large.bin isn't Linux'")
	}
	front.Must("rm", "windows:Shared/new")
	front.Must("bin", "windows:Shared", "restore")
	if officetest.Content(t, w.c("Shared", "a.txt")) != "a" {
		t.Error("what was moved and removed didn't come back")
	}

	// The window, on what a Lanyard that was cut off has left.
	serve.Kill()
	serve.Wait()
	front.Until(10*time.Second, "misses windows", func(s *node.State) bool { return !s.Peers[0].Online })
	x := newScreen(t, "1280x800")
	w.env = append(w.env, "DISPLAY="+x.display)
	w.begin("lanyard.exe")
	front.Until(10*time.Second, "sees windows again", func(s *node.State) bool { return s.Peers[0].Online })
	x.xdotool("search", "--sync", "--onlyvisible", "--name", "^Lanyard$")
	w.must("get", "front:Papers/large.bin", `C:\again.bin`)
	if officetest.Content(t, w.c("again.bin")) != string(large) {
		t.Error("the window's Lanyard didn't copy large.bin")
	}
	eventually(t, "the window is drawn", func() bool { return x.colours() > 50 })
	if dir := os.Getenv("LANYARD_SHOTS"); dir != "" {
		x.shoot(filepath.Join(dir, "window-windows.png"))
	}
}

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
