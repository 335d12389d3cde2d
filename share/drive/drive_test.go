package drive

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A PC that is off is shown, and what is on it says so at once.
func TestAPCThatIsOff(t *testing.T) {
	o := newOffice(t)
	o.set("ben", func(p *PC) { p.Online = false })
	began := time.Now()
	if text := o.want(http.StatusMultiStatus, "PROPFIND", "/", "", "Depth: 1"); !strings.Contains(text, "/ben/") {
		t.Errorf("PCs: %s", text)
	}
	for _, method := range []string{"GET", "PUT", "MKCOL", "DELETE", "PROPFIND"} {
		if text := o.want(http.StatusServiceUnavailable, method, "/ben/Plans/x", "", "Depth: 0"); !strings.Contains(text, "ben is off") {
			t.Errorf("%s: %s", method, text)
		}
	}
	if d := time.Since(began); d > 10*time.Second {
		t.Errorf("it took %v", d)
	}
}

// T25, T24: the drive answers to its own name and secret, and to no page of a browser.
func TestT24T25OnlyProgramsOfThisPCWithTheSecret(t *testing.T) {
	o := newOffice(t)
	if err := os.WriteFile(filepath.Join(o.dirs["anna/Plans"], "a"), []byte("a"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.want(200, "GET", "/anna/Plans/a", "")
	o.want(http.StatusMisdirectedRequest, "GET", "/anna/Plans/a", "", "Host: evil.example")
	o.want(http.StatusMisdirectedRequest, "GET", "/anna/Plans/a", "", "Host: 127.0.0.1:1")
	o.want(http.StatusForbidden, "PUT", "/anna/Plans/a", "evil", "Sec-Fetch-Site: cross-site")
	o.want(http.StatusForbidden, "PUT", "/anna/Plans/a", "evil", "Origin: http://evil.example")
	o.url = o.url[:len(o.url)-1]
	o.want(http.StatusNotFound, "GET", "/anna/Plans/a", "")
	o.has("anna/Plans", "a", "a")
}
