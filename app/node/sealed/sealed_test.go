package sealed

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// counted counts the writes of a connection, and fails them when it is told to.
type counted struct {
	net.Conn
	writes atomic.Int64
	broken atomic.Bool
}

var errBroken = errors.New("broken")

func (c *counted) Write(p []byte) (int, error) {
	if c.writes.Add(1); c.broken.Load() {
		return 0, errBroken
	}
	return c.Conn.Write(p)
}

// pair returns both ends of a connection on loopback, and what the server's is over.
func pair(t *testing.T) (server, client *Conn, over *counted) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	raw, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	client = Client(raw, &tls.Config{InsecureSkipVerify: true})
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	over = &counted{Conn: accepted}
	server = Server(over, &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: private}}, DynamicRecordSizingDisabled: true,
	})
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := server.Handshake(); err != nil {
			t.Error(err)
		}
	})
	if err := client.Handshake(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	t.Cleanup(func() { server.Close(); client.Close() })
	return server, client, over
}

// What is written arrives, whatever its size, and a large write costs few of the connection below.
func TestManyRecordsInFewWrites(t *testing.T) {
	server, client, over := pair(t)
	var wg sync.WaitGroup
	defer wg.Wait()
	got := make(chan []byte)
	wg.Go(func() {
		all, err := io.ReadAll(client)
		if err != nil {
			t.Error(err)
		}
		got <- all
	})
	var want bytes.Buffer
	for _, size := range []int{1, record, record + 1, 3*record - 7, 128 << 10, batch, 1 << 20, 5, 0} {
		p := make([]byte, size)
		_, _ = rand.Read(p)
		want.Write(p)
		before := over.writes.Load()
		if n, err := server.Write(p); n != size || err != nil {
			t.Fatalf("%d bytes: %d, %v", size, n, err)
		}
		if writes, most := over.writes.Load()-before, int64(size/batch+2); writes > most {
			t.Errorf("%d bytes took %d writes, want %d at most", size, writes, most)
		}
	}
	if err := server.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(<-got, want.Bytes()) {
		t.Error("something else arrived")
	}
}

// Several may write at once: each write arrives as a whole.
func TestWritesAtOnce(t *testing.T) {
	server, client, _ := pair(t)
	const writers, rounds, size = 4, 20, 100 << 10
	var wg sync.WaitGroup
	for k := range writers {
		wg.Go(func() {
			for range rounds {
				if _, err := server.Write(bytes.Repeat([]byte{byte(k)}, size)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	counts := [writers]int{}
	buf := make([]byte, size)
	for range writers * rounds {
		if _, err := io.ReadFull(client, buf); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(buf, bytes.Repeat(buf[:1], size)) {
			t.Fatal("two writes are mixed")
		}
		counts[buf[0]]++
	}
	wg.Wait()
	for k, n := range counts {
		if n != rounds {
			t.Errorf("%d writes of %d arrived", n, k)
		}
	}
}

// A write that the connection below refuses fails, and so do those after it.
func TestAFailureIsTold(t *testing.T) {
	server, _, over := pair(t)
	over.broken.Store(true)
	if _, err := server.Write(make([]byte, 64<<10)); !errors.Is(err, errBroken) {
		t.Errorf("a large write: %v", err)
	}
	over.broken.Store(false)
	if _, err := server.Write([]byte("x")); !errors.Is(err, errBroken) {
		t.Errorf("after it: %v", err)
	}
}
