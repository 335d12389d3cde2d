//go:build linux

package main

import (
	"bufio"
	"context"
	"hash/crc32"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/node/control"
	"lanyard/app/officetest"
	"lanyard/app/ui/exchange/x11"
	"lanyard/discovery/discoverytest"
)

// screen is an X server of a test's own.
type screen struct {
	t       *testing.T
	display string
	frame   string // the file that Xvfb draws in
}

// newScreen starts Xvfb. It is skipped, loudly, where there is none; in CI that is a failure.
func newScreen(t *testing.T, size string) *screen {
	t.Helper()
	for _, program := range []string{"Xvfb", "xdotool", "openbox", "import"} {
		if _, err := exec.LookPath(program); err != nil {
			discoverytest.Unavailable(t, "%v", err)
		}
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	frame := t.TempDir()
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", size+"x24", "-nolisten", "tcp", "-fbdir", frame)
	x.ExtraFiles = []*os.File{w}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	t.Cleanup(func() { x.Process.Signal(syscall.SIGTERM); x.Wait() })
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	s := &screen{t, ":" + strings.TrimSpace(line), filepath.Join(frame, "Xvfb_screen0")}
	wm := s.command(exec.Command("openbox"))
	if err := wm.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { wm.Process.Signal(syscall.SIGTERM); wm.Wait() })
	return s
}

func (s *screen) command(cmd *exec.Cmd) *exec.Cmd {
	cmd.Env = append(os.Environ(), "DISPLAY="+s.display, "LANG=en_US.UTF-8", "LC_ALL=C.UTF-8")
	return cmd
}

func (s *screen) xdotool(args ...string) {
	s.t.Helper()
	if out, err := s.command(exec.Command("xdotool", args...)).CombinedOutput(); err != nil {
		s.t.Fatalf("xdotool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// shoot saves a picture of the screen.
func (s *screen) shoot(path string) {
	s.t.Helper()
	if out, err := s.command(exec.Command("import", "-window", "root", path)).CombinedOutput(); err != nil {
		s.t.Fatalf("import: %v\n%s", err, out)
	}
}

// program builds the window program once.
func program(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("LANYARD_PROGRAM"); path != "" {
		return path
	}
	path := filepath.Join(t.TempDir(), "lanyard")
	cmd := exec.Command("bash", "-c", `. ../scripts/env.sh && CGO_ENABLED=1 go build -tags "$WINDOW_TAGS" -o "$1" ./app`, "build", path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// desktop is the program with its window open, on a PC of the lab.
type desktop struct {
	*screen
	*control.Client
	pc   *discoverytest.PC
	cmd  *discoverytest.Cmd
	home string
	err  officetest.Log
}

// openWindow opens the window of a PC that somebody has set up already.
func openWindow(t *testing.T, s *screen, pc *discoverytest.PC, home string, env ...string) *desktop {
	t.Helper()
	isSetUp(t, home)
	return openProgram(t, s, pc, home, pc.Command(t.Context(), program(t), "--home", home), env...)
}

// isSetUp leaves in a home that its PC was set up.
func isSetUp(t *testing.T, home string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(home, "window"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "window", "window.json"), []byte(`{"setup":{"state":"done"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
}

// openProgram opens the window of a program for a home as it is.
func openProgram(t *testing.T, s *screen, pc *discoverytest.PC, home string, cmd *discoverytest.Cmd, env ...string) *desktop {
	t.Helper()
	w := &desktop{screen: s, pc: pc, home: home, cmd: cmd}
	w.cmd.Env = append(append(os.Environ(), "DISPLAY="+s.display, "LANG=en_US.UTF-8"), env...)
	w.cmd.Stderr = &w.err
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.Client, err = control.Dial(home); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Client.Close)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		_, err := x11.Find(t.Context(), s.display, "Lanyard")
		if err == nil {
			if _, err = w.Snapshot(t.Context()); err == nil {
				return w
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("no window: %v\n%s", err, w.err.String())
		}
	}
}

// drop drops files from the desktop at a place in the window.
func (w *desktop) drop(at point, paths ...string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 10*time.Second)
	defer cancel()
	if err := x11.Drop(ctx, w.display, "Lanyard", at.x, at.y, paths); err != nil {
		w.t.Fatalf("drop: %v\n%s", err, w.err.String())
	}
}

func (w *desktop) until(what string, is func(*node.State) bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 15*time.Second)
	defer cancel()
	ok := false
	err := w.Watch(ctx, func(s *node.State) {
		if is(s) {
			ok = true
			cancel()
		}
	})
	if !ok {
		picture := filepath.Join(os.TempDir(), "lanyard-window-test.png")
		w.shoot(picture)
		w.t.Fatalf("not in time: %s (%v); see %s\n%s", what, err, picture, w.err.String())
	}
}

// shots takes a picture of the screen for who wants to look at it.
func (w *desktop) shots(name string) {
	w.t.Helper()
	if dir := os.Getenv("LANYARD_SHOTS"); dir != "" {
		w.shoot(filepath.Join(dir, name+".png"))
	}
}

// seesPages waits until the window's viewer for PDF has been made ready, for the first time on this PC.
func (w *desktop) seesPages() {
	w.t.Helper()
	eventually(w.t, "the viewer is loaded", func() bool {
		compiled, _ := filepath.Glob(filepath.Join(w.home, "window", "viewer", "*", "*"))
		return len(compiled) == 1 && !strings.HasSuffix(compiled[0], ".tmp")
	})
	w.settle()
}

// gesture does something with the mouse or keyboard until the state is as wanted: on a busy machine the window may not be ready for
// the first time. It must do no harm to do it twice.
func (w *desktop) gesture(what string, do func(), is func(*node.State) bool) {
	w.t.Helper()
	var next time.Time
	eventually(w.t, what, func() bool {
		if s, err := w.Snapshot(w.t.Context()); err == nil && is(s) {
			return true
		}
		if time.Now().After(next) {
			do()
			next = time.Now().Add(6 * time.Second)
		}
		return false
	})
}

// settle gives the window time to show what was asked of it: until the screen has stood still for a while.
func (w *desktop) settle() {
	const least, still, most = 700 * time.Millisecond, 400 * time.Millisecond, 10 * time.Second
	begun, since, last := time.Now(), time.Now(), uint32(0)
	for ; time.Since(begun) < most && (time.Since(begun) < least || time.Since(since) < still); time.Sleep(50 * time.Millisecond) {
		picture, err := os.ReadFile(w.frame)
		if err != nil {
			w.t.Fatal(err)
		}
		if sum := crc32.ChecksumIEEE(picture); sum != last {
			last, since = sum, time.Now()
		}
	}
}

// eventually waits for what may take several tries of a whole way through the window.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
	}
}

type point struct{ x, y int }

// id is the window's, for programs that ask for one.
func (w *desktop) id() string {
	w.t.Helper()
	out, err := w.command(exec.Command("xdotool", "search", "--name", "^Lanyard$")).Output()
	if err != nil {
		w.t.Fatal(err)
	}
	ids := strings.Fields(string(out))
	return ids[len(ids)-1]
}

// aim moves the pointer to a place in the window.
func (w *desktop) aim(p point) []string {
	w.t.Helper()
	return []string{"mousemove", "--window", w.id(), strconv.Itoa(p.x), strconv.Itoa(p.y), "sleep", "0.1"}
}

func (w *desktop) click(p point) {
	w.t.Helper()
	w.xdotool(append(w.aim(p), "click", "1")...)
}

func (w *desktop) doubleClick(p point) {
	w.t.Helper()
	w.xdotool(append(w.aim(p), "click", "--repeat", "2", "--delay", "100", "1")...)
}

// fakeOpener is an xdg-open that notes what it was to open.
func fakeOpener(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	script := "#!/bin/sh\nprintf '%s\\n' \"$1\" >> " + filepath.Join(dir, "opened") + "\n"
	if err := os.WriteFile(filepath.Join(dir, "xdg-open"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}
