package door

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"testing"
	"time"
)

// tape is a connection whose other end has said all it has to say, and hears nothing.
type tape struct {
	net.Conn // nil: what isn't below is not used
	io.Reader
}

func (t *tape) Read(b []byte) (int, error)       { return t.Reader.Read(b) }
func (t *tape) Write(b []byte) (int, error)      { return len(b), nil }
func (t *tape) Close() error                     { return nil }
func (t *tape) SetDeadline(time.Time) error      { return nil }
func (t *tape) SetReadDeadline(time.Time) error  { return nil }
func (t *tape) SetWriteDeadline(time.Time) error { return nil }

// helloOf is what a client with these settings says first.
func helloOf(f *testing.F, config *tls.Config) []byte {
	f.Helper()
	ours, theirs := net.Pipe()
	defer theirs.Close()
	ended := make(chan struct{})
	go func() { defer close(ended); tls.Client(ours, config).Handshake() }()
	first := make([]byte, 16<<10)
	n, err := theirs.Read(first)
	if err != nil {
		f.Fatal(err)
	}
	theirs.Close()
	<-ended
	return first[:n]
}

// FuzzFirstBytes says that whatever comes first on a connection, nobody becomes a PC by it alone, and the door neither
// falls over nor reads much further than it must.
func FuzzFirstBytes(f *testing.F) {
	id := newIdentity(f)
	f.Add(helloOf(f, id.ClientConfig("")))
	f.Add(helloOf(f, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12}))
	f.Add(helloOf(f, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2", "http/1.1"}, ServerName: "a"}))
	f.Add([]byte(oldHello(0x0300)))
	f.Add([]byte(request))
	f.Add([]byte{firstTLS})
	f.Add([]byte{firstTLS, 3, 1, 0xff, 0xff, 1, 0xff, 0xff, 0xff})                                 // the longest of everything
	f.Add(append([]byte{firstTLS, 3, 1, 0, 0}, bytes.Repeat([]byte{firstTLS, 3, 1, 0, 0}, 40)...)) // records with nothing in them
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, first []byte) {
		for _, plain := range []bool{false, true} {
			asIs := func(c net.Conn, _ Caller) net.Conn { return c }
			l := &Listener{o: Options{Plain: func() bool { return plain }, Wrap: asIs}, config: id.ServerConfig()}
			in := bytes.NewReader(first)
			c := &Conn{Raw: &tape{Reader: in}}
			err := l.handshake(context.Background(), c)
			isTLS := len(first) > 0 && first[0] == firstTLS
			switch {
			case c.Caller.Peer != nil || c.Caller.TLS:
				t.Fatalf("came in as %+v without an answer to what the door said", c.Caller)
			case (err == nil) != (plain && len(first) > 0 && !isTLS):
				t.Fatalf("plain HTTP offered: %v, TLS: %v: %v", plain, isTLS, err)
			}
			if err != nil {
				continue
			}
			if all, err := io.ReadAll(c); err != nil || !bytes.Equal(all, first) {
				t.Fatalf("of %d bytes %d came through: %v", len(first), len(all), err)
			}
		}
	})
}
