package share

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestEntriesAreWrittenAsJSONHasThem(t *testing.T) {
	at := time.Date(2026, 11, 28, 13, 51, 16, 123456789, time.UTC)
	for _, e := range []Entry{
		{}, {Name: "a.txt", Size: 3, Modified: at}, {Name: "d", Folder: true, Modified: at.Truncate(time.Second)}, {Name: "Straße 日本", Size: 1 << 62},
		{Name: `a"b`}, {Name: "a<b>&c"}, {Name: "line\u2028sep"}, {Name: "tab\t"}, {Name: "a", Size: -1}, {Name: "zone", Modified: at.In(time.FixedZone("", 5400))},
	} {
		line := e.AppendJSON([]byte("before"))
		var usual Entry
		if err := json.Unmarshal(line[len("before"):], &usual); err != nil || !sameEntry(usual, e) {
			t.Errorf("%+v is %s: %+v, %v", e, line, usual, err)
		}
		if got, err := parseEntry(line[len("before") : len(line)-1]); err != nil || !sameEntry(got, e) {
			t.Errorf("%s is read as %+v, %v", line, got, err)
		}
	}
}

func sameEntry(a, b Entry) bool {
	return a.Name == b.Name && a.Folder == b.Folder && a.Size == b.Size && a.Modified.Equal(b.Modified)
}

// FuzzEntry: what is read by hand is what encoding/json reads, and what is written by hand can be read by either.
func FuzzEntry(f *testing.F) {
	for _, line := range []string{
		`{"name":"a","size":3,"modified":"2024-01-02T03:04:05Z"}`, `{"name":"a","folder":true,"modified":"2024-01-02T03:04:05.5+02:00"}`, `{"name":"a","size":03,"modified":"2024-01-02T03:04:05Z"}`,
		`{"name":"a\u0062","modified":"2024-01-02T03:04:05Z"}`, `{"name":"a","size":999999999999999999999,"modified":"2024-01-02T03:04:05Z"}`, `{"name":"a","modified":"","name":"b"}`, `{}`,
		`{"name":false,"failure":{}}`, `{"name":"` + "\xff" + `","modified":"2024-01-02T03:04:05Z"}`, `{"name":"a","size":1,"modified":"2024-01-02T03:04:05Z"} `, `{"name":"a","modified":"24:00"}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		got, ok := parseUsual(line)
		var want Entry
		err := json.Unmarshal(line, &want)
		if ok && (err != nil || !sameEntry(got, want)) {
			t.Errorf("%q is read as %+v, want %+v, %v", line, got, want, err)
		}
		if err != nil {
			return
		}
		again, err := parseEntry(want.AppendJSON(nil))
		if err != nil || !sameEntry(again, want) {
			t.Errorf("%+v becomes %+v, %v", want, again, err)
		}
	})
}

// telling is a PC whose lists are what tell writes.
func telling(t *testing.T, tell func(w http.ResponseWriter, r *http.Request)) *Client {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(tell))
	t.Cleanup(s.Close)
	return &Client{HTTP: s.Client(), Base: s.URL}
}

func TestFirstEntriesComeBeforeTheLast(t *testing.T) {
	rest := make(chan struct{})
	c := telling(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"name":"first"}`+"\n"+`{"name":"..`) // and what isn't a line yet
		_ = http.NewResponseController(w).Flush()
		<-rest
		fmt.Fprint(w, `"}`+"\n"+`{"name":"last"}`+"\n{}\n")
	})
	var got []string
	err := c.ListEach(within(t, 10*time.Second), "docs", "", func(some []Entry) error {
		for _, e := range some {
			got = append(got, e.Name)
		}
		if len(got) == 1 {
			close(rest)
		}
		return nil
	})
	if err != nil || fmt.Sprint(got) != "[first last]" {
		t.Errorf("%q, %v", got, err)
	}
}

// What stands on a server's list is sent in large pieces, but the first of it and what has waited is not kept back.
func TestAListIsNotKeptBack(t *testing.T) {
	w := httptest.NewRecorder()
	l := listing{to: w, sent: time.Now()}
	add := func(n int) (sent int) {
		before := w.Body.Len()
		for range n {
			if err := l.add(Entry{Name: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		return strings.Count(w.Body.String()[before:], "\n")
	}
	if n := add(firstEntries - 1); n != 0 {
		t.Errorf("%d entries came one by one", n)
	}
	if n := add(1); n != firstEntries {
		t.Errorf("%d came at first", n)
	}
	if n := add(10 * waitStep); n != 0 {
		t.Errorf("%d of a few came at once", n)
	}
	l.sent = l.sent.Add(-2 * longWait)
	if n := add(waitStep); n < 10*waitStep {
		t.Errorf("%d came of those that waited", n)
	}
	if n := add(10_000); n < 9_000 {
		t.Errorf("%d of very many came", n)
	}
}

// Who has seen enough of a list ends it at the other PC, too.
func TestAListThatIsLeftEndsAtTheServer(t *testing.T) {
	dir := memory(t)
	for n := range 20_000 { // more than any connection holds
		write(t, filepath.Join(dir, fmt.Sprintf("file %d %s", n, strings.Repeat("x", 200))), "")
	}
	p, ended := newPCIn(t, everything, dir), make(chan any, 2)
	c := telling(t, func(w http.ResponseWriter, r *http.Request) {
		defer func() { ended <- recover() }()
		p.server.ServeHTTP(w, r)
	})
	enough := errors.New("enough")
	ctx, cancel := context.WithCancel(within(t, 10*time.Second))
	for rule, each := range map[string]func([]Entry) error{
		"the reader says so":  func([]Entry) error { return enough },
		"its context is over": func([]Entry) error { cancel(); return nil },
	} {
		err := c.ListEach(ctx, "docs", "", each)
		if !errors.Is(err, enough) && !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", rule, err)
		}
		if why := <-ended; why != http.ErrAbortHandler {
			t.Errorf("%s: the server ended with %v", rule, why)
		}
		ctx, cancel = context.WithCancel(within(t, 10*time.Second))
	}
	cancel()
}

// A list that can't be gone on with says why, after what it had.
func TestAListThatFails(t *testing.T) {
	first := Entry{Name: "first"}.AppendJSON(nil)
	for rule, c := range map[string]struct {
		rest string
		want func(error) bool
	}{
		"the other PC says why":    {string(AppendFailure(nil, &Error{Code: Gone, Text: "the disk is gone"})), func(err error) bool { return code(err) == Gone }},
		"in words that can't be":   {`{"name":false,"failure":"\u001b[2J"}` + "\n", func(err error) bool { return err != nil }},
		"the connection ends":      {"", func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
		"it ends within an entry":  {`{"name":"x`, func(err error) bool { return err != nil }},
		"a line is no entry":       {`["x"]` + "\n{}\n", func(err error) bool { return err != nil }},
		"it goes on after failing": {string(AppendFailure(nil, &Error{Code: Denied})) + `{"name":"x"}` + "\n{}\n", func(err error) bool { return code(err) == Denied }},
	} {
		var got []Entry
		err := answering(append(append([]byte{}, first...), c.rest...)).ListEach(within(t, 10*time.Second), "docs", "", func(some []Entry) error {
			got = append(got, some...)
			return nil
		})
		if !c.want(err) || len(got) != 1 || got[0].Name != "first" {
			t.Errorf("%s: %v after %+v", rule, err, got)
		}
	}
	var older Entry // a PC that doesn't know of failures must not take one for the end
	if json.Unmarshal(AppendFailure(nil, &Error{Code: Gone}), &older) == nil {
		t.Errorf("an older PC takes it for %+v", older)
	}
}

// Each entry of a folder that is read in several pieces, by several at a time, is on the list once, with what is its own.
func TestAListHasEachEntryOnce(t *testing.T) {
	dir := memory(t)
	const files = 2*readDirStep + 7
	for n := range files {
		write(t, filepath.Join(dir, fmt.Sprintf("file %d", n)), strings.Repeat("x", n%10))
	}
	write(t, filepath.Join(dir, "folder", "in it"), "")
	write(t, filepath.Join(dir, ".hidden"), "")
	list, err := newPCIn(t, everything, dir).List(within(t, 10*time.Second), "docs", "")
	if err != nil || len(list) != files+1 || list[0].Name != "folder" || !list[0].Folder || list[0].Size != 0 {
		t.Fatalf("%d entries, %v", len(list), err)
	}
	seen := map[string]bool{}
	for _, e := range list[1:] {
		var n int
		if _, err := fmt.Sscanf(e.Name, "file %d", &n); err != nil || seen[e.Name] || e.Folder || e.Size != int64(n%10) || time.Since(e.Modified) > time.Hour {
			t.Errorf("%+v", e)
		}
		seen[e.Name] = true
	}
}
