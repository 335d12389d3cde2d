package share

import (
	"hash/maphash"
	"io/fs"
	"os"
	"path"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// places finds where what comes in one stream belongs on the disk, and keeps apart what the disk would take for one. A path
// that is asked for again has the same place. It is ready for use after begin.
type places struct {
	root *os.Root

	spelling
	dirs   map[string]string // of folders, by the one that they are in and their name on the wire
	length int               // bytes of those
	seed   maphash.Seed      // not to be guessed: nobody can make two names one
	given  map[uint64]uint64 // the place, without its case, and the path that has it
	in     string
	names  map[string]bool // in the folder that was listed last
}

// Limits of what is known of the folders of a stream.
const (
	maxFound  = 1 << 20 // bytes of paths of folders that have been found
	maxListed = 200_000 // names of a folder: 20 MB
)

// begin finds out about the disk, the first time.
func (p *places) begin(root *os.Root) *places {
	if p.root != root {
		*p = places{root: root, spelling: spellingOf(root), dirs: map[string]string{}, seed: maphash.MakeSeed(), given: map[uint64]uint64{}}
	}
	return p
}

// same tells whether a file that is there is the one that would come, by its size and time.
func (p *places) same(info fs.FileInfo, h header) bool {
	return info.Mode().IsRegular() && info.Size() == h.Size && !h.Modified.IsZero() && p.keeps(info.ModTime(), h.Modified)
}

// folder is the place of a folder, by its good path on the wire, below one on the disk. Two that differ in case are one where
// the disk says so.
func (p *places) folder(dir, wire string) string {
	if wire == "" {
		return dir
	}
	for name := range strings.SplitSeq(wire, "/") {
		key := dir + "/" + name
		at, ok := p.dirs[key]
		if !ok {
			at = path.Join(dir, p.find(p.root, dir, name))
			if p.length += len(key) + len(at); p.length > maxFound {
				clear(p.dirs)
				p.length = len(key) + len(at)
			}
			p.dirs[key] = at
		}
		dir = at
	}
	return dir
}

// file is the place of a file, by its good path on the wire, below a folder on the disk. same tells whether what is there is
// that very file. Where something else has its name in another case, it gets a number, or the one that it got before.
func (p *places) file(dir, wire string, same func(fs.FileInfo) bool) string {
	in, name := path.Split(wire)
	at := p.folder(dir, strings.TrimSuffix(in, "/"))
	if !p.folds && !p.manifold(name) {
		return path.Join(at, p.find(p.root, at, name))
	}
	who := maphash.String(p.seed, path.Join(dir, wire))
	for as := range beside(name) {
		to := path.Join(at, p.find(p.root, at, as))
		if p.free(to, as == name, who, same) {
			return p.give(to, who)
		}
		// The other normal form may be another file's.
		if to = path.Join(at, p.plain(as)); !p.folds && p.free(to, as == name, who, same) {
			return p.give(to, who)
		}
	}
	return path.Join(at, p.plain(name))
}

// changed tells whether a place has another name than the path has by itself.
func (p *places) changed(at, wire string) bool { return path.Base(at) != p.plain(path.Base(wire)) }

// plain is how a name is spelled where nothing is there that would be meant by it.
func (p *places) plain(wire string) string {
	name, _ := p.disk(wire)
	return name
}

// free tells whether a file can have a place: nothing of this stream has it, and what is there is no other one's. By its own
// name it is there under whatever is shown as that; the number was of another file, unless it is the same.
func (p *places) free(to string, own bool, who uint64, same func(fs.FileInfo) bool) bool {
	if has, ok := p.given[p.key(to)]; ok {
		return has == who
	}
	info, err := p.root.Lstat(to)
	return err != nil || same(info) || own && (!p.folds || p.listed(to))
}

// give notes whose a place is. Once there are too many to remember, only the disk tells.
func (p *places) give(to string, who uint64) string {
	if len(p.given) < maxNames {
		p.given[p.key(to)] = who
	}
	return to
}

func (p *places) key(to string) uint64 {
	if p.folds {
		to = strings.ToLower(norm.NFC.String(to))
	}
	return maphash.String(p.seed, to)
}

// listed tells whether a file is there by its very name, or by the same one in another normal form. The names of one folder
// are kept, as files come folder by folder.
func (p *places) listed(to string) bool {
	dir, name := path.Split(to)
	name = norm.NFC.String(name)
	if p.names == nil || p.in != dir {
		p.in, p.names = dir, map[string]bool{}
		_ = readNames(p.root, strings.TrimSuffix(dir, "/"), func(name string) error {
			if p.names[norm.NFC.String(name)] = true; len(p.names) >= maxListed {
				return errEnough
			}
			return nil
		})
	}
	return p.names[name] // where there are too many, another place is found
}
