package door

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/app/node/home"
	"lanyard/app/node/identity"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newIdentity(t *testing.T) *identity.Identity {
	t.Helper()
	d, err := home.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	id, err := identity.Load(d)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// open serves a door that answers with who came in.
func open(t *testing.T, plain bool) (addr string, id *identity.Identity) {
	t.Helper()
	id = newIdentity(t)
	l, err := Listen(0, id, func() bool { return plain }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); l.Run(ctx) }()
	server := &http.Server{ConnContext: ConnContext, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := CallerOf(r.Context())
		if c.Peer != nil {
			fmt.Fprint(w, c.Peer.ID)
		} else {
			fmt.Fprint(w, "guest ", c.TLS)
		}
	})}
	go server.Serve(l)
	t.Cleanup(func() { cancel(); <-ended; server.Close() })
	return fmt.Sprintf("127.0.0.1:%d", l.Port()), id
}

func ask(c net.Conn) (string, error) {
	defer c.Close()
	c.SetDeadline(time.Now().Add(3 * time.Second))
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
		return "", err
	}
	all, err := io.ReadAll(c)
	_, body, _ := strings.Cut(string(all), "\r\n\r\n")
	return body, err
}

func TestAPCIsKnownByItsKey(t *testing.T) {
	addr, server := open(t, false)
	me := newIdentity(t)
	c, err := tls.Dial("tcp", addr, me.ClientConfig(server.ID))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ask(c); got != me.ID {
		t.Errorf("the door saw %q (%v), want %s", got, err, me.ID)
	}
}

func TestAnImpostorFailsInTheHandshake(t *testing.T) {
	addr, _ := open(t, false)
	me := newIdentity(t)
	_, err := tls.Dial("tcp", addr, me.ClientConfig(me.ID))
	if !errors.Is(err, identity.ErrNotTheSame) {
		t.Errorf("got %v, want ErrNotTheSame", err)
	}
}

func TestNoKeyNoPC(t *testing.T) {
	addr, server := open(t, false)
	config := newIdentity(t).ClientConfig(server.ID)
	config.Certificates = nil
	c, err := tls.Dial("tcp", addr, config)
	if err == nil { // in TLS 1.3 the client learns of the refusal with its first read
		var got string
		if got, err = ask(c); err == nil || got != "" {
			t.Errorf("got %q, %v", got, err)
		}
	}
}

func TestAGuestsCertificateIsNoPC(t *testing.T) {
	addr, server := open(t, false)
	config := newIdentity(t).ClientConfig("")
	config.NextProtos = nil
	config.InsecureSkipVerify = true
	config.VerifyConnection = nil
	c, err := tls.Dial("tcp", addr, config)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := ask(c); got != "guest true" {
		t.Errorf("without %s the door saw %q", identity.ALPN, got)
	}
	_ = server
}

func TestOldProtocolsAreRefused(t *testing.T) {
	addr, _ := open(t, false)
	for name, c := range map[string]*tls.Config{
		"TLS 1.1":              {MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10},
		"lanyard/1 on TLS 1.2": {MaxVersion: tls.VersionTLS12, NextProtos: []string{identity.ALPN}},
		"lanyard/0 alone":      {NextProtos: []string{"lanyard/0"}},
		"h2 alone":             {NextProtos: []string{"h2"}},
	} {
		c.InsecureSkipVerify = true
		if conn, err := tls.Dial("tcp", addr, c); err == nil {
			conn.Close()
			t.Errorf("%s was taken", name)
		}
	}
}

func TestPlainHTTPOnlyWhereSwitchedOn(t *testing.T) {
	for _, on := range []bool{false, true} {
		addr, _ := open(t, on)
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ask(c); (got == "guest false") != on {
			t.Errorf("plain %v: got %q, %v", on, got, err)
		}
	}
}

func TestHalfOpenConnectionsFromOneAddressDontShutOthersOut(t *testing.T) {
	addr, server := open(t, false)
	for range maxPerAddress + 10 {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	me := newIdentity(t)
	deadline := time.Now().Add(2 * handshakeWait)
	for {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
		raw, err := d.Dial("tcp", addr)
		if err == nil {
			c := tls.Client(raw, me.ClientConfig(server.ID))
			if err = c.Handshake(); err == nil {
				c.Close()
				return
			}
			raw.Close()
		}
		if time.Now().After(deadline) {
			t.Fatalf("shut out: %v", err)
		}
	}
}
