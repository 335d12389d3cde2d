package ui

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// folderPickDeeds is what the list of folders to share asks for.
type folderPickDeeds interface {
	userFolders(then func([]string)) *task
	putFolder(f node.Folder, then func(error))
	dropFolder(f node.Folder, then func(error))
	askEditFolder(f node.Folder)
	askShare(dir string)
	askShareNew()
}

// folderPicks is the folders of this PC that are shared and those that people share most, each with what the others may do.
type folderPicks struct {
	do        folderPickDeeds
	box       *fyne.Container
	lines     *rows[folderPick]
	hint      *look.Button
	suggested []string
	wished    map[string]string // by path: what the others may do once it is shared, where somebody has chosen
	asked     *task
	state     *node.State
	onKey     func(fyne.KeyName) bool // a key in one of the lines; may be nil
}

// folderPick is a folder that is shared, or could be.
type folderPick struct {
	node.Folder
	shared bool
	allows string // in words
}

func newFolderPicks(do folderPickDeeds) *folderPicks {
	v := &folderPicks{do: do, wished: map[string]string{}}
	v.lines = newRows(fyne.Layout(&look.Column{Gap: 8}), func(p folderPick) string { return p.Dir }, func() row[folderPick] { return newFolderPickLine(v) })
	v.hint = dropHint(tr("Drop a folder here to share it, or click to choose one"), do.askShareNew)
	v.box = container.New(&look.Column{Gap: 10}, v.lines.box, v.hint)
	v.asked = do.userFolders(func(dirs []string) {
		v.suggested = dirs
		v.refresh()
	})
	return v
}

func (v *folderPicks) content() fyne.CanvasObject { return v.box }
func (v *folderPicks) leave()                     { v.asked.stop() }

func (v *folderPicks) show(s *node.State) {
	v.state = s
	v.refresh()
}

// refresh shows those that are shared, then those that could be.
func (v *folderPicks) refresh() {
	if v.state == nil {
		return
	}
	var all []folderPick
	for _, f := range v.state.Folders {
		all = append(all, folderPick{f, true, allowText(v.state, f.Allow)})
	}
	for _, dir := range v.suggested {
		if slices.ContainsFunc(all, func(p folderPick) bool { return p.Dir == dir }) {
			continue
		}
		access := v.wished[dir]
		if access == "" {
			access = "read"
		}
		all = append(all, folderPick{Folder: node.Folder{Dir: dir, Name: filepath.Base(dir), Allow: map[string]string{everyone: access}}})
	}
	v.lines.show(all)
	v.box.Refresh()
}

// share shares a folder, or stops it.
func (v *folderPicks) share(p folderPick, on bool) {
	again := func(err error) {
		if err != nil {
			v.refresh() // the box shows how it is
		}
	}
	if on {
		v.do.putFolder(p.Folder, again)
		return
	}
	v.wished[p.Dir] = p.Allow[everyone]
	v.do.dropFolder(p.Folder, again)
}

// choose sets what everybody in the workgroup may do; what is decided for single PCs and guests stays.
func (v *folderPicks) choose(p folderPick, access string) {
	if !p.shared {
		v.wished[p.Dir] = access
		v.refresh()
		return
	}
	p.Allow = maps.Clone(p.Allow)
	p.Allow[everyone] = access
	v.do.putFolder(p.Folder, func(err error) {
		if err != nil {
			v.refresh()
		}
	})
}

// pickAccesses are what everybody may be allowed here; the rest is for who asks for more.
var pickAccesses = []string{"read", "change", "add"}

// pickText says in a sentence what everybody may do.
func pickText(access string) string {
	switch access {
	case "read":
		return tr("Everyone in the workgroup may look and copy")
	case "change":
		return tr("Everyone in the workgroup may add and change")
	case "add":
		return tr("Everyone in the workgroup may only put new files in")
	}
	return accessText(access)
}

// folderPickLine is one of the folders.
type folderPickLine struct {
	*look.Tile
	list      *folderPicks
	pick      folderPick
	share     *check
	dir, why  *look.Text
	may       *choice
	accesses  []string // what may offers
	more      *widget.Button
	following bool // the controls follow the state and mean nothing by it
}

func newFolderPickLine(list *folderPicks) *folderPickLine {
	l := &folderPickLine{list: list, dir: look.NewCaption("").Shrink(40), may: newChoice(nil, nil),
		why: look.NewText("").In(theme.ColorNameError, theme.SizeNameCaptionText).Shrink(40)}
	l.share = newCheck("", nil)
	l.share.OnChanged = func(on bool) {
		if !l.following {
			list.share(l.pick, on)
		}
	}
	l.share.onKey, l.may.onKey = list.onKey, list.onKey
	l.may.OnChanged = func(string) {
		if i := l.may.SelectedIndex(); !l.following && i >= 0 && l.accesses[i] != ownRules {
			list.choose(l.pick, l.accesses[i])
		}
	}
	l.more = quietButton("", look.IconPeople, func() {
		if l.pick.shared {
			list.do.askEditFolder(l.pick.Folder)
		} else {
			list.do.askShare(l.pick.Dir)
		}
	})
	right := container.NewBorder(nil, nil, nil, l.more, container.New(atLeast{width: 345}, l.may))
	name := container.NewBorder(nil, nil, look.Pad(0, 4, look.Middle(look.Icon(look.IconFolderFull, 22))), nil, look.VBox(0, l.share, look.Pad(0, 6, l.dir)))
	l.Tile = look.NewCard(look.VBox(2, container.New(&look.Aside{Gap: 12}, name, look.Middle(right)), l.why), nil)
	l.Inset = fyne.NewSize(10, 7)
	return l
}

// ownRules stands for rights that are not the same for all.
const ownRules = "own"

func (l *folderPickLine) set(p folderPick) {
	l.pick, l.following = p, true
	defer func() { l.following = false }()
	l.share.SetText(plain(p.Name))
	l.share.SetChecked(p.shared)
	l.dir.SetText(plain(p.Dir))
	l.why.SetText(plain(sentence(p.Error)))
	visible(l.why, p.Error != "")
	l.accesses = slices.Clone(pickAccesses)
	texts := make([]string, len(l.accesses))
	for i, a := range l.accesses {
		texts[i] = pickText(a)
	}
	at := slices.Index(l.accesses, p.Allow[everyone])
	if at < 0 || len(p.Allow) > 1 { // as somebody has decided elsewhere
		at = len(texts)
		l.accesses, texts = append(l.accesses, ownRules), append(texts, p.allows)
	}
	l.may.Options = texts
	l.may.SetSelectedIndex(at)
}

// userFolders finds the folders for documents, pictures and the like of the person at this PC.
func (u *UI) userFolders(then func([]string)) *task {
	find := u.opt.UserFolders
	return u.work.start(func(context.Context) func() {
		dirs := find()
		return func() { then(dirs) }
	})
}

// putFolder shares a folder, or changes what the others may do in it. Where the node is not sure that it is meant, the person is asked.
func (u *UI) putFolder(f node.Folder, then func(error)) {
	u.work.start(func(ctx context.Context) func() {
		_, err := u.svc.ShareFolder(ctx, f)
		return func() {
			switch {
			case node.KindOf(err) == node.Unsure:
				u.whenFree(func() { u.askSure(f, "", err) })
			case err != nil:
				u.fail(err)
			}
			then(err)
		}
	})
}

// errAsked says that the person is asked first.
var errAsked = errors.New("not yet")

// dropFolder ends the sharing of a folder; it asks first where more is decided about it than was chosen here.
func (u *UI) dropFolder(f node.Folder, then func(error)) {
	if len(f.Allow) > 1 {
		u.askUnshare(f)
		then(errAsked)
		return
	}
	u.work.start(func(ctx context.Context) func() {
		err := u.svc.UnshareFolder(ctx, f.Name)
		return func() {
			if err != nil {
				u.fail(err)
			}
			then(err)
		}
	})
}
