package reach

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
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
	defer d.Close()
	id, err := identity.Load(d)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// somebody listens at an address, hears what comes, and treats each connection in some way.
type somebody struct {
	address string
	mu      sync.Mutex
	heard   bytes.Buffer // mu guards the below
	calls   int
	payload bytes.Buffer // what came after a handshake
}

func listen(t *testing.T, treat func(*somebody, net.Conn)) *somebody {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &somebody{address: l.Addr().String()}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.calls++
			s.mu.Unlock()
			wg.Go(func() {
				defer c.Close()
				c.SetDeadline(time.Now().Add(2 * wait))
				treat(s, &recorded{c, s})
			})
		}
	})
	t.Cleanup(func() { l.Close(); wg.Wait() })
	return s
}

// recorded notes all bytes that come.
type recorded struct {
	net.Conn
	by *somebody
}

func (r *recorded) Read(b []byte) (int, error) {
	n, err := r.Conn.Read(b)
	r.by.mu.Lock()
	r.by.heard.Write(b[:n])
	r.by.mu.Unlock()
	return n, err
}

func (s *somebody) called() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

func certificates(id *identity.Identity) [][]byte {
	return id.ClientConfig("").Certificates[0].Certificate
}

// talk is a TLS server that takes all that it is told.
func talk(config *tls.Config) func(*somebody, net.Conn) {
	return func(s *somebody, c net.Conn) {
		t := tls.Server(c, config)
		got, _ := io.ReadAll(t)
		s.mu.Lock()
		s.payload.Write(got)
		s.mu.Unlock()
		io.Copy(io.Discard, c)
	}
}

func silent(_ *somebody, c net.Conn) { io.Copy(io.Discard, c) }

// say answers without waiting for a question.
func say(text string) func(*somebody, net.Conn) {
	return func(_ *somebody, c net.Conn) {
		io.WriteString(c, text)
		io.Copy(io.Discard, c)
	}
}

// maxAlert is more than the alert that ends a handshake, and what goes before it (RFC 8446 6, D.4), and less than a
// certificate: who calls is told to nobody that hasn't proved its own key.
const maxAlert = 64

func TestT12AnImpostorGetsNothingButAHello(t *testing.T) {
	me, friend, eve := newIdentity(t), newIdentity(t), newIdentity(t)
	eves := func(change func(*tls.Config)) func(*somebody, net.Conn) {
		c := &tls.Config{
			Certificates: []tls.Certificate{{Certificate: certificates(eve), PrivateKey: eve.Key}},
			NextProtos:   []string{identity.ALPN}, ClientAuth: tls.RequestClientCert,
		}
		change(c)
		return talk(c)
	}
	for name, treat := range map[string]func(*somebody, net.Conn){
		"another PC's key":        talk(eve.ServerConfig()),
		"no protocol":             eves(func(c *tls.Config) { c.NextProtos = nil }),
		"another protocol":        eves(func(c *tls.Config) { c.NextProtos = []string{"lanyard/0"} }),
		"TLS 1.2":                 eves(func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }),
		"the friend's name alone": eves(func(c *tls.Config) { c.Certificates[0].Certificate = certificates(friend) }),
		"the friend's name behind its own": eves(func(c *tls.Config) {
			c.Certificates[0].Certificate = slices.Concat(certificates(eve), certificates(friend))
		}),
		"its own name behind the friend's": eves(func(c *tls.Config) {
			c.Certificates[0].Certificate = slices.Concat(certificates(friend), certificates(eve))
		}),
		"plain HTTP": say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
		"a redirect": say("HTTP/1.1 307 Temporary Redirect\r\nLocation: https://127.0.0.1:1/\r\n\r\n"),
		"nothing":    silent,
		"an end":     func(*somebody, net.Conn) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			impostor := listen(t, treat)
			c, _, err := Dialer{Identity: me}.Dial(t.Context(), []string{impostor.address}, friend.ID)
			if err == nil {
				c.Close()
				t.Fatal("was taken for the friend")
			}
			if name == "another PC's key" && !errors.Is(err, identity.ErrNotTheSame) {
				t.Errorf("said %v, not that it is another PC", err)
			}
			time.Sleep(20 * time.Millisecond) // for what is under way
			impostor.mu.Lock()
			defer impostor.mu.Unlock()
			if impostor.payload.Len() != 0 {
				t.Errorf("told the impostor %q", impostor.payload.String())
			}
			hello, rest := records(impostor.heard.Bytes())
			if hello > 1 || rest > maxAlert {
				t.Errorf("sent %d hellos and %d more bytes", hello, rest)
			}
			for _, id := range []string{me.ID, friend.ID} { // in the clear, as a server's name is
				if bytes.Contains(impostor.heard.Bytes(), []byte(id)) {
					t.Errorf("the hello names %s", id)
				}
			}
		})
	}
}

// records counts the TLS handshake records in what was sent, and the bytes of all others.
func records(b []byte) (hellos, rest int) {
	for len(b) >= 5 {
		n := min(5+int(b[3])<<8+int(b[4]), len(b))
		if b[0] == 0x16 {
			hellos++
		} else {
			rest += n
		}
		b = b[n:]
	}
	return hellos, rest + len(b)
}

// friendly answers as a PC, and sends back what it is told.
func friendly(id *identity.Identity) func(*somebody, net.Conn) {
	return func(_ *somebody, c net.Conn) {
		t := tls.Server(c, id.ServerConfig())
		io.Copy(t, t)
	}
}

func TestT12TheFriendIsFoundBehindImpostors(t *testing.T) {
	me, friend := newIdentity(t), newIdentity(t)
	impostors := []*somebody{
		listen(t, talk(newIdentity(t).ServerConfig())), listen(t, silent), listen(t, say("HTTP/1.1 200 OK\r\n\r\n")),
		listen(t, talk(newIdentity(t).ServerConfig())),
	}
	addresses := []string{"127.0.0.1:1"} // nobody
	for _, s := range impostors {
		addresses = append(addresses, s.address)
	}
	addresses = append(addresses, listen(t, friendly(friend)).address)
	began := time.Now()
	c, peer, err := Dialer{Identity: me}.Dial(t.Context(), addresses, friend.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if took := time.Since(began); took > wait {
		t.Errorf("found after %v", took)
	}
	io.WriteString(c, "secret")
	echo := make([]byte, 6)
	if _, err := io.ReadFull(c, echo); err != nil || string(echo) != "secret" || peer.ID != friend.ID {
		t.Errorf("%s answered %q, %v", peer.ID, echo, err)
	}
	for i, s := range impostors {
		s.mu.Lock()
		if s.payload.Len() != 0 || bytes.Contains(s.heard.Bytes(), echo) {
			t.Errorf("impostor %d was told %q", i, s.payload.String())
		}
		s.mu.Unlock()
	}
}

func TestWhoeverAnswersIsTakenOnlyWhereAnybodyWillDo(t *testing.T) {
	me, other := newIdentity(t), newIdentity(t)
	c, peer, err := Dialer{Identity: me}.Dial(t.Context(), []string{listen(t, friendly(other)).address}, "")
	if err != nil || peer.ID != other.ID {
		t.Fatalf("met %q, %v", peer.ID, err)
	}
	c.Close()
}

func TestSilenceIsWaitedForOnlySoLong(t *testing.T) {
	quiet := listen(t, silent)
	began := time.Now()
	_, _, err := Dialer{Identity: newIdentity(t)}.Dial(t.Context(), slices.Repeat([]string{quiet.address}, 100), "")
	if took := time.Since(began); err == nil || took > wait+time.Second {
		t.Errorf("%v after %v", err, took)
	}
}

func TestT37NoProxyIsAsked(t *testing.T) {
	proxy := listen(t, say("HTTP/1.1 200 Connection established\r\n\r\n"))
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		for _, name := range []string{name, strings.ToLower(name)} {
			t.Setenv(name, "http://"+proxy.address)
		}
	}
	t.Setenv("NO_PROXY", "")
	t.Setenv("no_proxy", "")
	me, friend := newIdentity(t), newIdentity(t)
	_, port, _ := net.SplitHostPort(listen(t, friendly(friend)).address)
	// Loopback is never reached by a proxy; what stands for it in this form would be.
	c, _, err := Dialer{Identity: me}.Dial(t.Context(), []string{net.JoinHostPort("0.0.0.0", port)}, friend.ID)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if n := proxy.called(); n != 0 {
		t.Errorf("the proxy was called %d times", n)
	}
}
