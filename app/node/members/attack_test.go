package members

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// signed makes a record past the API, as a program that was changed could.
func signed(l *List, kind Kind, on, by pc) *Record {
	return (&Record{Kind: kind, Group: l.Group(), Key: on.pub}).sign(by.key)
}

func TestNobodyGetsInByAForgedChain(t *testing.T) {
	l, other := office(t, b), office(t, b, c) // the same founder, another workgroup
	replayed := slices.DeleteFunc(other.Records(), func(r *Record) bool { return r.Kind == Found })
	regrouped := *signed(other, Admit, d, a)
	regrouped.Group = l.Group()
	forged := *signed(l, Admit, d, c)
	forged.By = a.pub
	for name, records := range map[string][]*Record{
		"admits itself":                         {signed(l, Admit, d, d)},
		"two that admit each other":             {signed(l, Admit, c, d), signed(l, Admit, d, c)},
		"three in a circle":                     {signed(l, Admit, c, d), signed(l, Admit, newPC(5), c), signed(l, Admit, d, newPC(5))},
		"a replay from another workgroup":       replayed,
		"that with this workgroup written in":   {&regrouped},
		"a member's key over another's signing": {&forged},
	} {
		next, err := l.Merge(records)
		if err == nil && len(next.All()) != 2 {
			t.Errorf("%s: members are %v", name, next.All())
		}
		for _, p := range []pc{c, d} {
			if heard, err := l.Hear(p.id, a.id, records); err == nil && heard != l {
				t.Errorf("%s: who brings it is believed", name)
			}
		}
	}
}

func TestATruncatedListIsRefusedOrLacksItsEnd(t *testing.T) {
	l := office(t, b, c)
	whole, err := json.Marshal(l.Records())
	if err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		if json.Valid(whole[:n]) {
			t.Errorf("%d of %d bytes are a list", n, len(whole))
		}
	}
	for _, r := range l.Records() {
		for n := range r.Sig {
			short := *r
			short.Sig = r.Sig[:n]
			if short.Check() == nil {
				t.Errorf("a signature of %d bytes is enough", n)
			}
		}
	}
}

func TestARemovalReachesWhoeverWasOff(t *testing.T) {
	both := office(t, b, c)
	removed, err := both.Remove(b.id, a.key)
	must(t, removed, err)
	t.Run("the removed", func(t *testing.T) {
		atB, err := both.Hear(c.id, b.id, removed.Removals(b.id))
		if must(t, atB, err); !atB.Removed(b.id) || atB.Has(b.id) {
			t.Error("b takes itself for a member")
		}
	})
	t.Run("the removed, from a PC it has never met", func(t *testing.T) {
		later, err := removed.Admit(d.pub, c.key)
		must(t, later, err)
		atB, err := both.Hear(d.id, b.id, later.Removals(b.id))
		if must(t, atB, err); !atB.Removed(b.id) {
			t.Error("b takes itself for a member")
		}
	})
	t.Run("the remover, which was off since", func(t *testing.T) {
		atC, err := both.Remove(a.id, c.key)
		must(t, atC, err)
		atA, err := removed.Hear(c.id, a.id, atC.Records())
		if must(t, atA, err); atA.Has(a.id) || atA.Has(b.id) || !atA.Has(c.id) {
			t.Errorf("members are %v, want c", atA.All())
		}
	})
	t.Run("the removed, which admitted somebody meanwhile", func(t *testing.T) {
		atB, err := both.Admit(d.pub, b.key)
		must(t, atB, err)
		atA, err := removed.Hear(d.id, a.id, atB.Records())
		if must(t, atA, err); atA != removed {
			t.Error("a believes whom b let in after its removal")
		}
		atC, err := removed.Hear(c.id, a.id, atB.Records())
		if must(t, atC, err); atC.Has(d.id) || atC.Has(b.id) {
			t.Error("d is in")
		}
	})
}

// A stolen PC that was removed still has its key, and signs with it what it likes.
func TestARemovedKeyThatComesBackIsNotHeard(t *testing.T) {
	l := office(t, b, c)
	l, err := l.Remove(b.id, a.key)
	must(t, l, err)
	helper := d
	for name, records := range map[string][]*Record{
		"an old list with itself in it": office(t, b, c).Records(),
		"a new admission of itself":     {signed(l, Admit, b, b)},
		"the removal of the others":     {signed(l, Remove, a, b), signed(l, Remove, c, b)},
		"a helper that removes them":    {signed(l, Admit, helper, b), signed(l, Remove, a, helper)},
		"itself under another's name":   {(&Record{Kind: Rename, Group: l.Group(), Key: b.pub, Name: "a", N: 9}).sign(b.key)},
	} {
		for _, from := range []pc{b, helper} {
			for _, at := range []pc{a, c} {
				if next, err := l.Hear(from.id, at.id, records); err != nil || next != l {
					t.Errorf("%s: heard, members %v, %v", name, next.All(), err)
				}
			}
		}
	}
	fresh := newPC(42)
	l, err = l.Admit(fresh.pub, a.key)
	if must(t, l, err); !l.Has(fresh.id) || l.Has(b.id) {
		t.Error("it can't come back with a new key")
	}
}

func TestALongChainIsFollowedInLinearTime(t *testing.T) {
	const links = 10_000
	l := office(t)
	var chain []*Record
	last := a.pub
	for n := range links {
		chain = append(chain, unsigned(l, Admit, junkKey(n), last))
		last = junkKey(n)
	}
	l = taken(t, l, chain)
	if len(l.All()) != links+1 || !l.Has(idOf(last)) {
		t.Fatalf("%d members, want %d", len(l.All()), links+1)
	}
	began := time.Now()
	l.evaluate()
	took := time.Since(began)
	t.Logf("%d links followed in %v", links, took)
	if took > 5*time.Second { // in quadratic time: minutes
		t.Errorf("following %d links took %v", links, took)
	}
	raw, err := json.Marshal(l.Records())
	if err != nil || len(raw) > 8<<20 {
		t.Errorf("%d bytes, which no message holds: %v", len(raw), err)
	}
}

func TestTheEndOfALongChainIsBelieved(t *testing.T) {
	links := 10_000
	if raceDetector {
		links = 200
	}
	l := office(t)
	var chain []*Record
	last := a
	for n := range links {
		key := ed25519.NewKeyFromSeed(junkKey(n))
		next := pc{key: key, pub: key.Public().(ed25519.PublicKey)}
		chain = append(chain, signed(l, Admit, next, last))
		last = next
	}
	id := idOf(last.pub)
	next, err := l.Hear(id, a.id, chain)
	if must(t, next, err); len(next.All()) != links+1 || !next.Has(id) {
		t.Fatalf("%d members, want %d", len(next.All()), links+1)
	}
	broken := slices.Delete(slices.Clone(chain), links/2, links/2+1)
	if next, err := l.Hear(id, a.id, broken); err != nil || next != l {
		t.Errorf("believed with a link missing: %v", err)
	}
	forged := *chain[links/2]
	forged.Sig = make([]byte, ed25519.SignatureSize)
	broken = append(broken, &forged)
	if next, err := l.Hear(id, a.id, broken); err != nil || next != l {
		t.Errorf("believed with a link forged: %v", err)
	}
}

func TestAFloodOfJunkCostsLittle(t *testing.T) {
	l := office(t, b)
	junk := make([]*Record, 100_000)
	for n := range junk {
		junk[n] = unsigned(l, Admit, junkKey(n), junkKey(n))
	}
	timed := func(f func()) time.Duration { began := time.Now(); f(); return time.Since(began) }
	member := timed(func() {
		if next, err := l.Hear(b.id, a.id, junk); !errors.Is(err, ErrFull) {
			t.Errorf("members %v, %v, want ErrFull", next.All(), err)
		}
		if _, err := l.Hear(b.id, a.id, junk[:MaxRecords]); err == nil {
			t.Error("unsigned records were taken")
		}
	})
	stranger := timed(func() {
		if next, err := l.Hear(d.id, a.id, junk[:MaxRecords]); err != nil || next != l {
			t.Errorf("a stranger's junk was taken: %v", err)
		}
	})
	verified := MaxRecords / 100 * timed(func() {
		for _, r := range junk[:100] {
			_ = ed25519.Verify(r.By, r.signed(), r.Sig)
			_ = ed25519.Verify(a.pub, r.signed(), l.Records()[0].Sig)
		}
	})
	t.Logf("refused to a member in %v, to a stranger in %v; verifying all would take %v", member, stranger, verified)
	if member > verified || stranger > verified {
		t.Error("as dear as verifying all")
	}
}

// A member that fills the list with whatever it can sign can still be removed.
func TestAFullListTakesRemovals(t *testing.T) {
	l := office(t, b)
	var flood []*Record
	for n := range MaxRecords - maxRemovals - 10 {
		flood = append(flood, unsigned(l, Admit, junkKey(n), junkKey(-1-n/MaxSigned)))
	}
	l = taken(t, l, flood)
	few := []*Record{signed(l, "x", a, a), signed(l, "y", a, a), signed(l, "z", a, a)}
	if _, err := l.Merge(few); err != nil {
		t.Errorf("what there is room for: %v", err)
	}
	var more []*Record
	for n := range 100 {
		more = append(more, (&Record{Kind: Admit, Group: l.Group(), Key: junkKey(-1 - n)}).sign(b.key))
	}
	if _, err := l.Merge(more); !errors.Is(err, ErrFull) {
		t.Errorf("more than there is room for: %v, want ErrFull", err)
	}
	l, err := l.Remove(b.id, a.key)
	if must(t, l, err); l.Has(b.id) {
		t.Error("b is in")
	}
}

func TestNames(t *testing.T) {
	l := office(t, b)
	rename := func(l *List, name string, p pc) *List {
		t.Helper()
		next, err := l.Rename(name, p.key)
		must(t, next, err)
		return next
	}
	l = rename(l, "Reception", b)
	if l.NameOf(b.id) != "Reception" || l.NameOf(a.id) != "" || l.NameOf(c.id) != "" {
		t.Errorf("b is called %q", l.NameOf(b.id))
	}
	if again := rename(l, "Reception", b); again != l {
		t.Error("the same name made a record")
	}
	for _, name := range []string{"Front desk", "Reception", "Hall", "Porter", "Gate", "Lobby", "Door", "Desk", "Entrance"} {
		newer := rename(l, name, b)
		if merged(t, newer, l.Records()).NameOf(b.id) != name || merged(t, l, newer.Records()).NameOf(b.id) != name {
			t.Errorf("an older name than %q came back", name)
		}
		if len(newer.Records()) != len(l.Records()) {
			t.Errorf("the name before %q is kept", name)
		}
		l = newer
	}
	for name, r := range map[string]*Record{
		"another's name": {Kind: Rename, Group: l.Group(), Key: b.pub, Name: "Boss", N: 9},
		"no number":      {Kind: Rename, Group: l.Group(), Key: a.pub, Name: "Boss"},
		"a huge number":  {Kind: Rename, Group: l.Group(), Key: a.pub, Name: "Boss", N: maxCount + 1},
		"no name":        {Kind: Rename, Group: l.Group(), Key: a.pub, N: 1},
		"a long name":    {Kind: Rename, Group: l.Group(), Key: a.pub, Name: strings.Repeat("x", maxName+1), N: 1},
		"an escape":      {Kind: Rename, Group: l.Group(), Key: a.pub, Name: "\x1b]0;x", N: 1},
		"half a letter":  {Kind: Rename, Group: l.Group(), Key: a.pub, Name: "\xc3", N: 1},
	} {
		if _, err := l.Merge([]*Record{r.sign(a.key)}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := l.Rename("x", d.key); !errors.Is(err, ErrNotMember) {
		t.Errorf("a stranger named itself: %v", err)
	}
	for _, bad := range []string{"", "gpj.\u202eexe", " x", "a\u200bb", "a\u2028b", "\xff", strings.Repeat("ä", 32)} {
		if next, err := l.Rename(bad, a.key); err == nil {
			t.Errorf("%q was taken as %q", bad, next.NameOf(a.id))
		}
	}
	tricky := (&Record{Kind: Rename, Group: l.Group(), Key: a.pub, Name: "gpj.\u202eexe", N: 1}).sign(a.key)
	if got := merged(t, l, []*Record{tricky}).NameOf(a.id); got != "" {
		t.Errorf("shown as %q", got)
	}
	gone, err := l.Remove(b.id, a.key)
	if must(t, gone, err); gone.NameOf(b.id) != "" {
		t.Error("a removed PC has a name")
	}
}

// What a later version adds is carried along for those who know it, and means nothing to those who don't.
func TestRecordsOfAnUnknownKindAreCarried(t *testing.T) {
	l := office(t, b)
	future := (&Record{Kind: "colour", Group: l.Group(), Key: b.pub, Name: "red", N: 3}).sign(b.key)
	next := merged(t, l, []*Record{future})
	if len(next.Records()) != len(l.Records())+1 || len(next.All()) != 2 {
		t.Error("it is not carried, or counts")
	}
	older := (&Record{Kind: "colour", Group: l.Group(), Key: b.pub, Name: "blue", N: 2}).sign(b.key)
	if merged(t, next, []*Record{older}) != next {
		t.Error("it is carried twice")
	}
}
