package guest

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"
)

// Sizes of secrets, and how often one may be guessed.
const (
	tokenBytes = 16 // nobody guesses 128 bits
	idBytes    = 5  // names a link where it is no secret: in the addresses of its pages, in lists
	pinDigits  = 6
	maxWrong   = 10 // wrong PINs in all, whoever types them: one in 100,000 for who has the link and not the PIN
)

// Link opens one shared folder to whoever has it. The zero value opens nothing.
type Link struct {
	ID      string    `json:"id"`
	Token   string    `json:"token"` // the secret: 26 characters of base32
	Folder  string    `json:"folder"`
	Add     bool      `json:"add,omitempty"`   // to drop files into it and see nothing; else to read it
	PIN     string    `json:"pin,omitempty"`   // six digits; "" none
	Expires time.Time `json:"expires"`         // the zero time has passed
	Uses    int       `json:"uses,omitempty"`  // sessions that may be opened; 0 any number
	Used    int       `json:"used,omitempty"`  // sessions that were opened
	Wrong   int       `json:"wrong,omitempty"` // wrong PINs so far
	Plain   bool      `json:"plain,omitempty"` // over plain HTTP too
	Created time.Time `json:"created"`
}

// base32Lower has no character that a program which looks for links in texts would take for the end of one.
var base32Lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewLink makes a link of a wish: it gets an ID, a token, the time, and a PIN if there shall be one.
func NewLink(wish Link, pin bool, now time.Time) Link {
	wish.ID, wish.Token = secret(idBytes), secret(tokenBytes)
	wish.PIN, wish.Used, wish.Wrong, wish.Created = "", 0, 0, now.UTC()
	if pin {
		n, _ := rand.Int(rand.Reader, big.NewInt(1_000_000)) // never fails
		wish.PIN = fmt.Sprintf("%0*d", pinDigits, n)
	}
	return wish
}

// secret returns so many random bytes as text.
func secret(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return base32Lower.EncodeToString(b)
}

// Path is the path of the link's URL.
func (l Link) Path() string { return "/g/" + l.Token }

// Locked tells that there were too many wrong PINs: the link opens no more.
func (l Link) Locked() bool { return l.Wrong >= maxWrong }

// Spent tells that the link has been used as often as it may be. Sessions that are open go on.
func (l Link) Spent() bool { return l.Uses > 0 && l.Used >= l.Uses }

// lives tells whether sessions of the link count.
func (l Link) lives(now time.Time) bool { return now.Before(l.Expires) }

// home is the path below which the pages of the link are.
func (l Link) home() string { return "/guest/" + l.ID + "/" }

// link is a Link of a Server.
type link struct {
	Link
	running map[*int]context.CancelFunc // requests; the Server's mu guards them
}

// digest is how secrets are looked up.
type digest [sha256.Size]byte

func digestOf(secret string) digest { return sha256.Sum256([]byte(secret)) }

// SetLinks replaces the set. Sessions and running requests of links that are not in it end; counts of those that are only
// ever grow. A link that lacks an ID or a token is left out.
func (s *Server) SetLinks(set []Link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := maps.Clone(s.links)
	clear(s.links)
	clear(s.tokens)
	for _, l := range set {
		if l.ID == "" || strings.Contains(l.ID, "/") || len(l.Token) < len(secret(tokenBytes)) || s.links[l.ID] != nil {
			s.o.Logger.Warn("link for guests left out", "id", l.ID, "folder", l.Folder)
			continue
		}
		k := old[l.ID]
		if k != nil && k.Token == l.Token && k.Folder == l.Folder && k.Add == l.Add && k.Expires.Equal(l.Expires) && k.Plain == l.Plain {
			l.Used, l.Wrong = max(l.Used, k.Used), max(l.Wrong, k.Wrong)
			k.Link = l
			delete(old, l.ID)
		} else {
			k = &link{Link: l, running: map[*int]context.CancelFunc{}}
		}
		s.links[l.ID], s.tokens[digestOf(l.Token)] = k, k
	}
	for _, l := range old {
		s.endLocked(l)
	}
}

// endLocked ends a link's sessions and what runs on it.
func (s *Server) endLocked(l *link) {
	maps.DeleteFunc(s.sessions, func(_ digest, ses *session) bool { return ses.link == l })
	for _, cancel := range l.running {
		cancel()
	}
}

// Links returns the links with their counts, the oldest first. Links that have expired are among them until they are
// replaced.
func (s *Server) Links() []Link {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Link, 0, len(s.links))
	for _, l := range s.links {
		list = append(list, l.Link)
	}
	slices.SortFunc(list, func(a, b Link) int {
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list
}
