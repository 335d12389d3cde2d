package share

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"lanyard/share/bin"
)

// cleanUp is how long requests on a folder that is no longer shared have to remove what they left half-written. It takes
// them a moment; a disk that hangs must not hang the owner too.
const cleanUp = 3 * time.Second

// restAfter is how long nobody uses a folder before its disk is let go, which can be taken out then. The requests of somebody
// who looks around follow one another faster, and who wants to pull a stick takes longer than that to do it.
const restAfter = 5 * time.Second

var errNoDisk = &Error{Code: Gone, Text: "the disk of the shared folder is not there"}

// folder is a shared folder, open.
type folder struct {
	Folder
	deeds *deeds

	mu     sync.Mutex
	root   *os.Root    // nil while nobody uses it, or it can't be opened; mu guards the below, and Mount
	last   fs.FileInfo // what it was when it was let go; nil while bin may be in use
	err    error
	closed bool                        // no longer shared
	uses   map[*int]context.CancelFunc // requests that run
	idle   chan struct{}               // closed once there are none, of one that is closed
	rest   *time.Timer                 // lets go of the disk; nil before the first use
	bin    *bin.Bin                    // of root
	disk   int64                       // bytes of the disk, as it was last looked at
	looked time.Time
}

// open returns the folder's root, to whoever has said that it is in use. A disk that was pulled and is back has the folder
// anew.
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
		f.closeRootLocked()
	}
	root, err := os.OpenRoot(f.Dir)
	if err == nil && offDisk(root, f.Mount) {
		root.Close()
		f.err = fmt.Errorf("the disk of the folder is not there: nothing is mounted at %s", f.Mount)
		return nil, errNoDisk
	}
	if f.err = err; err != nil {
		return nil, &Error{Code: Gone, Text: "the shared folder can't be opened now"}
	}
	f.root = root
	f.reopenBinLocked()
	return f.root, nil
}

// reopenBinLocked goes on with the bin that was let go, if the disk is the same.
func (f *folder) reopenBinLocked() {
	if f.bin != nil {
		if now, err := f.root.Stat("."); err == nil && f.last != nil && os.SameFile(f.last, now) {
			f.bin.Reopen(f.root)
		} else {
			f.closeBinLocked()
		}
	}
	f.last = nil
}

// setMount sets where the disk of the folder is mounted. What is open stays so.
func (f *folder) setMount(mount string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Mount = mount
}

func (f *folder) closeRootLocked() {
	if f.root != nil {
		f.root.Close()
		f.root = nil
	}
}

// letGo closes what is open on the disk if nobody uses the folder. The bin stays what it knows.
func (f *folder) letGo() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.root == nil || len(f.uses) > 0 || f.closed {
		return
	}
	if f.last, _ = f.root.Stat("."); f.bin != nil {
		f.bin.Close()
	}
	f.closeRootLocked()
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
	ended := f.hold(cancel)
	return ctx, func() {
		cancel()
		ended()
	}
}

// hold keeps what is open of the folder open. cancel is called when the folder is no longer shared.
func (f *folder) hold(cancel context.CancelFunc) (done func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		cancel()
		return func() {}
	}
	if f.uses == nil {
		f.uses = map[*int]context.CancelFunc{}
	}
	if f.rest != nil {
		f.rest.Stop()
	}
	key := new(int)
	f.uses[key] = cancel
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.uses, key)
		switch {
		case len(f.uses) > 0:
		case f.closed:
			close(f.idle)
		case f.rest == nil:
			f.rest = time.AfterFunc(restAfter, f.letGo)
		default:
			f.rest.Reset(restAfter)
		}
	}
}

// close ends the sharing: it breaks off what runs, and returns when that has cleaned up behind itself.
func (f *folder) close() {
	f.mu.Lock()
	f.closed, f.idle = true, make(chan struct{})
	if f.rest != nil {
		f.rest.Stop()
	}
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
	f.closeRootLocked()
	f.err = nil
}
