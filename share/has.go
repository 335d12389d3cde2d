package share

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"sync"
	"time"
)

// Limits of what a receiver tells of what it has.
const (
	maxKnown   = 100_000  // contents
	maxKnownAt = 16 << 20 // bytes of their paths
	maxParts   = 1000     // files of which a part is there
	maxSums    = 4000     // pieces of one of those, which fit into a frame
	partPiece  = 4 << 20  // bytes of such a piece, or a multiple where that would be more than maxSums
)

// receiverHas is what a receiver has said that it has. The zero value is nothing.
type receiverHas struct {
	omit, there tokens // files that need not come; paths where something is, which is to be kept
	grain       int64  // nanoseconds: how exactly the receiver keeps times
	sizes       map[int64]bool
	contents    map[[hashSize]byte]string // and the path where each is, if it told
	pathBytes   int
	parts       map[token]part
}

// part is the beginning of a file that is there.
type part struct {
	piece int64
	sums  [][hashSize]byte
}

// pieceOf is the size of the pieces that a file of some size is compared in.
func pieceOf(size int64) int64 {
	n := (size + maxSums - 1) / maxSums
	return max(1, (n+partPiece-1)/partPiece) * partPiece
}

// omits tells whether a file need not be sent, and why; "" is that it has to be.
func (r *receiverHas) omits(h header) How {
	if len(r.omit.list)+len(r.there.list) == 0 {
		return ""
	}
	if !h.Modified.IsZero() && r.omit.has(h.coarse(r.grain).token()) {
		return Same
	}
	if r.there.has(header{Path: h.Path}.token()) {
		return Skipped
	}
	return ""
}

// coarse is the header as a disk that keeps times less exactly gives it back.
func (h header) coarse(grain int64) header {
	if grain > 1 {
		h.Modified = h.Modified.Truncate(time.Duration(grain))
	}
	return h
}

// content tells whether the receiver has the content of a file that has been read, and where.
func (r *receiverHas) content(i *item) (at string, ok bool) {
	if i.anew || i.Size == 0 || !r.sizes[i.Size] {
		return "", false
	}
	at, ok = r.contents[i.sum]
	return at, ok
}

func (r *receiverHas) addContent(size int64, sum [hashSize]byte, at string) {
	if r.contents == nil {
		r.sizes, r.contents = map[int64]bool{}, map[[hashSize]byte]string{}
	}
	if len(r.contents) < maxKnown && r.pathBytes < maxKnownAt {
		r.sizes[size], r.contents[sum] = true, at
		r.pathBytes += len(at)
	}
}

func (r *receiverHas) addPart(k token, p part) {
	if r.parts == nil {
		r.parts = map[token]part{}
	}
	if len(r.parts) < maxParts {
		r.parts[k] = p
	}
}

// open opens a file to read: in its folder, which is open.
func (i *item) open() (*os.File, fs.FileInfo, error) {
	root, name := i.in.at(i.root, rooted(i.path))
	f, info, err := openFile(root, name)
	if err != nil && i.in != nil && escapes(err) { // it has become a link
		return openFile(i.root, rooted(i.path))
	}
	return f, info, err
}

// awaited are the files of a put of which the receiver has not told yet what became of them. A file that didn't arrive as
// it was sent is kept to be sent again.
type awaited struct {
	to   string // the folder there
	p    *Progress
	told func(Result)

	telling sync.Mutex

	mu     sync.Mutex
	files  map[uint32]waiting // mu guards the below
	again  []*item
	ended  bool // the receiver says no more
	change chan struct{}
	done   int // files that are complete there
}

type waiting struct {
	i   *item
	how How
}

func newAwaited(to string, p *Progress, told func(Result)) *awaited {
	return &awaited{to: to, p: p, told: told, files: map[uint32]waiting{}, change: make(chan struct{}, 1)}
}

func (a *awaited) add(n uint32, i *item, how How) {
	keep := &item{source: i.source, header: i.header, link: i.link, sum: i.sum, tries: i.tries}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.files[n] = waiting{keep, how}
}

// hash notes the hash of a file, which is known only at its end.
func (a *awaited) hash(n uint32, sum [hashSize]byte) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if w, ok := a.files[n]; ok {
		w.i.sum = sum
	}
}

// forget drops a file that was broken off: nothing will be told of it.
func (a *awaited) forget(n uint32) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.files, n)
}

// outcome is what a receiver tells of one file that was not settled as announced.
type outcome struct {
	N   uint32 `json:"n"`
	At  string `json:"at,omitempty"` // below the shared folder; "" is where it was to be
	How How    `json:"how"`
	Err *Error `json:"err,omitempty"`
}

// settle takes the receiver's word on a file.
func (a *awaited) settle(o outcome) {
	a.mu.Lock()
	w, ok := a.files[o.N]
	delete(a.files, o.N)
	var e *Error
	if o.Err != nil {
		e = o.Err.heard()
	}
	if !ok {
		a.mu.Unlock()
		if e != nil && o.N == noNumber { // of a folder
			a.p.fail(e)
			a.report(Result{Path: e.Path, How: Faulty, Err: e})
		}
		return
	}
	if e != nil && e.Code == Damaged && w.i.tries < maxTries-1 && !a.ended {
		w.i.tries++
		a.again = append(a.again, w.i)
		a.mu.Unlock()
		a.wake()
		return
	}
	r := Result{Path: w.i.Path, At: path.Join(a.to, w.i.Path), Size: w.i.Size, Modified: w.i.Modified, Hash: w.i.sum, How: w.how, Err: e}
	if o.At != "" {
		r.At = clean(cut(o.At, maxPath))
	}
	switch o.How {
	case Sent, "":
		a.done++
	case Skipped, Same:
		r.How = o.How
		a.done++
	default:
		r.How, r.At = Faulty, ""
		if e == nil {
			r.Err = &Error{Code: Failed, Text: "the other PC could not take it", Path: w.i.Path, Remote: true}
		}
	}
	a.mu.Unlock()
	if r.How == Faulty {
		a.p.fail(r.Err)
	}
	a.report(r)
	a.wake()
}

func (a *awaited) wake() {
	select {
	case a.change <- struct{}{}:
	default:
	}
}

var errUnsettled = errors.New("the other PC has ended without a word on some files")

// tell takes what this end says of a file that isn't sent.
func (a *awaited) tell(r Result) {
	if r.How == Same || r.How == Skipped {
		a.mu.Lock()
		a.done++
		a.mu.Unlock()
	}
	a.report(r)
}

// report hands a result on, one at a time.
func (a *awaited) report(r Result) {
	if a.told != nil {
		a.telling.Lock()
		defer a.telling.Unlock()
		a.told(r)
	}
}

// complete is how many files are complete there.
func (a *awaited) complete() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.done
}

// left tells whether there are files without a word.
func (a *awaited) left() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.files) > 0
}

// wait waits until all is settled, and returns what is to be sent again.
func (a *awaited) wait(ctx context.Context) ([]*item, error) {
	for {
		a.mu.Lock()
		left, ended := len(a.files), a.ended
		var again []*item
		if left == 0 {
			again, a.again = a.again, nil
		}
		a.mu.Unlock()
		switch {
		case left == 0 || ended:
			return again, nil
		}
		select {
		case <-a.change:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// end says that the receiver tells no more.
func (a *awaited) end() {
	a.mu.Lock()
	a.ended = true
	a.mu.Unlock()
	a.wake()
}
