//go:build linux

package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// emptyWindow in the environment makes of the test binary a program with an empty window: what Fyne itself needs.
const emptyWindow = "LANYARD_EMPTY_WINDOW"

func openEmptyWindow() {
	w := app.New().NewWindow("Empty")
	w.Resize(fyne.NewSize(1080, 700))
	w.ShowAndRun()
}

// How long a window is left alone before its processor time is taken, and over how long that is.
const benchSettle, benchIdle = 6 * time.Second, 10 * time.Second

// scrollSteps is how many turns of the wheel stand for an hour of scrolling: one each two seconds.
const scrollSteps = 1800

// benchFiles is how many files are in the folder that is scrolled.
const benchFiles = 100_000

// figures are what is measured of a window.
type figures struct {
	frame, page   time.Duration // from the start of the program to its first picture, and to what is written on it
	idle          float64       // % of a core
	rss, scrolled float64       // MB resident, and after scrollSteps
}

// TestWindowBench compares Lanyard's window with an empty one of Fyne's, in turn, when it is told how often
// (make bench ONLY=window). It judges nothing: other programs on the machine would spoil that.
func TestWindowBench(t *testing.T) {
	rounds, err := strconv.Atoi(os.Getenv("LANYARD_WINDOW_ROUNDS"))
	if err != nil {
		t.Log("LANYARD_WINDOW_ROUNDS names no number: nothing to do")
		return
	}
	lanyard, back := program(t), benchOffice(t)
	all := map[string][]figures{}
	names := []string{"empty Fyne window", "Lanyard"}
	for range rounds {
		for _, name := range names {
			s := newScreen(t, "1280x800")
			cmd := back.PC.Command(t.Context(), "/proc/self/exe")
			cmd.Env = append(os.Environ(), emptyWindow+"=1")
			if name == names[1] {
				cmd = back.PC.Command(t.Context(), lanyard, "--home", back.Home)
				cmd.Env = os.Environ()
			}
			cmd.Env = append(cmd.Env, "FYNE_THEME=light", "DISPLAY="+s.display, "LANG=en_US.UTF-8")
			all[name] = append(all[name], measure(t, s, cmd, name == names[1]))
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n| medians of %d | first picture | first page | idle | resident | after %d turns of the wheel over %d files |\n|---|---|---|---|---|---|\n", rounds, scrollSteps, benchFiles)
	for _, name := range names {
		f, page := all[name], "–"
		if name == names[1] {
			page = fmt.Sprintf("%d ms", median(f, func(f figures) time.Duration { return f.page }).Milliseconds())
		}
		fmt.Fprintf(&b, "| %s | %d ms | %s | %.2f %% of a core | %.0f MB | %.0f MB |\n", name, median(f, func(f figures) time.Duration { return f.frame }).Milliseconds(), page,
			median(f, func(f figures) float64 { return f.idle }), median(f, func(f figures) float64 { return f.rss }), median(f, func(f figures) float64 { return f.scrolled }))
	}
	fmt.Println(b.String())
}

// benchOffice is a workgroup of two PCs, of which front shares a folder of benchFiles and back is to be used in a window.
func benchOffice(t *testing.T) (back *officetest.Desk) {
	t.Helper()
	desks := officetest.Office(t, discoverytest.NewLAN(t), "front", "back")
	front, back := desks[0], desks[1]
	dir := front.Shares("Plans", "read", nil)
	for i := range benchFiles {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("drawing %06d.txt", i)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	back.Knows(front, "Plans")
	back.Cmd.Process.Signal(syscall.SIGTERM)
	back.Cmd.Wait()
	isSetUp(t, back.Home)
	return back
}

func median[T cmp.Ordered](all []figures, of func(figures) T) T {
	var values []T
	for _, f := range all {
		values = append(values, of(f))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func measure(t *testing.T, s *screen, cmd *discoverytest.Cmd, pages bool) (f figures) {
	t.Helper()
	x, err := xgb.NewConnDisplay(s.display)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	time.Sleep(2 * time.Second) // for the window manager, which is starting as well
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	}()
	awaitPicture(t, begun, func() bool { return bright(pixels(t, x, 640, 600, 1, 1)) })
	f.frame = time.Since(begun)
	if pages {
		awaitPicture(t, begun, func() bool { return mixed(pixels(t, x, 300, 0, 600, 300)) })
		f.page = time.Since(begun)
	}
	time.Sleep(benchSettle)
	before := processorTime(t, cmd.Process.Pid)
	time.Sleep(benchIdle)
	f.idle = 100 * float64(processorTime(t, cmd.Process.Pid)-before) / float64(benchIdle)
	f.rss = resident(t, cmd.Process.Pid)
	if pages {
		w := &desktop{screen: s}
		w.click(sidebarFront)
		w.settle()
		w.click(firstFolder)
		time.Sleep(benchSettle)
	}
	s.xdotool("mousemove", "700", "400")
	for range scrollSteps / 100 {
		s.xdotool("click", "--repeat", "50", "--delay", "10", "5", "click", "--repeat", "50", "--delay", "10", "4")
	}
	time.Sleep(2 * time.Second)
	f.scrolled = resident(t, cmd.Process.Pid)
	if dir := os.Getenv("LANYARD_SHOTS"); dir != "" {
		s.shoot(filepath.Join(dir, fmt.Sprintf("bench-%d.png", cmd.Process.Pid)))
	}
	return f
}

func awaitPicture(t *testing.T, begun time.Time, there func() bool) {
	t.Helper()
	for !there() {
		if time.Since(begun) > 20*time.Second {
			t.Fatal("no picture came")
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// pixels is a part of the screen, four bytes for each.
func pixels(t *testing.T, x *xgb.Conn, left, top int16, width, height uint16) []byte {
	t.Helper()
	root := xproto.Setup(x).DefaultScreen(x).Root
	picture, err := xproto.GetImage(x, xproto.ImageFormatZPixmap, xproto.Drawable(root), left, top, width, height, ^uint32(0)).Reply()
	if err != nil {
		t.Fatal(err)
	}
	return picture.Data
}

// bright tells whether the first of them shows anything, where the screen was black.
func bright(data []byte) bool { return data[0] > 100 && data[1] > 100 && data[2] > 100 }

// mixed tells whether there is writing below a window's frame: dark on bright, in the lower half.
func mixed(data []byte) bool {
	dark := 0
	data = data[len(data)/2:]
	for i := 0; i+4 <= len(data); i += 4 {
		if !bright(data[i:]) {
			dark++
		}
	}
	return dark > 20 && dark < len(data)/8
}

// ticks is how many parts of a second the kernel counts processor time in, for programs (USER_HZ).
const ticks = 100

func processorTime(t *testing.T, pid int) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticks
}

func resident(t *testing.T, pid int) float64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kB, _ := strconv.Atoi(strings.Fields(rest)[0])
	return float64(kB) / 1000
}
