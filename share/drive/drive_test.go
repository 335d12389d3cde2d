package drive

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/share"
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

// A folder is copied to another shared folder and to another PC, by its own name and by another.
func TestAFolderIsCopiedElsewhere(t *testing.T) {
	o := newOffice(t)
	o.want(http.StatusCreated, "MKCOL", "/anna/Plans/house", "")
	o.want(http.StatusCreated, "PUT", "/anna/Plans/house/roof.txt", "steep")
	for _, to := range []string{"/anna/Photos/house", "/anna/Photos/home", "/ben/Plans/house"} {
		o.want(http.StatusCreated, "COPY", "/anna/Plans/house", "", "Destination: "+o.url+to)
		o.has(strings.TrimPrefix(path.Dir(to), "/"), path.Base(to)+"/roof.txt", "steep")
	}
}

// What is changed in a folder costs the same however much is in it: it isn't listed for that.
func TestChangesListNothing(t *testing.T) {
	o := newOffice(t)
	o.want(http.StatusCreated, "MKCOL", "/anna/Plans/house", "")
	for n := range 20 {
		name := fmt.Sprint("/anna/Plans/house/", n)
		o.want(http.StatusCreated, "PUT", name, "x")
		o.want(http.StatusMultiStatus, "PROPFIND", name, "", "Depth: 0")
		o.want(http.StatusNotFound, "PROPFIND", name+"x", "", "Depth: 0")
		o.want(http.StatusCreated, "MOVE", name, "", "Destination: "+o.url+name+"y")
		o.want(http.StatusNotFound, "GET", name, "")
		o.want(http.StatusNoContent, "DELETE", name+"y", "")
	}
	if n := o.lists.Load(); n > 0 {
		t.Errorf("folders were listed %d times", n)
	}
}

// What is listed while something changes isn't taken for what is there after the change.
func TestAListOfBeforeAChangeIsNotKept(t *testing.T) {
	o := newOffice(t)
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	wg.Go(func() {
		for ctx.Err() == nil {
			_ = o.d.List(ctx, "anna/Plans", func(share.Entry) error { return nil })
		}
	})
	for n := range 100 {
		name := fmt.Sprint("/anna/Plans/", n)
		o.want(http.StatusCreated, "PUT", name, "x")
		o.want(http.StatusOK, "GET", name, "")
	}
	cancel()
	wg.Wait()
}

// A refusal doesn't wait for a body that the client sends only when it is told to go on (RFC 9110 section 10.1.1).
func TestARefusalDoesNotWaitForTheBody(t *testing.T) {
	o := newOffice(t)
	u, err := url.Parse(o.url)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "PUT %s/anna/new HTTP/1.1\r\nHost: %s\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n", u.Path, u.Host)
	_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusForbidden || !answer.Close {
		t.Errorf("%s, close %v", answer.Status, answer.Close)
	}
}

// What a program puts is there afterwards, also where something of its size and time was.
func TestSizeAndTimeAreNotTheContent(t *testing.T) {
	o := newOffice(t)
	const when = "X-OC-Mtime: 1600000000"
	o.want(http.StatusCreated, "PUT", "/anna/Plans/a", "old", when)
	o.want(http.StatusNoContent, "PUT", "/anna/Plans/a", "new", when)
	o.has("anna/Plans", "a", "new")
	o.want(http.StatusCreated, "PUT", "/ben/Plans/a", "old", when)
	o.want(http.StatusNoContent, "MOVE", "/anna/Plans/a", "", "Destination: "+o.url+"/ben/Plans/a")
	o.has("ben/Plans", "a", "new")
	o.has("anna/Plans", "a", "")
	o.want(http.StatusCreated, "PUT", "/anna/Photos/a", "old", when)
	o.want(http.StatusNoContent, "COPY", "/ben/Plans/a", "", "Destination: "+o.url+"/anna/Photos/a")
	o.has("anna/Photos", "a", "new")
	o.want(http.StatusNoContent, "PUT", "/anna/Photos/a", "new", "X-OC-Mtime: 1500000000")
	info, err := os.Stat(filepath.Join(o.dirs["anna/Photos"], "a"))
	if err != nil || info.ModTime().Unix() != 1_500_000_000 {
		t.Errorf("a file put with another time: %v, %v", info, err)
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
