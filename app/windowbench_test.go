//go:build linux

package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
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

// figures are what is measured of a window.
type figures struct {
	frame         time.Duration // from the start of the program to its first picture
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
	lanyard := program(t)
	all := map[string][]figures{}
	names := []string{"empty Fyne window", "Lanyard"}
	for range rounds {
		for _, name := range names {
			s := newScreen(t, "1280x800")
			cmd := s.command(exec.Command("/proc/self/exe"))
			cmd.Env = append(cmd.Env, emptyWindow+"=1")
			if name == names[1] {
				home := filepath.Join(t.TempDir(), "home")
				isSetUp(t, home) // the cursor in the setup's first line blinks, which costs more than all else
				cmd = s.command(exec.Command(lanyard, "--home", home))
			}
			cmd.Env = append(cmd.Env, "FYNE_THEME=light")
			all[name] = append(all[name], measure(t, s, cmd))
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\n| medians of %d | first frame | idle | resident | after %d turns of the wheel |\n|---|---|---|---|---|\n", rounds, scrollSteps)
	for _, name := range names {
		f := all[name]
		fmt.Fprintf(&b, "| %s | %d ms | %.2f %% of a core | %.0f MB | %.0f MB |\n", name, median(f, func(f figures) time.Duration { return f.frame }).Milliseconds(),
			median(f, func(f figures) float64 { return f.idle }), median(f, func(f figures) float64 { return f.rss }), median(f, func(f figures) float64 { return f.scrolled }))
	}
	fmt.Println(b.String())
}

func median[T cmp.Ordered](all []figures, of func(figures) T) T {
	var values []T
	for _, f := range all {
		values = append(values, of(f))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func measure(t *testing.T, s *screen, cmd *exec.Cmd) (f figures) {
	t.Helper()
	x, err := xgb.NewConnDisplay(s.display)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	}()
	for !bright(t, x) {
		if time.Since(begun) > 20*time.Second {
			t.Fatal("no picture came")
		}
		time.Sleep(2 * time.Millisecond)
	}
	f.frame = time.Since(begun)
	time.Sleep(benchSettle)
	before := processorTime(t, cmd.Process.Pid)
	time.Sleep(benchIdle)
	f.idle = 100 * float64(processorTime(t, cmd.Process.Pid)-before) / float64(benchIdle)
	f.rss = resident(t, cmd.Process.Pid)
	s.xdotool("mousemove", "700", "400", "key", "ctrl+comma", "sleep", "1")
	for range scrollSteps / 100 {
		s.xdotool("click", "--repeat", "50", "--delay", "10", "5", "click", "--repeat", "50", "--delay", "10", "4")
	}
	time.Sleep(2 * time.Second)
	f.scrolled = resident(t, cmd.Process.Pid)
	return f
}

// bright tells whether the middle of the screen, black at first, shows anything.
func bright(t *testing.T, x *xgb.Conn) bool {
	t.Helper()
	root := xproto.Setup(x).DefaultScreen(x).Root
	picture, err := xproto.GetImage(x, xproto.ImageFormatZPixmap, xproto.Drawable(root), 640, 600, 1, 1, ^uint32(0)).Reply()
	if err != nil {
		t.Fatal(err)
	}
	return picture.Data[0] > 100 && picture.Data[1] > 100 && picture.Data[2] > 100
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
