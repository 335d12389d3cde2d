package share

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
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

func TestADiskIsProbed(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	temps := newTemps(nil)
	defer temps.end()
	if v := probe(root, "", temps); v != (volume{step: 1}) {
		t.Errorf("it is %+v", v)
	}
	if left, _ := filepath.Glob(filepath.Join(root.Name(), ".*")); len(left) > 0 {
		t.Errorf("there is still %q", left)
	}
}
