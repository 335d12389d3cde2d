package node

import (
	"context"
	"io"
	"sync"

	"lanyard/app/node/gate"
)

// Open implements Service.
func (n *Node) Open(ctx context.Context, l Location) (io.ReadCloser, error) {
	if l.Folder == "" || l.Path == "" {
		return nil, problem(Invalid, "name a file in it: PC:SHARE/PATH", "only a file can be opened")
	}
	id, folder, c, err := n.at(l)
	if err != nil {
		return nil, err
	}
	if err := n.checkRight(ctx, id, folder, gate.Read); err != nil {
		return nil, err
	}
	ctx, done := n.use(ctx, id)
	content, err := c.Content(ctx, folder, l.Path, 0, "")
	problem := func(err error) error { return n.fileProblem(ctx, id, Location{Folder: folder, Path: l.Path}, err) }
	if err != nil {
		err = problem(err)
		done()
		return nil, err
	}
	return &openFile{content: content, problem: problem, done: sync.OnceFunc(done)}, nil
}

// openFile is the content of a file on its way. Its connection can't be used for anything else before its end: closed
// early, it is given up, and the PC at its other end notices that.
type openFile struct {
	content io.ReadCloser
	problem func(error) error // puts what went wrong in words
	done    func()            // ends the use of the PC
}

// Read implements io.Reader.
func (f *openFile) Read(p []byte) (int, error) {
	n, err := f.content.Read(p)
	if err != nil && err != io.EOF {
		err = f.problem(err)
	}
	return n, err
}

// Close implements io.Closer. It may be called while a Read waits, which then fails.
func (f *openFile) Close() error {
	f.done()
	return f.content.Close()
}
