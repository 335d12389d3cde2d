package guest

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/share"

	"golang.org/x/text/unicode/norm"
)

// reader is an office with a link to read, opened.
func reader(t testing.TB) (*office, *browser, Link) {
	o := newOffice(t)
	l := o.link(Link{}, false)
	b := o.browser()
	b.open(l)
	return o, b, l
}

func TestAFolderIsListed(t *testing.T) {
	o, b, l := reader(t)
	o.write("b.txt", "bb")
	o.write("A.txt", strings.Repeat("a", 1500))
	o.write("sub/deep/x.txt", "x")
	o.write(".secret", "no")
	o.write("sub/.lanyard-1-x-1", "no")
	page := b.get(l.home())
	for _, want := range []string{"sub</bdi>", "A.txt", "b.txt", "1.5 kB", "2 B", "1 folder · 2 files, 1.5 kB", "front desk"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %q:\n%s", want, page.body)
		}
	}
	order := []int{strings.Index(page.body, "sub</bdi>"), strings.Index(page.body, "A.txt</bdi>"), strings.Index(page.body, "b.txt</bdi>")}
	if order[0] > order[1] || order[1] > order[2] {
		t.Errorf("the order is %v", order)
	}
	if page := b.get(l.home() + "?by=size").body; strings.Index(page, "A.txt</bdi>") < strings.Index(page, "b.txt</bdi>") {
		t.Error("by size, the larger comes first")
	}
	if strings.Contains(page.body, "secret") {
		t.Error("a hidden file is listed")
	}
	below := b.get(l.below("files", "sub"))
	if !strings.Contains(below.body, "deep") || strings.Contains(below.body, "lanyard-1") || !strings.Contains(below.body, `<a href="`+l.home()+`">`) {
		t.Errorf("the folder in it: %s", below.body)
	}
	if a := b.get(l.below("files", "sub/deep")); !strings.Contains(a.body, `href="`+l.below("files", "sub")+`"`) {
		t.Errorf("there is no way back: %s", a.body)
	}
	if a := b.get(l.below("files", "none")); a.code != http.StatusNotFound {
		t.Errorf("a folder that isn't there: %d", a.code)
	}
}

func TestALargeFolderHasPages(t *testing.T) {
	o, b, l := reader(t)
	for k := range pageRows + 20 {
		o.write(fmt.Sprintf("%04d.txt", k), "")
	}
	first, last := b.get(l.home()), b.get(l.home()+"?page=2")
	if strings.Count(first.body, "<li>") != pageRows || !strings.Contains(first.body, "page=2") || !strings.Contains(first.body, "Page 1 of 2") {
		t.Errorf("the first page has %d rows", strings.Count(first.body, "<li>"))
	}
	if strings.Count(last.body, "<li>") != 20 || !strings.Contains(last.body, "0519.txt") {
		t.Errorf("the second page has %d rows", strings.Count(last.body, "<li>"))
	}
	for _, q := range []string{"?page=3", "?page=-1", "?page=x", "?page=999999999999999999999", "?by=x&down=2"} {
		if a := b.get(l.home() + q); a.code != 200 {
			t.Errorf("%s: %d", q, a.code)
		}
	}
}

func TestAFileIsKeptAndNotShown(t *testing.T) {
	o, b, l := reader(t)
	for name, content := range map[string]string{"page.html": "<script>alert(1)</script>", "x.svg": "<svg onload=alert(1)>", "日本 ü.pdf": "%PDF", `we"ird;%41.txt`: "x", "a\u202egpj.exe": "MZ"} {
		o.write(name, content)
		a := b.get(l.below("files", name))
		kind, params, err := mime.ParseMediaType(a.header.Get("Content-Disposition"))
		if a.code != 200 || a.body != content || err != nil || kind != "attachment" || params["filename"] != neutral(name) {
			t.Errorf("%q: %d %q, %s %q %v", name, a.code, a.body, kind, params, err)
		}
		h := a.header
		if h.Get("Content-Type") != "application/octet-stream" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Length") != fmt.Sprint(len(content)) ||
			h.Get("Content-Security-Policy") != filePolicy || h.Get("Cross-Origin-Resource-Policy") != "same-origin" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%q: headers %v", name, h)
		}
	}
}

func TestADownloadGoesOn(t *testing.T) {
	o, b, l := reader(t)
	content := string(bytesOf(100_000))
	o.write("x.bin", content)
	o.write("d/a.bin", content)
	o.write("d/b.bin", content)
	for _, at := range []string{l.below("files", "x.bin"), l.below("zip", "d"), l.below("zip", "")} {
		whole := b.get(at)
		if whole.code != 200 || whole.header.Get("Accept-Ranges") != "bytes" || whole.header.Get("Content-Length") != fmt.Sprint(len(whole.body)) {
			t.Fatalf("%s: %d %v", at, whole.code, whole.header)
		}
		etag := whole.header.Get("ETag")
		for _, c := range []struct{ from, to int }{{0, 0}, {1000, 60_000}, {70_000, len(whole.body) - 1}, {len(whole.body) - 1, len(whole.body) - 1}} {
			a := b.get(at, "Range", fmt.Sprintf("bytes=%d-%d", c.from, c.to), "If-Range", etag)
			if a.code != http.StatusPartialContent || a.body != whole.body[c.from:c.to+1] {
				t.Errorf("%s from %d to %d: %d, %d bytes", at, c.from, c.to, a.code, len(a.body))
			}
		}
		if a := b.get(at, "Range", "bytes=-100"); a.body != whole.body[len(whole.body)-100:] {
			t.Errorf("%s: the last 100 bytes: %d", at, a.code)
		}
		if a := b.get(at, "Range", "bytes=999999999-"); a.code != http.StatusRequestedRangeNotSatisfiable {
			t.Errorf("%s: a range past the end: %d", at, a.code)
		}
		if a := b.get(at, "Range", "bytes=0-0,5-6,0-9,1-2"); a.code != 200 || a.body != whole.body {
			t.Errorf("%s: several ranges: %d", at, a.code)
		}
		if a := b.do("HEAD", at, nil); a.code != 200 || a.body != "" || a.header.Get("Content-Length") != fmt.Sprint(len(whole.body)) {
			t.Errorf("%s: HEAD: %d %v", at, a.code, a.header)
		}
		for _, name := range []string{"x.bin", "d/a.bin"} {
			if err := os.Chtimes(filepath.Join(o.dir, name), time.Now(), time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		if a := b.get(at, "Range", "bytes=5-9", "If-Range", etag); a.code != 200 || len(a.body) != len(whole.body) {
			t.Errorf("%s: going on with what has changed: %d, %d bytes", at, a.code, len(a.body))
		}
	}
}

// unzip reads an archive of an answer.
func unzip(t testing.TB, a answer) map[string]string {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
	if err != nil {
		t.Fatalf("%d: %v\n%.300s", a.code, err, a.body)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
		files[f.Name] = string(content)
	}
	return files
}

func TestAFolderIsFetchedAsAnArchive(t *testing.T) {
	o, b, l := reader(t)
	o.write("sub/Bücher/a.txt", "a")
	o.write("sub/b.txt", "b")
	o.write("sub/.hidden/c.txt", "c")
	o.write("top.txt", "top")
	if err := os.Mkdir(filepath.Join(o.dir, "sub/empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc", filepath.Join(o.dir, "sub/etc")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("..", filepath.Join(o.dir, "sub/up")); err != nil {
		t.Fatal(err)
	}
	a := b.get(l.below("zip", "sub"))
	same(t, unzip(t, a), map[string]string{"sub/": "", "sub/Bücher/": "", "sub/Bücher/a.txt": "a", "sub/b.txt": "b", "sub/empty/": ""})
	if !strings.Contains(a.header.Get("Content-Disposition"), `filename="sub.zip"`) {
		t.Errorf("it is called %q", a.header.Get("Content-Disposition"))
	}
	all := unzip(t, b.get(l.below("zip", "")))
	if all["Plans/top.txt"] != "top" || all["Plans/sub/b.txt"] != "b" {
		t.Errorf("all of it: %v", all)
	}
	deep := unzip(t, b.get(l.below("zip", "sub/Bücher")))
	same(t, deep, map[string]string{"Bücher/": "", "Bücher/a.txt": "a"})
	if a := b.get(l.below("zip", "top.txt")); a.code != http.StatusNotFound {
		t.Errorf("a file as a folder: %d", a.code)
	}
}

func same(t testing.TB, got, want map[string]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for k, v := range want {
		if w, ok := got[k]; !ok || w != v {
			t.Errorf("%s: got %q, want %q", k, w, v)
		}
	}
}

func TestWhatIsTickedIsFetched(t *testing.T) {
	o, b, l := reader(t)
	for _, name := range []string{"sub/a.txt", "sub/b.txt", "sub/c/d.txt", "sub/e.txt"} {
		o.write(name, name)
	}
	fetch := func(names ...string) answer {
		q := url.Values{"picked": {"1"}}
		for _, name := range names {
			q.Add("f", pick(name))
		}
		return b.get(l.below("zip", "sub") + "?" + q.Encode())
	}
	same(t, unzip(t, fetch("a.txt", "c", "gone.txt")), map[string]string{"a.txt": "sub/a.txt", "c/": "", "c/d.txt": "sub/c/d.txt"})
	if a := fetch("b.txt"); a.code != http.StatusSeeOther || a.header.Get("Location") != l.below("files", "sub/b.txt") {
		t.Errorf("a single file: %d to %q", a.code, a.header.Get("Location"))
	}
	if a := fetch("c"); !strings.Contains(a.header.Get("Content-Disposition"), `filename="c.zip"`) {
		t.Errorf("a single folder: %v", a.header)
	}
	for _, names := range [][]string{{}, {"nonsense"}, {"../secret"}} {
		if a := fetch(names...); a.code != http.StatusBadRequest || !strings.Contains(a.body, "Nothing was ticked") {
			t.Errorf("%q: %d", names, a.code)
		}
	}
}

func TestAnArchiveCanBeUnpackedOnEverySystem(t *testing.T) {
	o, b, l := reader(t)
	want := map[string]string{"Plans/": "", "Plans/sub/": "", "Plans/NOT IN THIS ARCHIVE.txt": "mine"}
	for name, as := range map[string]string{
		"when? 12:30": "when_ 12_30", `a\b<c>"d|e*.txt`: "a_b_c__d_e_.txt", "con.txt": "con_.txt", "LPT1": "LPT1_", "etc. ": "etc__",
		"bell\a": "bell_", "latin\xe4": "latin_", "gpj\u202e.exe": "gpj_.exe", "Bücher & 日本語.txt": "Bücher & 日本語.txt",
	} {
		o.write("sub/"+name+"/"+name, name)
		want["Plans/sub/"+as+"/"], want["Plans/sub/"+as+"/"+as] = "", name
	}
	o.write("NOT IN THIS ARCHIVE.txt", "mine")
	same(t, unzip(t, b.get(l.below("zip", ""))), want)
}

func TestNamesInAnArchiveDifferInMoreThanCase(t *testing.T) {
	n := names{}
	seen := map[string]bool{}
	for _, name := range []string{"a/", "A/", "a/x.txt", "A/X.TXT", "a/X.txt", "a/x (2).txt", "a/x (3).txt", "a/x?.txt", "a/x_.txt", "a/x:.txt", "Caf\u00e9", "Cafe\u0301", "b/c", "B/c"} {
		as := n.portable(name)
		if key := strings.ToLower(norm.NFC.String(as)); seen[key] {
			t.Errorf("%q becomes %q, which there is", name, as)
		} else {
			seen[key] = true
		}
	}
	if as := n.portable("A/new"); as != "A (2)/new" {
		t.Errorf("what is in A is in %q", as)
	}
}

func TestWhatCantBeReadIsSaid(t *testing.T) {
	if os.Getuid() == 0 {
		t.Log("root reads everything: a folder too deep stands for what can't be read")
	}
	o, b, l := reader(t)
	o.write("a.txt", "a")
	deep := strings.Repeat("d/", 140)
	if err := os.MkdirAll(filepath.Join(o.dir, deep), 0o755); err != nil {
		t.Fatal(err)
	}
	files := unzip(t, b.get(l.below("zip", "")))
	if files["Plans/a.txt"] != "a" || !strings.Contains(files["Plans/NOT IN THIS ARCHIVE.txt"], "too many folders") {
		t.Errorf("got %d files; it is said: %q", len(files), files["Plans/NOT IN THIS ARCHIVE.txt"])
	}
}

// slow is a visitor that has taken a part of a download and stalls.
type slow struct {
	resp   *http.Response
	cancel context.CancelFunc
}

func (b *browser) stall(path string) slow {
	b.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, err := http.NewRequestWithContext(ctx, "GET", b.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	resp, err := b.http.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, resp.Body, 1000); err != nil {
		b.t.Fatal(err)
	}
	return slow{resp, cancel}
}

// cut tells whether the rest of the download fails, and how soon the server has let go of it.
func (s slow) cut() (err error) {
	_, err = io.Copy(io.Discard, s.resp.Body)
	s.resp.Body.Close()
	s.cancel()
	return err
}

// TestARunningDownloadEndsWithItsLink: revoked, expired, its folder no longer shared. The visitor reads nothing meanwhile.
func TestARunningDownloadEndsWithItsLink(t *testing.T) {
	for name, end := range map[string]func(*office, Link){
		"revoked":  func(o *office, _ Link) { o.SetLinks(nil) },
		"expired":  func(_ *office, l Link) { time.Sleep(time.Until(l.Expires)) },
		"unshared": func(o *office, _ Link) { _ = o.files.SetFolders(nil) },
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.write("d/large.bin", string(bytesOf(24<<20)))
			wish := Link{}
			if name == "expired" {
				wish.Expires = time.Now().Add(5 * time.Second)
			}
			l := o.link(wish, false)
			b := o.browser()
			b.open(l)
			file, archive := b.stall(l.below("files", "d/large.bin")), b.stall(l.below("zip", "d"))
			end(o, l)
			deadline := time.Now().Add(3 * time.Second)
			for o.running() > 0 {
				if time.Now().After(deadline) {
					t.Fatal("after three seconds the downloads still run")
				}
				time.Sleep(5 * time.Millisecond)
			}
			for what, s := range map[string]slow{"file": file, "archive": archive} {
				if s.cut() == nil {
					t.Errorf("the %s arrived whole", what)
				}
			}
		})
	}
}

// running counts requests that run on links, also on those that are gone.
func (o *office) running() int {
	n := len(o.zips)
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, l := range o.links {
		n += len(l.running)
	}
	return n
}

func TestAnArchiveOfWhatChangesIsBrokenOff(t *testing.T) {
	o, b, l := reader(t)
	o.write("d/a.bin", string(bytesOf(32<<20)))
	s := b.stall(l.below("zip", "d"))
	if err := os.Truncate(filepath.Join(o.dir, "d/a.bin"), 1<<20); err != nil {
		t.Fatal(err)
	}
	if s.cut() == nil {
		t.Error("the archive arrived whole")
	}
}

func TestArchivesAtATimeAreBounded(t *testing.T) {
	o, b, l := reader(t)
	o.write("a.txt", "a")
	for range maxZips {
		o.zips <- struct{}{}
	}
	if a := b.get(l.below("zip", "")); a.code != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" {
		t.Errorf("one archive too many: %d", a.code)
	}
	<-o.zips
	if a := b.get(l.below("zip", "")); a.code != 200 {
		t.Errorf("once there is a place: %d", a.code)
	}
}

func TestTheGateIsAskedForEverything(t *testing.T) {
	o, b, l := reader(t)
	o.write("a.txt", "a")
	asked := map[share.Verb]int{}
	o.allow = func(folder string, v share.Verb) bool {
		if folder != "Plans" {
			t.Errorf("asked for %q", folder)
		}
		asked[v]++
		return v == share.See
	}
	for _, p := range []string{l.home(), l.below("files", ""), l.below("files", "a.txt"), l.below("zip", "")} {
		if a := b.get(p); a.code != http.StatusNotFound {
			t.Errorf("%s without the right: %d", p, a.code)
		}
	}
	if asked[share.Read] < 4 || asked[share.Add] > 0 {
		t.Errorf("asked %v", asked)
	}
}

func TestAFolderThatIsAwayIsSaid(t *testing.T) {
	o, b, l := reader(t)
	if err := os.RemoveAll(o.dir); err != nil {
		t.Fatal(err)
	}
	if a := b.get(l.home()); a.code != http.StatusServiceUnavailable || !strings.Contains(a.body, "be opened now") || strings.Contains(a.body, o.dir) {
		t.Errorf("got %d %s", a.code, a.body)
	}
}

// TestAnArchiveTakesLittleMemory: it is made as it is sent.
func TestAnArchiveIsSentAsItIsMade(t *testing.T) {
	o, b, l := reader(t)
	content := bytesOf(8 << 20)
	o.write("d/a.bin", string(content))
	a := b.get(l.below("zip", "d"))
	if got := unzip(t, a)["d/a.bin"]; !bytes.Equal([]byte(got), content) {
		t.Errorf("%d bytes", len(got))
	}
	if over := len(a.body) - len(content); over > 2000 {
		t.Errorf("the archive is %d bytes longer than what is in it", over)
	}
}

// When the owner changes a right, the cookies of the requests that run are read again, whatever those are at.
func TestARequestForManyRangesStaysAsItIs(t *testing.T) {
	const many = "bytes=0-1,5-6"
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Range", many)
	if got := oneRange(r).Header.Get("Range"); got != "" {
		t.Errorf("answered is %q", got)
	}
	if r.Header.Get("Range") != many {
		t.Error("the request was changed, while others may read it")
	}
	if r.Header.Set("Range", "bytes=5-6"); oneRange(r) != r {
		t.Error("one range is no reason for another request")
	}
}

// TestAFileThatChangesIsNotSentForWhole: half of one version and half of the next, of the same length, looks like a file.
func TestAFileThatChangesIsNotSentForWhole(t *testing.T) {
	o, b, l := reader(t)
	o.write("scan.bin", "")
	file := filepath.Join(o.dir, "scan.bin")
	const size = 256 << 20 // more than connections hold
	if err := os.Truncate(file, size); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(file, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	r, err := b.http.Get(b.base + l.below("files", "scan.bin"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if _, err := io.ReadFull(r.Body, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte("the next version"), size-1000); err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, r.Body); err == nil {
		t.Errorf("%d bytes of two versions passed for a file", n+1000)
	}
}
