package pairing

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// desk is a PC whose owner opens a new invitation whenever the last one is used up.
type desk struct {
	t     *testing.T
	guard Guard
	inv   *Invitation
	now   time.Time
}

func newDesk(t *testing.T) *desk {
	d := &desk{t: t, now: now}
	d.invite()
	return d
}

func (d *desk) invite() {
	d.t.Helper()
	var err error
	if d.inv, err = d.guard.Invite(keyB, d.now); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) wrong() string {
	if d.inv.Code == "000000" {
		return "000001"
	}
	return "000000"
}

// join runs the newcomer's side with a code.
func (d *desk) join(newcomer []byte, code string) error {
	sid, err := d.inv.Start(newcomer, d.now)
	if err != nil {
		return err
	}
	n, ya, err := Begin(code, newcomer, keyB, sid)
	if err != nil {
		return err
	}
	yb, err := d.inv.Share(sid, newcomer, ya)
	if err != nil {
		return err
	}
	ta, err := n.Prove(yb)
	if err != nil {
		return err
	}
	tb, err := d.inv.Confirm(sid, newcomer, ta, d.now)
	if err != nil {
		return err
	}
	return n.Check(tb)
}

func attacker(n int) []byte { return fmt.Appendf(nil, "attacker %023d", n) }

func TestT17OnlineGuessingEndsAfterThreeFromHoweverManyKeys(t *testing.T) {
	d := newDesk(t)
	answered := 0
	for guess := range 10_000 {
		err := d.join(attacker(guess%1000), d.wrong())
		switch {
		case errors.Is(err, ErrWrongCode):
			answered++
		case !errors.Is(err, ErrNoInvitation):
			t.Fatalf("guess %d: %v", guess, err)
		}
	}
	if answered != Tries || d.inv.Open(d.now) {
		t.Errorf("%d guesses were answered, want %d; still open: %v", answered, Tries, d.inv.Open(d.now))
	}
	if got := d.guard.Failed(); len(got) != Tries || !got[0].Wrong || !slices.Equal(got[0].Key, attacker(0)) {
		t.Errorf("the owner is told of %v", got)
	}
}

// The owner opens a new invitation the moment the last is used up, for half a day; the attacker guesses the moment it can.
func TestT17WhoKeepsInvitingGivesAwayNoMoreGuesses(t *testing.T) {
	d := newDesk(t)
	var guesses []time.Time
	for n := 0; d.now.Sub(now) < 12*time.Hour; n++ {
		if !d.inv.Open(d.now) {
			d.invite()
		}
		_, err := d.inv.Start(attacker(n), d.now)
		var soon TooSoon
		switch {
		case errors.As(err, &soon):
			if soon.Wait <= 0 || soon.Wait > maxPause {
				t.Fatalf("a pause of %v", soon.Wait)
			}
			d.now = d.now.Add(soon.Wait)
		case err != nil:
			t.Fatal(err)
		default:
			guesses = append(guesses, d.now)
		}
	}
	if got := inAnyHour(guesses); got != GuessesPerHour {
		t.Errorf("%d guesses in an hour, want %d", got, GuessesPerHour)
	}
}

// inAnyHour returns how many times at most lie within one hour.
func inAnyHour(times []time.Time) (most int) {
	first := 0
	for n, at := range times {
		for !at.Before(times[first].Add(time.Hour)) {
			first++
		}
		most = max(most, n-first+1)
	}
	return most
}

// Whatever the attacker waits for, and whoever joins meanwhile, after a slip or without.
func TestT17NoPatternOfGuessesBeatsTheGuard(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := newDesk(t)
		var guesses []time.Time
		for n := range rapid.IntRange(60, 300).Draw(r, "steps") {
			switch rapid.IntRange(0, 9).Draw(r, "step") {
			case 0:
				d.now = d.now.Add(time.Duration(rapid.IntRange(0, 4000).Draw(r, "seconds")) * time.Second)
			case 1: // a colleague
				for range rapid.IntRange(1, Tries).Draw(r, "runs") {
					_ = d.guard.begin(d.inv, keyA, d.now)
				}
				if rapid.Bool().Draw(r, "joins") {
					d.guard.succeed(d.inv, keyA)
					d.invite()
				}
			default:
				d.now = d.now.Add(d.guard.Wait(d.now))
				if err := d.guard.begin(d.inv, attacker(n%7), d.now); err != nil {
					r.Fatal(err)
				}
				guesses = append(guesses, d.now)
			}
		}
		if got := inAnyHour(guesses); got > GuessesPerHour {
			r.Fatalf("%d guesses in an hour, want at most %d", got, GuessesPerHour)
		}
	})
}

func TestASlipCostsNothingOnceTheCodeIsRight(t *testing.T) {
	d := newDesk(t)
	for colleague := range 20 {
		key := attacker(colleague)
		for range Tries - 1 {
			if err := d.join(key, d.wrong()); !errors.Is(err, ErrWrongCode) {
				t.Fatalf("colleague %d: %v", colleague, err)
			}
		}
		if err := d.join(key, d.inv.Code); err != nil {
			t.Fatalf("colleague %d: %v", colleague, err)
		}
		d.invite()
	}
	if got := d.guard.Failed(); len(got) != 0 {
		t.Errorf("%d failures are left", len(got))
	}
}

func TestThePausesGrowAndAreForgotten(t *testing.T) {
	d := newDesk(t)
	for _, want := range []time.Duration{2, 4, 8, 16, 32, 64, 128, 256, 300, 300} {
		want *= time.Second
		for n := range Tries {
			if err := d.join(attacker(n), d.wrong()); !errors.Is(err, ErrWrongCode) {
				t.Fatal(err)
			}
		}
		d.invite()
		if got := d.guard.Wait(d.now); got != want {
			t.Fatalf("a pause of %v, want %v", got, want)
		}
		if got := d.inv.Expires.Sub(d.now); got != want+Lifetime {
			t.Errorf("the code ends after %v, want %v after the pause", got, Lifetime)
		}
		if err := d.join(keyA, d.inv.Code); !errors.As(err, new(TooSoon)) || d.inv.TriesLeft() != Tries {
			t.Errorf("within the pause: %v, %d tries left", err, d.inv.TriesLeft())
		}
		d.now = d.now.Add(want)
	}
	d.now = d.now.Add(forgetAfter)
	d.invite()
	if d.guard.Wait(d.now) != 0 || len(d.guard.Failed()) != 0 {
		t.Error("not forgotten after an hour")
	}
}

func TestANewInvitationEndsTheOneBefore(t *testing.T) {
	for name, end := range map[string]func(d *desk){
		"another one": (*desk).invite,
		"the owner":   func(d *desk) { d.guard.End() },
	} {
		d := newDesk(t)
		old := d.inv
		sid, err := old.Start(keyA, d.now)
		if err != nil {
			t.Fatal(err)
		}
		n, ya, _ := Begin(old.Code, keyA, keyB, sid)
		yb, err := old.Share(sid, keyA, ya)
		if err != nil {
			t.Fatal(err)
		}
		ta, _ := n.Prove(yb)
		end(d)
		if _, err := old.Confirm(sid, keyA, ta, d.now); !errors.Is(err, ErrNoInvitation) {
			t.Errorf("%s: the right code on the old invitation: %v", name, err)
		}
		if _, err := old.Start(keyA, d.now); !errors.Is(err, ErrNoInvitation) || old.Open(d.now) {
			t.Errorf("%s: the old invitation answers: %v", name, err)
		}
	}
}

func TestAGuardRemembersABoundedNumber(t *testing.T) {
	d := newDesk(t)
	for n := range 2 * maxFailures {
		d.now = d.now.Add(d.guard.Wait(d.now))
		if err := d.guard.begin(d.inv, attacker(n), d.now); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(d.guard.Failed()); got != maxFailures {
		t.Errorf("%d failures are kept, want %d", got, maxFailures)
	}
	d.now = d.now.Add(d.guard.Wait(d.now))
	for range Tries {
		_ = d.guard.begin(d.inv, keyA, d.now)
	}
	if d.guard.Wait(d.now) == 0 {
		t.Error("the pauses ended")
	}
}
