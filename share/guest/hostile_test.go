package guest

import (
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lanyard/share"
)

// allVerbs are methods of HTTP, WebDAV and nobody.
var allVerbs = strings.Fields("POST PUT PATCH DELETE OPTIONS TRACE CONNECT PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK REPORT SEARCH MKACTIVITY CHECKOUT MERGE ACL BIND LINK PURGE QUERY get Get FOO")

// TestT08ALinkToReadLetsNoOtherVerbThrough.
func TestT08ALinkToReadLetsNoOtherVerbThrough(t *testing.T) {
	o, b, l := reader(t)
	o.write("a.txt", "theirs")
	o.write("d/b.txt", "theirs")
	before := o.has()
	for _, verb := range allVerbs {
		for _, p := range []string{l.home(), l.below("files", ""), l.below("files", "a.txt"), l.below("files", "d"), l.below("zip", ""), l.below("drop", "a.txt"), l.home() + "drop", l.home() + "drop/"} {
			if verb == "CONNECT" {
				continue // has no path
			}
			a := b.do(verb, p, strings.NewReader("mine"), "Origin", b.base, "Destination", b.base+l.below("files", "new.txt"), "Overwrite", "T", "Depth", "infinity")
			if a.header.Get("Location") == p+"/" {
				continue // the address with its slash, which is among these too
			}
			if a.code != http.StatusNotFound && a.code != http.StatusMethodNotAllowed {
				t.Errorf("%s %s: %d %.100s", verb, p, a.code, a.body)
			}
		}
	}
	for _, header := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"} {
		for _, verb := range []string{"PUT", "DELETE", "PATCH", "MOVE"} {
			a := b.get(l.below("files", "a.txt")+"?_method="+verb, header, verb, "Destination", "/x")
			if a.code != 200 || a.body != "theirs" {
				t.Errorf("GET with %s: %s gave %d", header, verb, a.code)
			}
		}
	}
	if after := o.has(); strings.Join(after, " ") != strings.Join(before, " ") || o.read("a.txt") != "theirs" {
		t.Errorf("the folder had %q and has %q", before, after)
	}
}

// hostileNames run, turn or break something where they are not shown as they are.
var hostileNames = []string{
	`<img src=x onerror=alert(1)>`, `"><svg onload=alert(1)>.txt`, `'><script>alert(1)<&sol;script>`, `javascript:alert(1)`, `{{.Home}}`, `${7*7}`, `{.exec|calc.}`, "`id`", `;id`, `a&b;&lt;`, `&#x3c;b&#x3e;`,
	"data:text/html,<script>alert(1)", " onmouseover=alert(1) x=", "]]>--><b>", "gpj\u202e.exe", "\u2066hidden\u2069.txt", "zero\u200bwidth\ufeff.txt", "\u3164.txt", "line\u2028sep.txt", `%3Cscript%3E`, "?x=1#y", "+a b+", `x" download="y.exe`,
}

// dangerous is a tag or attribute that only a name can have brought.
var dangerous = regexp.MustCompile(`(?i)<img|<b>|<svg onload|<script>|[^=\w]onerror=alert\(1\)>|"\s*onmouseover|href="javascript:|href="data:`)

// TestT21NamesOfFilesAreTextAndNothingElse.
func TestT21NamesOfFilesAreTextAndNothingElse(t *testing.T) {
	o, b, l := reader(t)
	for _, name := range hostileNames {
		o.write(name, name)
	}
	o.write("<u>d</u>/x.txt", "x")
	links := regexp.MustCompile(`<li><label.*?<a href="([^"]*)"`)
	for _, p := range []string{l.home(), l.below("files", "<u>d</u>")} {
		page := b.get(p)
		plain := strings.ReplaceAll(page.body, `<img src="`, "")
		if found := dangerous.FindString(strings.ReplaceAll(plain, "<b><bdi>", "")); found != "" {
			t.Errorf("%s has %q:\n%s", p, found, page.body)
		}
		for _, r := range page.body {
			if invisibleRune(r) {
				t.Errorf("the page has %U", r)
			}
		}
		wellFormed(t, page.body)
		for _, m := range links.FindAllStringSubmatch(page.body, -1) {
			at := html.UnescapeString(m[1])
			if !strings.HasPrefix(at, l.home()+"files/") {
				t.Errorf("a link leads to %q", at)
			}
			if a := b.get(at); a.code != 200 {
				t.Errorf("the link %q: %d", at, a.code)
			}
		}
	}
	for _, name := range hostileNames {
		a := b.get(l.below("files", name))
		if a.code != 200 || a.body != name || !strings.HasPrefix(a.header.Get("Content-Disposition"), "attachment; ") || a.header.Get("Content-Type") != "application/octet-stream" || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%q: %d %v", name, a.code, a.header)
		}
	}
	archive := unzip(t, b.get(l.below("zip", "")))
	for _, name := range hostileNames {
		parts := strings.Split(name, "/")
		for i, p := range parts {
			parts[i] = share.Portable(p, 1)
		}
		if as := "Plans/" + strings.Join(parts, "/"); archive[as] != name {
			t.Errorf("%q is not in the archive as %q", name, as)
		}
	}
	for as := range archive {
		if strings.ContainsAny(as, `<>:"|?*\`) {
			t.Errorf("not every system can unpack %q", as)
		}
	}
}

func invisibleRune(r rune) bool {
	return r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfeff || r == 0x3164
}

// wellFormed reads a page as a strict parser would: a name that gets out of its place breaks the nesting of tags.
func wellFormed(t testing.TB, page string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, []string{"meta", "link", "input"}, xml.HTMLEntity
	var open []string
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("the page is broken: %v\n%s", err, page)
		}
		switch e := token.(type) {
		case xml.StartElement:
			open = append(open, e.Name.Local)
			for _, attr := range e.Attr {
				if strings.HasPrefix(strings.ToLower(attr.Name.Local), "on") || attr.Name.Local == "style" {
					t.Errorf("<%s> has the attribute %s", e.Name.Local, attr.Name.Local)
				}
				if e.Name.Local == "script" && attr.Name.Local == "src" && !strings.HasPrefix(attr.Value, "/guest-page/") {
					t.Errorf("a script comes from %q", attr.Value)
				}
			}
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1] != e.Name.Local {
				t.Fatalf("</%s> closes %v", e.Name.Local, open)
			}
			open = open[:len(open)-1]
		}
	}
}

// TestT22NothingIsReflected: queries, headers, paths and forms with markup give pages without it.
func TestT22NothingIsReflected(t *testing.T) {
	o, b, l := reader(t)
	o.write("a.txt", "a")
	add, locked := o.link(Link{Add: true}, false), o.link(Link{}, true)
	b.open(add)
	const mark = `"'><zzz onload=alert(1)>{{1}}`
	esc := url.QueryEscape(mark)
	q := "?by=" + esc + "&down=" + esc + "&page=" + esc + "&picked=" + esc + "&f=" + esc + "&" + esc + "=1&size=" + esc + "&batch=" + esc
	headers := []string{"Referer", mark, "User-Agent", mark, "Accept-Language", mark, "X-Forwarded-Host", mark, "Origin", b.base, "Cookie", "x=<zzz>", "Range", "bytes=<zzz>", "If-Range", `"<zzz>"`, "Accept", mark, scriptHeader, ""}
	answers := map[string]answer{}
	for _, p := range []string{l.home(), l.below("files", ""), l.below("zip", ""), l.below("files", mark), l.below("zip", mark), l.below("drop", mark), add.home(), add.below("drop", mark+"/.x"), locked.Path(), "/g/" + url.PathEscape(mark), "/" + url.PathEscape(mark), "/guest-page/" + url.PathEscape(mark), "/guest/" + url.PathEscape(mark) + "/"} {
		for _, verb := range []string{"GET", "POST", "PUT"} {
			answers[verb+" "+p] = b.do(verb, p+q, strings.NewReader("pin="+esc+"&page="+esc), append(headers, "Content-Type", "application/x-www-form-urlencoded")...)
		}
	}
	body, kind := form(map[string]string{mark: "x", ".hidden" + mark: "x"})
	answers["form"] = b.do("POST", add.home()+"drop"+q, body, "Content-Type", kind, "Origin", b.base)
	answers["wrong PIN"] = b.post(locked.Path(), url.Values{"pin": {mark}, "page": {mark}})
	for what, a := range answers {
		if strings.Contains(a.body, "<zzz") || strings.Contains(fmt.Sprint(a.header), "<zzz") {
			t.Errorf("%s: reflected: %v %s", what, a.header, a.body)
		}
		if strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
			wellFormed(t, a.body)
			if a.header.Get("Content-Security-Policy") != policy {
				t.Errorf("%s: policy %q", what, a.header.Get("Content-Security-Policy"))
			}
		}
		if a.code == 0 || a.code >= 500 {
			t.Errorf("%s: %d %v", what, a.code, a.err)
		}
	}
}

// TestT24APageOfAnotherSiteCanDoNothing, though the browser sends the cookie along.
func TestT24APageOfAnotherSiteCanDoNothing(t *testing.T) {
	o := newOffice(t)
	o.write("a.txt", "theirs")
	add, limited := o.link(Link{Add: true, Plain: true}, false), o.link(Link{Uses: 3, Plain: true}, false)
	for where, b := range map[string]*browser{"TLS": o.browser(), "plain": o.plainBrowser()} {
		b.open(add)
		foreign := [][]string{
			{}, // a request that doesn't say
			{"Origin", "https://evil.example"}, {"Origin", "null"}, {"Origin", "null", "Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"},
			{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "none"}, {"Origin", b.base, "Sec-Fetch-Site", "same-site"}, {"Origin", b.base + ".evil.example"}, {"Origin", b.base + "0"},
			{"Origin", "http://" + strings.Split(b.base, "//")[1][:9]}, {"Origin", strings.Replace(b.base, "http", "ftp", 1)}, {"Origin", b.base, "Origin", "https://evil.example"}, {"Origin", b.base + "/"}, {"Origin", other(b.base)},
		}
		for _, headers := range foreign {
			for _, kind := range []string{"application/x-www-form-urlencoded", "text/plain", "application/json", "multipart/form-data; boundary=b", ""} {
				h := append([]string{"Content-Type", kind}, headers...)
				form := "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"evil.txt\"\r\n\r\nevil\r\n--b--\r\n"
				for what, a := range map[string]answer{
					"form":    b.do("POST", add.home()+"drop", strings.NewReader(form), h...),
					"put":     b.do("PUT", add.below("drop", "evil.txt"), strings.NewReader("evil"), h...),
					"landing": b.do("POST", limited.Path(), strings.NewReader("page=1"), h...),
				} {
					if a.code != http.StatusForbidden && a.code != http.StatusNotFound {
						t.Errorf("%s: %s with %q: %d", where, what, h, a.code)
					}
				}
			}
		}
		for _, dest := range []string{"image", "iframe", "embed", "object", "empty", "script", "video"} {
			mode := "no-cors"
			if dest == "iframe" || dest == "embed" || dest == "object" {
				mode = "navigate"
			}
			for _, site := range []string{"cross-site", "same-site"} {
				if a := b.get(add.home(), "Sec-Fetch-Site", site, "Sec-Fetch-Mode", mode, "Sec-Fetch-Dest", dest); a.code != http.StatusForbidden {
					t.Errorf("%s: %s from %s: %d", where, dest, site, a.code)
				}
			}
		}
		if a := b.get(add.home(), "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"); a.code != 200 {
			t.Errorf("%s: following a link from elsewhere: %d", where, a.code)
		}
		if a := b.put(add, where+".txt", "mine", "Sec-Fetch-Site", "same-origin"); a.code != http.StatusNoContent {
			t.Errorf("%s: from our own page: %d", where, a.code)
		}
	}
	if used := o.Links()[1].Used; used != 0 {
		t.Errorf("the other link was used %d times", used)
	}
	o.holds("a.txt", "TLS.txt", "plain.txt")
}

// other is the same address by the other scheme.
func other(base string) string {
	if rest, ok := strings.CutPrefix(base, "https:"); ok {
		return "http:" + rest
	}
	return strings.Replace(base, "http:", "https:", 1)
}

// TestT26NoOtherSiteReadsOrFramesThePages.
func TestT26NoOtherSiteReadsOrFramesThePages(t *testing.T) {
	o, b, l := reader(t)
	o.write("a.txt", "a")
	add, pin := o.link(Link{Add: true}, false), o.link(Link{}, true)
	b.open(add)
	asset := regexp.MustCompile(`/guest-page/[^"]*\.css`).FindString(b.get(l.home()).body)
	for _, origin := range []string{"null", "https://evil.example", b.base} {
		for _, p := range []string{l.home(), l.below("files", "a.txt"), l.below("zip", ""), add.home(), pin.Path(), "/none", asset} {
			for _, verb := range []string{"GET", "HEAD", "OPTIONS"} {
				a := b.do(verb, p, nil, "Origin", origin, "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "lanyard-page")
				for name := range a.header {
					if strings.HasPrefix(name, "Access-Control-") {
						t.Errorf("%s %s for %s: %s", verb, p, origin, name)
					}
				}
				h := a.header
				if verb == "OPTIONS" && a.code < 400 {
					t.Errorf("OPTIONS %s: %d", p, a.code)
				}
				if h.Get("X-Frame-Options") != "DENY" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || h.Get("Cross-Origin-Resource-Policy") != "same-origin" ||
					h.Get("Cross-Origin-Opener-Policy") != "same-origin" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" {
					t.Errorf("%s %s: headers %v", verb, p, h)
				}
			}
		}
	}
	for p, want := range map[string]string{l.home(): "no-referrer", "/none": "no-referrer", l.below("files", "a.txt"): "no-referrer", add.home(): "same-origin", pin.Path(): "same-origin"} {
		if got := b.get(p).header.Get("Referrer-Policy"); got != want {
			t.Errorf("%s: Referrer-Policy %s, want %s", p, got, want)
		}
	}
	if got := b.get("/guest-page/x").header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %s", got)
	}
}

// TestPathsLeadNowhereElse: the folder's neighbours, its hidden files, links out, in every spelling.
func TestPathsLeadNowhereElse(t *testing.T) {
	o, b, l := reader(t)
	o.write("d/a.txt", "ours")
	o.write(".hidden/h.txt", "SECRET")
	o.write(".lanyard-1-x-1", "SECRET")
	secret := filepath.Join(filepath.Dir(o.dir), filepath.Base(o.dir)+"-secret.txt")
	if err := os.WriteFile(secret, []byte("SECRET"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(secret) })
	for name, to := range map[string]string{"out": "/etc/passwd", "up": secret, "updir": "/etc", "rel": "../" + filepath.Base(secret)} {
		if err := os.Symlink(to, filepath.Join(o.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	base := filepath.Base(secret)
	for _, p := range []string{
		"../" + base, "..%2f" + base, "%2e%2e/" + base, "%2e%2e%2f" + base, "d/../../" + base, "d/%2e%2e/%2e%2e/" + base, "..%5c" + base, "..%255c" + base, "%252e%252e/" + base, "..%c0%af" + base, "..;/" + base, ".../" + base,
		"/etc/passwd", "%2fetc%2fpasswd", "out", "up", "updir/passwd", "rel", ".hidden/h.txt", "%2ehidden/h.txt", ".hidden", "d/../.hidden/h.txt", ".lanyard-1-x-1", "%E2%80%8B.hidden/h.txt", "d/a.txt%00.jpg", "d/a.txt/", "d//a.txt", "d/./a.txt", "./d/a.txt", "C:/x", "d%5ca.txt",
	} {
		for _, kind := range []string{"files", "zip"} {
			a := b.get(l.home() + kind + "/" + p)
			if strings.Contains(a.body, "SECRET") || strings.Contains(a.body, "root:") {
				t.Errorf("%s %s gave it away: %d", kind, p, a.code)
			}
			if a.code == 200 && (p != "d/a.txt/" || a.body != "ours") {
				t.Errorf("%s %s: %d %.80q", kind, p, a.code, a.body)
			}
		}
	}
}

// TestT38NamesAreShownNeutral on pages and in downloads.
func TestT38NamesAreShownNeutral(t *testing.T) {
	for name, want := range map[string]string{
		"a\u202egpj.exe": "a\ufffdgpj.exe", "zero\u200bwidth": "zero\ufffdwidth", "fam\U0001F468\u200d\U0001F469": "fam\U0001F468\U0001F469", "a\u00a0b\u2003c": "a b c", "\u3164": "\ufffd", "x\x1b[31m": "x\ufffd[31m",
		"bad\xff": "bad\ufffd", "日本語 ü": "日本語 ü", "\U000E0041tag": "\ufffdtag", "line\u2028": "line\ufffd", "": "",
	} {
		if got := neutral(name); got != want {
			t.Errorf("%q is shown as %q, want %q", name, got, want)
		}
	}
}

// TestT19SecretsStayOutOfPagesAndAddresses: the token, the PIN and the session.
func TestT19SecretsStayOutOfPagesAndAddresses(t *testing.T) {
	var log strings.Builder
	o := newOffice(t)
	o.o.Logger = logTo(&log)
	o.write("a.txt", "a")
	l := o.link(Link{Uses: 5}, true)
	b := o.browser()
	b.post(l.Path(), url.Values{"pin": {"111111"}})
	cookie := cookieOf(b.post(l.Path(), url.Values{"pin": {l.PIN}}), l.home())
	session := strings.TrimPrefix(cookie, cookieName+"=")
	for _, p := range []string{l.Path(), l.home(), l.below("files", "a.txt"), l.below("files", "none"), l.below("zip", ""), "/x"} {
		a := b.get(p)
		for what, secret := range map[string]string{"token": l.Token, "PIN": l.PIN, "session": session} {
			if strings.Contains(a.body, secret) || strings.Contains(a.header.Get("Location"), secret) {
				t.Errorf("%s has the %s", p, what)
			}
		}
	}
	o.SetLinks([]Link{{ID: "bad", Token: "tokentoken", PIN: "987654"}})
	for _, secret := range []string{l.Token, l.PIN, session, "tokentoken", "987654"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log has a secret:\n%s", log.String())
		}
	}
}

// TestRoutesAreAllGuarded: none answers without a link, and what is inside asks the gate for its verb.
func TestRoutesAreAllGuarded(t *testing.T) {
	o := newOffice(t)
	o.write("a.txt", "a")
	read, add := o.link(Link{}, false), o.link(Link{Add: true}, false)
	b := o.browser()
	b.open(read)
	b.open(add)
	o.allow = func(string, share.Verb) bool { return false }
	for _, r := range Routes() {
		if r.Verb == share.None {
			t.Errorf("%s %s has no verb", r.Method, r.Pattern)
		}
		if r.Inside != strings.HasPrefix(r.Pattern, "/guest/{id}/") {
			t.Errorf("%s %s: inside %t", r.Method, r.Pattern, r.Inside)
		}
		for _, l := range []Link{read, add} {
			p := strings.NewReplacer("{id}", l.ID, "{token}", "x", "{file}", "x", "{path...}", "a.txt", "{$}", "").Replace(r.Pattern)
			if a := b.do(r.Method, p, strings.NewReader("x"), "Origin", b.base); a.code != http.StatusNotFound {
				t.Errorf("%s %s without the right: %d", r.Method, p, a.code)
			}
		}
	}
}

// FuzzRequests throws any path, query, cookie and form at the handler: nothing panics, nothing hidden is told, and nothing is
// written but where it may.
func FuzzRequests(f *testing.F) {
	dir := memory(f)
	inner := filepath.Join(dir, "Plans")
	for _, name := range []string{"Plans/a.txt", "Plans/d/b.txt", "Plans/.hidden", "Plans/d/.hidden2", "outside.txt"} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			f.Fatal(err)
		}
		if err := os.WriteFile(p, []byte("CONTENT-OF-"+filepath.Base(name)), 0o644); err != nil {
			f.Fatal(err)
		}
	}
	files := share.NewServer(share.Options{})
	if err := files.SetFolders([]share.Folder{{Name: "Plans", Dir: inner}}); err != nil {
		f.Fatal(err)
	}
	s := New(Options{Files: files, Allow: func(*http.Request, string, share.Verb) bool { return true }, Secure: func(*http.Request) bool { return true }})
	links := []Link{{ID: "read", Folder: "Plans"}, {ID: "addd", Folder: "Plans", Add: true}, {ID: "pinn", Folder: "Plans", PIN: "123456"}}
	for k := range links {
		links[k].Token, links[k].Expires = strings.Repeat("t", 25)+fmt.Sprint(k), time.Now().Add(time.Hour)
	}
	s.SetLinks(links)
	cookies := make([]string, 2)
	for k := range cookies {
		cookies[k], _, _ = s.open(links[k].Token, "", "")
	}
	f.Add("GET", "/guest/read/files/", "by=size&down=1&page=2", "", "", "", "")
	f.Add("GET", "/guest/read/files/d/..%2f..%2foutside.txt", "", "", "bytes=0-5", "", "")
	f.Add("GET", "/guest/read/zip/", "picked=1&f="+pick("a.txt")+"&f="+pick("d"), "", "bytes=-30", "", "")
	f.Add("PUT", "/guest/addd/drop/new.txt", "batch=1&modified=5", "content", "", "", "")
	f.Add("POST", "/guest/addd/drop", "", "--b\r\nContent-Disposition: form-data; name=f; filename=\"x.txt\"\r\n\r\nhi\r\n--b--\r\n", "", "multipart/form-data; boundary=b", "")
	f.Add("POST", "/g/"+links[2].Token, "", "pin=1&page=2", "", "application/x-www-form-urlencoded", "")
	f.Add("GET", "/guest/pinn/", "", "", "", "", cookieName+"="+cookies[0])
	f.Add("PATCH", "/guest/read/../..//x", "%zz", "", "", "", "a=b; "+cookieName+"=\x01")
	f.Fuzz(func(t *testing.T, method, path, query, body, ranges, kind, cookie string) {
		target := "/" + strings.TrimPrefix(path, "/")
		if query != "" {
			target += "?" + query
		}
		u, err := url.ParseRequestURI(target)
		if err != nil || len(body) > 1<<16 {
			return
		}
		r := httptest.NewRequest("GET", "/", strings.NewReader(body))
		r.Method, r.URL, r.Host = method, u, "pc"
		r.ContentLength = int64(len(body))
		r.Header.Set("Origin", "https://pc")
		if ranges != "" {
			r.Header.Set("Range", ranges)
		}
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Cookie", cookieName+"="+cookies[0]+"; "+cookieName+"="+cookies[1]+"; "+cookie)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		got := w.Body.String()
		for _, secret := range []string{"CONTENT-OF-outside", "CONTENT-OF-.hidden", ".hidden2", dir, links[2].Token[:20]} {
			if strings.Contains(got, secret) && !strings.Contains(target+body, secret) {
				t.Errorf("%s %s tells %q", method, target, secret)
			}
		}
		if strings.HasPrefix(u.Path, "/guest/pinn/") && w.Code == 200 {
			t.Errorf("%s %s: %d without the PIN", method, target, w.Code)
		}
		if list, err := os.ReadDir(dir); err != nil || len(list) != 2 {
			t.Fatalf("beside the folder there is %v, %v", list, err)
		}
		clean(t, inner)
	})
}

// clean removes what a fuzzed request has dropped, and fails for what may not be there.
func clean(t *testing.T, dir string) {
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		switch d.Name() {
		case "a.txt", "d", ".hidden":
			continue
		}
		if strings.HasPrefix(d.Name(), ".") {
			t.Errorf("a hidden file was made: %q", d.Name())
		}
		if err := os.RemoveAll(filepath.Join(dir, d.Name())); err != nil {
			t.Fatal(err)
		}
	}
	if b, err := os.ReadFile(filepath.Join(dir, "a.txt")); err != nil || string(b) != "CONTENT-OF-a.txt" {
		t.Fatalf("a file that was there has %q, %v", b, err)
	}
}
