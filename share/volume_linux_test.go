package share

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// exfat mounts a disk of Windows: it takes A and a for one, has no colons, and keeps times in seconds.
func exfat(t testing.TB) string {
	t.Helper()
	dir, image := t.TempDir(), filepath.Join(t.TempDir(), "disk")
	for _, tool := range []string{"mkfs.exfat", "mount.exfat-fuse", "losetup"} {
		if _, err := exec.LookPath(tool); err != nil {
			lacking(t, tool)
		}
	}
	f, err := os.Create(image)
	if err == nil {
		err = f.Truncate(64 << 20)
	}
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	run := func(name string, arg ...string) string {
		out, err := exec.CommandContext(within(t, time.Minute), name, arg...).CombinedOutput()
		if err != nil {
			lacking(t, fmt.Sprintf("the right to mount: %s: %v: %s", name, err, out))
		}
		return strings.TrimSpace(string(out))
	}
	run("mkfs.exfat", image)
	loop := run("losetup", "--find", "--show", image)
	t.Cleanup(func() { _ = exec.Command("losetup", "--detach", loop).Run() })
	run("mount.exfat-fuse", loop, dir)
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// strange are files whose names some system can't hold.
var strange = []string{
	"12:30?.txt", `<a>|"b"*`, "con", "aux.tar.gz", "LPT1.txt", "COM¹", "ends with a dot.", "and a space ", "SECRET~1.TXT",
	"a\uf03ab", "con\uf000", "dot.\uf000", "back\\slash", "private\uf05c", "\uf02f:", "Café", "日本語.txt", "a folder: with?/what. /is in it|",
}

func TestATreeComesBackFromADiskOfWindows(t *testing.T) {
	o := newOfficeIn(t, exfat(t))
	here, back := t.TempDir(), t.TempDir()
	for _, name := range strange {
		o.write(here, "tree/"+name, name)
	}
	o.check(os.MkdirAll(filepath.Join(here, "tree", "empty. "), 0o755))
	want := o.tree(here)
	when := time.Date(2021, 3, 4, 5, 6, 7, 123456789, time.UTC)
	for name := range want {
		o.check(os.Chtimes(filepath.Join(here, name), when, when))
	}
	for range 2 {
		_, err := o.put("", filepath.Join(here, "tree"))
		o.check(err)
	}
	on := o.tree(o.shared)
	if len(on) != len(want) {
		t.Errorf("there are %d names on the disk, want %d: %q", len(on), len(want), on)
	}
	for name := range on {
		for part := range strings.SplitSeq(name, "/") {
			if badOnWindows(part) != "" {
				t.Errorf("on the disk there is %q", name)
			}
		}
	}
	_, err := o.get(back, "tree")
	o.check(err)
	if got := o.tree(back); !maps.Equal(got, want) {
		t.Errorf("%d names came back as %d:\n%q\n%q", len(want), len(got), want, got)
	}
}

func TestOnADiskThatFoldsCaseBothAreKept(t *testing.T) {
	o := newOfficeIn(t, t.TempDir())
	dest := exfat(t)
	for _, name := range []string{"d/Readme.txt", "d/README.txt", "d/readme.TXT", "d/sub/A", "d/SUB/a", "d/plain", "d/Other"} {
		o.write(o.shared, name, name)
	}
	write(t, filepath.Join(dest, "d", "other"), "mine")
	for round := range 3 {
		_, err := o.get(dest, "d")
		o.check(err)
		got := map[string]bool{}
		for name, content := range o.tree(dest) {
			if content != "/" {
				got[content] = true
			}
			_ = name
		}
		if len(got) != 8 || len(o.tree(dest)) != 8+2 {
			t.Fatalf("round %d: there is %q", round, o.tree(dest))
		}
	}
}

func TestWhatIsPutOnADiskThatFoldsCaseIsKept(t *testing.T) {
	o := newOfficeIn(t, exfat(t))
	here := t.TempDir()
	for _, name := range []string{"d/Readme.txt", "d/README.txt", "d/Other"} {
		o.write(here, name, name)
	}
	o.write(o.shared, "d/other", "mine")
	for range 3 {
		_, err := o.put("", filepath.Join(here, "d"))
		o.check(err)
	}
	got := map[string]bool{}
	for _, content := range o.tree(o.shared) {
		got[content] = true
	}
	if len(got) != 5 || len(o.tree(o.shared)) != 5 {
		t.Errorf("there is %q", o.tree(o.shared))
	}
}

func TestAPreviewTellsNewNames(t *testing.T) {
	o := newOfficeIn(t, exfat(t))
	ctx := within(t, 30*time.Second)
	file := write(t, filepath.Join(t.TempDir(), "d", "12:30?.txt"), "x")
	v, err := o.client.PreviewPut(ctx, []string{filepath.Dir(file)}, "Team", "")
	o.check(err)
	if want := (Renamed{"d/12:30?.txt", "d/12\uf03a30\uf03f.txt"}); v.New != 1 || len(v.Renamed) != 1 || v.Renamed[0] != want {
		t.Errorf("a put: %+v", v)
	}
	_, err = o.put("", filepath.Dir(file))
	o.check(err)
	if v, err = o.client.PreviewGet(ctx, "Team", []string{"d"}, t.TempDir()); err != nil || v.New != 1 || len(v.Renamed) != 0 {
		t.Errorf("a get: %+v (%v)", v, err)
	}
	if v, err = o.client.PreviewGet(ctx, "Team", []string{"d"}, exfat(t)); err != nil || v.New != 1 || len(v.Renamed) != 1 {
		t.Errorf("a get to such a disk: %+v (%v)", v, err)
	}
}

func TestTheSecondGetToAnotherDiskBringsNothing(t *testing.T) {
	o := newOfficeIn(t, t.TempDir())
	dest := exfat(t)
	for n := range 20 {
		name := o.write(o.shared, fmt.Sprintf("d/%d", n), "x")
		when := time.Date(2021, 3, 4, 5, 6, n, 123456789, time.UTC)
		o.check(os.Chtimes(name, when, when))
	}
	_, err := o.get(dest, "d")
	o.check(err)
	for n := range 20 { // what comes again would replace it
		write(t, filepath.Join(o.shared, "d", fmt.Sprint(n)), "y")
		when := time.Date(2021, 3, 4, 5, 6, n, 123456789, time.UTC)
		o.check(os.Chtimes(filepath.Join(o.shared, "d", fmt.Sprint(n)), when, when))
	}
	_, err = o.get(dest, "d")
	o.check(err)
	for name, content := range o.tree(dest) {
		if content == "y" {
			t.Errorf("%s came again", name)
		}
	}
}

// What got another spelling on the disk is found again to be verified, at either end.
func TestFilesWithNamesSpelledAnewAreVerified(t *testing.T) {
	names := []string{"plain", "12:30?.txt", "two\nlines", "\xffodd", "back\\slash", "\uf03aprivate", "e\u0301"}
	for disk, dir := range map[string]func(testing.TB) string{"of Windows": exfat, "of Linux": func(t testing.TB) string { return t.TempDir() }} {
		for _, way := range []string{"get", "put"} {
			t.Run(way+" to a disk "+disk, func(t *testing.T) {
				to, from := dir(t), filepath.Join(t.TempDir(), "d")
				for _, name := range names {
					write(t, filepath.Join(from, name), "content")
				}
				m := Moving{}
				got := results(&m)
				var o *office
				var err error
				if way == "get" {
					o = newOffice(t)
					o.check(os.Rename(from, filepath.Join(o.shared, "d")))
					err = o.client.Get(t.Context(), "Team", []string{"d"}, to, m, nil)
				} else {
					o = newOfficeIn(t, to)
					to = o.shared
					err = o.client.Put(t.Context(), []string{from}, "Team", "", m, nil)
				}
				o.check(err)
				verify := func() (bad []Result) {
					list := slices.Collect(maps.Values(got))
					if way == "put" {
						bad, err = o.client.Verify(t.Context(), "Team", list)
					} else {
						err = VerifyLocal(t.Context(), to, slices.Values(list), func(r Result, _ string) { bad = append(bad, r) })
					}
					o.check(err)
					return bad
				}
				for _, r := range verify() {
					t.Errorf("%q, which is at %q, is said to be bad: %v", r.Path, r.At, r.Err)
				}
				n := 0
				for name, content := range o.tree(filepath.Join(to, "d")) {
					if content == "content" {
						write(t, filepath.Join(to, "d", name), "CONTENT")
						n++
					}
				}
				bad := verify()
				for _, r := range bad {
					if r.Err.Code != Damaged {
						t.Errorf("%q: %v", r.Path, r.Err)
					}
				}
				if n != len(names) || len(bad) != n {
					t.Errorf("of %d damaged files %d are found, of %d that came", n, len(bad), len(got))
				}
			})
		}
	}
}
