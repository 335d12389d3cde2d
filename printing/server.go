package printing

import (
	"context"
	"log/slog"
	"net/http"
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
	queues   []Queue
	order    []string // names of printers as Share gave them
	rules    map[string]Rule
	jobs     map[int]*job
	ledger   ledger // what jobs that are forgotten have printed
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
	boot      int32     // SystemState.Boot when last looked at; 0 after a restart of ours
	retried   time.Time // when the print system was last seen to try again
	words     string    // its last words
	unsaved   bool      // it could not be put on disk that the print system got it, so it didn't get it
	cutShort  bool      // the print system did not get the whole document when it was last given it
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
	if opt.Announced == nil {
		opt.Announced = func(string) string { return "" }
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
	for file, damaged := range map[string]bool{
		rulesFile: loadState(sp, rulesFile, &s.rules), countsFile: loadState(sp, countsFile, &s.ledger),
	} {
		if damaged {
			s.log.Warn("a file of the spool can't be read; kept as .bak", "file", file)
		}
	}
	if s.rules == nil {
		s.rules = map[string]Rule{}
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
		if slices.Contains(s.ledger.Settled, r.UUID) { // it died while it forgot it
			s.spool.forget(r.ID)
			continue
		}
		j := &job{record: *r, party: party{id: r.Owner, guest: r.Owner == ""}}
		s.jobs[r.ID] = j
		if r.Stage == stageIncoming {
			j.Size = 0
			s.endLocked(j, JobAborted, "the document did not arrive whole", reasonInterrupted)
		} else if r.State.Ended() && r.Kept.IsZero() { // it may have died between the two
			s.spool.dropDocument(r.ID)
		} else {
			s.recv.used.add(j.party, r.Size)
		}
		j.told = jobTold{j.State, slices.Clone(j.Reasons), j.Pages}
	}
	return nil
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
