package transfers

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

const (
	stateExt  = ".json"
	tempExt   = ".new"
	maxRecord = 32 << 20 // bytes of one transfer's file: the paths of what fits on a command line, many times over
	maxID     = 64       // bytes; those given here are shorter
)

// load reads all transfers. What ran when the last process ended waits for its turn again.
func (q *Queue) load() error {
	dir, err := q.root.Open(".")
	if err != nil {
		return err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return err
	}
	for _, name := range names {
		if id, ok := strings.CutSuffix(name, stateExt); ok {
			if err := q.loadOne(id); err != nil {
				return err
			}
		}
		if strings.HasSuffix(name, tempExt) {
			_ = q.root.Remove(name) // of a write that was broken off
		}
	}
	for _, name := range names { // results of what is no longer known
		if id, ext, ok := strings.Cut(name, "."); ok && q.items[id] == nil && ("."+ext == doneExt || "."+ext == failedExt) && !slices.Contains(q.damaged, id+stateExt) {
			_ = q.root.Remove(name)
		}
	}
	slices.Sort(q.damaged)
	return nil
}

func (q *Queue) loadOne(id string) error {
	it, err := q.read(id)
	if err == nil {
		q.items[id] = it
		q.turn = max(q.turn, it.t.Turn)
		return nil
	}
	var system *fs.PathError
	if errors.As(err, &system) { // it can't be read now, which doesn't mean that it is damaged
		return err
	}
	name := id + stateExt
	if q.o.Logger != nil {
		q.o.Logger.Warn("damaged file set aside", "file", name, "err", err)
	}
	q.damaged = append(q.damaged, name)
	kept := name + ".bak"
	for i := 2; ; i++ {
		if _, err := q.root.Lstat(kept); err != nil {
			return q.root.Rename(name, kept)
		}
		kept = fmt.Sprintf("%s.bak%d", name, i)
	}
}

func (q *Queue) read(id string) (*item, error) {
	info, err := q.root.Stat(id + stateExt)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxRecord {
		return nil, fmt.Errorf("larger than %d bytes", maxRecord)
	}
	data, err := q.root.ReadFile(id + stateExt)
	if err != nil {
		return nil, err
	}
	it := &item{results: &results{root: q.root, id: id}}
	if err := json.Unmarshal(data, &it.t); err != nil {
		return nil, err
	}
	t := &it.t
	if t.ID != id || len(id) > maxID || t.Kind == "" || t.PC == "" {
		return nil, errors.New("it is not what its name says")
	}
	t.Left = -1
	switch t.State {
	case Running:
		q.recount(it)
		t.State = Waiting
	case Blocked, Waiting:
		t.State, t.Waits = Waiting, ""
	case Paused, Asking, Done, Failed, Cancelled, Declined:
	default:
		return nil, fmt.Errorf("unknown state %q", t.State)
	}
	return it, nil
}

// recount makes the figures of a transfer that was broken off by the end of its process those of its results.
func (q *Queue) recount(it *item) {
	t := &it.t
	var bytes int64
	t.Files, t.Same, t.Skipped = 0, 0, 0
	_ = it.results.each(func(r Result) error {
		t.count(r.How)
		if r.How == Sent || r.How == Same || r.How == Known {
			bytes += r.Size
		}
		return nil
	})
	t.Bytes = max(t.Bytes, bytes)
}

// count notes one file.
func (t *Transfer) count(how How) {
	switch how {
	case Sent, Known:
		t.Files++
	case Same:
		t.Files++
		t.Same++
	case Skipped:
		t.Skipped++
	case Faulty:
		t.Failed++
	}
}

// save writes a transfer's file, as it is at this moment.
func (q *Queue) save(it *item) error {
	it.saving.Lock()
	defer it.saving.Unlock()
	q.mu.Lock()
	t, gone := it.t, it.gone
	q.mu.Unlock()
	if gone {
		return nil
	}
	data, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("encode transfer %s: %w", t.ID, err)
	}
	if err := q.write(t.ID+stateExt, data); err != nil {
		return fmt.Errorf("write transfer %s: %w", t.ID, err)
	}
	return nil
}

// keep saves where nobody waits for how that went: the transfer goes on, and is saved again when it changes next.
func (q *Queue) keep(it *item) {
	if err := q.save(it); err != nil && q.o.Logger != nil {
		q.o.Logger.Warn("transfer not saved", "err", err)
	}
}

func (q *Queue) write(name string, data []byte) error {
	temp := name + tempExt
	f, err := q.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = q.root.Rename(temp, name)
	}
	if err != nil {
		_ = q.root.Remove(temp)
		return err
	}
	if dir, err := q.root.Open("."); err == nil { // a system that can't is no reason to fail
		_ = dir.Sync()
		dir.Close()
	}
	return nil
}

// drop removes the file of a transfer that was taken out of the queue.
func (q *Queue) drop(it *item) {
	it.saving.Lock()
	defer it.saving.Unlock()
	q.mu.Lock()
	it.gone = true
	q.mu.Unlock()
	_ = q.root.Remove(it.t.ID + stateExt)
	it.results.remove()
}

// trim forgets the oldest transfers that have ended, and the results of more than that.
func (q *Queue) trim() {
	q.mu.Lock()
	var ended, gone []*item
	for _, it := range q.items {
		if it.t.State.Ended() && !it.busy {
			ended = append(ended, it)
		}
	}
	slices.SortFunc(ended, func(a, b *item) int { return b.t.Ended.Compare(a.t.Ended) })
	if len(ended) > maxEnded {
		ended, gone = ended[:maxEnded], ended[maxEnded:]
	}
	for _, it := range gone {
		delete(q.items, it.t.ID)
	}
	q.mu.Unlock()
	for _, it := range gone {
		q.drop(it)
	}
	var size int64
	for _, it := range ended {
		if size += it.results.size(); size > maxResults {
			it.results.remove()
		}
	}
}
