package dav

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/share"
)

const lockBody = `<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:%s/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockinfo>`

var exclusive, shared = fmt.Sprintf(lockBody, "exclusive"), fmt.Sprintf(lockBody, "shared")

// T36: nobody has a whole tree walked.
func TestT36NoWholeTreeIsListed(t *testing.T) {
	s := newSite(t)
	s.write("a/b/c.txt", "x")
	for _, depth := range [][]string{nil, {"Depth: infinity"}, {"Depth: Infinity"}} {
		_, text := s.want(http.StatusForbidden, "PROPFIND", "/", "", depth...)
		if !strings.Contains(text, "propfind-finite-depth") {
			t.Errorf("%q: %s", depth, text)
		}
	}
	for _, depth := range []string{"2", "-1", "x"} {
		s.want(http.StatusBadRequest, "PROPFIND", "/", "", "Depth: "+depth)
	}
	if _, text := s.want(http.StatusMultiStatus, "PROPFIND", "/", "", "Depth: 1"); !strings.Contains(text, "/dav/Plans/a/<") || strings.Contains(text, "c.txt") {
		t.Errorf("depth 1: %s", text)
	}
}

// T36: XML that grows when it is read, or is larger or deeper than anything needs, isn't read.
func TestT36XMLThatGrows(t *testing.T) {
	s := newSite(t)
	laughs := `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">`
	for c := 'b'; c < 'l'; c++ {
		laughs += fmt.Sprintf(`<!ENTITY %c "%s">`, c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 10))
	}
	laughs += `]><D:propfind xmlns:D="DAV:"><D:prop><D:getetag>&k;</D:getetag></D:prop></D:propfind>`
	outside := `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><D:propfind xmlns:D="DAV:"><D:prop>&f;</D:prop></D:propfind>`
	deep := `<D:propfind xmlns:D="DAV:">` + strings.Repeat("<D:prop>", 10_000) + strings.Repeat("</D:prop>", 10_000) + `</D:propfind>`
	wide := `<D:propfind xmlns:D="DAV:"><D:prop>` + strings.Repeat("<D:x/>", 10_000) + `</D:prop></D:propfind>`
	for what, body := range map[string]string{"laughs": laughs, "a file": outside, "deep": deep, "wide": wide, "cut": wide[:100], "nonsense": "&<>"} {
		for _, method := range []string{"PROPFIND", "PROPPATCH", "LOCK"} {
			began := time.Now()
			if code, _, text := s.ask(method, "/", body, "Depth: 0"); code != http.StatusBadRequest || strings.Contains(text, "root:") {
				t.Errorf("%s of %s: %d %s", method, what, code, text)
			}
			if d := time.Since(began); d > 10*time.Second {
				t.Errorf("%s of %s took %v", method, what, d)
			}
		}
	}
	if code, _, _ := s.ask("PROPFIND", "/", strings.Repeat(" ", maxXML+1), "Depth: 0"); code != http.StatusRequestEntityTooLarge {
		t.Errorf("a long one: %d", code)
	}
}

// T36, T5: what goes elsewhere goes nowhere, however much the name of the other share is like this one's.
func TestT05T36DestinationsElsewhere(t *testing.T) {
	s := newSite(t)
	s.write("a.txt", "a")
	s.write("box/b.txt", "b")
	host := strings.TrimSuffix(s.url, "/dav/Plans")
	for to, code := range map[string]int{
		"":                                       400,
		"http://evil.example/dav/Plans/x":        502,
		"//evil.example/dav/Plans/x":             502,
		"file:///dav/Plans/x":                    502,
		host + "/dav/Plans2/x":                   502,
		host + "/dav/Plansx":                     502,
		host + "/dav/":                           502,
		host + "/x":                              502,
		"/dav/Plans2/x":                          502,
		"%zz":                                    400,
		host + "/dav/Plans/../Plans2/x":          403,
		host + "/dav/Plans/%2e%2e/Plans2/x":      403,
		host + "/dav/Plans/..%2fPlans2%2fx":      403,
		host + "/dav/Plans/box/../../../x":       403,
		host + "/dav/Plans//x":                   403,
		host + "/dav/Plans/%2fetc%2fx":           403,
		host + "/dav/Plans/.hidden":              403,
		host + "/dav/Plans/.lanyard-x":           403,
		host + "/dav/Plans/..%5cx":               403,
		host + "/dav/Plans/x%00":                 403,
		host + "/dav/Plans":                      403,
		host + "/dav/Plans/a.txt":                403, // itself
		host + "/dav/Plans/none/x":               409,
		host + "/dav/Plans/a.txt/x":              403,
		"http://user@" + host[7:] + "/dav/Plans": 400,
	} {
		for _, method := range []string{"MOVE", "COPY"} {
			if code2, _, text := s.ask(method, "/a.txt", "", "Destination: "+to); code2 != code {
				t.Errorf("%s to %q: %d, want %d: %s", method, to, code2, code, text)
			}
		}
	}
	s.want(403, "MOVE", "/box", "", "Destination: "+s.url+"/box/inner")
	s.want(403, "COPY", "/box", "", "Destination: "+s.url+"/box/inner")
	s.want(403, "MOVE", "/box/b.txt", "", "Destination: "+s.url+"/box")
	s.want(403, "MOVE", "/", "", "Destination: "+s.url+"/new")
	s.want(403, "DELETE", "/", "")
	s.has("a.txt", "a")
	s.has("box/b.txt", "b")
	if left, _ := os.ReadDir(s.dir); len(left) != 2 {
		t.Errorf("there is %v", left)
	}
}

// T36: a hundred thousand locks cost one caller its own share of memory, and the others nothing.
func TestT36AHundredThousandLocks(t *testing.T) {
	s := newSite(t)
	codes := map[int]int{}
	for range 100_000 {
		r := httptest.NewRequestWithContext(t.Context(), "LOCK", s.url+"/", strings.NewReader(shared))
		r.Header.Set("Depth", "0")
		r.Header.Set("Timeout", "Infinite")
		w := httptest.NewRecorder()
		s.serve.ServeHTTP(w, r)
		codes[w.Code]++
	}
	if codes[200] != maxTheirs || codes[507] != 100_000-maxTheirs || s.h.locks.count != maxTheirs {
		t.Errorf("they were answered %v, and there are %d", codes, s.h.locks.count)
	}
	s.want(200, "LOCK", "/", shared, "Depth: 0", "Test-Who: another")
	s.h.now = func() time.Time { return time.Now().Add(longestLock + time.Minute) }
	s.want(200, "LOCK", "/", exclusive, "Depth: 0") // none is for ever
	if s.h.locks.count != 1 {
		t.Errorf("%d locks are left", s.h.locks.count)
	}
}

// T36: an If header opens nothing that isn't the caller's, and is never taken for another than it is.
func TestT36GamesWithIf(t *testing.T) {
	s := newSite(t)
	s.write("a.txt", "a")
	s.write("b.txt", "b")
	h, _ := s.want(200, "LOCK", "/a.txt", exclusive, "Test-Who: anna")
	token := h.Get("Lock-Token")
	tag := func(name string) string { h, _ := s.want(200, "HEAD", name, ""); return h.Get("ETag") }
	for _, c := range []struct {
		what, who, value string
		code             int
	}{
		{"nothing", "anna", "", 423},
		{"another's token", "ben", "(" + token + ")", 423},
		{"no such token", "anna", "(<urn:uuid:none>)", 412},
		{"not that token", "anna", "(Not " + token + ")", 412},
		{"no lock at all", "anna", "(<DAV:no-lock>)", 412},
		{"always true, without a token", "anna", "(Not <DAV:no-lock>)", 423},
		{"the token for another file", "anna", "<" + s.url + "/b.txt> (" + token + ")", 412},
		{"on another host", "anna", "<http://evil.example/dav/Plans/a.txt> (" + token + ")", 412},
		{"the wrong tag", "anna", "(" + token + ` ["x"])`, 412},
		{"an empty list", "anna", "()", 400},
		{"an open one", "anna", "(" + token, 400},
		{"mixed", "anna", "(" + token + ") <" + s.url + "/a.txt> (" + token + ")", 400},
		{"nonsense", "anna", "<<<>>>", 400},
		{"a long one", "anna", strings.Repeat("(Not <DAV:no-lock>) ", 1000), 400},
		{"the token", "anna", "(" + token + ")", 204},
		{"the token and tag", "anna", "(" + token + " [" + tag("/a.txt") + "])", 412}, // it was just changed
		{"one list of several", "anna", "(<urn:uuid:none>) (" + token + ")", 204},
		{"for that file", "anna", "<" + s.url + "/a.txt> (" + token + ")", 204},
		{"by its path", "anna", "</dav/Plans/a.txt> (" + token + ")", 204},
	} {
		header := []string{"Test-Who: " + c.who}
		if c.value != "" {
			header = append(header, "If: "+c.value)
		}
		if code, _, text := s.ask("PUT", "/a.txt", "new "+c.what, header...); code != c.code {
			t.Errorf("%s: %d, want %d: %s", c.what, code, c.code, text)
		}
	}
	for _, method := range []string{"DELETE", "PROPPATCH"} {
		s.want(423, method, "/a.txt", `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><x xmlns="y">z</x></D:prop></D:set></D:propertyupdate>`)
	}
	s.want(423, "MOVE", "/a.txt", "", "Destination: "+s.url+"/c.txt")
	s.want(423, "COPY", "/b.txt", "", "Destination: "+s.url+"/a.txt")
	s.want(403, "UNLOCK", "/a.txt", "", "Lock-Token: "+token, "Test-Who: ben")
	s.want(204, "UNLOCK", "/a.txt", "", "Lock-Token: "+token, "Test-Who: anna")
	s.want(204, "DELETE", "/a.txt", "")
}

// T3, T6: no name and no link leads out, or to what is hidden, in any method.
func TestT03T06NamesAndLinks(t *testing.T) {
	s := newSite(t)
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("top confidential"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.write(".hidden", "confidential")
	for name, to := range map[string]string{"out": outside, "file": secret, "up": "..", "gone": filepath.Join(outside, "new")} {
		if err := os.Symlink(to, filepath.Join(s.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	s.write("a.txt", "a")
	put := `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:getlastmodified>Sun, 06 Nov 1994 08:49:37 GMT</D:getlastmodified></D:prop></D:set></D:propertyupdate>`
	for _, name := range []string{"/.hidden", "/%2ehidden", "/out/secret", "/file", "/up/x", "/gone", "/out", "/.lanyard-bin/x", "/a.txt%00", "/..%2fx", "/%2e%2e/x", "/..%5cx", "/./.hidden"} {
		for _, method := range []string{"GET", "PUT", "PROPFIND", "DELETE", "MKCOL", "COPY", "MOVE", "LOCK", "PROPPATCH"} {
			body := map[string]string{"PUT": "evil", "LOCK": exclusive, "PROPPATCH": put}[method]
			code, _, text := s.ask(method, name, body, "Depth: 0", "Destination: "+s.url+"/stolen")
			if code < 400 || code >= 500 || strings.Contains(text, "confidential") {
				t.Errorf("%s %s: %d %s", method, name, code, text)
			}
		}
		s.ask("COPY", "/a.txt", "", "Destination: "+s.url+name)
		s.ask("MOVE", "/a.txt", "", "Destination: "+s.url+name)
	}
	s.has("stolen", "")
	if got, err := os.ReadFile(secret); string(got) != "top confidential" || err != nil {
		t.Errorf("outside there is now %q, %v", got, err)
	}
	if left, _ := os.ReadDir(outside); len(left) != 1 {
		t.Errorf("outside there is %v", left)
	}
	s.has(".hidden", "confidential")
	if _, text := s.want(207, "PROPFIND", "/", "", "Depth: 1"); strings.Contains(text, "hidden") || strings.Contains(text, "out") || strings.Contains(text, "gone") {
		t.Errorf("the listing tells %s", text)
	}
}

// T8: each right gives what it says.
func TestT08RightsOverWebDAV(t *testing.T) {
	s := newSite(t)
	s.write("a.txt", "a")
	all := []share.Verb{share.See, share.Read, share.Add, share.Change}
	only := func(verbs ...share.Verb) {
		s.may = func(v share.Verb) bool {
			for _, w := range verbs {
				if v == w {
					return true
				}
			}
			return false
		}
	}
	for _, verbs := range [][]share.Verb{nil, {share.See}, {share.See, share.Add}} { // a drop box can't be seen into
		only(verbs...)
		for method := range methods {
			if code, _, _ := s.ask(method, "/a.txt", "", "Depth: 0", "Destination: "+s.url+"/b.txt"); code != 404 {
				t.Errorf("with %v %s: %d", verbs, method, code)
			}
		}
	}
	only(share.See, share.Read)
	s.want(200, "GET", "/a.txt", "")
	for _, method := range []string{"PUT", "DELETE", "MKCOL", "MOVE", "LOCK", "PROPPATCH", "COPY"} {
		s.want(403, method, "/new", exclusive, "Destination: "+s.url+"/b.txt")
	}
	only(share.See, share.Read, share.Add)
	s.want(201, "PUT", "/new", "n")
	s.want(201, "MKCOL", "/dir", "")
	s.want(201, "COPY", "/a.txt", "", "Destination: "+s.url+"/copy")
	s.want(403, "PUT", "/a.txt", "n")
	s.want(403, "PUT", "/autorun.inf", "n")
	s.want(403, "COPY", "/new", "", "Destination: "+s.url+"/a.txt")
	s.want(403, "MOVE", "/new", "", "Destination: "+s.url+"/b")
	s.want(403, "DELETE", "/new", "")
	s.has("a.txt", "a")
	only(all...)
	s.want(204, "PUT", "/a.txt", "n")
	s.want(405, "TRACE", "/a.txt", "")
	s.want(405, "PATCH", "/a.txt", "x")
	s.want(405, "POST", "/a.txt", "x", "X-HTTP-Method-Override: DELETE")
}

// A PUT that is broken off, or comes other than it was said to, leaves the old file, and nothing else.
func TestAnInterruptedPutHarmsNothing(t *testing.T) {
	s := newSite(t)
	s.write("a.txt", "old")
	for what, head := range map[string]string{
		"short":   "Content-Length: 1000000\r\n\r\nhalf",
		"chunked": "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
	} {
		c, err := net.Dial("tcp", strings.TrimPrefix(strings.TrimSuffix(s.url, "/dav/Plans"), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(c, "PUT /dav/Plans/a.txt HTTP/1.1\r\nHost: %s\r\n%s", c.RemoteAddr(), head); err != nil {
			t.Fatal(err)
		}
		_ = c.(*net.TCPConn).CloseWrite()
		answer := make([]byte, 1000)
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		n, _ := c.Read(answer)
		if c.Close(); strings.Contains(string(answer[:n]), " 20") {
			t.Errorf("%s: %s", what, answer[:n])
		}
	}
	for what, header := range map[string]string{
		"a checksum":        "OC-Checksum: SHA1:0000000000000000000000000000000000000000",
		"another":           "Content-Digest: sha-256=:AAAA:",
		"one more":          "Content-MD5: AAAA",
		"part of a file":    "Content-Range: bytes 0-2/10",
		"a file that isn't": "If-Match: \"x\"",
		"not so new":        "If-None-Match: *",
		"since":             "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
	} {
		if code, _, _ := s.ask("PUT", "/a.txt", "new", header); code != 400 && code != 412 {
			t.Errorf("%s: %d", what, code)
		}
	}
	s.has("a.txt", "old")
	for end := time.Now().Add(10 * time.Second); ; {
		left, err := os.ReadDir(s.dir)
		if err == nil && len(left) == 1 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("left there: %v, %v", left, err)
		}
	}
}
