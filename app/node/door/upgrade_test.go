package door

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"lanyard/app/node/identity"
)

const upgrade = "OPTIONS / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: TLS/1.2,TLS/1.1,TLS/1.0\r\n\r\n"

// buffered reads what was read ahead first.
type buffered struct {
	net.Conn
	r *bufio.Reader
}

func (b buffered) Read(p []byte) (int, error) { return b.r.Read(p) }

// goOn asks on a plain connection to go on in TLS, with these protocols, and returns what the request is answered there.
func goOn(c net.Conn, protocols ...string) (*tls.Conn, *http.Response, error) {
	c.SetDeadline(time.Now().Add(2 * inTime))
	if _, err := io.WriteString(c, upgrade); err != nil {
		return nil, nil, err
	}
	r := bufio.NewReader(c)
	switching, err := http.ReadResponse(r, nil)
	if err != nil {
		return nil, nil, err
	}
	if switching.StatusCode != http.StatusSwitchingProtocols || switching.Header.Get("Content-Length") != "" {
		return nil, nil, fmt.Errorf("answered %s %v", switching.Status, switching.Header)
	}
	secured := tls.Client(buffered{c, r}, &tls.Config{InsecureSkipVerify: true, NextProtos: protocols, Certificates: []tls.Certificate{{}}})
	answer, err := http.ReadResponse(bufio.NewReader(secured), nil)
	return secured, answer, err
}

// A print system that knows a printer by ipp: asks for TLS on the way (RFC 2817). It is a guest as before, is counted once,
// and asks no second time.
func TestAPlainConnectionGoesOnInTLS(t *testing.T) {
	d := open(t, Options{Plain: func() bool { return true }, Limits: Limits{PerGuestAddress: 1}})
	for range 3 { // each gives its place back
		c, err := net.Dial("tcp", d.addr)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ask(c); got != "guest false" {
			t.Fatalf("in plain: %q, %v", got, err)
		}
		secured, answer, err := goOn(c)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("the request is answered %v, %v", answer, err)
		}
		if got, err := ask(secured); got != "guest true" {
			t.Errorf("in TLS: %q, %v", got, err)
		}
		io.WriteString(secured, upgrade)
		if again, err := http.ReadResponse(bufio.NewReader(secured), nil); err != nil || again.StatusCode == http.StatusSwitchingProtocols {
			t.Errorf("once more: %v, %v", again, err)
		}
		if second, err := net.Dial("tcp", d.addr); err == nil {
			if got, err := askAndLeave(second); err == nil {
				t.Errorf("a second connection is let in, and hears %q", got)
			}
		}
		secured.Close()
		for end := time.Now().Add(2 * inTime); len(d.all(func(*Conn) bool { return true })) > 0; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("it is still counted")
			}
		}
	}
}

// Neither garbage nor another PC's protocol gets anywhere by that way.
func TestWhatDoesNotGoOnInTLS(t *testing.T) {
	d := open(t, Options{Plain: func() bool { return true }})
	c, err := net.Dial("tcp", d.addr)
	if err != nil {
		t.Fatal(err)
	}
	c.SetDeadline(time.Now().Add(2 * inTime))
	io.WriteString(c, upgrade+"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	rest, _ := io.ReadAll(c)
	c.Close()
	if n := d.asked.Load(); n > 0 {
		t.Errorf("a request in plain behind it is answered: %q", rest)
	}
	if c, err = net.Dial("tcp", d.addr); err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, answer, err := goOn(c, identity.ALPN); err == nil {
		t.Errorf("as a PC it is answered %v", answer)
	}
}
