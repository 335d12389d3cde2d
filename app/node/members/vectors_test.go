package members

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"lanyard/app/node/identity"
)

// The test vectors of PROTOCOL.md. -update writes them anew, which nobody wants to do who has PCs out there.
const vectorsFile = "testdata/vectors.json"

var update = flag.Bool("update", false, "write "+vectorsFile)

type vectors struct {
	Identities []identityVector `json:"identities"`
	Records    []recordVector   `json:"records"`
	Merge      mergeVector      `json:"merge"`
}

type identityVector struct {
	Name string `json:"name"`
	Seed string `json:"seed"` // hex, RFC 8032 5.1.5
	Key  string `json:"key"`  // hex
	ID   string `json:"id"`
}

type recordVector struct {
	Name   string          `json:"name"`
	Signer string          `json:"signer"` // name of an identity
	Signed string          `json:"signed"` // hex: the bytes under the signature
	Hash   string          `json:"hash"`
	Record json.RawMessage `json:"record"`
}

// mergeVector names records: what two PCs have, and what both have after they met.
type mergeVector struct {
	Left    []string       `json:"left"`
	Right   []string       `json:"right"`
	Merged  []string       `json:"merged"` // in order of their hashes
	Members []memberVector `json:"members"`
	Removed []string       `json:"removed"` // IDs
}

type memberVector struct {
	ID   string `json:"id"`
	By   string `json:"by"`
	Name string `json:"name"`
}

func readVectors(t *testing.T) (v vectors) {
	t.Helper()
	if *update {
		writeVectors(t)
	}
	raw, err := os.ReadFile(vectorsFile)
	if err == nil {
		err = json.Unmarshal(raw, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// writeVectors tells the story of a small office: a founds it and lets b in, who lets c in. a removes b, which lets d in all
// the same. c says what it is called, and changes its mind.
func writeVectors(t *testing.T) {
	var v vectors
	names := []string{"a", "b", "c", "d"}
	pcs := map[string]pc{}
	for i, name := range names {
		seed := bytes.Repeat([]byte{byte(i + 1)}, ed25519.SeedSize)
		key := ed25519.NewKeyFromSeed(seed)
		pub := key.Public().(ed25519.PublicKey)
		pcs[name] = pc{idOf(pub), key, pub}
		v.Identities = append(v.Identities, identityVector{name, hex.EncodeToString(seed), hex.EncodeToString(pub), idOf(pub)})
	}
	group := ""
	records := map[string]*Record{}
	add := func(name, signer, on string, r Record) {
		r.Group, r.Key = group, pcs[on].pub
		r.sign(pcs[signer].key)
		raw, err := json.Marshal(&r)
		if err != nil {
			t.Fatal(err)
		}
		v.Records = append(v.Records, recordVector{name, signer, hex.EncodeToString(r.signed()), r.Hash(), raw})
		records[name] = &r
	}
	add("found", "a", "a", Record{Kind: Found, Name: "Büro <1>", Nonce: bytes.Repeat([]byte{0xab}, nonceLen)})
	group = records["found"].Hash()
	add("admit b", "a", "b", Record{Kind: Admit})
	add("admit c", "b", "c", Record{Kind: Admit})
	add("remove b, keep c", "a", "b", Record{Kind: Remove, Keep: []string{pcs["c"].id}})
	add("admit d, too late", "b", "d", Record{Kind: Admit})
	add("c is Reception", "c", "c", Record{Kind: Rename, Name: "Reception", N: 1})
	add("c is Front desk", "c", "c", Record{Kind: Rename, Name: "Front desk", N: 2})
	add("of a later version", "c", "c", Record{Kind: "colour", Name: "red", N: 7})

	v.Merge.Left = []string{"found", "admit b", "admit c", "c is Front desk", "remove b, keep c"}
	v.Merge.Right = []string{"found", "admit b", "admit c", "c is Reception", "admit d, too late", "of a later version"}
	var all []*Record
	for _, name := range slices.Concat(v.Merge.Left, v.Merge.Right) {
		all = append(all, records[name])
	}
	l, err := FromRecords(all)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range l.Records() {
		for name := range records {
			if records[name].Hash() == r.Hash() {
				v.Merge.Merged = append(v.Merge.Merged, name)
			}
		}
	}
	for _, m := range l.All() {
		v.Merge.Members = append(v.Merge.Members, memberVector{m.ID, m.By, l.NameOf(m.ID)})
	}
	v.Merge.Removed = slices.Sorted(maps.Keys(l.out))
	raw, err := json.MarshalIndent(v, "", "  ")
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

func TestIdentitiesAreThoseOfTheVectors(t *testing.T) {
	for _, v := range readVectors(t).Identities {
		seed, _ := hex.DecodeString(v.Seed)
		pub := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
		if hex.EncodeToString(pub) != v.Key || identity.IDOf(pub) != v.ID || !identity.ValidID(v.ID) {
			t.Errorf("%s: key %x, ID %s", v.Name, pub, identity.IDOf(pub))
		}
		sum := sha256.Sum256(pub)
		if byHand := strings.ToLower(strings.TrimRight(base32.StdEncoding.EncodeToString(sum[:]), "=")); byHand != v.ID {
			t.Errorf("%s: the page says %s", v.Name, byHand)
		}
	}
}

// byHand builds the bytes under a signature from the record's JSON as the page says, with none of the package's code.
func byHand(t *testing.T, raw json.RawMessage) string {
	t.Helper()
	var r struct {
		Kind, Group, Name, Nonce, Key, By string
		Keep                              []string
		N                                 uint64
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	unbase64 := func(s string) string {
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	s := fmt.Sprintf("%x", "lanyard member record 1\n")
	for _, field := range []string{r.Kind, r.Group, r.Name, unbase64(r.Nonce), unbase64(r.Key), unbase64(r.By)} {
		s += fmt.Sprintf("%08x%x", len(field), field)
	}
	s += fmt.Sprintf("%08x", len(r.Keep))
	for _, k := range r.Keep {
		s += fmt.Sprintf("%08x%x", len(k), k)
	}
	if r.N != 0 {
		s += fmt.Sprintf("%016x", r.N)
	}
	return s
}

func TestRecordsAreThoseOfTheVectors(t *testing.T) {
	v := readVectors(t)
	seeds := map[string]string{}
	for _, i := range v.Identities {
		seeds[i.Name] = i.Seed
	}
	for _, c := range v.Records {
		var r Record
		if err := json.Unmarshal(c.Record, &r); err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		if err := r.Check(); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		if got := hex.EncodeToString(r.signed()); got != c.Signed || got != byHand(t, c.Record) {
			t.Errorf("%s: signed bytes\n%s, want\n%s, by the page\n%s", c.Name, got, c.Signed, byHand(t, c.Record))
		}
		signed, _ := hex.DecodeString(c.Signed)
		seed, _ := hex.DecodeString(seeds[c.Signer])
		if sig := ed25519.Sign(ed25519.NewKeyFromSeed(seed), signed); !bytes.Equal(sig, r.Sig) {
			t.Errorf("%s: %s's signature is %x", c.Name, c.Signer, sig)
		}
		sum := sha256.Sum256(append(signed, r.Sig...))
		if byHand := base64.RawURLEncoding.EncodeToString(sum[:]); r.Hash() != c.Hash || byHand != c.Hash {
			t.Errorf("%s: hash %s, want %s, by the page %s", c.Name, r.Hash(), c.Hash, byHand)
		}
	}
}

func TestAMergeComesOutAsInTheVectors(t *testing.T) {
	v := readVectors(t)
	pick := func(names []string) (records []*Record) {
		for _, name := range names {
			i := slices.IndexFunc(v.Records, func(c recordVector) bool { return c.Name == name })
			r := new(Record)
			if err := json.Unmarshal(v.Records[i].Record, r); err != nil {
				t.Fatal(err)
			}
			records = append(records, r)
		}
		return records
	}
	left, err := FromRecords(pick(v.Merge.Left))
	must(t, left, err)
	right, err := FromRecords(pick(v.Merge.Right))
	must(t, right, err)
	want, err := FromRecords(pick(v.Merge.Merged))
	must(t, want, err)
	for side, got := range map[string]*List{"left": merged(t, left, right.Records()), "right": merged(t, right, left.Records())} {
		if picture(got) != picture(want) || len(got.Records()) != len(v.Merge.Merged) {
			t.Errorf("%s: got %s\nwant %s", side, picture(got), picture(want))
		}
		var members []memberVector
		for _, m := range got.All() {
			members = append(members, memberVector{m.ID, m.By, got.NameOf(m.ID)})
		}
		if !slices.Equal(members, v.Merge.Members) || !slices.Equal(slices.Sorted(maps.Keys(got.out)), v.Merge.Removed) {
			t.Errorf("%s: members %v, removed %v", side, members, got.out)
		}
	}
	// As the story goes, whatever the file says.
	for i, in := range []bool{true, false, true, false} {
		if id := v.Identities[i].ID; want.Has(id) != in {
			t.Errorf("%s in: %v, want %v", v.Identities[i].Name, want.Has(id), in)
		}
	}
	if got := want.NameOf(v.Identities[2].ID); got != "Front desk" {
		t.Errorf("c is called %q", got)
	}
}
