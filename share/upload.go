package share

import (
	"context"
	"io"
	"sync"
)

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
