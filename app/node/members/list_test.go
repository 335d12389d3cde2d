package members

import (
	"crypto/ed25519"
	"errors"
	"testing"
)

type pc struct {
	id  string
	key ed25519.PrivateKey
	pub ed25519.PublicKey
}

func newPC(n byte) pc {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = n
	key := ed25519.NewKeyFromSeed(seed)
	pub := key.Public().(ed25519.PublicKey)
	return pc{idOf(pub), key, pub}
}

var a, b, c, d = newPC(1), newPC(2), newPC(3), newPC(4)

func must(t *testing.T, l *List, err error) *List {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func office(t *testing.T, in ...pc) *List {
	l, err := Start("office", a.key)
	must(t, l, err)
	for _, p := range in {
		l, err = l.Admit(p.pub, a.key)
		must(t, l, err)
	}
	return l
}

func TestAThirdPCAdmittedByTheSecondIsAcceptedByTheFirst(t *testing.T) {
	atA := office(t, b)
	atB, err := FromRecords(atA.Records())
	must(t, atB, err)
	atB, err = atB.Admit(c.pub, b.key)
	must(t, atB, err)
	atA, err = atA.Merge(atB.Records())
	must(t, atA, err)
	if !atA.Has(c.id) {
		t.Error("c is not accepted by a")
	}
}

func TestAStrangerAdmitsNobody(t *testing.T) {
	l := office(t)
	if _, err := l.Admit(c.pub, d.key); !errors.Is(err, ErrNotMember) {
		t.Errorf("got %v", err)
	}
	forged := (&Record{Kind: Admit, Group: l.Group(), Key: c.pub}).sign(d.key)
	l = must(t, l, nil)
	next, err := l.Merge([]*Record{forged})
	must(t, next, err)
	if next.Has(c.id) {
		t.Error("a record signed by a stranger admitted c")
	}
}

func TestARemovedPCStaysOutAndWhomItAdmittedStaysIn(t *testing.T) {
	l := office(t, b)
	l, err := l.Admit(c.pub, b.key)
	must(t, l, err)
	l, err = l.Remove(b.id, a.key)
	must(t, l, err)
	if l.Has(b.id) || !l.Has(c.id) || !l.Removed(b.id) {
		t.Errorf("b in: %v, c in: %v", l.Has(b.id), l.Has(c.id))
	}
	if _, err := l.Admit(b.pub, a.key); !errors.Is(err, ErrRemoved) {
		t.Errorf("b came back with its old key: %v", err)
	}
	late := (&Record{Kind: Admit, Group: l.Group(), Key: d.pub}).sign(b.key)
	l, err = l.Merge([]*Record{late})
	must(t, l, err)
	if l.Has(d.id) {
		t.Error("a removed key admitted d")
	}
}

func TestTwoThatRemoveEachOtherAreBothOut(t *testing.T) {
	l := office(t, b, c)
	x, err := l.Remove(b.id, c.key)
	must(t, x, err)
	y, err := l.Remove(c.id, b.key)
	must(t, y, err)
	xy, err := x.Merge(y.Records())
	must(t, xy, err)
	if xy.Has(b.id) || xy.Has(c.id) || !xy.Has(a.id) {
		t.Error("want only a left")
	}
}

func TestBadRecordsAreRefused(t *testing.T) {
	l := office(t, b)
	other, err := Start("other", b.key)
	must(t, other, err)
	good := func() *Record {
		r := *l.Records()[0]
		for _, x := range l.Records() {
			if x.Kind == Admit {
				r = *x
			}
		}
		return &r
	}
	for name, spoil := range map[string]func(*Record){
		"other key":        func(r *Record) { r.Key = c.pub },
		"other signer":     func(r *Record) { r.By = c.pub },
		"short key":        func(r *Record) { r.Key = r.Key[:31] },
		"no signature":     func(r *Record) { r.Sig = nil },
		"unknown kind":     func(r *Record) { r.Kind = "promote" },
		"a name":           func(r *Record) { r.Name = "x" },
		"another group":    func(r *Record) { r.Group = other.Group(); r.sign(a.key) },
		"a second founder": func(r *Record) { *r = *other.Records()[0] },
		"unsorted keep":    func(r *Record) { r.Kind = Remove; r.Keep = []string{"b", "a"}; r.sign(a.key) },
	} {
		r := good()
		spoil(r)
		if next, err := l.Merge([]*Record{r}); err == nil {
			t.Errorf("%s: taken, members %v", name, next.All())
		}
	}
	if _, err := l.Merge([]*Record{nil}); err == nil {
		t.Error("nil: taken")
	}
}
