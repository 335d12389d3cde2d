package node

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lanyard/app/node/door"
	"lanyard/app/node/gate"
	"lanyard/app/node/identity"
	"lanyard/app/node/members"
)

// newNode is a node that does not run: it only answers what it is handed.
func newNode(t *testing.T) *Node {
	t.Helper()
	n, err := New(Options{Home: t.TempDir(), Version: "test", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.door.Close(); n.home.Close() })
	return n
}

// ask sends a request as a caller and returns the answer.
func (n *Node) ask(caller door.Caller, method, path, host, body string, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://"+host+path, strings.NewReader(body))
	for _, c := range cookies {
		r.AddCookie(c)
	}
	r = r.WithContext(door.ConnContext(r.Context(), &door.Conn{Caller: caller}))
	w := httptest.NewRecorder()
	n.handler().ServeHTTP(w, r)
	return w
}

// request makes a request path of a route's pattern.
func request(pattern string) (method, p string) {
	method, p, _ = strings.Cut(pattern, " ")
	for name, value := range map[string]string{"{folder}": "Plans", "{path...}": "a.txt", "{printer}": "Laser", "{job}": "1", "{step}": "start", "{ref}": "0123",
		"{token}": "abc", "{file}": "page.css", "{$}": "", "*": "/"} {
		p = strings.ReplaceAll(p, name, value)
	}
	return method, p
}

func TestOnlyOurOwnHostNamesAreAnswered(t *testing.T) {
	n := newNode(t)
	for host, known := range map[string]bool{
		"10.0.0.1": true, "10.0.0.1:4720": true, "[fe80::1]:4720": true, "localhost": true, "LOCALHOST:1": true,
		identity.ShortHostName(n.id.ID): true, identity.ShortHostName(strings.Repeat("a", identity.IDLen)): false,
		identity.HostName(n.id.ID): true, identity.HostName(n.id.ID) + ".:4720": true,
		"evil.example": false, "evil.example:4720": false, "10.0.0.1.evil.example": false, "": false,
		identity.HostName(strings.Repeat("a", identity.IDLen)): false, "localhost.evil.example": false, "[::1": false,
	} {
		if got := n.knowsHost(host); got != known {
			t.Errorf("knowsHost(%q) = %v", host, got)
		}
	}
	if w := n.ask(door.Caller{TLS: true}, "GET", "/v1/link", "evil.example", ""); w.Code != http.StatusMisdirectedRequest {
		t.Errorf("evil.example: %d", w.Code)
	}
}

// What others say of themselves is made harmless before it is kept.
func TestWhatStrangersSayIsCut(t *testing.T) {
	n := newNode(t)
	id := strings.Repeat("a", identity.IDLen)
	for name, want := range map[string]string{
		"Reception":               "Reception",
		"\x1b]0;owned\x07Boss":    "]0;ownedBoss",
		"gpj.\u202eexe":           "gpj.exe",
		"a\nb\u200b":              "ab",
		strings.Repeat("ä", 5000): strings.Repeat("ä", 31),
		"\xff\xfeok":              "ok",
	} {
		raw, _ := json.Marshal(hello{Name: name, Port: 4720})
		if err := n.receivedHello(id, raw); err != nil {
			t.Fatal(err)
		}
		if got := n.peers[id].Name; got != want {
			t.Errorf("name %.20q became %q, want %q", name, got, want)
		}
	}
	for _, a := range []string{"127.0.0.1:1", "[::1]:1", "224.0.0.251:5353", "0.0.0.0:1", "evil.example:80", "[fe80::1]:1", "10.0.0.1:0", "10.0.0.1"} {
		if got := dialable([]string{a}); len(got) != 0 {
			t.Errorf("%s would be dialled", a)
		}
	}
}

// Whoever is not in the list that it brings is not believed, however well it is signed.
func TestAStrangersMemberListCountsForNothing(t *testing.T) {
	n := newNode(t)
	if err := n.CreateWorkgroup(t.Context(), "Office"); err != nil {
		t.Fatal(err)
	}
	other := newNode(t)
	if err := other.CreateWorkgroup(t.Context(), "Office"); err != nil {
		t.Fatal(err)
	}
	before := n.list
	for name, records := range map[string][]*members.Record{
		"of another workgroup": other.list.Records(),
		"its own list":         before.Records(),
	} {
		raw, _ := json.Marshal(records)
		if err := n.received(other.id.ID, topicMembers, raw); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n.list != before || n.gate.Peer(other.id.ID).Kind != gate.Stranger {
			t.Errorf("%s made the stranger a member", name)
		}
	}
	for _, topic := range []string{topicOffers, topicJobs, topicKnown} {
		if err := n.received(other.id.ID, topic, json.RawMessage(`"nonsense"`)); err != nil {
			t.Errorf("%s of a stranger was read: %v", topic, err)
		}
	}
}

func FuzzTopics(f *testing.F) {
	f.Add("hello", `{"name":"a","port":4720,"addresses":["10.0.0.1:4720"]}`)
	f.Add("offers", `{"folders":[{"name":"a","access":"read","free":1}],"printers":[{"name":"p","reasons":["x"]}]}`)
	f.Add("offers", `{"printers":[{"used":-1,"rule":{"pages":-5},"local":"x","supplies":[{"name":"a\u001b[2J","color":"red;","level":-9,"low":999},{"color":"#00ff00"}]}]}`)
	f.Add("jobs", `[{"id":1,"printer":"p","state":"pending","reasons":["a"],"total":-1,"place":-3,"size":-1,"pages":-5},{"id":0}]`)
	f.Add("known", `[{"id":"`+strings.Repeat("a", 52)+`","addresses":["10.0.0.1:1"]}]`)
	f.Fuzz(func(t *testing.T, topic, value string) {
		raw := json.RawMessage(value)
		switch topic {
		case topicHello:
			if h, err := readHello(raw); err == nil && clean(h.Name) != h.Name {
				t.Errorf("name %q", h.Name)
			}
		case topicOffers:
			offers, err := readOffers(raw, "x")
			for _, p := range offers.Printers {
				if err == nil && (len(p.Supplies) > maxSupplies || p.Used < 0 || p.Rule.Pages < 0 || p.Local != "") {
					t.Errorf("taken over: %+v", p)
				}
				for _, s := range p.Supplies {
					if err == nil && (s.Level < -1 || s.Level > 100 || s.Low < 0 || s.Low > 100 || clean(s.Name) != s.Name || s.Color != "" && !color.MatchString(s.Color)) {
						t.Errorf("taken over: %+v", s)
					}
				}
			}
		case topicJobs:
			jobs, err := readJobs(raw, "x", "y")
			for _, j := range jobs {
				if err == nil && (j.ID <= 0 || j.PC != "x" || j.Owner != "y" || min(int64(j.Pages), int64(j.Total), int64(j.Place), j.Size) < 0 ||
					clean(j.Printer) != j.Printer || clean(j.Name) != j.Name || len(j.Reasons) > 16) {
					t.Errorf("kept %+v", j)
				}
			}
		case topicKnown:
			list, err := readKnown(raw)
			for _, k := range list {
				if err == nil && (!identity.ValidID(k.ID) || len(k.Addresses) == 0) {
					t.Errorf("kept %+v", k)
				}
			}
		}
	})
}

// A stolen PC that was removed still has its key. It must not be able to throw the others out with it.
func TestARemovedPCCanNotRemoveOthers(t *testing.T) {
	n, thief := newNode(t), newNode(t)
	if err := n.CreateWorkgroup(t.Context(), "Office"); err != nil {
		t.Fatal(err)
	}
	both, err := n.list.Admit(thief.id.Public(), n.id.Key)
	if err != nil {
		t.Fatal(err)
	}
	its, err := both.Remove(n.id.ID, thief.id.Key) // signed with the stolen key
	if err != nil {
		t.Fatal(err)
	}
	without, err := both.Remove(thief.id.ID, n.id.Key)
	if err != nil {
		t.Fatal(err)
	}
	n.mu.Lock()
	err = n.setListLocked(without)
	n.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	for _, records := range [][]*members.Record{its.Records(), its.Removals(n.id.ID)} {
		raw, _ := json.Marshal(records)
		if err := n.received(thief.id.ID, topicMembers, raw); err != nil {
			t.Fatal(err)
		}
		if n.list == nil || !n.list.Has(n.id.ID) {
			t.Fatal("a removed PC has thrown this one out of its workgroup")
		}
	}
}
