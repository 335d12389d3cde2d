package printing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"lanyard/printing/ipp"
)

// Server offers printers over IPP. It is an http.Handler for /ipp/print/ and keeps its jobs on disk; Run prints them.
type Server struct {
	opt   Options
	log   *slog.Logger
	spool *spool
	recv  *receiver
	wake  chan struct{} // holds one token: there may be work
	soon  chan struct{} // holds one token: the print system was given something to do
	crowd crowd
	boot  time.Time

	mu       sync.Mutex // guards the below
	printers map[string]*printer
	order    []string // names of printers as Share gave them
	rulings  map[string]ruling
	jobs     map[int]*job
	lastID   int
	busy     map[string]bool // targets that a job is being printed on
	uploads  map[party]int   // documents on the way
	news     chan struct{}   // closed and renewed when the print system changed
	subs     map[int]*subscription
	lastSub  int
	heard    chan struct{} // closed and renewed when a subscriber has an event
	waits    map[party]int // requests that wait for one
}

// printer is a shared printer and what its print system last said about it.
type printer struct {
	Shared
	uuid          string
	caps          ipp.Attrs // checked; nil until known
	state         string
	reasons       []string
	message       string
	accepting     bool
	stateChanged  time.Time
	configChanged time.Time
	told          printerTold
	said          []string // reasons that the printer itself gave
	saidAt        time.Time
}

// target is what jobs of this printer wait for one by one.
func (p *printer) target() string { return targetOf(p.Queue, p.Dir) }

func targetOf(queue, dir string) string {
	if dir != "" {
		return "folder " + dir
	}
	return "queue " + queue
}

// job is a record in memory.
type job struct {
	record
	party     party              // who gave it; of a guest before the last start nobody
	announced bool               // somebody was told its number before its document was here
	receiving bool               // a document is arriving
	stop      context.CancelFunc // set while it is being printed
	told      jobTold
	boot      int32     // SystemState.Boot when record.Begun was set; 0 after a restart of ours
	retried   time.Time // when the print system was last seen to try again
	words     string    // its last words
}

// NewServer makes a Server and reads the jobs that its spool holds. It prints nothing before Run.
func NewServer(opt Options) (*Server, error) {
	if opt.System == nil {
		opt.System = NoSystem{}
	}
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	if opt.Caller == nil {
		opt.Caller = func(*http.Request) Caller { return Caller{Guest: true} }
	}
	if opt.Allow == nil {
		opt.Allow = func(*http.Request, string, Verb) bool { return false }
	}
	if opt.Secure == nil {
		opt.Secure = func(r *http.Request) bool { return r.TLS != nil }
	}
	if opt.Changed == nil {
		opt.Changed = func() {}
	}
	opt.Limits = opt.Limits.withDefaults()
	sp, err := openSpool(opt.Spool)
	if err != nil {
		return nil, err
	}
	s := &Server{
		opt: opt, log: opt.Logger, spool: sp, recv: &receiver{spool: sp, used: quota{limits: opt.Limits}}, boot: time.Now(),
		wake: make(chan struct{}, 1), soon: make(chan struct{}, 1), news: make(chan struct{}),
		printers: map[string]*printer{}, jobs: map[int]*job{}, busy: map[string]bool{}, uploads: map[party]int{},
		subs: map[int]*subscription{}, heard: make(chan struct{}), waits: map[party]int{},
	}
	var damaged bool
	if s.rulings, damaged = sp.loadRulings(); damaged {
		s.log.Warn("which printers were paused can't be read; kept as .bak", "file", rulingsFile)
	}
	s.opt.Changed = func() {} // there is nobody to ask yet how it is now
	if err := s.restore(); err != nil {
		return nil, err
	}
	s.opt.Changed = opt.Changed
	return s, nil
}

// restore takes up the jobs of the run before.
func (s *Server) restore() error {
	records, last, damaged, err := s.spool.load()
	if err != nil {
		return err
	}
	for _, name := range damaged {
		s.log.Warn("a job in the spool can't be read; kept as .bak", "file", name)
	}
	s.lastID = last
	for _, r := range records {
		j := &job{record: *r, party: party{id: r.Owner, guest: r.Owner == ""}}
		s.jobs[r.ID] = j
		if r.Stage == stageIncoming {
			j.Size = 0
			s.endLocked(j, JobAborted, "the document did not arrive whole", "submission-interrupted")
		} else if r.State.Ended() && r.Kept.IsZero() { // it may have died between the two
			s.spool.dropDocument(r.ID)
		} else {
			s.recv.used.add(j.party, r.Size)
		}
		j.told = jobTold{j.State, slices.Clone(j.Reasons), j.Pages}
	}
	return nil
}

// Share replaces the set of printers that are offered. Jobs already taken for a printer that is no longer offered are
// still printed. A queue that the print system doesn't know, or doesn't answer for, is shared as stopped until it does.
func (s *Server) Share(ctx context.Context, set []Shared) error {
	next := make(map[string]*printer, len(set))
	var order []string
	for _, one := range set {
		switch {
		case !goodName(one.Name):
			return fmt.Errorf("share printer %q: only letters, digits, dots, - and _ may be in its name", one.Name)
		case next[one.Name] != nil:
			return fmt.Errorf("share printer %q: the name is taken", one.Name)
		case (one.Queue == "") == (one.Dir == ""):
			return fmt.Errorf("share printer %q: it needs either a queue or a folder", one.Name)
		}
		next[one.Name] = s.newPrinter(one)
		order = append(order, one.Name)
	}
	s.mu.Lock()
	for name, p := range next {
		if old := s.printers[name]; old != nil && old.target() == p.target() {
			p.caps, p.state, p.reasons, p.message, p.accepting = old.caps, old.state, old.reasons, old.message, old.accepting
			p.stateChanged, p.configChanged, p.told = old.stateChanged, old.configChanged, old.told
			p.said, p.saidAt = old.said, old.saidAt
		}
	}
	s.printers, s.order = next, order
	s.mu.Unlock()
	s.refresh(ctx)
	return nil
}

func (s *Server) newPrinter(one Shared) *printer {
	if one.Info == "" {
		one.Info = one.Name
	}
	one.Info, one.Location = ipp.Clean(one.Info, maxName), ipp.Clean(one.Location, maxName)
	now := time.Now()
	p := &printer{Shared: one, uuid: stableUUID(s.opt.UUID, one.Name), stateChanged: now, configChanged: now, state: StateStopped,
		message: "the print system of this PC hasn't answered yet", reasons: []string{"connecting-to-device"}}
	if one.Dir != "" {
		p.caps, p.state, p.message, p.reasons, p.accepting = folderCaps(), StateIdle, "", nil, true
	}
	return p
}

// refresh asks the print system how the shared queues are and tells everybody who follows a job to look again.
func (s *Server) refresh(ctx context.Context) {
	s.mu.Lock()
	queues := map[string]bool{}
	for _, p := range s.printers {
		if p.Queue != "" {
			queues[p.Queue] = true
		} else {
			p.state, p.message = StateIdle, ""
			if _, err := os.Stat(p.Dir); err != nil {
				p.state, p.message = StateStopped, folderTrouble(err)
			}
		}
	}
	s.mu.Unlock()
	for queue := range queues {
		attrs, err := s.opt.System.Attributes(ctx, queue)
		if ctx.Err() != nil {
			return
		}
		s.mu.Lock()
		for _, p := range s.printers {
			if p.Queue == queue {
				p.update(attrs, err)
			}
		}
		s.mu.Unlock()
	}
	s.mu.Lock()
	s.tellPrintersLocked()
	s.tellLocked()
	s.mu.Unlock()
	s.changed()
}

// tellLocked makes everybody who follows a job look again.
func (s *Server) tellLocked() {
	close(s.news)
	s.news = make(chan struct{})
}

// update takes over what the print system says.
func (p *printer) update(attrs ipp.Attrs, err error) {
	state, reasons, message, accepting := StateStopped, []string{"connecting-to-device"}, "", p.accepting
	switch {
	case errors.Is(err, ErrNoQueue):
		message, accepting = "the print system of this PC no longer has this printer", false
	case err != nil:
		message = "the print system of this PC doesn't answer"
	default:
		if caps := checkedCaps(attrs); !sameCaps(p.caps, caps) {
			p.caps, p.configChanged = caps, time.Now()
		}
		q := queueOf(attrs)
		state, reasons, message, accepting = q.State, q.Reasons, q.Message, q.Accepting
	}
	if state != p.state || !slices.Equal(reasons, p.reasons) {
		p.stateChanged = time.Now()
	}
	p.state, p.reasons, p.message, p.accepting = state, reasons, message, accepting
}

// Queues returns the printers of this PC's print system that may be shared, whether they are or not.
func (s *Server) Queues(ctx context.Context) ([]Queue, error) { return s.opt.System.Queues(ctx) }

// Printers returns the shared printers in the order that Share was given them.
func (s *Server) Printers() []Printer {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Printer, 0, len(s.order))
	for _, name := range s.order {
		p := s.shownLocked(s.printers[name])
		all = append(all, Printer{
			Shared: p.Shared, MakeModel: p.caps.String("printer-make-and-model"), State: p.state, Paused: s.rulings[name].Paused,
			Reasons: slices.Clone(p.reasons), Message: p.message, Accepting: p.accepting, Queued: s.queuedLocked(&p),
			Color: p.caps.Bool("color-supported"), Duplex: duplex(p.caps), UUID: p.uuid,
		})
	}
	return all
}

// stateLocked is the printer's state: a folder works while a job is on it.
func (s *Server) stateLocked(p *printer) string {
	if p.Dir != "" && s.busy[p.target()] {
		return StateProcessing
	}
	return p.state
}

func (s *Server) queuedLocked(p *printer) int {
	n := 0
	for _, j := range s.jobs {
		if j.Printer == p.Name && !j.State.Ended() {
			n++
		}
	}
	return n
}

// changed tells the outside. It may be called with mu held, which is why Options.Changed must not call back.
func (s *Server) changed() { s.opt.Changed() }

func (s *Server) wakeUp() { poke(s.wake) }

// poke leaves a token, unless there is one.
func poke(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// active tells whether a job is with the print system.
func (s *Server) active() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for target := range s.busy {
		if strings.HasPrefix(target, "queue ") {
			return true
		}
	}
	return false
}
