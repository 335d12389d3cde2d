// Package davpass keeps the share passwords of programs that come in over WebDAV without a key: each stands for one PC of the
// workgroup, and says nothing of what that may do. It doesn't know HTTP, and writes nothing to disk.
package davpass

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// Limits of passwords and of guessing. A password has 80 bits, which nobody guesses over a network: slowing wrong ones is for
// the log, and for the PC that somebody hammers at.
const (
	letters   = 16 // of a password
	group     = 4  // of them between dashes
	freely    = 5  // wrong ones from an address before the next has to wait
	leastWait = time.Second
	mostWait  = 5 * time.Minute
	maxAddrs  = 4096 // that are remembered
	longest   = 100  // bytes of what is looked at as a password
)

// alphabet are 32 letters that nobody takes for each other (Crockford's base 32).
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// Password is one, without what it is.
type Password struct {
	ID      string    `json:"id"`
	PC      string    `json:"pc"`               // the ID of the PC whose rights it gives
	Folder  string    `json:"folder,omitempty"` // the only one that it opens; "" is all
	Created time.Time `json:"created"`
	Hash    string    `json:"hash"` // SHA-256, in hex: more is not needed for what nobody can guess
}

// New makes a password. secret is what to type, and is kept nowhere.
func New(pc, folder string, now time.Time) (p Password, secret string) {
	secret = random(letters)
	var groups []string
	for g := range slices.Chunk([]byte(secret), group) {
		groups = append(groups, string(g))
	}
	return Password{ID: random(8), PC: pc, Folder: folder, Created: now.UTC().Truncate(time.Second), Hash: hashOf(secret)},
		strings.Join(groups, "-")
}

func random(n int) string {
	b := make([]byte, n)
	for i := range b {
		c, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
		if err != nil {
			panic(err) // crypto/rand never fails
		}
		b[i] = alphabet[c.Int64()]
	}
	return string(b)
}

// hashOf hashes what somebody typed, whatever they made of dashes, spaces, case and letters that look alike.
func hashOf(typed string) string {
	typed = strings.Map(func(r rune) rune {
		switch r {
		case '-', ' ':
			return -1
		case 'o':
			return '0'
		case 'i', 'l':
			return '1'
		}
		return r
	}, strings.ToLower(typed))
	sum := sha256.Sum256([]byte(typed))
	return hex.EncodeToString(sum[:])
}

// Store has the passwords. The zero value has none.
type Store struct {
	mu     sync.Mutex
	list   []Password // mu guards the below
	byHash map[string]Password
	wrong  map[netip.Prefix]*guesses
}

// guesses are the wrong ones from an address.
type guesses struct {
	count int
	until time.Time // nothing is looked at before
}

// Set replaces the set of passwords.
func (s *Store) Set(list []Password) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list, s.byHash = slices.Clone(list), make(map[string]Password, len(list))
	for _, p := range list {
		s.byHash[p.Hash] = p
	}
}

// List returns the passwords.
func (s *Store) List() []Password {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// Any tells whether there are passwords at all.
func (s *Store) Any() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.list) > 0
}

// Find looks up what somebody typed. Looking one up by its hash takes no longer for a good guess.
func (s *Store) Find(typed string) (Password, bool) {
	if typed == "" || len(typed) > longest {
		return Password{}, false
	}
	h := hashOf(typed)
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.byHash[h]
	return p, ok
}

// Wait is how long an address has to wait before another password is looked at.
func (s *Store) Wait(from netip.Addr, now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.wrong[place(from)]; g != nil {
		return max(g.until.Sub(now), 0)
	}
	return 0
}

// Wrong notes a wrong password: each next one from there waits twice as long.
func (s *Store) Wrong(from netip.Addr, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wrong == nil {
		s.wrong = map[netip.Prefix]*guesses{}
	}
	at := place(from)
	g := s.wrong[at]
	if g == nil {
		if len(s.wrong) >= maxAddrs {
			s.forgetLocked(now)
		}
		g = &guesses{}
		s.wrong[at] = g
	}
	if g.count++; g.count >= freely {
		g.until = now.Add(min(leastWait<<min(g.count-freely, 20), mostWait))
	}
}

// forgetLocked makes room: first those that wait no more, else all.
func (s *Store) forgetLocked(now time.Time) {
	for at, g := range s.wrong {
		if now.After(g.until) {
			delete(s.wrong, at)
		}
	}
	if len(s.wrong) >= maxAddrs {
		clear(s.wrong)
	}
}

// Right forgets the wrong ones of an address.
func (s *Store) Right(from netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.wrong, place(from))
}

// place is what counts as one address: of IPv6 a network, as anybody has 2^64 of those.
func place(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := a.BitLen()
	if a.Is6() {
		bits = 64
	}
	p, _ := a.Prefix(bits)
	return p
}
