package share

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// spot is a place in a shared folder.
type spot struct {
	root *os.Root
	spelling
	asked string // the path that was asked for; "" is the folder itself
	at    string // where that is in root
}

// seek judges a path of the wire and finds what it is on the disk: the file or folder that is there, or else where a new one
// belongs. This is the one place where paths from elsewhere become those of files.
func seek(root *os.Root, p string) (spot, error) {
	s := spot{root: root, asked: p}
	err := CheckPath(p)
	s.spelling = spellingOf(root)
	if err != nil || p == "" {
		return s, err
	}
	s.at, err = s.locate(root, "", p)
	return s, err
}

// look tells what is there.
func (s spot) look() (info fs.FileInfo, link bool, err error) { return look(s.root, rooted(s.at), nil) }

// one calls each for what is in the folder by one name.
func (s spot) one(name string, each func(Entry) error) error {
	at, err := seek(s.root, strings.TrimPrefix(s.asked+"/"+name, "/")) // which judges it
	if err != nil {
		return err
	}
	info, _, err := at.look()
	if err != nil {
		return err
	}
	return each(entryOf(name, info))
}

// entryOf describes a file or folder.
func entryOf(name string, info fs.FileInfo) Entry {
	e := Entry{Name: name, Folder: info.IsDir(), Modified: sane(info.ModTime())}
	if !e.Folder {
		e.Size = info.Size()
	}
	return e
}

var errReserved = &Error{Code: Invalid, Text: "the name is reserved on this system"}

// locate is seek for a good path below a folder of the root.
func (s spelling) locate(root *os.Root, dir, p string) (string, error) {
	at := dir
	for name := range strings.SplitSeq(p, "/") {
		name = s.find(root, at, name)
		if hidden(name) || !filepath.IsLocal(name) { // what this very system knows: a second pair of eyes
			return "", errReserved
		}
		at = path.Join(at, name)
	}
	return at, nil
}

// find is what a name of the wire is in a folder. Most can be only one thing, and nothing is asked of the disk.
func (s spelling) find(root *os.Root, dir, wire string) string {
	name, _ := s.disk(wire)
	if !s.manifold(wire) || there(root, path.Join(dir, name)) {
		return name
	}
	for _, other := range []string{norm.NFC.String(name), norm.NFD.String(name), unveil(name)} {
		if other != name && other != "" && !hidden(other) && (!s.windows || badOnWindows(other) == "") && there(root, path.Join(dir, other)) {
			return other
		}
	}
	if !s.scanned(wire) {
		return name
	}
	found := name
	_ = readNames(root, dir, func(name string) error {
		if as, ok := s.wire(name); ok && as == wire {
			found = name
			return errEnough
		}
		return nil
	})
	return found
}

// manifold tells whether a name may be one of a file whose name on the disk doesn't follow from it: it is in another normal
// form of Unicode (Standard Annex 15), has bytes that the wire has not, or was shortened.
func (s spelling) manifold(wire string) bool {
	for n := range len(wire) {
		if wire[n] >= utf8.RuneSelf {
			return true
		}
	}
	return s.scanned(wire)
}

// scanned tells whether all of a folder has to be looked through for the file.
func (s spelling) scanned(wire string) bool {
	return len(wire) > maxName-utf8.UTFMax && tag.MatchString(wire) || s.windows && shortLike(wire)
}

func there(root *os.Root, p string) bool {
	_, err := root.Lstat(p)
	return err == nil
}

// steps are the finest differences of times that file systems keep: those of Unix, NTFS, some others, exFAT, and FAT.
var steps = []time.Duration{1, 100, time.Microsecond, time.Millisecond, 10 * time.Millisecond, time.Second, 2 * time.Second}

// keeps tells whether a time is what becomes of another one on the disk.
func (s spelling) keeps(here, comes time.Time) bool {
	for _, step := range steps {
		if here.Equal(comes.Truncate(step)) {
			return true
		}
		if step >= s.grain {
			break
		}
	}
	return false
}

// thereAs is how a path will be spelled on the other PC's disk, as far as is known here.
func thereAs(head indexHead, p string) string {
	s := spelling{windows: head.Windows, limit: maxName}
	if !s.windows {
		return p
	}
	names := strings.Split(p, "/")
	for n, name := range names {
		names[n], _ = s.disk(name)
	}
	return strings.Join(names, "/")
}
