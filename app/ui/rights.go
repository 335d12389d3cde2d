package ui

import (
	"maps"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// Those to whom a folder's rights are given, besides single PCs.
const (
	everyone = "everyone" // in the workgroup
	guests   = "guests"
)

// The choices of rights, least first. A guest sees nothing before there is a link, so "see" is none for guests; with no
// rule the link decides.
var (
	accesses      = []string{"none", "see", "read", "add", "change"}
	guestAccesses = []string{asLink, "none", "read", "add"}
)

// The choices where there is no rule: for a PC that for everyone holds, for guests what their link says.
const (
	asEveryone = ""
	asLink     = ""
)

// The list of PCs is at most as tall as five lines, and two where the window is low; more are scrolled. The rest of the
// sheet takes rightsRest. All in Fyne's pixels.
const (
	rightsMost, rightsLeast = 196, 44
	rightsRest              = 342
)

// rightChoice lets a person choose one of some rights.
type rightChoice struct {
	*choice
	values []string
}

func newRightChoice(values []string, text func(string) string, now string, escape func()) *rightChoice {
	if !slices.Contains(values, now) { // one that a newer Lanyard has set
		values = append(slices.Clone(values), now)
	}
	r := &rightChoice{choice: newChoice(nil, escape), values: values}
	for _, v := range values {
		r.Options = append(r.Options, text(v))
	}
	r.put(now)
	return r
}

func (r *rightChoice) put(value string) { r.SetSelectedIndex(slices.Index(r.values, value)) }

func (r *rightChoice) value() string { return r.values[r.SelectedIndex()] }

// rights lets a person choose who may do what: everyone, each PC by its name, and guests. A sentence says what it means.
type rights struct {
	content *fyne.Container
	state   *node.State
	folder  string            // its share name, or ""
	start   map[string]string // what was there
	all     *rightChoice
	each    map[string]*rightChoice // peer ID →
	guests  *rightChoice
	scroll  *container.Scroll
	meaning *look.Prose
}

// newRights shows the rights of a folder in a window of some height; s may be nil.
func newRights(s *node.State, folder string, allow map[string]string, height float32, escape func()) *rights {
	if s == nil {
		s = new(node.State)
	}
	r := &rights{state: s, folder: folder, start: allow, each: map[string]*rightChoice{}, meaning: look.NewProse("", fyne.TextAlignLeading)}
	r.all = newRightChoice(accesses, accessText, rightOf(allow[everyone]), escape)
	r.guests = newRightChoice(guestAccesses, guestAccessText, rightOfGuests(allow[guests]), escape)
	r.content = look.VBox(5, rightLine(look.NewText(tr("Everyone in the workgroup")).Bold(), r.all))
	r.addPCs(min(max(height-rightsRest, rightsLeast), rightsMost), escape)
	r.content.Add(rightLine(look.NewText(tr("Guests, with a link")).Bold(), r.guests))
	r.content.Add(container.New(atLeast{height: 60}, look.Pad(4, 0, r.meaning)))
	for _, c := range append(slices.Collect(maps.Values(r.each)), r.all, r.guests) {
		c.OnChanged = func(string) { r.explain() }
	}
	r.explain()
	return r
}

// addPCs adds a line for each member, and greyed ones for PCs that have a rule and are no longer in the workgroup.
func (r *rights) addPCs(tall float32, escape func()) {
	list := look.VBox(4)
	add := func(id string, name fyne.CanvasObject) {
		now, ok := r.start[id]
		if !ok {
			now = asEveryone
		}
		c := newRightChoice(append([]string{asEveryone}, accesses...), accessText, now, escape)
		line := rightLine(name, c)
		c.onFocus = func() { r.reveal(line) }
		r.each[id] = c
		list.Add(line)
	}
	for _, p := range r.state.Peers {
		if p.Member {
			add(p.ID, look.NewText(peerName(p)).Shrink(60))
		}
	}
	for _, id := range gone(r.state, r.start) {
		add(id, look.NewText(tr("{{.PC}} (no longer in the workgroup)", "PC", pcName(r.state, id))).In(look.ColorQuiet, theme.SizeNameText).Shrink(60))
	}
	if len(r.each) == 0 {
		return
	}
	if high := list.MinSize().Height; high <= tall {
		r.scroll = container.NewVScroll(list)
		tall = high
	} else {
		r.scroll = container.NewVScroll(container.New(roomForBar{}, list))
	}
	r.content.Add(container.New(atLeast{height: tall}, r.scroll))
}

// gone returns the PCs that have rights in a folder and are not in the workgroup now, in a lasting order.
func gone(s *node.State, allow map[string]string) []string {
	var ids []string
	for _, who := range slices.Sorted(maps.Keys(allow)) {
		if p := findPeer(s, who); who != everyone && who != guests && who != s.Self.ID && (p == nil || !p.Member) {
			ids = append(ids, who)
		}
	}
	return ids
}

// rightLine is somebody, and what is chosen for them.
func rightLine(who fyne.CanvasObject, c *rightChoice) fyne.CanvasObject {
	return container.NewBorder(nil, nil, nil, container.New(atLeast{width: 230}, c.choice), look.Middle(who))
}

// reveal scrolls to a line that the keyboard has come to.
func (r *rights) reveal(line fyne.CanvasObject) {
	top, tall := line.Position().Y, line.Size().Height
	at := min(max(r.scroll.Offset.Y, top+tall-r.scroll.Size().Height), top)
	if at != r.scroll.Offset.Y {
		r.scroll.ScrollToOffset(fyne.NewPos(0, at))
	}
}

func (r *rights) explain() { r.meaning.SetText(rightsText(r.state, r.folder, r.allow())) }

// allow returns the rights as they are chosen.
func (r *rights) allow() map[string]string {
	allow := maps.Clone(r.start)
	if allow == nil {
		allow = map[string]string{}
	}
	allow[everyone] = r.all.value() // never left out: no rule at all would mean the node's default
	for id, c := range r.each {
		if v := c.value(); v == asEveryone {
			delete(allow, id)
		} else {
			allow[id] = v
		}
	}
	switch v := r.guests.value(); v {
	case rightOfGuests(r.start[guests]): // as it was
	case asLink:
		delete(allow, guests)
	default:
		allow[guests] = v
	}
	return allow
}

// rightOf returns the right of those who are not mentioned: none.
func rightOf(access string) string {
	if access == "" {
		return "none"
	}
	return access
}

// rightOfGuests returns the right that links may give at most. Guests are shown no list of folders: to see is nothing. One
// that may change may do all that a link can give.
func rightOfGuests(access string) string {
	switch access {
	case "see":
		return "none"
	case "change":
		return asLink
	}
	return access
}

// roomForBar keeps what is scrolled clear of the scroll bar.
type roomForBar struct{}

func (roomForBar) MinSize(o []fyne.CanvasObject) fyne.Size { return o[0].MinSize() }
func (roomForBar) Layout(o []fyne.CanvasObject, size fyne.Size) {
	o[0].Resize(size.SubtractWidthHeight(10, 0))
}
