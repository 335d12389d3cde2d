package share

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
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
	maxMadeDir = 4096      // folders remembered as made
	maxDirTime = 100_000   // folders whose time is set at the end
	staleAfter = time.Hour // a temporary of a Lanyard that died
	maxSame    = 10_000    // files of one name that are kept apart
)

// onConflict says what to do where there is a file of that name already.
type onConflict string

const (
	replace onConflict = "replace"
	keep    onConflict = "keep" // both: the new one is numbered
)

// receiver writes a stream below a folder.
type receiver struct {
	root   *os.Root
	dir    string            // in root: what paths in the stream are relative to
	rename map[string]string // first parts of paths that get another name
	mode   onConflict
	p      *Progress

	temp   string // what the names of this receiver's temporaries begin with
	serial int
	made   map[string]bool
	dirs   []dirTime

	jobs    chan *incoming
	running sync.WaitGroup

	mu    sync.Mutex
	group []*incoming // written, not yet durable; mu guards the below
	bytes int64
	fatal error
}

type dirTime struct {
	path string
	time time.Time
}

// incoming is a file that arrives.
type incoming struct {
	header
	temp string
	data []byte
	sum  [hashSize]byte
}

// receive writes a whole stream. Failures of single files go to p; an error means that the stream or the disk failed, and
// what was complete until then is kept.
func receive(ctx context.Context, dec *decoder, r *receiver) (err error) {
	id := make([]byte, 6)
	if _, err := rand.Read(id); err != nil {
		return err
	}
	r.temp, r.made, r.jobs = tempPrefix+hex.EncodeToString(id)+"-", map[string]bool{}, make(chan *incoming)
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for i := range r.jobs {
				r.writeSmall(i)
				r.running.Done()
			}
		})
	}
	err = r.frames(ctx, dec)
	close(r.jobs)
	wg.Wait()
	return errors.Join(err, r.commit(), r.setTimes())
}

// frames reads until the end of the stream.
func (r *receiver) frames(ctx context.Context, dec *decoder) error {
	for {
		t, payload, err := dec.next(nil)
		if err != nil {
			return err
		}
		switch t {
		case framePlan:
			var plan planFrame
			if json.Unmarshal(payload, &plan) == nil && plan.Files >= 0 && plan.Bytes >= 0 {
				r.p.plan(plan.Files, plan.Bytes)
			}
		case frameDir:
			err = r.takeDir(dec, payload)
		case frameFile:
			err = r.takeFile(ctx, dec, payload)
		case frameError:
			err = r.takeError(payload)
		case frameLast:
			return r.failed()
		default:
			err = errStream
		}
		if err == nil {
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

// failed is the error that ends the whole, if there was one.
func (r *receiver) failed() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fatal
}

func (r *receiver) takeError(payload []byte) error {
	e := &Error{}
	if err := json.Unmarshal(payload, e); err != nil {
		return fmt.Errorf("read stream: %w", err)
	}
	r.p.fail(e)
	return nil
}

// fault notes that one file failed. A full disk fails all that is to come.
func (r *receiver) fault(path string, err error) {
	e := asError(err, path)
	r.p.fail(e)
	if e.Code == Full {
		r.mu.Lock()
		if r.fatal == nil {
			r.fatal = e
		}
		r.mu.Unlock()
	}
}

// place is where a path of the stream belongs, below root.
func (r *receiver) place(p string) (string, error) {
	first, rest, more := strings.Cut(p, "/")
	if other, ok := r.rename[first]; ok {
		if p = other; more {
			p += "/" + rest
		}
	}
	if p == "" {
		return "", &Error{Code: Invalid, Text: "a file without a name"}
	}
	if err := CheckPath(p); err != nil {
		return "", err
	}
	return path.Join(r.dir, p), nil
}

func (r *receiver) takeDir(dec *decoder, payload []byte) error {
	h, err := dec.header(frameDir, payload)
	if err != nil {
		return err
	}
	at, err := r.place(h.Path)
	if err == nil {
		err = r.makeDir(at)
	}
	if err != nil {
		r.fault(h.Path, err)
	} else if len(r.dirs) < maxDirTime {
		r.dirs = append(r.dirs, dirTime{at, h.Modified})
	}
	return nil
}

// makeDir makes a folder and those it is in.
func (r *receiver) makeDir(dir string) error {
	if dir == "." || dir == "" || r.made[dir] {
		return nil
	}
	if err := r.root.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if len(r.made) >= maxMadeDir {
		clear(r.made)
	}
	r.made[dir] = true
	r.sweep(dir)
	return nil
}

// sweep removes what a receiver that died has left in a folder.
func (r *receiver) sweep(dir string) {
	f, err := r.root.Open(rooted(dir))
	if err != nil {
		return
	}
	defer f.Close()
	names, _ := f.Readdirnames(-1)
	for _, name := range names {
		if !strings.HasPrefix(name, tempPrefix) || strings.HasPrefix(name, r.temp) {
			continue
		}
		at := path.Join(dir, name)
		if info, err := r.root.Lstat(at); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > staleAfter {
			_ = r.root.Remove(at)
		}
	}
}

// takeFile takes a file: a small one goes to the writers, a large one is written as it comes.
func (r *receiver) takeFile(ctx context.Context, dec *decoder, payload []byte) error {
	h, err := dec.header(frameFile, payload)
	if err != nil {
		return err
	}
	i := &incoming{header: h}
	at, err := r.place(h.Path)
	if err == nil {
		err = r.makeDir(path.Dir(at))
	}
	if err != nil {
		r.fault(h.Path, err)
		return skip(dec)
	}
	i.Path = at
	r.serial++
	i.temp = path.Join(path.Dir(at), r.temp+strconv.Itoa(r.serial))
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
			return r.full()
		}
	}
}

// full ends a group that has grown large.
func (r *receiver) full() error {
	r.mu.Lock()
	full := len(r.group) >= groupFiles || r.bytes >= groupBytes
	r.mu.Unlock()
	if full {
		return r.commit()
	}
	return nil
}

// skip reads the rest of a file that is not wanted.
func skip(dec *decoder) error {
	for {
		t, _, err := dec.next(nil)
		if err != nil || t != frameContent {
			return err
		}
	}
}

// create makes the temporary of a file.
func (r *receiver) create(i *incoming) (*os.File, error) {
	mode := fs.FileMode(0o666)
	if i.Exec {
		mode = 0o777
	}
	return r.root.OpenFile(i.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
}

// finish gives a written temporary its time; synced says that it must be made durable by itself.
func (r *receiver) finish(f *os.File, i *incoming, alone bool) error {
	var err error
	if alone || !groupSync {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil && !i.Modified.IsZero() {
		err = r.root.Chtimes(i.temp, i.Modified, i.Modified)
	}
	return err
}

func (r *receiver) writeSmall(i *incoming) {
	err := r.tryWriteSmall(i)
	i.data = nil
	if err != nil {
		_ = r.root.Remove(i.temp)
		r.fault(i.Path, err)
		return
	}
	r.mu.Lock()
	r.group = append(r.group, i)
	r.bytes += i.Size
	r.mu.Unlock()
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
	return r.finish(f, i, false)
}

var errDamaged = &Error{Code: Damaged, Text: "what arrived is not what was sent"}

// takeLarge writes a file as it comes, in a goroutine beside the one that receives and decrypts.
func (r *receiver) takeLarge(ctx context.Context, dec *decoder, i *incoming) error {
	f, err := r.createLarge(i)
	if err != nil {
		r.fault(i.Path, err)
		return skip(dec)
	}
	w := newFileWriter(f)
	sum, frame, streamErr := r.pump(ctx, dec, w)
	got, writeErr := w.close()
	switch {
	case streamErr != nil || frame == frameError:
		err = errors.New("broken off")
		f.Close()
	case writeErr != nil:
		err = writeErr
		f.Close()
	case !same(sum, got):
		err = errDamaged
		f.Close()
	default:
		err = r.finish(f, i, true)
	}
	if err != nil {
		_ = r.root.Remove(i.temp)
		if streamErr == nil && frame != frameError {
			r.fault(i.Path, err)
		}
		return streamErr
	}
	r.put(i)
	return nil
}

// createLarge makes the temporary, unless the disk is too full from the start.
func (r *receiver) createLarge(i *incoming) (*os.File, error) {
	f, err := r.create(i)
	if err != nil {
		return nil, err
	}
	if free, err := freeOf(f); err == nil && free < i.Size {
		f.Close()
		_ = r.root.Remove(i.temp)
		return nil, &Error{Code: Full, Text: "there is not enough space left on the disk"}
	}
	return f, nil
}

// pump moves a file's content from the stream to its writer, and returns its sum or the frame that ended it.
func (r *receiver) pump(ctx context.Context, dec *decoder, w *fileWriter) (sum []byte, last frameType, err error) {
	for {
		buf := w.buffer()
		t, p, err := dec.next(buf)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, 0, err
		}
		switch t {
		case frameContent:
			r.p.bytes.Add(int64(len(p)))
			w.write(p)
		case frameError:
			return nil, t, r.takeError(p)
		default:
			return append([]byte(nil), p...), t, nil
		}
	}
}

// put gives a finished temporary its name.
func (r *receiver) put(i *incoming) {
	if err := r.tryPut(i); err != nil {
		_ = r.root.Remove(i.temp)
		r.fault(i.Path, err)
		return
	}
	r.p.files.Add(1)
}

func (r *receiver) tryPut(i *incoming) error {
	if r.mode == replace {
		return r.root.Rename(i.temp, i.Path)
	}
	dir, name := path.Split(i.Path)
	for n := 1; n < maxSame; n++ {
		try := name
		if n > 1 {
			try = numbered(name, strconv.Itoa(n))
		}
		err := r.root.Link(i.temp, dir+try) // fails where there is one, which a rename would replace
		if err == nil {
			return r.root.Remove(i.temp)
		}
		if !errors.Is(err, fs.ErrExist) {
			if _, serr := r.root.Lstat(dir + try); errors.Is(serr, fs.ErrNotExist) {
				return r.root.Rename(i.temp, dir+try) // a disk without hard links
			}
		}
	}
	return fs.ErrExist
}

// commit makes all small files written so far durable and gives them their names.
func (r *receiver) commit() error {
	r.running.Wait()
	r.mu.Lock()
	group := r.group
	r.group, r.bytes = nil, 0
	r.mu.Unlock()
	if len(group) == 0 {
		return nil
	}
	if groupSync && !syncTogether(r.root) {
		for _, i := range group {
			_ = r.root.Remove(i.temp)
		}
		return errors.New("make files durable: the disk reports an error")
	}
	for _, i := range group {
		r.put(i)
	}
	return nil
}

// setTimes gives folders their times, innermost first, now that nothing is written in them any more.
func (r *receiver) setTimes() error {
	for k := len(r.dirs) - 1; k >= 0; k-- {
		if d := r.dirs[k]; !d.time.IsZero() {
			_ = r.root.Chtimes(d.path, d.time, d.time)
		}
	}
	return nil
}

// fileWriter writes and hashes a file in a goroutine of its own.
type fileWriter struct {
	pieces chan []byte
	free   chan []byte
	done   chan struct{}
	hash   *blake3.Hasher
	err    error // after done
}

func newFileWriter(f *os.File) *fileWriter {
	w := &fileWriter{
		pieces: make(chan []byte, pipeDepth), free: make(chan []byte, pipeDepth+2), done: make(chan struct{}), hash: blake3.New(),
	}
	for range cap(w.free) {
		w.free <- make([]byte, maxFrame)
	}
	go func() { // ended and waited for by close
		defer close(w.done)
		for p := range w.pieces {
			if w.err == nil {
				_, w.err = f.Write(p)
				w.hash.Write(p)
			}
			w.free <- p[:cap(p)]
		}
	}()
	return w
}

// buffer returns one to fill; it goes back with write, or with close.
func (w *fileWriter) buffer() []byte { return <-w.free }

func (w *fileWriter) write(p []byte) { w.pieces <- p }

// close waits for the last write and returns the hash of all.
func (w *fileWriter) close() ([]byte, error) {
	close(w.pieces)
	<-w.done
	return w.hash.Sum(nil), w.err
}
