package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const lanyardName = "Lanyard"

// peer is a program to compare. Its commands are made for what is below the data.
type peer struct {
	name, note string
	servers    []*child // processes that run all the time and serve
	clients    []*child // those that fetch and send, besides the command
	tenth      bool     // it gets a tenth of small files, for it takes so long
	get        func(from, to string) []string
	put        func(from, to string) []string
}

// job is what all of them do.
type job struct {
	work  string // the heading
	from  string // below the data
	tenth string // the same with a tenth of the files
	files int
	bytes int64
	put   bool
}

// sample is one measurement.
type sample struct {
	said, disk           float64 // seconds until the program said it was done, and until everything was on the disk
	serverCPU, clientCPU float64 // seconds
	serverMem, clientMem int64   // bytes, at most
	to                   string
}

// measure has all of them do a job in turn, some rounds, and reports the medians.
func (b *bench) measure(ctx context.Context, j job, peers []*peer) (last map[string]sample, err error) {
	samples := map[*peer][]sample{}
	last = map[string]sample{}
	for round := range b.rounds {
		for _, p := range peers {
			if j.put && p.put == nil || !j.put && p.get == nil || !b.wants(p.name) {
				continue
			}
			s, err := b.one(ctx, j, p)
			if err != nil {
				b.tell(j, peers, samples)
				return nil, fmt.Errorf("%s: %w", p.name, err)
			}
			b.log("%s, round %d, %s: %.2f s", j.work, round+1, p.name, s.disk)
			samples[p] = append(samples[p], s)
			last[p.name] = s
		}
	}
	b.tell(j, peers, samples)
	return last, nil
}

// tell puts what was measured into the report.
func (b *bench) tell(j job, peers []*peer, samples map[*peer][]sample) {
	for _, p := range peers {
		if len(samples[p]) > 0 {
			b.report.table(j.work).add(p, j, samples[p])
		}
	}
}

// wants tells whether a program is to be compared.
func (b *bench) wants(name string) bool { return b.peers.MatchString(name) }

// one does a job once.
func (b *bench) one(ctx context.Context, j job, p *peer) (s sample, err error) {
	area, kind := strings.SplitN(j.from, "/", 2)[0], "to"
	if j.put {
		kind = "in"
	}
	below, err := b.to(area, kind)
	if err != nil {
		return s, err
	}
	from, files, bytes, times := j.from, j.files, j.bytes, 1.0
	if p.tenth && j.tenth != "" {
		from, files, bytes, times = j.tenth, files/10, bytes/10, 10
	}
	args := []string(nil)
	if j.put {
		args = p.put(b.data(from), below)
	} else {
		args = p.get(from, b.data(below))
	}
	s, err = b.timed(ctx, p, args, b.data(below))
	if err != nil {
		return s, err
	}
	if f, n, err := count(b.data(below)); err != nil || f != files || n != bytes {
		return s, fmt.Errorf("%d files with %d bytes arrived, want %d with %d (%w)", f, n, files, bytes, err)
	}
	for _, v := range []*float64{&s.said, &s.disk, &s.serverCPU, &s.clientCPU} {
		*v *= times
	}
	if files == 1 { // small ones stay to the end, see mountScratch
		err = os.RemoveAll(b.data(below))
	}
	return s, err
}

// timed runs a command and says what it cost. Everything that was written before is on the disk when it begins.
func (b *bench) timed(ctx context.Context, p *peer, args []string, to string) (s sample, err error) {
	unixSync()
	s.to = to
	servers, clients := used(p.servers), used(p.clients)
	family := slices.Concat(p.servers, p.clients)
	stop := watch(family)
	began := time.Now()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...) // #nosec G204 -- what this program names
	cmd.Dir = filepath.Dir(to)
	said, err := cmd.CombinedOutput()
	s.said = time.Since(began).Seconds()
	if err == nil {
		err = syncDisk(to)
	}
	s.disk = time.Since(began).Seconds()
	peaks := stop()
	if err != nil {
		return s, fmt.Errorf("%s: %w: %s", strings.Join(args, " "), err, said)
	}
	time.Sleep(2 * lookEvery) // servers notice that a connection has ended, and that a child of theirs has
	s.serverCPU, s.clientCPU = used(p.servers)-servers, used(p.clients)-clients
	s.clientCPU += (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok && len(p.clients) == 0 {
		s.clientMem = u.Maxrss << 10
	}
	for i, peak := range peaks {
		if i < len(p.servers) {
			s.serverMem = max(s.serverMem, peak)
		} else {
			s.clientMem = max(s.clientMem, peak)
		}
	}
	return s, nil
}

func unixSync() { syscall.Sync() }

func used(list []*child) (sum float64) {
	for _, c := range list {
		sum += c.cpu()
	}
	return sum
}

// median is the one in the middle of some figures.
func median[T float64 | int64](list []T) T {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

func medianOf[T float64 | int64](samples []sample, of func(sample) T) T {
	var list []T
	for _, s := range samples {
		list = append(list, of(s))
	}
	return median(list)
}
