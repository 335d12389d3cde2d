package transfers

import (
	"errors"
	"hash/maphash"
	"io/fs"
	"os"
	"slices"
	"sync"
)

// The results of a transfer are lines of JSON in two files: what failed in the last attempt, and all else.
const (
	doneExt   = ".results"
	failedExt = ".failed"
	tidyExt   = ".tidy" + tempExt

	maxLines = 1_000_000 // of one transfer: those of more files are counted, not kept
	maxLine  = 64 << 10  // bytes: a path, twice, and an error
	logBuf   = 64 << 10  // bytes that are written at once
)

// seed is that of the hashes by which paths are recognised; they never leave the process.
var seed = maphash.MakeSeed()

func hashOf(path string) uint64 { return maphash.String(seed, path) }

// results is what became of the files of one transfer.
type results struct {
	root *os.Root
	id   string

	mu      sync.Mutex
	files   [2]*log  // of failed and done, once they were looked at; mu guards it and the below
	settled []uint64 // sorted: the paths that earlier attempts have settled
	again   bool     // some of them were settled anew, and are in the log twice
}

// open prepares for an attempt: its failures count anew, what was settled before is recognised.
func (r *results) open() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.root.Remove(r.id + failedExt); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	r.files[0] = nil
	if err := r.recallLocked(); err != nil {
		return err
	}
	for n := range r.files {
		l, err := r.logLocked(n)
		if err != nil {
			return err
		}
		if err := l.open(); err != nil {
			return err
		}
	}
	return nil
}

// recallLocked learns what is settled; where a path was settled twice, the last word counts.
func (r *results) recallLocked() error {
	r.settled, r.again = nil, false
	l, err := r.logLocked(1)
	if err != nil {
		return err
	}
	err = l.read(func(res Result) error {
		r.settled = append(r.settled, hashOf(res.Path))
		return nil
	})
	if err != nil {
		return err
	}
	slices.Sort(r.settled)
	before := len(r.settled)
	r.settled = slices.Compact(r.settled)
	if len(r.settled) == before {
		return nil
	}
	return r.tidyLocked(l)
}

// tidyLocked leaves only the last line of each path.
func (r *results) tidyLocked(l *log) error {
	last := make([]int, len(r.settled))
	n := 0
	err := l.read(func(res Result) error {
		if i, ok := slices.BinarySearch(r.settled, hashOf(res.Path)); ok {
			last[i] = n
		}
		n++
		return nil
	})
	if err != nil {
		return err
	}
	tidy := &log{root: r.root, name: r.id + tidyExt}
	_ = r.root.Remove(tidy.name)
	if err := tidy.open(); err != nil {
		return err
	}
	n = 0
	err = l.read(func(res Result) error {
		if i, ok := slices.BinarySearch(r.settled, hashOf(res.Path)); ok && last[i] == n {
			tidy.add(res)
		}
		n++
		return nil
	})
	if cerr := tidy.close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = r.root.Rename(tidy.name, l.name)
	}
	r.files[1] = nil
	return err
}

// add notes what became of a file. It tells whether that is news: a file that an earlier attempt settled is there, and comes up
// again in every later one.
func (r *results) add(res Result) (news bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 1
	if res.How == Faulty {
		n = 0
	} else if _, before := slices.BinarySearch(r.settled, hashOf(res.Path)); before {
		if res.How != Sent && res.How != Known {
			return false
		}
		r.again = true
		r.files[n].add(res)
		return false
	}
	if l := r.files[n]; l != nil && l.count < maxLines {
		l.add(res)
	}
	return true
}

// flush makes what was added readable.
func (r *results) flush() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.files {
		if l != nil && l.w != nil {
			_ = l.w.Flush() // a full disk costs results, not the transfer
		}
	}
}

// close ends an attempt.
func (r *results) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all error
	for _, l := range r.files {
		if l != nil && l.f != nil {
			all = errors.Join(all, l.close())
		}
	}
	if r.again {
		all = errors.Join(all, r.recallLocked())
	}
	r.settled = nil
	return all
}

// logLocked returns the failed (0) or the done (1) ones.
func (r *results) logLocked(n int) (*log, error) {
	if r.files[n] == nil {
		l := &log{root: r.root, name: r.id + [2]string{failedExt, doneExt}[n]}
		err := l.read(func(Result) error { l.count++; return nil })
		if err != nil {
			return nil, err
		}
		r.files[n] = l
	}
	return r.files[n], nil
}

// page returns count results from the from-th on, and how many there are.
func (r *results) page(from, count int) ([]Result, int, error) {
	r.flush()
	r.mu.Lock()
	defer r.mu.Unlock()
	total, list := 0, []Result{}
	for n := range r.files {
		l, err := r.logLocked(n)
		if err != nil {
			return nil, 0, err
		}
		if from < total+l.count && len(list) < count {
			if list, err = l.page(list, max(from-total, 0), count-len(list)); err != nil {
				return nil, 0, err
			}
		}
		total += l.count
	}
	return list, total, nil
}

// each calls each with all that didn't fail.
func (r *results) each(each func(Result) error) error {
	r.flush()
	return (&log{root: r.root, name: r.id + doneExt}).read(each)
}

// size is how many bytes they take.
func (r *results) size() (n int64) {
	for _, ext := range []string{failedExt, doneExt} {
		if info, err := r.root.Stat(r.id + ext); err == nil {
			n += info.Size()
		}
	}
	return n
}

func (r *results) remove() {
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = r.root.Remove(r.id + failedExt)
	_ = r.root.Remove(r.id + doneExt)
	r.files = [2]*log{}
}
