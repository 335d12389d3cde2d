package ui

import (
	"context"
	"image"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
	"lanyard/app/ui/preview"
)

// viewerRest is how long the viewer stays loaded after a dialog has shown pages, for the next one. It takes some 100 MB.
const viewerRest = 2 * time.Minute

// printPreview shows the sides of paper of one document, one at a time.
type printPreview struct {
	u        *UI
	content  fyne.CanvasObject
	paper    *paperView
	label    *look.Text
	back, on *widget.Button
	doc      *printDoc
	setup    preview.Setup
	face     int
	drawing  *task
	used     bool // the viewer
}

func newPrintPreview(u *UI, key func(fyne.KeyName) bool) *printPreview {
	p := &printPreview{u: u, label: look.NewCaption("").Centre().Shrink(60)}
	p.paper = newPaperView(p.turn, p.draw)
	p.paper.onKey = func(name fyne.KeyName) bool {
		if name == fyne.KeyEscape {
			u.closeSheet()
			return true
		}
		return key(name)
	}
	p.back = quietButton("", look.IconBack, func() { p.turn(-1) })
	p.on = quietButton("", look.IconForward, func() { p.turn(1) })
	turning := container.NewBorder(nil, nil, p.back, p.on, look.Middle(p.label))
	p.content = look.Frame(nil, container.New(layout.NewCustomPaddedLayout(4, 0, 0, 0), turning), nil, nil, p.paper)
	p.label.SetText("")
	able(p.back, false)
	able(p.on, false)
	return p
}

// show shows the document that is chosen, as it is chosen.
func (p *printPreview) show(docs *printDocs, setup preview.Setup) {
	p.doc, p.setup = docs.shown, setup
	d := p.doc
	switch refused := docs.refused(d); {
	case !d.looked: // for the first PDF a viewer is made ready, which takes seconds
		p.blank(tr("Opening the document…"))
	case refused != "":
		p.blank(refused)
	case d.unseen != nil:
		p.blank(unseenText(d.unseen))
	case setup.Faces(d.pages.Pages) == 0:
		p.blank(tr("None of its pages is chosen."))
	default:
		p.turn(0)
	}
}

// blank says why there is no page.
func (p *printPreview) blank(why string) {
	p.drawing.stop()
	p.paper.say(why)
	p.label.SetText("")
	able(p.back, false)
	able(p.on, false)
}

func (p *printPreview) toStart() { p.face = 0 }

// faces is how many sides of paper there are to look at.
func (p *printPreview) faces() int {
	if p.doc == nil || p.doc.pages == nil || p.doc.unseen != nil {
		return 0
	}
	return p.setup.Faces(p.doc.pages.Pages)
}

// turn goes on by some sides of paper, up to the ends.
func (p *printPreview) turn(by int) {
	faces := p.faces()
	if faces == 0 {
		return
	}
	p.face = min(max(p.face+by, 0), faces-1)
	able(p.back, p.face > 0)
	able(p.on, p.face < faces-1)
	pages := p.doc.pages.Pages
	p.label.SetText(faceText(p.setup, p.setup.Face(pages, p.face), pages, p.setup.Sheets(pages)))
	p.draw()
}

// draw draws the side that is looked at, away from the window.
func (p *printPreview) draw() {
	box := p.paper.room(p.u.window.Canvas().Scale())
	if p.faces() == 0 || box.X < 1 || box.Y < 1 {
		return
	}
	p.drawing.stop()
	p.used = true
	if !p.paper.shows() {
		p.paper.say(tr("Drawing the page…"))
	}
	doc, setup, face := p.doc.pages, p.setup, p.face
	p.drawing = p.u.work.start(func(ctx context.Context) func() {
		var img image.Image
		drawn, err := p.u.viewer.Sheet(ctx, doc, setup, face, box)
		if drawn != nil {
			img = drawn
		}
		return func() {
			if err != nil {
				p.paper.say(unseenText(err))
				return
			}
			p.paper.show(img)
		}
	})
}

// close ends what is being drawn, and lets the viewer rest.
func (p *printPreview) close() {
	p.drawing.stop()
	if p.used {
		p.u.restViewer()
	}
}

// restViewer unloads the viewer when it isn't wanted again for a while.
func (u *UI) restViewer() {
	u.resting.stop()
	u.resting = u.work.start(func(ctx context.Context) func() {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(viewerRest):
		}
		u.viewer.Unload(ctx)
		return nil
	})
}
