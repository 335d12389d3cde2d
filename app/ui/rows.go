package ui

import (
	"slices"

	"fyne.io/fyne/v2"
)

// row shows one thing of type T and can be given another.
type row[T any] interface {
	Object() fyne.CanvasObject
	set(item T)
}

// rows keeps one row for each thing in a container. A thing that stays keeps its row, so that the focus and the
// pointer's place survive every change of state.
type rows[T any] struct {
	box   *fyne.Container
	key   func(T) string
	fresh func() row[T]
	have  map[string]row[T]
	keys  []string
}

func newRows[T any](layout fyne.Layout, key func(T) string, fresh func() row[T]) *rows[T] {
	return &rows[T]{box: &fyne.Container{Layout: layout}, key: key, fresh: fresh, have: map[string]row[T]{}}
}

// show brings the rows in line with the items. It tells whether some came or went. When the one that has the keyboard is gone, the
// one in its place gets it.
func (r *rows[T]) show(items []T) bool {
	focused := slices.IndexFunc(r.keys, func(k string) bool { return focusIn(r.have[k].Object()) })
	keys := make([]string, 0, len(items))
	next := make(map[string]row[T], len(items))
	changed := len(items) != len(r.keys)
	for i, item := range items {
		k := r.key(item)
		keys = append(keys, k)
		changed = changed || r.keys[i] != k
		if w, ok := r.have[k]; ok {
			next[k] = w
		} else {
			next[k] = r.fresh()
			changed = true
		}
		next[k].set(item)
	}
	lost := focused >= 0 && next[r.keys[focused]] == nil
	r.have, r.keys = next, keys
	if changed {
		r.box.Objects = make([]fyne.CanvasObject, 0, len(keys))
		for _, k := range keys {
			r.box.Objects = append(r.box.Objects, next[k].Object())
		}
		r.box.Refresh()
	}
	if lost {
		var heir fyne.CanvasObject
		if len(keys) > 0 {
			heir = next[keys[min(focused, len(keys)-1)]].Object()
		}
		inherit(r.box, heir)
	}
	return changed
}

// at returns the key of the row under a place in the window, or "".
func (r *rows[T]) at(pos fyne.Position) string {
	for _, k := range r.keys {
		if under(r.have[k].Object(), pos) {
			return k
		}
	}
	return ""
}

// under tells whether an object is at a place in the window.
func under(o fyne.CanvasObject, at fyne.Position) bool {
	if !o.Visible() {
		return false
	}
	p := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	s := o.Size()
	return at.X >= p.X && at.Y >= p.Y && at.X < p.X+s.Width && at.Y < p.Y+s.Height
}
