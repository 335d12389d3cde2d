package pairing

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"time"
)

// Limits on guessing across invitations. A person who keeps inviting must not give an attacker more than GuessesPerHour
// in any hour, from however many addresses and with however many keys: 57 in a million. The pauses are short enough for
// somebody who mistypes, and three wrong guesses in a row are rare.
const (
	GuessesPerHour = 57
	maxPause       = 5 * time.Minute
	forgetAfter    = time.Hour
	maxFailures    = 1000 // remembered, of which the oldest go first
)

// Guard makes a PC's invitations, one after the other, and bounds the guesses at all of them together. After every three
// runs that did not lead to a newcomer, no run begins for a pause: 2 s, then 4, 8 and so on up to maxPause. It forgets
// after forgetAfter without a failure. A newcomer that succeeds takes back its own failures and nobody else's: else
// whoever guesses would start afresh with each colleague that joins. The zero value is ready for use; it is kept as long
// as the program runs.
type Guard struct {
	mu       sync.Mutex
	open     *Invitation // mu guards the below
	failures []Failure   // in order of time
	older    int         // how many more there were before these
}

// Failure is a run that led to nothing: a wrong guess, one that was broken off, or one that is under way still.
type Failure struct {
	Key   []byte    // the newcomer's public key
	At    time.Time // when it began
	Wrong bool      // it was a wrong guess
}

// TooSoon says that no run begins now, since there were too many wrong guesses. It costs no try.
type TooSoon struct{ Wait time.Duration }

func (e TooSoon) Error() string {
	return fmt.Sprintf("too many wrong codes were tried: wait %v", time.Duration(math.Ceil(e.Wait.Seconds()))*time.Second)
}

// Invite opens an invitation at the member with a public key. An earlier one ends. It lasts for Lifetime from when it
// first answers, which is at once unless there were too many wrong guesses.
func (g *Guard) Invite(member []byte, now time.Time) (*Invitation, error) {
	code, err := newCode()
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forgetLocked(now)
	expires := now.Add(g.waitLocked(now) + Lifetime)
	i := &Invitation{Code: code, Expires: expires, member: member, guard: g, tries: Tries, runs: make(map[string]*run)}
	g.open = i
	return i, nil
}

// Wait returns how long no run begins, 0 for not at all.
func (g *Guard) Wait(now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forgetLocked(now)
	return g.waitLocked(now)
}

// Failed returns the runs that led to nothing, in order of time, for the owner to be told of.
func (g *Guard) Failed() []Failure {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.failures)
}

// End ends the open invitation, if there is one.
func (g *Guard) End() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = nil
}

// begin notes a run, as one that failed until it has not.
func (g *Guard) begin(i *Invitation, newcomer []byte, now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open != i {
		return ErrNoInvitation
	}
	g.forgetLocked(now)
	if wait := g.waitLocked(now); wait > 0 {
		return TooSoon{wait}
	}
	g.failures = append(g.failures, Failure{Key: slices.Clone(newcomer), At: now})
	if len(g.failures) > maxFailures {
		g.failures = slices.Delete(g.failures, 0, 1)
		g.older++
	}
	return nil
}

// fail notes that a newcomer's run was a wrong guess.
func (g *Guard) fail(newcomer []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, f := range slices.Backward(g.failures) {
		if !f.Wrong && slices.Equal(f.Key, newcomer) {
			g.failures[i].Wrong = true
			return
		}
	}
}

// succeed takes a newcomer's failures back, and ends the invitation. It tells whether that was still open.
func (g *Guard) succeed(i *Invitation, newcomer []byte) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open != i {
		return false
	}
	g.open = nil
	g.failures = slices.DeleteFunc(g.failures, func(f Failure) bool { return slices.Equal(f.Key, newcomer) })
	return true
}

func (g *Guard) isOpen(i *Invitation) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.open == i
}

func (g *Guard) forgetLocked(now time.Time) {
	if n := len(g.failures); n > 0 && now.Sub(g.failures[n-1].At) >= forgetAfter {
		g.failures, g.older = nil, 0
	}
}

// waitLocked is what is left of the pause after the last three failures that are complete.
func (g *Guard) waitLocked(now time.Time) time.Duration {
	rounds := (g.older + len(g.failures)) / Tries
	last := rounds*Tries - 1 - g.older
	if rounds == 0 || last < 0 {
		return 0
	}
	return max(0, g.failures[last].At.Add(pauseAfter(rounds)).Sub(now))
}

func pauseAfter(rounds int) time.Duration {
	if rounds > 8 { // 2^9 s is more than maxPause
		return maxPause
	}
	return min(time.Second<<rounds, maxPause)
}
