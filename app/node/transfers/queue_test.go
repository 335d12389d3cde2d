package transfers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// office is a queue whose moves the test plays.
type office struct {
	t    *testing.T
	dir  string
	q    *Queue
	stop func()

	mu        sync.Mutex
	began     []string // labels, in the order in which they ran; mu guards it and the below
	running   map[string]chan error
	off       map[string]bool
	abandoned []string
	moves     map[string]func(context.Context, Transfer, *Attempt) error
}

func newOffice(t *testing.T) *office {
	o := &office{t: t, dir: t.TempDir(), running: map[string]chan error{}, off: map[string]bool{}, moves: map[string]func(context.Context, Transfer, *Attempt) error{}}
	o.start()
	return o
}

// start opens the queue and runs it, as a process would.
func (o *office) start() {
	o.t.Helper()
	q, err := Open(o.dir, Options{
		Move: o.move,
		Abandon: func(_ context.Context, t Transfer) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.abandoned = append(o.abandoned, t.Label)
		},
		Away: func(pc string) string {
			o.mu.Lock()
			defer o.mu.Unlock()
			if o.off[pc] {
				return pc + " is off"
			}
			return ""
		},
		Disk: func(path string) (string, bool) { return path, strings.HasPrefix(path, "turning") },
	})
	if err != nil {
		o.t.Fatal(err)
	}
	o.q = q
	ctx, cancel := context.WithCancel(o.t.Context())
	done := make(chan error, 1)
	go func() { done <- q.Run(ctx) }()
	o.stop = func() {
		cancel()
		if err := <-done; err != nil {
			o.t.Error(err)
		}
		q.Close()
	}
}

// move runs until the test ends it, unless it plays it otherwise.
func (o *office) move(ctx context.Context, t Transfer, a *Attempt) error {
	end := make(chan error, 1)
	o.mu.Lock()
	o.began = append(o.began, t.Label)
	o.running[t.Label] = end
	play := o.moves[t.Label]
	o.mu.Unlock()
	defer func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.running, t.Label)
	}()
	if play != nil {
		return play(ctx, t, a)
	}
	select {
	case err := <-end:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (o *office) play(label string, move func(context.Context, Transfer, *Attempt) error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.moves[label] = move
}

func (o *office) add(s Spec) string {
	o.t.Helper()
	if s.Kind == "" {
		s.Kind = "get"
	}
	t, err := o.q.Add(s)
	if err != nil {
		o.t.Fatal(err)
	}
	time.Sleep(time.Millisecond) // no two begin at the same time
	return t.ID
}

// end ends what runs under a label.
func (o *office) end(label string, err error) {
	o.t.Helper()
	synctest.Wait()
	o.mu.Lock()
	c := o.running[label]
	o.mu.Unlock()
	if c == nil {
		o.t.Fatalf("%s does not run", label)
	}
	c <- err
	synctest.Wait()
}

func (o *office) order() string {
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Join(o.began, " ")
}

func (o *office) runs() string {
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	var labels []string
	for label := range o.running {
		labels = append(labels, label)
	}
	slices.Sort(labels)
	return strings.Join(labels, " ")
}

func (o *office) is(id string, want State) Transfer {
	o.t.Helper()
	synctest.Wait()
	t, ok := o.q.Get(id)
	if !ok || t.State != want {
		o.t.Fatalf("%s is %q (%s %s), want %q", t.Label, t.State, t.Waits, t.Error, want)
	}
	return t
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) setOff(pc string, off bool) {
	o.mu.Lock()
	o.off[pc] = off
	o.mu.Unlock()
	if !off {
		o.q.Back(pc)
	}
}

func TestWhatRunsAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		specs []Spec
		want  string
	}{
		"a disk that turns does one thing at a time": {[]Spec{{PC: "p", Local: "turning"}, {PC: "q", Local: "turning"}, {PC: "r", Local: "other"}}, "0 2"},
		"two share another disk":                     {[]Spec{{PC: "p", Local: "x"}, {PC: "q", Local: "x"}, {PC: "r", Local: "x"}}, "0 1"},
		"two share a PC":                             {[]Spec{{PC: "p", Local: "x"}, {PC: "p", Local: "y"}, {PC: "p", Local: "z"}, {PC: "q", Local: "z"}}, "0 1 3"},
		"four are enough":                            {[]Spec{{PC: "p"}, {PC: "q"}, {PC: "r"}, {PC: "s"}, {PC: "t"}}, "0 1 2 3"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOffice(t)
				defer func() { o.stop() }()
				for n, s := range c.specs {
					s.Label = fmt.Sprint(n)
					o.add(s)
				}
				if got := o.runs(); got != c.want {
					t.Errorf("%s run, want %s", got, c.want)
				}
			})
		})
	}
}

func TestOrderAndPriorities(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() { o.stop() }()
		id := map[string]string{}
		for _, label := range []string{"first", "a", "b", "c", "d", "low"} {
			s := Spec{PC: "p" + label, Local: "turning", Label: label}
			if label == "low" {
				s.Priority = Low
			}
			id[label] = o.add(s)
		}
		o.must(o.q.Order(id["d"], id["b"]))
		o.must(o.q.Prioritize(id["c"], High))
		o.must(o.q.Order(id["a"], ""))
		if got := o.runs(); got != "first" {
			t.Fatalf("%s run: what runs is not stopped by a higher one", got)
		}
		if got, _ := o.q.Get(id["b"]); got.Priority != Normal {
			t.Errorf("b has priority %q", got.Priority)
		}
		o.stop()
		o.start() // the order outlives the process
		for _, label := range []string{"c", "first", "d", "b", "a", "low"} {
			o.end(label, nil)
		}
		if got := o.order(); got != "first c first d b a low" {
			t.Errorf("they ran as %s", got)
		}
		for _, tr := range o.q.List() {
			if tr.State != Done || tr.Place != 0 {
				t.Errorf("%s is %s, in place %d", tr.Label, tr.State, tr.Place)
			}
		}
	})
}

func TestATurnBetweenTwoCanAlwaysBeHad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() { o.stop() }()
		o.setOff("p", true)
		ids := []string{o.add(Spec{PC: "p", Label: "x"}), o.add(Spec{PC: "p", Label: "y"}), o.add(Spec{PC: "p", Label: "z"})}
		for n := range 200 { // more often than halves of halves can be told apart
			o.must(o.q.Order(ids[n%2], ids[2]))
		}
		var line []string
		for place := 1; place <= 3; place++ {
			for _, tr := range o.q.List() {
				if tr.Place == place {
					line = append(line, tr.Label)
				}
			}
		}
		if got := strings.Join(line, " "); got != "x y z" {
			t.Errorf("the line is %s", got)
		}
	})
}

func TestAPCThatIsOffIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() { o.stop() }()
		o.setOff("workshop", true)
		id := o.add(Spec{PC: "workshop", Label: "a"})
		if tr := o.is(id, Blocked); tr.Waits != "workshop is off" {
			t.Errorf("it waits: %q", tr.Waits)
		}
		time.Sleep(time.Hour)
		if got := o.order(); got != "" {
			t.Errorf("%q ran meanwhile", got)
		}
		o.setOff("workshop", false)
		o.is(id, Running)
		o.setOff("workshop", true)
		o.end("a", &Wait{For: "workshop is off", Away: true})
		o.is(id, Blocked)
		o.setOff("workshop", false)
		o.end("a", nil)
		if tr := o.is(id, Done); tr.Attempts != 2 || tr.Ended.IsZero() {
			t.Errorf("%+v", tr)
		}
	})
}

// Where the other PC is there and yet nothing goes, that is tried again after 2, 5, 10 and then every 30 seconds.
func TestTemporaryTroubleIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() { o.stop() }()
		var at []time.Duration
		begun := time.Now()
		o.play("a", func(context.Context, Transfer, *Attempt) error {
			at = append(at, time.Since(begun).Round(time.Second))
			if len(at) == 6 {
				return nil
			}
			return &Wait{For: "it stands", Away: len(at)%2 == 0}
		})
		id := o.add(Spec{PC: "p", Label: "a"})
		time.Sleep(5 * time.Minute)
		o.is(id, Done)
		if got, want := fmt.Sprint(at), "[0s 2s 7s 17s 47s 1m17s]"; got != want {
			t.Errorf("tried at %s, want %s", got, want)
		}
	})
}

// What goes to a full disk of another PC is tried ever more rarely, though each time a part of it is moved.
func TestWhatIsMovedInVainIsNoProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() { o.stop() }()
		var at []time.Duration
		begun := time.Now()
		o.play("a", func(_ context.Context, _ Transfer, a *Attempt) error {
			at = append(at, time.Since(begun).Round(time.Second))
			if len(at) == 6 {
				return nil
			}
			a.Watch(func() Figures { return Figures{Bytes: 1000, Total: 1 << 30, Count: 1} })
			return &Wait{For: "no space there", Vain: true}
		})
		id := o.add(Spec{PC: "p", Label: "a"})
		time.Sleep(5 * time.Minute)
		o.is(id, Done)
		if got, want := fmt.Sprint(at), "[0s 2s 7s 17s 47s 1m17s]"; got != want {
			t.Errorf("tried at %s, want %s", got, want)
		}
	})
}

func TestAFullDiskIsWatchedAndNotTried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() { o.stop() }()
		var full atomic.Bool
		full.Store(true)
		var tried atomic.Int32
		o.play("a", func(context.Context, Transfer, *Attempt) error {
			tried.Add(1)
			if full.Load() {
				return &Wait{For: "no space", Ready: func() bool { return !full.Load() }}
			}
			return nil
		})
		id := o.add(Spec{PC: "p", Label: "a"})
		time.Sleep(10 * time.Minute)
		if tr := o.is(id, Blocked); tr.Waits != "no space" || tried.Load() != 1 {
			t.Errorf("%q, tried %d times", tr.Waits, tried.Load())
		}
		full.Store(false)
		time.Sleep(31 * time.Second)
		o.is(id, Done)
	})
}

// A PC that was away for a moment may have another address now: what hangs on a dead connection begins anew.
func TestWhatHangsOnADeadConnectionGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() { o.stop() }()
		moved := int64(0)
		var mu sync.Mutex
		o.play("moves", func(ctx context.Context, _ Transfer, a *Attempt) error {
			a.Watch(func() Figures {
				mu.Lock()
				defer mu.Unlock()
				moved++
				return Figures{Bytes: moved, Total: -1, Count: -1}
			})
			<-ctx.Done()
			return ctx.Err()
		})
		hangs, moves := o.add(Spec{PC: "p", Label: "hangs"}), o.add(Spec{PC: "p", Label: "moves"})
		time.Sleep(time.Minute)
		o.q.Back("p")
		time.Sleep(doubtWait + time.Second)
		if got := o.order(); got != "hangs moves hangs" {
			t.Errorf("they ran as %s", got)
		}
		o.is(hangs, Running)
		o.is(moves, Running)
	})
}

func TestPauseResumeCancelRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() { o.stop() }()
		id := o.add(Spec{PC: "p", Label: "a"})
		o.is(id, Running)
		o.must(o.q.Pause(id))
		o.is(id, Paused)
		o.stop()
		o.start()
		o.is(id, Paused) // over a restart, too
		o.must(o.q.Resume(""))
		o.is(id, Running)
		o.must(o.q.Pause(""))
		o.must(o.q.Resume(id)) // before it has stopped
		o.is(id, Running)
		o.must(o.q.Cancel(id))
		o.is(id, Cancelled)
		if o.abandoned == nil {
			t.Error("what half stood was left")
		}
		if err := o.q.Cancel(id); !errors.Is(err, ErrEnded) {
			t.Errorf("cancelled twice: %v", err)
		}
		o.must(o.q.Retry(id))
		if err := o.q.Retry(id); !errors.Is(err, ErrNotEnded) {
			t.Errorf("retried twice: %v", err)
		}
		o.end("a", errors.New("2 files failed"))
		if tr := o.is(id, Failed); tr.Error != "2 files failed" {
			t.Errorf("error %q", tr.Error)
		}
		o.must(o.q.Retry(id))
		o.end("a", nil)
		if tr := o.is(id, Done); tr.Error != "" {
			t.Errorf("error %q", tr.Error)
		}
		if err := o.q.Retry(id); !errors.Is(err, ErrDone) {
			t.Errorf("retried what is done: %v", err)
		}
		if err := o.q.Pause("nope"); !errors.Is(err, ErrUnknown) {
			t.Errorf("paused nothing: %v", err)
		}
	})
}

func TestWhoWaitsCanBePausedAndCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() { o.stop() }()
		o.setOff("p", true)
		id := o.add(Spec{PC: "p", Label: "a"})
		o.is(id, Blocked)
		o.must(o.q.Pause(id))
		o.setOff("p", false)
		o.is(id, Paused)
		o.must(o.q.Cancel(id))
		o.is(id, Cancelled)
		if got := o.order(); got != "" {
			t.Errorf("%s ran", got)
		}
	})
}

func TestAnAnswerIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() { o.stop() }()
		answer := error(&Wait{State: Asking, For: "waits for the person there"})
		o.play("a", func(_ context.Context, tr Transfer, a *Attempt) error {
			if tr.Kept == nil {
				o.must(a.Keep([]byte("offered")))
			}
			return answer
		})
		id := o.add(Spec{Kind: "send", PC: "p", Label: "a"})
		o.is(id, Asking)
		o.stop()
		o.start()
		if tr := o.is(id, Asking); string(tr.Kept) != "offered" {
			t.Errorf("kept %q", tr.Kept)
		}
		o.q.Back("p") // it may have been answered while one of the two was off
		o.is(id, Asking)
		answer = ErrDeclined
		o.q.Wake(id)
		o.is(id, Declined)
		answer = nil
		o.must(o.q.Retry(id))
		o.is(id, Done)
	})
}

func TestFilesThatCantBeReadAreSetAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		o.setOff("p", true)
		good, bad := o.add(Spec{PC: "p", Label: "good"}), o.add(Spec{PC: "p", Label: "bad"})
		synctest.Wait()
		o.stop()
		file := filepath.Join(o.dir, bad+stateExt)
		if err := os.WriteFile(file, []byte(`{"id":"`), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(o.dir, "x.json.new"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		o.start()
		defer func() { o.stop() }()
		if d := o.q.Damaged(); len(d) != 1 || d[0] != bad+stateExt {
			t.Errorf("damaged: %q", d)
		}
		o.is(good, Blocked)
		if b, err := os.ReadFile(file + ".bak"); err != nil || string(b) != `{"id":"` {
			t.Errorf("kept %q, %v", b, err)
		}
		if names, _ := filepath.Glob(filepath.Join(o.dir, "*.new")); len(names) != 0 {
			t.Errorf("left: %q", names)
		}
	})
}

func TestHistoryIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() { o.stop() }()
		o.play("a", func(context.Context, Transfer, *Attempt) error { return nil })
		for range maxEnded + 20 {
			o.add(Spec{PC: "p", Label: "a"})
			synctest.Wait()
		}
		if n := len(o.q.List()); n != maxEnded {
			t.Errorf("%d are remembered, want %d", n, maxEnded)
		}
		o.q.Forget()
		if files, _ := os.ReadDir(o.dir); len(files) != 0 || len(o.q.List()) != 0 {
			t.Errorf("%d files are left", len(files))
		}
	})
}
