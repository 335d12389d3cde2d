package node

import (
	"context"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"lanyard/app/node/identity"
	"lanyard/share"
)

// What this PC's disk or system did not let others write, for the eyes of its owner.
const (
	refusedFor  = 5 * time.Minute  // how long it is said after the last try: a transfer that waits tries more often than that
	refusedLook = 10 * time.Second // between two looks whether it still holds
	maxRefused  = 100              // shared folders of which it is said
	maxRefusedP = 120              // bytes of a path
)

// refusals are what others could not write: one for each folder and kind of trouble, whoever tries and how often.
type refusals struct {
	mu  sync.Mutex
	all map[refusal]*refused // mu guards it
}

// refusal is what is said once.
type refusal struct {
	folder string // "" is what people send to the person here
	code   share.Code
}

type refused struct {
	who  string // the last who tried: see share.Options.Who
	dir  string
	free int64 // bytes of the disk then; -1 unknown
	last time.Time
	over bool // it is no longer said; that it was is remembered, so that the log isn't filled by turns
	text string
}

// wrote takes note of how it ended that another PC wanted to write: see share.Options.
func (n *Node) wrote(folder, who string, err *share.Error) {
	name, dir := folder, ""
	if id, is := strings.CutPrefix(folder, offerPrefix); is {
		name = ""
		if e, ok := n.inbox.Get(id); ok {
			dir = e.Staging()
		}
	}
	n.mu.Lock()
	for _, f := range n.settings.Folders {
		if f.Name == folder {
			dir = f.Dir
		}
	}
	pc := n.nameLocked(who)
	if !identity.ValidID(who) {
		pc = "a guest"
	}
	n.mu.Unlock()
	if err == nil {
		if n.refusals.clear(name, who) {
			n.changes.fire()
		}
		return
	}
	r := &refused{who: who, dir: dir, free: free(dir), last: time.Now()}
	r.text = refusedText(pc, name, r, err)
	if dir == "" {
		return
	}
	news, first := n.refusals.add(refusal{name, err.Code}, r)
	if first {
		n.log.Warn("another could not write here", "pc", pc, "folder", name, "why", err.Text)
	}
	if news {
		n.changes.fire()
	}
}

// refusedText is what the owner reads.
func refusedText(pc, folder string, r *refused, err *share.Error) string {
	where := "the shared folder " + folder
	if folder == "" {
		where = "the inbox"
	}
	if err.Code == share.Full {
		left := ""
		if r.free >= 0 {
			left = fmt.Sprintf(": %d MB are left there, of which some are kept for this PC", r.free/1e6)
		}
		return fmt.Sprintf("the disk of %s has no room for what %s wants to put there%s. Make some room in %s", where, pc, left, r.dir)
	}
	at := r.dir
	if p := path.Dir(err.Path); folder != "" && err.Path != "" && p != "." {
		at = filepath.Join(at, filepath.FromSlash(shorten(p, maxRefusedP)))
	}
	return fmt.Sprintf("%s wanted to change something in %s, and could not: %s. Let Lanyard write in %s, or share it only to be read",
		pc, where, err.Text, printable(at))
}

// add notes a refusal, and tells whether that is news, and the first of late. What is said already stays as it is.
func (s *refusals) add(key refusal, r *refused) (news, first bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.all[key]
	if old != nil && !old.over {
		old.who, old.last = r.who, r.last
		return false, false
	}
	if s.all == nil {
		s.all = map[refusal]*refused{}
	}
	if old == nil && len(s.all) >= maxRefused {
		return false, false
	}
	s.all[key] = r
	return true, old == nil
}

// clear forgets what no longer holds now that who has written in a folder: it has room, and lets that PC write.
func (s *refusals) clear(folder, who string) bool {
	return s.end(func(key refusal, r *refused) bool {
		return key.folder == folder && (key.code == share.Full || r.who == who)
	})
}

// tend forgets what is over: nobody tries any more, or there is room again.
func (s *refusals) tend(now time.Time) bool {
	s.forget(now)
	return s.end(func(key refusal, r *refused) bool {
		room := key.code == share.Full && r.free >= 0 && free(r.dir) >= r.free+max(moreRoom, r.free/10)
		return room || now.Sub(r.last) > refusedFor
	})
}

// end has no longer be said what is over, and tells whether there was such.
func (s *refusals) end(over func(refusal, *refused) bool) (some bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, r := range s.all {
		if !r.over && over(key, r) {
			r.over, some = true, true
		}
	}
	return some
}

// forget makes room for others.
func (s *refusals) forget(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.all, func(_ refusal, r *refused) bool { return r.over && now.Sub(r.last) > refusedFor })
}

// texts are what there is to say, in an order that stays.
func (s *refusals) texts() []string {
	var list []string
	s.each(func(_ refusal, r *refused) { list = append(list, r.text) })
	slices.Sort(list)
	return list
}

// each calls with every one that is said.
func (s *refusals) each(with func(refusal, *refused)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, r := range s.all {
		if !r.over {
			with(key, r)
		}
	}
}

// tendRefusals looks now and then whether what was refused still would be.
func (n *Node) tendRefusals(ctx context.Context) error {
	tick := time.NewTicker(refusedLook)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if n.refusals.tend(time.Now()) {
			n.changes.fire()
		}
	}
}

// shorten cuts the middle out of a long path.
func shorten(p string, most int) string {
	p = printable(p)
	if len(p) <= most {
		return p
	}
	return cut(p, most/2) + "…" + strings.ToValidUTF8(p[len(p)-most/2:], "") // a character may have been cut in two
}
