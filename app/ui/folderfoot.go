package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/ui/look"
)

// anewPatience is how long listing anew may take before it is said: most take less than a blink.
const anewPatience = 700 * time.Millisecond

// folderFoot is the line below the files: what is selected, that the folder is listed anew, and that what stands there is only how
// it was, since its PC is off.
type folderFoot struct {
	count *look.Text
	busy  *busyLine
	off   *look.Text
	stop  *look.Button
	again *look.Button
	slow  *task // says, after a while, that it is listed anew
	line  *fyne.Container
}

func newFolderFoot(stop, again func()) *folderFoot {
	f := &folderFoot{count: look.NewCaption(""), busy: newBusyLine(), off: look.NewText("").In(theme.ColorNameWarning, theme.SizeNameCaptionText).Shrink(120)}
	button := func(text string, tap func()) *look.Button {
		b := look.NewButton(look.NewText(text).In(theme.ColorNamePrimary, theme.SizeNameCaptionText), tap)
		b.Inset = fyne.NewSize(6, 0)
		return b
	}
	f.stop, f.again = button(tr("Cancel"), stop), button(tr("Try again"), again)
	f.line = look.Pad(4, 14, look.Frame(nil, nil, f.count, look.HBox(8, f.busy, f.stop, f.again), look.Pad(0, 12, f.off)))
	f.settle()
	f.tell("")
	return f
}

// anew says that the folder is listed anew, if it takes a while.
func (f *folderFoot) anew(later func(time.Duration, func()) *task) {
	f.settle()
	f.slow = later(anewPatience, func() {
		f.busy.start(tr("Listing the folder…"))
		f.stop.Show()
		f.again.Hide()
		f.line.Refresh()
	})
}

// settle says that nothing is under way.
func (f *folderFoot) settle() {
	f.slow.stop()
	f.busy.stop()
	f.stop.Hide()
	visible(f.again, f.off.Text() != "")
}

// tell says why what is shown is only how it was; "" is that it isn't.
func (f *folderFoot) tell(why string) {
	f.off.SetText(why)
	visible(f.again, why != "" && !f.stop.Visible())
}
