package inbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// box is one whose disk may fail, and whose clock can be set.
type box struct {
	*Box
	saved []byte
	fails error
	time  time.Time
}

func newBox(t *testing.T) *box {
	b := &box{time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	b.Box = New(nil, b.keep)
	b.now = func() time.Time { return b.time }
	return b
}

func (b *box) keep(list []Entry) (err error) {
	if b.fails != nil {
		return b.fails
	}
	b.saved, err = json.Marshal(list)
	return err
}

// again is what is there after a restart.
func (b *box) again(t *testing.T) *box {
	t.Helper()
	var list []Entry
	if err := json.Unmarshal(b.saved, &list); err != nil {
		t.Fatal(err)
	}
	next := &box{time: b.time, saved: b.saved}
	next.Box = New(list, next.keep)
	next.now = func() time.Time { return next.time }
	return next
}

func (b *box) offers(t *testing.T, pc, ref string) Entry {
	t.Helper()
	e, _, err := b.Take(pc, Offer{Ref: ref, Names: []string{"a"}, Files: 1, Bytes: 1})
	if err != nil {
		t.Fatalf("%s offers %s: %v", pc, ref, err)
	}
	return e
}

func TestAnOfferIsTakenOnceAndOutlivesARestart(t *testing.T) {
	b := newBox(t)
	e := b.offers(t, "x", "1")
	if again, fresh, err := b.Take("x", Offer{Ref: "1", Names: []string{"other"}}); err != nil || fresh || again.ID != e.ID || again.Names[0] != "a" {
		t.Errorf("the same again: %+v, %v, %v", again, fresh, err)
	}
	if other := b.offers(t, "y", "1"); other.ID == e.ID {
		t.Error("two PCs' offers are one")
	}
	if err := b.Accept(e.ID, "/inbox"); err != nil {
		t.Fatal(err)
	}
	b = b.again(t)
	if got, ok := b.Of("x", "1"); !ok || got.State != Receiving || got.Dir != "/inbox" || got.Ref != "1" {
		t.Errorf("after a restart: %+v", got)
	}
	for what, err := range map[string]error{"accept twice": b.Accept(e.ID, "/x"), "forget": b.Forget(e.ID)} {
		if !errors.Is(err, ErrState) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestWhatCanNotBeSavedDidNotHappen(t *testing.T) {
	b := newBox(t)
	e := b.offers(t, "x", "1")
	b.fails = errors.New("disk full")
	if err := b.Accept(e.ID, "/inbox"); err == nil {
		t.Error("accepted though it can't be kept")
	}
	if _, _, err := b.Take("x", Offer{Ref: "2", Text: "hello"}); err == nil {
		t.Error("taken though it can't be kept")
	}
	if got, _ := b.Get(e.ID); got.State != Open || len(b.List()) != 1 {
		t.Errorf("%+v", b.List())
	}
}

func TestOnePCCanNotFillTheInboxNorPushOthersOut(t *testing.T) {
	b := newBox(t)
	b.save = func([]Entry) error { return nil }
	kept := b.offers(t, "victim", "kept")
	if err := b.Decline(kept.ID); err != nil {
		t.Fatal(err)
	}
	for i := range 1000 { // declined as fast as they come: they are the ones that go
		e, _, err := b.Take("noisy", Offer{Ref: fmt.Sprint(i), Names: []string{"a"}})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Decline(e.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := b.Get(kept.ID); !ok || len(b.List()) > maxEntries {
		t.Errorf("%d entries; the victim's is there: %v", len(b.List()), ok)
	}
	for i := range 2 * maxWaiting {
		_, _, err := b.Take("noisy", Offer{Ref: fmt.Sprint("w", i), Text: "hello"})
		if want := i >= maxWaiting; errors.Is(err, ErrMany) != want {
			t.Fatalf("text %d: %v", i, err)
		}
	}
}

func TestManyLongTextsAreBounded(t *testing.T) {
	b := newBox(t)
	b.save = func([]Entry) error { return nil } // it would take most of the time
	text, sum := strings.Repeat("x", MaxText), 0
	for pc := range 20 {
		for i := range maxWaiting {
			if _, _, err := b.Take(fmt.Sprint("pc", pc), Offer{Ref: fmt.Sprint(i), Text: text}); err != nil && !errors.Is(err, ErrMany) {
				t.Fatal(err)
			}
		}
	}
	for _, e := range b.List() {
		sum += len(e.Text)
	}
	if sum > maxTexts || sum < maxTexts/2 {
		t.Errorf("%d bytes of texts are kept", sum)
	}
}

func TestWhatNobodyAnswersExpires(t *testing.T) {
	b := newBox(t)
	open, coming := b.offers(t, "x", "1"), b.offers(t, "x", "2")
	if err := b.Accept(coming.ID, "/inbox"); err != nil {
		t.Fatal(err)
	}
	b.time = b.time.Add(life)
	if gone, err := b.Expire(); len(gone) != 0 || err != nil {
		t.Errorf("expired early: %v %v", gone, err)
	}
	b.time = b.time.Add(time.Second)
	if gone, err := b.Expire(); len(gone) != 2 || err != nil {
		t.Errorf("expired: %v %v", gone, err)
	}
	if a := b.Answers("x"); a["1"] != Withdrawn || a["2"] != Withdrawn || len(b.Answers("y")) != 0 {
		t.Errorf("answers %v (%s)", a, open.ID)
	}
}

// What has come is put where it belongs, beside what is there; in the middle of it the program may end.
func TestSettlingReplacesNothingAndCanBeGoneOnWith(t *testing.T) {
	e := Entry{ID: "abc", Dir: filepath.Join(t.TempDir(), "Inbox")}
	if err := e.Prepare(); err != nil {
		t.Fatal(err)
	}
	write := func(at, content string) {
		t.Helper()
		os.MkdirAll(filepath.Dir(at), 0o700)
		if err := os.WriteFile(at, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"a.tar.gz", "README", "dir.d/x", ".tmp"} {
		write(filepath.Join(e.Staging(), name), "new")
		if name != ".tmp" {
			write(filepath.Join(e.Dir, name), "old")
		}
	}
	if files, bytes, err := e.Measure(); files != 4 || bytes != 12 || err != nil {
		t.Errorf("measured %d, %d, %v", files, bytes, err)
	}
	outside := filepath.Join(t.TempDir(), "outside")
	write(outside, "mine")
	if err := os.Symlink(outside, filepath.Join(e.Dir, "a.tar (2).gz")); err != nil { // taken as well
		t.Fatal(err)
	}
	names, err := e.Settle()
	slices.Sort(names)
	if want := []string{"README (2)", "a.tar (3).gz", "dir.d (2)"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("%q, %v", names, err)
	}
	for name, want := range map[string]string{"README": "old", "README (2)": "new", "a.tar.gz": "old", "dir.d/x": "old", "dir.d (2)/x": "new"} {
		if got, _ := os.ReadFile(filepath.Join(e.Dir, name)); string(got) != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got, _ := os.ReadFile(outside); string(got) != "mine" {
		t.Error("it was written through a link")
	}
	if again, err := e.Settle(); err != nil || len(again) != 0 {
		t.Errorf("again: %q, %v", again, err)
	}
	if _, err := os.Lstat(e.Staging()); !os.IsNotExist(err) {
		t.Errorf("the staging folder stays: %v", err)
	}
}

func FuzzOffer(f *testing.F) {
	f.Add([]byte(`{"id":"1","label":"a","names":["a","b"],"files":2,"bytes":3}`))
	f.Add([]byte(`{"id":"1","text":"a\u202eb\r\n"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var o Offer
		if json.Unmarshal(data, &o) != nil {
			return
		}
		o, err := read(o)
		if err != nil {
			return
		}
		if len(o.Names) > maxNames || len(o.Text) > MaxText || o.Bytes < 0 || o.Files < 0 {
			t.Errorf("%+v", o)
		}
		for _, s := range append(slices.Clone(o.Names), o.Label, strings.ReplaceAll(strings.ReplaceAll(o.Text, "\n", ""), "\t", "")) {
			if !utf8.ValidString(s) || strings.ContainsFunc(s, strange) {
				t.Errorf("shown as %q", s)
			}
		}
	})
}
