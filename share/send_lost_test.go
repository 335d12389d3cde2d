package share

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// givenUp is a way to another PC that can be given up, as one is when that PC is lost.
type givenUp struct{ lost <-chan struct{} }

// RoundTrip implements http.RoundTripper.
func (g givenUp) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	go func() {
		defer cancel()
		select {
		case <-g.lost:
		case <-r.Context().Done():
		}
	}()
	return http.DefaultTransport.RoundTrip(r.WithContext(ctx))
}

// A put ends soon when its connection ends while the receiver, which has all of it, has not said anything yet.
func TestAPutWhoseConnectionEndsWhileItWaits(t *testing.T) {
	files := NewServer(Options{Allow: func(*http.Request, string, Verb) bool { return true }})
	t.Cleanup(func() { files.Close() })
	if err := files.SetFolders([]Folder{{Name: "Plans", Dir: t.TempDir()}}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.txt")
	if err := os.WriteFile(file, []byte("plan"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []string{"it breaks", "it is given up"} {
		t.Run(c, func(t *testing.T) {
			lost, over := make(chan struct{}), make(chan struct{})
			lose := sync.OnceFunc(func() { close(lost) }) // late bytes start the clock once more
			var server *httptest.Server
			server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !strings.HasPrefix(r.URL.Path, "/v1/put/") {
					files.ServeHTTP(w, r)
					return
				}
				quiet := time.AfterFunc(time.Minute, func() { // what there is has come
					if c == "it breaks" {
						server.CloseClientConnections()
					} else {
						lose()
					}
				})
				for n, err, b := 0, error(nil), make([]byte, 1024); err == nil; n, err = r.Body.Read(b) {
					if n > 0 {
						quiet.Reset(200 * time.Millisecond)
					}
				}
				<-over
			}))
			defer server.Close()
			defer close(over)
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			client := &Client{Base: server.URL, HTTP: &http.Client{Transport: givenUp{lost}}}
			err := client.Put(ctx, []string{file}, "Plans", "", Moving{}, nil)
			if err == nil || errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
				t.Errorf("the put ended with %v, %v", err, ctx.Err())
			}
		})
	}
}
