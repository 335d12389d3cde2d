package guest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/share"
)

// at is the address of a test's server, by the name of a PC.
func at(s *httptest.Server, l Link) string {
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	scheme, _, _ := strings.Cut(s.URL, ":")
	return scheme + "://" + net.JoinHostPort(name, port) + l.Path()
}

// phone and desk are sizes of pages.
func (c *chromium) phone(scheme string) { c.look(390, 780, scheme) }
func (c *chromium) desk(scheme string)  { c.look(1100, 760, scheme) }

// TestInARealBrowser is what visitors do, over TLS and in the clear. At the end the browser has complained of nothing, and has
// asked nobody else for anything.
func TestInARealBrowser(t *testing.T) {
	c := newChromium(t)
	for _, secure := range []bool{true, false} {
		t.Run(map[bool]string{true: "TLS", false: "plain"}[secure], func(t *testing.T) {
			c := *c
			c.t = t
			o := newOffice(t)
			server := o.plain
			if secure {
				server = o.secure
			}
			c.log("browser")
			c.requested()
			t.Run("read", func(t *testing.T) { c := c; c.t = t; c.reads(o, server) })
			t.Run("drop", func(t *testing.T) { c := c; c.t = t; c.drops(o, server) })
			t.Run("PIN", func(t *testing.T) { c := c; c.t = t; c.opensWithPIN(o, server) })
			c.saidNothing(server)
		})
	}
}

// saidNothing checks the browser's console and what it asked for.
func (c *chromium) saidNothing(server *httptest.Server) {
	c.t.Helper()
	for _, e := range c.log("browser") {
		refused := strings.Contains(e.Message, "status of 40")                                                                // what the test wanted
		unencrypted := server.TLS == nil && strings.Contains(e.Message, "Cross-Origin-Opener-Policy header has been ignored") // which is so, and is harmless
		if !refused && !unencrypted {
			c.t.Errorf("the console says: %s: %s", e.Level, e.Message)
		}
	}
	base := strings.TrimSuffix(at(server, Link{}), "/g/")
	urls := c.requested()
	if len(urls) < 10 {
		c.t.Errorf("only %d requests were seen", len(urls))
	}
	for _, url := range urls {
		if !strings.HasPrefix(url, base+"/") {
			c.t.Errorf("something asked for %s", url)
		}
	}
}

func (c *chromium) reads(o *office, server *httptest.Server) {
	t := c.t
	contents := map[string]string{
		"Floor plan.pdf": string(bytesOf(1_400_000)), "Budget 2026.xlsx": string(bytesOf(48_200)), "IMG_2041.jpg": string(bytesOf(3_200_000)), "walkthrough.mp4": string(bytesOf(9_000_000)),
		"Bücher & <b>notes.txt": "notes", "Contracts/draft.odt": string(bytesOf(20_000)), "Contracts/signed/日本語.pdf": "signed", "site.zip": string(bytesOf(70_000)),
		"a rather long name, as people give them when nobody tells them not to, with the date 2026-11-20 (final) (2).docx": "x", "gpj\u202e.exe": "MZ", "song.mp3": "x", "Photos/one.jpg": "1",
	}
	for name, content := range contents {
		o.write(name, content)
	}
	l := o.link(Link{Plain: true}, false)
	c.phone("light")
	c.visit(at(server, l))
	if url := c.url(); !strings.HasSuffix(url, l.home()) || strings.Contains(url, l.Token) {
		t.Errorf("the address bar shows %s", url)
	}
	if text := c.text(); !strings.Contains(text, "Floor plan.pdf") || !strings.Contains(text, "Bücher & <b>notes.txt") || strings.Contains(text, "Not encrypted") == (server.TLS != nil) {
		t.Errorf("the page says:\n%s", text)
	}
	c.sights("list")
	c.click(`a[href$="Floor%20plan.pdf"]`)
	if got := c.download("Floor plan.pdf"); string(got) != contents["Floor plan.pdf"] {
		t.Errorf("the file has %d bytes", len(got))
	}
	c.click(`li:has(a[href$="Contracts"]) input`)
	c.click(`li:has(a[href$="IMG_2041.jpg"]) input`)
	c.click(`li:has(a[href*="notes"]) input`)
	c.await(`document.getElementById("picked").textContent === "Download 3 items"`)
	c.sights("picked")
	c.click(".picked button")
	c.holds("Plans.zip", contents, "", func(name string) bool {
		return strings.HasPrefix(name, "Contracts/") || name == "IMG_2041.jpg" || strings.HasPrefix(name, "Bücher")
	})
	c.click(".title a")
	c.holds("Plans.zip", contents, "Plans/", func(string) bool { return true })
	c.click(`a[href$="Contracts"]`)
	c.await(`document.title === "Contracts"`)
	c.sights("folder")
	c.click(".title a")
	c.holds("Contracts.zip", contents, "", func(name string) bool { return strings.HasPrefix(name, "Contracts/") })
	c.click("nav a")
	c.await(`document.title === "Plans"`)
	c.click("#all")
	c.await(fmt.Sprintf(`document.getElementById("picked").textContent === "Download %d items"`, 11))
	empty := o.link(Link{Plain: true}, false)
	if err := os.Mkdir(filepath.Join(o.dir, "Empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	c.visit(at(server, empty))
	c.click(`a[href$="Empty"]`)
	c.await(`document.title === "Empty"`)
	c.sights("empty")
	o.SetLinks(nil)
	c.visit(at(server, l))
	if text := c.text(); !strings.Contains(text, "There is nothing here") {
		t.Errorf("after the end the page says:\n%s", text)
	}
	c.sights("nothing")
}

// sights takes pictures of a page as a phone and a desktop show it, and checks that it fits the smallest phone.
func (c *chromium) sights(page string) {
	c.t.Helper()
	kind := "tls"
	if strings.HasPrefix(c.url(), "http:") {
		kind = "plain"
	}
	for _, scheme := range []string{"light", "dark"} {
		c.desk(scheme)
		c.shoot(fmt.Sprintf("%s-%s-desk-%s", page, kind, scheme))
		c.look(320, 640, scheme)
		if over := c.run("return document.documentElement.scrollWidth"); over != "320" {
			c.t.Errorf("%s: on a phone 320 pixels wide the page is %s", page, over)
		}
		c.shoot(fmt.Sprintf("%s-%s-small-%s", page, kind, scheme))
		c.phone(scheme)
		c.shoot(fmt.Sprintf("%s-%s-phone-%s", page, kind, scheme))
	}
	c.phone("light")
}

// holds compares an archive that was saved with the files of the folder that belong in it.
func (c *chromium) holds(file string, contents map[string]string, prefix string, belongs func(string) bool) {
	c.t.Helper()
	b := c.download(file)
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		c.t.Fatal(err)
	}
	want := map[string]string{}
	for name, content := range contents {
		if belongs(name) {
			want[path.Join(path.Dir(name), share.Portable(path.Base(name), 1))] = content
		}
	}
	for _, f := range z.File {
		name, ok := strings.CutPrefix(f.Name, prefix)
		if !ok {
			c.t.Errorf("%s has %q", file, f.Name)
		}
		if f.FileInfo().IsDir() {
			continue
		}
		r, err := f.Open()
		if err != nil {
			c.t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if content, ok := want[name]; err != nil || !ok || string(got) != content {
			c.t.Errorf("%s: %q: %d bytes, %v", file, name, len(got), err)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		c.t.Errorf("%s lacks %d files", file, len(want))
	}
}

func (c *chromium) drops(o *office, server *httptest.Server) {
	t := c.t
	if err := os.RemoveAll(o.dir); err != nil {
		t.Fatal(err)
	}
	o.write("letter.txt", "theirs")
	mine := t.TempDir()
	large := bytesOf(24 << 20)
	put := func(name string, content []byte) string {
		p := filepath.Join(mine, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, content, 0o644); err != nil {
			t.Fatal(err)
		}
		return p
	}
	letter, video := put("letter.txt", []byte("mine")), put("holiday.mp4", large)
	then := time.Date(2020, 2, 3, 4, 5, 6, 0, time.UTC)
	if err := os.Chtimes(letter, then, then); err != nil {
		t.Fatal(err)
	}
	l := o.link(Link{Add: true, Plain: true}, false)
	c.visit(at(server, l))
	if text := c.text(); strings.Contains(text, "letter") || !strings.Contains(text, "Choose files") {
		t.Errorf("the page says:\n%s", text)
	}
	c.sights("drop")
	c.slowly(6 << 20)
	c.keys("#input", letter+"\n"+video)
	c.await(`document.getElementById("total").value > 0.1 && document.getElementById("total").value < 0.9 && /B\/s/.test(document.getElementById("detail").textContent)`)
	c.sights("sending")
	c.slowly(-1)
	c.await(`document.getElementById("headline").textContent === "2 files arrived"`)
	if o.read("letter.txt") != "theirs" || o.read("letter (2).txt") != "mine" || o.read("holiday.mp4") != string(large) {
		t.Errorf("the folder has %q", o.has())
	}
	if info, err := os.Stat(filepath.Join(o.dir, "letter (2).txt")); err != nil || !info.ModTime().Equal(then) {
		t.Errorf("the letter is of %v", info.ModTime())
	}

	put("Trip/one.jpg", []byte("1"))
	put("Trip/day 2/two & <i>three</i>.jpg", []byte("2"))
	put("Trip/.DS_Store", []byte("x"))
	put("Trip/run.bat", []byte("x"))
	put("autorun.inf", []byte("x"))
	big := put("shortcut.lnk", bytesOf(3<<20)) // is asked for first
	c.drop("#zone", filepath.Join(mine, "Trip"), filepath.Join(mine, "autorun.inf"), big)
	c.await(`document.getElementById("headline").textContent === "4 of 7 files arrived"`)
	if o.read("Trip/one.jpg") != "1" || o.read("Trip/day 2/two & <i>three</i>.jpg") != "2" {
		t.Errorf("the folder has %q", o.has())
	}
	text := c.text()
	for _, want := range []string{"1 file left out", "Trip/run.bat", "not taken", "autorun.inf", "shortcut.lnk"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
	c.sights("refused")
	c.cancels(o, video)
	c.withoutScript(o, server, l, letter)
}

// slowly holds what the browser sends down to so many bytes a second; -1 sets it free.
func (c *chromium) slowly(speed int) {
	c.t.Helper()
	c.cdp("Network.enable", map[string]any{})
	c.cdp("Network.emulateNetworkConditions", map[string]any{"offline": false, "latency": 0, "downloadThroughput": -1, "uploadThroughput": speed})
}

// cancels breaks off an upload, then sends it all the same.
func (c *chromium) cancels(o *office, video string) {
	c.t.Helper()
	c.slowly(2 << 20)
	c.keys("#input", video)
	c.await(`[...document.querySelectorAll("#rows li progress")].some((bar) => bar.value > 0.05)`)
	c.run(`document.querySelector("#rows li:has(progress) button").click()`)
	c.await(`/Cancelled/.test(document.getElementById("rows").textContent)`)
	c.slowly(-1)
	deadline := time.Now().Add(browserWait)
	for hasTemporary(o.has()) {
		if time.Now().After(deadline) {
			c.t.Fatalf("a file that was cancelled leaves %q", o.has())
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.run(`[...document.querySelectorAll("#rows li")].find((row) => /holiday/.test(row.textContent) && row.querySelector("button")).querySelector("button").click()`)
	c.await(`document.getElementById("headline").textContent === "5 of 8 files arrived"`)
	if got, want := o.read("holiday (2).mp4"), o.read("holiday.mp4"); got != want {
		c.t.Errorf("the file that was sent once more has %d bytes", len(got))
	}
}

func hasTemporary(names []string) bool {
	for _, name := range names {
		if strings.Contains(name, ".lanyard-") {
			return true
		}
	}
	return false
}

// withoutScript sends the form itself.
func (c *chromium) withoutScript(o *office, server *httptest.Server, l Link, letter string) {
	c.t.Helper()
	c.cdp("Emulation.setScriptExecutionDisabled", map[string]any{"value": true})
	c.visit(at(server, l))
	c.shoot("noscript")
	c.keys("#input", letter)
	c.click("#send")
	deadline := time.Now().Add(browserWait)
	for {
		if _, err := os.Stat(filepath.Join(o.dir, "letter (3).txt")); err == nil {
			break
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("the form brought nothing: %q; at %s the page says:\n%s", o.has(), c.url(), c.text())
		}
		time.Sleep(20 * time.Millisecond)
	}
	c.find(".good")
	c.shoot("noscript-done")
	c.cdp("Emulation.setScriptExecutionDisabled", map[string]any{"value": false})
}

func (c *chromium) opensWithPIN(o *office, server *httptest.Server) {
	t := c.t
	l := o.link(Link{Plain: true, Uses: 1}, true)
	c.visit(at(server, l))
	if text := c.text(); strings.Contains(text, "Plans") || !strings.Contains(text, "six-digit PIN") {
		t.Errorf("the landing page says:\n%s", text)
	}
	c.sights("pin")
	wrong := "111111"
	if l.PIN == wrong {
		wrong = "222222"
	}
	c.keys("#pin", wrong+"\ue007") // Enter
	c.await(`/not the PIN/.test(document.body.innerText)`)
	c.sights("pin-wrong")
	c.keys("#pin", l.PIN[:3]+" "+l.PIN[3:])
	c.click("button")
	c.await(`document.title === "Plans"`)
	if url := c.url(); !strings.HasSuffix(url, l.home()) {
		t.Errorf("the address bar shows %s", url)
	}
	c.visit(at(server, l)) // the link once more, in the same browser
	if url := c.url(); !strings.HasSuffix(url, l.home()) || o.Links()[len(o.Links())-1].Used != 1 {
		t.Errorf("the link once more shows %s, used %d times", url, o.Links()[len(o.Links())-1].Used)
	}
	limited := o.link(Link{Plain: true, Uses: 2}, false)
	c.visit(at(server, limited))
	c.sights("limited")
	c.click("button")
	c.await(`document.title === "Plans"`)
}
