package ui

import (
	"context"
	"maps"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// everyone is the key of a folder's rights that stands for all members.
const everyone = "everyone"

// accesses are the choices of rights, least first.
var accesses = []string{"see", "read", "add", "change"}

func (u *UI) askShareNew() {
	u.pick(tr("Choose a folder to share"), true, func(paths []string) { u.askShare(paths[0]) })
}

// askShare asks under which name and with whom a folder is to be shared.
func (u *UI) askShare(dir string) {
	u.askFolder(node.Folder{Dir: dir, Name: filepath.Base(dir), Allow: map[string]string{everyone: "read"}}, "")
}

func (u *UI) askEditFolder(f node.Folder) { u.askFolder(f, f.Name) }

// askFolder shows a folder's settings. was is the name it is shared under now, "" for a new one.
func (u *UI) askFolder(f node.Folder, was string) {
	name := newInput(tr("The name that the others see"), u.closeSheet)
	name.SetText(f.Name)
	rights := newRights(u.state, f.Allow, u.closeSheet)
	title, verb := tr("Share a folder"), tr("Share")
	if was != "" {
		title, verb = tr("Shared folder"), tr("Save")
		name.Disable()
	}
	body := look.VBox(10,
		look.NewCaption(plain(f.Dir)).Shrink(200),
		look.VBox(4, look.NewCaption(tr("Name")), name),
		look.VBox(4, look.NewCaption(tr("Who may do what")), rights.content))
	save := func(s *sheet) {
		wanted := node.Folder{Name: strings.TrimSpace(name.Text), Dir: f.Dir, Allow: rights.allow()}
		s.run(tr("Sharing…"), func(ctx context.Context) error {
			_, err := u.svc.ShareFolder(ctx, wanted)
			return err
		}, func() {
			u.closeSheet()
			if was == "" {
				u.visit(place{kind: atThisPC})
				u.tell(tr("“{{.Name}}” is shared.", "Name", plain(wanted.Name)))
			}
		})
	}
	s := u.open(sheetSpec{title: title, icon: look.IconShare, body: body, width: 480, main: verb, onMain: save, focus: focusable(was == "", name)})
	s.needs(name, func(text string) bool { return strings.TrimSpace(text) != "" })
}

func focusable(on bool, w fyne.Focusable) fyne.Focusable {
	if on {
		return w
	}
	return nil
}

// rights lets a person choose who may do what: one line for everyone, and one for each PC that differs.
type rights struct {
	content *fyne.Container
	start   map[string]string // what was there, guests included
	all     *choice
	each    map[string]*choice
}

func newRights(s *node.State, allow map[string]string, escape func()) *rights {
	r := &rights{content: look.VBox(4), start: allow, each: map[string]*choice{}}
	var texts []string
	for _, a := range accesses {
		texts = append(texts, accessText(a))
	}
	line := func(who string, c *choice) fyne.CanvasObject {
		return container.NewBorder(nil, nil, nil, container.New(atLeast{width: 200}, c), look.NewText(who).Shrink(60))
	}
	r.all = newChoice(texts, escape)
	r.all.SetSelected(accessText(allow[everyone]))
	r.content.Add(line(tr("Everyone in the workgroup"), r.all))
	if s == nil {
		return r
	}
	list := look.VBox(4)
	for _, p := range s.Peers {
		if !p.Member {
			continue
		}
		choice := newChoice(append([]string{tr("As everyone")}, texts...), escape)
		choice.SetSelected(tr("As everyone"))
		if a, ok := allow[p.ID]; ok {
			choice.SetSelected(accessText(a))
		}
		r.each[p.ID] = choice
		list.Add(line(peerName(p), choice))
	}
	if len(r.each) > 0 {
		tall := min(list.MinSize().Height, 170)
		r.content.Add(look.NewCaption(tr("Except")))
		scroll := container.NewVScroll(list)
		r.content.Add(container.New(atLeast{height: tall}, scroll))
	}
	return r
}

// allow returns the rights as they are chosen. Those of PCs that are not shown, and of guests, stay as they were.
func (r *rights) allow() map[string]string {
	allow := maps.Clone(r.start)
	if allow == nil {
		allow = map[string]string{}
	}
	allow[everyone] = accessOf(r.all.Selected)
	for id, choice := range r.each {
		if choice.SelectedIndex() <= 0 {
			delete(allow, id)
			continue
		}
		allow[id] = accessOf(choice.Selected)
	}
	return allow
}

func accessOf(text string) string {
	for _, a := range accesses {
		if accessText(a) == text {
			return a
		}
	}
	return "see"
}

func (u *UI) askUnshare(f node.Folder) {
	u.confirm(tr("Stop sharing “{{.Name}}”?", "Name", plain(f.Name)), tr("The other PCs no longer see it. The files stay where they are."), tr("Stop sharing"), false, func() {
		u.call(func(ctx context.Context) error { return u.svc.UnshareFolder(ctx, f.Name) }, nil)
	})
}

func (u *UI) askLeave() {
	u.confirm(tr("Leave the workgroup?"), tr("This PC no longer sees the others, and they no longer see what it shares. To come back it needs a new invitation."), tr("Leave"), true, func() {
		u.call(u.svc.LeaveWorkgroup, func() { u.visit(place{kind: atWorkgroup}) })
	})
}

func (u *UI) askRemoveMember(id string) {
	name := pcName(u.state, id)
	u.confirm(tr("Remove {{.PC}} from the workgroup?", "PC", name), tr("It loses access to everything that is shared here, on every PC. To come back it needs a new invitation."), tr("Remove"), true, func() {
		u.call(func(ctx context.Context) error { return u.svc.RemoveMember(ctx, id) }, func() {
			u.visit(place{kind: atWorkgroup})
			u.tell(tr("{{.PC}} was removed.", "PC", name))
		})
	})
}
