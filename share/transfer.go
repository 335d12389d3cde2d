package share

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync"
)

// maxHave is how many files that are here already a Get tells of; what is beyond comes anew.
const maxHave = 50_000

var errEnough = errors.New("enough")

// Get fetches files and whole folders into the local folder dest; one alone gets the name dest when that is no folder.
// A file that is there already, of the same size and time, stays; any other is replaced, once the new one is complete.
// Single files that fail don't stop the rest: they are in p, and the error tells how many and of the first. p may be nil.
// Files of a batch with names that are Risky stay where they are and are in p too; see GetHeld. A single file that is asked
// for by its own path is no batch.
func (c *Client) Get(ctx context.Context, folder string, paths []string, dest string, m Moving, p *Progress) error {
	if p == nil {
		p = NewProgress()
	}
	wanted, dest, err := destination(folder, paths, dest)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dest)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := c.get(ctx, folder, paths, &receiver{root: root, mode: replace, wanted: wanted, hold: true, p: p}); err != nil {
		return err
	}
	return p.result()
}

// get asks for files and has r write them.
func (c *Client) get(ctx context.Context, folder string, paths []string, r *receiver) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r.have = present(ctx, r.root, r.wanted)
	answer, err := c.post(ctx, "get", folder, getRequest{paths, r.have})
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	dec, err := newDecoder(answer.Body)
	if err != nil {
		return err
	}
	return r.run(ctx, dec)
}

// destination finds the local folder for a Get, and the names that files get in it.
func destination(folder string, paths []string, dest string) (map[string]want, string, error) {
	wanted := make(map[string]want, len(paths))
	for _, p := range paths {
		if err := checkPath(p, anySystem); err != nil {
			return nil, "", err
		}
		name := baseName(p, folder)
		if _, twice := wanted[name]; twice {
			return nil, "", &Error{Code: Invalid, Text: "two of the files have the same name", Path: p}
		}
		wanted[name] = want{name, p}
	}
	if info, err := os.Stat(dest); err == nil && info.IsDir() {
		return wanted, dest, nil
	}
	if len(paths) != 1 {
		return nil, "", fmt.Errorf("get files: %s is no folder", dest)
	}
	for name := range wanted {
		wanted[name] = want{filepath.Base(dest), paths[0]}
	}
	return wanted, filepath.Dir(dest), nil
}

// present tells which of the wanted files are here already.
func present(ctx context.Context, root *os.Root, wanted map[string]want) map[string]stamp {
	have := map[string]stamp{}
	w := walker{each: func(i *item) error {
		if i.err == nil && !i.dir {
			have[i.as] = stamp{i.Size, i.Modified}
		}
		if len(have) == maxHave {
			return errEnough
		}
		return ctx.Err()
	}}
	for name, as := range wanted {
		if w.walk(source{root: root, path: as.local, as: name}) != nil {
			break
		}
	}
	return have
}

// Put sends local files and whole folders into a folder of the other PC. What is there already is replaced, once the new
// file is complete; where this PC may only add, both are kept. Failures of single files are told as by Get.
func (c *Client) Put(ctx context.Context, files []string, folder, path string, m Moving, p *Progress) error {
	if p == nil {
		p = NewProgress()
	}
	to, err := target("put", folder, path)
	if err != nil {
		return err
	}
	sources, err := openSources(files)
	defer closeSources(sources)
	if err != nil {
		return err
	}
	u := newUpload(ctx, func(ctx context.Context, w io.Writer) error {
		return (&sender{sources: sources, p: p}).run(ctx, w)
	})
	defer u.end()
	var result putResult
	err = c.upload(u, to, &result)
	u.end() // before p is settled
	p.settle(result)
	if err != nil {
		return err
	}
	return p.result()
}

func (c *Client) upload(u *upload, to string, result *putResult) error {
	r, err := http.NewRequestWithContext(u.ctx, http.MethodPost, c.Base+to, u.body())
	if err != nil {
		return err
	}
	r.GetBody = func() (io.ReadCloser, error) { return u.body(), nil }
	r.Header.Set("Content-Type", streamType)
	answer, err := c.HTTP.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return refusal(answer, result)
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(result); err != nil {
		return fmt.Errorf("read the answer: %w", short(err))
	}
	return nil
}

// openSources opens the folders that local files are in. A file that can't be had is noted in its source.
func openSources(files []string) ([]source, error) {
	var sources []source
	names, roots := map[string]bool{}, map[string]*os.Root{} // one for all files of a folder
	for _, f := range files {
		name := filepath.Base(f)
		if names[name] {
			return sources, &Error{Code: Invalid, Text: "two of the files have the same name", Path: name}
		}
		names[name] = true
		s := openSource(source{path: name, as: clean(name)}, f, roots)
		if s.err == nil {
			s.as, s.err = goesAs(s.root, name)
		}
		sources = append(sources, s)
	}
	if len(sources) == 0 {
		return nil, &Error{Code: Invalid, Text: "there is nothing to send"}
	}
	return sources, nil
}

// goesAs is the name on the wire of a local file that a person has named.
func goesAs(root *os.Root, name string) (string, error) {
	if hidden(name) {
		return name, &Error{Code: Invalid, Text: "hidden files are not shared"}
	}
	as, ok := spellingOf(root).wire(name)
	if !ok {
		return clean(name), errUntold
	}
	return as, nil
}

// openSource opens a file's folder: the one that the file is in, where a person named a link to it.
func openSource(s source, file string, roots map[string]*os.Root) source {
	if file, s.err = filepath.EvalSymlinks(file); s.err != nil {
		return s
	}
	dir := filepath.Dir(file)
	s.path = filepath.Base(file)
	if s.root = roots[dir]; s.root == nil {
		s.root, s.err = os.OpenRoot(dir)
		roots[dir] = s.root
	}
	return s
}

func closeSources(sources []source) {
	for _, s := range sources {
		if s.root != nil {
			_ = s.root.Close() // more than once, where files share it
		}
	}
}

// upload is the body of a request, written by a function while it is sent.
type upload struct {
	ctx    context.Context // of the one request that it is the body of
	cancel context.CancelFunc
	write  func(context.Context, io.Writer) error

	mu      sync.Mutex
	ended   bool // mu guards it
	running sync.WaitGroup
}

func newUpload(ctx context.Context, write func(context.Context, io.Writer) error) *upload {
	u := &upload{write: write}
	u.ctx, u.cancel = context.WithCancel(ctx)
	return u
}

// begin notes that something runs, which end waits for.
func (u *upload) begin() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.ended {
		u.running.Add(1)
	}
	return !u.ended
}

// end stops the writing, and returns when it has stopped.
func (u *upload) end() {
	u.cancel()
	u.mu.Lock()
	u.ended = true
	u.mu.Unlock()
	u.running.Wait()
}

func (u *upload) body() io.ReadCloser { return &uploadBody{u: u} }

// uploadBody is one try to send an upload. net/http has it write by itself, which spares a copy; whoever wraps it can read.
type uploadBody struct {
	u    *upload
	once sync.Once
	pipe *io.PipeReader
}

// WriteTo writes the whole body.
func (b *uploadBody) WriteTo(w io.Writer) (int64, error) {
	if !b.u.begin() {
		return 0, context.Canceled
	}
	defer b.u.running.Done()
	return 0, b.u.write(b.u.ctx, w)
}

// Read reads what is written.
func (b *uploadBody) Read(p []byte) (int, error) {
	b.once.Do(b.open)
	if b.pipe == nil {
		return 0, io.ErrClosedPipe
	}
	return b.pipe.Read(p)
}

func (b *uploadBody) open() {
	r, w := io.Pipe()
	b.pipe = r
	if !b.u.begin() {
		w.CloseWithError(context.Canceled)
		return
	}
	go func() { // waited for by end
		defer b.u.running.Done()
		w.CloseWithError(b.u.write(b.u.ctx, w))
	}()
}

// Close makes writing fail.
func (b *uploadBody) Close() error {
	b.once.Do(func() {}) // nothing begins any more
	if b.pipe == nil {
		return nil
	}
	return b.pipe.Close()
}
