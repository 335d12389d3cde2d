//go:build linux

package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// rogue is a member that has turned bad: it has the member's key, and says and answers what it likes.
type rogue struct {
	*attacker
	topics map[string]any // what it tells those who connect
}

// turn makes a rogue of a member. files answers what others ask of it.
func turn(d *officetest.Desk, topics map[string]any, files http.HandlerFunc) *rogue {
	d.T.Helper()
	port := state(d).Self.Port
	if err := d.Cmd.Stop(); err != nil {
		d.T.Fatal(err)
	}
	r := &rogue{&attacker{d.T, d.PC, identityIn(d.T, d.Home)}, topics}
	r.serve(port, http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/v1/link" {
			r.serveLink(w)
			return
		}
		files(w, q)
	}))
	r.insists(claim{id: r.id.ID, name: d.PC.Name, workgroup: "Office", port: port, addr: d.PC.Addr()}.message())
	return r
}

// serveLink says its topics, and then answers pings, so that it counts as present.
func (r *rogue) serveLink(w http.ResponseWriter) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	conn.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: lanyard-link/1\r\n\r\n"))
	say := json.NewEncoder(conn)
	for topic, value := range r.topics {
		say.Encode(map[string]any{"topic": topic, "value": value})
	}
	for hear := json.NewDecoder(rw); ; {
		var frame struct{ Ping bool }
		if hear.Decode(&frame) != nil {
			return
		}
		if frame.Ping {
			say.Encode(map[string]any{"pong": true})
		}
	}
}

// seen waits until a desk has heard what the rogue offers.
func (r *rogue) seen(by *officetest.Desk) {
	r.t.Helper()
	by.Until(10*time.Second, "hears the rogue", func(s *node.State) bool {
		return slices.ContainsFunc(s.Peers, func(p node.Peer) bool { return p.ID == r.id.ID && p.Online && len(p.Folders) > 0 })
	})
}

// A PC that sends others elsewhere is not followed: not to the world, not to another PC, least of all to the asker itself.
func TestT37NobodyIsSentElsewhere(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	three := officetest.Office(t, lan, "front", "back", "third")
	front, back, third := three[0], three[1], three[2]
	mine := back.Shares("Plans", "change", map[string]string{"own.txt": "own"})
	theirs := third.Shares("Plans", "change", map[string]string{"third.txt": "third"})
	back.Knows(third, "Plans")
	backID, thirdID := state(back).Self.ID, state(third).Self.ID
	trap := newAttacker(t, lan.Join("trap"))
	wire := listenIn(t, trap.pc)
	caught := trap.serve(4720, nil)

	targets := []string{
		"http://" + trap.pc.Addr().String() + ":4720/", "https://" + trap.pc.Addr().String() + ":4720/", "//" + trap.pc.Addr().String() + ":4720/",
		"file:///etc/passwd", "https://lanyard-" + thirdID + ".local", "https://lanyard-" + backID + ".local", "ipp://" + trap.pc.Addr().String() + ":4720/",
		"http://127.0.0.1:4720", "https://localhost:4720",
	}
	type pointer struct {
		status int
		to     string
	}
	var now atomic.Pointer[pointer]
	var asked atomic.Int32
	bad := turn(front, map[string]any{
		"hello":  map[string]any{"name": "front", "workgroup": "Office", "version": "1", "port": 4720},
		"offers": map[string]any{"folders": []any{map[string]any{"name": "Plans", "access": "change"}}, "printers": []any{map[string]any{"name": "Laser", "state": "idle", "accepting": true}}},
	}, func(w http.ResponseWriter, q *http.Request) {
		asked.Add(1)
		to := now.Load().to
		if !strings.HasSuffix(to, "/") {
			to += q.URL.Path
		}
		w.Header().Set("Location", to)
		w.WriteHeader(now.Load().status)
	})
	bad.seen(back)
	doc := document(t, "secret.pdf")
	for i, to := range targets {
		for j, code := range []int{301, 302, 303, 307, 308} {
			if (i+j)%2 > 0 && i > 1 {
				continue // every way for the first two, half of them for the rest
			}
			now.Store(&pointer{code, to})
			for _, args := range [][]string{
				{"ls", "front:Plans"}, {"get", "front:Plans/third.txt", t.TempDir()}, {"put", doc, "front:Plans"}, {"rm", "front:Plans/own.txt"},
				{"print", "-P", "front/Laser", doc},
			} {
				if (i > 0 || j > 1) && args[0] != "ls" && args[0] != "put" {
					continue
				}
				back.Fails("", args...)
			}
		}
	}
	if n := asked.Load(); n < 20 {
		t.Errorf("the rogue was asked %d times", n)
	}
	if n := calls(wire.heard(), back.PC.Addr()) + int(caught.conns.Load()); n > 0 {
		t.Errorf("%d connections were made to where it pointed", n)
	}
	nothing(t, mine, "own.txt")
	nothing(t, theirs, "third.txt")
}

// The proxy of the system is for the world outside. What goes to the next PC doesn't go by way of it.
func TestT37TheSystemsProxyIsNotForTheLAN(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	proxy := newAttacker(t, lan.Join("proxy"))
	wire := listenIn(t, proxy.pc)
	to := "http://" + proxy.pc.Addr().String() + ":3128"
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"} {
		t.Setenv(name, to)
	}
	t.Setenv("NO_PROXY", "")
	t.Setenv("no_proxy", "")
	two := officetest.Office(t, lan, "front", "back")
	front, back := two[0], two[1]
	front.Shares("Plans", "change", map[string]string{"a.txt": "a"})
	front.Must("printer", "share", "Print-to-folder")
	back.Knows(front, "Plans")
	back.Must("ls", "front:Plans")
	back.Must("get", "front:Plans/a.txt", t.TempDir())
	back.Must("put", document(t, "b.pdf"), "front:Plans")
	back.Must("connect", front.PC.Addr().String())
	back.Until(5*time.Second, "has the printer", func(s *node.State) bool {
		return slices.ContainsFunc(s.Printers, func(p node.Printer) bool { return p.PC != s.Self.ID })
	})
	back.Must("print", "-P", "front/Print-to-folder", document(t, "c.pdf"))
	for _, d := range two {
		if n := calls(wire.heard(), d.PC.Addr()); n > 0 {
			t.Errorf("%s made %d connections to the proxy", d.PC.Name, n)
		}
	}
	// Another program of that PC does use it.
	back.PC.Command(t.Context(), "curl", "-s", "-m", "2", "http://"+at(front)+"/").Run()
	for deadline := time.Now().Add(5 * time.Second); calls(wire.heard(), back.PC.Addr()) == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the environment didn't say that there is a proxy")
		}
	}
}
