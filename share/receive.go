package share

import (
	"context"
	"errors"
	"os"
	"path"
	"sync"
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
	keepOld // the new one is not taken
	dropBox // as keepBoth, and folders are numbered too: nothing tells what else is there
)

func conflictOf(e Existing) conflict {
	switch e {
	case KeepBoth:
		return keepBoth
	case Skip:
		return keepOld
	}
	return replace
}

// receiver writes a stream below a folder.
type receiver struct {
	root *os.Root
	dir  string // in root: what the paths in the stream are relative to
	mode conflict
	p    *Progress

	// wanted are the first parts of paths that were asked for; any other is refused. nil: what comes is what is wanted,
	// and what the sender failed to send is its own to tell.
	wanted  map[string]want
	halves  *halves         // what half stays, and is gone on with; nil: nothing is
	content contentSource   // finds contents that are here
	settled func(*incoming) // told of every file that is settled, with i.how and i.err; several goroutines call it
	flushed func()          // told when a group of them is; may be nil

	anew    map[string]bool              // files that come, numbered, though what is there is kept: what came before was damaged
	hold    bool                         // files of a batch with Risky names are held back
	careful bool                         // files with Risky names are refused, and none is a program
	reserve bool                         // some of the disk is left to its owner
	may     func() bool                  // asked before files get their names; nil is yes
	replace func(temp, at string) error  // puts a complete file in the place of another; nil renames
	spare   func() error                 // asked before a file comes that takes the place of another; nil is yes
	added   func(at string)              // is told of a file where there was none; may be nil
	yield   func(f *os.File, size int64) // makes room on the disk, as far as it can; may be nil

	counted bool // how much there is is known already
	planned bool
	count   uint32 // files that came
	serial  int
	temps   *temps
	made    map[string]bool   // whether this stream has made it, so that nothing was in it before
	tops    map[string]string // of a drop box: the names that the sender's folders got
	dirs    []dirTime         // set at the end
	dirLen  int               // bytes of the paths in dirs
	places  places
	in      *openDir // the folder of the last file

	jobs    chan *incoming
	running sync.WaitGroup
	commits committer

	mu    sync.Mutex
	seen  names // paths that came; mu guards the below
	fatal error
}

// contentSource opens a content that the sender was told is here.
type contentSource func(sum [hashSize]byte, at string) (*os.File, error)

// dirTime is the time that a folder gets when nothing is written in it any more.
type dirTime struct {
	at   string
	time header
}

// want is a file or folder that was asked for.
type want struct {
	local  string // the name that it gets here
	remote string // its path there
}

// incoming is a file or folder that arrives.
type incoming struct {
	header          // as the sender says
	number   uint32 // of the file in the stream
	at       string // where it belongs, in root
	temp     string
	in       *openDir // both are in
	replaces bool     // what has its name
	alone    bool     // nothing else can have its name: its folder is new
	veiled   bool     // its name is that of something that is not shown, a pipe or a link that leads out, which stays
	data     []byte
	sum      [hashSize]byte
	how      How
	err      *Error // of a Faulty one
}

// free gives back the memory of a small file's content.
func (i *incoming) free() {
	if i.data != nil {
		freePiece(i.data)
		i.data = nil
	}
}

// run reads and writes a whole stream. Failures of single files go to p; an error means that the stream or the disk failed.
// What was complete until then is kept.
func (r *receiver) run(ctx context.Context, dec *decoder) error {
	r.temps = newTemps(r.halves)
	defer r.temps.end()
	r.made, r.tops, r.jobs = map[string]bool{}, map[string]string{}, make(chan *incoming, writers)
	if r.mode != dropBox { // where it would take the longer the more there is
		r.sweep(r.dir)
	}
	r.commits = committer{root: r.root, name: r.name, may: r.may, told: r.flushed}
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
	r.in.release()
	cerr := r.commits.commit()
	r.setTimes()
	serr := r.commits.finish()
	if err == nil {
		err = r.failed()
	}
	return errors.Join(err, cerr, serr)
}

// settle makes all that came so far durable and names it, so that it is told of.
func (r *receiver) settle() error {
	r.running.Wait()
	err := r.commits.commit()
	if r.flushed != nil {
		r.flushed() // also of what failed
	}
	return err
}

// failed is the error that ends the whole, if there was one.
func (r *receiver) failed() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fatal
}

// fault notes that one file failed. Where all that is to come would fail too, that is the end.
func (r *receiver) fault(i *incoming, err error) {
	r.drop(i, err)
	i.how, i.err = Faulty, asError(err, cut(r.told(i.Path), maxPath))
	r.mu.Lock()
	if hopeless(err) {
		if r.fatal != nil {
			r.mu.Unlock()
			return
		}
		r.fatal = i.err
	}
	if i.err.Code == Damaged {
		r.seen.drop(i.Path) // it may come again
	}
	r.mu.Unlock()
	r.end(i)
}

// drop removes what stands of a file, but for a half that can be gone on with.
func (r *receiver) drop(i *incoming, err error) {
	if i.temp == "" || r.halves != nil && i.Size > pieceSize && (err == nil || hopeless(err)) {
		return
	}
	root, name := i.in.at(r.root, i.temp)
	_ = root.Remove(name)
}

// end tells what became of a file.
func (r *receiver) end(i *incoming) {
	i.free()
	i.in.release()
	i.in = nil
	switch {
	case r.settled != nil:
		r.settled(i)
	case i.how == Faulty:
		r.p.fail(i.err)
	case i.how != HeldUp:
		r.p.files.Add(1)
	}
}

// touchDir notes a folder's time for the end.
func (r *receiver) touchDir(at string, h header) {
	if r.dirLen += len(at); r.dirLen < maxDirTime && !h.Modified.IsZero() {
		r.dirs = append(r.dirs, dirTime{at, h})
	}
}

// setTimes gives folders their times, innermost first, now that nothing is written in them any more.
func (r *receiver) setTimes() {
	for k := len(r.dirs) - 1; k >= 0; k-- {
		d := r.dirs[k]
		_ = r.root.Chtimes(d.at, d.time.Modified, d.time.Modified)
		r.commits.touch(path.Dir(d.at))
	}
}
