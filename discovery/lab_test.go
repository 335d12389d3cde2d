//go:build linux

package discovery_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/discovery"
	"lanyard/discovery/discoverytest"
)

func TestMain(m *testing.M) {
	discoverytest.Setup(discoverytest.Roles{"lanyard": beLanyard, "brief": beBrief})
	flag.Parse()
	flag.Set("test.parallel", "4") // they mostly wait
	goleak.VerifyTestMain(m)
}

// idOf makes an ID of any text.
func idOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:]))
}

// event is what a Lanyard in a PC reports, a line of JSON each.
type event struct {
	At      time.Time
	Found   *discovery.Found
	Lost    string
	Network []string // names of interfaces and their addresses
	Named   []string // what was published, and as what
	Survey  *discovery.Survey
	Err     string // of the Survey
	Ended   bool
}

// beLanyard runs a Service with the announcement in its argument. A line on standard input is a new announcement, a list
// of instances to publish, "survey", or empty to ask.
func beLanyard(ctx context.Context, args []string) error {
	var mu sync.Mutex
	say := func(e event) {
		mu.Lock()
		defer mu.Unlock()
		e.At = time.Now()
		json.NewEncoder(os.Stdout).Encode(e)
	}
	options := discovery.Options{
		Found:     func(f discovery.Found) { say(event{Found: &f}) },
		Lost:      func(id string) { say(event{Lost: id}) },
		Published: func(name, as string) { say(event{Named: []string{name, as}}) },
		Network: func(list []discovery.Interface) {
			names := []string{}
			for _, i := range list {
				names = append(names, fmt.Sprint(i.Name, i.Prefixes))
			}
			say(event{Network: names})
		},
		Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
	}
	if err := json.Unmarshal([]byte(args[0]), &options.Announcement); err != nil {
		return err
	}
	if len(args) > 1 {
		options.Interfaces = func(name string, _ bool) bool { return slices.Contains(args[1:], name) }
	}
	s, err := discovery.New(options)
	if err != nil {
		return err
	}
	go func() {
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			var a discovery.Announcement
			var instances []discovery.Instance
			var err error
			switch {
			case lines.Text() == "survey":
				var heard discovery.Survey
				if heard, err = s.Survey(ctx, nil); err == nil {
					e := event{Survey: &heard}
					if heard.Err != nil {
						e.Err, heard.Err = heard.Err.Error(), nil
					}
					say(e)
				}
			case json.Unmarshal(lines.Bytes(), &instances) == nil:
				err = s.Publish(instances)
			case json.Unmarshal(lines.Bytes(), &a) == nil:
				err = s.Announce(a)
			default:
				s.Ask()
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
			}
		}
	}()
	before := goleak.IgnoreCurrent()
	say(event{}) // it starts
	err = s.Run(ctx)
	say(event{Ended: true})
	// zeroconf's announcements sleep on for a while and then find their sockets closed.
	return errors.Join(err, goleak.Find(before, goleak.IgnoreAnyFunction("github.com/grandcat/zeroconf.(*Server).probe")))
}

// beBrief runs Services that end as soon as they have begun.
func beBrief(ctx context.Context, _ []string) error {
	for range 5 {
		s, err := discovery.New(discovery.Options{
			Announcement: discovery.Announcement{ID: idOf("brief"), Version: "1", Port: 4720},
			Found:        func(discovery.Found) {}, Lost: func(string) {}, Network: func([]discovery.Interface) {},
			Logger: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		})
		if err != nil {
			return err
		}
		brief, cancel := context.WithTimeout(ctx, time.Millisecond)
		err = s.Run(brief)
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}

// lanyard is a Lanyard in a PC.
type lanyard struct {
	t    testing.TB
	id   string
	said discovery.Announcement
	*discoverytest.Cmd
	stdin io.Writer

	mu      sync.Mutex
	change  chan struct{} // closed and replaced at each event
	events  []event
	present map[string]discovery.Found
}

// start starts a Lanyard in a PC. Its ID is made of the name.
func start(t testing.TB, pc *discoverytest.PC, name string, interfaces ...string) *lanyard {
	t.Helper()
	a := discovery.Announcement{ID: idOf(name), Name: name, Workgroup: "Office", Version: "1", Port: 4720}
	return startAs(t, pc, a, interfaces...)
}

func startAs(t testing.TB, pc *discoverytest.PC, a discovery.Announcement, interfaces ...string) *lanyard {
	t.Helper()
	said, _ := json.Marshal(a)
	l := &lanyard{t: t, id: a.ID, said: a, change: make(chan struct{}), present: make(map[string]discovery.Found)}
	l.Cmd = pc.Self(context.Background(), "lanyard", append([]string{string(said)}, interfaces...)...)
	l.Stderr = os.Stderr
	out, err := l.StdoutPipe()
	if err == nil {
		l.stdin, err = l.StdinPipe()
	}
	if err == nil {
		err = l.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	go l.follow(out)
	return l
}

func (l *lanyard) follow(out io.Reader) {
	decoder := json.NewDecoder(out)
	for {
		var e event
		if decoder.Decode(&e) != nil {
			return
		}
		l.mu.Lock()
		l.events = append(l.events, e)
		if e.Found != nil {
			l.present[e.Found.ID] = *e.Found
		}
		delete(l.present, e.Lost)
		close(l.change)
		l.change = make(chan struct{})
		l.mu.Unlock()
	}
}

// wait waits until test is true, or fails after a time.
func (l *lanyard) wait(what string, limit time.Duration, test func() bool) {
	l.t.Helper()
	if !l.within(limit, test) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.t.Fatalf("%s: waited %v for: %s\nit sees %s", l.said.Name, limit, what, l.summary())
	}
}

// within waits until test is true, and tells whether it was in time.
func (l *lanyard) within(limit time.Duration, test func() bool) bool {
	late := time.After(limit)
	for {
		l.mu.Lock()
		ok, change := test(), l.change
		l.mu.Unlock()
		if ok {
			return true
		}
		select {
		case <-change:
		case <-late:
			return false
		}
	}
}

// summary tells what it sees, and the last events.
func (l *lanyard) summary() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d PCs", len(l.present))
	if len(l.present) < 16 {
		fmt.Fprintf(&b, ": %v", l.present)
	}
	text, _ := json.Marshal(l.events[max(0, len(l.events)-4):])
	return b.String() + "\nevents: " + string(text)
}

// sees waits until l sees the other one, and returns what it sees.
func (l *lanyard) sees(other *lanyard, limit time.Duration) discovery.Found {
	l.t.Helper()
	l.wait("see "+other.said.Name, limit, func() bool { return l.present[other.id].ID != "" })
	return l.seen(other)
}

func (l *lanyard) seen(other *lanyard) discovery.Found {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.present[other.id]
}

// loses waits until l doesn't see the other one any more.
func (l *lanyard) loses(other *lanyard, limit time.Duration) {
	l.t.Helper()
	l.wait("lose "+other.said.Name, limit, func() bool { return l.present[other.id].ID == "" })
}

// has waits until l sees the other one at an address (with port).
func (l *lanyard) has(other *lanyard, addr string, limit time.Duration) {
	l.t.Helper()
	l.wait("see "+other.said.Name+" at "+addr, limit, func() bool { return slices.Contains(addrs(l.present[other.id]), addr) })
}

func (l *lanyard) announce(change func(*discovery.Announcement)) {
	change(&l.said)
	line, _ := json.Marshal(l.said)
	fmt.Fprintf(l.stdin, "%s\n", line)
}

func (l *lanyard) publish(set ...discovery.Instance) {
	line, _ := json.Marshal(append([]discovery.Instance{}, set...))
	fmt.Fprintf(l.stdin, "%s\n", line)
}

// named waits until what was published as one name is announced as another.
func (l *lanyard) named(name, as string, limit time.Duration) {
	l.t.Helper()
	l.wait("be "+as, limit, func() bool {
		for _, e := range slices.Backward(l.events) {
			if len(e.Named) > 0 && e.Named[0] == name {
				return e.Named[1] == as
			}
		}
		return false
	})
}

func (l *lanyard) ask() { fmt.Fprintln(l.stdin) }

// survey has l make a Survey, and returns it with the text of its error.
func (l *lanyard) survey() (heard discovery.Survey, trouble string) {
	l.t.Helper()
	count := func() (n int) {
		for _, e := range l.events {
			if e.Survey != nil {
				heard, trouble = *e.Survey, e.Err
				n++
			}
		}
		return n
	}
	l.mu.Lock()
	before := count()
	l.mu.Unlock()
	fmt.Fprintln(l.stdin, "survey")
	l.wait("survey", 10*time.Second, func() bool { return count() > before })
	return heard, trouble
}

// network waits until l reports interfaces for which test is true.
func (l *lanyard) network(what string, limit time.Duration, test func([]string) bool) {
	l.t.Helper()
	l.wait(what, limit, func() bool {
		for _, e := range slices.Backward(l.events) {
			if e.Network != nil {
				return test(e.Network)
			}
		}
		return false
	})
}

func addrs(f discovery.Found) []string {
	var list []string
	for _, a := range f.Addrs {
		list = append(list, a.String())
	}
	return list
}
