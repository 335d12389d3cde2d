//go:build linux

package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// After a whole life of two PCs, told in every detail to the log and ended by a crash, what was secret stands nowhere that
// others can read: no log, no argument, no environment, no file that is not for its owner alone.
func TestT19SecretsStayWhereTheyBelong(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	seen := watchProcesses(t)
	front := officetest.New(t, lan.Join("front"), "--verbose", "GOTRACEBACK=system")
	back := officetest.New(t, lan.Join("back"), "--verbose", "GOTRACEBACK=system")
	front.Sees(back)
	var spoken officetest.Log // what the commands say, apart from what they were asked for
	run := func(d *officetest.Desk, input string, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		cmd := d.Command(t.Context(), append([]string{"--verbose"}, args...)...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &spoken
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, spoken.String())
		}
		return out.String()
	}
	run(front, "", "workgroup", "create", "Office")
	codes := []string{"", ""}
	for i, typed := range []func(string) string{
		func(code string) string { return strings.ReplaceAll(code, "9", "0") + "1" }, // no code at all
		func(code string) string { return code },
	} {
		inv, err := front.Invite(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		codes[i] = inv.Code
		cmd := back.Command(t.Context(), "--verbose", "workgroup", "join", "--at", at(front))
		cmd.Stdin, cmd.Stderr = strings.NewReader(typed(inv.Code)+"\n"), &spoken
		if err := cmd.Run(); (err != nil) != (i == 0) {
			t.Fatalf("join: %v\n%s", err, spoken.String())
		}
	}
	dir := front.Shares("Plans", "change", map[string]string{"a.txt": "a"})
	back.Knows(front, "Plans")
	run(back, "", "get", "front:Plans/a.txt", t.TempDir())
	run(back, "", "put", document(t, "b.pdf"), "front:Plans")
	run(front, "", "printer", "share", "Print-to-folder", "--guests")
	link := visit(front, newAttacker(t, lan.Join("phone")))
	if _, err := os.Stat(filepath.Join(dir, "b.pdf")); err != nil {
		t.Error(err)
	}
	inv, err := front.Invite(t.Context()) // open while it crashes
	if err != nil {
		t.Fatal(err)
	}
	codes = append(codes, inv.Code)
	time.Sleep(100 * time.Millisecond)

	secrets := map[string]*regexp.Regexp{}
	for _, code := range codes {
		secrets["the code "+code] = regexp.MustCompile(`\b` + strings.Replace(code, " ", `[ -]?`, 1) + `\b`)
	}
	secrets["the guest's token"] = regexp.MustCompile(regexp.QuoteMeta(path.Base(link.URL)))
	secrets["the guest's PIN"] = regexp.MustCompile(`\b` + strings.Replace(link.PIN, " ", `[ -]?`, 1) + `\b`)
	for _, d := range []*officetest.Desk{front, back} {
		seed, body := privateKey(t, d)
		secrets["the key of "+d.PC.Name] = regexp.MustCompile(regexp.QuoteMeta(body[len(body)-30:]) + "|" +
			regexp.QuoteMeta(base64.StdEncoding.EncodeToString(seed)[:30]) + "|" +
			regexp.QuoteMeta(base64.URLEncoding.EncodeToString(seed)[:30]) + "|(?i)" + hex.EncodeToString(seed)[:24])
	}
	crash(t, front, syscall.SIGQUIT)
	crash(t, back, syscall.SIGABRT)

	places := map[string]string{
		"front's log and crash": front.Log.String(), "back's log and crash": back.Log.String(), "what commands say": spoken.String(),
		"arguments and environments": seen(),
	}
	for _, d := range []*officetest.Desk{front, back} {
		for file, content := range readable(t, d.Home) {
			places[file] = content
		}
	}
	for place, text := range places {
		for what, is := range secrets {
			if found := is.FindStringIndex(text); found != nil {
				t.Errorf("%s stands in %s: %q", what, place, text[max(0, found[0]-60):min(len(text), found[1]+20)])
			}
		}
	}
	// All these places were looked at, and hold what they should.
	for place, word := range map[string]string{
		"front's log and crash": "goroutine ", "back's log and crash": "msg=running", "arguments and environments": "workgroup join --at",
	} {
		if !strings.Contains(places[place], word) {
			t.Errorf("%s: not even %q is there", place, word)
		}
	}
}

// privateKey is the secret half of a desk's key, and how it is written in its file.
func privateKey(t *testing.T, d *officetest.Desk) (seed []byte, body string) {
	t.Helper()
	found := regexp.MustCompile(`(?s)-----BEGIN PRIVATE KEY-----(.*)-----END`).FindStringSubmatch(officetest.Content(t, filepath.Join(d.Home, "key.pem")))
	if found == nil {
		t.Fatal("the key's file has no key")
	}
	body = strings.Join(strings.Fields(found[1]), "")
	der, err := base64.StdEncoding.DecodeString(body)
	if err != nil || len(der) < 32 {
		t.Fatalf("%d bytes, %v", len(der), err)
	}
	return der[len(der)-32:], body // it ends with the seed (RFC 8410, section 7)
}

// visit makes a link with a PIN, and is the guest who uses it: with a slip first, then right.
func visit(d *officetest.Desk, guest *attacker) *node.GuestLink {
	d.T.Helper()
	l, err := d.LinkGuest(d.T.Context(), node.GuestLink{Folder: "Plans", NeedsPIN: true})
	if err != nil {
		d.T.Fatal(err)
	}
	own := "Origin: https://" + at(d)
	guest.ask(at(d), browser(), "GET "+pathOf(l)+" HTTP/1.1\r\nHost: "+at(d)+"\r\n\r\n")
	for pin, want := range map[string]int{"": 403, l.PIN: 303} {
		if r := guest.ask(at(d), browser(), post(pathOf(l), at(d), "application/x-www-form-urlencoded", "pin="+pin, own)); r.status != want {
			d.T.Errorf("the PIN %q is answered %d, want %d", pin, r.status, want)
		}
	}
	return l
}

// crash ends a program with all that the runtime has to say about it.
func crash(t *testing.T, d *officetest.Desk, by syscall.Signal) {
	t.Helper()
	d.Cmd.Process.Signal(by)
	d.Cmd.Wait()
	if log := d.Log.String(); !strings.Contains(log, "goroutine ") {
		t.Errorf("%s died by %v without a word:\n%s", d.PC.Name, by, log)
	}
}

// readable is all in a folder that others on the same machine can read, by path. Where it is for its owner alone, that is
// nothing; the modes of what is in it are looked at all the same, since folders are moved and copied.
func readable(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if path == dir && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		if d.Type().IsRegular() && info.Mode().Perm()&0o077 != 0 {
			files[path] = officetest.Content(t, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// watchProcesses looks at the arguments and environments of this test's own processes and those that they start, again
// and again, until what it returns is called for all that was seen.
func watchProcesses(t *testing.T) (seen func() string) {
	all := map[string]bool{}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			for _, pid := range descendants(os.Getpid()) {
				for _, file := range []string{"cmdline", "environ"} {
					text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, file))
					all[strings.ReplaceAll(string(text), "\x00", " ")] = true
				}
			}
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	stop := sync.OnceFunc(func() { close(done); <-ended })
	t.Cleanup(stop)
	return func() string {
		stop()
		var text strings.Builder
		for s := range all {
			text.WriteString(s + "\n")
		}
		return text.String()
	}
}

// descendants are the processes that a process has started, and those that these have.
func descendants(of int) (pids []int) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", of))
	for _, children := range tasks {
		text, _ := os.ReadFile(children)
		for field := range strings.FieldsSeq(string(text)) {
			if pid, err := strconv.Atoi(field); err == nil {
				pids = append(append(pids, pid), descendants(pid)...)
			}
		}
	}
	return pids
}
