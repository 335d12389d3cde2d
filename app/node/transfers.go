package node

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"lanyard/app/node/gate"
	"lanyard/share"
)

const (
	maxRunning   = 4                      // transfers at once: more only make each other slow
	maxListed    = 200                    // ended ones that are remembered
	sampleEvery  = 250 * time.Millisecond // progress for the eye
	speedHorizon = 3 * time.Second        // over which speed is averaged
)

// transfer is a Transfer on its way.
type transfer struct {
	Transfer              // guarded by Node.mu
	folder   string       // of a get: the shared folder there
	held     []share.Held // of a get: what FetchHeld would fetch
	progress *share.Progress
	quit     chan struct{} // closed once it is cancelled
	once     sync.Once
}

// Get implements Service.
func (n *Node) Get(_ context.Context, from []Location, dest string, _ Moving) (*Transfer, error) {
	if len(from) == 0 || !filepath.IsAbs(dest) {
		return nil, problem(Invalid, "", "say what to get and the folder to put it in")
	}
	first := from[0]
	var paths, source []string
	for _, l := range from {
		if l.PC != first.PC || l.Folder != first.Folder {
			return nil, problem(Invalid, "get from one shared folder at a time", "the files are in different shared folders")
		}
		paths = append(paths, l.Path)
		source = append(source, l.PC+":"+path.Join(l.Folder, l.Path))
	}
	if err := checkDest(dest, len(from)); err != nil {
		return nil, err
	}
	id, folder, c, err := n.at(first)
	if err != nil {
		return nil, err
	}
	if folder == "" {
		return nil, problem(Invalid, "name a shared folder: PC:SHARE/PATH", "there is nothing to get in %q", first.PC)
	}
	label := path.Base(path.Join(folder, paths[0]))
	t := &transfer{Transfer: Transfer{Direction: "get", PC: id, Label: andMore(label, len(from)), Source: source, Dest: dest}, folder: folder}
	had := n.mayUse(id, folder, gate.Read)
	return n.begin(t, func(ctx context.Context, p *share.Progress) error {
		err := c.Get(ctx, folder, paths, dest, share.Moving{}, p)
		if had && n.lostRight(ctx, id, folder, gate.Read, err) {
			return tookBack(n.nameOf(id), folder)
		}
		return n.transferProblem(ctx, id, Location{Folder: folder, Path: paths[0]}, dest, err)
	})
}

// checkDest finds out now what would fail only after the first byte.
func checkDest(dest string, count int) error {
	info, err := os.Stat(dest)
	switch {
	case err == nil && info.IsDir():
		return nil
	case err == nil && count > 1:
		return problem(Invalid, "name a folder", "%s is a file: several can't be put there", dest)
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return problem(Failed, "", "can't use %s: %w", dest, pathCause(err))
	case count > 1:
		return problem(NotFound, "make it first", "there is no folder %s", dest)
	}
	if info, err := os.Stat(filepath.Dir(dest)); err != nil || !info.IsDir() {
		return problem(NotFound, "make it first", "there is no folder %s", filepath.Dir(dest))
	}
	return nil
}

func andMore(label string, count int) string {
	if count > 1 {
		return fmt.Sprintf("%s and %d more", label, count-1)
	}
	return label
}

// Put implements Service.
func (n *Node) Put(_ context.Context, files []string, to Location, _ Moving) (*Transfer, error) {
	if len(files) == 0 {
		return nil, problem(Invalid, "", "there is nothing to send")
	}
	for _, f := range files {
		if !filepath.IsAbs(f) {
			return nil, problem(Invalid, "", "the path %q must be absolute", f)
		}
		if _, err := os.Lstat(f); err != nil {
			return nil, problem(NotFound, "", "can't read %s: %w", f, pathCause(err))
		}
	}
	id, folder, c, err := n.at(to)
	if err != nil {
		return nil, err
	}
	if folder == "" {
		return nil, problem(Invalid, "name a shared folder: PC:SHARE[/PATH]", "files can only be put into a shared folder")
	}
	t := &transfer{Transfer: Transfer{
		Direction: "put", PC: id, Label: andMore(filepath.Base(files[0]), len(files)), Source: slices.Clone(files),
		Dest: n.nameOf(id) + ":" + path.Join(folder, to.Path),
	}}
	had := n.mayUse(id, folder, gate.Add)
	return n.begin(t, func(ctx context.Context, p *share.Progress) error {
		err := c.Put(ctx, files, folder, to.Path, share.Moving{}, p)
		if had && n.lostRight(ctx, id, folder, gate.Add, err) {
			return tookBack(n.nameOf(id), folder)
		}
		return n.transferProblem(ctx, id, Location{Folder: folder, Path: to.Path}, files[0], err)
	})
}

// begin puts a transfer into the list and runs it when its turn has come.
func (n *Node) begin(t *transfer, move func(context.Context, *share.Progress) error) (*Transfer, error) {
	id := make([]byte, 4)
	if _, err := rand.Read(id); err != nil {
		return nil, err
	}
	t.ID = hex.EncodeToString(id)
	t.progress, t.quit = share.NewProgress(), make(chan struct{})
	t.State, t.Started, t.Total, t.Count, t.Held = TransferWaiting, time.Now(), -1, -1, []Held{}
	n.mu.Lock()
	n.transfers = append([]*transfer{t}, n.transfers...)
	n.trimTransfersLocked()
	shown := t.Transfer
	n.mu.Unlock()
	n.changes.fire()
	return &shown, n.spawn(func(ctx context.Context) { n.runTransfer(ctx, t, move) })
}

// runTransfer waits for a turn, moves, and keeps the figures up to date.
func (n *Node) runTransfer(ctx context.Context, t *transfer, move func(context.Context, *share.Progress) error) {
	select {
	case n.slots <- struct{}{}:
		defer func() { <-n.slots }()
	case <-t.quit:
		n.endTransfer(t, context.Canceled)
		return
	case <-ctx.Done():
		n.endTransfer(t, ctx.Err())
		return
	}
	ctx, done := n.use(ctx, t.PC)
	defer done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	moved := make(chan error, 1)
	go func() { moved <- move(ctx, t.progress) }() // waited for below
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	quit := t.quit
	for {
		select {
		case err := <-moved:
			n.endTransfer(t, err)
			return
		case <-quit:
			cancel()
			quit = nil
		case <-tick.C:
			n.sample(t, TransferRunning)
		}
	}
}

// sample copies the figures of a transfer for all to see.
func (n *Node) sample(t *transfer, state TransferState) {
	n.mu.Lock()
	defer n.mu.Unlock()
	p := t.progress
	moved := p.Bytes() - t.Bytes
	t.State, t.Bytes, t.Total, t.Files, t.Count, t.Failed = state, p.Bytes(), p.Total(), p.Files(), p.Count(), p.Failed()
	if state.Ended() {
		t.Speed = 0
	} else {
		weight := float64(sampleEvery) / float64(speedHorizon)
		if t.Speed == 0 {
			weight = 1
		}
		t.Speed += (float64(moved)/sampleEvery.Seconds() - t.Speed) * weight
	}
	n.changes.fire()
}

func (n *Node) endTransfer(t *transfer, err error) {
	cancelled := false
	select {
	case <-t.quit:
		cancelled = err != nil // what was complete already is done
	default:
	}
	state := TransferDone
	switch {
	case cancelled:
		state = TransferCancelled
	case err != nil:
		state = TransferFailed
	}
	n.mu.Lock()
	t.Ended = time.Now()
	t.held = t.progress.Held()
	t.Held, t.HeldCount = showHeld(t.held), t.progress.HeldCount()
	if state == TransferFailed {
		t.Error = err.Error()
	}
	n.mu.Unlock()
	n.sample(t, state)
}

// CancelTransfer implements Service.
func (n *Node) CancelTransfer(_ context.Context, id string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, t := range n.transfers {
		if t.ID != id {
			continue
		}
		if t.State.Ended() {
			return problem(Invalid, "", "transfer %s has ended already", id)
		}
		t.once.Do(func() { close(t.quit) })
		return nil
	}
	return problem(NotFound, "`lanyard transfers` lists them", "there is no transfer %q", id)
}

// ForgetTransfers implements Service.
func (n *Node) ForgetTransfers(context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.transfers = slices.DeleteFunc(n.transfers, func(t *transfer) bool { return t.State.Ended() })
	n.changes.fire()
	return nil
}

func (n *Node) showTransfersLocked() []Transfer {
	list := make([]Transfer, len(n.transfers))
	for i, t := range n.transfers {
		list[i] = t.Transfer
	}
	return list
}

// transferProblem puts what went wrong with a transfer in words: on this disk, or there.
func (n *Node) transferProblem(ctx context.Context, id string, l Location, local string, err error) error {
	var p *os.PathError
	var e *share.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		if e.Path != "" {
			l.Path = e.Path
		}
	case errors.Is(err, syscall.ENOSPC):
		return problem(Full, "make some room, or choose another folder", "this PC has no space left on the disk of %s", local)
	case errors.As(err, &p):
		return problem(Failed, "", "%s: %w", local, err)
	case errors.Is(err, context.Canceled) && context.Cause(ctx) == nil:
		return err
	}
	return n.fileProblem(ctx, id, l, err)
}

// trimTransfersLocked forgets the oldest that have ended.
func (n *Node) trimTransfersLocked() {
	kept := 0
	n.transfers = slices.DeleteFunc(n.transfers, func(t *transfer) bool {
		kept++
		return kept > maxListed && t.State.Ended()
	})
}
