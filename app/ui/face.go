package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// The sizes of a face where it is chosen, in Fyne's pixels.
const (
	faceSide = 76
	pickSide = 34
)

// faceDeeds is what a form about this PC asks for.
type faceDeeds interface {
	setSetting(key, value string, then func(error))
}

// faceForm is what this PC is called and looks like: its name, who uses it, a picture and a colour. What is picked holds at
// once, what is typed when it is submitted.
type faceForm struct {
	do       faceDeeds
	box      fyne.CanvasObject
	shown    *fyne.Container // the face as the others see it
	title    *look.Text
	by       *look.Text
	name     *settingEntry
	user     *settingEntry
	pictures *look.Picks
	colors   *look.Picks
	called   struct{ picture, color *look.Text }
	problem  *problemLine
	face     node.Face // as it is shown
	onEnter  func()    // Enter, in place of submitting the line; may be nil
}

func newFaceForm(do faceDeeds) *faceForm {
	f := &faceForm{do: do, shown: container.NewStack(), problem: newProblemLine(), title: look.NewHeading("").Centre().Shrink(40), by: look.NewCaption("").Centre().Shrink(40)}
	f.name = newSettingEntry("", f.setter("name"))
	f.user = newSettingEntry("", f.setter("user"))
	f.user.line.SetPlaceHolder(tr("Nobody in particular"))
	f.called.picture, f.called.color = look.NewCaption(""), look.NewCaption("")
	f.pictures = look.NewPicks(f.pictureCells()...)
	f.pictures.OnPicked = func(i int) { f.pick("picture", node.Pictures[i]) }
	f.colors = look.NewPicks(colorCells()...)
	f.colors.OnPicked = func(i int) { f.pick("color", node.Colors[i]) }
	f.name.line.OnSubmitted, f.user.line.OnSubmitted = f.enterIn(f.name), f.enterIn(f.user)
	f.name.line.OnChanged, f.user.line.OnChanged = f.typing(f.name, f.title), f.typing(f.user, f.by)
	for _, p := range []*look.Picks{f.pictures, f.colors} {
		p.OnKey = f.key
	}
	f.draw()
	label := func(text string, says *look.Text) fyne.CanvasObject {
		return look.HBox(8, look.NewText(text), look.Middle(says))
	}
	face := container.New(atLeast{width: 132}, look.VBox(6, container.NewCenter(f.shown), f.title, f.by))
	lines := container.New(&look.Column{Gap: 12},
		settingLine(tr("Name of this PC"), tr("As the others see it."), f.name.content),
		settingLine(tr("Who uses it"), tr("Your name, for the workgroup. Nobody else is told."), f.user.content),
		look.VBox(2, label(tr("Picture"), f.called.picture), f.pictures), look.VBox(2, label(tr("Colour"), f.called.color), f.colors))
	f.box = container.New(&look.Column{Gap: 10}, container.New(&look.Aside{Gap: 18, Wide: 1}, face, lines), f.problem)
	return f
}

func (f *faceForm) content() fyne.CanvasObject { return f.box }
func (f *faceForm) leave()                     {}

// setter sets one of the lines, and says what is wrong with it.
func (f *faceForm) setter(key string) func(string, func(error)) {
	return func(value string, then func(error)) {
		f.do.setSetting(key, value, func(err error) {
			f.problem.clear()
			if err != nil {
				f.problem.show(err)
			}
			then(err)
		})
	}
}

// typing shows what is typed as the others would see it.
func (f *faceForm) typing(e *settingEntry, as *look.Text) func(string) {
	return func(text string) {
		e.differs()
		as.SetText(plain(text))
	}
}

// inSetup makes Enter and the setup's button submit what was typed.
func (f *faceForm) inSetup(onEnter func()) {
	f.onEnter, f.name.plain, f.user.plain = onEnter, true, true
}

// enterIn is Enter in a line.
func (f *faceForm) enterIn(e *settingEntry) func(string) {
	return func(string) {
		if f.onEnter != nil {
			f.onEnter()
			return
		}
		e.submit(func(error) {})
	}
}

func (f *faceForm) key(name fyne.KeyName) bool {
	if f.onEnter == nil || name != fyne.KeyReturn && name != fyne.KeyEnter {
		return false
	}
	f.onEnter()
	return true
}

// draft and restore keep what was typed and not submitted.
func (f *faceForm) draft(to map[string]string) {
	for key, e := range map[string]*settingEntry{"name": f.name, "user": f.user} {
		if e.differs() {
			to[key] = e.line.Text
		}
	}
}

func (f *faceForm) restore(from map[string]string) {
	for key, e := range map[string]*settingEntry{"name": f.name, "user": f.user} {
		if text := from[key]; text != "" {
			e.line.SetText(text)
		}
	}
}

// pick shows and sets a picture or colour; when that fails it is as before.
func (f *faceForm) pick(key, value string) {
	before := f.face
	if key == "picture" {
		f.face.Picture = value
	} else {
		f.face.Color = value
	}
	f.draw()
	f.setter(key)(value, func(err error) {
		if err != nil {
			f.face = before
			f.draw()
		}
	})
}

func (f *faceForm) pictureCells() []fyne.CanvasObject {
	cells := make([]fyne.CanvasObject, len(node.Pictures))
	for i, name := range node.Pictures {
		cells[i] = look.Avatar(name, f.face.Color, pickSide)
	}
	return cells
}

func colorCells() []fyne.CanvasObject {
	cells := make([]fyne.CanvasObject, len(node.Colors))
	for i, name := range node.Colors {
		ink, ground := look.Hue(name)
		disc := look.NewPaint(ink, pickSide/4)
		disc.Least = fyne.NewSquareSize(pickSide / 2)
		paint := look.NewPaint(ground, pickSide/4)
		paint.Least = fyne.NewSquareSize(pickSide)
		cells[i] = container.NewStack(paint, container.NewCenter(disc))
	}
	return cells
}

// draw shows the face.
func (f *faceForm) draw() {
	for i, cell := range f.pictureCells() {
		f.pictures.SetCell(i, cell)
	}
	f.pictures.Put(max(slices.Index(node.Pictures, f.face.Picture), 0))
	f.colors.Put(max(slices.Index(node.Colors, f.face.Color), 0))
	f.called.picture.SetText(pictureText(node.Pictures[f.pictures.Picked()]))
	f.called.color.SetText(colorText(node.Colors[f.colors.Picked()]))
	f.shown.Objects = []fyne.CanvasObject{look.Avatar(f.face.Picture, f.face.Color, faceSide)}
	f.shown.Refresh()
}

func (f *faceForm) show(s *node.State) {
	f.name.show(plain(s.Self.Name))
	f.user.show(plain(s.Self.Face.User))
	f.title.SetText(plain(f.name.line.Text))
	f.by.SetText(plain(f.user.line.Text))
	if now := s.Self.Face; now.Picture != f.face.Picture || now.Color != f.face.Color {
		f.face = now
		f.draw()
	}
}

// next submits what was typed.
func (f *faceForm) next(then func()) {
	f.name.submit(func(err error) {
		if err != nil {
			return
		}
		f.user.submit(func(err error) {
			if err == nil {
				then()
			}
		})
	})
}

func (f *faceForm) first() fyne.Focusable { return f.name.line }

func pictureText(name string) string {
	switch name {
	case "pc":
		return tr("Screen")
	case "laptop":
		return tr("Laptop")
	case "desk":
		return tr("Desk")
	case "bell":
		return tr("Bell")
	case "tools":
		return tr("Tools")
	case "shop":
		return tr("Shop")
	case "house":
		return tr("House")
	case "book":
		return tr("Book")
	case "coin":
		return tr("Coin")
	case "camera":
		return tr("Camera")
	case "palette":
		return tr("Palette")
	case "plant":
		return tr("Plant")
	}
	return plain(sentence(name))
}

func colorText(name string) string {
	switch name {
	case "blue":
		return tr("Blue")
	case "teal":
		return tr("Teal")
	case "green":
		return tr("Green")
	case "olive":
		return tr("Olive")
	case "orange":
		return tr("Orange")
	case "red":
		return tr("Red")
	case "pink":
		return tr("Pink")
	case "purple":
		return tr("Purple")
	case "grey":
		return tr("Grey")
	}
	return plain(sentence(name))
}
