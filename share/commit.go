package share

import (
	"crypto/rand"
	"encoding/hex"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

// How files are made durable, and what becomes of those that never are.
const (
	fewFiles   = 16             // up to which a sync of each is cheaper than one of the whole disk
	maxTouched = 1 << 20        // bytes of the paths of folders that are synced together
	staleAfter = 24 * time.Hour // a temporary of a Lanyard that died, or of another one on a transfer of a day
)

// foldsCase says that this system usually takes A and a for one name.
var foldsCase = runtime.GOOS == "windows" || runtime.GOOS == "darwin"

// committer makes written temporaries durable, then gives them their names, then makes these durable.
type committer struct {
	root *os.Root
	name func(i *incoming, err error) // names one, or is told that it can't be
	may  func() bool                  // tells whether files may still be named; nil is yes

	touched map[string]bool // folders with new names
	length  int             // bytes of their paths

	mu    sync.Mutex
	group []*incoming // written, not yet durable; mu guards the below
	bytes int64
	paths int // bytes of their paths
}

// allowed is an error where the right to put files has been taken away since.
func (c *committer) allowed() error {
	if c.may != nil && !c.may() {
		return errNotFound
	}
	return nil
}

// add takes a file that has been written, but is not durable yet.
func (c *committer) add(i *incoming) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.group = append(c.group, i)
	c.bytes += i.Size
	c.paths += len(i.Path) + len(i.at) + len(i.temp)
}

// full tells whether it is time for a commit.
func (c *committer) full() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.group) >= groupFiles || c.bytes >= groupBytes || c.paths >= groupPaths
}

// touch notes that there are new names or times in a folder.
func (c *committer) touch(dir string) {
	if c.touched == nil {
		c.touched = map[string]bool{}
	}
	if !c.touched[dir] {
		c.touched[dir] = true
		c.length += len(dir)
	}
}

// commit makes what was added durable and names it. An error is one of the disk, not of a file.
func (c *committer) commit() error {
	c.mu.Lock()
	group := c.group
	c.group, c.bytes, c.paths = nil, 0, 0
	c.mu.Unlock()
	temps, dirs := make([]string, len(group)), map[string]bool{}
	for n, i := range group {
		temps[n] = i.temp
		dirs[path.Dir(i.temp)] = true
	}
	err := c.allowed()
	if err == nil {
		err = syncFiles(c.root, temps, dirs)
	}
	for _, i := range group {
		c.name(i, err)
	}
	for dir := range dirs {
		c.touch(dir)
	}
	if err == nil && c.length > maxTouched {
		err = c.finish()
	}
	return err
}

// finish makes the names given so far durable.
func (c *committer) finish() error {
	dirs := c.touched
	c.touched, c.length = nil, 0
	return syncDirs(c.root, dirs)
}

// runs are the permissions that make a file a program. No file gets them from here: that is for the owner of the PC to do.
const runs fs.FileMode = 0o111

// create makes the temporary of a file, with the mark of one from another PC. Where it replaces a file, it has the
// permissions of that: what was private stays so.
func create(root *os.Root, i *incoming) (*os.File, error) {
	f, err := root.OpenFile(i.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	mark(f)
	if !i.replaces {
		return f, nil
	}
	old, err := root.Lstat(i.at)
	switch {
	case err != nil:
	case old.Mode().IsRegular():
		_ = f.Chmod(old.Mode().Perm() &^ runs) // which some disks don't have
	default:
		_, _, err := look(root, i.at, nil)
		i.veiled = err != nil
	}
	return f, nil
}

// finish gives a written temporary its time and closes it; durable says whether it is synced too.
func finish(root *os.Root, f *os.File, i *incoming, durable bool) error {
	var err error
	date := func() {
		if err == nil && !i.Modified.IsZero() {
			err = root.Chtimes(i.temp, i.Modified, i.Modified)
		}
	}
	if runtime.GOOS != "windows" { // where closing a written file gives it a time
		date()
	}
	if err == nil && durable {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if runtime.GOOS == "windows" {
		date()
	}
	return err
}

// temps names the temporaries of one receiver. The time is in the name, as the file soon gets that of its original.
type temps struct{ prefix string }

// living are the prefixes of the receivers of this process.
var living sync.Map

func newTemps() *temps {
	id := make([]byte, 6)
	_, _ = rand.Read(id) // never fails
	t := &temps{tempPrefix + strconv.FormatInt(time.Now().Unix(), 36) + "-" + hex.EncodeToString(id) + "-"}
	living.Store(t.prefix, nil)
	return t
}

func (t *temps) end() { living.Delete(t.prefix) }

// stale tells whether a name is one of a temporary that nobody will finish.
func stale(name string, now time.Time) bool {
	rest, ok := strings.CutPrefix(name, tempPrefix)
	if !ok {
		return false
	}
	if _, lives := living.Load(name[:strings.LastIndexByte(name, '-')+1]); lives {
		return false
	}
	stamp, _, ok := strings.Cut(rest, "-")
	began, err := strconv.ParseInt(stamp, 36, 64)
	return ok && err == nil && now.Sub(time.Unix(began, 0)).Abs() > staleAfter // also from a clock that was wrong
}

// sweep removes what receivers that died have left in a folder.
func sweep(root *os.Root, dir string) {
	_ = readDir(root, dir, func(d fs.DirEntry) error {
		if d.Type().IsRegular() && stale(d.Name(), time.Now()) {
			_ = root.Remove(path.Join(dir, d.Name()))
		}
		return nil
	})
}
