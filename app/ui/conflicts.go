package ui

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// Before files are moved it is looked whether some are there already and differ. Then, and only then, a person is asked:
// once for the batch, and the answer holds for nothing else.

// previewPatience is how long looking may take before the window says what it is doing.
const previewPatience = 2 * time.Second

// Most of the sheet's height is its choices; the list of files takes what the window has left, in Fyne's pixels.
const (
	conflictsMost, conflictsLeast = 190, 56
	conflictsRest                 = 355
)

// batch is files that a person wants to be moved.
type batch struct {
	get     bool // to this PC, where there is no bin
	pc      string
	preview func(ctx context.Context) (*node.Preview, error)
	move    func(ctx context.Context, m node.Moving) error
}

// download asks for a folder of this PC and fetches into it.
func (u *UI) download(from []node.Location) {
	u.pick(tr("Download to"), true, func(paths []string) {
		u.prefs.Saved = paths[0]
		u.prefs.save()
		u.downloadTo(from, paths[0])
	})
}

// downloadTo fetches files into a folder of this PC.
func (u *UI) downloadTo(from []node.Location, dir string) {
	u.begin(batch{get: true, pc: from[0].PC,
		preview: func(ctx context.Context) (*node.Preview, error) { return u.svc.PreviewGet(ctx, from, dir) },
		move: func(ctx context.Context, m node.Moving) error {
			_, err := u.svc.Get(ctx, from, dir, m)
			return err
		}})
}

// upload sends files into a folder of another PC. One that only takes files tells nobody what is in it, and replaces nothing.
func (u *UI) upload(to node.Location, files []string) {
	b := batch{pc: to.PC,
		preview: func(ctx context.Context) (*node.Preview, error) { return u.svc.PreviewPut(ctx, files, to) },
		move: func(ctx context.Context, m node.Moving) error {
			_, err := u.svc.Put(ctx, files, to, m)
			return err
		}}
	if o := findOffer(u.state, to.PC, to.Folder); o != nil && !mayList(o.Access) {
		u.move(b, "")
		return
	}
	u.begin(b)
}

func (u *UI) move(b batch, existing string) {
	u.call(func(ctx context.Context) error { return b.move(ctx, node.Moving{Existing: existing}) }, nil)
}

// begin looks at what is there, asks where it must, and moves.
func (u *UI) begin(b batch) {
	var waiting *sheet
	over := make(chan struct{})
	looking := u.work.start(func(ctx context.Context) func() {
		defer close(over)
		p, err := b.preview(ctx)
		return func() {
			if waiting != nil && u.sheet == waiting {
				u.closeSheet()
			}
			switch {
			case err != nil:
				u.whenFree(func() { u.askUnseen(b, err) })
			case p.Differ.Files == 0:
				u.move(b, "")
			default:
				u.whenFree(func() { u.askConflicts(b, *p) })
			}
		}
	})
	patience := u.patience
	u.work.start(func(ctx context.Context) func() {
		select {
		case <-time.After(patience):
		case <-over:
			return nil
		case <-ctx.Done():
			return nil
		}
		return func() {
			u.whenFree(func() {
				if !looking.idle() {
					waiting = u.showLooking(pcName(u.state, b.pc), looking)
				}
			})
		}
	})
}

// showLooking says that what is there is still being looked at. To close it is to think better of the whole.
func (u *UI) showLooking(pc string, looking *task) *sheet {
	s := u.open(sheetSpec{
		title: tr("Looking at what is there already"), icon: look.IconSearch, width: 460,
		body: look.NewProse(tr("If files there differ, you are asked before anything is moved. It takes a while: there are many, or {{.PC}} is busy.", "PC", pc), fyne.TextAlignLeading),
	})
	s.task = looking
	s.busy.start(tr("Comparing…"))
	return s
}

// askUnseen asks what is to happen where nobody can tell what is there.
func (u *UI) askUnseen(b batch, err error) {
	text, hint := put(err)
	u.askExisting(b, tr("It can't be seen what is there already"), look.VBox(8,
		look.NewProse(spaced(stop(text), stop(hint)), fyne.TextAlignLeading).In(theme.ColorNameForeground),
		look.NewProse(tr("If a file is there already and differs:"), fyne.TextAlignLeading)))
}

func spaced(a, b string) string {
	if b == "" {
		return a
	}
	return a + " " + b
}

// askConflicts asks what is to happen to files that are there already and differ.
func (u *UI) askConflicts(b batch, p node.Preview) {
	now := u.opt.Now()
	list := look.VBox(7)
	for _, c := range p.Conflicts {
		list.Add(look.VBox(1, look.NewText(plain(c.Path)).Shrink(60),
			look.NewCaption(tr("Comes: {{.What}}", "What", versionText(c.Size, c.Time, c.Time2, now))+"   ·   "+tr("There: {{.What}}", "What", versionText(c.Size2, c.Time2, c.Time, now))).Shrink(60)))
	}
	if n := p.Differ.Files - len(p.Conflicts); n > 0 {
		list.Add(look.NewCaption(trn("and one more", "and {{.N}} more", n)))
	}
	for _, r := range p.Renamed {
		list.Add(look.VBox(1, look.NewText(plain(r.Path)).Shrink(60),
			look.NewText(tr("Is called {{.Name}} there, as that system can't hold its name", "Name", plain(r.As))).In(theme.ColorNameWarning, theme.SizeNameCaptionText).Shrink(60)))
	}
	inner := look.Pad(8, 10, container.New(roomForBar{}, list))
	tall := min(max(u.window.Canvas().Size().Height-conflictsRest, conflictsLeast), conflictsMost, inner.MinSize().Height)
	u.askExisting(b, trn("One file is there already, and differs", "{{.N}} files are there already, and differ", p.Differ.Files), look.VBox(8,
		look.NewCaption(previewText(p)).Shrink(60),
		container.NewStack(look.NewPaint(look.ColorSidebar, 8), container.New(atLeast{height: tall}, newKeyScroll(inner, u.closeSheet)))))
}

// previewText says what will happen, in numbers.
func previewText(p node.Preview) string {
	var parts []string
	if n := p.New.Files; n > 0 {
		parts = append(parts, trn("{{.N}} new", "{{.N}} new", n)+" ("+formatSize(p.New.Bytes)+")")
	}
	if n := p.Same.Files; n > 0 {
		parts = append(parts, trn("{{.N}} the same, not sent again", "{{.N}} the same, not sent again", n))
	}
	return join(append(parts, trn("{{.N}} differs", "{{.N}} differ", p.Differ.Files)+" ("+formatSize(p.Differ.Bytes)+")")...)
}

// versionText says how large a version of a file is and from when, and whether it is the later one.
func versionText(size int64, at, other, now time.Time) string {
	text := formatSize(size)
	if !at.IsZero() {
		text += ", " + formatWhen(at, now)
	}
	if at.After(other) && !other.IsZero() {
		text += " (" + tr("newer") + ")"
	}
	return text
}

// askExisting asks what becomes of files that are there already and differ, and moves.
func (u *UI) askExisting(b batch, title string, body fyne.CanvasObject) {
	answer := func(existing string) func() {
		return func() {
			u.closeSheet()
			u.move(b, existing)
		}
	}
	replace := tr("What is replaced waits in the bin at {{.PC}}, and can be brought back from there.", "PC", pcName(u.state, b.pc))
	if b.get {
		replace = tr("The files here are overwritten. This PC keeps no copy of them.")
	}
	both := u.optionCard(look.IconCopy, tr("Keep both"), tr("The new ones get a number after their name."), answer(node.ExistingBoth))
	u.open(sheetSpec{
		title: title, icon: look.IconWarning, width: 600, focus: both,
		body: look.VBox(10, body, look.VBox(5, both,
			u.optionCard(look.IconRefresh, tr("Replace"), replace, answer(node.ExistingReplace)),
			u.optionCard(look.IconForward, tr("Skip"), tr("What is there stays as it is. Only what is new is moved."), answer(node.ExistingSkip)))),
	})
}

// optionCard is one of the ways on in a sheet: chosen by a click, or by Enter.
func (u *UI) optionCard(icon fyne.Resource, title, text string, do func()) *look.Button {
	body := look.Frame(nil, nil, look.Pad(0, 8, look.Middle(look.Icon(look.Strong(icon), 18))), nil,
		look.VBox(1, look.NewHeading(title), look.NewCaption(text).Shrink(60)))
	b := look.NewCardButton(body, do)
	b.Inset = fyne.NewSize(8, 6)
	b.OnKey = func(key fyne.KeyName) bool {
		if key == fyne.KeyEscape {
			u.closeSheet()
		}
		return key == fyne.KeyEscape
	}
	return b
}
