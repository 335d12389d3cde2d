package members

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
)

func fuzzOffice(f *testing.F) *List {
	l, err := Start("office", a.key)
	if err == nil {
		l, err = l.Admit(b.pub, a.key)
	}
	if err == nil {
		l, err = l.Admit(c.pub, b.key)
	}
	if err == nil {
		l, err = l.Rename("Reception", b.key)
	}
	if err == nil {
		l, err = l.Remove(c.id, a.key)
	}
	if err != nil {
		f.Fatal(err)
	}
	return l
}

// Bytes that nobody signed change nobody's membership, whoever brings them.
func FuzzRecords(f *testing.F) {
	l := fuzzOffice(f)
	seed, _ := json.Marshal(l.Records())
	f.Add(seed)
	f.Add([]byte(`[null]`))
	f.Add([]byte(`[{"kind":"admit","key":"","keep":["a"]}]`))
	f.Add([]byte(`[{"kind":"colour","n":-1}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var records []*Record
		if json.Unmarshal(data, &records) != nil {
			return
		}
		for _, from := range []pc{a, b, d} {
			next, err := l.Hear(from.id, a.id, records)
			if err == nil && !slices.EqualFunc(next.All(), l.All(), func(x, y Member) bool { return x.ID == y.ID }) {
				t.Fatalf("what %s brings changed the members to %v", from.id, next.All())
			}
		}
		own, err := FromRecords(records)
		if err != nil {
			return
		}
		if again, err := FromRecords(own.Records()); err != nil || picture(again) != picture(own) {
			t.Fatalf("saved and loaded it is another: %v", err)
		}
	})
}

// A record that is taken is the same after it has gone through JSON, and takes bounded room.
func FuzzRecord(f *testing.F) {
	l := fuzzOffice(f)
	for _, r := range append(l.Records(), signed(l, "colour", a, b), &Record{Kind: Remove, Keep: []string{"a"}, N: maxCount}) {
		seed, _ := json.Marshal(r)
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var r Record
		if json.Unmarshal(data, &r) != nil || r.checkForm() != nil {
			return
		}
		r.sign(a.key) // as far as its form goes, anybody may sign it
		if r.checkForm() != nil {
			return // it was about its signer
		}
		if err := r.Check(); err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(&r)
		if err != nil {
			t.Fatal(err)
		}
		var again Record
		if err := json.Unmarshal(raw, &again); err != nil || again.Hash() != r.Hash() || !bytes.Equal(again.signed(), r.signed()) {
			t.Fatalf("%s became another record: %v", raw, err)
		}
		if len(raw) > 1024+len(r.Keep)*(maxHash+3) {
			t.Fatalf("%d bytes", len(raw))
		}
	})
}
