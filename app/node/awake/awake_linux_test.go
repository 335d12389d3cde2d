package awake

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/app/node/awake/awaketest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pc is a Keeper that runs, and the bytes that it is told of.
type pc struct {
	*Keeper
	t     *testing.T
	moved atomic.Int64
	asked atomic.Int64 // how often Busy was called

	mu  sync.Mutex
	log bytes.Buffer
}

func (p *pc) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.Write(b)
}

func (p *pc) said(words string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Count(p.log.String(), words)
}

func start(t *testing.T, stall time.Duration) *pc {
	p := &pc{t: t}
	p.Keeper = New(Options{
		Moved: p.moved.Load, Busy: func() { p.asked.Add(1) }, Logger: slog.New(slog.NewTextHandler(p, nil)),
	})
	if stall > 0 {
		p.Keeper.stall = stall
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if p.Held() {
			t.Error("the PC stays awake when Lanyard has ended")
		}
	})
	return p
}

// move moves bytes until it is told to stop.
func (p *pc) move() (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-quit:
				return
			case <-time.After(10 * time.Millisecond):
				p.moved.Add(1000)
			}
		}
	}()
	return func() { close(quit); <-done }
}

func (p *pc) until(held bool) {
	p.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); p.Held() != held; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("held is not %v", held)
		}
	}
}

func TestThePCIsKeptAwakeWhileBytesMove(t *testing.T) {
	login := awaketest.Start(t)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", login.Address)
	p := start(t, 0)
	first, second := p.Begin(), p.Begin()
	stop := p.move()
	p.until(true)
	lock := login.Until(1)
	if lock.What != "sleep:idle" || lock.Mode != "block" || lock.Who != "Lanyard" || lock.Why == "" {
		t.Errorf("asked for %+v", lock)
	}
	first()
	first() // twice is once
	if lock.Gone(1500 * time.Millisecond) {
		t.Error("let go although bytes move")
	}
	stop()
	second()
	if !lock.Gone(5 * time.Second) {
		t.Error("not let go at the end")
	}
	p.until(false)
	if login.Asked() != 1 || p.asked.Load() < 5 {
		t.Errorf("asked logind %d times, said to be busy %d times", login.Asked(), p.asked.Load())
	}
}

func TestWhatStallsLetsThePCSleepAndWhatGoesOnKeepsItAwake(t *testing.T) {
	login := awaketest.Start(t)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", login.Address)
	p := start(t, time.Second)
	defer p.Begin()()
	p.until(true)
	if lock := login.Until(1); !lock.Gone(10 * time.Second) {
		t.Fatal("kept awake by a transfer in which nothing moves")
	}
	stop := p.move()
	p.until(true)
	if lock := login.Until(2); lock.Gone(2 * time.Second) {
		t.Error("let go although bytes move again")
	}
	stop()
}

func TestWhatIsShortAsksNobody(t *testing.T) {
	login := awaketest.Start(t)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", login.Address)
	p := start(t, 0)
	p.Begin()()
	time.Sleep(settle + linger + 2*look) // until nobody thinks of it any more
	if p.Held() || login.Asked() > 0 {
		t.Error("a listing keeps the PC awake")
	}
}

func TestOnlyIdleWhereSleepIsNotOursToBlock(t *testing.T) {
	login := awaketest.Start(t)
	login.Refuse("sleep:idle")
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", login.Address)
	p := start(t, 0)
	end := p.Begin()
	p.until(true)
	lock := login.Until(1)
	if lock.What != "idle" {
		t.Errorf("asked for %q", lock.What)
	}
	end()
	if !lock.Gone(5 * time.Second) {
		t.Error("not let go")
	}
}

func TestTheLockOutlivesTheBusAndEndsWithTheUse(t *testing.T) {
	login := awaketest.Start(t)
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", login.Address)
	p := start(t, 0)
	end := p.Begin()
	p.until(true)
	login.Stop()
	lock := login.Until(1)
	if lock.Gone(500 * time.Millisecond) {
		t.Error("let go with the bus")
	}
	end()
	if !lock.Gone(5 * time.Second) {
		t.Error("not let go, since there is no bus")
	}

	// With no bus at all nothing goes wrong, and that is said once.
	for range 2 {
		asked, end := p.asked.Load(), p.Begin()
		for p.said("may go to sleep") == 0 || p.asked.Load() < asked+5 {
			time.Sleep(5 * time.Millisecond)
		}
		end()
	}
	if n := p.said("may go to sleep"); n != 1 {
		t.Errorf("said %d times that there is no bus", n)
	}
}
