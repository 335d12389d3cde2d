package ui

import (
	"context"
	"errors"
	"image"
	"os"
	"path"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/exchange"
	"lanyard/app/ui/look"
)

// aboutDrag marks the notice of a drag under way.
const aboutDrag = "drag"

// dragOut is files of another PC that are dragged out of the window.
type dragOut struct {
	task *task
	from []node.Location // of the last drag
	have []string        // the copies of those, where they were made and not taken: the next drag has them at once
}

// drag drags files of another PC out of the window, with the button that is down. In a file manager they are downloaded to
// where they are dropped; other programs get copies.
func (u *UI) drag(from []node.Location) {
	if len(from) == 0 || u.desktop == nil {
		return
	}
	if !u.out.task.idle() { // one that was dropped waits for its files, and can be ended
		u.sayFetching(locationsLabel(u.out.from))
		return
	}
	if !slices.Equal(from, u.out.from) || !allThere(u.out.have) {
		u.out.from, u.out.have = from, nil
	}
	what := locationsLabel(from)
	files := exchange.Drag{
		Name: path.Base(path.Join(from[0].Folder, from[0].Path)), Local: u.out.have,
		Pictures: exchange.Pictures{Taken: u.dragPicture(what, tr("Let go to copy it here"), false), Refused: u.dragPicture(what, tr("Drag it to a folder or a program"), true)},
	}
	var copied []string
	files.Fetch = func(ctx context.Context, show func(image.Image)) (paths []string, err error) {
		u.work.post(func() { u.sayFetching(what) })
		paths, err = u.copies.bring(ctx, from, func(t node.Transfer) { u.showFetching(what, t, show) })
		copied = paths
		return paths, err
	}
	desktop := u.desktop
	u.out.task = u.work.start(func(ctx context.Context) func() {
		out, err := desktop.Drag(ctx, files)
		return func() { u.dragged(from, copied, out, err) }
	})
}

// sayFetching says what is going on after the drop, and how to end it.
func (u *UI) sayFetching(what string) {
	u.frame.notice.say(notice{text: tr("Fetching {{.What}} for the program that it was dropped on…", "What", what), verb: tr("Cancel"), do: u.stopDrag, stays: true, about: aboutDrag})
}

// showFetching hangs at the place of the drop how far the files are.
func (u *UI) showFetching(what string, t node.Transfer, show func(image.Image)) {
	u.work.post(func() {
		text, _ := transferText(t)
		show(u.dragPicture(what, text, false))
	})
}

func (u *UI) stopDrag() {
	u.out.task.stop()
	u.frame.notice.closeAbout(aboutDrag)
}

// dragged is the end of a drag.
func (u *UI) dragged(from []node.Location, copied []string, out exchange.Outcome, err error) {
	u.frame.notice.closeAbout(aboutDrag)
	what := locationsLabel(from)
	switch {
	case errors.Is(err, exchange.ErrUnavailable):
		u.unavailable(tr("This desktop lets no files be dragged out of the window."), tr("Save to…"), func() { u.download(from) })
	case err != nil:
		u.failCopies(from, err)
	case out.Folder != "":
		u.downloadTo(from, out.Folder)
	case out.Taken && out.Fetched:
		u.out.have = nil
		u.tell(tr("{{.What}} was handed over.", "What", what))
	case out.Taken:
		u.out.have = nil
	case out.Fetched:
		u.out.have = copied
		u.frame.notice.say(notice{text: tr("{{.What}} is here now. Drag it once more.", "What", what), stays: true,
			verb: tr("Show in folder"), do: func() { u.showLocal(copied[0]) }})
	}
}

// failCopies says why there are no copies of files.
func (u *UI) failCopies(from []node.Location, err error) {
	var missed incomplete
	switch {
	case errors.Is(err, context.Canceled):
	case !errors.As(err, &missed):
		u.fail(err)
	case missed.transfer.State == node.TransferCancelled:
	case heldCount(missed.transfer) > 0:
		u.frame.notice.say(notice{kind: noticeWarning, text: stop(heldText(heldCount(missed.transfer))), verb: tr("Save to…"), do: func() { u.download(from) }, stays: true})
	default:
		u.frame.notice.say(notice{kind: noticeError, text: tr("{{.What}} could not be fetched.", "What", locationsLabel(from)), hint: told(missed.transfer.Error), stays: true})
	}
}

// allThere tells whether copies are there still.
func allThere(paths []string) bool {
	return !slices.ContainsFunc(paths, func(p string) bool { _, err := os.Lstat(p); return err != nil })
}

// locationsLabel names files of another PC for people.
func locationsLabel(from []node.Location) string {
	names := make([]string, len(from))
	for i, f := range from {
		names[i] = path.Join(f.Folder, f.Path)
	}
	return sendLabel(names)
}

// dragPicture draws what hangs at the pointer: what it is, and what would become of it.
func (u *UI) dragPicture(what, text string, refused bool) image.Image {
	icon := fyne.Resource(look.IconFolderFull)
	ink := theme.ColorNameForeground
	if refused {
		icon, ink = look.Quiet(look.IconStop), look.ColorQuiet
	}
	const widest = 260
	title, below := look.NewText(what).In(ink, theme.SizeNameText).Bold().Shrink(40), look.NewCaption(text).Shrink(40)
	lines := container.New(atLeast{width: min(max(title.Whole(), below.Whole()), widest)}, look.VBox(1, title, below))
	edge := look.NewPaint(theme.ColorNamePrimary, 0)
	ground := look.Pad(1, 1, look.NewPaint(theme.ColorNameOverlayBackground, 0))
	c := software.NewCanvas()
	c.SetPadded(false)
	c.SetScale(u.window.Canvas().Scale())
	c.SetContent(container.NewStack(edge, ground, look.Pad(6, 9, look.HBox(8, look.Middle(look.Icon(icon, 22)), lines))))
	c.Resize(c.Content().MinSize())
	return c.Capture()
}
