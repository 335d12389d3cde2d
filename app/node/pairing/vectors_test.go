package pairing

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/gtank/ristretto255"
)

// The test vectors of the protocol's page. -update writes them anew, which nobody wants to do who has PCs out there.
const vectorsFile = "testdata/vectors.json"

var update = flag.Bool("update", false, "write "+vectorsFile)

// vector is a run with fixed scalars; everything but the codes is in hex.
type vector struct {
	Name       string `json:"name"`
	CodeA      string `json:"codeA"` // as typed at the newcomer
	CodeB      string `json:"codeB"` // as shown by the member
	Newcomer   string `json:"newcomer"`
	Member     string `json:"member"`
	CI         string `json:"ci"`
	SID        string `json:"sid"`
	SecretA    string `json:"scalarA"`
	SecretB    string `json:"scalarB"`
	GeneratorA string `json:"generatorA"`
	GeneratorB string `json:"generatorB"`
	ShareA     string `json:"Ya"`
	ShareB     string `json:"Yb"`
	ISKA       string `json:"iskA"`
	ISKB       string `json:"iskB"`
	TagAByA    string `json:"TaByA"` // what the newcomer sends, and what the member wants it to be
	TagAByB    string `json:"TaByB"`
	TagBByA    string `json:"TbByA"`
	TagBByB    string `json:"TbByB"`
}

// run fills in what the package computes from the codes, keys, session and secrets.
func (v vector) run(t *testing.T) vector {
	t.Helper()
	ci, sid := channel(unhex(t, v.Newcomer), unhex(t, v.Member)), unhex(t, v.SID)
	a := beginWith([]byte(v.CodeA), ci, sid, scalar(t, v.SecretA))
	b := beginWith([]byte(v.CodeB), ci, sid, scalar(t, v.SecretB))
	byA, err := a.finish(b.share, a.share, b.share)
	if err != nil {
		t.Fatal(err)
	}
	byB, err := b.finish(a.share, a.share, b.share)
	if err != nil {
		t.Fatal(err)
	}
	v.CI = hex.EncodeToString(ci)
	v.GeneratorA, v.GeneratorB = hex.EncodeToString(a.base.Encode(nil)), hex.EncodeToString(b.base.Encode(nil))
	v.ShareA, v.ShareB = hex.EncodeToString(a.share), hex.EncodeToString(b.share)
	v.ISKA, v.ISKB = hex.EncodeToString(byA.isk), hex.EncodeToString(byB.isk)
	v.TagAByA, v.TagBByA = hex.EncodeToString(byA.tagA), hex.EncodeToString(byA.tagB)
	v.TagAByB, v.TagBByB = hex.EncodeToString(byB.tagA), hex.EncodeToString(byB.tagB)
	return v
}

func scalar(t *testing.T, s string) *ristretto255.Scalar {
	t.Helper()
	x := ristretto255.NewScalar()
	if err := x.Decode(unhex(t, s)); err != nil {
		t.Fatal(err)
	}
	return x
}

func readVectors(t *testing.T) (all []vector) {
	t.Helper()
	if *update {
		for _, codes := range [][3]string{{"the right code", "042317", "042317"}, {"a wrong code", "042317", "042318"}} {
			v := vector{
				Name: codes[0], CodeA: codes[1], CodeB: codes[2],
				// The keys of a and b in the vectors of the member list.
				Newcomer: "8139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b394",
				Member:   "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
				SID:      "000102030405060708090a0b0c0d0e0f",
				SecretA:  strings.Repeat("a1", 31) + "01",
				SecretB:  strings.Repeat("b2", 31) + "02",
			}
			all = append(all, v.run(t))
		}
		raw, err := json.MarshalIndent(all, "", "  ")
		if err == nil {
			err = os.MkdirAll("testdata", 0o755)
		}
		if err == nil {
			err = os.WriteFile(vectorsFile, append(raw, '\n'), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	raw, err := os.ReadFile(vectorsFile)
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestARunIsThatOfTheVectors(t *testing.T) {
	for _, want := range readVectors(t) {
		if got := want.run(t); got != want {
			t.Errorf("%s: got %+v\nwant %+v", want.Name, got, want)
		}
		right := want.CodeA == want.CodeB
		if (want.ISKA == want.ISKB) != right || (want.TagAByA == want.TagAByB) != right || (want.TagBByA == want.TagBByB) != right {
			t.Errorf("%s: both sides agree: %v", want.Name, want.ISKA == want.ISKB)
		}
		if want.TagAByA == want.TagBByA {
			t.Errorf("%s: both proofs are one", want.Name)
		}
	}
}

// The same by the page's words alone: the group and the hash are the library's, every byte that goes into them is put down here.
func TestTheVectorsAreWhatThePageSays(t *testing.T) {
	for _, v := range readVectors(t) {
		text := func(s string) string { return hex.EncodeToString([]byte(s)) }
		ci := "0e" + text("lanyard join 1") + "20" + v.Newcomer + "20" + v.Member
		if ci != v.CI {
			t.Errorf("%s: CI %s, by the page %s", v.Name, v.CI, ci)
		}
		// 128 bytes of a block, less 18 for the DSI with its length, 7 for the code with its length, 1 for the padding's own.
		generator := func(code string) *ristretto255.Element {
			s := "11" + text("CPaceRistretto255") + "06" + text(code) + "66" + strings.Repeat("00", 102)
			h := sha512.Sum512(unhex(t, s+"51"+ci+"10"+v.SID))
			return ristretto255.NewElement().FromUniformBytes(h[:])
		}
		times := func(secret string, e *ristretto255.Element) string {
			return hex.EncodeToString(ristretto255.NewElement().ScalarMult(scalar(t, secret), e).Encode(nil))
		}
		decode := func(s string) *ristretto255.Element {
			e := ristretto255.NewElement()
			if err := e.Decode(unhex(t, s)); err != nil {
				t.Fatal(err)
			}
			return e
		}
		if got := times(v.SecretA, generator(v.CodeA)); got != v.ShareA {
			t.Errorf("%s: Ya %s, by the page %s", v.Name, v.ShareA, got)
		}
		if got := times(v.SecretB, generator(v.CodeB)); got != v.ShareB {
			t.Errorf("%s: Yb %s, by the page %s", v.Name, v.ShareB, got)
		}
		sentA := "20" + v.ShareA + "08" + text("newcomer")
		sentB := "20" + v.ShareB + "06" + text("member")
		check := func(k, isk, ta, tb string) {
			h := sha512.Sum512(unhex(t, "15"+text("CPaceRistretto255_ISK")+"10"+v.SID+"20"+k+sentA+sentB))
			key := sha512.Sum512(unhex(t, text("CPaceMac")+v.SID+hex.EncodeToString(h[:])))
			tag := func(sent string) []byte {
				m := hmac.New(sha512.New, key[:])
				m.Write(unhex(t, sent))
				return m.Sum(nil)
			}
			if !bytes.Equal(h[:], unhex(t, isk)) || !bytes.Equal(tag(sentA), unhex(t, ta)) || !bytes.Equal(tag(sentB), unhex(t, tb)) {
				t.Errorf("%s: by the page ISK %x, Ta %x, Tb %x", v.Name, h, tag(sentA), tag(sentB))
			}
		}
		check(times(v.SecretA, decode(v.ShareB)), v.ISKA, v.TagAByA, v.TagBByA)
		check(times(v.SecretB, decode(v.ShareA)), v.ISKB, v.TagAByB, v.TagBByB)
	}
}
