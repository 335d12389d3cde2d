package share

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/share/bin"
)

// A file that can't be taken is refused before its content has been read: who sends a film to a full disk, or to a PC that
// has stopped it, is told at once, and not when all of it has gone over the cable.
func TestRefusalComesBeforeTheContent(t *testing.T) {
	const size = 8 << 20
	var stream bytes.Buffer
	enc := newEncoder(&stream)
	h := header{Path: "large", Size: size, Modified: time.Unix(1_600_000_000, 0)}
	if err := enc.header(frameFile, h); err != nil {
		t.Fatal(err)
	}
	for range size / pieceSize {
		_ = enc.frame(frameContent, make([]byte, pieceSize))
	}
	_ = enc.frame(frameEnd, make([]byte, hashSize))
	if err := enc.last(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		dir     func() string
		stopped []bin.Stop
		want    Code
	}{
		"a full disk": {dir: func() string { return disk(t, "size=2m") }, want: Full},
		"stopped":     {dir: t.TempDir, stopped: []bin.Stop{{Who: "virus"}}, want: Braked},
	} {
		t.Run(name, func(t *testing.T) {
			dir := c.dir()
			write(t, filepath.Join(dir, "large"), "old")
			s := NewServer(Options{Allow: everything, Who: func(*http.Request) string { return "virus" }})
			defer s.Close()
			if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
				t.Fatal(err)
			}
			s.SetStopped(c.stopped)
			body := bytes.NewReader(stream.Bytes())
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", struct{ io.Reader }{body}))
			if n := stream.Len() - body.Len(); n > 1<<20 {
				t.Errorf("%d bytes were read", n)
			}
			if !bytes.Contains(w.Body.Bytes(), []byte(c.want)) {
				t.Errorf("answer %d %q, want %q", w.Code, w.Body, c.want)
			}
			if now := read(t, filepath.Join(dir, "large")); now != "old" {
				t.Errorf("there is %.20q", now)
			}
		})
	}
}

// A hole costs its sender nothing, and the receiver time: that ends with the request.
func TestAHoleEndsWithItsRequest(t *testing.T) {
	const size = 1 << 40
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ctx, cancel := context.WithCancel(t.Context())
	w := newFileWriter(ctx, f, nil)
	w.pieces <- filePiece{hole: size}
	cancel()
	if _, err := w.close(); err != context.Canceled {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}
