// Package pairing lets a newcomer prove to a member that it knows the six digits on the member's screen, and the member
// to the newcomer, without telling anybody else anything about them. It admits nobody: what follows is the caller's.
//
// # Protocol
//
// A is the newcomer, B the member. Both are connected by TLS 1.3 with Ed25519 certificates on either side, so each knows
// the other's public key. The code is six ASCII digits. CPace (draft-irtf-cfrg-cpace-21, CPACE-RISTR255-SHA512) was
// chosen as the PAKE since it was the CFRG's recommendation for a balanced one, costs one round trip and has a security
// proof that covers its use over a channel like this; no maintained Go library of it follows the current draft, so the
// suite is built here on a ristretto255 library and checked against the draft's own vectors.
//
//	CI  = lv_cat("lanyard join 1", public key of A, public key of B)     binds the run to both TLS keys
//	A → B   start                     B counts a try: after three in all, the code is dead
//	B → A   sid (16 random bytes)
//	A → B   sid, Ya
//	B → A   Yb
//	A → B   sid, Ta                   A proves first: B's proof before that would be a free guess
//	B → A   Tb, the member list with A in it
//
// ADa is "newcomer" and ADb "member", so that no proof can be sent back to whoever made it. Who sits between A and B shows
// other TLS keys to both, so the two CIs differ and nothing matches, even with the right code. Each run tests one guess,
// online, and nothing in it can be tested offline. A Guard bounds how many runs there are in an hour.
//
// ../members/PROTOCOL.md says all this, and what follows it, precisely enough to build it again, and has test vectors.
package pairing

import (
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"time"
)

// Limits of an invitation.
const (
	CodeDigits = 6
	Lifetime   = 10 * time.Minute // long enough to walk to the other PC
	Tries      = 3                // in all, from wherever: three in a million
	sidLen     = 16
)

// What can go wrong, on either side.
var (
	ErrNoInvitation = errors.New("no invitation is open")
	ErrWrongCode    = errors.New("wrong code")
	ErrNotACode     = errors.New("a code has six digits")
)

// ParseCode takes six digits as people type them, with spaces or dashes between.
func ParseCode(s string) (string, error) {
	s = strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(s)
	if len(s) != CodeDigits || strings.Trim(s, "0123456789") != "" {
		return "", ErrNotACode
	}
	return s, nil
}

// FormatCode writes a code for people: "123 456".
func FormatCode(code string) string { return code[:3] + " " + code[3:] }

func newCode() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("make code: %w", err)
	}
	return fmt.Sprintf("%06d", n), nil
}

func channel(newcomer, member []byte) []byte {
	return lvCat([]byte("lanyard join 1"), newcomer, member)
}

// Invitation is a member's side: one code, for one newcomer. A Guard makes it.
type Invitation struct {
	Code    string
	Expires time.Time

	member []byte // the member's public key
	guard  *Guard
	mu     sync.Mutex
	tries  int // left; mu guards the below
	runs   map[string]*run
}

type run struct {
	newcomer []byte
	x        *exchange
	keys     *keys
}

// Invite opens an invitation that no Guard shares with others.
func Invite(member []byte, now time.Time) (*Invitation, error) { return new(Guard).Invite(member, now) }

// TriesLeft is how many newcomers may still try.
func (i *Invitation) TriesLeft() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.tries
}

// Open tells whether a newcomer may begin, now or after the Guard's Wait.
func (i *Invitation) Open(now time.Time) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.tries > 0 && now.Before(i.Expires) && i.guard.isOpen(i)
}

// Start begins a run for the newcomer with a public key, and uses up one try. It fails with TooSoon, and uses none, while
// the Guard wants a pause.
func (i *Invitation) Start(newcomer []byte, now time.Time) (sid []byte, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.tries <= 0 || !now.Before(i.Expires) {
		return nil, ErrNoInvitation
	}
	if err := i.guard.begin(i, newcomer, now); err != nil {
		return nil, err
	}
	i.tries--
	sid = make([]byte, sidLen)
	if _, err := rand.Read(sid); err != nil {
		return nil, err
	}
	x, err := begin([]byte(i.Code), channel(newcomer, i.member), sid)
	if err != nil {
		return nil, err
	}
	i.runs[string(sid)] = &run{newcomer: newcomer, x: x}
	return sid, nil
}

// Share takes the newcomer's Ya and returns Yb. A run takes one Ya only.
func (i *Invitation) Share(sid, newcomer, ya []byte) (yb []byte, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	r, err := i.runLocked(sid, newcomer)
	if err != nil {
		return nil, err
	}
	if r.keys != nil || !i.guard.isOpen(i) {
		delete(i.runs, string(sid))
		return nil, ErrNoInvitation
	}
	if r.keys, err = r.x.finish(ya, ya, r.x.share); err != nil {
		delete(i.runs, string(sid))
		return nil, err
	}
	return r.x.share, nil
}

// Confirm checks the newcomer's proof and returns the member's. The invitation is then used.
func (i *Invitation) Confirm(sid, newcomer, ta []byte, now time.Time) (tb []byte, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	r, err := i.runLocked(sid, newcomer)
	if err != nil {
		return nil, err
	}
	delete(i.runs, string(sid))
	if !now.Before(i.Expires) || !i.guard.isOpen(i) {
		return nil, ErrNoInvitation
	}
	if r.keys == nil || !hmac.Equal(ta, r.keys.tagA) {
		i.guard.fail(newcomer)
		return nil, ErrWrongCode
	}
	if !i.guard.succeed(i, newcomer) {
		return nil, ErrNoInvitation
	}
	return r.keys.tagB, nil
}

func (i *Invitation) runLocked(sid, newcomer []byte) (*run, error) {
	r := i.runs[string(sid)]
	if r == nil || !hmac.Equal(r.newcomer, newcomer) {
		return nil, ErrNoInvitation
	}
	return r, nil
}

// Newcomer is the other side of one run.
type Newcomer struct {
	x    *exchange
	keys *keys
}

// Begin answers a member's sid with Ya.
func Begin(code string, newcomer, member, sid []byte) (n *Newcomer, ya []byte, err error) {
	x, err := begin([]byte(code), channel(newcomer, member), sid)
	if err != nil {
		return nil, nil, err
	}
	return &Newcomer{x: x}, x.share, nil
}

// Prove takes the member's Yb and returns Ta.
func (n *Newcomer) Prove(yb []byte) (ta []byte, err error) {
	if n.keys, err = n.x.finish(yb, n.x.share, yb); err != nil {
		return nil, err
	}
	return n.keys.tagA, nil
}

// Check tells whether the member proved that it knows the code.
func (n *Newcomer) Check(tb []byte) error {
	if n.keys == nil || !hmac.Equal(tb, n.keys.tagB) {
		return ErrWrongCode
	}
	return nil
}
