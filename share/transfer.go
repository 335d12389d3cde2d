package share

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"time"
)

// Get fetches files and whole folders into the local folder dest; one alone gets the name dest when that is no folder.
// A file that is there already, of the same size and time, stays; of any other m says what becomes, once the new one is
// complete. Single files that fail don't stop the rest: they are in p, and the error tells how many and of the first. p may
// be nil. Files of a batch with names that are Risky stay where they are and are in p too; see GetHeld. A single file that is
// asked for by its own path is no batch.
func (c *Client) Get(ctx context.Context, folder string, paths []string, dest string, m Moving, p *Progress) error {
	wanted, dest, err := destination(folder, paths, dest)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dest)
	if err != nil {
		return err
	}
	defer root.Close()
	g := &getting{c: c, folder: folder, paths: paths, root: root, wanted: wanted, hold: true, m: m, p: p}
	if err := g.run(ctx); err != nil {
		return err
	}
	return g.p.result()
}

// getting is a Get that runs.
type getting struct {
	c      *Client
	folder string
	paths  []string
	root   *os.Root
	wanted map[string]want
	hold   bool
	below  string // what paths in results begin with
	m      Moving
	p      *Progress

	halves *halves
	known  map[[hashSize]byte]string // contents that are here
	round  int

	mu    sync.Mutex
	again map[string]bool // files that are to come once more; mu guards it
}

// maxAgain is how many files that didn't arrive as they were sent are fetched once more.
const maxAgain = 10_000

func (g *getting) run(ctx context.Context) error {
	if g.p == nil {
		g.p = NewProgress()
	}
	if len(g.m.ID) > maxTransferID {
		return &Error{Code: Invalid, Text: "the ID is too long"}
	}
	g.halves = newHalves(g.root, "", g.m.ID)
	defer g.halves.begin()()
	expire(g.root, time.Now())
	for ; ; g.round++ {
		last := g.again
		g.again = map[string]bool{}
		if err := g.once(ctx, last); err != nil {
			return err
		}
		if len(g.again) == 0 {
			break
		}
	}
	g.halves.remove()
	return nil
}

// once asks for the files, but for those that are here. last are those that are to come once more.
func (g *getting) once(ctx context.Context, last map[string]bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &receiver{
		root: g.root, mode: conflictOf(g.m.Existing), wanted: g.wanted, hold: g.hold, p: g.p, halves: g.halves, content: g.content,
		settled: g.settled, anew: g.m.Again,
	}
	var here *comparison
	if g.round > 0 || g.anything() {
		var err error
		if here, err = g.compare(ctx, r, last); err != nil {
			return err
		}
		if !here.needed {
			return nil
		}
	}
	body, err := asking(query{Paths: g.paths}, here.tell)
	if err != nil {
		return err
	}
	answer, err := g.c.stream(ctx, "get", g.folder, body)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	dec, err := newDecoder(answer.Body)
	if err != nil {
		return err
	}
	r.counted = here != nil
	return r.run(ctx, dec)
}

// content opens a file here whose content the other PC was told of.
func (g *getting) content(sum [hashSize]byte, _ string) (*os.File, error) {
	at, ok := g.known[sum]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return contentOf(g.root, g.halves, at)
}

// settled takes note of a file, and has one that is damaged come again.
func (g *getting) settled(i *incoming) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch i.how {
	case Faulty:
		if i.err.Code == Damaged && !i.err.Remote && g.round < maxTries-1 && len(g.again) < maxAgain {
			g.again[i.Path] = true
			return
		}
		g.p.fail(i.err)
	case LeftOut:
		g.p.skipped.Add(1)
	case HeldUp:
	default:
		if i.number != noNumber {
			g.p.files.Add(1)
		}
	}
	g.tell(i)
}

func (g *getting) tell(i *incoming) {
	if g.m.Done == nil {
		return
	}
	g.m.Done(Result{Path: i.Path, At: path.Join(g.below, i.at), Size: i.Size, Modified: i.Modified, Hash: i.sum, How: i.how, Err: i.err})
}

// anything tells whether there is anything in the destination that the files to come could be compared with.
func (g *getting) anything() bool { return g.halves.stand() || anythingIn(g.root, "") }

// destination finds the local folder for a Get, and the names that files get in it.
func destination(folder string, paths []string, dest string) (map[string]want, string, error) {
	wanted := make(map[string]want, len(paths))
	for _, p := range paths {
		if err := CheckPath(p); err != nil {
			return nil, "", err
		}
		name := baseName(p, folder)
		if _, twice := wanted[name]; twice {
			return nil, "", &Error{Code: Invalid, Text: "two of the files have the same name", Path: p}
		}
		wanted[name] = want{name, p}
	}
	if info, err := os.Stat(dest); err == nil && info.IsDir() {
		return wanted, dest, nil
	}
	if len(paths) != 1 {
		return nil, "", fmt.Errorf("get files: %s is no folder", dest)
	}
	for name := range wanted {
		wanted[name] = want{filepath.Base(dest), paths[0]}
	}
	return wanted, filepath.Dir(dest), nil
}

// Abandon removes what half stands of a Get into dest that is not to be gone on with.
func Abandon(dest, id string) {
	if info, err := os.Stat(dest); err != nil || !info.IsDir() {
		dest = filepath.Dir(dest)
	}
	root, err := os.OpenRoot(dest)
	if err != nil {
		return
	}
	defer root.Close()
	newHalves(root, "", id).remove()
}
