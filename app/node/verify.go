package node

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"lanyard/app/node/transfers"
	"lanyard/share"
)

const (
	checkGroup = 1000   // files that another PC is asked to read at a time
	maxBad     = 10_000 // damaged files that are named: nobody reads on
)

var errEnough = errors.New("enough")

// VerifyTransfer implements Service.
func (n *Node) VerifyTransfer(ctx context.Context, id string) (*Verification, error) {
	t, ok := n.queue.Get(id)
	if !ok {
		return nil, noTransfer(id)
	}
	if !t.State.Ended() {
		return nil, n.steered(id, transfers.ErrNotEnded)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	v := &verifier{v: Verification{Bad: []Result{}}}
	var err error
	if t.Kind == "get" {
		err = v.here(ctx, localFolder(t.Dest), func(each func(transfers.Result) error) error { return n.queue.Each(id, each) })
	} else {
		err = n.verifyThere(ctx, &t, v)
	}
	if err != nil {
		return nil, err
	}
	v.v.Checked -= len(v.v.Bad)
	return &v.v, n.noteDamage(id, v.v.Bad)
}

// noteDamage has a transfer send again, when it is told to, what is missing, changed or damaged.
func (n *Node) noteDamage(id string, bad []Result) error {
	if len(bad) == 0 {
		return nil
	}
	paths := make([]string, len(bad))
	for i, r := range bad {
		paths[i] = r.Path
	}
	why := fmt.Sprintf("%d of its files are missing, changed or damaged since, the first: %s", len(bad), clean(bad[0].Path))
	if err := n.queue.Damage(id, paths, why); err != nil {
		return n.steered(id, err)
	}
	return nil
}

// verifier counts what is found.
type verifier struct{ v Verification }

// checkable returns what can be verified of a file, and counts it.
func (v *verifier) checkable(r transfers.Result) (share.Result, bool) {
	sent := share.Result{Path: r.Path, At: r.At, Size: r.Size, Modified: r.Modified, How: share.How(r.How)}
	switch {
	case r.How == transfers.Same || len(r.Hash) != len(sent.Hash) && (r.How == transfers.Sent || r.How == transfers.Known):
		v.v.Unknown++
		return sent, false
	case r.How != transfers.Sent && r.How != transfers.Known:
		return sent, false
	}
	copy(sent.Hash[:], r.Hash)
	v.v.Checked++
	return sent, true
}

func (v *verifier) bad(r share.Result, why string) {
	if len(v.v.Bad) < maxBad {
		shown := showResult(result(r))
		shown.Error = why
		v.v.Bad = append(v.v.Bad, shown)
	}
}

// here reads the files of a get.
func (v *verifier) here(ctx context.Context, dest string, each func(func(transfers.Result) error) error) error {
	var failed error
	files := iter.Seq[share.Result](func(yield func(share.Result) bool) {
		failed = each(func(r transfers.Result) error {
			if sent, ok := v.checkable(r); ok && !yield(sent) {
				return errEnough
			}
			return nil
		})
	})
	err := share.VerifyLocal(ctx, dest, files, v.bad)
	if err == nil && !errors.Is(failed, errEnough) {
		err = failed
	}
	if err != nil && ctx.Err() == nil {
		return problem(Failed, "is the disk plugged in?", "can't read the files in %s: %w", dest, pathCause(err))
	}
	return err
}

// verifyThere has the other PC read the files of a put.
func (n *Node) verifyThere(ctx context.Context, t *transfers.Transfer, v *verifier) error {
	_, _, c, err := n.at(Location{PC: t.PC, Folder: t.Folder})
	if err != nil {
		return err
	}
	ctx, done := n.use(ctx, t.PC)
	defer done()
	var group []share.Result
	ask := func() error {
		bad, err := c.Verify(ctx, t.Folder, group)
		for _, r := range bad {
			why := "it is not what it was"
			if r.Err != nil {
				why = r.Err.Text
			}
			v.bad(r, why)
		}
		group = group[:0]
		return err
	}
	err = n.queue.Each(t.ID, func(r transfers.Result) error {
		sent, ok := v.checkable(r)
		if !ok {
			return nil
		}
		if group = append(group, sent); len(group) == checkGroup {
			return ask()
		}
		return nil
	})
	if err == nil && len(group) > 0 {
		err = ask()
	}
	if err != nil {
		return n.fileProblem(ctx, t.PC, Location{Folder: t.Folder, Path: t.Path}, err)
	}
	return nil
}
