package ui

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// wayInDeeds is what the two ways into a workgroup ask for.
type wayInDeeds interface {
	createWorkgroup(name string, then func(error)) *task
	joinWorkgroup(code, at string, then func(error)) *task
	askInvite()
	askLeave()
	askQuit()
	scanDeeds
}

// wayIn is how this PC gets into a workgroup: it joins one of those in sight with a code, or starts one. Inside it says which.
type wayIn struct {
	do      wayInDeeds
	entered func(joined bool) // this PC is in by a deed of this: it has joined, or started one; may be nil
	edited  func()            // something was typed; may be nil
	box     *fyne.Container
	outside fyne.CanvasObject
	inside  fyne.CanvasObject
	retired fyne.CanvasObject // until Lanyard is started anew
	which   *look.Text        // the workgroup, inside

	groups  *rows[workgroupSeen]
	none    fyne.CanvasObject
	boxes   *codeBoxes
	hint    *look.Text // where the code is to be had
	host    *input
	address *widget.Accordion
	join    *widget.Button
	joining *attempt
	name    *input
	start   *widget.Button
	startup *attempt

	chosen string   // name of the workgroup to join; "" is whichever has an invitation open
	at     string   // the PC to join at, by its ID, if a person has said so
	from   []string // addresses that came with a code
	given  string   // that code
	state  *node.State
}

func newWayIn(do wayInDeeds) *wayIn {
	v := &wayIn{do: do, box: container.NewStack(), joining: newAttempt(), startup: newAttempt(), hint: look.NewCaption("").Shrink(60), which: look.NewHeading("").Shrink(60)}
	v.groups = newRows(fyne.Layout(&look.Column{Gap: 6}), func(g workgroupSeen) string { return g.name }, func() row[workgroupSeen] { return newWorkgroupLine(v.choose) })
	v.none = look.NewProse(tr("No workgroup is in sight yet. One appears here by itself as soon as a PC of it is on the network."), fyne.TextAlignLeading)
	v.boxes = newCodeBoxes(func() {})
	v.boxes.onChange = func(bool) {
		if v.boxes.code() != v.given { // it was typed over
			v.from = nil
		}
		v.check()
	}
	v.boxes.onSubmit = func() { v.submitJoin(v.joined) }
	v.boxes.onPaste = v.pasted
	v.host = newInput(tr("Found by itself"), nil)
	v.join = mainButton(tr("Join"), look.IconKey, func() { v.submitJoin(v.joined) })
	v.name = newInput(tr("For example: Office"), nil)
	v.name.OnChanged = func(string) { v.check() }
	v.name.OnSubmitted = func(string) { v.submitStart(v.started) }
	v.start = widget.NewButtonWithIcon(tr("Start"), look.IconAdd, func() { v.submitStart(v.started) })
	v.outside = container.New(&look.Column{Gap: 14}, v.joinCard(), v.startCard())
	which := container.NewBorder(nil, nil, look.Pad(0, 6, look.Emblem(look.IconWorkgroup, 40)), nil, look.Middle(v.which))
	v.inside = look.NewCard(container.New(&look.Aside{Gap: 12}, which, look.Middle(container.NewHBox(
		widget.NewButton(tr("Leave the workgroup…"), do.askLeave), mainButton(tr("Invite a PC"), look.IconInvite, do.askInvite)))), nil)
	v.retired = look.NewCard(container.New(&look.Aside{Gap: 12}, wayHead(look.IconWorkgroup, tr("This PC has left its workgroup"),
		tr("That is for good. It can join one again, or start one, once Lanyard was ended and started anew.")), look.Middle(container.NewHBox(widget.NewButton(tr("Quit Lanyard"), do.askQuit)))), nil)
	for _, a := range []*attempt{v.joining, v.startup} {
		a.changed = func(bool) {
			v.check()
			v.box.Refresh()
		}
	}
	v.check()
	return v
}

func (v *wayIn) content() fyne.CanvasObject { return v.box }

func (v *wayIn) leave() {
	v.joining.cancel()
	v.startup.cancel()
}

func (v *wayIn) joinCard() fyne.CanvasObject {
	code := container.New(&look.Aside{Gap: 12, Wide: 1}, container.NewHBox(v.boxes.content), container.NewHBox(look.Middle(v.join)))
	scan := quietButton(tr("Read a QR code…"), look.IconImage, nil)
	scan.OnTapped = func() {
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(scan)
		v.do.scanMenu(at.AddXY(0, scan.Size().Height), v.read)
	}
	v.address = widget.NewAccordion(widget.NewAccordionItem(tr("The other PC is not in sight"), look.VBox(4, look.NewCaption(tr("Its address")), v.host)))
	return look.NewCard(container.New(&look.Column{Gap: 10}, wayHead(look.IconInvite, tr("Join a workgroup"),
		tr("Choose “Invite a PC” on a PC of the workgroup, and type the code that it shows.")),
		v.groups.box, v.none, code, container.New(&look.Aside{Gap: 12}, look.Middle(v.hint), scan), v.joining.box, v.address), nil)
}

func (v *wayIn) startCard() fyne.CanvasObject {
	line := container.NewBorder(nil, nil, nil, look.Pad(0, 6, v.start), v.name)
	return look.NewCard(container.New(&look.Column{Gap: 10}, wayHead(look.IconWorkgroup, tr("Start a workgroup"),
		tr("This is the first PC: give the workgroup a name, then invite the others. Its name is what they see.")), line, v.startup.box), nil)
}

func wayHead(icon fyne.Resource, title, text string) fyne.CanvasObject {
	return look.Frame(nil, nil, container.New(atLeast{width: 52}, look.VBox(0, container.NewHBox(look.Emblem(icon, 40)))), nil,
		container.New(&look.Column{Gap: 2}, look.NewText(title).In(theme.ColorNameForeground, theme.SizeNameSubHeadingText).Bold(), look.NewProse(text, fyne.TextAlignLeading)))
}

func (v *wayIn) show(s *node.State) {
	v.state = s
	page := v.outside
	if s.Self.Retired {
		page = v.retired
	} else if s.Self.Workgroup != "" {
		page = v.inside
		v.which.SetText(tr("This PC is in the workgroup “{{.Name}}”", "Name", plain(s.Self.Workgroup)))
	}
	seen := workgroupsSeen(s, v.chosen)
	if v.chosen == "" && len(seen) == 1 || v.chosen != "" && !slices.ContainsFunc(seen, func(g workgroupSeen) bool { return g.chosen }) {
		v.chosen = ""
		if len(seen) == 1 {
			v.chosen = seen[0].name
			seen[0].chosen = true
		}
	}
	v.groups.show(seen)
	visible(v.none, len(seen) == 0)
	v.hint.SetText(v.hintText(seen))
	if len(v.box.Objects) == 0 || v.box.Objects[0] != page {
		v.box.Objects = []fyne.CanvasObject{page}
	}
	v.box.Refresh()
}

// hintText says where the code is to be had now.
func (v *wayIn) hintText(seen []workgroupSeen) string {
	if p := findPeer(v.state, v.at); p != nil {
		return tr("The code is the one that {{.PC}} shows.", "PC", peerName(*p))
	}
	for _, g := range seen {
		if p := findPeer(v.state, g.inviting); p != nil && (g.chosen || v.chosen == "") {
			return tr("{{.PC}} shows a code now.", "PC", peerName(*p))
		}
	}
	return tr("Nobody shows a code yet.")
}

// choose says which workgroup is meant.
func (v *wayIn) choose(name string) {
	v.chosen, v.at = name, ""
	v.comesFrom(nil)
	v.show(v.state)
	v.boxes.focus(0)
}

// chooseAt says at which PC to join.
func (v *wayIn) chooseAt(id string) {
	if p := findPeer(v.state, id); p != nil {
		v.chosen = p.Workgroup
	}
	v.at = id
	v.comesFrom(nil)
	v.show(v.state)
	v.boxes.focus(0)
}

// comesFrom says at which addresses the PC is that shows the code, if that is known. An address that was typed holds no more.
func (v *wayIn) comesFrom(addresses []string) {
	v.host.SetText("")
	v.from = addresses
}

func (v *wayIn) check() {
	free := !v.joining.doing.Visible() && !v.startup.doing.Visible()
	able(v.join, free && len(v.boxes.code()) == codeLength)
	able(v.start, free && strings.TrimSpace(v.name.Text) != "")
	if v.edited != nil {
		v.edited()
	}
}

// where is the PC to join at: as somebody has said, the one that the code came from, or one of the workgroup that shows a code.
func (v *wayIn) where() string {
	if host := strings.TrimSpace(v.host.Text); host != "" {
		return host
	}
	if v.at != "" {
		return v.at
	}
	for _, a := range v.from {
		for _, p := range v.state.Peers {
			if slices.Contains(p.Addresses, a) {
				return p.ID
			}
		}
	}
	if len(v.from) > 0 {
		return v.from[0]
	}
	for _, g := range workgroupsSeen(v.state, v.chosen) {
		if g.chosen {
			return g.inviting
		}
	}
	return ""
}

func (v *wayIn) joined()  { v.enter(true) }
func (v *wayIn) started() { v.enter(false) }

func (v *wayIn) enter(joined bool) {
	if v.entered != nil {
		v.entered(joined)
	}
}

// next does what was typed, and nothing where nothing was.
func (v *wayIn) next(then func()) {
	digits := len(v.boxes.code())
	switch {
	case v.state == nil || v.state.Self.Workgroup != "" || digits == 0 && strings.TrimSpace(v.name.Text) == "":
		then()
	case digits == codeLength:
		v.submitJoin(then)
	case digits > 0:
		v.joining.fail(&node.Error{Kind: node.Invalid, Text: tr("The code has six digits."), Hint: tr("Empty the boxes to go on without joining.")})
		v.box.Refresh()
		v.boxes.focus(digits)
	default:
		v.submitStart(then)
	}
}

func (v *wayIn) pending() bool { return v.boxes.code() != "" || strings.TrimSpace(v.name.Text) != "" }

func (v *wayIn) first() fyne.Focusable {
	if v.state != nil && v.state.Self.Workgroup != "" {
		return nil
	}
	return v.boxes.boxes[min(len(v.boxes.code()), codeLength-1)]
}

// draft and restore keep what was typed. A code is not kept: it holds for minutes.
func (v *wayIn) draft(to map[string]string) {
	to["workgroup"], to["host"] = v.name.Text, v.host.Text
}

func (v *wayIn) restore(from map[string]string) {
	v.name.SetText(from["workgroup"])
	v.host.SetText(from["host"])
	if from["host"] != "" {
		v.address.Open(0) // it decides where the code goes
	}
}

func (v *wayIn) submitJoin(then func()) {
	if v.join.Disabled() {
		return
	}
	code, at := v.boxes.code(), v.where()
	if at == "" && v.chosen != "" {
		v.joining.fail(&node.Error{Kind: node.Offline, Text: tr("Nobody of “{{.Name}}” shows a code now.", "Name", plain(v.chosen)), Hint: tr("Choose “Invite a PC” on a PC of the workgroup, and type the code that it shows.")})
		v.box.Refresh()
		return
	}
	v.joining.run(tr("Joining…"), func(then func(error)) *task { return v.do.joinWorkgroup(code, at, then) }, func() {
		v.boxes.clear()
		v.at, v.from = "", nil
		then()
	})
}

func (v *wayIn) submitStart(then func()) {
	if v.start.Disabled() {
		return
	}
	name := strings.TrimSpace(v.name.Text)
	v.startup.run(tr("Starting the workgroup…"), func(then func(error)) *task { return v.do.createWorkgroup(name, then) }, func() {
		v.name.SetText("")
		then()
	})
}

func (u *UI) createWorkgroup(name string, then func(error)) *task {
	return u.work.start(func(ctx context.Context) func() {
		err := u.svc.CreateWorkgroup(ctx, name)
		return func() { then(err) }
	})
}

func (u *UI) joinWorkgroup(code, at string, then func(error)) *task {
	return u.work.start(func(ctx context.Context) func() {
		err := u.svc.Join(ctx, code, at)
		return func() { then(err) }
	})
}
