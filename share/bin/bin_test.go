package bin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// shelf is a shared folder with its bin, at a time of its own.
type shelf struct {
	*Bin
	t    testing.TB
	dir  string
	time time.Time
}

func newShelf(t testing.TB) *shelf {
	t.Helper()
	return openShelf(t, t.TempDir())
}

func openShelf(t testing.TB, dir string) *shelf {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := &shelf{Bin: New(root, Names{besides, moveNew}), t: t, dir: dir, time: time.Now()}
	s.now = func() time.Time { return s.time }
	t.Cleanup(func() { s.Close(); root.Close() })
	return s
}

func besides(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for n := 1; n < 100 && yield(strings.TrimSuffix(fmt.Sprintf("%s (%d)", name, n), " (1)")); n++ {
		}
	}
}

func moveNew(root *os.Root, from, to string) error {
	if _, err := root.Lstat(to); err == nil {
		return fs.ErrExist
	}
	return root.Rename(from, to)
}

func (s *shelf) write(name, text string) {
	s.t.Helper()
	at := filepath.Join(s.dir, filepath.FromSlash(name))
	s.check(os.MkdirAll(filepath.Dir(at), 0o777))
	s.check(os.WriteFile(at, []byte(text), 0o666))
}

func (s *shelf) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func anything(Item) bool { return true }

// put replaces a file, as a caller.
func (s *shelf) put(name, text, who string) {
	s.t.Helper()
	s.write(".lanyard-temp", text)
	s.check(s.Replace(".lanyard-temp", name, who, func(fs.FileInfo) error { return nil }))
}

func (s *shelf) remove(name, who string) {
	s.t.Helper()
	s.check(s.Remove(name, who, func(int) error { return nil }))
}

// has checks what is in the folder, but for the bin.
func (s *shelf) has(want ...string) {
	s.t.Helper()
	var got []string
	s.check(filepath.WalkDir(s.dir, func(p string, d fs.DirEntry, err error) error {
		if d.IsDir() && d.Name() == Name {
			return filepath.SkipDir
		}
		if err == nil && !d.IsDir() {
			text, _ := os.ReadFile(p)
			name, _ := filepath.Rel(s.dir, p)
			got = append(got, filepath.ToSlash(name)+"="+string(text))
		}
		return err
	}))
	if g, w := strings.Join(got, " "), strings.Join(want, " "); g != w {
		s.t.Errorf("there is %q, want %q", g, w)
	}
}

func (s *shelf) items() []Item {
	s.t.Helper()
	list, err := s.Items()
	s.check(err)
	return list
}

func (s *shelf) restore(pick func(Item) bool) Restored {
	s.t.Helper()
	r, err := s.Restore(s.t.Context(), "owner", pick)
	s.check(err)
	return r
}

func TestWhatIsReplacedAndRemovedComesBack(t *testing.T) {
	s := newShelf(t)
	s.write("a/letter", "first")
	s.write("b/c/d", "deep")
	s.put("a/letter", "second", "x")
	s.put("a/letter", "third", "x")
	s.remove("b", "x")
	s.has("a/letter=third")
	list := s.items()
	if len(list) != 3 || list[0].Action != list[2].Action || list[0].How != Replaced || list[2].How != Removed || !list[2].Folder || list[2].Files != 1 || list[2].Size != 4 {
		t.Fatalf("in the bin is %+v", list)
	}
	if r := s.restore(anything); r.Items != 3 || r.Failed != 0 || len(r.Renamed) != 0 {
		t.Errorf("restored %+v", r)
	}
	s.has("a/letter=first", "b/c/d=deep")
	if list := s.items(); len(list) != 2 || list[0].Who != "owner" { // what had to give way can be had back, too
		t.Errorf("then in the bin is %+v", list)
	}
}

func TestATakenNameIsKept(t *testing.T) {
	s := newShelf(t)
	s.write("a", "old")
	s.write("d/x", "old")
	s.write("f", "old")
	s.remove("a", "x")
	s.remove("d", "x")
	s.put("f", "new", "x")
	s.write("a", "mine")
	s.write("d", "a file now")
	s.check(os.Remove(filepath.Join(s.dir, "f")))
	s.write("f/x", "a folder now")
	r := s.restore(anything)
	if r.Items != 3 || len(r.Renamed) != 3 || r.Failed != 0 {
		t.Errorf("restored %+v", r)
	}
	s.has("a=mine", "a (2)=old", "d=a file now", "d (2)/x=old", "f/x=a folder now", "f (2)=old")
}

func TestMovesAreUndone(t *testing.T) {
	s := newShelf(t)
	s.write("a", "1")
	s.check(s.root.Rename("a", "b"))
	s.check(s.Moved("a", "b", "x"))
	if list := s.items(); len(list) != 1 || list[0].How != Moved || list[0].To != "b" {
		t.Errorf("in the bin is %+v", list)
	}
	s.restore(anything)
	s.has("a=1")
	if list := s.items(); len(list) != 0 {
		t.Errorf("then in the bin is %+v", list)
	}
}

// A roll-back undoes what one has done since a time, and nothing else.
func TestARollBackIsForOneCaller(t *testing.T) {
	s := newShelf(t)
	for _, name := range []string{"a", "b", "c", "d"} {
		s.write(name, "old")
	}
	s.put("a", "meant", "virus")
	s.time = s.time.Add(time.Hour)
	since := s.time
	s.put("b", "other", "friend")
	s.put("c", "noise", "virus")
	s.put("c", "more noise", "virus")
	s.check(s.root.Rename("c", "c.locked"))
	s.check(s.Moved("c", "c.locked", "virus"))
	s.write("d.locked", "noise")
	s.check(s.Added("d.locked", "virus"))
	s.remove("d", "virus")
	r, err := s.RollBack(t.Context(), "virus", since)
	if err != nil || r.Failed != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	s.has("a=meant", "b=other", "c=old", "d=old")
}

// A journal that was torn, lost or written into costs the names at most, and never content.
func TestAJournalThatIsNotWhole(t *testing.T) {
	for name, harm := range map[string]func(journal string) error{
		"torn": func(j string) error {
			text, err := os.ReadFile(j)
			return errors.Join(err, os.WriteFile(j, text[:len(text)-5], 0o600))
		},
		"lost": os.Remove,
		"noise": func(j string) error {
			return os.WriteFile(j, []byte(strings.Repeat("x", 3*maxLine)+"\n{}\n[]\n\x00\n"), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			s.write("a", "1")
			s.remove("a", "x")
			s.Close()
			s.check(harm(filepath.Join(s.dir, Name, journalName)))
			s.write("b", "2")
			s.remove("b", "x")
			list := s.items()
			if len(list) != 2 {
				t.Fatalf("in the bin is %+v", list)
			}
			if r := s.restore(anything); r.Items != 2 || r.Failed != 0 {
				t.Errorf("%+v", r)
			}
			text, err := os.ReadFile(filepath.Join(s.dir, "b"))
			if err != nil || string(text) != "2" {
				t.Errorf("what was removed after that: %q, %v", text, err)
			}
			found, _ := filepath.Glob(filepath.Join(s.dir, "found *"))
			if len(found) != 1 {
				t.Errorf("what has no line is at %q", found)
			}
		})
	}
}

func TestWhatIsTooOldOrTooMuchGoes(t *testing.T) {
	s, day := newShelf(t), 24*time.Hour
	keep := Keep{Age: 30 * day, Bytes: 25}
	for n := range 5 { // 10 bytes a day
		s.write("f", fmt.Sprintf("content %2d", n))
		s.remove("f", "x")
		s.time = s.time.Add(day)
	}
	s.check(s.Tend(keep))
	if list := s.items(); len(list) != 2 {
		t.Errorf("of 50 bytes are kept %+v", list)
	}
	s.write("large", strings.Repeat("x", 1000))
	s.remove("large", "x")
	s.check(s.Tend(keep))
	if list := s.items(); len(list) != 1 || list[0].Path != "large" {
		t.Errorf("what was just removed is not kept: %+v", list)
	}
	s.time = s.time.Add(2 * time.Hour)
	s.check(s.Tend(keep))
	if list := s.items(); len(list) != 0 {
		t.Errorf("too much is kept: %+v", list)
	}
	s.write("old", "x")
	s.remove("old", "x")
	s.time = s.time.Add(31 * day)
	s.check(s.Tend(keep))
	if list := s.items(); len(list) != 0 {
		t.Errorf("too old are %+v", list)
	}
	left, _ := filepath.Glob(filepath.Join(s.dir, Name, "*"))
	if len(left) != 1 {
		t.Errorf("left is %q", left)
	}
}

func TestVersionsAreThinned(t *testing.T) {
	s := newShelf(t)
	s.write("f", "the first")
	for n := range 300 { // every minute, then every hour, then every day
		s.put("f", fmt.Sprint(n), "x")
		s.time = s.time.Add([]time.Duration{24 * time.Hour, time.Hour, time.Minute}[n/100])
	}
	s.check(s.Tend(Keep{Age: 10_000 * time.Hour, Bytes: 1 << 40}))
	list := s.items()
	if len(list) < 100 || len(list) > 240 {
		t.Errorf("%d versions are kept", len(list))
	}
	r := s.restore(func(i Item) bool { return i.ID == list[0].ID })
	if r.Items != 1 {
		t.Errorf("%+v", r)
	}
	s.has("f=the first")
}

// However often a file is replaced in a short time, what was there before stays.
func TestManyVersionsDontPushOutTheFirst(t *testing.T) {
	s := newShelf(t)
	s.write("f", "the first")
	for n := range 1000 {
		s.put("f", fmt.Sprint(n), "x")
		s.time = s.time.Add(100 * time.Millisecond)
	}
	s.check(s.Tend(Keep{Age: time.Hour, Bytes: 1}))
	list := s.items()
	if len(list) > fewVersions {
		t.Errorf("%d versions are kept", len(list))
	}
	s.restore(anything)
	s.has("f=the first")
}

func TestTheBinGivesWay(t *testing.T) {
	s := newShelf(t)
	for n := range 3 {
		s.write("f", "x")
		s.remove("f", fmt.Sprint("x", n))
		s.time = s.time.Add(45 * time.Minute)
	}
	s.GiveWay(func() bool { return false })
	if list := s.items(); len(list) != 1 {
		t.Errorf("left is %+v", list)
	}
	s.check(s.Empty(t.Context(), anything))
	if list := s.items(); len(list) != 0 {
		t.Errorf("emptied, and there is %+v", list)
	}
}

func TestAJournalDoesNotGrowForever(t *testing.T) {
	s := newShelf(t)
	for n := range 3 * deadLines {
		s.check(s.Moved("a", fmt.Sprint("b", n), "x"))
	}
	s.write("a", "kept")
	s.remove("a", "x")
	list, _, err := s.load()
	s.check(err)
	for _, i := range list {
		if i.How == Moved {
			s.settle(i)
		}
	}
	s.time = s.time.Add(2 * time.Hour)
	s.check(s.Tend(Keep{Age: time.Hour * 100, Bytes: 1 << 40}))
	info, err := os.Stat(filepath.Join(s.dir, Name, journalName))
	s.check(err)
	if info.Size() > 1000 {
		t.Errorf("of one item the journal has %d bytes", info.Size())
	}
	s.restore(anything)
	s.has("a=kept")
}

// The bin is a folder of Lanyard's own: a link, a file or a pipe in its place is none, and nothing is lost through it.
func TestT40TheBinIsNoLink(t *testing.T) {
	for name, make := range map[string]func(dir string) error{
		"a link out":       func(dir string) error { return os.Symlink("../out", filepath.Join(dir, Name)) },
		"a link to shared": func(dir string) error { return os.Symlink("shown", filepath.Join(dir, Name)) },
		"a file":           func(dir string) error { return os.WriteFile(filepath.Join(dir, Name), nil, 0o666) },
		"a link as journal": func(dir string) error {
			return errors.Join(os.Mkdir(filepath.Join(dir, Name), 0o777), os.Symlink("../victim", filepath.Join(dir, Name, journalName)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := openShelf(t, mkdir(t, t.TempDir(), "share"))
			mkdir(t, filepath.Dir(s.dir), "out")
			mkdir(t, s.dir, "shown")
			s.write("victim", "v")
			s.write("x", "1")
			s.check(make(s.dir))
			s.write(".lanyard-temp", "2")
			yes := func(fs.FileInfo) error { return nil }
			if err := s.Replace(".lanyard-temp", "x", "w", yes); err == nil {
				t.Error("replaced")
			}
			if err := s.Remove("x", "w", func(int) error { return nil }); err == nil {
				t.Error("removed")
			}
			if _, err := s.Items(); err == nil {
				t.Error("listed")
			}
			for _, file := range []string{"victim=v", "x=1"} {
				p, want, _ := strings.Cut(file, "=")
				if text, err := os.ReadFile(filepath.Join(s.dir, p)); err != nil || string(text) != want {
					t.Errorf("%s: %q, %v", p, text, err)
				}
			}
			for _, dir := range []string{filepath.Join(s.dir, "..", "out"), filepath.Join(s.dir, "shown")} {
				if list, err := os.ReadDir(dir); err != nil || len(list) != 0 {
					t.Errorf("in %s is %v, %v", dir, list, err)
				}
			}
		})
	}
}

func mkdir(t testing.TB, parts ...string) string {
	t.Helper()
	dir := filepath.Join(parts...)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A bin that somebody has thrown away is made again.
func TestABinThatWasRemovedIsMadeAgain(t *testing.T) {
	s := newShelf(t)
	for _, lost := range []string{Name, Name + "/*-*", Name + "/[0-9a-z]*[0-9a-f]"} {
		s.write("a", "1")
		s.remove("a", "x")
		dirs, _ := filepath.Glob(filepath.Join(s.dir, lost))
		for _, dir := range dirs {
			s.check(os.RemoveAll(dir))
		}
		s.time = s.time.Add(time.Hour) // for another action
		s.write("a", "2")
		s.remove("a", "x")
		if n := len(s.items()); n == 0 {
			t.Errorf("%s: nothing is kept", lost)
		}
	}
}

// FuzzJournal reads what any program may have written: it never leads out of the folder, to what is hidden, nor to a panic.
func FuzzJournal(f *testing.F) {
	action := "dn0kg6231hkh86340f"
	for _, p := range []string{"a", "../victim", ".hidden", "a/../../victim", "/etc/passwd", "", "a//b", "share/.lanyard-bin/x", "x/.hidden"} {
		f.Add(fmt.Sprintf("{\"t\":1,\"a\":%q,\"n\":0,\"h\":\"removed\",\"p\":%q}\n", action, p))
		f.Add(fmt.Sprintf("{\"t\":1,\"a\":%q,\"n\":1,\"h\":\"moved\",\"p\":%q,\"to\":\"x\"}\n", action, p))
		f.Add(fmt.Sprintf("{\"t\":1,\"a\":%q,\"n\":2,\"h\":\"moved\",\"p\":\"x\",\"to\":%q}\n", action, p))
		f.Add(fmt.Sprintf("{\"t\":1,\"a\":%q,\"n\":0,\"h\":\"replaced\",\"r\":\"Li4vdmljdGlt\"}\n", "../"+p))
	}
	f.Fuzz(func(t *testing.T, journal string) {
		base := t.TempDir()
		s := openShelf(t, mkdir(t, base, "share"))
		if err := os.WriteFile(filepath.Join(base, "victim"), []byte("SECRET"), 0o600); err != nil {
			t.Fatal(err)
		}
		s.write(".hidden", "SECRET")
		s.write("x", "1")
		s.write(Name+"/"+action+"/0", "content")
		s.write(Name+"/"+journalName, journal)
		s.items()
		s.restore(anything)
		_, _ = s.RollBack(context.Background(), "", time.Time{})
		s.check(s.Tend(Keep{Age: time.Hour, Bytes: 10}))
		for _, file := range []string{"../victim", ".hidden"} {
			if text, err := os.ReadFile(filepath.Join(s.dir, file)); err != nil || string(text) != "SECRET" {
				t.Errorf("%s: %q, %v", file, text, err)
			}
		}
		if list, _ := os.ReadDir(base); len(list) != 2 {
			t.Errorf("beside it is %v", list)
		}
	})
}

// What was moved, and then taken away from there by the owner's own programs, is no failure of a restore of everything.
func TestAMoveThatCantBeUndoneIsLeftOut(t *testing.T) {
	s := newShelf(t)
	s.write("a", "a")
	s.write("c", "c")
	s.check(os.Rename(filepath.Join(s.dir, "a"), filepath.Join(s.dir, "b")))
	s.check(s.Moved("a", "b", "x"))
	s.check(os.Remove(filepath.Join(s.dir, "b")))
	s.remove("c", "x")
	r, err := s.Restore(t.Context(), "x", anything)
	if err != nil || r.Failed != 0 || r.Items != 1 {
		t.Errorf("restored %+v, %v", r, err)
	}
}
