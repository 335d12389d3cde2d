package limits

import (
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wire is a connection whose near end is limited; the clock of a synctest bubble stands still while bytes move.
func wire(t *testing.T, l *Limiter, who string) (near *Conn, far net.Conn) {
	a, b := net.Pipe()
	near = l.Conn(a, who)
	t.Cleanup(func() { near.Close(); b.Close() })
	return near, b
}

// take reads until the other side closes, and counts.
func take(c io.Reader, into *int) { n, _ := io.Copy(io.Discard, c); *into += int(n) }

// about tells whether a time is what a rate makes of it, give or take the twentieth of a second that it may run ahead.
func about(got, want time.Duration) bool {
	return got >= want-100*time.Millisecond && got <= want+100*time.Millisecond
}

func TestALimitHoldsEachWay(t *testing.T) {
	for _, c := range []struct {
		name     string
		rates    Rates
		up, down time.Duration // for 4 MB
	}{
		{"none", Rates{}, 0, 0},
		{"up in all", Rates{Up: 1e6}, 4 * time.Second, 0},
		{"down in all", Rates{Down: 2e6}, 0, 2 * time.Second},
		{"up per PC", Rates{UpPerPC: 1e6, Up: 8e6}, 4 * time.Second, 0},
		{"down per PC", Rates{DownPerPC: 1e6, Down: 8e6}, 0, 4 * time.Second},
		{"the lower one counts", Rates{Up: 1e6, UpPerPC: 8e6}, 4 * time.Second, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var l Limiter
				l.Set(c.rates)
				near, far := wire(t, &l, "a")
				data := make([]byte, 4e6)
				go io.ReadFull(far, make([]byte, len(data)))
				begun := time.Now()
				if n, err := near.Write(data); n != len(data) || err != nil {
					t.Fatalf("wrote %d: %v", n, err)
				}
				if took := time.Since(begun); !about(took, c.up) {
					t.Errorf("sending took %v, want %v", took, c.up)
				}
				go far.Write(data)
				begun = time.Now()
				if _, err := io.ReadFull(near, data); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(begun); !about(took, c.down) {
					t.Errorf("receiving took %v, want %v", took, c.down)
				}
				if l.Moved() != 8e6 {
					t.Errorf("%d bytes counted", l.Moved())
				}
			})
		})
	}
}

func TestThoseWhoShareALimitGetTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Limiter
		l.Set(Rates{Up: 10e6})
		var wg sync.WaitGroup
		got := make([]int, 5)
		for i := range got {
			near, far := wire(t, &l, string(rune('a'+i)))
			wg.Go(func() { take(far, &got[i]) })
			wg.Go(func() {
				block := make([]byte, 512<<uint(3*i)) // from half a KiB to 2 MiB at a time: nobody gets more for shouting
				for {
					if _, err := near.Write(block); err != nil {
						return
					}
				}
			})
			time.AfterFunc(10*time.Second, func() { near.Close(); far.Close() })
		}
		wg.Wait()
		sum := 0
		for i, n := range got[2:] {
			sum += n
			if n < 16e6 {
				t.Errorf("connection %d got %d bytes of 100 MB in all", i+2, n)
			}
		}
		if sum += got[0] + got[1]; sum > 101e6 {
			t.Errorf("%d bytes in 10 s at 10 MB/s", sum)
		}
	})
}

func TestOnePCsLimitIsNotTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Limiter
		l.Set(Rates{UpPerPC: 1e6})
		var wg sync.WaitGroup
		begun := time.Now()
		for _, who := range []string{"a", "a", "b"} { // two connections of a share what one of b has alone
			near, far := wire(t, &l, who)
			wg.Go(func() { io.Copy(io.Discard, far) })
			wg.Go(func() {
				near.Write(make([]byte, 1e6))
				near.Close()
				want := 2 * time.Second
				if who == "b" {
					want = time.Second
				}
				if took := time.Since(begun); !about(took, want) {
					t.Errorf("%s took %v, want %v", who, took, want)
				}
			})
		}
		wg.Wait()
		if len(l.pcs) != 0 {
			t.Errorf("%d PCs are remembered that have no connection", len(l.pcs))
		}
	})
}

func TestAChangeHoldsAtOnceForWhatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Limiter
		near, far := wire(t, &l, "a")
		go io.Copy(io.Discard, far)
		l.Set(Rates{Up: minRate})
		begun := time.Now()
		time.AfterFunc(5*time.Second, func() { l.Set(Rates{Up: 1e6}) })
		time.AfterFunc(6*time.Second, func() { l.Set(Rates{}) })
		near.Write(make([]byte, 100e6)) // hours at the first rate, minutes at the second
		if took := time.Since(begun); !about(took, 6*time.Second) {
			t.Errorf("took %v: the changes did not hold", took)
		}
		l.Set(Rates{Down: minRate})
		begun = time.Now()
		go near.Write(make([]byte, 1e6))
		if !about(time.Since(begun), 0) {
			t.Error("a limit of what comes holds back what goes")
		}
	})
}

func TestWhoIsClosedWaitsNoLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Limiter
		l.Set(Rates{Up: minRate})
		near, far := wire(t, &l, "a")
		go io.Copy(io.Discard, far)
		begun := time.Now()
		time.AfterFunc(time.Second+time.Millisecond, func() { near.Close() })
		if _, err := near.Write(make([]byte, 1e6)); err == nil {
			t.Error("all was sent on a connection that is closed")
		}
		if took := time.Since(begun); took > time.Second+time.Millisecond {
			t.Errorf("it noticed after %v", took)
		}
	})
}

func TestWhatIsExemptWaitsForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l Limiter
		l.Set(Rates{Up: minRate, Down: minRate, UpPerPC: minRate})
		busy, sink := wire(t, &l, "a")
		go io.Copy(io.Discard, sink)
		go busy.Write(make([]byte, 1e6))
		time.Sleep(10 * time.Second)
		near, far := wire(t, &l, "a")
		near.Exempt()
		go io.Copy(far, far)
		before, begun := l.Moved(), time.Now()
		for range 100 {
			near.Write(make([]byte, 4096))
			io.ReadFull(near, make([]byte, 4096))
		}
		if took := time.Since(begun); took != 0 {
			t.Errorf("it waited %v", took)
		}
		if l.Moved() != before {
			t.Error("it was counted")
		}
	})
}

func TestRatesAreReadAndWritten(t *testing.T) {
	for in, want := range map[string]Rate{
		"off": 0, "": 0, "0": 0, "10 MB/s": 10e6, "10MB": 10e6, "1.5 MB/s": 15e5, "500 kB/s": 5e5, " 500 KB/s ": 5e5, "2 GB/s": 2e9, "10 kB/s": 1e4,
	} {
		got, err := ParseRate(in)
		if err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", in, got, err, want)
		}
		if back, err := ParseRate(got.String()); err != nil || back != want {
			t.Errorf("%q is written as %q, which reads %d, %v", in, got, back, err)
		}
	}
	for _, in := range []string{"10", "10 Mb/s", "10 mb/s", "fast", "-1 MB/s", "NaN MB/s", "1e300 MB/s", "inf MB/s", "9 kB/s", "0.001 MB/s", "MB/s", "10 MB/min", "1 TB"} {
		if got, err := ParseRate(in); err == nil {
			t.Errorf("%q is read as %v", in, got)
		}
	}
}

func FuzzRate(f *testing.F) {
	f.Add("10 MB/s")
	f.Add("0x1p3 kB")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRate(s)
		if err != nil {
			return
		}
		if back, err := ParseRate(r.String()); err != nil || back != r {
			t.Errorf("%q is %d, written %q, read %d (%v)", s, r, r, back, err)
		}
	})
}

// What a connection costs that nothing is limited on: plain must be as fast as wrapped.
func BenchmarkNoLimit(b *testing.B) {
	for _, wrapped := range []bool{false, true} {
		b.Run(map[bool]string{false: "plain", true: "wrapped"}[wrapped], func(b *testing.B) {
			ln, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			defer ln.Close()
			var l Limiter
			wrap := func(c net.Conn) net.Conn {
				if wrapped {
					return l.Conn(c, "a")
				}
				return c
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				c, err := ln.Accept()
				if err != nil {
					return
				}
				c = wrap(c)
				defer c.Close()
				buf := make([]byte, 128<<10)
				for {
					if _, err := c.Read(buf); err != nil {
						return
					}
				}
			}()
			c, err := net.Dial("tcp", ln.Addr().String())
			if err != nil {
				b.Fatal(err)
			}
			c = wrap(c)
			block := make([]byte, 128<<10)
			b.SetBytes(int64(len(block)))
			for b.Loop() {
				if _, err := c.Write(block); err != nil {
					b.Fatal(err)
				}
			}
			c.Close()
			<-done
		})
	}
}
