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
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/app/node/home"
	"lanyard/app/node/identity"
	"lanyard/discovery/discoverytest"
)

func TestMain(m *testing.M) {
	discoverytest.Setup(discoverytest.Roles{"door": doorRole})
	goleak.VerifyTestMain(m)
}

func newIdentity(t testing.TB) *identity.Identity {
	t.Helper()
	return loadIdentity(t.TempDir(), t.Fatal)
}

func loadIdentity(dir string, fatal func(...any)) *identity.Identity {
	d, err := home.Open(dir)
	if err != nil {
		fatal(err)
	}
	defer d.Close()
	id, err := identity.Load(d)
	if err != nil {
		fatal(err)
	}
	return id
}

// desk is a PC with a door that answers with who came in.
type desk struct {
	*Listener
	id    *identity.Identity
	addr  string
	asked atomic.Int32 // requests that were answered
	close func()       // ends it, and waits for that
}

func open(t testing.TB, o Options) *desk {
	t.Helper()
	d := &desk{id: newIdentity(t)}
	o.Identity, o.Logger = d.id, slog.New(slog.DiscardHandler)
	var err error
	if d.Listener, err = Open(o); err != nil {
		t.Fatal(err)
	}
	d.addr = fmt.Sprintf("127.0.0.1:%d", d.Port())
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); d.Run(ctx) }()
	server := &http.Server{ConnContext: ConnContext, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if AsksForTLS(r) {
			d.Upgrade(w, r)
			return
		}
		d.asked.Add(1)
		greeting(w, r)
	})}
	served := make(chan struct{})
	go func() { defer close(served); server.Serve(d) }()
	d.close = func() { cancel(); <-ended; server.Close(); <-served }
	t.Cleanup(d.close)
	return d
}

func greeting(w http.ResponseWriter, r *http.Request) {
	c := CallerOf(r.Context())
	if c.Peer != nil {
		fmt.Fprint(w, c.Peer.ID)
	} else {
		fmt.Fprint(w, "guest ", c.TLS)
	}
}

// dial connects as a PC, from an address of loopback.
func (d *desk) dial(from string, as *identity.Identity) (net.Conn, error) {
	return d.dialTLS(from, as.ClientConfig(d.id.ID))
}

// dialTLS connects from an address of loopback.
func (d *desk) dialTLS(from string, config *tls.Config) (net.Conn, error) {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}, Timeout: 2 * inTime}
	c, err := tls.DialWithDialer(&dialer, "tcp", d.addr, config)
	if err != nil {
		return nil, err // not a nil *tls.Conn in an interface
	}
	return c, nil
}

const request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

// ask sends a request on a connection that stays, and returns the answer.
func ask(c net.Conn) (string, error) {
	c.SetDeadline(time.Now().Add(2 * inTime))
	if _, err := io.WriteString(c, request); err != nil {
		return "", err
	}
	var all []byte
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		all = append(all, buf[:n]...)
		head, body, complete := strings.Cut(string(all), "\r\n\r\n")
		if complete && strings.Contains(head, fmt.Sprintf("Content-Length: %d", len(body))) {
			return body, nil
		}
		if err != nil {
			return string(all), err
		}
	}
}

func askAndLeave(c net.Conn) (string, error) {
	defer c.Close()
	return ask(c)
}

func TestAPCIsKnownByItsKey(t *testing.T) {
	d, me := open(t, Options{}), newIdentity(t)
	c, err := d.dial("127.0.0.1", me)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := askAndLeave(c); got != me.ID {
		t.Errorf("the door saw %q (%v), want %s", got, err, me.ID)
	}
}

func TestAnImpostorFailsInTheHandshake(t *testing.T) {
	d, me := open(t, Options{}), newIdentity(t)
	_, err := tls.Dial("tcp", d.addr, me.ClientConfig(me.ID))
	if !errors.Is(err, identity.ErrNotTheSame) {
		t.Errorf("got %v, want ErrNotTheSame", err)
	}
}

func TestPlainHTTPOnlyWhereSwitchedOn(t *testing.T) {
	var on atomic.Bool
	d := open(t, Options{Plain: on.Load})
	for _, want := range []bool{false, true, false} {
		on.Store(want)
		c, err := net.Dial("tcp", d.addr)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := askAndLeave(c); (got == "guest false") != want {
			t.Errorf("plain %v: got %q, %v", want, got, err)
		}
	}
}

func TestHangingUpEndsAllConnectionsOfOnePC(t *testing.T) {
	d, anna, ben := open(t, Options{}), newIdentity(t), newIdentity(t)
	var annas []net.Conn
	for range 3 {
		annas = append(annas, d.enter(t, "127.0.0.1", anna))
	}
	bens := d.enter(t, "127.0.0.1", ben)
	d.HangUp(anna.ID)
	for _, c := range annas {
		if got, err := ask(c); err == nil {
			t.Errorf("answered %q after hanging up", got)
		}
	}
	if _, err := ask(bens); err != nil {
		t.Errorf("the other PC: %v", err)
	}
}

// enter connects as a PC and asks once, so that the door has surely let it in.
func (d *desk) enter(t *testing.T, from string, as *identity.Identity) net.Conn {
	t.Helper()
	c, err := d.tryEnter(t, from, as)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tryEnter is enter where that may fail.
func (d *desk) tryEnter(t *testing.T, from string, as *identity.Identity) (net.Conn, error) {
	c, err := d.dial(from, as)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { c.Close() })
	got, err := ask(c)
	if err == nil && got != as.ID {
		err = fmt.Errorf("the door saw %q", got)
	}
	return c, err
}

func TestWhoIsNoLongerWelcomeIsShownOut(t *testing.T) {
	var guests, others atomic.Bool
	guests.Store(true)
	others.Store(true)
	anna, ben := newIdentity(t), newIdentity(t)
	d := open(t, Options{Plain: guests.Load, Admit: func(c Caller) bool {
		return c.Peer == nil && guests.Load() || c.Peer != nil && (c.Peer.ID == anna.ID || others.Load())
	}})
	phone, err := tls.Dial("tcp", d.addr, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer phone.Close()
	if got, err := ask(phone); got != "guest true" {
		t.Fatalf("the guest got %q, %v", got, err)
	}
	annas, bens := d.enter(t, "127.0.0.1", anna), d.enter(t, "127.0.0.1", ben)
	for _, step := range []struct {
		name                   string
		guests, others         bool
		phone, annasOK, bensOK bool
	}{
		{"nothing has changed", true, true, true, true, true},
		{"the guest doors are closed", false, true, false, true, true},
		{"a PC is to be avoided", false, false, false, true, false},
	} {
		guests.Store(step.guests)
		others.Store(step.others)
		d.Recheck()
		for who, c := range map[string]struct {
			net.Conn
			stays bool
		}{"phone": {phone, step.phone}, "anna": {annas, step.annasOK}, "ben": {bens, step.bensOK}} {
			if got, err := ask(c); (err == nil) != c.stays {
				t.Errorf("%s: %s got %q, %v", step.name, who, got, err)
			}
		}
	}
	if _, err := d.tryEnter(t, "127.0.0.1", ben); err == nil {
		t.Error("who is to be avoided came in again")
	}
	if _, err := d.tryEnter(t, "127.0.0.1", anna); err != nil {
		t.Errorf("who is not: %v", err)
	}
}

func TestAPortThatIsTakenIsAnErrorAtOnce(t *testing.T) {
	for name, interfaces := range map[string][]string{"loopback": nil, "everywhere": {Everywhere}} {
		first := open(t, Options{Interfaces: interfaces})
		for again, interfaces := range map[string][]string{"loopback": nil, "everywhere": {Everywhere}} {
			l, err := Open(Options{Port: first.Port(), Interfaces: interfaces, Identity: first.id, Logger: slog.New(slog.DiscardHandler)})
			if err == nil {
				l.Close()
				t.Errorf("%s beside %s: opened twice", again, name)
			}
		}
	}
}

func TestADoorThatNeverRanIsClosedToo(t *testing.T) {
	l, err := Open(Options{Identity: newIdentity(t), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", l.Port())); err == nil {
		c.Close()
		t.Error("the port is open still")
	}
	if err := l.SetInterfaces([]string{Everywhere}); !errors.Is(err, net.ErrClosed) {
		t.Errorf("it was opened again: %v", err)
	}
	if err := l.Run(context.Background()); err != nil {
		t.Error(err)
	}
}
