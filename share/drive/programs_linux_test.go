package drive

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// run runs a program, which has to succeed, and returns what it says.
func run(t *testing.T, dir, input, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdin, cmd.WaitDelay = dir, strings.NewReader(input), 5*time.Second
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_RUNTIME_DIR="+dir, "LC_ALL=C.UTF-8", "RCLONE_CONFIG="+filepath.Join(dir, "rclone.conf"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// tree makes files of all sorts of sizes and names.
func tree(t *testing.T, dir string) {
	t.Helper()
	at := time.Unix(1_600_000_000, 0)
	for n, name := range []string{"a.txt", "empty", "large.bin", "deep/er/ä ö#ü %20&.txt", "deep/日本語.txt", "deep/[1]+;=@.txt"} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		size := map[string]int{"empty": 0, "large.bin": 9<<20 + 1}[name]
		if size == 0 && name != "empty" {
			size = 1000*n + 5
		}
		if err := os.WriteFile(file, []byte(noise(t, size)), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
}

// same wants two folders to be equal, to the byte.
func same(t *testing.T, a, b string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "diff", "-r", a, b).CombinedOutput(); err != nil {
		t.Errorf("they differ: %v\n%s", err, out)
	}
}

// litmus is the test that the makers of WebDAV programs use.
func TestLitmus(t *testing.T) {
	o := newOffice(t)
	for _, suite := range []string{"basic", "copymove", "props", "locks", "http"} {
		cmd := exec.CommandContext(t.Context(), "litmus", o.url+"/anna/Plans/")
		cmd.Dir = t.TempDir() // where it leaves its log
		cmd.Env = append(cmd.Environ(), "TESTS="+suite)
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "100.0%") || strings.Contains(string(out), "WARNING") {
			t.Errorf("%s: %v\n%s", suite, err, out)
		}
	}
}

func TestRclone(t *testing.T) {
	o, home, mine := newOffice(t), t.TempDir(), t.TempDir()
	tree(t, mine)
	remote := func(p string) string { return fmt.Sprintf(":webdav,url='%s',vendor=nextcloud:%s", o.url, p) }
	rclone := func(args ...string) { t.Helper(); run(t, home, "", "rclone", args...) }
	rclone("copy", mine, remote("anna/Plans/up"))
	same(t, mine, filepath.Join(o.dirs["anna/Plans"], "up"))
	rclone("check", mine, remote("anna/Plans/up"), "--download")
	if info, err := os.Stat(filepath.Join(o.dirs["anna/Plans"], "up", "a.txt")); err != nil || info.ModTime().Unix() != 1_600_000_000 {
		t.Errorf("the time: %v, %v", info.ModTime(), err)
	}
	down := t.TempDir()
	rclone("copy", remote("anna/Plans/up"), down)
	same(t, mine, down)
	rclone("copy", remote("anna/Plans/up"), remote("ben/Photos/there"))
	same(t, mine, filepath.Join(o.dirs["ben/Photos"], "there"))
	if err := os.Remove(filepath.Join(mine, "a.txt")); err != nil {
		t.Fatal(err)
	}
	rclone("sync", mine, remote("anna/Plans/up"))
	same(t, mine, filepath.Join(o.dirs["anna/Plans"], "up"))
	rclone("moveto", remote("anna/Plans/up/large.bin"), remote("anna/Plans/moved.bin"))
	rclone("purge", remote("anna/Plans/up"))
	if left, _ := filepath.Glob(filepath.Join(o.dirs["anna/Plans"], "[^.]*")); len(left) != 1 {
		t.Errorf("left there: %v", left)
	}
}

func TestCadaver(t *testing.T) {
	o, home := newOffice(t), t.TempDir()
	mine := noise(t, 300_000)
	if err := os.WriteFile(filepath.Join(home, "mine.bin"), []byte(mine), 0o600); err != nil {
		t.Fatal(err)
	}
	out := run(t, home, "put mine.bin\nmkcol box\nlock mine.bin\nunlock mine.bin\nmove mine.bin box/moved.bin\ncopy box/moved.bin again.bin\nget again.bin back.bin\nls\ndelete again.bin\nquit\n",
		"cadaver", o.url+"/anna/Plans/")
	if strings.Contains(strings.ToLower(out), "failed") {
		t.Errorf("it says %s", out)
	}
	o.has("anna/Plans", "box/moved.bin", mine)
	o.has("anna/Plans", "again.bin", "")
	if back, err := os.ReadFile(filepath.Join(home, "back.bin")); err != nil || string(back) != mine {
		t.Errorf("what came back: %v", err)
	}
}

// A davfs2 mount is a folder to every program: a tree is copied into it and out of it, and an editor saves.
func TestDavfs2(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounting takes root")
	}
	o, home, mine := newOffice(t), t.TempDir(), t.TempDir()
	tree(t, mine)
	at := filepath.Join(home, "mnt")
	conf := filepath.Join(home, "conf")
	for _, dir := range []string{at, filepath.Join(home, "cache")} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{filepath.Dir(home), home, filepath.Join(home, "cache")} { // it gives up root, and must get there
		if err := os.Chmod(dir, 0o777); err != nil { // #nosec G302 -- of this test alone
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(conf, []byte("ask_auth 0\ndelay_upload 0\nuse_locks 1\ngui_optimize 1\ncache_dir "+filepath.Join(home, "cache")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, home, "", "mount", "-t", "davfs", "-o", "conf="+conf+",uid=0,gid=0", o.url+"/", at)
	mounted := true
	unmount := func() {
		if mounted {
			mounted = false
			run(t, home, "", "umount", at) // which returns when all is there
		}
	}
	defer unmount()
	plans := filepath.Join(at, "ben", "Plans")
	run(t, home, "", "cp", "-r", mine, filepath.Join(plans, "copied"))
	back := t.TempDir()
	if err := os.CopyFS(back, os.DirFS(filepath.Join(plans, "copied"))); err != nil { // cp and diff fail to list folders of davfs2
		t.Fatal(err)
	}
	same(t, mine, back)
	for name, text := range map[string]string{"letter.txt": "first", "letter.new": "second"} {
		if err := os.WriteFile(filepath.Join(plans, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Rename(filepath.Join(plans, "letter.new"), filepath.Join(plans, "letter.txt")); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(plans, "letter.txt")); err != nil || string(got) != "second" {
		t.Errorf("saved: %q, %v", got, err)
	}
	if err := os.Remove(filepath.Join(plans, "copied", "a.txt")); err != nil {
		t.Fatal(err)
	}
	unmount()
	if err := os.Remove(filepath.Join(mine, "a.txt")); err != nil {
		t.Fatal(err)
	}
	same(t, mine, filepath.Join(o.dirs["ben/Plans"], "copied"))
	o.has("ben/Plans", "letter.txt", "second")
	o.has("ben/Plans", "letter.new", "")
}

// A file manager of GNOME goes through gio.
func TestGio(t *testing.T) {
	o, home, mine := newOffice(t), t.TempDir(), t.TempDir()
	tree(t, mine)
	url := "dav" + strings.TrimPrefix(o.url, "http")
	script := `set -e
gio mount "$1/"
gio list "$1/"
gio mkdir "$1/anna/Photos/new"
for f in a.txt empty large.bin; do gio copy "$2/$f" "$1/anna/Photos/new/$f"; done
gio copy "$1/anna/Photos/new/large.bin" "$3/back.bin"
gio move "$1/anna/Photos/new/a.txt" "$1/anna/Photos/new/b.txt"
gio rename "$1/anna/Photos/new/b.txt" c.txt
printf saved | gio save "$1/anna/Photos/new/empty"
gio remove "$1/anna/Photos/new/large.bin"
gio mount -u "$1/"
`
	out := run(t, home, "", "dbus-run-session", "--", "sh", "-c", script, "sh", url, mine, home)
	if !strings.Contains(out, "anna") || !strings.Contains(out, "ben") {
		t.Errorf("it lists %s", out)
	}
	read := func(file string) []byte {
		t.Helper()
		b, err := os.ReadFile(file)
		if err != nil {
			t.Error(err)
		}
		return b
	}
	if !bytes.Equal(read(filepath.Join(mine, "large.bin")), read(filepath.Join(home, "back.bin"))) {
		t.Error("what came back is another file")
	}
	there := filepath.Join(o.dirs["anna/Photos"], "new")
	if !bytes.Equal(read(filepath.Join(mine, "a.txt")), read(filepath.Join(there, "c.txt"))) || string(read(filepath.Join(there, "empty"))) != "saved" {
		t.Error("what was moved or saved is another file")
	}
	if left, _ := os.ReadDir(there); len(left) != 2 {
		t.Errorf("left there: %v", left)
	}
}
