package ui

import (
	"context"
	"slices"
	"sync"
	"time"

	"lanyard/app/node"
	"lanyard/app/ui/filelist"
)

// followEvery is how often lines that come while a folder is listed are put between those that are shown.
const followEvery = 250 * time.Millisecond

// arriving is the items of a folder that is being listed.
type arriving struct {
	mu    sync.Mutex // guards the below
	items []filelist.Item
	told  bool // the window will take what has come
}

// add takes a portion of the list. news says that the window doesn't know yet that something has come.
func (a *arriving) add(some []node.Entry) (news bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range some {
		a.items = append(a.items, filelist.Item{Name: e.Name, Folder: e.Folder, Size: e.Size, Modified: e.Modified})
	}
	news = !a.told && len(a.items) > 0
	a.told = a.told || news
	return news
}

// take returns all that has come so far; no more comes into that slice.
func (a *arriving) take() []filelist.Item {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.told = false
	return slices.Clip(a.items)
}

// list reads a folder of a PC. some is called with all that has come so far, as often as the window has time for it; then
// with all there is, or with the reason why not.
func (u *UI) list(at node.Location, some func([]filelist.Item), then func([]filelist.Item, error)) *task {
	return u.work.start(func(ctx context.Context) func() {
		var a arriving
		err := u.svc.List(ctx, at, func(entries []node.Entry) error {
			if a.add(entries) {
				u.work.post(func() {
					if ctx.Err() == nil { // else it was stopped, or then will tell all
						some(a.take())
					}
				})
			}
			return nil
		})
		return func() { then(a.take(), err) }
	})
}

// more takes what has come so far.
func (v *folderView) more(items []filelist.Item) {
	if !v.coming {
		return
	}
	v.all = items
	switch {
	case v.loaded:
		v.selected()
		v.follow()
	case v.sorted == nil:
		v.arrange(v.order)
	}
}

// follow orders what has come since the last time, after a while: in between, lines stand still.
func (v *folderView) follow() {
	if v.coming && v.sorted == nil && v.due == nil && len(v.all) > v.sees {
		v.due = v.do.later(followEvery, func() { v.arrange(v.order) })
	}
}

// whole takes the list when it is complete, or what kept it from that. A part is not left to be taken for the whole.
func (v *folderView) whole(items []filelist.Item, err error) {
	v.foot.settle()
	if node.KindOf(err) == node.Offline && v.loaded && !v.coming {
		v.foot.tell(v.wasSo()) // better than nothing
		return
	}
	if err != nil {
		v.foot.tell("")
		v.halt()
		v.loaded, v.coming = false, false
		v.put(v.trouble(err))
		v.selected()
		return
	}
	all := v.coming && v.loaded && v.sorted == nil && v.sees == len(items)
	v.all, v.coming = items, false
	if all {
		v.halt()
		v.selected()
	} else {
		v.arrange(v.order)
	}
	if v.stale {
		v.refresh()
	}
}

// halt ends ordering that is under way.
func (v *folderView) halt() {
	v.sorted.stop()
	v.due.stop()
	v.sorted, v.due = nil, nil
}
