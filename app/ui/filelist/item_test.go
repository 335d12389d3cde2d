package filelist

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func names(items []Item) []string {
	var all []string
	for _, i := range items {
		all = append(all, i.Name)
	}
	return all
}

func TestArrange(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	all := []Item{
		{Name: "page 10.txt", Size: 5, Modified: day(2)}, {Name: "page 9.txt", Size: 7, Modified: day(3)}, {Name: "Page 1.txt", Size: 7, Modified: day(1)},
		{Name: "zebra", Folder: true, Modified: day(9)}, {Name: "Ärger.txt", Size: 1, Modified: day(4)}, {Name: "apple", Folder: true, Modified: day(8)}, {Name: "b.txt", Size: 2, Modified: day(5)},
	}
	for _, c := range []struct {
		rule  string
		order Order
		want  []string
	}{
		{"folders first, numbers by value, accents and case aside", Order{}, []string{"apple", "zebra", "Ärger.txt", "b.txt", "Page 1.txt", "page 9.txt", "page 10.txt"}},
		{"the other way round folders still come first", Order{Down: true}, []string{"zebra", "apple", "page 10.txt", "page 9.txt", "Page 1.txt", "b.txt", "Ärger.txt"}},
		{"equal sizes go by name", Order{By: BySize}, []string{"apple", "zebra", "Ärger.txt", "b.txt", "page 10.txt", "Page 1.txt", "page 9.txt"}},
		{"latest first", Order{By: ByModified, Down: true}, []string{"zebra", "apple", "b.txt", "Ärger.txt", "page 9.txt", "page 10.txt", "Page 1.txt"}},
		{"a filter looks into names, accents and case aside", Order{Filter: "ARG"}, []string{"Ärger.txt"}},
		{"a filter may leave nothing", Order{Filter: "?"}, nil},
	} {
		if got := names(Arrange(all, c.order)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.rule, got, c.want)
		}
	}
	if all[0].Name != "page 10.txt" {
		t.Error("Arrange has changed what it was given")
	}
}

func TestOrderIsTotal(t *testing.T) {
	name := rapid.StringMatching(`[aAäbB 0-9]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		o := Order{By: Column(rapid.IntRange(0, 2).Draw(t, "by")), Down: rapid.Bool().Draw(t, "down")}
		draw := func(label string) *Item {
			n := name.Draw(t, label)
			return &Item{Name: n, key: fold(n), Folder: rapid.Bool().Draw(t, label), Size: rapid.Int64Range(0, 2).Draw(t, label)}
		}
		a, b, c := draw("a"), draw("b"), draw("c")
		if o.compare(a, b) != -o.compare(b, a) && a.Folder == b.Folder {
			t.Fatalf("%q and %q: %d, the other way %d", a.Name, b.Name, o.compare(a, b), o.compare(b, a))
		}
		if o.compare(a, b) <= 0 && o.compare(b, c) <= 0 && o.compare(a, c) > 0 {
			t.Fatalf("%q ≤ %q ≤ %q, but not the first and last", a.Name, b.Name, c.Name)
		}
	})
}

func BenchmarkArrange(b *testing.B) {
	all := many(100_000)
	for b.Loop() {
		Arrange(all, Order{})
	}
}

func many(n int) []Item {
	all := make([]Item, n)
	for i := range all {
		k := (i*7919 + 13) % n
		all[i] = Item{Name: fmt.Sprintf("measurement %06d.csv", k), Size: int64(k), Modified: time.Unix(int64(k)*1000, 0)}
	}
	return all
}
