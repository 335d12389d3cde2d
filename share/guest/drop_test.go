package guest

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/share"
)

// dropper is an office with a drop box, and a visitor in front of it.
func dropper(t testing.TB) (*office, *browser, Link) {
	o := newOffice(t)
	l := o.link(Link{Add: true}, false)
	b := o.browser()
	b.open(l)
	return o, b, l
}

func (o *office) holds(want ...string) {
	o.t.Helper()
	got := o.has()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		o.t.Errorf("the folder has %q, want %q", got, want)
	}
}

func TestADropBoxTakesFilesAndShowsNothing(t *testing.T) {
	o, b, l := dropper(t)
	o.write("secret plans.txt", "theirs")
	page := b.get(l.home())
	if page.code != 200 || strings.Contains(page.body, "secret plans") {
		t.Fatalf("the page: %d %s", page.code, page.body)
	}
	if a := b.put(l, "mine.txt", "hello"); a.code != http.StatusNoContent || a.body != "" {
		t.Fatalf("put: %d %s", a.code, a.body)
	}
	if got := o.read("mine.txt"); got != "hello" {
		t.Errorf("it has %q", got)
	}
	for _, p := range []string{l.below("files", ""), l.below("files", "mine.txt"), l.below("files", "secret plans.txt"), l.below("zip", "")} {
		if a := b.get(p); a.code != http.StatusNotFound {
			t.Errorf("GET %s: %d", p, a.code)
		}
	}
}

// TestADropBoxReplacesNothingAndDoesNotSay: the answers to a new name and to one that is taken are the same.
func TestADropBoxReplacesNothingAndDoesNotSay(t *testing.T) {
	o, b, l := dropper(t)
	o.write("taken.txt", "theirs")
	o.write("dir/x.txt", "theirs")
	fresh, taken := b.put(l, "fresh.txt", "mine"), b.put(l, "taken.txt", "mine")
	inFresh, inTaken := b.put(l, "newdir/x.txt", "mine"), b.put(l, "dir/x.txt", "mine")
	for _, pair := range [][2]answer{{fresh, taken}, {inFresh, inTaken}} {
		for _, a := range pair {
			a.header.Del("Date")
		}
		if pair[0].code != pair[1].code || pair[0].body != pair[1].body || !sameHeader(pair[0].header, pair[1].header) {
			t.Errorf("answers differ: %v and %v", pair[0], pair[1])
		}
	}
	if o.read("taken.txt") != "theirs" || o.read("taken (2).txt") != "mine" || o.read("dir/x.txt") != "theirs" || o.read("dir (2)/x.txt") != "mine" {
		t.Errorf("the folder has %q", o.has())
	}
}

func TestAFolderThatIsDroppedStaysTogether(t *testing.T) {
	o, b, l := dropper(t)
	o.write("Photos/a.jpg", "theirs")
	for _, name := range []string{"Photos/a.jpg", "Photos/2024/b.jpg", "Photos/2024/c.jpg", "d.txt"} {
		if a := b.put(l, name, name); a.code != http.StatusNoContent {
			t.Errorf("%s: %d %s", name, a.code, a.body)
		}
	}
	o.holds("Photos/", "Photos/a.jpg", "Photos (2)/", "Photos (2)/a.jpg", "Photos (2)/2024/", "Photos (2)/2024/b.jpg", "Photos (2)/2024/c.jpg", "d.txt")
	if a := b.do("PUT", l.below("drop", "Photos/e.jpg")+"?batch=two", strings.NewReader("e"), "Origin", b.base); a.code != http.StatusNoContent {
		t.Errorf("another heap: %d", a.code)
	}
	if o.read("Photos (3)/e.jpg") != "e" {
		t.Errorf("the folder has %q", o.has())
	}
}

func TestAFileKeepsItsTime(t *testing.T) {
	o, b, l := dropper(t)
	then := time.Date(2019, 5, 4, 3, 2, 1, 0, time.UTC)
	at := fmt.Sprintf("%s?batch=one&modified=%d", l.below("drop", "x.txt"), then.UnixMilli())
	if a := b.do("PUT", at, strings.NewReader("x"), "Origin", b.base); a.code != http.StatusNoContent {
		t.Fatalf("put: %d", a.code)
	}
	info, err := os.Stat(filepath.Join(o.dir, "x.txt"))
	if err != nil || !info.ModTime().Equal(then) || info.Mode()&0o111 != 0 {
		t.Errorf("it is of %v, %v: %v", info.ModTime(), info.Mode(), err)
	}
	for _, bad := range []string{"x", "-5", "99999999999999999999", "9223372036854775807"} {
		if a := b.do("PUT", l.below("drop", "y.txt")+"?modified="+bad, strings.NewReader("x"), "Origin", b.base); a.code != http.StatusNoContent {
			t.Errorf("modified %s: %d", bad, a.code)
		}
	}
}

func TestWhatIsNotWholeLeavesNothing(t *testing.T) {
	for name, send := range map[string]func(w io.Writer, l Link, head string){
		"a body that is cut": func(w io.Writer, l Link, head string) {
			fmt.Fprintf(w, "PUT %s?batch=1 HTTP/1.1\r\n%sContent-Length: 100000\r\n\r\n%s", l.below("drop", "dir/cut.bin"), head, strings.Repeat("x", 50_000))
		},
		"a body in chunks": func(w io.Writer, l Link, head string) {
			fmt.Fprintf(w, "PUT %s HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", l.below("drop", "chunks.bin"), head)
		},
		"a form that is cut": func(w io.Writer, l Link, head string) {
			fmt.Fprintf(w, "POST %sdrop HTTP/1.1\r\n%sContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 90000\r\n\r\n--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"form.bin\"\r\n\r\n%s", l.home(), head, strings.Repeat("x", 40_000))
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			l := o.link(Link{Add: true, Plain: true}, false)
			cookie := cookieOf(o.plainBrowser().get(l.Path()), l.home())
			host := strings.TrimPrefix(o.plain.URL, "http://")
			c, err := net.Dial("tcp", host)
			if err != nil {
				t.Fatal(err)
			}
			send(c, l, fmt.Sprintf("Host: %s\r\nCookie: %s\r\nOrigin: %s\r\n", host, cookie, o.plain.URL))
			if name == "a body in chunks" { // of which nothing need be written yet
				time.Sleep(50 * time.Millisecond)
			} else {
				for late := time.Now().Add(10 * time.Second); len(o.has()) == 0; time.Sleep(5 * time.Millisecond) {
					if time.Now().After(late) {
						t.Fatal("nothing is being written: this tests nothing")
					}
				}
			}
			c.Close()
			deadline := time.Now().Add(5 * time.Second)
			for len(o.has()) > 0 && time.Now().Before(deadline) {
				time.Sleep(5 * time.Millisecond)
			}
			o.holds()
		})
	}
}

// TestAnUploadEndsWithItsLink, at once and without a trace, though the visitor just waits.
func TestAnUploadEndsWithItsLink(t *testing.T) {
	o, b, l := dropper(t)
	in, out := io.Pipe()
	ended := make(chan int)
	go func() {
		r, _ := http.NewRequest("PUT", b.base+l.below("drop", "dir/slow.bin"), in)
		r.ContentLength = 1 << 30
		r.Header.Set("Origin", b.base)
		resp, err := b.http.Do(r)
		if err != nil {
			ended <- 0
			return
		}
		resp.Body.Close()
		ended <- resp.StatusCode
	}()
	if _, err := out.Write(bytesOf(300_000)); err != nil {
		t.Fatal(err)
	}
	for len(o.has()) == 0 {
		time.Sleep(time.Millisecond)
	}
	began := time.Now()
	o.SetLinks(nil)
	for len(o.has()) > 0 {
		if time.Since(began) > 5*time.Second {
			t.Fatalf("five seconds after the end there is %q", o.has())
		}
		time.Sleep(time.Millisecond)
	}
	t.Logf("gone after %v", time.Since(began))
	out.CloseWithError(io.ErrClosedPipe)
	if code := <-ended; code == http.StatusNoContent {
		t.Error("the visitor was told that it arrived")
	}
}

func TestNamesThatAreNotTaken(t *testing.T) {
	o, b, l := dropper(t)
	for _, name := range []string{
		".bashrc", "dir/.ssh/authorized_keys", "autorun.inf", "desktop.ini", "x.lnk", "x.scf", "x.URL", "x.desktop", "x.library-ms", "run.bat", "a.ps1", "b.vbs", "c.scr", "d.hta", "e.pif", "f.cmd",
		"Startup/x.txt", "a\u202egpj.txt", "..", "../x", "a/../../x", "a\\b", "nul\x00x", "line\nbreak", strings.Repeat("n", 256), "\xff\xfe", "photo.jpg.exe",
	} {
		a := b.put(l, name, "x")
		if a.code == http.StatusNoContent || a.code >= 500 {
			t.Errorf("put %q: %d %s", name, a.code, a.body)
		}
		if a.code == http.StatusBadRequest && !strings.Contains(a.body, `{"error":"`) {
			t.Errorf("put %q: no words: %s", name, a.body)
		}
		asked := b.get(l.below("drop", name)+"?size=5", scriptHeader, "1")
		if asked.code == http.StatusNoContent {
			t.Errorf("%q would be taken", name)
		}
	}
	o.holds()
	if out, err := os.ReadDir(filepath.Dir(o.dir)); err == nil {
		for _, d := range out {
			if d.Name() == "x" || d.Name() == "authorized_keys" {
				t.Errorf("there is %s beside the folder", d.Name())
			}
		}
	}
	for _, name := range []string{"photo.jpg", "tool.exe", "Bücher & co.txt", "a b%20c.txt", "100%.txt", "q?x=1#y.txt", "日本.txt"} {
		if a := b.put(l, name, "x"); a.code != http.StatusNoContent || o.read(name) != "x" {
			t.Errorf("put %q: %d %s", name, a.code, a.body)
		}
	}
}

// TestAskingTellsNothingOfWhatIsThere but of names as such, and of room.
func TestAskingTellsNothingOfWhatIsThere(t *testing.T) {
	o, b, l := dropper(t)
	o.write("taken.txt", "x")
	taken, free := b.get(l.below("drop", "taken.txt")+"?size=1", scriptHeader, "1"), b.get(l.below("drop", "free.txt")+"?size=1", scriptHeader, "1")
	if taken.code != http.StatusNoContent || free.code != taken.code {
		t.Errorf("asked: %d and %d", taken.code, free.code)
	}
	if a := b.get(l.below("drop", "x.bin")+"?size=200000000000000", scriptHeader, "1"); a.code == http.StatusNoContent || a.body == "" {
		t.Errorf("200 TB: %d %s", a.code, a.body)
	}
	if a := b.get(l.below("drop", "x.bin")+"?size=250000000000", scriptHeader, "1"); a.code != http.StatusInsufficientStorage {
		t.Errorf("250 GB on a disk of memory: %d %s", a.code, a.body)
	}
}

// form makes the body that a browser without script sends.
func form(files map[string]string) (io.Reader, string) {
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, content := range files {
		w, _ := m.CreateFormFile("files", name)
		_, _ = io.WriteString(w, content)
	}
	m.Close()
	return &body, m.FormDataContentType()
}

func TestAFormWithoutScript(t *testing.T) {
	o, b, l := dropper(t)
	body, kind := form(map[string]string{"a.txt": "aa", "b.txt": "bb", "../../c.txt": "cc", ".hidden": "x", "autorun.inf": "x"})
	a := b.do("POST", l.home()+"drop", body, "Content-Type", kind, "Origin", b.base)
	if a.code != http.StatusUnprocessableEntity || !strings.Contains(a.body, "3 files have arrived") || !strings.Contains(a.body, "Hidden files are not shared") || !strings.Contains(a.body, "autorun.inf") {
		t.Errorf("got %d %s", a.code, a.body)
	}
	o.holds("a.txt", "b.txt", "c.txt")
	body, kind = form(map[string]string{})
	if a := b.do("POST", l.home()+"drop", body, "Content-Type", kind, "Origin", b.base); a.code != 200 || !strings.Contains(a.body, "No file was chosen") {
		t.Errorf("an empty form: %d %s", a.code, a.body)
	}
	for _, kind := range []string{"", "text/plain", "multipart/form-data", "multipart/mixed; boundary=x", "application/json", "multipart/form-data; boundary=" + strings.Repeat("x", 300)} {
		if a := b.do("POST", l.home()+"drop", strings.NewReader("{}"), "Content-Type", kind, "Origin", b.base); a.code < 400 || a.code >= 500 {
			if a.code != http.StatusUnprocessableEntity && a.code != 200 {
				t.Errorf("Content-Type %q: %d", kind, a.code)
			}
		}
	}
	o.holds("a.txt", "b.txt", "c.txt")
}

func TestDroppedFilesAreBounded(t *testing.T) {
	o, b, l := dropper(t)
	o.mu.Lock()
	for _, ses := range o.sessions {
		ses.dropped = maxDropped
	}
	o.mu.Unlock()
	if a := b.put(l, "one more.txt", "x"); a.code != http.StatusForbidden || !strings.Contains(a.body, "as many files") {
		t.Errorf("one too many: %d %s", a.code, a.body)
	}
	for range maxPuts {
		o.puts <- struct{}{}
	}
	other := o.browser()
	other.open(l)
	if a := other.put(l, "x.txt", "x"); a.code != http.StatusServiceUnavailable {
		t.Errorf("too many at a time: %d", a.code)
	}
	o.holds()
}

func TestHeapsOfASessionAreBounded(t *testing.T) {
	o, b, l := dropper(t)
	for k := range 3 * maxBatches {
		if a := b.do("PUT", fmt.Sprintf("%s?batch=%d", l.below("drop", "x.txt"), k), strings.NewReader("x"), "Origin", b.base); a.code != http.StatusNoContent {
			t.Fatalf("%d: %d", k, a.code)
		}
	}
	for _, ses := range o.sessions {
		if len(ses.batches) > maxBatches {
			t.Errorf("%d heaps", len(ses.batches))
		}
	}
}

func TestAReaderCantDropAndADropperCantRead(t *testing.T) {
	o := newOffice(t)
	o.write("a.txt", "a")
	read, add := o.link(Link{}, false), o.link(Link{Add: true}, false)
	b := o.browser()
	b.open(read)
	b.open(add)
	o.allow = func(string, share.Verb) bool { return true } // even where the gate would let them
	body, kind := form(map[string]string{"x": "x"})
	for what, a := range map[string]answer{
		"put":    b.put(read, "x.txt", "x"),
		"form":   b.do("POST", read.home()+"drop", body, "Content-Type", kind, "Origin", b.base),
		"asking": b.get(read.below("drop", "x.txt") + "?size=1"),
		"list":   b.get(add.below("files", "")),
		"file":   b.get(add.below("files", "a.txt")),
		"zip":    b.get(add.below("zip", "")),
	} {
		if a.code != http.StatusNotFound {
			t.Errorf("%s: %d", what, a.code)
		}
	}
	o.holds("a.txt")
}
