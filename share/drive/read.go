package drive

import (
	"bufio"
	"context"
	"errors"
	"io"
	"time"
)

// How a file is read.
const (
	readAhead = 256 << 10        // bytes that are had at a time, and that are read and thrown away rather than ask anew
	readWait  = 20 * time.Second // for the next of them: who opened it must not hang when the other PC is gone
)

// remote is an open file of another PC.
type remote struct {
	open func(ctx context.Context, from int64) (io.ReadCloser, error)
	ctx  context.Context // of the one request that reads it
	size int64
	at   int64 // that is to be read next

	body   io.ReadCloser
	ahead  *bufio.Reader // of body
	bodyAt int64
	cancel context.CancelFunc
	watch  *time.Timer // calls cancel
}

// Open implements dav.FileSystem. A file that changes while it is open gives an error, never a mixture.
func (d *Drive) Open(ctx context.Context, p string) (io.ReadSeekCloser, error) {
	c, at, err := d.reach(p)
	if err != nil {
		return nil, err
	}
	e, err := d.Stat(ctx, p)
	if err != nil {
		return nil, err
	}
	if e.Folder {
		return nil, notFound
	}
	return &remote{ctx: ctx, size: e.Size, open: func(ctx context.Context, from int64) (io.ReadCloser, error) {
		body, err := c.Content(ctx, at.folder, at.path, from, e.Tag())
		if err != nil {
			d.forget(at) // what is known of it is wrong by now
		}
		return body, err
	}}, nil
}

// Seek implements io.Seeker.
func (f *remote) Seek(to int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		to += f.at
	case io.SeekEnd:
		to += f.size
	}
	if to < 0 {
		return 0, errors.New("seek before the beginning")
	}
	f.at = to
	return to, nil
}

// Read implements io.Reader.
func (f *remote) Read(p []byte) (int, error) {
	if f.at >= f.size {
		return 0, io.EOF
	}
	if err := f.reach(); err != nil {
		return 0, lost(err)
	}
	f.watch.Reset(readWait)
	n, err := f.ahead.Read(p[:min(int64(len(p)), f.size-f.at)])
	f.watch.Stop()
	f.at += int64(n)
	f.bodyAt = f.at
	if err == io.EOF && f.at < f.size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && err != io.EOF {
		f.end()
		return n, lost(err)
	}
	return n, nil
}

// reach has the body stand where is to be read.
func (f *remote) reach() error {
	if f.body != nil && f.at >= f.bodyAt && f.at-f.bodyAt <= readAhead {
		f.watch.Reset(readWait)
		n, err := f.ahead.Discard(int(f.at - f.bodyAt))
		f.watch.Stop()
		if f.bodyAt += int64(n); err == nil {
			return nil
		}
	}
	f.end()
	ctx, cancel := context.WithCancel(f.ctx)
	f.cancel = cancel
	f.watch = time.AfterFunc(readWait, cancel)
	body, err := f.open(ctx, f.at)
	f.watch.Stop()
	if err != nil {
		cancel()
		return err
	}
	f.body, f.bodyAt = body, f.at
	f.ahead = bufio.NewReaderSize(body, readAhead)
	return nil
}

func (f *remote) end() {
	if f.body != nil {
		f.watch.Stop()
		f.cancel()
		f.body.Close()
		f.body = nil
	}
}

// Close implements io.Closer.
func (f *remote) Close() error {
	f.end()
	return nil
}
