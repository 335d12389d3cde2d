package pairing

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"github.com/gtank/ristretto255"
)

var (
	keyA = bytes.Repeat([]byte{1}, 32)
	keyB = bytes.Repeat([]byte{2}, 32)
	keyM = bytes.Repeat([]byte{3}, 32) // in the middle
	now  = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The vectors of draft-irtf-cfrg-cpace-21, appendix B.3.
func TestCPaceAgainstTheDraftsVectors(t *testing.T) {
	sid := unhex(t, "7e4b4791d6a8ef019b936c79fb7f2c57")
	ci := unhex(t, "0b415f696e69746961746f720b425f726573706f6e646572")
	scalar := func(s string) *ristretto255.Scalar {
		x := ristretto255.NewScalar()
		if err := x.Decode(unhex(t, s)); err != nil {
			t.Fatal(err)
		}
		return x
	}
	a := beginWith([]byte("Password"), ci, sid, scalar("da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08"))
	b := beginWith([]byte("Password"), ci, sid, scalar("d2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d"))
	for _, c := range []struct {
		what, want string
		got        []byte
	}{
		{"generator", "222b6b195fe84b1652badb6f6a3ae3d24341e7306967f0b8115b40d5698c7e56", a.base.Encode(nil)},
		{"Ya", "d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157", a.share},
		{"Yb", "3ea7e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f7258", b.share},
	} {
		if hex.EncodeToString(c.got) != c.want {
			t.Errorf("%s = %x, want %s", c.what, c.got, c.want)
		}
	}
	k := unhex(t, "80b69a8a76457ab6a4d7f887a4bf6b55a2f80ac19c333f917a05fc9887c8b40f")
	sentA, sentB := lvCat(a.share, []byte("ADa")), lvCat(b.share, []byte("ADb"))
	got := deriveKeys(sid, k, sentA, sentB)
	want := "b69effbf61b51d56401c0f65601abe428de8206feaaf0e32198896dcae7b35cd2b38950a39dfd5d4a79164614c2984f7daa460b588c1e80c3fa2068af7900447"
	if hex.EncodeToString(got.isk) != want {
		t.Errorf("ISK = %x, want %s", got.isk, want)
	}
}

// meet runs a newcomer against an invitation, each with the keys it believes in.
func meet(inv *Invitation, code string, newcomerSeesMember, memberSeesNewcomer []byte) error {
	sid, err := inv.Start(memberSeesNewcomer, now)
	if err != nil {
		return err
	}
	n, ya, err := Begin(code, keyA, newcomerSeesMember, sid)
	if err != nil {
		return err
	}
	yb, err := inv.Share(sid, memberSeesNewcomer, ya)
	if err != nil {
		return err
	}
	ta, err := n.Prove(yb)
	if err != nil {
		return err
	}
	tb, err := inv.Confirm(sid, memberSeesNewcomer, ta, now)
	if err != nil {
		return err
	}
	return n.Check(tb)
}

func invite(t *testing.T) *Invitation {
	t.Helper()
	inv, err := Invite(keyB, now)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func TestTheRightCodeWorksOnce(t *testing.T) {
	inv := invite(t)
	if err := meet(inv, inv.Code, keyB, keyA); err != nil {
		t.Fatal(err)
	}
	if err := meet(inv, inv.Code, keyB, keyA); !errors.Is(err, ErrNoInvitation) {
		t.Errorf("second use: %v, want ErrNoInvitation", err)
	}
}

func TestAManInTheMiddleFailsEvenWithTheRightCode(t *testing.T) {
	inv := invite(t)
	if err := meet(inv, inv.Code, keyM, keyM); !errors.Is(err, ErrWrongCode) {
		t.Errorf("got %v, want ErrWrongCode", err)
	}
}

func TestThreeWrongGuessesUseTheCodeUp(t *testing.T) {
	inv := invite(t)
	wrong := "000000"
	if inv.Code == wrong {
		wrong = "000001"
	}
	for i := range Tries {
		who := bytes.Repeat([]byte{byte(10 + i)}, 32) // a new key, a new address: no difference
		if err := meet(inv, wrong, keyB, who); !errors.Is(err, ErrWrongCode) {
			t.Fatalf("guess %d: %v, want ErrWrongCode", i+1, err)
		}
	}
	if err := meet(inv, inv.Code, keyB, keyA); !errors.Is(err, ErrNoInvitation) {
		t.Errorf("after three: %v, want ErrNoInvitation", err)
	}
	if inv.Open(now) {
		t.Error("the invitation is still open")
	}
}

func TestAnAbandonedRunCountsAsATry(t *testing.T) {
	inv := invite(t)
	for range Tries {
		if _, err := inv.Start(keyM, now); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := inv.Start(keyA, now); !errors.Is(err, ErrNoInvitation) {
		t.Errorf("got %v, want ErrNoInvitation", err)
	}
}

func TestAnInvitationEnds(t *testing.T) {
	inv := invite(t)
	if _, err := inv.Start(keyA, now.Add(Lifetime)); !errors.Is(err, ErrNoInvitation) {
		t.Errorf("got %v, want ErrNoInvitation", err)
	}
}

func TestARunBelongsToItsNewcomer(t *testing.T) {
	inv := invite(t)
	sid, _ := inv.Start(keyA, now)
	if _, err := inv.Share(sid, keyM, keyA); !errors.Is(err, ErrNoInvitation) {
		t.Errorf("another key shared in the run: %v", err)
	}
	if _, err := inv.Confirm(sid, keyM, nil, now); !errors.Is(err, ErrNoInvitation) {
		t.Errorf("another key confirmed the run: %v", err)
	}
	if _, err := inv.Confirm(sid, keyA, nil, now); !errors.Is(err, ErrWrongCode) {
		t.Errorf("a proof before the shares: %v", err)
	}
}

func TestARunTakesOneShare(t *testing.T) {
	inv := invite(t)
	sid, _ := inv.Start(keyA, now)
	_, ya, _ := Begin("111111", keyA, keyB, sid)
	if _, err := inv.Share(sid, keyA, ya); err != nil {
		t.Fatal(err)
	}
	if _, err := inv.Share(sid, keyA, ya); err == nil {
		t.Error("a second share was taken")
	}
}

func TestBadGroupElementsAreRefused(t *testing.T) {
	zero := make([]byte, 32) // the identity
	for _, y := range [][]byte{nil, zero, bytes.Repeat([]byte{0xff}, 32), make([]byte, 31), make([]byte, 1<<16)} {
		inv := invite(t)
		sid, _ := inv.Start(keyA, now)
		if _, err := inv.Share(sid, keyA, y); err == nil {
			t.Errorf("share %.8x of %d bytes was taken", y, len(y))
		}
	}
}

func TestCodesAsPeopleTypeThem(t *testing.T) {
	for in, want := range map[string]string{"123456": "123456", "123 456": "123456", "123-456": "123456", " 123 456 ": "123456",
		"": "", "12345": "", "1234567": "", "12345a": "", "١٢٣٤٥٦": ""} {
		got, err := ParseCode(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ParseCode(%q) = %q, %v", in, got, err)
		}
	}
}
