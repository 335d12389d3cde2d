package ui

import (
	"slices"
	"strings"
	"time"

	"lanyard/app/node"
)

// binAction is what was replaced or removed by one deed.
type binAction struct {
	id    string
	pc    string
	time  time.Time // of the last of it
	items []node.BinItem
	files int
	bytes int64
}

// binActions groups the items of a bin by what was done, the latest first.
func binActions(items []node.BinItem) []binAction {
	at := map[string]int{}
	var actions []binAction
	for _, i := range items {
		id := i.Action
		if id == "" {
			id = i.ID
		}
		n, ok := at[id]
		if !ok {
			n = len(actions)
			at[id] = n
			actions = append(actions, binAction{id: id, pc: i.PC})
		}
		a := &actions[n]
		a.items = append(a.items, i)
		a.bytes += max(i.Size, 0)
		if !i.Folder {
			a.files++
		} else {
			a.files += max(i.Files, 0)
		}
		if i.Time.After(a.time) {
			a.time = i.Time
		}
	}
	for _, a := range actions {
		slices.SortStableFunc(a.items, func(a, b node.BinItem) int { return strings.Compare(a.Path, b.Path) })
	}
	slices.SortStableFunc(actions, func(a, b binAction) int { return b.time.Compare(a.time) })
	return actions
}

// ids are those of the items; a whole action goes by its own.
func (a binAction) ids() []string {
	if a.items[0].Action == "" {
		return []string{a.items[0].ID}
	}
	return []string{a.id}
}

// title says what was done: which file, or how many.
func (a binAction) title() string {
	if len(a.items) == 1 {
		return plain(a.items[0].Path)
	}
	if a.files == 0 {
		return trn("{{.N}} folder", "{{.N}} folders", len(a.items))
	}
	return trn("{{.N}} file", "{{.N}} files", a.files)
}

// done says how it came there and whose doing it was.
func (a binAction) done(who string) string {
	how := a.items[0].How
	for _, i := range a.items {
		if i.How != how {
			how = ""
		}
	}
	switch how {
	case "removed":
		return tr("Deleted by {{.PC}}", "PC", who)
	case "replaced":
		return tr("Replaced by {{.PC}}", "PC", who)
	case "moved":
		return tr("Moved over by {{.PC}}", "PC", who)
	}
	return tr("Deleted and replaced by {{.PC}}", "PC", who)
}

// namesShown is how many names stand on the card of an action.
const namesShown = 4

// names are the first of the paths.
func (a binAction) names() string {
	if len(a.items) == 1 {
		return ""
	}
	var names []string
	for _, i := range a.items[:min(len(a.items), namesShown)] {
		names = append(names, plain(i.Path))
	}
	text := strings.Join(names, ", ")
	if n := len(a.items) - namesShown; n > 0 {
		text += " " + trn("and one more", "and {{.N}} more", n)
	}
	return text
}

// removedIDs are the items that the removal of paths by a PC has just made: of each path the latest.
func removedIDs(items []node.BinItem, by string, paths []string) []string {
	latest := map[string]node.BinItem{}
	for _, i := range items {
		if i.How == "removed" && (i.PC == by || i.PC == "") && !i.Time.Before(latest[i.Path].Time) {
			latest[i.Path] = i
		}
	}
	var ids []string
	for _, p := range paths {
		if i, ok := latest[p]; ok {
			ids = append(ids, i.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// restoredText says what a restore has done.
func restoredText(r node.Restored) (kind noticeKind, text, hint string) {
	kind, text = noticeGood, trn("One item was brought back.", "{{.N}} items were brought back.", r.Items)
	if r.Items == 0 {
		kind, text = noticeInfo, tr("There was nothing to bring back.")
	}
	var lines []string
	for i, n := range r.Renamed {
		if i == namesShown {
			break
		}
		lines = append(lines, tr("{{.Name}} is called {{.As}} now: its name was taken.", "Name", plain(n.Path), "As", plain(n.As)))
	}
	if r.Failed > 0 {
		kind = noticeWarning
		lines = append(lines, because(trn("One could not be brought back", "{{.N}} could not be brought back", r.Failed), r.Error))
	}
	return kind, text, strings.Join(lines, "\n")
}
