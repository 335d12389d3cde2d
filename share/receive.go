package share

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/zeebo/blake3"
)

// How a receiver groups its work.
const (
	writers    = 4         // small files written at once
	groupFiles = 8192      // made durable together: one commit of the disk's journal instead of one each
	groupBytes = 256 << 20 // as much as a crash may cost
	groupPaths = 4 << 20   // bytes of the paths of such a group
	maxDirTime = 8 << 20   // bytes of the paths of folders whose time is set at the end
)

// conflict says what to do where there is a file of that name already.
type conflict int

const (
	keepBoth conflict = iota // the new one is numbered
	replace
	dropBox // as keepBoth, and folders are numbered too: nothing tells what else is there
)

// receiver writes a stream below a folder.
type receiver struct {
	root *os.Root
	dir  string // in root: what the paths in the stream are relative to
	mode conflict
	p    *Progress

	// wanted are the first parts of paths that were asked for; any other is refused. nil: what comes is what is wanted,
	// and what the sender failed to send is its own to tell.
	wanted map[string]want
	have   map[string]stamp // what the sender was told is here already

	hold    bool                               // files of a batch with Risky names are held back
	careful bool                               // files with Risky names are refused
	reserve bool                               // some of the disk is left to its owner
	may     func() bool                        // asked before files get their names; nil is yes
	replace func(temp, at string) error        // puts a complete file in the place of another; nil renames
	room    func(f *os.File, size int64) error // makes some on a disk that is full; nil can't

	planned bool
	seen    names // paths that came

	temps  *temps
	serial int
	made   map[string]bool
	tops   map[string]string // of a drop box: the names that the sender's folders got
	dirs   []dirTime         // set at the end
	dirLen int               // bytes of the paths in dirs
	folded *names            // on a system that takes A and a for one: the names that this stream has given

	jobs    chan *incoming
	running sync.WaitGroup
	commits committer

	mu    sync.Mutex
	fatal error // mu guards it
}

// dirTime is the time that a folder gets when nothing is written in it any more.
type dirTime struct {
	at   string
	time time.Time
}

// want is a file or folder that was asked for.
type want struct {
	local  string // the name that it gets here
	remote string // its path there
}

// incoming is a file or folder that arrives.
type incoming struct {
	header          // as the sender says
	at       string // where it belongs, in root
	temp     string
	replaces bool // what has its name
	veiled   bool // its name is that of something that is not shown, a pipe or a link that leads out, which stays
	data     []byte
	sum      [hashSize]byte
}

// run reads and writes a whole stream. Failures of single files go to p; an error means that the stream or the disk failed.
// What was complete until then is kept.
func (r *receiver) run(ctx context.Context, dec *decoder) error {
	r.temps = newTemps()
	defer r.temps.end()
	if r.mode != dropBox { // where it would take the longer the more there is
		sweep(r.root, r.dir)
	}
	r.made, r.tops, r.jobs = map[string]bool{}, map[string]string{}, make(chan *incoming)
	if foldsCase {
		r.folded = &names{}
	}
	r.commits = committer{root: r.root, name: r.name, may: r.may}
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for i := range r.jobs {
				r.writeSmall(i)
				r.running.Done()
			}
		})
	}
	err := r.frames(ctx, dec)
	close(r.jobs)
	wg.Wait()
	cerr := r.commits.commit()
	r.setTimes()
	serr := r.commits.finish()
	if err == nil {
		err = r.failed()
	}
	return errors.Join(err, cerr, serr)
}

// failed is the error that ends the whole, if there was one.
func (r *receiver) failed() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fatal
}

// fault notes that one file failed. Where all that is to come would fail too, that is the end.
func (r *receiver) fault(i *incoming, err error) {
	if i.temp != "" {
		_ = r.root.Remove(i.temp)
	}
	e := asError(err, cut(r.told(i.Path), maxPath))
	if !hopeless(err) {
		r.p.fail(e)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fatal == nil {
		r.fatal = e
		r.p.fail(e)
	}
}

func (r *receiver) writeSmall(i *incoming) {
	err := r.tryWriteSmall(i)
	i.data = nil
	if err != nil {
		r.fault(i, err)
		return
	}
	r.commits.add(i)
}

func (r *receiver) tryWriteSmall(i *incoming) error {
	if blake3.Sum256(i.data) != i.sum {
		return errDamaged
	}
	f, err := r.create(i)
	if err != nil {
		return err
	}
	if _, err := f.Write(i.data); err != nil {
		f.Close()
		return err
	}
	return finish(r.root, f, i, !groupSync)
}

// create makes the temporary of a file, unless the disk is too full from the start.
func (r *receiver) create(i *incoming) (*os.File, error) {
	f, err := create(r.root, i)
	if err != nil {
		return nil, err
	}
	if r.reserve || i.Size > pieceSize {
		err = room(f, i.Size, r.reserve)
	}
	if err == errFull && r.room != nil {
		err = r.room(f, i.Size)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
