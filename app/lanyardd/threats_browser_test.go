//go:build linux

package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// doors are the ways to connect to the port, by name: what says nothing, what browsers say, and what PCs say.
func doors(a *attacker) map[string]*tls.Config {
	return map[string]*tls.Config{"plain": nil, "browser": browser(), "PC": a.id.ClientConfig("")}
}

// guestOffice is a PC that has opened all doors that there are for guests, and those who may come: a browser on another
// PC of the LAN, and one on that PC itself, each with the addresses by which they reach it.
func guestOffice(t *testing.T) (front *officetest.Desk, link *node.GuestLink, ways map[string]way) {
	t.Helper()
	lan := discoverytest.NewLAN(t)
	front = officetest.New(t, lan.Join("front"))
	front.Must("workgroup", "create", "Office")
	front.Must("printer", "share", "Print-to-folder", "--guests")
	front.Shares("Box", "add", nil)
	link, err := front.LinkGuest(t.Context(), node.GuestLink{Folder: "Box", Access: "add", Plain: true})
	if err != nil {
		t.Fatal(err)
	}
	outside, inside := newAttacker(t, lan.Join("eve")), newAttacker(t, front.PC)
	port := fmt.Sprint(state(front).Self.Port)
	return front, link, map[string]way{
		"LAN, IPv4":      {outside, at(front)},
		"LAN, IPv6":      {outside, net.JoinHostPort(front.PC.LinkLocal().String(), port)},
		"loopback, IPv4": {inside, "127.0.0.1:" + port},
		"loopback, IPv6": {inside, "[::1]:" + port},
		"own address":    {inside, at(front)},
	}
}

type way struct {
	from *attacker
	to   string
}

// host is what a browser names when it was given the address as it is.
func (w way) host() string { return netip.MustParseAddrPort(w.to).Addr().WithZone("").String() }

// A name that somebody else's DNS made point here gets no further than that, by whatever way it comes.
func TestT25AForeignHostIsRefusedBeforeAnythingElse(t *testing.T) {
	front, link, ways := guestOffice(t)
	own := "lanyard-" + state(front).Self.ID + ".local"
	evil := []string{
		"evil.example", "evil.example:4720", "EVIL.example.", "front", "front.local", "front.local:4720", own + ".evil.example",
		strings.Replace(own, "lanyard-", "lanyard-x", 1), "127.0.0.1.evil.example", "10.20.1.10.nip.example", "localhost.evil.example",
		"evil.example@127.0.0.1", "127.0.0.1@evil.example", "[::1].evil.example", "[::1", "[evil.example]", "::1]", "2130706433", "0x7f.1", "127.1", "",
	}
	paths := []string{"/", "/ipp/print/Print-to-folder", "/v1/link", "/v1/join/start", "/v1/files/Plans", pathOf(link), "/guest/" + link.ID + "/", "/nothing"}
	for name, w := range ways {
		for door, config := range doors(w.from) {
			t.Run(name+", "+door, func(t *testing.T) {
				conn := (*keptConn)(nil)
				defer func() { conn.close() }()
				ask := func(request string) reply {
					if conn == nil {
						conn = keep(t, w, config)
					}
					r := exchange(conn, conn.r, request)
					if r.status == 0 || r.last {
						conn.close()
						conn = nil
					}
					return r
				}
				for _, host := range evil {
					for i, path := range paths {
						request := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\n\r\n", []string{"GET", "OPTIONS"}[i%2], path, host)
						refusedAsForeign(t, request, ask(request))
					}
				}
				for _, line := range []string{
					"GET http://evil.example/ HTTP/1.1\r\nHost: localhost", "GET https://evil.example:4720/v1/link HTTP/1.1\r\nHost: " + w.host(),
					"OPTIONS * HTTP/1.1\r\nHost: evil.example", "GET / HTTP/1.0", "POST /ipp/print/Print-to-folder HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0",
					"PROPFIND /dav/ HTTP/1.1\r\nHost: evil.example", "GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: localhost\r\nForwarded: host=localhost",
				} {
					refusedAsForeign(t, line, ask(line+"\r\n\r\n"))
				}
				// The names that it does have are not foreign.
				for _, host := range []string{w.host(), "localhost", "localhost:4720", "127.0.0.1:4720", "[::1]:4720", "[fe80::1]", own, own + ".:4720", strings.ToUpper(own)} {
					if strings.Contains(host, "::") && !strings.HasPrefix(host, "[") {
						host = "[" + host + "]"
					}
					if r := ask("GET /nothing HTTP/1.1\r\nHost: " + host + "\r\n\r\n"); r.status != 404 {
						t.Errorf("Host %s: %d, want 404", host, r.status)
					}
				}
			})
		}
	}
}

func refusedAsForeign(t *testing.T, request string, r reply) {
	t.Helper()
	if r.status != 421 && r.status != 400 {
		t.Errorf("%q: answered %d %.80q", request, r.status, r.body)
	}
	noFriend(t, request, r)
}

// noFriend fails where an answer invites pages of other sites to read it.
func noFriend(t *testing.T, request string, r reply) {
	t.Helper()
	for key := range r.header {
		if strings.HasPrefix(key, "Access-Control-") {
			t.Errorf("%.60q: answered with %s: %s", request, key, r.header.Get(key))
		}
	}
}

// keptConn is a connection for many requests.
type keptConn struct {
	net.Conn
	r *bufio.Reader
}

func keep(t *testing.T, w way, config *tls.Config) *keptConn {
	t.Helper()
	conn, err := w.from.dial(w.to, config)
	if err != nil {
		t.Fatal(err)
	}
	return &keptConn{conn, bufio.NewReader(conn)}
}

func (k *keptConn) close() {
	if k != nil {
		k.Close()
	}
}

// A page of another site can make a browser on this LAN send what forms and images send, and whatever fetch sends without
// asking first. None of it prints, joins or changes anything, and no answer may be read by that page.
func TestT24T26PagesOfOtherSitesDoNothing(t *testing.T) {
	front, link, ways := guestOffice(t)
	document := ipp(goipp.OpPrintJob, "ipp://localhost/ipp/print/Print-to-folder", nil) + pdf
	for name, w := range ways {
		for door, config := range map[string]*tls.Config{"plain": nil, "browser": browser()} {
			host := at(front)
			for _, origin := range []string{"null", "http://evil.example", "https://evil.example:4720", "http://localhost.evil.example", "file://"} {
				asked := "Origin: " + origin + "\r\nSec-Fetch-Site: cross-site\r\nCookie: a=b"
				for _, request := range []string{
					"GET /ipp/print/Print-to-folder HTTP/1.1\r\nHost: " + host + "\r\n" + asked + "\r\n\r\n",
					post("/ipp/print/Print-to-folder", host, "text/plain", document, asked),
					post("/ipp/print/Print-to-folder", host, "application/x-www-form-urlencoded", document, asked),
					post("/ipp/print/Print-to-folder", host, "multipart/form-data; boundary=application/ipp", document, asked),
					post("/ipp/print/Print-to-folder", host, "application/ipp", document, asked),
					post("/v1/join/start", host, "text/plain", "{}", asked),
					"OPTIONS /ipp/print/Print-to-folder HTTP/1.1\r\nHost: " + host + "\r\n" + asked + "\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\nAccess-Control-Request-Private-Network: true\r\n\r\n",
					"PUT /v1/files/Plans/x HTTP/1.1\r\nHost: " + host + "\r\n" + asked + "\r\nContent-Length: 1\r\n\r\nx",
					"DELETE /v1/files/Plans/x HTTP/1.1\r\nHost: " + host + "\r\n" + asked + "\r\n\r\n",
					"PROPFIND /dav/ HTTP/1.1\r\nHost: " + host + "\r\n" + asked + "\r\nDepth: infinity\r\n\r\n",
					"MKCOL /dav/Plans/x HTTP/1.1\r\nHost: " + host + "\r\n" + asked + "\r\n\r\n",
					"GET /v1/link HTTP/1.1\r\nHost: " + host + "\r\n" + asked + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
					"GET /v1/link HTTP/1.1\r\nHost: " + host + "\r\n" + asked + "\r\nConnection: Upgrade\r\nUpgrade: lanyard-link/1\r\n\r\n",
				} {
					r := w.from.ask(w.to, config, request)
					line, _, _ := strings.Cut(request, "\r\n")
					what := fmt.Sprintf("%s, %s, from %s: %s", name, door, origin, line)
					if r.status < 400 && !strings.HasPrefix(line, "OPTIONS") {
						t.Errorf("%s: answered %d", what, r.status)
					}
					noFriend(t, what, r)
				}
			}
		}
	}
	nothingPrinted(t, front)

	// Nor with the cookie of a guest who has come in.
	box := state(front).Folders[0].Dir
	for name, w := range ways {
		for door, config := range map[string]*tls.Config{"plain": nil, "browser": browser()} {
			what, host := name+", "+door, at(front)
			landed := w.from.ask(w.to, config, "GET "+pathOf(link)+" HTTP/1.1\r\nHost: "+host+"\r\n\r\n")
			cookie, _, _ := strings.Cut(landed.header.Get("Set-Cookie"), ";")
			if cookie == "" {
				t.Fatalf("%s: the guest doesn't get in: %d", what, landed.status)
			}
			home := "/guest/" + link.ID + "/"
			page := w.from.ask(w.to, config, "GET "+home+" HTTP/1.1\r\nHost: "+host+"\r\nCookie: "+cookie+"\r\n\r\n")
			if csp := page.header.Get("Content-Security-Policy"); page.status != 200 || !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "default-src 'none'") {
				t.Errorf("%s: the guest's page: %d, %q", what, page.status, csp)
			}
			for _, origin := range []string{"null", "http://evil.example", "http://" + host + ".evil.example", "https://localhost:1"} {
				asked := "Cookie: " + cookie + "\r\nOrigin: " + origin
				for _, request := range []string{
					fmt.Sprintf("PUT %sdrop/x HTTP/1.1\r\nHost: %s\r\n%s\r\nContent-Length: 1\r\n\r\nx", home, host, asked),
					post(home+"drop", host, "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nx\r\n--b--\r\n", asked),
					post(home+"drop", host, "text/plain", "x", asked),
					post(pathOf(link), host, "application/x-www-form-urlencoded", "pin=", asked),
				} {
					r := w.from.ask(w.to, config, request)
					if r.status < 400 {
						t.Errorf("%s: %.40q from %s: %d", what, request, origin, r.status)
					}
					noFriend(t, request, r)
				}
			}
			nothing(t, box)
		}
	}
	w := ways["LAN, IPv4"]
	landed := w.from.ask(w.to, nil, "GET "+pathOf(link)+" HTTP/1.1\r\nHost: "+at(front)+"\r\n\r\n")
	cookie, _, _ := strings.Cut(landed.header.Get("Set-Cookie"), ";")
	own := fmt.Sprintf("PUT /guest/%s/drop/x HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nOrigin: http://%s\r\nContent-Length: 1\r\n\r\nx", link.ID, at(front), cookie, at(front))
	if r := w.from.ask(w.to, nil, own); r.status >= 400 {
		t.Errorf("the guest's own page is answered %d %s", r.status, r.body)
	}
	nothing(t, box, "x")

	// The same document from a program that is no page does print.
	if r := w.from.ask(w.to, browser(), post("/ipp/print/Print-to-folder", at(front), "application/ipp", document)); r.status != 200 {
		t.Errorf("a guest's program is answered %d", r.status)
	}
	front.Until(5*time.Second, "has printed", func(s *node.State) bool { return len(s.Jobs) == 1 && completed(s.Jobs[0]) })
}

// pathOf is the way to a link on the PC that it is on.
func pathOf(link *node.GuestLink) string {
	u, err := url.Parse(link.URL)
	if err != nil {
		panic(err)
	}
	return u.Path
}

func nothingPrinted(t *testing.T, d *officetest.Desk) {
	t.Helper()
	if jobs := state(d).Jobs; len(jobs) > 0 {
		t.Errorf("it printed: %+v", jobs)
	}
}

// ipp makes an IPP request (RFC 8010) with these attributes after the ones that every request has.
func ipp(op goipp.Op, target string, operation goipp.Attributes, job ...goipp.Attribute) string {
	m := goipp.NewRequest(goipp.DefaultVersion, op, 1)
	m.Operation.Add(goipp.MakeAttribute("attributes-charset", goipp.TagCharset, goipp.String("utf-8")))
	m.Operation.Add(goipp.MakeAttribute("attributes-natural-language", goipp.TagLanguage, goipp.String("en")))
	m.Operation.Add(goipp.MakeAttribute("printer-uri", goipp.TagURI, goipp.String(target)))
	for _, a := range operation {
		m.Operation.Add(a)
	}
	m.Job = job
	var b bytes.Buffer
	if err := m.Encode(&b); err != nil {
		panic(err)
	}
	return b.String()
}
