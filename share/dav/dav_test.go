package dav

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMethodsAreAllAllowed(t *testing.T) {
	var names []string
	for name := range Methods() {
		names = append(names, name)
	}
	slices.Sort(names)
	if got := strings.Join(names, ", "); got != allowed {
		t.Errorf("OPTIONS tells %s, there are %s", allowed, got)
	}
}

func propset(inner string) string {
	return `<D:propertyupdate xmlns:D="DAV:" xmlns:Z="urn:schemas-microsoft-com:"><D:set><D:prop>` + inner + `</D:prop></D:set></D:propertyupdate>`
}

// The time of a file is kept, however a program tells it.
func TestModificationTimes(t *testing.T) {
	s := newSite(t)
	s.write("box/in", "x")
	at := time.Unix(784111777, 0)
	is := func(name string) {
		t.Helper()
		if info, err := os.Stat(filepath.Join(s.dir, name)); err != nil || !info.ModTime().Equal(at) {
			t.Errorf("%s: %v, %v", name, info.ModTime(), err)
		}
	}
	h, _ := s.want(201, "PUT", "/a.txt", "a", fmt.Sprintf("X-OC-Mtime: %d", at.Unix()))
	if is("a.txt"); h.Get("X-OC-MTime") != "accepted" || h.Get("ETag") == "" {
		t.Errorf("answer %v", h)
	}
	for n, p := range []string{`<D:getlastmodified>Sun, 06 Nov 1994 08:49:37 GMT</D:getlastmodified>`, `<Z:Win32LastModifiedTime>Sun, 06 Nov 1994 08:49:37 GMT</Z:Win32LastModifiedTime><Z:Win32FileAttributes>00000020</Z:Win32FileAttributes>`} {
		name := fmt.Sprint("b", n)
		s.want(201, "PUT", "/"+name, "b")
		s.want(207, "PROPPATCH", "/"+name, propset(p))
		is(name)
		s.want(201, "COPY", "/"+name, "", "Destination: "+s.url+"/copy"+name)
		is("copy" + name)
		s.want(201, "MOVE", "/"+name, "", "Destination: "+s.url+"/moved"+name)
		is("moved" + name)
	}
	s.want(207, "PROPPATCH", "/box", propset(`<D:getlastmodified>Sun, 06 Nov 1994 08:49:37 GMT</D:getlastmodified>`))
	is("box")
	if _, text := s.want(207, "PROPPATCH", "/box", propset(`<x xmlns="y"/><D:getetag>"x"</D:getetag>`)); !strings.Contains(text, "403") || !strings.Contains(text, "424") {
		t.Errorf("a protected property: %s", text)
	}
	if _, text := s.want(207, "PROPFIND", "/box", "", "Depth: 0"); strings.Contains(text, `xmlns="y"`) {
		t.Errorf("one of two was set: %s", text)
	}
}

// A MOVE without an Overwrite header replaces (RFC 4918 section 10.6), one with F doesn't, and neither loses anything.
func TestOverwrite(t *testing.T) {
	s := newSite(t)
	to := "Destination: " + s.url + "/b"
	s.write("a", "a")
	s.write("b", "b")
	s.want(412, "MOVE", "/a", "", to, "Overwrite: F")
	s.want(412, "COPY", "/a", "", to, "Overwrite: F")
	s.has("b", "b")
	s.want(400, "MOVE", "/a", "", to, "Overwrite: x")
	s.want(204, "COPY", "/a", "", to)
	s.has("b", "a")
	s.write("a", "new")
	s.want(204, "MOVE", "/a", "", to)
	s.has("b", "new")
	s.has("a", "")
	s.write("dir/x", "x")
	s.write("other/y", "y")
	s.want(204, "MOVE", "/dir", "", "Destination: "+s.url+"/other/")
	s.has("other/x", "x")
	s.has("other/y", "")
	s.want(204, "COPY", "/other", "", to)
	s.has("b/x", "x")
	s.want(201, "COPY", "/other", "", "Destination: "+s.url+"/empty", "Depth: 0")
	s.has("empty/x", "")
}

// Dead properties live as long as their file, through moves, replacement and a restart, and are bounded.
func TestDeadProperties(t *testing.T) {
	s := newSite(t)
	s.write("dir/a", "a")
	s.want(207, "PROPPATCH", "/dir/a", `<D:propertyupdate xmlns:D="DAV:" xmlns:o="urn:outer"><D:set xml:lang="de"><D:prop><o:note o:k="v&quot;">1 &lt; 2 <o:in/></o:note></D:prop></D:set></D:propertyupdate>`)
	tells := func(path string, there bool) {
		t.Helper()
		_, text := s.want(207, "PROPFIND", path, `<D:propfind xmlns:D="DAV:"><D:prop><note xmlns="urn:outer"/></D:prop></D:propfind>`, "Depth: 0")
		if got := strings.Contains(text, "1 &lt; 2 <in xmlns=\"urn:outer\"") && strings.Contains(text, `xml:lang="de"`); got != there {
			t.Errorf("%s: %s", path, text)
		}
	}
	tells("/dir/a", true)
	s.want(204, "PUT", "/dir/a", "new")
	s.want(201, "COPY", "/dir", "", "Destination: "+s.url+"/copy")
	s.want(201, "MOVE", "/dir", "", "Destination: "+s.url+"/moved")
	tells("/copy/a", true)
	tells("/moved/a", true)
	again, err := OpenProperties(s.props.file)
	if err != nil {
		t.Fatal(err)
	}
	s.h.o.Properties = again
	tells("/moved/a", true)
	s.want(204, "DELETE", "/moved", "")
	s.write("moved/a", "another")
	tells("/moved/a", false)

	if _, text := s.want(207, "PROPPATCH", "/copy/a", propset(`<x xmlns="y">`+strings.Repeat("x", maxPropBytes)+`</x>`)); !strings.Contains(text, "507") {
		t.Errorf("a large one: %s", text)
	}
	many := ""
	for n := range maxProps + 1 {
		many += fmt.Sprintf(`<p%d xmlns="y"/>`, n)
	}
	if _, text := s.want(207, "PROPPATCH", "/copy/a", propset(many)); !strings.Contains(text, "507") {
		t.Errorf("many: %s", text)
	}
	tells("/copy/a", true)
	for n := range 40 {
		s.write(fmt.Sprint("f", n), "x")
		s.ask("PROPPATCH", fmt.Sprint("/f", n), propset(`<x xmlns="y">`+strings.Repeat("x", maxPropBytes-1000)+`</x>`))
	}
	if again.size > maxAllProps || again.size < maxAllProps/2 {
		t.Errorf("%d bytes are kept", again.size)
	}
	if err := os.WriteFile(s.props.file, []byte("{broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenProperties(s.props.file); err != nil {
		t.Errorf("a damaged file: %v", err)
	}
	if _, err := os.Stat(s.props.file + ".bak"); err != nil {
		t.Errorf("it was not kept: %v", err)
	}
}

// Locks end by themselves, can be refreshed, and may be shared; one on a name that is free keeps it.
func TestLocks(t *testing.T) {
	s := newSite(t)
	s.write("dir/a", "a")
	h, _ := s.want(201, "LOCK", "/new", exclusive, "Timeout: Second-60")
	if info, err := os.Stat(filepath.Join(s.dir, "new")); err != nil || info.Size() != 0 {
		t.Errorf("the empty file: %v", err)
	}
	token := h.Get("Lock-Token")
	s.want(423, "PUT", "/new", "x")
	s.want(423, "LOCK", "/new", shared)
	s.h.now = func() time.Time { return time.Now().Add(50 * time.Second) }
	if _, text := s.want(200, "LOCK", "/new", "", "If: ("+token+")", "Timeout: Infinite, Second-4100000000"); !strings.Contains(text, "Second-3600<") {
		t.Errorf("refreshed: %s", text)
	}
	s.h.now = func() time.Time { return time.Now().Add(80 * time.Second) }
	s.want(423, "PUT", "/new", "x")
	if _, text := s.want(207, "PROPFIND", "/new", "", "Depth: 0", "Test-Who: other"); !strings.Contains(text, "activelock") || strings.Contains(text, "urn:uuid") {
		t.Errorf("another sees %s", text)
	}
	s.h.now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	s.want(204, "PUT", "/new", "x")
	s.want(412, "LOCK", "/new", "", "If: ("+token+")")

	h, _ = s.want(200, "LOCK", "/dir", shared, "Test-Who: anna")
	annas := h.Get("Lock-Token")
	h, _ = s.want(200, "LOCK", "/dir", shared, "Test-Who: ben")
	bens := h.Get("Lock-Token")
	s.want(423, "LOCK", "/dir/a", exclusive)
	s.want(423, "PUT", "/dir/a", "x")
	s.want(423, "PUT", "/dir/b", "x")
	s.want(204, "PUT", "/dir/a", "x", "Test-Who: anna", "If: ("+annas+")")
	s.want(201, "PUT", "/dir/b", "x", "Test-Who: ben", "If: ("+bens+")")
	s.want(204, "UNLOCK", "/dir", "", "Test-Who: anna", "Lock-Token: "+annas)
	s.want(204, "MOVE", "/dir/a", "", "Test-Who: ben", "If: </dir> (Not <x:y>) </dav/Plans/dir> ("+bens+")", "Destination: "+s.url+"/new")
	s.want(204, "DELETE", "/dir", "", "Test-Who: ben", "If: ("+bens+")")
	if s.h.locks.count != 0 {
		t.Errorf("%d locks are left", s.h.locks.count)
	}
}

// What macOS and editors put beside files lives for a moment, for who made it; other hidden files are refused, not swallowed.
func TestThrowAwayFiles(t *testing.T) {
	s := newSite(t)
	s.write("a.txt", "a")
	for _, name := range []string{"/.DS_Store", "/._a.txt", "/.~lock.a.odt%23", "/.a.txt.swp"} {
		s.want(201, "PUT", name, "scrap")
		if _, text := s.want(200, "GET", name, ""); text != "scrap" {
			t.Errorf("%s: %s", name, text)
		}
		s.want(207, "PROPFIND", name, "", "Depth: 0")
		s.want(404, "GET", name, "", "Test-Who: another")
		s.want(200, "LOCK", name, exclusive)
	}
	if _, text := s.want(207, "PROPFIND", "/", "", "Depth: 1"); strings.Contains(text, "DS_Store") {
		t.Errorf("listed: %s", text)
	}
	if left, _ := os.ReadDir(s.dir); len(left) != 1 {
		t.Errorf("there is %v", left)
	}
	s.want(201, "PUT", "/.goutputstream-ABC123", "saved")
	s.want(204, "MOVE", "/.goutputstream-ABC123", "", "Destination: "+s.url+"/a.txt")
	s.has("a.txt", "saved")
	s.want(404, "GET", "/.goutputstream-ABC123", "")
	s.want(403, "PUT", "/.bashrc", "x")
	s.want(403, "MOVE", "/a.txt", "", "Destination: "+s.url+"/._b")
	s.has("a.txt", "saved")
	s.want(507, "PUT", "/._large", strings.Repeat("x", maxScrap+1))
	for n := range 3 * maxAllScraps / maxScrap {
		s.want(201, "PUT", fmt.Sprint("/._", n), strings.Repeat("x", maxScrap))
	}
	if s.h.scraps.size > maxAllScraps {
		t.Errorf("%d bytes are kept", s.h.scraps.size)
	}
}

// Files are served in parts, under conditions, and as nothing that a browser would run; folders tell how much room there is.
func TestGet(t *testing.T) {
	s := newSite(t)
	s.write("a.html", "0123456789")
	h, _ := s.want(200, "GET", "/a.html", "")
	tag := h.Get("ETag")
	if h.Get("Content-Type") != "application/octet-stream" || h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") {
		t.Errorf("answer %v", h)
	}
	if _, text := s.want(206, "GET", "/a.html", "", "Range: bytes=3-5"); text != "345" {
		t.Errorf("a part: %q", text)
	}
	s.want(304, "GET", "/a.html", "", "If-None-Match: "+tag)
	s.want(412, "GET", "/a.html", "", `If-Match: "x"`)
	s.want(204, "PUT", "/a.html", "new", "If-Match: "+tag)
	s.want(412, "PUT", "/a.html", "newer", "If-Match: "+tag)
	s.want(200, "GET", "/", "")
	quota := `<D:propfind xmlns:D="DAV:"><D:prop><D:quota-available-bytes/><D:quota-used-bytes/></D:prop></D:propfind>`
	if _, text := s.want(207, "PROPFIND", "/", quota, "Depth: 0"); !regexp.MustCompile(`available-bytes[^>]*>[0-9]+<.*used-bytes[^>]*>[0-9]+<`).MatchString(text) {
		t.Errorf("quota: %s", text)
	}
	if _, text := s.want(207, "PROPFIND", "/", "", "Depth: 0"); strings.Count(text, "<D:supportedlock") != 1 {
		t.Errorf("all properties: %s", text)
	}
	h, _ = s.want(http.StatusOK, "OPTIONS", "/", "")
	if h.Get("DAV") != "1, 2, 3" {
		t.Errorf("options: %v", h)
	}
}

// A client goes on with a connection unless it is told not to: what is refused before its body was read ends the connection and
// says so, what was read to its end leaves it.
func TestARefusalSaysWhetherTheConnectionGoesOn(t *testing.T) {
	s := newSite(t)
	read := `<D:propfind xmlns:D="DAV:">` + strings.Repeat("<D:prop/>", 10_000) + `</D:propfind>`
	for range 20 {
		if h, _ := s.want(400, "LOCK", "/", read, "Depth: 0"); h.Get("Connection") != "" {
			t.Fatalf("read whole: Connection: %s", h.Get("Connection"))
		}
		r, err := http.NewRequestWithContext(t.Context(), "PUT", s.url+"/.bashrc", strings.NewReader(strings.Repeat("x", 4<<20)))
		if err != nil {
			t.Fatal(err)
		}
		w, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		w.Body.Close()
		if w.StatusCode != 403 || !w.Close {
			t.Fatalf("not read: %s, close %v", w.Status, w.Close)
		}
	}
}
