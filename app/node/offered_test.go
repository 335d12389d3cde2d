package node

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/app/node/door"
	"lanyard/app/node/inbox"
	"lanyard/share"
)

// offer sends one as a member, and returns the answer.
func (o *office) offer(t *testing.T, as door.Caller, what inbox.Offer) (offerAnswer, int) {
	t.Helper()
	body, err := json.Marshal(what)
	if err != nil {
		t.Fatal(err)
	}
	w := o.ask(as, "POST", "/v1/offers", "localhost", string(body))
	var a offerAnswer
	_ = json.Unmarshal(w.Body.Bytes(), &a)
	return a, w.Code
}

// as serves the whole of a node as if a caller were at the other end.
func (o *office) as(t *testing.T, caller door.Caller) *share.Client {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.handler().ServeHTTP(w, r.WithContext(door.ConnContext(r.Context(), &door.Conn{Caller: caller})))
	}))
	t.Cleanup(s.Close)
	return &share.Client{HTTP: s.Client(), Base: s.URL}
}

func newInbox(t *testing.T) (*office, string) {
	o, dir := newOffice(t, nil), filepath.Join(t.TempDir(), "Inbox")
	if err := o.SetSetting(t.Context(), "inbox", dir); err != nil {
		t.Fatal(err)
	}
	return o, dir
}

func names(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// A member that offers without end costs this PC a few entries, and what others offered stays.
func TestAMemberThatOffersWithoutEnd(t *testing.T) {
	o, _ := newInbox(t)
	other := o.removed // any ID of another PC
	if _, _, err := o.inbox.Take(other.Peer.ID, inbox.Offer{Ref: "mine", Names: []string{"a"}, Files: 1, Bytes: 1}); err != nil {
		t.Fatal(err)
	}
	taken, handler := 0, o.handler()
	for i := range 100_000 {
		what := fmt.Sprintf(`{"id":"%d","label":"x","names":["x"],"files":1,"bytes":1}`, i)
		if i%3 == 0 {
			what = fmt.Sprintf(`{"id":"%d","text":"hello"}`, i)
		}
		r := httptest.NewRequest("POST", "http://localhost/v1/offers", strings.NewReader(what))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r.WithContext(door.ConnContext(r.Context(), &door.Conn{Caller: o.member})))
		switch w.Code {
		case http.StatusOK:
			taken++
		case http.StatusTooManyRequests:
		default:
			t.Fatalf("offer %d: %d", i, w.Code)
		}
	}
	if list := o.showInbox(); taken != 20 || len(list) != 21 {
		t.Errorf("%d offers were taken, %d are shown", taken, len(list))
	}
	if _, ok := o.inbox.Of(other.Peer.ID, "mine"); !ok {
		t.Error("what another PC has offered is gone")
	}
	info, err := os.Stat(o.home.Path(inboxFile))
	if err != nil || info.Size() > 64<<10 {
		t.Errorf("%v, %v", info, err)
	}
}

// What is shown of an offer is plain, and what can't be one is none.
func TestWhatIsOfferedIsMadePlain(t *testing.T) {
	o, _ := newInbox(t)
	a, code := o.offer(t, o.member, inbox.Offer{
		Ref: "1", Label: "inv\u202egpj.exe", Names: []string{"\x1b]0;owned\x07a\nb", strings.Repeat("ä", 4000), "../../x"}, Files: 3, Bytes: 3,
	})
	if code != http.StatusOK || a.State != inbox.Open || a.Folder != "" {
		t.Fatalf("%d %+v", code, a)
	}
	if _, code := o.offer(t, o.member, inbox.Offer{Ref: "2", Text: "https://example.org\r\n\x1b[2Jrm\u202e -rf\tx"}); code != http.StatusOK {
		t.Fatal(code)
	}
	text, files := o.showInbox()[0], o.showInbox()[1]
	if files.Label != "invgpj.exe" || files.Names[0] != "]0;ownedab" || len(files.Names[1]) > 255 {
		t.Errorf("shown as %+v", files)
	}
	if text.Text != "https://example.org\n[2Jrm -rf\tx" || text.State != "received" || !text.Unread {
		t.Errorf("shown as %+v", text)
	}
	for name, what := range map[string]inbox.Offer{
		"no name":          {Names: []string{"a"}},
		"a strange name":   {Ref: "a\x00b", Names: []string{"a"}},
		"a long name":      {Ref: strings.Repeat("a", 100), Names: []string{"a"}},
		"nothing":          {Ref: "a"},
		"a text too long":  {Ref: "a", Text: strings.Repeat("a", inbox.MaxText+1)},
		"less than none":   {Ref: "a", Names: []string{"a"}, Files: -1},
		"less than 0 byte": {Ref: "a", Names: []string{"a"}, Bytes: -1},
		"more than any":    {Ref: "a", Names: []string{"a"}, Bytes: 1 << 61},
	} {
		if _, code := o.offer(t, o.member, what); code != http.StatusBadRequest {
			t.Errorf("%s: %d", name, code)
		}
	}
	for who, caller := range map[string]door.Caller{"an unknown PC": o.unknown, "a removed one": o.removed, "a guest": {TLS: true}} {
		if _, code := o.offer(t, caller, inbox.Offer{Ref: "3", Text: "hello"}); code != http.StatusNotFound {
			t.Errorf("%s may send: %d", who, code)
		}
	}
	if err := o.SetSetting(t.Context(), "sending", "false"); err != nil {
		t.Fatal(err)
	}
	if _, code := o.offer(t, o.member, inbox.Offer{Ref: "3", Text: "hello"}); code != http.StatusNotFound {
		t.Errorf("a member may send though that is switched off: %d", code)
	}
}

// accepted makes an offer that is accepted, and returns where it is to be put.
func (o *office) accepted(t *testing.T, what inbox.Offer) (id, folder string) {
	t.Helper()
	o.offer(t, o.member, what)
	e, ok := o.inbox.Of(o.member.Peer.ID, what.Ref)
	if !ok {
		t.Fatal("the offer was not taken")
	}
	if err := o.AnswerOffer(t.Context(), e.ID, true, false); err != nil {
		t.Fatal(err)
	}
	a, _ := o.offer(t, o.member, what)
	if a.State != inbox.Receiving || a.Folder == "" {
		t.Fatalf("accepted: %+v", a)
	}
	return e.ID, a.Folder
}

func TestOnlyItsSenderPutsAnOfferAndNobodyAfterADecline(t *testing.T) {
	o, dir := newInbox(t)
	file := filepath.Join(t.TempDir(), "a.txt")
	os.WriteFile(file, []byte("hello"), 0o600)
	id, folder := o.accepted(t, inbox.Offer{Ref: "1", Names: []string{"a.txt"}, Files: 1, Bytes: 5})
	for who, caller := range map[string]door.Caller{"an unknown PC": o.unknown, "a removed one": o.removed, "a guest": {TLS: true}} {
		if err := o.as(t, caller).Put(t.Context(), []string{file}, folder, "", share.Moving{}, nil); err == nil {
			t.Errorf("%s put something into the inbox", who)
		}
	}
	sender := o.as(t, o.member)
	if err := sender.Put(t.Context(), []string{file}, folder, "", share.Moving{}, nil); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{
		"remove": sender.Remove(t.Context(), folder, "a.txt"), "copy": sender.Copy(t.Context(), folder, "a.txt", "b.txt", false),
	} {
		if err == nil {
			t.Errorf("%s works in what is offered", what)
		}
	}
	if err := o.AnswerOffer(t.Context(), id, false, false); err != nil {
		t.Fatal(err)
	}
	if err := sender.Put(t.Context(), []string{file}, folder, "", share.Moving{}, nil); codeOf(err) != share.NotFound {
		t.Errorf("put after a decline: %v", err)
	}
	if left := names(t, dir); len(left) != 0 {
		t.Errorf("declined, and left: %q", left)
	}
	if w := o.ask(o.member, "POST", "/v1/offers/1/done", "localhost", ""); !strings.Contains(w.Body.String(), "declined") {
		t.Errorf("done after a decline: %s", w.Body)
	}
}

func codeOf(err error) share.Code {
	e, _ := err.(*share.Error)
	if e == nil {
		return ""
	}
	return e.Code
}

// Who sends more than was announced has sent nothing.
func TestMoreThanWasAnnounced(t *testing.T) {
	o, dir := newInbox(t)
	_, folder := o.accepted(t, inbox.Offer{Ref: "1", Names: []string{"a"}, Files: 1, Bytes: 5})
	big := filepath.Join(t.TempDir(), "a")
	if err := os.WriteFile(big, make([]byte, offerSlack+1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	_ = o.as(t, o.member).Put(t.Context(), []string{big}, folder, "", share.Moving{}, nil)
	w := o.ask(o.member, "POST", "/v1/offers/1/done", "localhost", "")
	if !strings.Contains(w.Body.String(), `"failed"`) {
		t.Errorf("answered %s", w.Body)
	}
	if left := names(t, dir); len(left) != 0 {
		t.Errorf("left: %q", left)
	}
	if list := o.showInbox(); list[0].State != "failed" || list[0].Error == "" {
		t.Errorf("shown as %+v", list[0])
	}
}

// What is larger than the disk is not accepted, and the person is told why.
func TestAnOfferThatDoesNotFit(t *testing.T) {
	o, dir := newInbox(t)
	o.offer(t, o.member, inbox.Offer{Ref: "1", Names: []string{"a"}, Files: 1, Bytes: 1 << 55})
	id := o.showInbox()[0].ID
	if err := o.AnswerOffer(t.Context(), id, true, false); KindOf(err) != Full {
		t.Errorf("accepted: %v", err)
	}
	if o.showInbox()[0].State != "open" || len(names(t, dir)) != 0 {
		t.Errorf("%+v, left %q", o.showInbox()[0], names(t, dir))
	}
}
