package ui

import (
	"context"
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"lanyard/app/qr/scan"
	"lanyard/app/ui/camera"
	"lanyard/app/ui/look"
)

// cameraSize is that of a camera's picture in the dialog, in Fyne's pixels.
var cameraSize = fyne.NewSize(400, 300)

// askCamera shows what a camera sees until there is a QR code in it, which read is given.
func (u *UI) askCamera(c camera.Camera, read func(codeSource)) {
	view := canvas.NewImageFromImage(image.NewGray(image.Rect(0, 0, 4, 3)))
	view.FillMode = canvas.ImageFillContain
	view.SetMinSize(cameraSize)
	var looking *task
	closed := false
	s := u.open(sheetSpec{
		title: tr("Read a QR code"), icon: look.Picture("camera"), width: 440,
		body: look.VBox(8, look.NewCaption(tr("Hold the code of the invitation before {{.Camera}}.", "Camera", plain(c.Name))).Shrink(60),
			container.NewStack(look.NewPaint(look.ColorTrack, 8), view)),
		onClose: func() {
			closed = true
			looking.stop()
		},
	})
	looking = u.work.start(func(ctx context.Context) func() {
		text, err := u.watchCamera(ctx, c, func(img image.Image) {
			if !closed {
				view.Image = img
				view.Refresh()
			}
		})
		return func() {
			if err != nil {
				s.problem.show(err)
				return
			}
			u.closeSheet()
			read(func(context.Context) (string, error) { return text, nil })
		}
	})
}

// watchCamera looks at a camera's frames until there is a code in one. show is called on Fyne's goroutine.
func (u *UI) watchCamera(ctx context.Context, c camera.Camera, show func(image.Image)) (string, error) {
	source, err := c.Open()
	if err != nil {
		return "", err
	}
	defer source.Close()
	for {
		img, err := source.Frame(ctx)
		if err != nil {
			return "", err
		}
		u.work.post(func() { show(img) })
		if text, err := scan.Find(img); err == nil {
			return text, nil
		}
	}
}
