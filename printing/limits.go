package printing

import (
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// defaultDocument is the largest document: a thousand full-page photos. A guest's is what a phone prints.
	defaultDocument, defaultGuestDocument = 4 << 30, 256 << 20
	// defaultSpool bounds all documents together, so that a queue behind an empty paper tray can't fill the disk;
	// defaultOwnerSpool those of one caller and defaultGuestSpool those of all guests, so that none keeps the others out.
	defaultSpool, defaultOwnerSpool, defaultGuestSpool = 16 << 30, 8 << 30, 1 << 30
	// defaultReserve stays free, so that the owner of this PC can go on working.
	defaultReserve = 512 << 20
	// defaultJobs, defaultPerOwner and defaultGuestJobs bound the jobs that have not ended: a class of forty printing at
	// once, one person's folder of documents, and a meeting's visitors.
	defaultJobs, defaultPerOwner, defaultGuestJobs = 1000, 250, 50
	// defaultImpressions bounds what one job prints: a mistake, or malice, empties a few trays and not the store. A month of
	// books is less.
	defaultImpressions = 10_000
	// defaultUploads bounds the documents of one caller on the way at once.
	defaultUploads = 16
	// defaultRequests bounds the requests of one caller being answered at once: a PC and its print dialogs need a few.
	// allRequests and guestRequests bound those of all and of all guests; with MaxRequest they bound the memory too.
	defaultRequests, allRequests, guestRequests = 32, 384, 96
	// defaultWait is how long a job may wait to be printed: over a holiday, but not for ever in a spool.
	defaultWait = 14 * 24 * time.Hour
	// defaultKeep is how long an ended job, of which only the name and the like are left, is remembered.
	defaultKeep = 7 * 24 * time.Hour
	// guestTime is how long a guest is known by its address. Addresses are seldom given to another device sooner.
	guestTime = time.Hour
)

// withDefaults fills in what is zero.
func (l Limits) withDefaults() Limits {
	set(&l.Document, defaultDocument)
	set(&l.GuestDocument, min(defaultGuestDocument, l.Document))
	set(&l.Spool, defaultSpool)
	set(&l.OwnerSpool, min(defaultOwnerSpool, l.Spool))
	set(&l.GuestSpool, min(defaultGuestSpool, l.Spool))
	set(&l.Reserve, defaultReserve)
	set(&l.Jobs, defaultJobs)
	set(&l.PerOwner, defaultPerOwner)
	set(&l.Impressions, defaultImpressions)
	set(&l.GuestJobs, defaultGuestJobs)
	set(&l.Uploads, defaultUploads)
	set(&l.Requests, defaultRequests)
	set(&l.Wait, defaultWait)
	set(&l.Keep, defaultKeep)
	return l
}

func set[T int | int64 | time.Duration](have *T, want T) {
	if *have == 0 {
		*have = want
	}
}

// party is whom a request, a job and its document are counted for: who the transport proved it to be, or, of a guest,
// the address it comes from. The zero party is a guest of whom nothing is known.
type party struct {
	id      string
	address string // of a guest; one of two devices may have it later, or both behind a router
	guest   bool
}

func partyOf(c Caller, r *http.Request) party {
	if c.ID != "" {
		return party{id: c.ID, guest: c.Guest}
	}
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	return party{address: host, guest: true}
}

// owns tells whether a job is this party's own. A guest's is for as long as its address can be trusted to be the same
// device's.
func (p party) owns(j *job) bool {
	if p.id != "" {
		return j.Owner == p.id
	}
	return p.address != "" && j.party == p && time.Since(j.Created) < guestTime
}

// crowd counts the requests that are being answered. The zero crowd is empty.
type crowd struct {
	mu     sync.Mutex // guards the below
	by     map[party]int
	all    int
	guests int
}

// enter lets a request in, unless there are too many; leave must follow.
func (c *crowd) enter(p party, each int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all >= allRequests || c.by[p] >= each || p.guest && c.guests >= guestRequests {
		return false
	}
	if c.by == nil {
		c.by = map[party]int{}
	}
	c.by[p]++
	c.all++
	if p.guest {
		c.guests++
	}
	return true
}

func (c *crowd) leave(p party) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by[p]--; c.by[p] == 0 {
		delete(c.by, p)
	}
	c.all--
	if p.guest {
		c.guests--
	}
}

// quota counts the bytes of documents in the spool.
type quota struct {
	limits Limits

	mu     sync.Mutex // guards the below
	by     map[party]int64
	all    int64
	guests int64
}

// take makes room for n more bytes, or none and returns errNoSpace.
func (q *quota) take(p party, n int64) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.all+n > q.limits.Spool || q.by[p]+n > q.limits.OwnerSpool || p.guest && q.guests+n > q.limits.GuestSpool {
		return errNoSpace
	}
	q.addLocked(p, n)
	return nil
}

// add counts bytes, fewer when n is negative, whether there is room for them or not.
func (q *quota) add(p party, n int64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.addLocked(p, n)
}

func (q *quota) addLocked(p party, n int64) {
	if q.by == nil {
		q.by = map[party]int64{}
	}
	if q.by[p] += n; q.by[p] == 0 {
		delete(q.by, p)
	}
	q.all += n
	if p.guest {
		q.guests += n
	}
}
