package door

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/app/node/identity"
)

// inTime is how long a member may wait at a door under attack. It takes tenths of a second where the attackers have a
// processor of their own; here they share it, with whatever else the machine does.
const inTime = 10 * slow * time.Second

// hello is the first message of a PC, as bytes: to send it costs an attacker nothing, to answer it costs two operations with
// keys.
func hello(t *testing.T, as *identity.Identity) []byte {
	t.Helper()
	ours, theirs := net.Pipe()
	defer ours.Close()
	defer theirs.Close()
	go tls.Client(ours, as.ClientConfig("")).Handshake()
	theirs.SetDeadline(time.Now().Add(10 * time.Second))
	record := make([]byte, 5)
	if _, err := io.ReadFull(theirs, record); err != nil {
		t.Fatal(err)
	}
	body := make([]byte, int(record[3])<<8|int(record[4]))
	if _, err := io.ReadFull(theirs, body); err != nil {
		t.Fatal(err)
	}
	return append(record, body...)
}

// attack lets workers call the door, each from an address of its own, until done; call gets a fresh connection.
func (d *desk) attack(ctx context.Context, workers int, from func(worker int) string, call func(net.Conn)) (wait func()) {
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from(w))}, Timeout: time.Second}
			for ctx.Err() == nil {
				c, err := dialer.DialContext(ctx, "tcp", d.addr)
				if err != nil {
					time.Sleep(time.Millisecond)
					continue
				}
				call(c)
			}
		})
	}
	return wg.Wait
}

// descriptors counts what this process has open; 0 where that can't be told.
func descriptors() int {
	list, _ := os.ReadDir("/proc/self/fd")
	return len(list)
}

// rest is what there is when nothing happens.
type rest struct{ descriptors, goroutines int }

// atRest is how it is after a first visit, before an attack.
func (d *desk) atRest(t *testing.T, visitor *identity.Identity) rest {
	t.Helper()
	c := d.enter(t, "127.0.0.1", visitor)
	c.Close()
	d.eventually(t, "the visitor has left", func() bool { return d.count()["open"] == 0 })
	time.Sleep(50 * time.Millisecond) // for goroutines to end
	return rest{descriptors(), runtime.NumGoroutine()}
}

// flat checks that nothing is left of an attack: no descriptor, no goroutine, nothing counted.
func (d *desk) flat(t *testing.T, before rest) {
	t.Helper()
	d.eventually(t, "the door has forgotten everybody", func() bool {
		n := d.count()
		return n["open"]+n["shaking"]+n["kinds"] == 0
	})
	d.eventually(t, "no descriptor is left", func() bool { return descriptors() <= before.descriptors })
	d.eventually(t, "no goroutine is left", func() bool { return runtime.NumGoroutine() <= before.goroutines })
}

func TestT35AMemberGetsInThroughTenThousandHandshakes(t *testing.T) {
	const handshakes = 10_000 / slow
	anna := newIdentity(t)
	d := open(t, Options{Member: func(id string) bool { return id == anna.ID }})
	first := hello(t, newIdentity(t))
	before := d.atRest(t, anna)
	ctx, stop := context.WithCancel(t.Context())
	var answered, called atomic.Int32
	began := time.Now()
	wait := d.attack(ctx, 64, func(w int) string { return fmt.Sprintf("127.0.3.%d", 1+w/8) }, func(c net.Conn) {
		defer c.Close()
		if called.Add(1) > handshakes {
			stop()
			return
		}
		c.SetDeadline(time.Now().Add(5 * time.Second))
		c.Write(first)
		if n, _ := c.Read(make([]byte, 1)); n == 1 {
			answered.Add(1)
		}
	})
	var longest time.Duration
	times := 0
	for ctx.Err() == nil {
		start := time.Now()
		c, err := d.tryEnter(t, "127.0.0.1", anna)
		if err != nil {
			t.Errorf("the member was shut out: %v", err)
			break
		}
		c.Close()
		longest = max(longest, time.Since(start))
		times++
	}
	stop()
	wait()
	took := time.Since(began)
	t.Logf("%d handshakes in %v; a member came in %d times, after %v at most", answered.Load(), took, times, longest)
	if longest > inTime {
		t.Errorf("the member waited %v", longest)
	}
	if answered.Load() < handshakes*9/10 {
		t.Errorf("only %d of %d were answered: this was no attack", answered.Load(), handshakes)
	}
	d.flat(t, before)
}

func TestT35AMemberGetsInThroughAThousandThatSayNothing(t *testing.T) {
	anna := newIdentity(t)
	for name, c := range map[string]struct {
		callers, addresses int
		first              []byte
	}{
		"one address, silent":             {1000, 1, nil},
		"forty addresses, silent":         {1000, 40, nil},
		"forty addresses, a hello each":   {400, 40, hello(t, anna)},
		"forty addresses, half a request": {1000, 40, []byte("GET / HTTP/1.1\r\nHo")},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, Options{Member: func(id string) bool { return id == anna.ID }, Plain: func() bool { return true }})
			before := d.atRest(t, anna)
			ctx, stop := context.WithCancel(t.Context())
			var calls atomic.Int32
			wait := d.attack(ctx, c.callers, func(w int) string { return fmt.Sprintf("127.0.4.%d", 1+w%c.addresses) }, func(conn net.Conn) {
				calls.Add(1)
				conn.Write(c.first)
				stop := context.AfterFunc(ctx, func() { conn.Close() })
				io.Copy(io.Discard, conn) // until it is thrown out, to come again
				stop()
				conn.Close()
				select {
				case <-time.After(50 * time.Millisecond):
				case <-ctx.Done():
				}
			})
			d.eventually(t, "all are there", func() bool { return calls.Load() >= int32(c.callers) })
			time.Sleep(2 * patience)
			for range 5 {
				start := time.Now()
				conn, err := d.tryEnter(t, "127.0.0.1", anna)
				if took := time.Since(start); err != nil || took > inTime {
					t.Errorf("the member: %v after %v", err, took)
					continue
				}
				conn.Close()
			}
			if n := d.count(); n["shaking"] > maxHandshakes || n["outside"] > DefaultTotal/2 {
				t.Errorf("over the limits: %v", n)
			}
			stop()
			wait()
			d.flat(t, before)
		})
	}
}

// A slow crowd may also be honest: what has begun is not thrown out for who comes a moment later.
func TestManyHonestCallersAtOnceAllComeIn(t *testing.T) {
	anna := newIdentity(t)
	d := open(t, Options{Member: func(id string) bool { return id == anna.ID }, Limits: Limits{PerPeer: 1000}})
	var wg sync.WaitGroup
	for w := range maxPerAddress {
		wg.Go(func() {
			for range 5 {
				c, err := d.tryEnter(t, "127.0.0.1", anna)
				if err != nil {
					t.Errorf("caller %d: %v", w, err)
					return
				}
				c.Close()
			}
		})
	}
	wg.Wait()
}
