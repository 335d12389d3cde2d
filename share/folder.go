package share

import (
	"context"
	"io/fs"
	"os"
	"sync"
	"time"

	"lanyard/share/bin"
)

// cleanUp is how long requests on a folder that is no longer shared have to remove what they left half-written. It takes
// them a moment; a disk that hangs must not hang the owner too.
const cleanUp = 3 * time.Second

// folder is a shared folder, open.
type folder struct {
	Folder
	deeds *deeds

	mu     sync.Mutex
	root   *os.Root // nil while it can't be opened; mu guards the below
	err    error
	closed bool                        // no longer shared
	uses   map[*int]context.CancelFunc // requests that run
	idle   chan struct{}               // closed once there are none
	bin    *bin.Bin                    // of root
	disk   int64                       // bytes of the disk, as it was last looked at
	looked time.Time
}

// open returns the folder's root. A disk that was pulled and is back has the folder anew.
func (f *folder) open() (*os.Root, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, errNotFound
	}
	if f.root != nil && f.presentLocked() {
		f.err = nil
		return f.root, nil
	}
	if f.root != nil {
		f.closeBinLocked()
		f.root.Close()
	}
	if f.root, f.err = os.OpenRoot(f.Dir); f.err != nil {
		f.root = nil
		return nil, &Error{Code: Gone, Text: "the shared folder can't be opened now"}
	}
	return f.root, nil
}

// presentLocked tells whether the open root is what is at the folder's path now.
func (f *folder) presentLocked() bool {
	var here fs.FileInfo
	there, err := os.Stat(f.Dir)
	if err == nil {
		here, err = f.root.Stat(".")
	}
	return err == nil && os.SameFile(here, there)
}

// use returns a context for a request, which ends with the sharing of the folder; done says that the request has ended.
func (f *folder) use(ctx context.Context) (_ context.Context, done func()) {
	ctx, cancel := context.WithCancel(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		cancel()
		return ctx, cancel
	}
	if f.uses == nil {
		f.uses = map[*int]context.CancelFunc{}
	}
	key := new(int)
	f.uses[key] = cancel
	return ctx, func() {
		cancel()
		f.mu.Lock()
		defer f.mu.Unlock()
		if delete(f.uses, key); f.closed && len(f.uses) == 0 {
			close(f.idle)
		}
	}
}

// close ends the sharing: it breaks off what runs, and returns when that has cleaned up behind itself.
func (f *folder) close() {
	f.mu.Lock()
	f.closed, f.idle = true, make(chan struct{})
	for _, cancel := range f.uses {
		cancel()
	}
	if len(f.uses) == 0 {
		close(f.idle)
	}
	f.mu.Unlock()
	select {
	case <-f.idle:
	case <-time.After(cleanUp):
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closeBinLocked()
	if f.root != nil {
		f.root.Close()
		f.root, f.err = nil, nil
	}
}
