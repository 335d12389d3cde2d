package dav

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Limits of locks. They are in memory, and end with the program: they only keep people from writing over each other.
const (
	maxLocks     = 10_000 // in all
	maxTheirs    = 1_000  // of one caller: an editor has one a file
	longestLock  = time.Hour
	usualLock    = 10 * time.Minute
	maxLockOwner = 1 << 10 // bytes of what a program says of who holds it
)

// locked is one lock (RFC 4918 section 6).
type locked struct {
	token   string
	key     string // what it is on
	who     string
	owner   string // XML, as the program gave it
	deep    bool   // it holds for all below too
	shared  bool
	timeout time.Duration
	expires time.Time
}

// locks are those of a Handler. The zero value is ready for use.
type locks struct {
	mu     sync.Mutex
	on     map[string][]*locked // by key; mu guards the below
	count  int
	theirs map[string]int
	looked time.Time // for those that have expired
}

// livingLocked returns the locks on a key itself, and forgets those that have expired.
func (l *locks) livingLocked(key string, now time.Time) []*locked {
	var living []*locked
	for _, k := range l.on[key] {
		if now.Before(k.expires) {
			living = append(living, k)
		} else {
			l.countLocked(k, -1)
		}
	}
	l.setLocked(key, living)
	return living
}

func (l *locks) setLocked(key string, list []*locked) {
	if len(list) == 0 {
		delete(l.on, key)
	} else {
		l.on[key] = list
	}
}

func (l *locks) countLocked(k *locked, by int) {
	l.count += by
	if l.theirs[k.who] += by; l.theirs[k.who] == 0 {
		delete(l.theirs, k.who)
	}
}

// coveringLocked returns the locks that hold for a key: its own, and the deep ones above it.
func (l *locks) coveringLocked(key string, now time.Time) []*locked {
	all := l.livingLocked(key, now)
	for at := strings.LastIndexByte(key, '/'); at > 0; at = strings.LastIndexByte(key, '/') {
		key = key[:at]
		for _, k := range l.livingLocked(key, now) {
			if k.deep {
				all = append(all, k)
			}
		}
	}
	return all
}

// belowLocked returns the locks on what is below a key.
func (l *locks) belowLocked(key string, now time.Time) []*locked {
	var all []*locked
	for other := range l.on {
		if strings.HasPrefix(other, key+"/") {
			all = append(all, l.livingLocked(other, now)...)
		}
	}
	return all
}

// covering returns copies of the locks that hold for a key.
func (l *locks) covering(key string, now time.Time) []locked {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []locked
	for _, k := range l.coveringLocked(key, now) {
		all = append(all, *k)
	}
	return all
}

// below returns copies of the locks on what is below a key.
func (l *locks) below(key string, now time.Time) []locked {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []locked
	for _, k := range l.belowLocked(key, now) {
		all = append(all, *k)
	}
	return all
}

// add makes a lock, and gives it a token.
func (l *locks) add(k locked, now time.Time) (locked, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.on == nil {
		l.on, l.theirs = map[string][]*locked{}, map[string]int{}
	}
	if l.fullLocked(k.who, now) {
		return k, status(http.StatusInsufficientStorage)
	}
	others := l.coveringLocked(k.key, now)
	if k.deep {
		others = append(others, l.belowLocked(k.key, now)...)
	}
	for _, o := range others {
		if !k.shared || !o.shared {
			return k, &precondition{http.StatusLocked, "no-conflicting-lock", href(o.key)}
		}
	}
	k.token, k.expires = newToken(), now.Add(k.timeout)
	l.on[k.key] = append(l.on[k.key], &k)
	l.countLocked(&k, 1)
	return k, nil
}

// fullLocked tells whether there is no room for a lock more, after it has looked for some. It looks once a second: who asks
// a thousand times for one more costs no more than that.
func (l *locks) fullLocked(who string, now time.Time) bool {
	full := func() bool { return l.count >= maxLocks || l.theirs[who] >= maxTheirs }
	if full() && now.Sub(l.looked).Abs() >= time.Second {
		l.looked = now
		for key := range l.on {
			l.livingLocked(key, now)
		}
	}
	return full()
}

// refresh puts off the end of a caller's locks that hold for a key and have one of the tokens.
func (l *locks) refresh(key, who string, tokens map[string]bool, timeout time.Duration, now time.Time) (done []locked) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range l.coveringLocked(key, now) {
		if tokens[k.token] && k.who == who {
			k.timeout, k.expires = timeout, now.Add(timeout)
			done = append(done, *k)
		}
	}
	return done
}

// remove ends a lock that holds for a key.
func (l *locks) remove(key, who, token string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range l.coveringLocked(key, now) {
		if k.token != token {
			continue
		}
		if k.who != who {
			return status(http.StatusForbidden)
		}
		l.dropLocked(k)
		return nil
	}
	return &precondition{http.StatusConflict, "lock-token-matches-request-uri", ""}
}

func (l *locks) dropLocked(gone *locked) {
	var left []*locked
	for _, k := range l.on[gone.key] {
		if k != gone {
			left = append(left, k)
		}
	}
	l.setLocked(gone.key, left)
	l.countLocked(gone, -1)
}

// forget ends the locks on what is no longer there, and on what was below it.
func (l *locks) forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for other, list := range l.on {
		if other == key || strings.HasPrefix(other, key+"/") {
			for _, k := range list {
				l.countLocked(k, -1)
			}
			delete(l.on, other)
		}
	}
}

// newToken makes a token that nobody can guess, in the form that RFC 4918 section 6.5 wants: a URN of RFC 4122.
func newToken() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
