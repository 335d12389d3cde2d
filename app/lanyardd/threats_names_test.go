//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// vandal is a name that does to a terminal what names can: a title, colours, a cleared screen, a line of its own, an
// overwritten one, letters that run backwards, and some that can't be seen.
const vandal = "\x1b]0;owned\x07\x1b[31m\u202egpj.exe\u2066\u200b\u009b2J\r\n\b\x7f\u2028\ufeffx"

// neutral fails where a text has characters that a terminal or an eye obeys.
func neutral(t *testing.T, where string, text []byte) {
	t.Helper()
	for rest := text; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		at := len(text) - len(rest)
		around := text[max(0, at-30):min(len(text), at+30)]
		switch {
		case r == utf8.RuneError && size == 1:
			t.Errorf("%s: invalid UTF-8 in %q", where, around)
			return
		case r != '\n' && unicode.Is(unicode.C, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			t.Errorf("%s: %U in %q", where, r, around)
			return
		}
		rest = rest[size:]
	}
}

// terminal runs a command at a terminal, and returns what it shows, without what the terminal and the progress line make.
func terminal(d *officetest.Desk, args ...string) []byte {
	d.T.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		discoverytest.Unavailable(d.T, "open a terminal: %v", err)
	}
	defer master.Close()
	var number int
	raw, err := master.SyscallConn()
	if err == nil {
		err = raw.Control(func(fd uintptr) {
			if err := unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); err != nil {
				return
			}
			number, _ = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
			_ = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Row: 25, Col: 500})
		})
	}
	if err != nil {
		d.T.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		discoverytest.Unavailable(d.T, "open a terminal: %v", err)
	}
	cmd := d.Command(d.T.Context(), args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	err = cmd.Start()
	slave.Close()
	if err != nil {
		d.T.Fatal(err)
	}
	if _, err := io.WriteString(master, "n\nn\n"); err != nil { // whatever it asks
		d.T.Fatal(err)
	}
	shown, _ := io.ReadAll(master) // ends with an error when the last end at the program is closed
	cmd.Wait()
	for _, own := range []string{"\r\x1b[K", "\r"} {
		shown = bytes.ReplaceAll(shown, []byte(own+"\n"), []byte("\n"))
	}
	return bytes.ReplaceAll(shown, []byte("\r\x1b[K"), nil)
}

// Names of files, PCs and printers come from elsewhere. In what the commands print, at a terminal and in a pipe, and in the
// log, they are text and nothing else. JSON is for scripts, and has them whole.
func TestT38NamesAreNeutralWhereverTheyAreShown(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	three := officetest.Office(t, lan, "front", "back", "bad")
	front, back := three[0], three[1]
	if err := back.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	back.Start("--verbose")

	// Files of those names, which are on the disk of an honest PC.
	dir := front.Shares("Plans", "change", map[string]string{"a.txt": "a"})
	names := []string{vandal, vandal + ".desktop", "\x1b[2Jb", "line\nbreak", "gpj.\u202eexe", "zero\u200bwidth", "\xff\xfe", "\u009b31m", "cr\rlf", "\u202d\u2067"}
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, name), bytes.Repeat([]byte(name), 1<<16), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	os.Mkdir(filepath.Join(dir, "\x1b[7mfolder"), 0o755)
	back.Knows(front, "Plans")

	// A member that has turned bad, and calls itself and all that it has so.
	hostile := map[string]any{
		"name": vandal, "info": vandal, "location": vandal, "message": vandal, "state": vandal, "reasons": []string{vandal}, "accepting": true,
	}
	bad := turn(three[2], map[string]any{
		"hello":  map[string]any{"name": vandal, "workgroup": vandal, "version": vandal, "port": 4720, "addresses": []string{vandal}},
		"offers": map[string]any{"folders": []any{map[string]any{"name": vandal, "access": vandal}, map[string]any{"name": "Box", "access": "change"}}, "printers": []any{hostile}},
		"jobs":   []any{map[string]any{"id": 7, "printer": vandal, "name": vandal, "state": vandal, "message": vandal, "reasons": []string{vandal}, "owner": vandal}},
	}, func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader([]int{200, 403, 404, 409, 500, 507}[len(q.URL.Path)%6])
		text, _ := json.Marshal(map[string]any{"error": vandal, "message": vandal, "code": vandal, "entries": []any{map[string]any{"name": vandal, "folder": false, "size": 1}}})
		w.Write(text)
	})
	bad.seen(back)
	id := bad.id.ID[:12]

	got := t.TempDir()
	commands := [][]string{
		{"ls", "front:Plans"}, {"get", "front:Plans", got}, {"transfers"}, {"get", "front:Plans/" + vandal, got}, {"rm", "front:Plans/none" + vandal},
		{"mkdir", "front:Plans/" + vandal + "/x"}, {"peers"}, {"workgroup", "members"}, {"printers"}, {"jobs"}, {"status"}, {"share", "list"},
		{"ls", id}, {"ls", id + ":Box"}, {"ls", id + ":Box/12"}, {"ls", id + ":Box/123"}, {"ls", id + ":Box/1234"}, {"ls", id + ":Box/12345"},
		{"ls", id + ":" + vandal}, {"get", id + ":Box/x", got}, {"put", filepath.Join(dir, vandal), "front:Plans"}, {"put", filepath.Join(dir, "a.txt"), id + ":Box"},
		{"print", "-P", id + "/" + vandal, filepath.Join(dir, "a.txt")}, {"jobs", "cancel", id + "/" + vandal + "/7"}, {"ls", vandal}, {"connect", vandal},
		{"workgroup", "remove", vandal}, {"config", "set", "name", vandal}, {"share", "add", filepath.Join(dir, vandal)}, {"transfers", "cancel", vandal},
	}
	hits := 0
	for _, args := range commands {
		what := fmt.Sprintf("%q", args)
		pipe, err := back.Run(args...)
		if err != nil {
			pipe += "\n" + err.Error()
		}
		neutral(t, "pipe: "+what, []byte(pipe))
		neutral(t, "terminal: "+what, terminal(back, args...))
		out, _ := back.Run(append(args, "--json")...)
		neutral(t, "JSON: "+what, []byte(out))
		if out != "" && !json.Valid([]byte(out)) {
			t.Errorf("JSON: %s: %q", what, out)
		}
		hits += strings.Count(pipe, "gpj.")
	}
	if hits < 10 {
		t.Errorf("the names were shown %d times only: nothing was looked at", hits)
	}
	// The log may call a name what Go's quotes make of it, and no more.
	time.Sleep(100 * time.Millisecond)
	log := back.Log.String()
	if !strings.Contains(log, "level=") {
		t.Error("there is no log")
	}
	neutral(t, "log", []byte(log))
	var list struct{ Entries []node.Entry }
	if err := json.Unmarshal([]byte(back.Must("ls", "front:Plans", "--json")), &list); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(list.Entries, func(e node.Entry) bool { return e.Name == "gpj.\u202eexe" }) {
		t.Errorf("the name is not in the JSON as it is: %+v", list.Entries)
	}
}
