//go:build linux

package main

import (
	"bufio"
	"crypto/ed25519"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/node/home"
	"lanyard/app/node/identity"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// attacker is a PC on the LAN without Lanyard, with a key and a mind of its own.
type attacker struct {
	t  *testing.T
	pc *discoverytest.PC
	id *identity.Identity
}

func newAttacker(t *testing.T, pc *discoverytest.PC) *attacker {
	t.Helper()
	return &attacker{t, pc, identityIn(t, t.TempDir())}
}

// identityIn reads or makes the key in a home.
func identityIn(t *testing.T, dir string) *identity.Identity {
	t.Helper()
	d, err := home.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	id, err := identity.Load(d)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// at is where a desk's Lanyard listens.
func at(d *officetest.Desk) string {
	d.T.Helper()
	return netip.AddrPortFrom(d.PC.Addr(), uint16(state(d).Self.Port)).String()
}

func state(d *officetest.Desk) *node.State {
	d.T.Helper()
	s, err := d.Snapshot(d.T.Context())
	if err != nil {
		d.T.Fatal(err)
	}
	return s
}

// browser is how a web browser speaks TLS, if it doesn't mind the certificate.
func browser() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"http/1.1"}}
}

// dial connects; without a config there is no TLS.
func (a *attacker) dial(address string, config *tls.Config) (conn net.Conn, err error) {
	a.pc.Do(func() {
		conn, err = net.DialTimeout("tcp", address, 5*time.Second)
	})
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	if config != nil {
		conn = tls.Client(conn, config)
		if err := conn.(*tls.Conn).Handshake(); err != nil {
			conn.Close()
			return nil, err
		}
	}
	return conn, nil
}

// over makes a connection one of PC to PC.
func (a *attacker) over(raw net.Conn) (*tls.Conn, error) {
	raw.SetDeadline(time.Now().Add(20 * time.Second))
	conn := tls.Client(raw, a.id.ClientConfig(""))
	if err := conn.Handshake(); err != nil {
		raw.Close()
		return nil, err
	}
	return conn, nil
}

// peerKey is the key at the other end.
func peerKey(c *tls.Conn) ed25519.PublicKey {
	p, _ := identity.PeerOf(c.ConnectionState())
	return p.Key
}

// peerCertificates are those that the other end showed.
func peerCertificates(c net.Conn) (der [][]byte) {
	for _, cert := range c.(*tls.Conn).ConnectionState().PeerCertificates {
		der = append(der, cert.Raw)
	}
	return der
}

// reply is what an attacker got for a request; status 0 is none.
type reply struct {
	status int
	header http.Header
	body   string
	last   bool // the connection ends with it
}

// ask sends a request as it stands on a connection of its own.
func (a *attacker) ask(address string, config *tls.Config, request string) reply {
	conn, err := a.dial(address, config)
	if err != nil {
		return reply{}
	}
	defer conn.Close()
	return exchange(conn, bufio.NewReader(conn), request)
}

func exchange(conn net.Conn, r *bufio.Reader, request string) reply {
	if _, err := io.WriteString(conn, request); err != nil {
		return reply{}
	}
	method, _, _ := strings.Cut(request, " ")
	answer, err := http.ReadResponse(r, &http.Request{Method: method})
	if err != nil {
		return reply{}
	}
	body, _ := io.ReadAll(io.LimitReader(answer.Body, 8<<20))
	return reply{answer.StatusCode, answer.Header, string(body), answer.Close}
}

// post is a request with a body.
func post(path, host, kind, body string, headers ...string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n%s",
		path, host, kind, len(body), strings.Join(append(headers, ""), "\r\n"), body)
}

// link opens the connection that PCs keep to each other, and says these things on it.
func (a *attacker) link(address string, topics map[string]any) net.Conn {
	a.t.Helper()
	conn, err := a.dial(address, a.id.ClientConfig(""))
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "GET /v1/link HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: lanyard-link/1\r\n\r\n")
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || answer.StatusCode != http.StatusSwitchingProtocols {
		a.t.Fatalf("link: %v, %v", answer, err)
	}
	for topic, value := range topics {
		json.NewEncoder(conn).Encode(map[string]any{"topic": topic, "value": value})
	}
	return conn
}

// server is a port of an attacker.
type server struct {
	conns, proven, payload atomic.Int64 // connections, those whose handshake succeeded, bytes read after it
}

// serve takes connections under the attacker's own key; handler nil only counts what comes.
func (a *attacker) serve(port int, handler http.Handler) *server {
	a.t.Helper()
	var listener net.Listener
	var err error
	a.pc.Do(func() { listener, err = net.Listen("tcp", fmt.Sprintf(":%d", port)) })
	if err != nil {
		a.t.Fatal(err)
	}
	s := &server{}
	shaken := &shaken{Listener: listener, conns: make(chan net.Conn), ended: make(chan struct{})}
	web := &http.Server{Handler: handler}
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(shaken.ended)
		for {
			raw, err := listener.Accept()
			if err != nil {
				return
			}
			s.conns.Add(1)
			wg.Go(func() { s.greet(raw, a.id.ServerConfig(), shaken, handler != nil) })
		}
	})
	if handler != nil {
		wg.Go(func() { web.Serve(shaken) })
	}
	a.t.Cleanup(func() {
		listener.Close()
		web.Close()
		wg.Wait()
	})
	return s
}

func (s *server) greet(raw net.Conn, config *tls.Config, to *shaken, handled bool) {
	raw.SetDeadline(time.Now().Add(5 * time.Second))
	conn := tls.Server(raw, config)
	if conn.Handshake() != nil {
		raw.Close()
		return
	}
	s.proven.Add(1)
	if handled {
		raw.SetDeadline(time.Time{})
		select {
		case to.conns <- struct{ net.Conn }{conn}: // so that net/http doesn't see the ALPN that it doesn't know
		case <-to.ended:
			conn.Close()
		}
		return
	}
	defer conn.Close()
	n, _ := io.Copy(io.Discard, conn)
	s.payload.Add(n)
}

// shaken is a listener for connections whose handshake is over.
type shaken struct {
	net.Listener
	conns chan net.Conn
	ended chan struct{}
}

func (s *shaken) Accept() (net.Conn, error) {
	select {
	case c := <-s.conns:
		return c, nil
	case <-s.ended:
		return nil, net.ErrClosed
	}
}
