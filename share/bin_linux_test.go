package share

import (
	"fmt"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"lanyard/share/bin"
)

// A disk that is full of what is in the bin has room: the oldest goes first, but for that of the last hour.
func TestTheBinGivesWayToWhatIsNew(t *testing.T) {
	dir := disk(t, "size=4m")
	fill(t, filepath.Join(dir, "old"), 2<<20)
	p, ctx := newPCIn(t, everything, dir), within(t, 30*time.Second)
	if err := p.Remove(ctx, "docs", "old"); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "new")
	fill(t, file, 3<<20)
	if err := p.Put(ctx, []string{file}, "docs", "", Moving{}, nil); code(err) != Full {
		t.Errorf("what was just removed gives way: %v", err)
	}
	journal := filepath.Join(dir, bin.Name, "journal")
	text := read(t, journal)
	stamp := fmt.Sprintf(`"t":%d`, time.Now().Add(-2*time.Hour).UnixNano())
	write(t, journal, regexp.MustCompile(`"t":\d+`).ReplaceAllString(text, stamp))
	if err := p.Put(ctx, []string{file}, "docs", "", Moving{}, nil); err != nil {
		t.Error(err)
	}
	if list, err := p.Bin(ctx, "docs"); err != nil || len(list) != 0 {
		t.Errorf("in the bin is %v, %v", list, err)
	}
}
