package ui

import (
	"context"
	"errors"
	"path"
	"time"

	"lanyard/app/node"
)

// Limits of counting what is in folders.
const (
	tellTally  = 100 * time.Millisecond // how often it is told how far the count is
	maxFolders = 200_000                // that are waiting to be looked into: a tree without an end must end
)

var errManyFolders = errors.New("there are too many folders in it to count them all")

// tally is how much is in folders.
type tally struct {
	files, folders int
	bytes          int64
	unread         int // folders that can't be looked into
}

// countIn counts what is in one folder, not below it.
func (u *UI) countIn(ctx context.Context, at node.Location) (n int, err error) {
	err = u.svc.List(ctx, at, func(some []node.Entry) error {
		n += len(some)
		return nil
	})
	return n, err
}

// countAll counts what is in folders and all below them, and tells now and then how far it is.
func (u *UI) countAll(ctx context.Context, folders []node.Location, tell func(tally)) (t tally, err error) {
	told := time.Now()
	for len(folders) > 0 {
		at := folders[len(folders)-1]
		folders = folders[:len(folders)-1]
		err := u.svc.List(ctx, at, func(some []node.Entry) error {
			for _, e := range some {
				if !e.Folder {
					t.files++
					t.bytes += e.Size
					continue
				}
				t.folders++
				if len(folders) >= maxFolders {
					return errManyFolders
				}
				folders = append(folders, node.Location{PC: at.PC, Folder: at.Folder, Path: path.Join(at.Path, e.Name)})
			}
			if now := time.Now(); now.Sub(told) >= tellTally {
				told = now
				tell(t)
			}
			return nil
		})
		switch kind := node.KindOf(err); {
		case err == nil:
		case ctx.Err() == nil && (kind == node.Denied || kind == node.NotFound):
			t.unread++ // it went away meanwhile, or its system keeps it from everybody
		default:
			return t, err
		}
	}
	return t, nil
}
