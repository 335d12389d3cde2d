package share

import (
	"errors"
	"hash/maphash"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"path"
	"strings"
)

// Limits of what a receiver remembers of the places of files.
const (
	maxMade  = 4096    // folders known to be made
	maxNames = 1 << 18 // paths of a stream that are known again: 5 MB
	maxSame  = 100     // files of one name that are counted; the names of more are drawn
	maxDraws = 20      // until one of those is free
)

// errHeld says that a file is not written, as a person should see its name before.
var errHeld = &Error{Code: Invalid, Text: "it is held back"}

// errKept says that a file is not written, as there is one.
var errKept = &Error{Code: Exists, Text: "what is there stays"}

// where finds the place of a path of the stream, below root.
func (r *receiver) where(p string) (at string, more bool, err error) {
	if p == "" {
		return "", false, &Error{Code: Invalid, Text: "a file without a name"}
	}
	first, rest, more := strings.Cut(p, "/")
	if err := checkPath(p, anySystem); err != nil {
		return "", more, err
	}
	if r.spelled == nil {
		s := spellingOf(r.root)
		r.spelled = &s
	}
	if r.wanted == nil || r.wanted[first].local == first {
		at, err = r.spelled.locate(r.root, r.dir, p)
		return at, more, err
	}
	at = path.Join(r.dir, r.wanted[first].local) // which a person has chosen
	if more {
		at, err = r.spelled.locate(r.root, at, rest)
	}
	return at, more, err
}

// place finds where a path of the stream belongs, below root, and makes the folder for it.
func (r *receiver) place(h header, folder bool) (*incoming, error) {
	i := &incoming{header: h}
	at, more, err := r.where(h.Path)
	if err != nil {
		return i, err
	}
	if r.careful {
		if why := risky(h.Path, folder); why != "" {
			return i, doubtful(why)
		}
	}
	if r.mode == dropBox && (more || folder) {
		first, rest, more := strings.Cut(strings.TrimPrefix(at, r.dir+"/"), "/")
		if first, err = r.top(first); err != nil {
			return i, err
		}
		if at = path.Join(r.dir, first); more {
			at = path.Join(at, rest)
		}
	}
	i.at, i.replaces = at, r.mode == replace
	if r.hold && (more || len(r.wanted) > 1) && risky(i.at, folder) != "" {
		return i, errHeld
	}
	if folder {
		return i, r.makeDir(i.at)
	}
	if r.folded != nil {
		r.keepApart(i)
	}
	dir := path.Dir(i.at)
	if err := r.makeDir(dir); err != nil {
		return i, err
	}
	if r.mode == keepOld {
		if _, err := r.root.Lstat(i.at); err == nil {
			return i, errKept
		}
	}
	if r.halves != nil {
		r.halves.note(dir)
	}
	r.in = r.in.next(r.root, dir)
	i.in = r.in.use()
	r.serial++
	name := r.temps.name(r.serial)
	if r.halves != nil && h.Size > pieceSize {
		name = r.temps.prefix + partName(h)
	}
	i.temp = path.Join(dir, name)
	return i, nil
}

// risky tells why a file or folder is Risky.
func risky(p string, folder bool) string {
	if folder {
		p += "/"
	}
	return Risky(p)
}

// doubtful is what somebody is told who may add, and not change.
func doubtful(why string) error {
	return &Error{Code: Invalid, Text: "who may only add can't put that there: " + why}
}

// keepApart gives a file another name when this stream has brought one that differs in case only.
func (r *receiver) keepApart(i *incoming) {
	dir, name := path.Split(i.at)
	for as := range beside(name) {
		if i.at = dir + as; r.folded.add(strings.ToLower(i.at)) {
			return
		}
	}
}

// top makes a folder in a drop box under a name that nothing has, and remembers it for this stream.
func (r *receiver) top(name string) (string, error) {
	if as, ok := r.tops[name]; ok {
		return as, nil
	}
	if len(r.tops) >= maxMade {
		return "", &Error{Code: Failed, Text: "there are too many folders"}
	}
	as, err := mkdirNew(r.root, r.dir, name)
	if err == nil {
		r.tops[name] = as
	}
	return as, err
}

// mkdirNew makes a folder in dir, under its name or one beside it, and returns that.
func mkdirNew(root *os.Root, dir, name string) (as string, err error) {
	for as = range beside(name) {
		if err = root.Mkdir(path.Join(dir, as), 0o777); !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return as, err
}

// beside is a name, then those to try while something has it: first they are counted. Later they are drawn, so that neither
// the time it takes nor a last one tells somebody who sends the same name again and again how often it is there.
func beside(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if !yield(name) {
			return
		}
		for n := 2; n <= maxSame; n++ {
			if !yield(numbered(name, n)) {
				return
			}
		}
		for range maxDraws {
			if !yield(numbered(name, 1e6+rand.IntN(1e9))) { // #nosec G404 -- a name that is free, not a secret one
				return
			}
		}
	}
}

// names are strings that can be known again. The zero value is ready for use.
type names struct {
	seed maphash.Seed // not to be guessed: nobody can make two names one
	set  map[uint64]struct{}
}

// add tells whether a name is new. Once there are too many to remember, all are.
func (n *names) add(name string) bool {
	if n.set == nil {
		n.seed, n.set = maphash.MakeSeed(), map[uint64]struct{}{}
	}
	h := maphash.String(n.seed, name)
	if _, ok := n.set[h]; ok {
		return false
	}
	if len(n.set) < maxNames {
		n.set[h] = struct{}{}
	}
	return true
}

// drop forgets a name.
func (n *names) drop(name string) {
	if n.set != nil {
		delete(n.set, maphash.String(n.seed, name))
	}
}

// makeDir makes a folder and those it is in.
func (r *receiver) makeDir(dir string) error {
	if dir == "." || dir == "" || r.made[dir] {
		return nil
	}
	if err := r.root.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if len(r.made) >= maxMade {
		clear(r.made)
	}
	r.made[dir] = true
	if r.mode != dropBox {
		r.sweep(dir)
	}
	return nil
}

// told is the path of a file for an error: below the shared folder.
func (r *receiver) told(p string) string {
	first, rest, more := strings.Cut(p, "/")
	if r.wanted == nil {
		return path.Join(r.dir, p)
	}
	if first = r.wanted[first].remote; more {
		return path.Join(first, rest)
	}
	return first
}

// name gives a complete and durable temporary its name.
func (r *receiver) name(i *incoming, err error) {
	switch {
	case err != nil:
	case !i.replaces:
		err = r.nameNew(i)
	case i.veiled:
		err = fs.ErrExist
	default:
		err = r.nameOver(i)
	}
	if err != nil {
		r.fault(i, err)
		return
	}
	r.end(i)
}

// nameOver puts a file in the place of another, if there is one.
func (r *receiver) nameOver(i *incoming) error {
	root, at := i.in.at(r.root, i.at)
	_, temp := i.in.at(r.root, i.temp)
	if r.replace != nil {
		if _, err := root.Lstat(at); !errors.Is(err, fs.ErrNotExist) {
			return r.replace(i.temp, i.at)
		}
	}
	err := root.Rename(temp, at)
	if err == nil && r.added != nil {
		r.added(i.at)
	}
	return err
}

// nameNew gives a file a name that nothing has.
func (r *receiver) nameNew(i *incoming) (err error) {
	root, temp := i.in.at(r.root, i.temp)
	_, name := i.in.at(r.root, i.at)
	dir, name := path.Split(name)
	for as := range beside(name) {
		if err = moveNew(root, temp, dir+as); !errors.Is(err, fs.ErrExist) {
			i.at = path.Join(path.Dir(i.at), as)
			break
		}
	}
	if err == nil && r.added != nil {
		r.added(i.at)
	}
	return err
}
