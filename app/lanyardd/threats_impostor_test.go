//go:build linux

package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// Whoever announces a member's ID and name, with an address and a key of its own, gets no byte: neither while the real
// one is off, nor after it has come, nor where it was first.
func TestT12AnImpostorGetsNothing(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	two := officetest.Office(t, lan, "front", "back")
	front, back := two[0], two[1]
	front.Shares("Plans", "change", map[string]string{"a.txt": "a"})
	back.Knows(front, "Plans")
	id, doc := state(front).Self.ID, document(t, "secret.pdf")
	eve := newAttacker(t, lan.Join("eve"))
	port := eve.serve(4720, nil)
	posing := claim{id: id, name: "front", workgroup: "Office", port: 4720, addr: eve.pc.Addr()}.message()

	// In its place.
	if err := front.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	back.Misses(5*time.Second, front)
	stop := eve.insists(posing)
	dialled := func(than int64) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); port.conns.Load() <= than; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the impostor wasn't even tried")
			}
		}
	}
	dialled(1)
	time.Sleep(100 * time.Millisecond) // for the handshake
	back.Fails("not the same PC", "get", "front:Plans/a.txt", t.TempDir())
	back.Fails("not the same PC", "put", doc, "front:Plans")
	newcomer := officetest.New(t, lan.Join("new"))
	newcomer.Until(5*time.Second, "hears of front", func(s *node.State) bool { return officetest.Peer(s, front) != nil })
	newcomer.Fails("not the PC it claims to be", "workgroup", "join", "123456", "--at", "front")

	// Before the real one, and beside it.
	front.Start()
	back.Sees(front)
	back.Must("put", doc, "front:Plans")
	if err := back.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	seen := port.conns.Load()
	if err := front.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	back.Start() // hears the impostor first
	dialled(seen)
	front.Start()
	back.Sees(front)
	back.Must("get", "front:Plans/a.txt", t.TempDir())
	stop()

	if n := port.proven.Load(); n != 0 {
		t.Errorf("%d handshakes with the impostor were finished", n)
	}
	if n := port.payload.Load(); n != 0 {
		t.Errorf("the impostor was sent %d bytes", n)
	}
}

// What a PC says of itself in one place doesn't make it another in a second.
func TestT13OnlyTheKeySaysWhoItIs(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	two := officetest.Office(t, lan, "front", "back")
	front, back := two[0], two[1]
	front.Shares("Plans", "change", map[string]string{"a.txt": "a"})
	victim := state(back).Self.ID
	eve := newAttacker(t, lan.Join("eve"))

	// On the connection: the victim's ID, name and addresses, under a key of its own.
	eve.link(at(front), map[string]any{"hello": map[string]any{
		"id": victim, "peer": victim, "name": "back", "workgroup": "Office", "version": "1", "port": 4720,
		"addresses": []string{at(back)},
	}})
	front.Until(5*time.Second, "sees one more PC, that is outside", func(s *node.State) bool {
		for _, p := range s.Peers {
			if p.ID == eve.id.ID && p.Name == "back" {
				return !p.Member && len(p.Folders) == 0
			}
		}
		return false
	})
	front.Must("ls", "back") // the name still means the member

	// In the request: a host that is another PC, under every key.
	for name, config := range doors(eve) {
		r := eve.ask(at(front), config, "GET /v1/files/Plans/a.txt HTTP/1.1\r\nHost: lanyard-"+victim+".local\r\n\r\n")
		if r.status != 0 && r.status != 421 {
			t.Errorf("%s: answered %d for another PC's name", name, r.status)
		}
	}

	// In the announcement: an ID, an instance and a host that differ are of no one. Nobody is dialled for them.
	port := eve.serve(4720, nil)
	conn := eve.mdns()
	other := strings.Repeat("a", 51) + "q"
	for _, c := range []claim{
		{id: victim, instance: other, name: "x"},
		{id: other, instance: victim, name: "x"},
		{id: other, target: "lanyard-" + victim + ".local."},
		{id: victim, target: "lanyard-" + other + ".local."},
		{id: strings.ToUpper(other), name: "x"},
	} {
		c.port, c.addr = 4720, eve.pc.Addr()
		says(conn, c.message())
	}
	time.Sleep(time.Second)
	if n := port.conns.Load(); n != 0 {
		t.Errorf("%d connections were made for announcements that contradict themselves", n)
	}
	honest := claim{id: eve.id.ID, name: "eve", port: 4720, addr: eve.pc.Addr()}
	stop := eve.insists(honest.message())
	defer stop()
	back.Until(5*time.Second, "sees an honest one", func(s *node.State) bool {
		for _, p := range s.Peers {
			if p.ID == eve.id.ID {
				return true
			}
		}
		return false
	})
}

// What is shown of a member comes from the member.
func TestT14NoPacketChangesWhatIsShownOfAMember(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	two := officetest.Office(t, lan, "front", "back")
	front, back := two[0], two[1]
	front.Shares("Plans", "read", nil)
	back.Knows(front, "Plans")
	eve := newAttacker(t, lan.Join("eve"))
	id := state(front).Self.ID
	stranger := strings.Repeat("a", 51) + "q"
	huge := strings.TrimSuffix(strings.Repeat(strings.Repeat("x", 250)+"\x00", 40), "\x00") // 10 KB

	var lies [][]byte
	for _, name := range []string{"Boss", `<img src=x onerror=alert(1)>`, "\x1b[31mfront\u202e", huge} {
		for _, id := range []string{id, stranger} {
			if len(name) > 1000 {
				lies = append(lies, claim{id: id, name: "big", workgroup: name, port: 4720, addr: eve.pc.Addr()}.message())
			}
			lies = append(lies, claim{id: id, name: name, workgroup: name, port: 4720, addr: eve.pc.Addr()}.message())
		}
	}
	// shown is all that a person sees of front, but the addresses, which are where to look for it.
	shown := func() string {
		p := officetest.Peer(state(back), front)
		if p == nil {
			t.Fatalf("front is shown no more: %+v", state(back).Peers)
		}
		p.Addresses = nil
		if p.Online {
			p.LastSeen = time.Time{}
		}
		text, _ := json.Marshal(p)
		return string(text)
	}
	lie := func(when string) {
		t.Helper()
		before := shown()
		stop := eve.insists(lies...)
		back.Until(5*time.Second, "has heard the lies", func(s *node.State) bool {
			for _, p := range s.Peers {
				if p.ID == stranger {
					if len(p.Name) > 63 || len(p.Workgroup) > 63 || strings.ContainsAny(p.Name, "\x1b\u202e") {
						t.Errorf("a stranger is shown as %q of %q", p.Name, p.Workgroup)
					}
					return true
				}
			}
			return false
		})
		time.Sleep(500 * time.Millisecond)
		stop()
		if after := shown(); after != before {
			t.Errorf("%s:\nshown before: %s\nand after:    %s", when, before, after)
		}
		goodbye(eve, stranger)
		back.Until(5*time.Second, "has forgotten the stranger", func(s *node.State) bool {
			for _, p := range s.Peers {
				if p.ID == stranger {
					return false
				}
			}
			return true
		})
	}
	lie("while it is on")
	if err := front.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	back.Misses(5*time.Second, front)
	lie("while it is off")
	back.Cmd.Stop()
	back.Start()
	lie("never seen since the start")
}
