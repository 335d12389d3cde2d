package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/app/node"
)

// paper is what is printed, and how often.
type paper struct {
	mu   sync.Mutex
	text strings.Builder
}

func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

var day = time.Date(2026, 11, 28, 13, 51, 16, 500, time.UTC)

// rows are as many files, the last first, and a folder after them.
func rows(n int) (all []node.Entry) {
	for k := range n {
		all = append(all, node.Entry{Name: fmt.Sprintf("file %05d", n-k), Size: int64(k), Modified: day})
	}
	return append(all, node.Entry{Name: "Z", Folder: true, Modified: day})
}

func TestAListIsOneJSONDocument(t *testing.T) {
	for rule, all := range map[string][]node.Entry{
		"empty": {}, "one": {{Name: "a"}}, "folders first": rows(3), "many": rows(3 * sortUpTo),
		"hard names": {{Name: "gpj.\u202eexe"}, {Name: `a"b\c`}, {Name: "<&>"}, {Name: "日本"}, {Name: "\u2028"}},
	} {
		var out paper
		l := newListing(&out, true)
		for some := range slices.Chunk(slices.Clone(all), 1000) {
			if err := l.add(some); err != nil {
				t.Error(err)
			}
		}
		if err := l.end(nil); err != nil {
			t.Errorf("%s: %v", rule, err)
		}
		var got struct{ Entries []node.Entry }
		if err := json.Unmarshal([]byte(out.String()), &got); err != nil || got.Entries == nil || len(got.Entries) != len(all) {
			t.Errorf("%s: %d entries of %d, %v", rule, len(got.Entries), len(all), err)
		}
		if strings.ContainsFunc(out.String(), func(r rune) bool { return r == 0x202e }) {
			t.Errorf("%s turns the terminal round", rule)
		}
		if len(all) > sortUpTo {
			continue
		}
		node.SortEntries(all)
		if len(all) > 0 && !slices.Equal(got.Entries, all) {
			t.Errorf("%s: %+v", rule, got.Entries)
		}
	}
}

// The document is laid out as those of other commands.
func TestAListLooksLikeOtherDocuments(t *testing.T) {
	for _, all := range [][]node.Entry{{}, rows(1)} {
		var streamed, whole paper
		l := newListing(&streamed, true)
		if err := errors.Join(l.add(all), l.end(nil)); err != nil {
			t.Fatal(err)
		}
		node.SortEntries(all)
		entries := []map[string]any{}
		for _, e := range all {
			entries = append(entries, map[string]any{"name": e.Name, "folder": e.Folder, "size": e.Size, "modified": e.Modified})
		}
		c := command{Program: Program{Out: &whole}, json: true}
		if err := c.show(map[string]any{"entries": entries}, nil); err != nil {
			t.Fatal(err)
		}
		lines := func(p *paper) []string {
			all := strings.Split(strings.ReplaceAll(p.String(), ",", ""), "\n")
			slices.Sort(all) // a map's fields have another order
			return all
		}
		if got, want := lines(&streamed), lines(&whole); !slices.Equal(got, want) {
			t.Errorf("%s\nwant\n%s", streamed.String(), whole.String())
		}
	}
}

func TestFirstRowsArePrintedBeforeTheLast(t *testing.T) {
	for _, asJSON := range []bool{false, true} {
		var out paper
		l := newListing(&out, asJSON)
		if err := l.add(rows(5)); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(10 * time.Second); !strings.Contains(out.String(), "file 00001"); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("no row is printed while the rest is held back")
			}
		}
		if text := out.String(); strings.Index(text, "Z") > strings.Index(text, "file 00001") || strings.Index(text, "file 00002") < strings.Index(text, "file 00001") {
			t.Errorf("unsorted:\n%s", text)
		}
		if err := l.add([]node.Entry{{Name: "late"}}); err != nil || !strings.Contains(out.String(), "late") {
			t.Errorf("what comes later waits: %v", err)
		}
		if err := l.end(nil); err != nil {
			t.Error(err)
		}
	}
}

// A list that breaks off is not closed, so that no script takes it for the whole; without a row there is no document.
func TestAListThatBreaksOff(t *testing.T) {
	lost := errors.New("front was lost")
	for n, asJSON := range []bool{true, true, false, false} {
		var out paper
		l := newListing(&out, asJSON)
		if n%2 == 0 {
			if err := l.add(rows(2)); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.end(lost); !errors.Is(err, lost) {
			t.Errorf("it ends with %v", err)
		}
		text := out.String()
		if n%2 == 1 && text != "" || n%2 == 0 && (strings.Count(text, "file") != 2 || !strings.HasSuffix(text, "\n")) || json.Valid([]byte(text)) && text != "" {
			t.Errorf("it prints\n%s", text)
		}
	}
}
