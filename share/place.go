package share

import (
	"errors"
	"hash/maphash"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
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

// errSame says that a file is not written, as it is there under another name, which it got before.
var errSame = &Error{Code: Exists, Text: "it is there already"}

// where finds the place of what the stream has, below root; more says that it is in a folder of the stream.
func (r *receiver) where(h header, folder bool) (at string, more bool, err error) {
	if h.Path == "" {
		return "", false, &Error{Code: Invalid, Text: "a file without a name"}
	}
	if err := CheckPath(h.Path); err != nil {
		return "", false, err
	}
	first, rest, more := strings.Cut(h.Path, "/")
	dir, wire := r.dir, h.Path
	if local := r.wanted[first].local; r.wanted != nil && local != first { // a person has chosen that name
		dir, wire = path.Join(dir, local), rest
	} else if r.mode == dropBox && (more || folder) {
		if first, err = r.top(first); err != nil {
			return "", more, err
		}
		dir, wire = path.Join(dir, first), rest
	}
	r.places.begin(r.root)
	switch {
	case wire == "":
		at = dir
	case folder:
		at = r.places.folder(dir, wire)
	default:
		at = r.places.file(dir, wire, func(info fs.FileInfo) bool { return r.places.same(info, h) })
	}
	if !filepath.IsLocal(filepath.FromSlash(at)) { // what this very system knows: a second pair of eyes
		err = errReserved
	}
	return at, more, err
}

// place finds where what the stream has belongs, and makes the folder for it.
func (r *receiver) place(h header, folder bool) (*incoming, error) {
	i := &incoming{header: h}
	if r.careful {
		if why := risky(h.Path, folder); why != "" {
			return i, doubtful(why)
		}
	}
	at, more, err := r.where(h, folder)
	if err != nil {
		return i, err
	}
	i.at, i.replaces = at, r.mode == replace
	if r.hold && (more || len(r.wanted) > 1) && risky(i.at, folder) != "" {
		return i, errHeld
	}
	if folder {
		return i, r.makeDir(i.at)
	}
	dir := path.Dir(i.at)
	if err := r.makeDir(dir); err != nil {
		return i, err
	}
	if r.mode == replace && r.places.changed(i.at, h.Path) {
		if info, err := r.root.Lstat(i.at); err == nil && r.places.same(info, h) {
			return i, errSame
		}
	}
	if err := r.refused(i); err != nil {
		return i, err
	}
	if r.mode == keepOld && !r.anew[h.Path] {
		if _, err := r.root.Lstat(i.at); err == nil {
			return i, errKept
		}
	}
	if r.halves != nil {
		r.halves.note(dir)
	}
	i.alone = r.made[dir]
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

// refused tells early why a file won't take the place of the one that is there, before its content comes.
func (r *receiver) refused(i *incoming) error {
	if !i.replaces || r.spare == nil {
		return nil
	}
	err := r.spare()
	if err == nil {
		return nil
	}
	if _, there := r.root.Lstat(i.at); there != nil {
		return nil
	}
	return err
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

// top makes a folder in a drop box under a name that nothing has, and remembers it for this stream.
func (r *receiver) top(name string) (string, error) {
	if as, ok := r.tops[name]; ok {
		return as, nil
	}
	if len(r.tops) >= maxMade {
		return "", &Error{Code: Failed, Text: "there are too many folders"}
	}
	as, err := mkdirNew(r.root, r.dir, r.places.begin(r.root).plain(name))
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
	if dir == "." || dir == "" {
		return nil
	}
	if _, ok := r.made[dir]; ok {
		return nil
	}
	err := r.root.Mkdir(dir, 0o777)
	fresh := err == nil
	if !fresh {
		err = r.root.MkdirAll(dir, 0o777)
	}
	if err != nil {
		return err
	}
	if len(r.made) >= maxMade {
		clear(r.made)
	}
	r.made[dir] = fresh
	if r.mode != dropBox && !fresh {
		r.sweep(dir)
	}
	return nil
}

// told is the path of a file for an error: below the shared folder.
func (r *receiver) told(p string) string {
	first, rest, more := strings.Cut(p, "/")
	if r.wanted == nil {
		return path.Join(r.places.begin(r.root).wirePath(r.dir), p)
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
	err := i.in.moveNew(r.root, i.temp, i.at)
	if errors.Is(err, fs.ErrExist) {
		if r.replace != nil {
			return r.replace(i.temp, i.at)
		}
		root, at := i.in.at(r.root, i.at)
		_, temp := i.in.at(r.root, i.temp)
		err = root.Rename(temp, at)
	}
	if err == nil && r.added != nil {
		r.added(i.at)
	}
	return err
}

// nameNew gives a file a name that nothing has.
func (r *receiver) nameNew(i *incoming) (err error) {
	dir, name := path.Split(i.at)
	for as := range beside(name) {
		if err = i.in.moveNew(r.root, i.temp, dir+as); !errors.Is(err, fs.ErrExist) {
			i.at = dir + as
			break
		}
	}
	if err == nil && r.added != nil {
		r.added(i.at)
	}
	return err
}
