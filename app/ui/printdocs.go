package ui

import (
	"context"
	"path/filepath"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
	"lanyard/app/ui/preview"
)

const (
	// maxDocsShown is how many documents are listed to be looked through; more are counted.
	maxDocsShown = 50
	// docsTall is how tall the list may become: four lines.
	docsTall = 132
	// docsIndent is where the names begin.
	docsIndent = 28
)

// printDoc is a document that is to be printed.
type printDoc struct {
	path   string
	looked bool   // what is below is known
	format string // MIME type; "" none that is printed
	err    error  // it can't be read
	pages  *preview.Document
	unseen error // why its pages can't be shown
}

func (d *printDoc) name() string { return plain(filepath.Base(d.path)) }

// printDocs is the list of documents. Tapped, one of them is shown.
type printDocs struct {
	list   []*printDoc
	shown  *printDoc
	box    *fyne.Container // the lines
	scroll *container.Scroll
	can    *node.PrinterOptions // nil until it is known
	none   func(*printDoc) bool // tells that none of a document's pages is chosen; nil until they can be
	escape func()
	choose func(*printDoc)
	remove func(*printDoc)
}

func newPrintDocs(files []string, escape func(), choose, remove func(*printDoc)) *printDocs {
	l := &printDocs{box: look.VBox(1), escape: escape, choose: choose, remove: remove}
	for _, f := range files {
		l.list = append(l.list, &printDoc{path: f})
	}
	l.shown = l.list[0]
	l.scroll = container.NewVScroll(l.box)
	l.fill()
	return l
}

// look finds out what the documents are, one after the other, and calls news on Fyne's goroutine when it knows more.
func (l *printDocs) look(u *UI, news func()) *task {
	docs := slices.Clone(l.list)
	return u.work.start(func(ctx context.Context) func() {
		for _, d := range docs {
			found := printDoc{path: d.path, looked: true}
			if found.format, found.err = node.DocumentFormat(d.path); found.err == nil && found.format != "" {
				found.pages, found.unseen = u.viewer.Open(ctx, d.path, found.format)
			}
			if ctx.Err() != nil {
				return nil
			}
			u.work.post(func() {
				*d = found
				if ctx.Err() == nil { // else it was stopped, or the last call tells all
					news()
				}
			})
		}
		return news
	})
}

// refused says why the printer doesn't take a document; "" when it does, or nobody knows yet.
func (l *printDocs) refused(d *printDoc) string {
	if !d.looked || l.can == nil {
		return ""
	}
	if text := refusedText(l.can, d.format, d.err); text != "" || len(l.list) == 1 || l.none == nil || !l.none(d) {
		return text
	}
	return tr("None of its pages is chosen.")
}

// good are the documents that can be printed.
func (l *printDocs) good() []*printDoc {
	return slices.DeleteFunc(slices.Clone(l.list), func(d *printDoc) bool { return l.refused(d) != "" })
}

// drop takes a document out of the list; the last one stays.
func (l *printDocs) drop(d *printDoc) {
	at := slices.Index(l.list, d)
	if at < 0 || len(l.list) == 1 {
		return
	}
	l.list = slices.Delete(l.list, at, at+1)
	if l.shown == d {
		l.shown = l.list[min(at, len(l.list)-1)]
	}
}

// fill writes the lines anew.
func (l *printDocs) fill() {
	l.box.Objects = nil
	for _, d := range l.list[:min(len(l.list), maxDocsShown)] {
		l.box.Add(l.line(d))
	}
	if more := len(l.list) - maxDocsShown; more > 0 {
		l.box.Add(look.Pad(3, 8, look.NewCaption(trn("and one more", "and {{.N}} more", more))))
	}
	l.box.Refresh()
	tall := min(l.box.MinSize().Height, docsTall)
	l.scroll.SetMinSize(fyne.NewSize(0, tall))
}

func (l *printDocs) line(d *printDoc) fyne.CanvasObject {
	refused := l.refused(d)
	about, ink, icon := "", look.ColorQuiet, look.Quiet(look.IconText)
	switch {
	case refused != "":
		ink, icon = theme.ColorNameError, theme.NewColoredResource(look.IconWarning, theme.ColorNameError)
	case d.pages != nil && d.unseen == nil:
		about = trn("one page", "{{.N}} pages", d.pages.Pages)
	}
	name := look.NewText(d.name()).Shrink(60)
	right := container.NewHBox(look.Middle(look.NewCaption(about)))
	if len(l.list) > 1 {
		drop := newButton("", l.escape, func() { l.remove(d) })
		drop.Icon, drop.Importance = look.IconClose, widget.LowImportance
		right.Add(drop)
	}
	text := fyne.CanvasObject(container.NewBorder(nil, nil, look.Pad(0, 4, look.Middle(look.Icon(icon, 16))), look.Middle(right), look.Middle(name)))
	if refused != "" {
		text = container.New(&look.Column{Gap: 1}, text, container.New(layout.NewCustomPaddedLayout(0, 3, docsIndent, 0), look.NewProse(refused, fyne.TextAlignLeading).Small().In(ink)))
	}
	if len(l.list) == 1 {
		return look.Pad(3, 6, text)
	}
	tile := look.NewButton(text, func() { l.choose(d) })
	tile.Inset = fyne.NewSize(6, 2)
	tile.OnKey = func(k fyne.KeyName) bool { return l.key(d, k) }
	tile.OnFocus = func() { look.RevealIn(l.scroll, tile) }
	tile.SetSelected(d == l.shown)
	return tile
}

func (l *printDocs) key(d *printDoc, key fyne.KeyName) bool {
	switch key {
	case fyne.KeyEscape:
		l.escape()
	case fyne.KeyDelete:
		l.remove(d)
	default:
		return false
	}
	return true
}
