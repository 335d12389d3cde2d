package share

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// rare are names that Linux has and the wire has not, and what they are there.
var rare = map[string]string{"back\\slash": "back\uf05cslash", "bell\a": "bell\uf007", "latin\xe4": "latin\uf0e4", "private\uf05c": "private\uf02f\uf05c"}

func TestNamesThatTheWireHasNotAreListedAndAskedFor(t *testing.T) {
	o := newOffice(t)
	ctx := within(t, 10*time.Second)
	for name, wire := range rare {
		o.write(o.shared, name+"/"+name, name)
		list, err := o.client.List(ctx, "Team", "")
		o.check(err)
		if len(list) != 1 || list[0].Name != wire {
			t.Fatalf("%q is listed as %v", name, list)
		}
		list, err = o.client.List(ctx, "Team", wire)
		o.check(err)
		if len(list) != 1 || list[0].Name != wire || list[0].Size != int64(len(name)) {
			t.Fatalf("%q has %v", name, list)
		}
		if got := string(o.content(wire + "/" + wire)); got != name {
			t.Errorf("%q has the content %q", name, got)
		}
		wantCode(t, o.client.Mkdir(ctx, "Team", wire), Exists)
		o.check(o.client.Rename(ctx, "Team", wire+"/"+wire, "plain"))
		o.check(o.client.Rename(ctx, "Team", "plain", wire+"/"+wire+" 2"))
		o.check(o.client.Remove(ctx, "Team", wire+"/"+wire+" 2"))
		o.has(o.shared, map[string]string{name: "/"})
		o.check(o.client.Remove(ctx, "Team", wire))
	}
}

func TestNormalFormsOfANameAreOneFile(t *testing.T) {
	o := newOffice(t)
	ctx := within(t, 10*time.Second)
	composed, decomposed := "Caf\u00e9", "Cafe\u0301"
	for have, ask := range map[string]string{composed: decomposed, decomposed: composed} {
		o.write(o.shared, have+"/x", "1")
		list, err := o.client.List(ctx, "Team", ask)
		o.check(err)
		if len(list) != 1 {
			t.Errorf("%q has %v", ask, list)
		}
		wantCode(t, o.client.Mkdir(ctx, "Team", ask), Exists)
		if list, err = o.client.List(ctx, "Team", ""); err != nil || len(list) != 1 || list[0].Name != have {
			t.Errorf("%q is listed as %v (%v)", have, list, err)
		}
		o.check(o.client.Remove(ctx, "Team", ask))
	}
	o.write(o.shared, composed, "1")
	o.write(o.shared, decomposed, "2")
	for name, want := range map[string]string{composed: "1", decomposed: "2"} {
		if got := string(o.content(name)); got != want { // both are there
			t.Errorf("%q has the content %q", name, got)
		}
	}
}

func TestNamesTooLongForTheWireAreFound(t *testing.T) {
	o := newOffice(t)
	ctx := within(t, 10*time.Second)
	for _, last := range []string{"1.txt", "2.txt"} {
		long := ""
		for len(long) < 240 {
			long += "\\"
		}
		o.write(o.shared, long+last, last)
	}
	list, err := o.client.List(ctx, "Team", "")
	o.check(err)
	got := []string{}
	for _, e := range list {
		got = append(got, string(o.content(e.Name)))
	}
	if slices.Sort(got); !slices.Equal(got, []string{"1.txt", "2.txt"}) {
		t.Errorf("there are %q", got)
	}
}

func TestTimesAreKnownAsTheDiskKeepsThem(t *testing.T) {
	comes := time.Date(2026, 1, 2, 3, 4, 5, 123456789, time.UTC)
	for _, c := range []struct {
		grain time.Duration
		here  time.Duration // the rest of the minute
		want  bool
	}{
		{1, 5123456789, true}, {1, 5123456700, false}, {1, 5 * time.Second, false},
		{ntfsGrain, 5123456700, true}, {ntfsGrain, 5123456000, false},
		{fatGrain, 4 * time.Second, true}, {fatGrain, 5 * time.Second, true}, {fatGrain, 5120 * time.Millisecond, true}, {fatGrain, 6 * time.Second, false},
	} {
		if got := (spelling{grain: c.grain}).keeps(comes.Truncate(time.Minute).Add(c.here), comes); got != c.want {
			t.Errorf("with %v, %v is the time of the file: %v", c.grain, c.here, got)
		}
	}
}

func TestPathsAsLongAsTheyCanBeTravel(t *testing.T) {
	o := newOffice(t)
	deep := strings.Repeat("a folder with a name of forty letters/", 100) + "file" // 3,804 bytes
	root, err := os.OpenRoot(o.desk)
	o.check(err)
	defer root.Close()
	o.check(root.MkdirAll("top/"+path.Dir(deep), 0o755))
	o.check(root.WriteFile("top/"+deep, []byte("deep"), 0o644))
	_, err = o.put("", filepath.Join(o.desk, "top"))
	o.check(err)
	_, err = o.get(filepath.Join(o.desk, "back"), "top")
	o.check(err)
	if b, err := root.ReadFile("back/" + deep); err != nil || string(b) != "deep" {
		t.Errorf("it came as %q (%v)", b, err)
	}
}

func TestWhatComesHomeIsKnown(t *testing.T) {
	o := newOffice(t)
	for name := range rare {
		o.write(o.desk, "d/"+name+"/"+name, name)
	}
	want := o.tree(o.desk)
	for range 2 {
		_, err := o.put("", filepath.Join(o.desk, "d"))
		o.check(err)
		_, err = o.get(o.desk, "d")
		o.check(err)
	}
	if got := o.tree(o.desk); !maps.Equal(got, want) {
		t.Errorf("there is now %q", got)
	}
	for name := range o.tree(o.shared) {
		if strings.ContainsFunc(name, control) || !utf8.ValidString(name) {
			t.Errorf("%q attacks terminals there", name)
		}
	}
	if _, err := os.Lstat(filepath.Join(o.shared, "d", "back\\slash", "back\\slash")); err != nil {
		t.Error(err)
	}
}
