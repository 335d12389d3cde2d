//go:build linux

package discovery_test

import (
	"flag"
	"fmt"
	"slices"
	"testing"
	"time"

	"lanyard/discovery/discoverytest"
)

var idleTime = flag.Duration("idle", 2*time.Minute, "how long BenchmarkIdle measures")

// office starts so many Lanyards, each on a PC of its own, and waits until all see all.
func office(t testing.TB, lan *discoverytest.LAN, size int) (pcs []*discoverytest.PC, all []*lanyard) {
	t.Helper()
	for i := range size {
		name := fmt.Sprint("pc ", i)
		pcs = append(pcs, lan.Join(name))
		all = append(all, start(t, pcs[i], name))
	}
	for _, l := range all {
		l.wait("everybody", 5*soon, func() bool { return len(l.present) == size-1 })
	}
	return pcs, all
}

func packets(pcs []*discoverytest.PC) (sum uint64) {
	for _, pc := range pcs {
		sum += pc.Packets()
	}
	return sum
}

// TestTheKnownDontAnswer: questions name who is known, or a dozen PCs would fill the network with answers.
func TestTheKnownDontAnswer(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	pcs, all := office(t, lan, 8)
	time.Sleep(10 * time.Second) // they have settled
	before, others := pcs[0].Packets(), packets(pcs[1:])
	all[0].ask()
	asked := func() uint64 { return pcs[0].Packets() - before }
	for late := time.Now().Add(8 * time.Second); asked() < 12 && time.Now().Before(late); { // 3 questions and 3 announcements, by IPv4 and IPv6
		time.Sleep(50 * time.Millisecond)
	}
	time.Sleep(500 * time.Millisecond) // for answers to the last
	if sent := asked(); sent < 12 {
		t.Errorf("the one who asks sent %d packets", sent)
	}
	if sent := packets(pcs[1:]) - others; sent > 7 {
		t.Errorf("the others sent %d packets", sent)
	}
}

// BenchmarkNewcomer measures the time from the start of Run until 12 PCs have all reported the newcomer:
// go test -run '^$' -bench Newcomer -benchtime 20x ./discovery
func BenchmarkNewcomer(b *testing.B) {
	lan := discoverytest.NewLAN(b)
	_, all := office(b, lan, 12)
	pc := lan.Join("newcomer")
	var times []time.Duration
	for b.Loop() {
		newcomer := start(b, pc, "newcomer")
		var last time.Time
		for _, l := range all {
			l.sees(newcomer, soon)
			l.mu.Lock()
			for _, e := range slices.Backward(l.events) {
				if e.Found != nil && e.Found.ID == newcomer.id && e.At.After(last) {
					last = e.At
					break
				}
			}
			l.mu.Unlock()
		}
		newcomer.wait("its start", soon, func() bool { return len(newcomer.events) > 0 })
		newcomer.mu.Lock()
		times = append(times, last.Sub(newcomer.events[0].At))
		newcomer.mu.Unlock()
		newcomer.Stop()
		for _, l := range all {
			l.loses(newcomer, soon)
		}
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "median-ms")
	b.ReportMetric(float64(times[len(times)-1].Microseconds())/1000, "worst-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkIdle measures what 12 PCs send when nothing happens:
// go test -run '^$' -bench Idle -benchtime 1x -idle 10m ./discovery
func BenchmarkIdle(b *testing.B) {
	lan := discoverytest.NewLAN(b)
	pcs, _ := office(b, lan, 12)
	time.Sleep(12 * time.Second)
	before := packets(pcs)
	for b.Loop() {
		time.Sleep(*idleTime)
	}
	rate := float64(packets(pcs)-before) / 12 / float64(b.N) / idleTime.Seconds()
	b.ReportMetric(rate, "packets/s/PC")
	b.ReportMetric(0, "ns/op")
}
