package pairing

import (
	"bytes"
	"testing"

	"github.com/gtank/ristretto255"
)

// No message that a newcomer without the code sends lets it in, and none makes a member fall over.
func FuzzMember(f *testing.F) {
	zero := make([]byte, 32)
	f.Add(zero, zero)
	f.Add(bytes.Repeat([]byte{0xff}, 32), []byte(nil))
	f.Add(ristretto255.NewElement().Base().Encode(nil), make([]byte, 64))
	f.Add([]byte{}, []byte{1})
	f.Fuzz(func(t *testing.T, ya, ta []byte) {
		inv := invite(t)
		sid, err := inv.Start(keyA, now)
		if err != nil {
			t.Fatal(err)
		}
		yb, err := inv.Share(sid, keyA, ya)
		if valid := validElement(ya); (err == nil) != valid {
			t.Fatalf("share %x: %v, valid: %v", ya, err, valid)
		}
		if err == nil && !validElement(yb) {
			t.Fatalf("answered with %x", yb)
		}
		if _, err := inv.Confirm(sid, keyA, ta, now); err == nil {
			t.Fatal("let in")
		}
		if _, err := inv.Share(ya, keyA, ta); err == nil {
			t.Fatal("answered a run that there is not")
		}
	})
}

// No answer of a member without the code is believed.
func FuzzNewcomer(f *testing.F) {
	f.Add(make([]byte, 16), make([]byte, 32), make([]byte, 64))
	f.Add([]byte(nil), ristretto255.NewElement().Base().Encode(nil), []byte(nil))
	f.Add(bytes.Repeat([]byte{7}, 4096), bytes.Repeat([]byte{0xff}, 33), make([]byte, 63))
	f.Fuzz(func(t *testing.T, sid, yb, tb []byte) {
		n, ya, err := Begin("123456", keyA, keyB, sid)
		if err != nil {
			return
		}
		if !validElement(ya) {
			t.Fatalf("sent %x", ya)
		}
		if _, err := n.Prove(yb); (err == nil) != validElement(yb) {
			t.Fatalf("share %x: %v", yb, err)
		}
		if n.Check(tb) == nil {
			t.Fatal("believed")
		}
	})
}

// validElement tells whether bytes are the one encoding of a group element that is not the identity (RFC 9496 4.3.1).
func validElement(b []byte) bool {
	e := ristretto255.NewElement()
	return e.Decode(b) == nil && bytes.Equal(e.Encode(nil), b) && e.Equal(ristretto255.NewElement().Zero()) == 0
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"123456", "123 456", "123-456", "", "12345a", "\u00a0123456", "１２３４５６", "-------"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, err := ParseCode(s)
		if err != nil {
			return
		}
		if len(code) != CodeDigits || bytes.ContainsFunc([]byte(code), func(c rune) bool { return c < '0' || c > '9' }) {
			t.Fatalf("%q became %q", s, code)
		}
		if again, err := ParseCode(FormatCode(code)); err != nil || again != code {
			t.Fatalf("%q shown as %q reads %q, %v", code, FormatCode(code), again, err)
		}
	})
}
