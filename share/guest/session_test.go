package guest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestALinkOpensAFolderAndLeavesTheAddressBar(t *testing.T) {
	o := newOffice(t)
	o.write("garden.txt", "roses")
	l := o.link(Link{}, false)
	b := o.browser()
	a := b.get(l.Path())
	if a.code != http.StatusSeeOther || a.header.Get("Location") != "/guest/"+l.ID+"/" {
		t.Fatalf("got %d to %q", a.code, a.header.Get("Location"))
	}
	for _, c := range a.header.Values("Set-Cookie") {
		for _, part := range []string{"HttpOnly", "SameSite=Lax", "Secure", "Max-Age=3", "Path=/g"} {
			if !strings.Contains(c, part) {
				t.Errorf("cookie without %s: %s", part, c)
			}
		}
	}
	if strings.Contains(a.header.Get("Set-Cookie"), l.Token) {
		t.Error("the session's own cookie has the token in it")
	}
	page := b.get(l.home())
	if page.code != 200 || !strings.Contains(page.body, "garden.txt") || strings.Contains(page.body, l.Token) {
		t.Errorf("the folder's page: %d %s", page.code, page.body)
	}
	if got := b.get(l.below("files", "garden.txt")); got.body != "roses" {
		t.Errorf("the file: %d %q", got.code, got.body)
	}
	if got := o.Links()[0]; got.Used != 1 || o.changed.Load() != 1 {
		t.Errorf("used %d times, told %d times", got.Used, o.changed.Load())
	}
}

func TestATokenIsLongAndTheIDIsNotMadeOfIt(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		l := NewLink(Link{}, true, time.Now())
		if len(l.Token) != 26 || len(l.ID) != 8 || len(l.PIN) != 6 || strings.Contains(l.Token, l.ID) || seen[l.Token] {
			t.Fatalf("link %+v", l)
		}
		seen[l.Token] = true
	}
}

// TestAPreviewUsesNothingUp: messengers fetch what is linked before a person does.
func TestAPreviewUsesNothingUp(t *testing.T) {
	o := newOffice(t)
	l := o.link(Link{Uses: 1}, true)
	for range 5 {
		a := o.browser().get(l.Path())
		if a.code != 200 || strings.Contains(a.body, "Plans") || strings.Contains(a.body, "front desk") {
			t.Fatalf("the landing page: %d %s", a.code, a.body)
		}
		o.browser().do("HEAD", l.Path(), nil)
	}
	if used := o.Links()[0].Used; used != 0 {
		t.Errorf("used %d times", used)
	}
	o.browser().open(l)
}

func TestUsesAreCounted(t *testing.T) {
	o := newOffice(t)
	l := o.link(Link{Uses: 2}, false)
	first, second, third := o.browser(), o.browser(), o.browser()
	first.open(l)
	second.open(l)
	if a := third.post(l.Path(), url.Values{"page": {"x"}}); a.code != http.StatusNotFound {
		t.Errorf("a third use: %d", a.code)
	}
	if a := third.get(l.Path()); a.code != http.StatusNotFound {
		t.Errorf("the landing page of a link that is used up: %d", a.code)
	}
	if a := first.get(l.home()); a.code != 200 {
		t.Errorf("the first session: %d", a.code)
	}
	if a := first.get(l.Path()); a.code != http.StatusSeeOther || o.Links()[0].Used != 2 {
		t.Errorf("the link again, in the same browser: %d, used %d times", a.code, o.Links()[0].Used)
	}
}

// TestPressingTwiceIsOneUse: the second request has no cookie yet when the first answer is lost.
func TestPressingTwiceIsOneUse(t *testing.T) {
	o := newOffice(t)
	l := o.link(Link{Uses: 1}, true)
	form := url.Values{"pin": {l.PIN}, "page": {"the one page"}}
	first := o.browser().post(l.Path(), form)
	second := o.browser().post(l.Path(), form)
	if first.code != http.StatusSeeOther || second.code != http.StatusSeeOther || first.header.Get("Set-Cookie") != second.header.Get("Set-Cookie") {
		t.Errorf("got %d and %d, %q and %q", first.code, second.code, first.header.Get("Set-Cookie"), second.header.Get("Set-Cookie"))
	}
	form.Set("pin", "nonsense")
	if a := o.browser().post(l.Path(), form); a.code == http.StatusSeeOther {
		t.Error("the page opened the link without the PIN")
	}
}

func TestThePINIsAskedFor(t *testing.T) {
	o := newOffice(t)
	l := o.link(Link{}, true)
	if a := o.browser().get(l.Path()); a.code != 200 || !strings.Contains(a.body, `name="pin"`) {
		t.Fatalf("the landing page: %d %s", a.code, a.body)
	}
	for _, pin := range []string{"", "000000x", l.PIN[:5], l.PIN + "0"} {
		if a := o.browser().post(l.Path(), url.Values{"pin": {pin}}); a.code != http.StatusForbidden || !strings.Contains(a.body, "not the PIN") {
			t.Errorf("PIN %q: %d", pin, a.code)
		}
	}
	if a := o.browser().get(l.Path() + "?pin=" + l.PIN); a.code != 200 {
		t.Errorf("the PIN in the address: %d", a.code)
	}
	spaced := l.PIN[:3] + " " + l.PIN[3:]
	if a := o.browser().post(l.Path(), url.Values{"pin": {spaced}}); a.code != http.StatusSeeOther {
		t.Errorf("the PIN as people write it: %d", a.code)
	}
}

// TestTenWrongPINsLockTheLink, whoever types them, and whatever comes at the same time.
func TestTenWrongPINsLockTheLink(t *testing.T) {
	o := newOffice(t)
	l := o.link(Link{}, true)
	inside := o.browser()
	inside.open(l)
	codes := make(chan int)
	for k := range 40 {
		go func() {
			wrong := url.Values{"pin": {[]string{"12345", "x", "0000000"}[k%3]}}
			codes <- o.browser().post(l.Path(), wrong).code
		}()
	}
	told := 0
	for range 40 {
		if <-codes == http.StatusForbidden {
			told++
		}
	}
	if told != maxWrong-1 {
		t.Errorf("%d were told that the PIN is wrong, want %d and the rest nothing", told, maxWrong-1)
	}
	got := o.Links()[0]
	if !got.Locked() || got.Wrong != maxWrong {
		t.Errorf("after 40 wrong PINs: %+v", got)
	}
	if a := o.browser().post(l.Path(), url.Values{"pin": {l.PIN}}); a.code != http.StatusNotFound {
		t.Errorf("the right PIN on a locked link: %d", a.code)
	}
	if a := inside.get(l.home()); a.code != 200 {
		t.Errorf("who was inside before: %d", a.code)
	}
	o.SetLinks([]Link{l}) // as it was before: an owner's older copy
	if !o.Links()[0].Locked() {
		t.Error("an older copy of the link unlocks it")
	}
}

// TestWhatIsNotThereLooksTheSame, byte for byte: a link that ended, one that never was, any other path.
func TestWhatIsNotThereLooksTheSame(t *testing.T) {
	o := newOffice(t)
	expired := o.link(Link{Expires: time.Now().Add(-time.Second)}, false)
	locked := o.link(Link{}, true)
	spent := o.link(Link{Uses: 1}, false)
	plainOnly := o.link(Link{}, false)
	revoked := o.link(Link{}, false)
	o.browser().open(spent)
	was := o.browser()
	was.open(revoked)
	for range maxWrong {
		o.browser().post(locked.Path(), url.Values{"pin": {"1"}})
	}
	o.SetLinks(o.Links()[:4])
	for _, l := range o.Links() {
		if l.ID == revoked.ID {
			o.t.Fatal("the wrong link was dropped")
		}
	}
	want := o.browser().get("/no/such/path")
	if want.code != http.StatusNotFound {
		t.Fatalf("an unknown path: %d", want.code)
	}
	never := NewLink(Link{}, false, time.Now())
	for what, got := range map[string]answer{
		"never was":              o.browser().get(never.Path()),
		"no token at all":        o.browser().get("/g/x"),
		"expired":                o.browser().get(expired.Path()),
		"locked":                 o.browser().get(locked.Path()),
		"locked, by its button":  o.browser().post(locked.Path(), url.Values{"pin": {locked.PIN}}),
		"used up":                o.browser().get(spent.Path()),
		"revoked":                o.browser().get(revoked.Path()),
		"revoked, in a session":  was.get(revoked.home()),
		"in the clear":           o.plainBrowser().get(plainOnly.Path()),
		"inside without session": o.browser().get(plainOnly.home()),
		"a file without session": o.browser().get(plainOnly.below("files", "x")),
	} {
		for _, a := range []answer{got, want} {
			a.header.Del("Date")
		}
		if got.code != want.code || got.body != want.body || !sameHeader(got.header, want.header) {
			t.Errorf("%s: %d %v\n%s", what, got.code, got.header, got.body)
		}
	}
}

func sameHeader(a, b http.Header) bool {
	if len(a) != len(b) {
		return false
	}
	for k := range a {
		if strings.Join(a.Values(k), "\n") != strings.Join(b.Values(k), "\n") {
			return false
		}
	}
	return true
}

func TestASessionNeverOutlivesItsLink(t *testing.T) {
	o := newOffice(t)
	o.write("a.txt", "a")
	l := o.link(Link{}, false)
	b := o.browser()
	b.open(l)
	o.now = func() time.Time { return l.Expires.Add(-time.Second) }
	if a := b.get(l.below("files", "a.txt")); a.code != 200 {
		t.Errorf("a second before the end: %d", a.code)
	}
	o.now = func() time.Time { return l.Expires }
	for _, p := range []string{l.home(), l.below("files", "a.txt"), l.below("zip", ""), l.Path()} {
		if a := b.get(p); a.code != http.StatusNotFound {
			t.Errorf("%s at the end: %d", p, a.code)
		}
	}
}

func TestASessionIsForItsOwnLinkOnly(t *testing.T) {
	o := newOffice(t)
	o.write("a.txt", "a")
	mine, other := o.link(Link{}, false), o.link(Link{}, true)
	b := o.browser()
	cookie := cookieOf(b.get(mine.Path()), mine.home())
	stranger := o.browser()
	if a := stranger.get(mine.home(), "Cookie", cookie); a.code != 200 {
		t.Fatalf("the cookie by hand: %d", a.code)
	}
	for _, p := range []string{other.home(), other.below("files", "a.txt"), other.below("zip", "")} {
		if a := stranger.get(p, "Cookie", cookie); a.code != http.StatusNotFound {
			t.Errorf("%s with another link's session: %d", p, a.code)
		}
	}
	r, _ := http.NewRequest("GET", mine.home(), nil)
	r.Header.Set("Cookie", inTheClear(cookie))
	if _, ok := o.Visitor(r); ok {
		t.Error("a request in the clear is a visitor's")
	}
}

// cookieOf picks the cookie of a path from an answer.
func cookieOf(a answer, path string) string {
	for _, c := range a.header.Values("Set-Cookie") {
		if strings.Contains(c, "Path="+path+";") {
			value, _, _ := strings.Cut(c, ";")
			return value
		}
	}
	return ""
}

func TestPlainHTTPIsForLinksThatSaySo(t *testing.T) {
	o := newOffice(t)
	o.write("a.txt", "a")
	closed, plain := o.link(Link{}, false), o.link(Link{Plain: true}, false)
	if a := o.plainBrowser().get(closed.Path()); a.code != http.StatusNotFound {
		t.Errorf("a link that is not for plain HTTP: %d", a.code)
	}
	b := o.plainBrowser()
	a := b.get(plain.Path())
	if a.code != http.StatusSeeOther || strings.Contains(strings.Join(a.header.Values("Set-Cookie"), " "), "Secure") {
		t.Fatalf("a link for plain HTTP: %d %v", a.code, a.header)
	}
	page := b.get(plain.home())
	if page.code != 200 || !strings.Contains(page.body, "Not encrypted") {
		t.Errorf("the page over plain HTTP says nothing of it: %d %s", page.code, page.body)
	}
	if page := func() answer { b := o.browser(); b.open(plain); return b.get(plain.home()) }(); strings.Contains(page.body, "Not encrypted") {
		t.Error("the page over TLS warns of plain HTTP")
	}
	cookie := cookieOf(o.browser().get(closed.Path()), closed.home())
	for _, cookie := range []string{cookie, inTheClear(cookie)} {
		if a := o.plainBrowser().get(closed.home(), "Cookie", cookie); a.code != http.StatusNotFound {
			t.Errorf("a session of TLS in the clear: %d", a.code)
		}
	}
}

// inTheClear is a cookie by the name that it has without TLS.
func inTheClear(cookie string) string {
	return plainCookieName + strings.TrimPrefix(cookie, cookieName)
}

// TestALinkOpensInTheClearAfterTLSToo: no browser replaces in the clear a cookie that it was given over TLS.
func TestALinkOpensInTheClearAfterTLSToo(t *testing.T) {
	o := newOffice(t)
	l := o.link(Link{Plain: true}, false)
	overTLS, inClear := o.browser().get(l.Path()), o.plainBrowser().get(l.Path())
	for _, old := range overTLS.header.Values("Set-Cookie") {
		name, _, _ := strings.Cut(old, "=")
		for _, c := range inClear.header.Values("Set-Cookie") {
			if strings.HasPrefix(c, name+"=") {
				t.Errorf("a browser that has %q takes no %q", old, c)
			}
		}
	}
	cookie, _, _ := strings.Cut(inClear.header.Get("Set-Cookie"), ";")
	if a := o.plainBrowser().get(l.home(), "Cookie", cookie); a.code != 200 {
		t.Errorf("with what it was given in the clear: %d", a.code)
	}
}

func TestSessionsOfALinkAreBounded(t *testing.T) {
	o := newOffice(t)
	l := o.link(Link{}, false)
	first := o.browser()
	first.open(l)
	for range maxSessions + 10 {
		if _, _, came := o.open(l.Token, "", ""); came != open {
			t.Fatalf("came %d", came)
		}
	}
	if n := len(o.sessions); n != maxSessions {
		t.Errorf("%d sessions, want %d", n, maxSessions)
	}
	if a := first.get(l.home()); a.code != http.StatusNotFound {
		t.Errorf("the session that was not used for longest: %d", a.code)
	}
}

func TestTheZeroLinkOpensNothing(t *testing.T) {
	o := newOffice(t)
	o.SetLinks([]Link{{}, {ID: "x", Folder: "Plans"}, {ID: "y", Token: "short", Folder: "Plans", Expires: time.Now().Add(time.Hour)}})
	if n := len(o.Links()); n != 0 {
		t.Errorf("%d links", n)
	}
	l := NewLink(Link{Folder: "Plans"}, false, time.Now())
	o.SetLinks([]Link{l})
	if a := o.browser().get(l.Path()); a.code != http.StatusNotFound {
		t.Errorf("a link without an end: %d", a.code)
	}
}

// TestOneLinkLeavesPlacesForOthers: a guest who fetches or sends ever so slowly, many times over, locks out nobody else.
func TestOneLinkLeavesPlacesForOthers(t *testing.T) {
	o := newOffice(t)
	for what, places := range map[string]chan struct{}{"archives": o.zips, "files sent": o.puts} {
		var leave []func()
		for {
			l := o.place(places, "greedy")
			if l == nil {
				break
			}
			leave = append(leave, l)
		}
		other := o.place(places, "other")
		if other == nil {
			t.Errorf("%s: one link took all %d places", what, len(leave))
			continue
		}
		other()
		leave[0]()
		again := o.place(places, "greedy")
		if again == nil {
			t.Fatalf("%s: a place that was left is not free", what)
		}
		for _, l := range append(leave[1:], again) {
			l()
		}
		if len(places) != 0 || len(o.held) != 0 {
			t.Errorf("%s: %d places are still taken, %v", what, len(places), o.held)
		}
	}
}
