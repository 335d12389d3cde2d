package bin

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
)

// Name is that of the folder that a bin is in: a hidden one, as all names with a dot.
const Name = ".lanyard-bin"

const (
	journalName = "journal"
	placesName  = "places" // in the bin at the top: the other disks, a path a line
	maxPlaces   = 1000     // other disks below one shared folder
	maxMade     = 64       // folders of actions known to be made
)

// ErrBlocked is the error when something else is where the bin belongs: nothing is replaced or removed then.
var ErrBlocked = errors.New(Name + " is not the folder that Lanyard has made")

// place is where a bin is on one disk.
type place struct {
	dir     string // of the shared folder; "" is its top
	journal *os.File
	made    map[string]bool // folders of actions
}

func (p *place) at(parts ...string) string {
	return path.Join(append([]string{p.dir, Name}, parts...)...)
}

// placeLocked opens the bin in a folder; where there is none it is made if it should be.
func (b *Bin) placeLocked(dir string, wanted bool) (*place, error) {
	if p := b.places[dir]; p != nil {
		return p, nil
	}
	p := &place{dir: dir, made: map[string]bool{}}
	info, err := b.root.Lstat(p.at())
	if errors.Is(err, fs.ErrNotExist) && wanted {
		if err = b.root.Mkdir(p.at(), 0o700); err == nil {
			info, err = b.root.Lstat(p.at())
		}
	}
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, ErrBlocked
	}
	if p.journal, err = b.openRegular(p.at(journalName), os.O_RDWR|os.O_CREATE|os.O_APPEND); err != nil {
		return nil, err
	}
	if err := mend(p.journal); err != nil {
		p.journal.Close()
		return nil, err
	}
	b.places[dir] = p
	return p, nil
}

// openRegular opens a file of the bin itself. A link, or a pipe that would make it wait, is not one.
func (b *Bin) openRegular(name string, how int) (*os.File, error) {
	info, err := b.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && how&os.O_CREATE != 0:
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, ErrBlocked
	}
	f, err := b.root.OpenFile(name, how, 0o600)
	if err != nil {
		return nil, err
	}
	now, err := f.Stat()
	if err == nil && (!now.Mode().IsRegular() || info != nil && !os.SameFile(info, now)) {
		err = ErrBlocked
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// mend ends a line that was torn, so that the next one is not lost with it.
func mend(journal *os.File) error {
	info, err := journal.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	last := make([]byte, 1)
	if _, err := journal.ReadAt(last, info.Size()-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = journal.Write([]byte{'\n'})
	return err
}

// write appends a line to the journal.
func (p *place) write(l line) error {
	text, err := l.encode()
	if err == nil {
		_, err = p.journal.Write(text)
	}
	return err
}

// makeFolder makes the folder of an action.
func (b *Bin) makeFolder(p *place, action string) error {
	if p.made[action] {
		return nil
	}
	if err := b.root.Mkdir(p.at(action), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if len(p.made) >= maxMade {
		clear(p.made)
	}
	p.made[action] = true
	return nil
}

// candidates are the folders in which what is at a path may find a bin on its own disk: the nearest that is known to have
// had one for that, then each that is nearer.
func (b *Bin) candidates(p string) []string {
	b.mu.Lock()
	b.findPlacesLocked()
	first := ""
	for dir := range b.others {
		if strings.HasPrefix(p, dir+"/") && len(dir) > len(first) {
			first = dir
		}
	}
	b.mu.Unlock()
	list := []string{first}
	for i := len(first) + 1; i < len(p); i++ {
		if p[i] == '/' {
			list = append(list, p[:i])
		}
	}
	return list
}

// findPlacesLocked reads once which other disks have a bin.
func (b *Bin) findPlacesLocked() {
	if b.others != nil {
		return
	}
	b.others = map[string]bool{}
	f, err := b.openRegular(path.Join(Name, placesName), os.O_RDONLY)
	if err != nil {
		return // there is none
	}
	defer f.Close()
	text, _ := io.ReadAll(io.LimitReader(f, maxPlaces*maxPath))
	for dir := range strings.Lines(string(text)) {
		if dir = strings.TrimSuffix(dir, "\n"); sound(dir) && len(b.others) < maxPlaces {
			b.others[dir] = true
		}
	}
}

// rememberPlace notes that another disk has a bin. Where the top can't be written, that is forgotten with this process.
func (b *Bin) rememberPlace(dir string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if dir == "" || b.others[dir] || len(b.others) >= maxPlaces || strings.ContainsRune(dir, '\n') {
		return
	}
	b.others[dir] = true
	f, err := b.openRegular(path.Join(Name, placesName), os.O_WRONLY|os.O_CREATE|os.O_APPEND)
	if err != nil {
		return
	}
	_, _ = fmt.Fprintln(f, dir) // found again with the next that is removed there
	f.Close()
}

// dropPlace takes back a bin that turned out to be of no use, if nothing else is in it.
func (b *Bin) dropPlace(dir string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.places[dir]
	if p == nil || dir == "" || b.others[dir] {
		return
	}
	p.journal.Close()
	delete(b.places, dir)
	for action := range p.made {
		_ = b.root.Remove(p.at(action))
	}
	list, err := fs.ReadDir(b.root.FS(), p.at())
	if err == nil && len(list) == 1 && list[0].Name() == journalName {
		_ = b.root.Remove(p.at(journalName))
		_ = b.root.Remove(p.at())
	}
}

// elsewhere tells whether an error says that another place may do better.
func elsewhere(err error, moving bool) bool {
	return errors.Is(err, syscall.EXDEV) || !moving && (errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS))
}
