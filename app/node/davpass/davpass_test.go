package davpass

import (
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestAPasswordIsTypedAsPeopleTypeAndKeptAsAHash(t *testing.T) {
	now := time.Now()
	p, secret := New("pc", "Plans", now)
	if !regexp.MustCompile(`^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$`).MatchString(secret) {
		t.Errorf("it is to be typed as %q", secret)
	}
	var s Store
	if s.Any() {
		t.Error("there are passwords before the first")
	}
	s.Set([]Password{p})
	plain := strings.ReplaceAll(secret, "-", "")
	for _, typed := range []string{secret, strings.ToUpper(secret), plain, " " + plain[:8] + " " + plain[8:], strings.ReplaceAll(strings.ReplaceAll(secret, "0", "O"), "1", "l")} {
		if got, ok := s.Find(typed); !ok || got != p {
			t.Errorf("%q is not taken", typed)
		}
	}
	for _, typed := range []string{"", plain[1:], plain + "0", p.Hash, strings.Repeat("0", 1000)} {
		if _, ok := s.Find(typed); ok {
			t.Errorf("%q is taken", typed)
		}
	}
	if strings.Contains(p.Hash, plain) || len(p.Hash) != 64 {
		t.Errorf("it is kept as %q", p.Hash)
	}
	if _, other := New("pc", "", now); other == secret {
		t.Error("two are the same")
	}
	s.Set(nil)
	if _, ok := s.Find(secret); ok {
		t.Error("it works after it was revoked")
	}
}

// T17: who guesses waits ever longer, whatever address of theirs they use, and nobody else does.
func TestT17WrongPasswordsAreSlowed(t *testing.T) {
	var s Store
	now := time.Now()
	one, same, other := netip.MustParseAddr("fd00::1"), netip.MustParseAddr("fd00::2"), netip.MustParseAddr("10.0.0.1")
	for range 4 {
		s.Wrong(one, now)
	}
	if w := s.Wait(one, now); w != 0 {
		t.Errorf("who mistypes waits for %v", w)
	}
	last := time.Duration(0)
	for range 30 {
		s.Wrong(one, now)
		w := s.Wait(same, now)
		if w < last || w == 0 || w > mostWait {
			t.Fatalf("waits for %v, then %v", last, w)
		}
		last = w
	}
	if w := s.Wait(other, now); last != mostWait || w != 0 {
		t.Errorf("in the end they wait for %v, another for %v", last, w)
	}
	if s.Right(one); s.Wait(one, now) != 0 {
		t.Error("the right one changes nothing")
	}
	for i := range 3 * maxAddrs {
		s.Wrong(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), now)
	}
	if len(s.wrong) > maxAddrs {
		t.Errorf("%d addresses are remembered", len(s.wrong))
	}
}
