package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"lanyard/app/node"
)

// copiesKept is how long copies of files of other PCs are kept that were made for another program: over a long weekend, in
// case it still has them open.
const copiesKept = 5 * 24 * time.Hour

// cancelWait is how long a transfer that nobody waits for any more has to be cancelled.
const cancelWait = 5 * time.Second

// endWait is how long one that was cancelled has to let go of its files.
const endWait = time.Second

// copies brings files of other PCs into private folders of this one, for other programs: to open them, to drag them there or to
// paste them.
type copies struct {
	svc node.Service
	dir string

	mu  sync.Mutex // guards the below
	own map[string]bool
}

func newCopies(svc node.Service, dir string) *copies {
	return &copies{svc: svc, dir: dir, own: map[string]bool{}}
}

// has tells whether a transfer is for a copy: who waits for that is told of it in another way.
func (c *copies) has(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.own[id]
}

// incomplete says that not all files came.
type incomplete struct{ transfer node.Transfer }

func (i incomplete) Error() string {
	if i.transfer.Error == "" {
		return "not all files came"
	}
	return i.transfer.Error
}

// bring fetches files and folders of one PC and returns where the copies are. tell, which may be nil, hears how far it is. When
// ctx ends, the transfer is cancelled. Of what came in part nothing stays.
func (c *copies) bring(ctx context.Context, from []node.Location, tell func(node.Transfer)) ([]string, error) {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make a folder for the copy: %w", err)
	}
	dir, err := os.MkdirTemp(c.dir, "")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the copy: %w", err)
	}
	whole := false
	defer func() {
		if !whole { // nobody gets what came of it
			_ = os.RemoveAll(dir) // else tidyCopies does
		}
	}()
	started, err := c.svc.Get(ctx, from, dir, node.Moving{Priority: node.PriorityHigh}) // somebody waits for it
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	c.own[started.ID] = true
	c.mu.Unlock()
	ended, err := c.follow(ctx, started.ID, tell)
	switch {
	case ctx.Err() != nil:
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelWait)
		defer cancel()
		err := c.svc.CancelTransfer(late, started.ID)
		late, cancel = context.WithTimeout(late, endWait)
		defer cancel()
		_, _ = c.follow(late, started.ID, nil) // or it would write on
		return nil, errors.Join(ctx.Err(), err)
	case err != nil:
		return nil, err
	case ended.State != node.TransferDone || ended.Failed > 0 || heldCount(ended) > 0:
		return nil, incomplete{ended}
	}
	paths, err := inFolder(dir)
	whole = err == nil
	return paths, err
}

// follow waits until a transfer has ended.
func (c *copies) follow(ctx context.Context, id string, tell func(node.Transfer)) (node.Transfer, error) {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	var last node.Transfer
	err := c.svc.Watch(watching, func(s *node.State) {
		t := findTransfer(s, id)
		if t == nil {
			return // not shown yet
		}
		last = *t
		if tell != nil {
			tell(last)
		}
		if last.State.Ended() {
			stop()
		}
	})
	return last, err
}

// inFolder returns what is in a folder of copies, which must be something.
func inFolder(dir string) (paths []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		if (e.Type().IsRegular() || e.IsDir()) && !strings.HasPrefix(e.Name(), ".") {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	if err == nil && len(paths) == 0 {
		err = errors.New("use the copy: it is not there")
	}
	return paths, err
}

// tidyCopies removes the copies of earlier days.
func (u *UI) tidyCopies() {
	before, dir := u.opt.Now().Add(-copiesKept), u.copies.dir
	u.work.start(func(ctx context.Context) func() {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil // none was ever made
		}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil || info.ModTime().After(before) || ctx.Err() != nil {
				continue
			}
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				u.opt.Log.Warn("an old copy stays", "err", err)
			}
		}
		return nil
	})
}
