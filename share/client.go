package share

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

const (
	maxEntries = 2_000_000 // of one folder: a listing that never ends must
	maxAnswer  = 1 << 20   // bytes of an error or a put's result
)

// Client uses the shared folders of one other PC.
type Client struct {
	HTTP *http.Client // authenticated: it reaches that PC and no other
	Base string       // URL without a path
}

func absolute(dir string) bool { return filepath.IsAbs(dir) }

// do makes a request and returns the answer of a success.
func (c *Client) do(ctx context.Context, method, route, folder, path string, body io.Reader) (*http.Response, error) {
	if err := CheckPath(path); err != nil {
		return nil, err
	}
	u := c.Base + "/v1/" + route + "/" + url.PathEscape(folder)
	if path != "" || route != "get" && route != "move" {
		u += "/"
		for i, name := range strings.Split(path, "/") {
			if i > 0 {
				u += "/"
			}
			u += url.PathEscape(name)
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, u, body)
	if err != nil {
		return nil, err
	}
	if s, ok := body.(*streamBody); ok {
		r.ContentLength = -1
		r.Header.Set("Content-Type", "application/vnd.lanyard.stream")
		_ = s
	}
	answer, err := c.HTTP.Do(r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode/100 == 2 {
		return answer, nil
	}
	defer answer.Body.Close()
	e := &Error{}
	data, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if json.Unmarshal(data, e) != nil || e.Code == "" {
		e = &Error{Code: Failed, Text: "the other PC answered " + answer.Status}
		if answer.StatusCode == http.StatusNotFound {
			e = errNotFound
		}
	}
	return nil, e
}

// simple makes a request whose answer says nothing more.
func (c *Client) simple(ctx context.Context, method, route, folder, path string, v any) error {
	var body io.Reader
	if v != nil {
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	answer, err := c.do(ctx, method, route, folder, path, body)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// List returns what is in a folder: folders first, then by name.
func (c *Client) List(ctx context.Context, folder, path string) ([]Entry, error) {
	answer, err := c.do(ctx, http.MethodGet, "list", folder, path, nil)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	list := []Entry{}
	for dec := json.NewDecoder(answer.Body); ; {
		var e Entry
		if err := dec.Decode(&e); err != nil {
			return nil, fmt.Errorf("read list: %w", short(err))
		}
		if e.Name == "" { // the end
			sortEntries(list)
			return list, nil
		}
		if !visible(e.Name) {
			continue // a name that could do harm here, from a PC that should not send it
		}
		if list = append(list, e); len(list) > maxEntries {
			return nil, fmt.Errorf("read list: more than %d entries", maxEntries)
		}
	}
}

// Mkdir makes a folder.
func (c *Client) Mkdir(ctx context.Context, folder, path string) error {
	return c.simple(ctx, http.MethodPost, "mkdir", folder, path, nil)
}

// Rename renames or moves within one shared folder.
func (c *Client) Rename(ctx context.Context, folder, from, to string) error {
	return c.simple(ctx, http.MethodPost, "move", folder, "", moveRequest{from, to})
}

// Remove removes a file, or a folder with all that is in it.
func (c *Client) Remove(ctx context.Context, folder, path string) error {
	return c.simple(ctx, http.MethodDelete, "files", folder, path, nil)
}

// Get fetches files and whole folders into the local folder dest, or, when there is one and dest is no folder, to dest.
// What is there already is replaced, each file once the new one is complete. Single files that fail don't stop the rest:
// they are in p, and the error tells of the first.
func (c *Client) Get(ctx context.Context, folder string, paths []string, dest string, p *Progress) error {
	rename := map[string]string{}
	if info, err := os.Stat(dest); err != nil || !info.IsDir() {
		if len(paths) != 1 {
			return fmt.Errorf("get: %s is no folder", dest)
		}
		if badName(filepath.Base(dest)) != "" {
			return &Error{Code: Invalid, Text: badName(filepath.Base(dest)), Path: filepath.Base(dest)}
		}
		rename[baseName(paths[0], folder)] = filepath.Base(dest)
		dest = filepath.Dir(dest)
	}
	root, err := os.OpenRoot(dest)
	if err != nil {
		return err
	}
	defer root.Close()
	b, err := json.Marshal(getRequest{paths})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answer, err := c.do(ctx, http.MethodPost, "get", folder, "", bytes.NewReader(b))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	dec, err := newDecoder(answer.Body)
	if err != nil {
		return err
	}
	if err := receive(ctx, dec, &receiver{root: root, dir: "", rename: rename, mode: replace, p: p}); err != nil {
		return err
	}
	return p.result()
}

// Put sends local files and whole folders into a folder of the other PC.
func (c *Client) Put(ctx context.Context, files []string, folder, path string, p *Progress) error {
	var sources []source
	for _, f := range files {
		root, err := os.OpenRoot(filepath.Dir(f))
		if err != nil {
			return err
		}
		defer root.Close()
		name := filepath.Base(f)
		if reason := badName(name); reason != "" {
			return &Error{Code: Invalid, Text: reason, Path: name}
		}
		sources = append(sources, source{root, name, name})
	}
	body := &streamBody{done: make(chan struct{}), write: func(ctx context.Context, w io.Writer) error { return send(ctx, w, sources, p) }}
	body.ctx, body.cancel = context.WithCancel(ctx)
	answer, err := c.do(ctx, http.MethodPost, "put", folder, path, body)
	body.Close()
	body.wait()
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var result putResult
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(&result); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	p.merge(result)
	return p.result()
}

// merge takes over what the receiver says: only its word counts for what is done.
func (p *Progress) merge(r putResult) {
	p.files.Store(int64(r.Files))
	known := p.Failed()
	if r.Failed > known {
		for _, e := range r.Errors {
			if e != nil {
				p.fail(e)
			}
		}
		p.failed.Store(int64(r.Failed))
	}
}

// result is nil when all went well.
func (p *Progress) result() error {
	n := p.Failed()
	if n == 0 {
		return nil
	}
	errs := p.Errors()
	if len(errs) == 0 {
		return fmt.Errorf("%d files failed", n)
	}
	if n == 1 {
		return errs[0]
	}
	e := *errs[0]
	e.Text = fmt.Sprintf("%s; %d files failed in all", e.Text, n)
	return &e
}

// streamBody is a request's body that is written, not read, which spares a copy and a goroutine.
type streamBody struct {
	ctx    context.Context // of the one request that it is the body of
	cancel context.CancelFunc
	write  func(context.Context, io.Writer) error
	mu     sync.Mutex
	begun  bool
	done   chan struct{}
}

// WriteTo is what net/http calls.
func (b *streamBody) WriteTo(w io.Writer) (int64, error) {
	b.mu.Lock()
	again := b.begun
	b.begun = true
	b.mu.Unlock()
	if again {
		return 0, errors.New("send stream: begun already")
	}
	defer close(b.done)
	return 0, b.write(b.ctx, w)
}

// Read is never called where WriteTo is.
func (b *streamBody) Read([]byte) (int, error) { return 0, errors.New("send stream: not readable") }

// Close ends the writing.
func (b *streamBody) Close() error {
	b.cancel()
	return nil
}

// wait returns when nothing is written any more.
func (b *streamBody) wait() {
	b.mu.Lock()
	begun := b.begun
	b.begun = true // not any more
	b.mu.Unlock()
	if begun {
		<-b.done
	}
}
