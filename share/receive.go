package share

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
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

	hold    bool        // files of a batch with Risky names are held back
	careful bool        // files with Risky names are refused
	reserve bool        // some of the disk is left to its owner
	may     func() bool // asked before files get their names; nil is yes

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

// frames reads until the end of the stream.
func (r *receiver) frames(ctx context.Context, dec *decoder) error {
	for {
		t, payload, err := dec.next(nil)
		if err != nil {
			return err
		}
		if t == frameLast {
			return dec.end()
		}
		if err = r.frame(ctx, dec, t, payload); err == nil {
			err = r.failed()
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
	}
}

func (r *receiver) frame(ctx context.Context, dec *decoder, t frameType, payload []byte) error {
	switch t {
	case framePlan:
		var plan planFrame
		if json.Unmarshal(payload, &plan) != nil || min(plan.Files, plan.Bytes) < 0 || max(plan.Files, plan.Bytes) > maxPlan || r.planned {
			return fmt.Errorf("read stream: plan: %w", errStream)
		}
		r.planned = true
		r.p.expect(plan)
		return nil
	case frameError:
		return r.takeError(payload)
	}
	h, err := dec.header(t, payload)
	if err != nil {
		return err
	}
	if r.wanted != nil {
		first, _, _ := strings.Cut(h.Path, "/")
		if _, ok := r.wanted[first]; !ok {
			return fmt.Errorf("read stream: a file that wasn't asked for: %w", errStream)
		}
	}
	if t == frameSame {
		return r.takeSame(h)
	}
	if !r.seen.add(h.Path) {
		r.fault(&incoming{header: h}, &Error{Code: Invalid, Text: "it came twice"})
		return r.skip(t, dec)
	}
	if t == frameDir {
		r.takeDir(h)
		return nil
	}
	return r.takeFile(ctx, dec, h)
}

// takeSame takes the word of the sender for a file that is here, as this PC has told it.
func (r *receiver) takeSame(h header) error {
	if have, ok := r.have[h.Path]; !ok || have.Size != h.Size || !r.seen.add(h.Path) {
		return fmt.Errorf("read stream: a file that isn't here: %w", errStream)
	}
	r.p.bytes.Add(h.Size)
	r.p.files.Add(1)
	return nil
}

// failed is the error that ends the whole, if there was one.
func (r *receiver) failed() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fatal
}

func (r *receiver) takeError(payload []byte) error {
	e := &Error{}
	if err := json.Unmarshal(payload, e); err != nil {
		return fmt.Errorf("read stream: %w: %w", errStream, err)
	}
	if r.wanted != nil {
		r.p.fail(e.heard())
	}
	return nil
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

func (r *receiver) takeDir(h header) {
	if r.reserve {
		if err := roomIn(r.root); err != nil {
			r.fault(&incoming{header: h}, err)
			return
		}
	}
	i, err := r.place(h, true)
	if err == errHeld { // it is made for the files in it, once they are taken
		return
	}
	if err != nil {
		r.fault(i, err)
	} else if r.dirLen += len(i.at); r.dirLen < maxDirTime && !h.Modified.IsZero() {
		r.dirs = append(r.dirs, dirTime{i.at, h.Modified})
	}
}

// setTimes gives folders their times, innermost first, now that nothing is written in them any more.
func (r *receiver) setTimes() {
	for k := len(r.dirs) - 1; k >= 0; k-- {
		d := r.dirs[k]
		_ = r.root.Chtimes(d.at, d.time, d.time)
		r.commits.touch(path.Dir(d.at))
	}
}

// takeFile takes a file: a small one goes to the writers, a large one is written as it comes.
func (r *receiver) takeFile(ctx context.Context, dec *decoder, h header) error {
	i, err := r.place(h, false)
	if err == errHeld {
		r.p.hold(Held{Path: r.told(h.Path), Dest: r.root.Name(), Local: i.at, Why: Risky(i.at)})
		return r.skip(frameFile, dec)
	}
	if err != nil {
		r.fault(i, err)
		return r.skip(frameFile, dec)
	}
	if h.Size > pieceSize {
		return r.takeLarge(ctx, dec, i)
	}
	i.data = make([]byte, 0, h.Size)
	for {
		t, p, err := dec.next(nil)
		if err != nil {
			return err
		}
		switch t {
		case frameContent:
			i.data = append(i.data, p...)
			r.p.bytes.Add(int64(len(p)))
		case frameError:
			return r.takeError(p)
		default: // the end: the decoder lets nothing else through
			copy(i.sum[:], p)
			r.running.Add(1)
			r.jobs <- i
			if r.commits.full() {
				r.running.Wait()
				return r.commits.commit()
			}
			return nil
		}
	}
}

// skip reads the rest of a file that isn't written; of a folder there is none.
func (r *receiver) skip(t frameType, dec *decoder) error {
	for t != frameDir {
		t, p, err := dec.next(nil)
		if err != nil || t != frameContent {
			return err
		}
		r.p.bytes.Add(int64(len(p)))
	}
	return nil
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
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
