package share

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// meter counts the bytes of a connection, both ways.
type meter struct {
	net.Conn
	n *atomic.Int64
}

func (m meter) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	m.n.Add(int64(n))
	return n, err
}

func (m meter) Write(p []byte) (int, error) {
	n, err := m.Conn.Write(p)
	m.n.Add(int64(n))
	return n, err
}

// metered is a client whose bytes are counted.
func metered(t testing.TB, c *Client) (*Client, *atomic.Int64) {
	t.Helper()
	n, transport := &atomic.Int64{}, c.HTTP.Transport.(*http.Transport).Clone()
	transport.DialTLSContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		config := transport.TLSClientConfig.Clone()
		config.ServerName = "127.0.0.1"
		return tls.Client(meter{conn, n}, config), nil
	}
	t.Cleanup(transport.CloseIdleConnections)
	return &Client{HTTP: &http.Client{Transport: transport}, Base: c.Base}, n
}

const boxSize = 24<<20 + 100*10_000 // of someFiles

// mover moves the folder "box" by a Get or a Put.
func mover(way string, p *pc, here string) (from, to string, move func(context.Context, *Client, Moving) error) {
	there, here := filepath.Join(p.dir, "box"), filepath.Join(here, "box")
	if way == "get" {
		return there, here, func(ctx context.Context, c *Client, m Moving) error {
			return c.Get(ctx, "docs", []string{"box"}, filepath.Dir(here), m, nil)
		}
	}
	return here, there, func(ctx context.Context, c *Client, m Moving) error {
		return c.Put(ctx, []string{here}, "docs", "", m, nil)
	}
}

// A transfer that is cut goes on from what is there: next to nothing comes twice, and nothing half stays afterwards.
func TestACutTransferGoesOn(t *testing.T) {
	for _, way := range []string{"get", "put"} {
		t.Run(way, func(t *testing.T) {
			p := newPC(t, everything)
			from, to, move := mover(way, p, t.TempDir())
			someFiles(t, from)
			m := Moving{ID: "one"}
			for range 2 { // 10 MB each
				cut := fate{read: 10 << 20}
				if way == "put" {
					cut = fate{written: 10 << 20}
				}
				if err := move(within(t, 30*time.Second), p.through(t, cut), m); err == nil {
					t.Fatal("it was not cut")
				}
				eventually(t, "what came is read to its end", func() bool {
					f := p.server.folders["docs"]
					f.mu.Lock()
					defer f.mu.Unlock()
					return len(f.uses) == 0
				})
				p.http.CloseClientConnections()
			}
			c, n := metered(t, p.Client)
			if err := move(within(t, 30*time.Second), c, m); err != nil {
				t.Fatal(err)
			}
			if most := int64(boxSize - 20<<20 + 14<<20); n.Load() > most { // and what was on its way, and a piece, each time
				t.Errorf("%d KiB came at last, want no more than %d", n.Load()>>10, most>>10)
			}
			if got, want := tree(t, to), tree(t, from); !slices.Equal(got, want) {
				t.Error("it is not what was sent")
			}
			noTemporaries(t, filepath.Dir(to))
		})
	}
}

// The receiving PC is killed at any moment, and comes back: the transfer goes on.
func TestAKilledReceiverGoesOn(t *testing.T) {
	if dir := os.Getenv("LANYARD_TEST_RECEIVER"); dir != "" {
		receiveUntilKilled(t, dir)
		return
	}
	base := t.TempDir()
	from := filepath.Join(base, "box")
	someFiles(t, from)
	shared := filepath.Join(base, "shared")
	if err := os.Mkdir(shared, 0o700); err != nil {
		t.Fatal(err)
	}
	for n := range 4 {
		child := exec.Command(os.Args[0], "-test.run=^TestAKilledReceiverGoesOn$")
		child.Env = append(os.Environ(), "LANYARD_TEST_RECEIVER="+shared)
		out, err := child.StdoutPipe()
		if err == nil {
			err = child.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		var address string
		if _, err := fmt.Fscanln(out, &address); err != nil {
			t.Fatal(err)
		}
		c, moved := metered(t, &Client{HTTP: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}, Base: address}) // #nosec G402 -- of this test
		put := make(chan error, 1)
		go func() { put <- c.Put(within(t, 30*time.Second), []string{from}, "docs", "", Moving{ID: "one"}, nil) }()
		if n < 3 {
			eventually(t, "bytes are on their way", func() bool { return moved.Load() > int64(n+1)<<20 || len(put) > 0 })
			_ = child.Process.Kill()
			if err := <-put; err == nil {
				t.Fatal("nobody noticed")
			}
		} else if err := <-put; err != nil {
			t.Fatal(err)
		}
		_ = child.Process.Kill()
		_ = child.Wait()
	}
	if got, want := tree(t, filepath.Join(shared, "box")), tree(t, from); !slices.Equal(got, want) {
		t.Error("it is not what was sent")
	}
	noTemporaries(t, shared)
}

func receiveUntilKilled(t *testing.T, dir string) {
	p := newPCIn(t, everything, dir)
	fmt.Println(p.Base)
	<-t.Context().Done()
}

// What is here under another name is not sent again.
func TestAContentIsNotSentTwice(t *testing.T) {
	for _, way := range []string{"get", "put"} {
		t.Run(way, func(t *testing.T) {
			p := newPC(t, everything)
			from, to, move := mover(way, p, t.TempDir())
			someFiles(t, from)
			if err := os.CopyFS(filepath.Join(filepath.Dir(to), "of yesterday"), os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
			known := atomic.Int64{}
			c, n := metered(t, p.Client)
			err := move(within(t, 30*time.Second), c, Moving{Done: func(r Result) {
				if r.How == Known && r.Hash != (Hash{}) {
					known.Add(1)
				}
			}})
			if err != nil || n.Load() > 1<<20 || known.Load() != 101 {
				t.Errorf("%v, %d bytes, %d files known", err, n.Load(), known.Load())
			}
			if !slices.Equal(tree(t, to), tree(t, from)) {
				t.Error("it is not what was sent")
			}
			again, n := metered(t, p.Client)
			if err := move(within(t, 30*time.Second), again, Moving{}); err != nil || n.Load() > 64<<10 {
				t.Errorf("the second time: %v, %d bytes", err, n.Load())
			}
		})
	}
}

// What half stands is removed when it is given up, and only by who has it.
func TestAHalfIsItsOwners(t *testing.T) {
	dir := memory(t)
	who := "a"
	s := NewServer(Options{Allow: everything, Who: func(*http.Request) string { return who }})
	defer s.Close()
	if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
		t.Fatal(err)
	}
	web := httptest.NewTLSServer(s)
	defer web.Close()
	p := &pc{Client: &Client{HTTP: web.Client(), Base: web.URL}, dir: dir}
	from := filepath.Join(t.TempDir(), "large")
	fill(t, from, 24<<20)
	m := Moving{ID: "one"}
	if err := p.through(t, fate{written: 12 << 20}).Put(within(t, 20*time.Second), []string{from}, "docs", "", m, nil); err == nil {
		t.Fatal("it was not cut")
	}
	eventually(t, "a half stands", func() bool { return len(tree(t, dir)) == 2 })
	who = "b"
	if err := p.Abandon(t.Context(), "docs", "", "one"); err != nil || len(tree(t, dir)) != 2 {
		t.Errorf("another has removed it: %v, %.100q", err, tree(t, dir))
	}
	body, err := asking(query{ID: "one"}, func(e *encoder) error {
		info, _ := os.Stat(from)
		return e.header(frameItem, header{Path: "large", Size: info.Size(), Modified: sane(info.ModTime())})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, who = range []string{"b", "a"} {
		has := receiverHas{}
		answer, err := p.stream(t.Context(), "contents", "docs", body)
		if err != nil {
			t.Fatal(err)
		}
		dec, err := newDecoder(answer.Body)
		if err == nil {
			err = dec.receiverSays(&has, nil)
		}
		answer.Body.Close()
		if err != nil || (len(has.parts) == 1) != (who == "a") {
			t.Errorf("%s is told of %d halves, %v", who, len(has.parts), err)
		}
	}
	if err := p.Abandon(t.Context(), "docs", "", "one"); err != nil || len(tree(t, dir)) != 0 {
		t.Errorf("it is still there: %v, %.100q", err, tree(t, dir))
	}
}

// A sender that lies of what there is gets nothing for it.
func TestT11LiesOfHalvesAndContents(t *testing.T) {
	number := func(n byte) string { return "\x00\x00\x00\x00\x00\x00\x00" + string(n) }
	large := fmt.Sprintf(`{"path":"asked/x","size":%d}`, pieceSize+9)
	bomb := packing().EncodeAll(make([]byte, 8<<20), nil)
	for name, stream := range map[string][]byte{
		"goes on with nothing":     frame(frame(nil, 'F', large), 'G', number(9)),
		"goes on beyond the end":   frame(frame(nil, 'F', large), 'G', "\x00\x00\x00\x00\x7f\xff\xff\xff"),
		"goes on in the middle":    frame(frame(frame(nil, 'F', large), 'C', "x"), 'G', number(1)),
		"a hole beyond the end":    frame(frame(nil, 'F', large), 'O', "\x7f\xff\xff\xff\xff\xff\xff\xff"),
		"a hole of nothing":        frame(frame(nil, 'F', large), 'O', number(0)),
		"a hole in a small file":   frame(frame(nil, 'F', `{"path":"asked/x","size":9}`), 'O', number(9)),
		"a bomb":                   frame(frame(nil, 'F', `{"path":"asked/x","size":8388608}`), 'Y', string(bomb)),
		"packed nonsense":          frame(frame(nil, 'F', large), 'Y', "nonsense"),
		"a content that isn't":     frame(nil, 'L', sumOf("x")+"\x00\x00"+string(header{Path: "asked/x", Size: 1}.append(nil))),
		"a content that is out":    frame(nil, 'L', sumOf("SECRET")+"\x00\x09"+"../victim"+string(header{Path: "asked/x", Size: 6}.append(nil))),
		"a content that is hidden": frame(nil, 'L', sumOf("SECRET")+"\x00\x07"+".hidden"+string(header{Path: "asked/x", Size: 6}.append(nil))),
		"a content by a link":      frame(nil, 'L', sumOf("SECRET")+"\x00\x07"+"outfile"+string(header{Path: "asked/x", Size: 6}.append(nil))),
		"again what didn't begin":  frame(nil, 'A', ""),
	} {
		for _, put := range []bool{true, false} {
			s := newScene(t)
			stream := frame(append([]byte(magic), stream...), 'Z', "")
			before := allocated()
			if put {
				s.server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/v1/put/docs/?id=one", bytes.NewReader(stream)))
			} else if err := answering(stream).Get(within(t, 10*time.Second), "docs", []string{"asked"}, t.TempDir(), Moving{ID: "one"}, nil); err == nil {
				t.Errorf("%s: no error", name)
			}
			if took := allocated() - before; took > 32<<20 {
				t.Errorf("%s: took %d MiB", name, took>>20)
			}
			for _, line := range tree(t, s.dir) {
				if strings.HasPrefix(line, "asked/x") {
					t.Errorf("%s, put %v: there is %.60q", name, put, line)
				}
			}
			if put {
				_ = s.Abandon(t.Context(), "docs", "", "one")
			}
			s.check(t, name)
		}
	}
}
