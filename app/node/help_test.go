package node

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"lanyard/app/node/doctor"
)

// T28: a member that has turned bad can't have this PC call anybody it likes by asking for help: not at addresses that it
// names, not those of PCs outside the workgroup, and itself only where its own request came from, at the port that it has
// announced.
func TestT28AskedForHelpAPCCallsMembersOnly(t *testing.T) {
	o := newOffice(t, nil)
	member, stranger, removed := o.member.Peer.ID, o.unknown.Peer.ID, o.removed.Peer.ID
	o.mu.Lock()
	for _, id := range []string{stranger, removed, member, o.id.ID} {
		o.peerLocked(id).Learned = []string{"10.9.9.9:80"}
	}
	o.mu.Unlock()
	for what, about := range map[string]string{
		"nobody": "", "itself": member, "a stranger": stranger, "one that was removed": removed, "an address": "10.9.9.9:80",
	} {
		if own, others, say := o.toCall(member, "10.1.1.1:55555", about); own != "" || len(others) > 0 || say.Tried > 0 || say.About != nil {
			t.Errorf("asked about %s it calls %q and %q", what, own, others)
		}
	}
	raw, _ := json.Marshal(hello{Name: "desk", Port: 4720, Addresses: []string{"10.9.9.9:80"}})
	if err := o.receivedHello(member, raw); err != nil {
		t.Fatal(err)
	}
	if own, _, _ := o.toCall(member, "10.1.1.1:55555", ""); own != "10.1.1.1:4720" {
		t.Errorf("it calls who has asked at %q", own)
	}
	for _, body := range []string{"nonsense", `{"about":"` + strings.Repeat("a", maxHelpAsk) + `"}`} {
		o.helps = helping{} // it may ask again
		if w := o.ask(o.member, "POST", "/v1/doctor", "localhost", body); w.Code != http.StatusBadRequest {
			t.Errorf("%.20q: %d", body, w.Code)
		}
	}
	if w := o.ask(o.member, "POST", "/v1/doctor", "localhost", "{}"); w.Code != http.StatusTooManyRequests {
		t.Errorf("at once again: %d", w.Code)
	}
}

// T35: help is given to few at a time, and to nobody again and again.
func TestT35HelpIsBounded(t *testing.T) {
	var h helping
	now := time.Now()
	done, ok := h.begin("a", now)
	if !ok {
		t.Fatal("the first isn't helped")
	}
	if _, ok := h.begin("a", now.Add(helpEvery/4)); ok {
		t.Error("helped twice at a time")
	}
	done()
	if _, ok := h.begin("a", now.Add(helpEvery/2)); ok {
		t.Error("helped again at once")
	}
	var ends []func()
	for _, who := range []string{"a", "b", "c", "d"} {
		done, ok := h.begin(who, now.Add(helpEvery))
		if !ok {
			t.Fatalf("%s isn't helped", who)
		}
		ends = append(ends, done)
	}
	if _, ok := h.begin("e", now.Add(helpEvery)); ok {
		t.Errorf("more than %d helped at a time", maxHelped)
	}
	for _, end := range ends {
		end()
	}
	if _, ok := h.begin("e", now.Add(2*helpEvery)); !ok || len(h.last) > 1 {
		t.Errorf("not helped afterwards, or %d remembered", len(h.last))
	}
}

// What a PC says of itself to others names neither folders nor people.
func TestT41HealthSaysNothingPrivate(t *testing.T) {
	o := newOffice(t, nil)
	if err := o.SetSetting(t.Context(), "files", "false"); err != nil {
		t.Fatal(err)
	}
	w := o.ask(o.member, "GET", "/v1/doctor", "localhost", "")
	var h health
	if err := json.Unmarshal(w.Body.Bytes(), &h); err != nil || h.Version != "test" || len(h.Off) != 1 || h.Off[0] != "files" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	s := o.currentSettings()
	for _, private := range []string{"Plans", s.Folders[0].Dir, o.home.Path(), s.Name + `"`} {
		if strings.Contains(w.Body.String(), private) {
			t.Errorf("it tells of %q: %s", private, w.Body)
		}
	}
}

// Mend does what is in its table, and nothing that only looks like it.
func TestMend(t *testing.T) {
	n := newNode(t)
	other := strings.Repeat("a", 52)
	n.mu.Lock()
	n.peerLocked(other).Name = "desk"
	n.mu.Unlock()
	change := func(edit func(*settings)) {
		t.Helper()
		if err := n.changeSettings(t.Context(), func(s *settings) error { edit(s); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		fix   string
		broke func(*settings)
		fixed func(settings) bool
	}{
		{doctor.FixService + "files", func(s *settings) { s.Off = []string{"files", "guests"} }, func(s settings) bool { return len(s.Off) == 1 && s.Off[0] == "guests" }},
		{doctor.FixAvoided + other, func(s *settings) { s.Avoid, s.Only = []string{other}, []string{strings.Repeat("b", 52)} }, func(s settings) bool { return len(s.Avoid) == 0 && len(s.Only) == 2 }},
		{doctor.FixAvoided + other, func(s *settings) { s.Avoid, s.Only = []string{other}, nil }, func(s settings) bool { return len(s.Avoid) == 0 && len(s.Only) == 0 }},
		{doctor.FixName, func(s *settings) { s.Name = "Desk" }, func(s settings) bool { return s.Name == "Desk 2" }},
		{doctor.FixPort, func(s *settings) { s.Port = 0 }, func(s settings) bool { return s.Port == n.door.Port() }},
		{doctor.FixInterfaces, func(s *settings) { s.Interfaces = []string{"lo"} }, func(s settings) bool { return len(s.Interfaces) == 0 }},
	} {
		change(c.broke)
		if err := n.Mend(t.Context(), c.fix); err != nil || !c.fixed(n.currentSettings()) {
			t.Errorf("%s: %v, %+v", c.fix, err, n.currentSettings())
		}
	}
	before := n.currentSettings()
	for _, fix := range []string{"", "service:", "service:guests", "service:port", "service:drive", "avoided:", "avoided", "namex", "name:x", "port:1", "interfaces ", "rm -rf /", "service:\x1b[2J"} {
		if err := n.Mend(t.Context(), fix); KindOf(err) != Invalid {
			t.Errorf("%q: %v", fix, err)
		}
	}
	if after := n.currentSettings(); after.Name != before.Name || len(after.Off) != len(before.Off) || after.Port != before.Port {
		t.Errorf("it has changed something: %+v", after)
	}
}

// A Lanyard that was just ended may still take connections while its system cleans up after it. It doesn't run, all the same.
func TestAPCThatIsJustEndingIsOff(t *testing.T) {
	o := newOffice(t, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		c, err := l.Accept()
		l.Close() // before the connection, so that the next try finds nobody
		if err == nil {
			_ = c.(*net.TCPConn).SetLinger(0)
			c.Close()
		}
	}()
	if reach, _ := o.try(t.Context(), []string{l.Addr().String()}, o.member.Peer.ID); reach != doctor.Refused {
		t.Errorf("it is said to be %q", reach)
	}
}

// A PC that takes a connection and says nothing on it is busy: no firewall is in the way.
func TestAPCThatSaysNothingIsMute(t *testing.T) {
	o := newOffice(t, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if reach, _ := o.try(ctx, []string{l.Addr().String()}, o.member.Peer.ID); reach != doctor.Mute {
		t.Errorf("it is said to be %q", reach)
	}
}
