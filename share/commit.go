package share

import (
	"crypto/rand"
	"encoding/hex"
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
	fewFiles   = 16                 // up to which a sync of each is cheaper than one of the whole disk
	maxTouched = 1 << 20            // bytes of the paths of folders that are synced together
	staleAfter = 7 * 24 * time.Hour // a temporary that nobody came back for
	groupTime  = 5 * time.Second    // after which what came is made durable and told of, however little it is
	aloneSize  = 16 << 20           // from which a file is made durable at once; photos and documents are as a group
)

// committer makes written temporaries durable, then gives them their names, then makes these durable. A group is made durable
// while the next one is written.
type committer struct {
	root *os.Root
	name func(i *incoming, err error) // names one, or is told that it can't be
	may  func() bool                  // tells whether files may still be named; nil is yes
	told func()                       // called when a group has been named; nil is nobody

	busy sync.WaitGroup // at most one group on its way

	mu      sync.Mutex
	group   []*incoming // written, not yet durable; mu guards the below
	began   time.Time   // of the first of them
	bytes   int64
	paths   int // bytes of their paths
	alone   bool
	touched map[string]bool // folders with new names
	length  int             // bytes of their paths
	err     error           // of a group
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
	i.in.release()
	i.in = nil
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.group) == 0 {
		c.began = time.Now()
	}
	c.group = append(c.group, i)
	c.bytes += i.Size
	c.paths += len(i.Path) + len(i.at) + len(i.temp)
	c.alone = c.alone || i.Size >= aloneSize
}

// full tells whether it is time for a commit.
func (c *committer) full() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.group) >= groupFiles || c.bytes >= groupBytes || c.paths >= groupPaths || c.alone || len(c.group) > 0 && time.Since(c.began) > groupTime
}

// touch notes that there are new names or times in a folder.
func (c *committer) touch(dir string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.touched == nil {
		c.touched = map[string]bool{}
	}
	if !c.touched[dir] {
		c.touched[dir] = true
		c.length += len(dir)
	}
}

// begin has what was added made durable and named, and returns once the group before is. An error is one of the disk, not of
// a file.
func (c *committer) begin() error {
	c.busy.Wait()
	c.mu.Lock()
	group, err := c.group, c.err
	c.group, c.bytes, c.paths, c.alone = nil, 0, 0, false
	c.mu.Unlock()
	if len(group) > 0 {
		c.busy.Go(func() { c.do(group) })
	}
	return err
}

// commit is begin, and waits for its end.
func (c *committer) commit() error {
	_ = c.begin()
	c.busy.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

func (c *committer) do(group []*incoming) {
	temps, dirs := make([]string, len(group)), map[string]bool{}
	for n, i := range group {
		temps[n] = i.temp
		dirs[path.Dir(i.temp)] = true
	}
	err := c.allowed()
	if err == nil {
		err = syncFiles(c.root, temps, dirs)
	}
	var in *openDir
	for _, i := range group {
		in = in.next(c.root, path.Dir(i.temp))
		i.in = in.use()
		c.name(i, err)
	}
	in.release()
	for dir := range dirs {
		c.touch(dir)
	}
	c.mu.Lock()
	long := c.length > maxTouched
	c.mu.Unlock()
	if err == nil && long {
		err = c.finish()
	}
	if c.told != nil {
		c.told()
	}
	if err != nil {
		c.mu.Lock()
		c.err = err
		c.mu.Unlock()
	}
}

// finish makes the names given so far durable.
func (c *committer) finish() error {
	c.mu.Lock()
	dirs := c.touched
	c.touched, c.length = nil, 0
	c.mu.Unlock()
	return syncDirs(c.root, dirs)
}

// finish gives a written temporary its time and closes it; durable says whether it is synced too.
func finish(root *os.Root, f *os.File, name string, modified time.Time, durable bool) error {
	var err error
	date := func() {
		if err == nil && !modified.IsZero() {
			err = setTime(root, f, name, modified)
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
type temps struct{ prefix, serial string }

// living are the prefixes of the receivers of this process.
var living sync.Map

// newTemps is for a transfer of which something half stays, or nil.
func newTemps(h *halves) *temps {
	id := make([]byte, 6)
	_, _ = rand.Read(id) // never fails
	t := &temps{serial: hex.EncodeToString(id) + "-"}
	key := ""
	if h != nil {
		key = h.key + "-"
	}
	if t.prefix = tempPrefix + strconv.FormatInt(time.Now().Unix(), 36) + "-" + key; h == nil {
		t.prefix, t.serial = t.prefix+t.serial, ""
	}
	living.Store(t.prefix, nil)
	return t
}

// name is that of the n-th temporary.
func (t *temps) name(n int) string { return t.prefix + t.serial + strconv.Itoa(n) }

func (t *temps) end() { living.Delete(t.prefix) }

// stale tells whether a name is one of a temporary that nobody will finish.
func stale(name string, now time.Time) bool {
	rest, ok := strings.CutPrefix(name, tempPrefix)
	if !ok {
		return false
	}
	stamp, rest, ok := strings.Cut(rest, "-")
	key, _, _ := strings.Cut(rest, "-")
	if _, lives := living.Load(tempPrefix + stamp + "-" + key + "-"); lives {
		return false
	}
	began, err := strconv.ParseInt(stamp, 36, 64)
	return ok && err == nil && now.Sub(time.Unix(began, 0)).Abs() > staleAfter // also from a clock that was wrong
}

// sweep removes what receivers that died have left in a folder, and tells found of other temporaries; nil is nobody.
func sweep(root *os.Root, dir string, found func(name string)) {
	_ = readNames(root, dir, func(name string) error {
		if !strings.HasPrefix(name, tempPrefix) {
			return nil
		}
		at := path.Join(dir, name)
		switch _, ok := regular(root, at); {
		case !ok:
		case stale(name, time.Now()):
			_ = root.Remove(at)
		case found != nil:
			found(name)
		}
		return nil
	})
}

// sweep is that for a folder that is put into, where something of this transfer may half stand.
func (r *receiver) sweep(dir string) {
	sweep(r.root, dir, func(name string) {
		if rest, ok := r.halves.belongs(name); ok {
			r.halves.found(rest, path.Join(dir, name))
		}
	})
}
