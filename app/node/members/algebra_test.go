package members

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// world is three PCs' views of one workgroup, which do not always hear of each other.
type world struct {
	first *List
	views []*List
	pcs   []pc
}

func newWorld(t *rapid.T) *world {
	first, err := Start("office", a.key)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{first: first, views: []*List{first, first, first}}
	for n := range byte(8) { // the first few come and go; the others are what they come back as
		w.pcs = append(w.pcs, newPC(n+1))
	}
	return w
}

// live lets things happen: whatever the API refuses just doesn't. Some is signed past the API, as a PC that turned bad could.
func (w *world) live(t *rapid.T) {
	person := rapid.SampledFrom(w.pcs)
	for range rapid.IntRange(0, 30).Draw(t, "steps") {
		v := rapid.IntRange(0, len(w.views)-1).Draw(t, "view")
		by, on := person.Draw(t, "by"), person.Draw(t, "on")
		l := w.views[v]
		next, err := l, error(nil)
		switch rapid.SampledFrom([]string{"admit", "admit", "remove", "leave", "rename", "hear", "hear part", "raw"}).Draw(t, "step") {
		case "admit":
			next, err = l.Admit(on.pub, by.key)
		case "remove":
			next, err = l.Remove(on.id, by.key)
		case "leave":
			next, err = l.Remove(by.id, by.key)
		case "rename":
			next, err = l.Rename(rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "name"), by.key)
		case "hear":
			next, err = l.Merge(w.other(t).Records())
		case "hear part":
			next, err = l.Merge(part(t, w.other(t).Records()))
		case "raw":
			next, err = l.Merge([]*Record{w.raw(t, l, by, on)})
		}
		if err == nil {
			w.views[v] = next
		}
	}
}

func (w *world) other(t *rapid.T) *List { return rapid.SampledFrom(w.views).Draw(t, "from") }

// raw is a record that is properly signed and says what no honest PC would say.
func (w *world) raw(t *rapid.T, l *List, by, on pc) *Record {
	r := &Record{Group: l.Group(), Key: on.pub}
	switch r.Kind = rapid.SampledFrom([]Kind{Admit, Remove, Rename, "colour"}).Draw(t, "kind"); r.Kind {
	case Remove:
		for _, p := range part(t, w.pcs) {
			r.Keep = append(r.Keep, p.id)
		}
		slices.Sort(r.Keep)
	case Rename:
		r.Key, r.Name, r.N = by.pub, rapid.SampledFrom([]string{"p", "q"}).Draw(t, "name"), rapid.Uint64Range(1, 3).Draw(t, "n")
	case "colour":
		r.Name, r.N = rapid.SampledFrom([]string{"red", "blue"}).Draw(t, "colour"), rapid.Uint64Range(0, 2).Draw(t, "n")
	}
	return r.sign(by.key)
}

func part[T any](t *rapid.T, all []T) (some []T) {
	for _, x := range all {
		if rapid.Bool().Draw(t, "in") {
			some = append(some, x)
		}
	}
	return some
}

// picture is all that can be asked of a list.
func picture(l *List) string {
	s := l.Group() + l.Name()
	for _, m := range l.All() {
		s += fmt.Sprintf("\n%s by %s called %q", m.ID, m.By, l.NameOf(m.ID))
	}
	for _, r := range l.Records() {
		s += "\n" + r.Hash()
	}
	return s + fmt.Sprint(slices.Sorted(maps.Keys(l.out)))
}

func merged(t interface{ Fatal(...any) }, l *List, records []*Record) *List {
	next, err := l.Merge(records)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// Whoever got all records, in whatever order, number and portions, sees the same members with the same names.
func TestAllListsComeToTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.live(t)
		all := slices.Concat(w.views[0].Records(), w.views[1].Records(), w.views[2].Records())
		want := picture(merged(t, w.first, all))
		for _, l := range append(w.views, w.first) {
			rest := rapid.Permutation(all).Draw(t, "order")
			for len(rest) > 0 {
				n := rapid.IntRange(1, len(rest)).Draw(t, "portion")
				l = merged(t, l, rest[:n])
				l = merged(t, l, part(t, all[:n])) // some again, some early
				rest = rest[n:]
			}
			if got := picture(l); got != want {
				t.Fatalf("got %s\nwant %s", got, want)
			}
		}
	})
}

// Merging is commutative, associative and idempotent, and what is merged is never less than what there was.
func TestMergeIsAJoin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		w.live(t)
		x, y, z := w.views[0], w.views[1], w.views[2]
		join := func(a, b *List) *List { return merged(t, a, b.Records()) }
		for law, sides := range map[string][2]*List{
			"x+y = y+x":         {join(x, y), join(y, x)},
			"(x+y)+z = x+(y+z)": {join(join(x, y), z), join(x, join(y, z))},
			"x+x = x":           {join(x, x), x},
			"(x+y)+x = x+y":     {join(join(x, y), x), join(x, y)},
		} {
			if l, r := picture(sides[0]), picture(sides[1]); l != r {
				t.Fatalf("%s: left %s\nright %s", law, l, r)
			}
		}
		for id := range x.out {
			if !join(x, y).Removed(id) || join(x, y).Has(id) {
				t.Fatalf("%s was removed, and is back", id)
			}
		}
		if again, err := FromRecords(join(x, y).Records()); err != nil || picture(again) != picture(join(x, y)) {
			t.Fatalf("saved and loaded it is another: %v", err)
		}
	})
}

// A PC that signs more than MaxSigned records of a kind is cut down to the same ones everywhere.
func TestWhoSignsThousandsIsCutDownTheSameEverywhere(t *testing.T) {
	l := office(t, b)
	kept := len(l.Records()) + MaxSigned
	for seed := range uint64(3) {
		var flood []*Record
		for n := range MaxSigned + 300 {
			for version := range uint64(2) { // the same again in other words
				r := unsigned(l, "colour", junkKey(n), b.pub)
				r.N = version
				flood = append(flood, r)
			}
		}
		order := rand.New(rand.NewPCG(seed, 0))
		order.Shuffle(len(flood), func(i, j int) { flood[i], flood[j] = flood[j], flood[i] })
		whole := taken(t, l, flood)
		x, y := taken(t, l, flood[:1200+order.IntN(1400)]), taken(t, l, flood[order.IntN(1200):])
		for name, got := range map[string]*List{"x+y": taken(t, x, y.Records()), "y+x": taken(t, y, x.Records())} {
			if picture(got) != picture(whole) || len(got.Records()) != kept {
				t.Errorf("%s: %d records, want the same %d", name, len(got.Records()), kept)
			}
		}
	}
}

func TestWhoHasAdmittedAThousandAdmitsNoMore(t *testing.T) {
	l := office(t, b)
	var flood []*Record
	for n := range MaxSigned {
		flood = append(flood, unsigned(l, Admit, junkKey(n), b.pub))
	}
	l = taken(t, l, flood)
	if _, err := l.Admit(c.pub, b.key); !errors.Is(err, ErrFull) {
		t.Errorf("b admits one more: %v, want ErrFull", err)
	}
	if next, err := l.Admit(c.pub, a.key); err != nil || !next.Has(c.id) {
		t.Errorf("a can admit nobody because of b: %v", err)
	}
}

// However much a PC signs, whom it has removed stays out.
func TestAFloodOfRemovalsForgetsNone(t *testing.T) {
	l := office(t, b, c)
	l, err := l.Remove(c.id, b.key)
	must(t, l, err)
	var flood []*Record
	for n := range maxRemovals - 1 {
		flood = append(flood, unsigned(l, Remove, junkKey(n), b.pub))
	}
	l = taken(t, l, flood)
	if l.Has(c.id) || !l.Removed(c.id) || len(l.out) != maxRemovals {
		t.Errorf("%d are removed, want %d and c", len(l.out), maxRemovals)
	}
	one := (&Record{Kind: Remove, Group: l.Group(), Key: junkKey(-1)}).sign(b.key)
	if next, err := l.Merge([]*Record{one}); !errors.Is(err, ErrFull) {
		t.Errorf("one more: %v, %d records, want ErrFull", err, len(next.Records()))
	}
}

// taken is merged without signatures, of which thousands take long.
func taken(t interface{ Fatal(...any) }, l *List, records []*Record) *List {
	next := &List{group: l.group, name: l.name, entries: maps.Clone(l.entries)}
	if err := next.take(records); err != nil {
		t.Fatal(err)
	}
	next.trim()
	next.evaluate()
	return next
}

func unsigned(l *List, kind Kind, on, by ed25519.PublicKey) *Record {
	return &Record{Kind: kind, Group: l.Group(), Key: on, By: by, Sig: make([]byte, ed25519.SignatureSize)}
}

func junkKey(n int) ed25519.PublicKey {
	key := make([]byte, ed25519.PublicKeySize)
	copy(key, fmt.Sprint("junk ", n))
	return key
}
