package node

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/app/node/door"
	"lanyard/app/node/gate"
	"lanyard/share"
)

// program asks over WebDAV as a program without a key does.
func (o *office) program(caller door.Caller, method, path, password string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "https://localhost"+path, strings.NewReader(""))
	if password != "" {
		r.SetBasicAuth("anybody", password)
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	r = r.WithContext(door.ConnContext(r.Context(), &door.Conn{Caller: caller}))
	w := httptest.NewRecorder()
	o.handler().ServeHTTP(w, r)
	return w
}

// davOffice is an office whose folder Plans has a file, with a second folder and a share password of the member.
func davOffice(t *testing.T, access, folder string) (o *office, made *Password) {
	t.Helper()
	o = newOffice(t, map[string]string{gate.Everyone: access})
	o.settings.Folders = append(o.settings.Folders, Folder{Name: "Plans2", Dir: t.TempDir(), Allow: map[string]string{gate.Everyone: access}})
	o.mu.Lock()
	o.seeMembersLocked()
	o.applyRulesLocked()
	o.mu.Unlock()
	set := []share.Folder{}
	for _, f := range o.settings.Folders {
		set = append(set, share.Folder{Name: f.Name, Dir: f.Dir})
		if err := os.WriteFile(filepath.Join(f.Dir, "a.txt"), []byte("plan"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.files.SetFolders(set); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.files.Close() })
	made, err := o.MakePassword(t.Context(), o.member.Peer.ID, folder)
	if err != nil {
		t.Fatal(err)
	}
	return o, made
}

// T7: a share password gives what its PC may do, where it is meant for, over TLS, as long as the PC belongs here.
func TestT07ASharePasswordStandsForItsPC(t *testing.T) {
	o, p := davOffice(t, "read", "")
	tls := door.Caller{TLS: true}
	for _, c := range []struct {
		rule, method, path, password string
		caller                       door.Caller
		code                         int
	}{
		{"it reads", "GET", "/dav/Plans/a.txt", p.Password, tls, 200},
		{"however it is typed", "GET", "/dav/Plans/a.txt", strings.ToUpper(strings.ReplaceAll(p.Password, "-", "")), tls, 200},
		{"it asks what can be done", "OPTIONS", "/dav/Plans", p.Password, tls, 200},
		{"it writes no more than its PC", "PUT", "/dav/Plans/b.txt", p.Password, tls, 404},
		{"nor removes", "DELETE", "/dav/Plans/a.txt", p.Password, tls, 404},
		{"nor sees what isn't shared", "GET", "/dav/None/a.txt", p.Password, tls, 404},
		{"it is for nothing else", "GET", "/v1/list/Plans/", p.Password, tls, 404},
		{"a wrong one is asked for again", "GET", "/dav/Plans/a.txt", "0000-0000-0000-0000", tls, 401},
		{"none, too", "PROPFIND", "/dav/Plans/", "", tls, 401},
		{"and where there is nothing", "GET", "/dav/None/a.txt", "", tls, 401},
		{"in the clear it isn't looked at", "GET", "/dav/Plans/a.txt", p.Password, door.Caller{}, 403},
		{"nor is a wrong one", "GET", "/dav/Plans/a.txt", "x", door.Caller{}, 403},
		{"a member with a key needs none", "GET", "/dav/Plans/a.txt", "", o.member, 200},
		{"and gains nothing by one", "GET", "/dav/Plans/a.txt", p.Password, o.unknown, 404},
	} {
		if w := o.program(c.caller, c.method, c.path, c.password); w.Code != c.code {
			t.Errorf("%s: %s %s: %d, want %d", c.rule, c.method, c.path, w.Code, c.code)
		}
	}
	if w := o.program(tls, "PUT", "/dav/Plans/b.txt", p.Password, "Sec-Fetch-Site: cross-site"); w.Code != http.StatusForbidden {
		t.Errorf("a page of another site, in a browser that knows the password: %d", w.Code)
	}
	saved, err := os.ReadFile(o.home.Path(passwordsFile))
	if err != nil || strings.Contains(string(saved), strings.ReplaceAll(p.Password, "-", "")) || strings.Contains(string(saved), p.Password) {
		t.Errorf("it is kept as %s, %v", saved, err)
	}
	state, err := o.Snapshot(t.Context())
	if list := state.Passwords; err != nil || len(list) != 1 || list[0].Password != "" || list[0].PC != o.member.Peer.ID {
		t.Errorf("listed as %+v, %v", list, err)
	}
}

// A password for one folder opens that one, and none that only begins like it.
func TestT05ASharePasswordForOneFolder(t *testing.T) {
	o, p := davOffice(t, "change", "Plans")
	tls := door.Caller{TLS: true}
	for path, code := range map[string]int{"/dav/Plans/a.txt": 200, "/dav/Plans2/a.txt": 401, "/dav/Plans%2f..%2fPlans2/a.txt": 404} {
		if w := o.program(tls, "GET", path, p.Password); w.Code != code {
			t.Errorf("%s: %d, want %d", path, w.Code, code)
		}
	}
	w := o.program(tls, "COPY", "/dav/Plans/a.txt", p.Password, "Destination: https://localhost/dav/Plans2/b.txt")
	if w.Code != http.StatusBadGateway {
		t.Errorf("a copy to the other folder: %d", w.Code)
	}
}

// A password ends with its PC, with its folder, and when it is revoked.
func TestASharePasswordEnds(t *testing.T) {
	tls := door.Caller{TLS: true}
	for how, end := range map[string]func(o *office, p *Password) error{
		"revoked": func(o *office, p *Password) error { return o.RevokePassword(t.Context(), p.ID) },
		"avoided": func(o *office, _ *Password) error {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.settings.Avoid = []string{o.member.Peer.ID}
			o.applyRulesLocked()
			return nil
		},
		"removed": func(o *office, _ *Password) error {
			list, err := o.list.Remove(o.member.Peer.ID, o.id.Key)
			if err != nil {
				return err
			}
			o.mu.Lock()
			defer o.mu.Unlock()
			o.list = list
			o.applyRulesLocked()
			return nil
		},
		"files switched off": func(o *office, _ *Password) error {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.settings.Off = []string{serviceFiles}
			o.applyRulesLocked()
			return nil
		},
	} {
		o, p := davOffice(t, "read", "")
		if w := o.program(tls, "GET", "/dav/Plans/a.txt", p.Password); w.Code != 200 {
			t.Fatalf("%s: before: %d", how, w.Code)
		}
		if err := end(o, p); err != nil {
			t.Fatal(err)
		}
		if w := o.program(tls, "GET", "/dav/Plans/a.txt", p.Password); w.Code != 401 && w.Code != 404 {
			t.Errorf("%s: after: %d", how, w.Code)
		}
	}
}

// T17: who guesses is told to wait, and the right password too while they do.
func TestT17GuessedSharePasswords(t *testing.T) {
	o, p := davOffice(t, "read", "")
	tls := door.Caller{TLS: true}
	codes := map[int]int{}
	for range 50 {
		codes[o.program(tls, "GET", "/dav/Plans/a.txt", "wrong").Code]++
	}
	if codes[401] > 6 || codes[429] < 44 {
		t.Errorf("50 guesses were answered so: %v", codes)
	}
	if w := o.program(tls, "GET", "/dav/Plans/a.txt", p.Password); w.Code != 429 || w.Header().Get("Retry-After") == "" {
		t.Errorf("then: %d, %v", w.Code, w.Header())
	}
}
