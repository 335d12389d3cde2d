package pairing

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"testing"
	"time"

	"github.com/gtank/ristretto255"
	"pgregory.net/rapid"
)

// wire is all that anybody can see or know without the code and without having been a side of the run.
type wire struct{ a, b, sid, ya, yb, ta, tb []byte }

// record runs a pairing with a code and returns its trace, and A's secret as a control.
func record(t *testing.T, code string) (w wire, secret *ristretto255.Scalar) {
	t.Helper()
	inv := invite(t)
	inv.Code = code
	w.a, w.b = keyA, keyB
	var err error
	if w.sid, err = inv.Start(keyA, now); err != nil {
		t.Fatal(err)
	}
	n, ya, err := Begin(code, keyA, keyB, w.sid)
	if err != nil {
		t.Fatal(err)
	}
	w.ya = ya
	if w.yb, err = inv.Share(w.sid, keyA, ya); err != nil {
		t.Fatal(err)
	}
	if w.ta, err = n.Prove(w.yb); err != nil {
		t.Fatal(err)
	}
	if w.tb, err = inv.Confirm(w.sid, keyA, w.ta, now); err != nil {
		t.Fatal(err)
	}
	return w, n.x.secret
}

// A listener takes every value that he can see for a secret scalar, for a group element, and for the point that both
// sides computed.

// shares tells whether a code explains the shares on the wire: as the code's generator times a scalar that he knows.
func (w wire) shares(code string, known ...*ristretto255.Scalar) bool {
	return slices.ContainsFunc(w.multiples(w.generator(code), known), func(e *ristretto255.Element) bool {
		encoded := e.Encode(nil)
		return bytes.Equal(encoded, w.ya) || bytes.Equal(encoded, w.yb)
	})
}

// proofs tells whether a code explains the proofs on the wire: by a point made of what he knows.
func (w wire) proofs(code string, known ...*ristretto255.Scalar) bool {
	g, ya, yb := w.generator(code), element(w.ya), element(w.yb)
	points := slices.Concat(w.multiples(g, known), w.multiples(ya, known), w.multiples(yb, known))
	for _, pair := range [][2]*ristretto255.Element{{g, ya}, {g, yb}, {ya, yb}} {
		points = append(points, pair[0], pair[1],
			ristretto255.NewElement().Add(pair[0], pair[1]), ristretto255.NewElement().Subtract(pair[0], pair[1]))
	}
	return slices.ContainsFunc(points, func(k *ristretto255.Element) bool {
		got := deriveKeys(w.sid, k.Encode(nil), lvCat(w.ya, []byte(adA)), lvCat(w.yb, []byte(adB)))
		return hmac.Equal(got.tagA, w.ta) || hmac.Equal(got.tagB, w.tb)
	})
}

func (w wire) generator(code string) *ristretto255.Element {
	return ristretto255.NewElement().FromUniformBytes(sha512Of(generatorString([]byte(code), channel(w.a, w.b), w.sid)))
}

func (w wire) multiples(e *ristretto255.Element, known []*ristretto255.Scalar) (all []*ristretto255.Element) {
	for _, s := range known {
		all = append(all, ristretto255.NewElement().ScalarMult(s, e))
	}
	return all
}

// seen are the scalars that can be made of one value on the wire: the value itself, and its hash.
func (w wire) seen() (scalars []*ristretto255.Scalar) {
	for _, p := range [][]byte{w.a, w.b, w.sid, w.ya, w.yb, w.ta, w.tb} {
		scalars = append(scalars, ristretto255.NewScalar().FromUniformBytes(sha512Of(p)), lowScalar(p))
	}
	return scalars
}

func sha512Of(b []byte) []byte {
	h := sha512.Sum512(b)
	return h[:]
}

func element(b []byte) *ristretto255.Element {
	e := ristretto255.NewElement()
	if err := e.Decode(b); err != nil {
		panic(err)
	}
	return e
}

// lowScalar reads bytes as the scalar that they would be on the wire.
func lowScalar(p []byte) *ristretto255.Scalar {
	wide := make([]byte, scalarLen)
	copy(wide, p[:min(len(p), 32)])
	return ristretto255.NewScalar().FromUniformBytes(wide)
}

func TestT16ATraceConfirmsNoGuess(t *testing.T) {
	const right = 123
	codes := 2000 // a part of the million is as good: the right one is in it
	if raceDetector {
		codes = 200
	}
	w, secret := record(t, fmt.Sprintf("%06d", right))
	seen := w.seen()
	for n := range codes {
		code := fmt.Sprintf("%06d", n)
		of := ristretto255.NewScalar().FromUniformBytes(sha512Of([]byte(code)))
		if w.shares(code, append(seen, of)...) || w.proofs(code, of) {
			t.Errorf("code %s is confirmed by what was on the wire", code)
		}
	}
	if w.proofs("000000", seen...) {
		t.Error("the proofs can be made of what was on the wire")
	}
	// Control: with a secret that was never on the wire, the same search finds the code, and the proofs.
	for n := right - 5; n < right+5; n++ {
		if got := w.shares(fmt.Sprintf("%06d", n), secret); got != (n == right) {
			t.Errorf("control: code %06d is confirmed: %v", n, got)
		}
	}
	if !w.proofs("000000", secret) {
		t.Error("control: the proofs are not found")
	}
}

// Shares for different codes must look alike: each is a uniform group element, so none is ruled out for any code. A test
// can see the gross faults: shares that repeat, don't decode, or have bits that stand still.
func TestT16SharesShowNothingOfTheCode(t *testing.T) {
	ones := make([]int, 256)
	seen := map[string]bool{}
	const runs = 2000
	for range runs {
		x, err := begin([]byte("123456"), channel(keyA, keyB), keyA[:sidLen])
		if err != nil {
			t.Fatal(err)
		}
		seen[string(x.share)] = true
		_ = element(x.share)
		for i := range ones {
			ones[i] += int(x.share[i/8] >> (i % 8) & 1)
		}
	}
	if len(seen) != runs {
		t.Errorf("%d different shares in %d runs", len(seen), runs)
	}
	for i, n := range ones {
		if fixed := i == 0 || i == 255; !fixed && (n < runs*4/10 || n > runs*6/10) { // encodings are even and below 2^255
			t.Errorf("bit %d is set in %d of %d shares", i, n, runs)
		}
	}
}

// A man in the middle has made 2^16 keys, and shows to either side the one whose ID looks most like the other side's. Both
// people type and read the right code; he passes all messages on.
func TestT15GroundKeysDoNotMakeBothSidesAgree(t *testing.T) {
	alike := func(x, y []byte) int {
		hx, hy := sha256.Sum256(x), sha256.Sum256(y)
		for i := range hx {
			if d := hx[i] ^ hy[i]; d != 0 {
				return i*8 + bits.LeadingZeros8(d)
			}
		}
		return len(hx) * 8
	}
	const ground = 1 << 16
	seen := make(map[string]bool, 2*ground)
	seen[string(channel(keyA, keyB))] = true
	var keys [][]byte
	for n := range ground {
		seed := make([]byte, ed25519.SeedSize)
		binary.BigEndian.PutUint64(seed, uint64(n))
		key := sha256.Sum256(seed) // a public key is 32 bytes; that he knows the secret of it costs him more
		keys = append(keys, key[:])
		seen[string(channel(keyA, key[:]))] = true // as A sees it
		seen[string(channel(key[:], keyB))] = true // as B sees it
	}
	if len(seen) != 2*ground+1 {
		t.Fatalf("%d different channels, want %d: two pairs of keys are one to the code", len(seen), 2*ground+1)
	}
	best := func(like []byte) [][]byte {
		slices.SortFunc(keys, func(x, y []byte) int { return alike(y, like) - alike(x, like) })
		return slices.Clone(keys[:8])
	}
	asA, asB := best(keyA), best(keyB)
	if alike(asA[0], keyA) < 12 {
		t.Fatalf("the best key shares %d bits with A's: nothing was ground", alike(asA[0], keyA))
	}
	for _, toB := range append(asA, keyB) { // even B's own key back at it
		for _, toA := range append(asB, keyA) {
			inv := invite(t)
			if err := meet(inv, inv.Code, toA, toB); !errors.Is(err, ErrWrongCode) {
				t.Errorf("through the middle: %v, want ErrWrongCode", err)
			}
		}
	}
}

// He may also play his own side of either run, with elements of his choice, without the code.
func TestT15WhoAnswersWithoutTheCodeProvesNothing(t *testing.T) {
	g := ristretto255.NewElement().Base()
	for name, yb := range map[string]func(ya []byte) []byte{
		"the newcomer's own share": func(ya []byte) []byte { return ya },
		"the base point":           func([]byte) []byte { return g.Encode(nil) },
		"its negative":             func([]byte) []byte { return ristretto255.NewElement().Negate(g).Encode(nil) },
		"the share's negative":     func(ya []byte) []byte { return ristretto255.NewElement().Negate(element(ya)).Encode(nil) },
	} {
		n, ya, err := Begin("123456", keyA, keyM, keyA[:sidLen])
		if err != nil {
			t.Fatal(err)
		}
		ta, err := n.Prove(yb(ya))
		if err != nil {
			continue // refused at once
		}
		for proof, tb := range map[string][]byte{"its own proof back": ta, "nothing": nil, "zeros": make([]byte, 64)} {
			// With the own share returned both transcripts are one, and so are both proofs: the code is still not known
			// to anybody by it, but the newcomer must not take an echo for the member.
			if n.Check(tb) == nil {
				t.Errorf("%s, then %s: believed", name, proof)
			}
		}
	}
}

// Whatever order the messages come in, from whomever and however often: nobody is let in but by a run of start, share and
// prove of one newcomer with the right code, once, in time.
func TestT11NoOrderOfMessagesLetsAnybodyIn(t *testing.T) {
	type side struct {
		newcomer, sid, ta []byte
		n                 *Newcomer
		ya                []byte
		right, shared     bool
	}
	rapid.Check(t, func(r *rapid.T) {
		d := newDesk(t)
		var runs []*side
		starts, in := 0, 0
		who := rapid.SampledFrom([][]byte{keyA, keyM, keyB})
		for range rapid.IntRange(1, 40).Draw(r, "messages") {
			step := rapid.SampledFrom([]string{"start", "share", "share", "prove", "prove", "time"}).Draw(r, "message")
			from := who.Draw(r, "from")
			if step == "time" {
				d.now = d.now.Add(time.Duration(rapid.IntRange(0, 300).Draw(r, "seconds")) * time.Second)
				continue
			}
			if step == "start" || len(runs) == 0 {
				sid, err := d.inv.Start(from, d.now)
				if err != nil {
					continue
				}
				s := &side{newcomer: from, sid: sid, right: rapid.Bool().Draw(r, "right")}
				code := d.inv.Code
				if !s.right {
					code = d.wrong()
				}
				if s.n, s.ya, err = Begin(code, from, keyB, sid); err != nil {
					r.Fatal(err)
				}
				runs = append(runs, s)
				starts++
				continue
			}
			s := rapid.SampledFrom(runs).Draw(r, "run")
			other := rapid.SampledFrom(runs).Draw(r, "other run")
			switch step {
			case "share":
				yb, err := d.inv.Share(s.sid, from, other.ya)
				if err != nil {
					continue
				}
				if !bytes.Equal(from, s.newcomer) {
					r.Fatal("a run was answered to another newcomer")
				}
				s.shared = other == s
				if ta, err := s.n.Prove(yb); err == nil {
					s.ta = ta
				}
			case "prove":
				tb, err := d.inv.Confirm(s.sid, from, other.ta, d.now)
				if err != nil {
					continue
				}
				in++
				if !s.right || !s.shared || other != s || !bytes.Equal(from, s.newcomer) || s.n.Check(tb) != nil || !d.now.Before(d.inv.Expires) {
					r.Fatalf("let in: right code %v, shared %v, own proof %v", s.right, s.shared, other == s)
				}
			}
		}
		if starts > Tries || in > 1 {
			r.Fatalf("%d tries, %d let in", starts, in)
		}
	})
}
