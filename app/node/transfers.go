package node

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"lanyard/app/node/gate"
	"lanyard/app/node/transfers"
	"lanyard/share"
)

// transfersDir is the queue's folder in the home.
const transfersDir = "transfers"

// openQueue opens the queue of transfers.
func (n *Node) openQueue() (err error) {
	n.queue, err = transfers.Open(n.home.Path(transfersDir), transfers.Options{
		Move: n.move, Abandon: n.abandon, Away: n.away, Changed: n.changes.fire, Logger: n.log,
	})
	if err != nil {
		return err
	}
	if lost := len(n.queue.Damaged()); lost > 0 {
		n.problems = append(n.problems, fmt.Sprintf("%d of the files that keep the transfers were damaged: those transfers are gone. They are kept in %s",
			lost, n.home.Path(transfersDir)))
	}
	return nil
}

// Get implements Service.
func (n *Node) Get(_ context.Context, from []Location, dest string, m Moving) (*Transfer, error) {
	if len(from) == 0 || !filepath.IsAbs(dest) {
		return nil, problem(Invalid, "", "say what to get and the folder to put it in")
	}
	first, paths, source, err := oneFolder(from)
	if err != nil {
		return nil, err
	}
	if err := checkDest(dest, len(from)); err != nil {
		return nil, err
	}
	id, folder, _, err := n.at(first)
	if err != nil {
		return nil, err
	}
	if folder == "" {
		return nil, problem(Invalid, "name a shared folder: PC:SHARE/PATH", "there is nothing to get in %q", first.PC)
	}
	return n.begin(transfers.Spec{
		Kind: "get", PC: id, Local: dest, Label: andMore(path.Base(path.Join(folder, paths[0])), len(from)), Source: source, Dest: dest,
		Folder: folder, Paths: paths, Had: n.mayUse(id, folder, gate.Read),
	}, m)
}

// oneFolder splits locations, which must be in one shared folder, into their paths in it and what to call them.
func oneFolder(from []Location) (first Location, paths, source []string, err error) {
	if len(from) == 0 {
		return first, nil, nil, problem(Invalid, "", "say what to get and the folder to put it in")
	}
	first = from[0]
	for _, l := range from {
		if l.PC != first.PC || l.Folder != first.Folder {
			return first, nil, nil, problem(Invalid, "get from one shared folder at a time", "the files are in different shared folders")
		}
		paths = append(paths, l.Path)
		source = append(source, l.PC+":"+path.Join(l.Folder, l.Path))
	}
	return first, paths, source, nil
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
func (n *Node) Put(ctx context.Context, files []string, to Location, m Moving) (*Transfer, error) {
	if err := checkFiles(files); err != nil {
		return nil, err
	}
	id, folder, _, err := n.at(to)
	if err != nil {
		return nil, err
	}
	if folder == "" {
		return nil, problem(Invalid, "name a shared folder: PC:SHARE[/PATH]", "files can only be put into a shared folder")
	}
	if err := n.checkRight(ctx, id, folder, gate.Add); err != nil {
		return nil, err
	}
	return n.begin(transfers.Spec{
		Kind: "put", PC: id, Local: files[0], Label: andMore(filepath.Base(files[0]), len(files)), Source: slices.Clone(files),
		Dest: n.nameOf(id) + ":" + path.Join(folder, to.Path), Folder: folder, Path: to.Path, Had: n.mayUse(id, folder, gate.Add),
	}, m)
}

// checkFiles tells what is wrong with files that a person wants to send.
func checkFiles(files []string) error {
	if len(files) == 0 {
		return problem(Invalid, "", "there is nothing to send")
	}
	for _, f := range files {
		if !filepath.IsAbs(f) {
			return problem(Invalid, "", "the path %q must be absolute", f)
		}
		if _, err := os.Lstat(f); err != nil {
			return problem(NotFound, "", "can't read %s: %w", f, pathCause(err))
		}
	}
	return nil
}

// begin puts a transfer into the queue.
func (n *Node) begin(s transfers.Spec, m Moving) (*Transfer, error) {
	if _, ok := existing[m.Existing]; !ok {
		return nil, problem(Invalid, "it is replace, both or skip", "there is no way %q to treat existing files", clean(m.Existing))
	}
	if !slices.Contains([]string{"", PriorityLow, PriorityNormal, PriorityHigh}, m.Priority) {
		return nil, noPriority(m.Priority)
	}
	s.Existing, s.Priority = m.Existing, m.Priority
	t, err := n.queue.Add(s)
	if err != nil {
		return nil, homeProblem(n.home.Path(), err)
	}
	shown := showTransfer(&t)
	return &shown, nil
}

// existing are the ways to treat files that are there already, in the words of faces.
var existing = map[string]share.Existing{
	"": share.Replace, ExistingReplace: share.Replace, ExistingBoth: share.KeepBoth, ExistingSkip: share.Skip,
}

// move makes one attempt to do a transfer.
func (n *Node) move(ctx context.Context, t transfers.Transfer, a *transfers.Attempt) error {
	ctx, done := n.use(ctx, t.PC)
	defer done()
	if t.Kind == "send" {
		return n.moveSend(ctx, t, a)
	}
	_, _, c, err := n.at(Location{PC: t.PC, Folder: t.Folder})
	if err != nil {
		return n.waitFor(ctx, &t, err, nil)
	}
	if t.Kind == "get" {
		if err := gone(&t); err != nil {
			return err
		}
	}
	p, waits := share.NewProgress(), &meter{}
	a.Watch(n.figures(t.PC, p, waits))
	c = n.metered(c, waits)
	m := share.Moving{ID: t.ID, Existing: existing[t.Existing], Done: func(r share.Result) { a.Result(result(r)) }}
	if len(t.Damaged) > 0 {
		m.Again = make(map[string]bool, len(t.Damaged))
		for _, p := range t.Damaged {
			m.Again[p] = true
		}
	}
	need := gate.Read
	switch {
	case t.Kind == "put":
		need = gate.Add
		err = c.Put(ctx, t.Source, t.Folder, t.Path, m, p)
	case len(t.Wanted) > 0:
		err = c.GetHeld(ctx, t.Folder, wanted(t.Wanted), m, p)
	default:
		err = c.Get(ctx, t.Folder, t.Paths, t.Dest, m, p)
	}
	if err == nil || p.HeldCount() > 0 {
		a.Hold(held(p.Held()), p.HeldCount())
	}
	if t.Had && n.lostRight(ctx, t.PC, t.Folder, need, err) {
		err = tookBack(n.nameOf(t.PC), t.Folder)
	} else {
		err = n.waitFor(ctx, &t, err, p)
	}
	n.unheld(&t, err)
	return err
}

// abandon removes what half stands of a transfer that was cancelled.
func (n *Node) abandon(ctx context.Context, t transfers.Transfer) {
	n.unheld(&t, errCancelled)
	if t.Kind == "send" {
		n.withdraw(ctx, t)
		return
	}
	switch {
	case t.Kind == "put":
		if _, _, c, err := n.at(Location{PC: t.PC, Folder: t.Folder}); err == nil {
			_ = c.Abandon(ctx, t.Folder, t.Path, t.ID) // what stays there is removed after some days
		}
	case len(t.Wanted) == 0:
		share.Abandon(t.Dest, t.ID)
	}
	for _, h := range t.Wanted {
		share.Abandon(filepath.Join(h.Dest, filepath.FromSlash(path.Dir(h.Local))), t.ID)
	}
}

// localFolder is the folder that the files of a get with this dest are in.
func localFolder(dest string) string {
	if info, err := os.Stat(dest); err == nil && info.IsDir() {
		return dest
	}
	return filepath.Dir(dest)
}

// result is what the queue keeps of a file.
func result(r share.Result) transfers.Result {
	kept := transfers.Result{Path: r.Path, At: r.At, Size: r.Size, Modified: r.Modified, How: string(r.How)}
	if r.Hash != (share.Hash{}) {
		kept.Hash = r.Hash[:]
	}
	if r.Err != nil {
		kept.Error = r.Err.Text
	}
	return kept
}

// Transfers of the queue, as faces see them.
func (n *Node) showTransfers() []Transfer {
	list := n.queue.List()
	shown := make([]Transfer, len(list))
	for i := range list {
		shown[i] = showTransfer(&list[i])
	}
	return shown
}

func showTransfer(t *transfers.Transfer) Transfer {
	shown := Transfer{
		ID: t.ID, Direction: t.Kind, PC: t.PC, Label: t.Label, Source: orEmpty(t.Source), Dest: t.Dest, Existing: t.Existing, Priority: t.Priority,
		Place: t.Place, State: TransferState(t.State), Waits: t.Waits, Bytes: t.Bytes, Total: t.Total, Speed: t.Speed, Limit: t.Limit, Left: t.Left,
		Files: t.Files, Count: t.Count, Same: t.Same, Skipped: t.Skipped, Failed: t.Failed, Held: make([]Held, len(t.Held)), HeldCount: t.HeldCount,
		Text: t.Text, Error: t.Error, Started: t.Started, Ended: t.Ended,
	}
	if shown.Existing == "" {
		shown.Existing = ExistingReplace
	}
	for i, h := range t.Held {
		shown.Held[i] = Held{Path: h.Path, Why: h.Why}
	}
	return shown
}

func showResult(r transfers.Result) Result {
	shown := Result{Path: r.Path, Size: r.Size, How: r.How, Error: r.Error}
	if r.At != r.Path {
		shown.At = r.At
	}
	if len(r.Hash) > 0 {
		shown.Hash = hex.EncodeToString(r.Hash)
	}
	return shown
}
