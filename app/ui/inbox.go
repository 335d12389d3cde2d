package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// maxOffers is how many entries of the inbox are shown of those that wait for nobody.
const maxOffers = 100

// inboxDeeds is what the page of the inbox asks for.
type inboxDeeds interface {
	offerDeeds
	focus(o fyne.Focusable)
	readOffers(s *node.State)
}

// inboxView is what people at other PCs have sent: first what waits for an answer.
type inboxView struct {
	do      inboxDeeds
	page    *fyne.Container
	full    fyne.CanvasObject
	empty   fyne.CanvasObject
	open    *rows[node.Offered]
	rest    *rows[node.Offered]
	earlier *look.Text
}

func newInboxView(do inboxDeeds) *inboxView {
	v := &inboxView{do: do, page: container.NewStack(), earlier: look.NewHeading(tr("Earlier"))}
	list := func() *rows[node.Offered] {
		return newRows(fyne.Layout(layout.NewCustomPaddedVBoxLayout(8)), func(o node.Offered) string { return o.ID }, v.newRow)
	}
	v.open, v.rest = list(), list()
	v.full = look.Page(14, v.open.box, v.earlier, v.rest.box)
	v.empty = emptyState(look.IconInbox, tr("Nobody has sent you anything"),
		tr("Files and texts that people at other PCs send to you arrive here. To send some yourself, drop files on a PC."))
	return v
}

func (v *inboxView) newRow() row[node.Offered] {
	r := newOfferRow(v.do)
	r.OnFocus = func() { look.Reveal(v.full, r.Button) }
	r.step = v.step
	return r
}

func (v *inboxView) content() fyne.CanvasObject { return v.page }
func (v *inboxView) actions() fyne.CanvasObject { return nil }
func (v *inboxView) leave()                     {}

func (v *inboxView) show(s *node.State) {
	var open, rest []node.Offered
	for _, o := range s.Inbox {
		switch {
		case o.State == offerOpen:
			open = append(open, o)
		case len(rest) < maxOffers || o.State == offerReceiving:
			rest = append(rest, o)
		}
	}
	v.open.show(open)
	v.rest.show(rest)
	visible(v.open.box, len(open) > 0)
	visible(v.rest.box, len(rest) > 0)
	visible(v.earlier, len(open)*len(rest) > 0)
	page := v.full
	if len(open)+len(rest) == 0 {
		page = v.empty
	}
	if len(v.page.Objects) == 0 || v.page.Objects[0] != page {
		v.page.Objects = []fyne.CanvasObject{page}
		v.page.Refresh()
	}
	v.do.readOffers(s)
}

// step takes the keyboard from one entry to the one above or below.
func (v *inboxView) step(id string, by int) {
	keys := append(append([]string{}, v.open.keys...), v.rest.keys...)
	for i, k := range keys {
		if to := i + by; k == id && to >= 0 && to < len(keys) {
			r, ok := v.open.have[keys[to]]
			if !ok {
				r = v.rest.have[keys[to]]
			}
			v.do.focus(r.(*offerRow).Button)
		}
	}
}

// offerDeeds is what an entry of the inbox asks for.
type offerDeeds interface {
	paced
	answerOffer(id string, accept bool)
	askAlways(o node.Offered)
	forgetOffer(id string)
	copyText(text string)
	askLinkOf(text, pc string)
	showLocal(path string)
	pcNameText(id string) string
	offerTime(o node.Offered) string
	menu(at fyne.Position, items ...*fyne.MenuItem)
}

// offerRow is an entry of the inbox.
type offerRow struct {
	*look.Button
	do             offerDeeds
	offer          node.Offered
	step           func(id string, by int)
	icon           *widget.Icon
	title, about   *look.Text
	names, state   *look.Text
	text           *look.Prose
	bar            *look.Bar
	accept, refuse *widget.Button
	always, find   *widget.Button
	copied, link   *widget.Button
	drop           *widget.Button
	buttons        *fyne.Container
}

func newOfferRow(do offerDeeds) *offerRow {
	r := &offerRow{do: do, icon: widget.NewIcon(look.Strong(look.IconInbox)), title: look.NewHeading("").Shrink(60), about: look.NewCaption("").Shrink(60),
		names: look.NewCaption("").Shrink(60), state: look.NewCaption("").Shrink(60), text: look.NewProse("", fyne.TextAlignLeading).In(theme.ColorNameForeground), bar: look.NewBar()}
	r.accept = mainButton(tr("Accept"), look.IconCheck, do.tapped(func() { do.answerOffer(r.offer.ID, true) }))
	r.refuse = widget.NewButton(tr("Decline"), do.tapped(func() { do.answerOffer(r.offer.ID, false) }))
	r.always = quietButton(tr("Always from this PC…"), nil, func() { do.askAlways(r.offer) })
	r.find = widget.NewButtonWithIcon(tr("Open folder"), look.IconOpen, r.showFolder)
	r.copied = widget.NewButtonWithIcon(tr("Copy"), look.IconCopy, func() { do.copyText(r.offer.Text) })
	r.link = widget.NewButtonWithIcon(tr("Open link…"), look.IconLink, func() { do.askLinkOf(r.offer.Text, r.offer.PC) })
	r.drop = quietButton(tr("Remove from the list"), nil, do.tapped(func() { do.forgetOffer(r.offer.ID) }))
	r.buttons = look.HBox(6, r.accept, r.refuse, r.always, r.find, r.copied, r.link, r.drop)
	middle := container.New(&look.Column{Gap: 4}, r.title, r.about, r.names, r.text, r.bar, r.state, look.Pad(4, 0, r.buttons))
	body := look.Frame(nil, nil, look.Pad(2, 8, container.NewVBox(r.icon)), nil, middle)
	r.Button = look.NewCardButton(body, nil)
	r.Inset = fyne.NewSize(12, 10)
	r.OnMenu = func(at fyne.Position) { do.menu(at, r.menuItems()...) }
	r.OnKey = r.key
	return r
}

func (r *offerRow) set(o node.Offered) {
	r.offer = o
	icon := look.IconInbox
	if o.Text != "" {
		icon = look.IconText
	}
	ink := look.Quiet(icon)
	if o.State == offerOpen || o.Unread {
		ink = look.Strong(icon)
	}
	if r.icon.Resource == nil || r.icon.Resource.Name() != ink.Name() {
		r.icon.SetResource(ink)
	}
	r.title.SetText(offerTitle(o, r.do.pcNameText(o.PC)))
	r.about.SetText(offerAbout(o, r.do.offerTime(o)))
	r.names.SetText(offerNames(o))
	visible(r.names, r.names.Text() != "")
	r.text.SetText(shownText(o.Text))
	visible(r.text, o.Text != "")
	text, color := offerState(o)
	r.state.SetText(text)
	r.state.SetColor(color)
	visible(r.state, text != "")
	visible(r.bar, o.State == offerReceiving && o.Bytes > 0)
	if o.Bytes > 0 {
		r.bar.Set(float64(o.Received)/float64(o.Bytes), theme.ColorNamePrimary)
	}
	open := o.State == offerOpen && o.Text == ""
	visible(r.accept, open)
	visible(r.refuse, open || o.State == offerReceiving)
	if text := refuseText(o); r.refuse.Text != text {
		r.refuse.SetText(text)
	}
	visible(r.always, open)
	visible(r.find, r.hasFolder())
	visible(r.copied, o.Text != "")
	_, isLink := linkIn(o.Text)
	visible(r.link, isLink)
	visible(r.drop, r.mayDrop())
}

func (r *offerRow) hasFolder() bool {
	return r.offer.State == offerReceived && r.offer.Text == "" && r.offer.Dest != ""
}

func (r *offerRow) mayDrop() bool {
	return r.offer.Text != "" || r.offer.State != offerOpen && r.offer.State != offerReceiving
}

func (r *offerRow) showFolder() { r.do.showLocal(r.offer.Dest) }

// menuItems are what can be done with it now.
func (r *offerRow) menuItems() (items []*fyne.MenuItem) {
	add := func(b *widget.Button, icon fyne.Resource) {
		if b.Visible() {
			items = append(items, fyne.NewMenuItemWithIcon(b.Text, icon, b.OnTapped))
		}
	}
	add(r.accept, look.IconCheck)
	add(r.refuse, look.IconStop)
	add(r.always, look.IconPeople)
	add(r.find, look.IconOpen)
	add(r.copied, look.IconCopy)
	add(r.link, look.IconLink)
	add(r.drop, look.IconClose)
	return items
}

// key is for Fyne: it does what can be done with the entry that has the keyboard.
func (r *offerRow) key(key fyne.KeyName) bool { return press(r.hotkeys(), key) }

func (r *offerRow) hotkeys() []hotkey {
	tap := func(b *widget.Button) func() {
		return func() {
			if b.Visible() {
				b.OnTapped()
			}
		}
	}
	ends := func(b *widget.Button) func() { // after which another entry has the keyboard
		return func() {
			if b.Visible() && r.do.pressed() {
				b.OnTapped()
			}
		}
	}
	return []hotkey{
		on(tr("Another one"), func() { r.step(r.offer.ID, -1) }, fyne.KeyUp), on(tr("Another one"), func() { r.step(r.offer.ID, 1) }, fyne.KeyDown),
		on(tr("Accept"), ends(r.accept), fyne.KeyA),
		on(tr("Decline"), ends(r.refuse), fyne.KeyD),
		on(tr("Copy"), tap(r.copied), fyne.KeyC),
		on(tr("Open folder"), tap(r.find), fyne.KeyO),
		on(tr("Remove from the list"), ends(r.drop), fyne.KeyDelete),
	}
}
