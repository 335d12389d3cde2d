package filelist

import (
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/ui/look"
)

// row draws one line. It holds plain canvas objects, since a screen has some thirty of them that change with every
// step of a scroll.
type row struct {
	widget.BaseWidget
	body   *body
	line   int // that it shows, or -1
	cols   columns
	ground *canvas.Rectangle
	icon   *canvas.Image
	texts  [3]*canvas.Text // name, modified, size
	state  rowState
}

// rowState is all that its colours come from.
type rowState struct{ selected, hovered, cursor bool }

func newRow(b *body) *row {
	w := &row{body: b, line: -1, ground: canvas.NewRectangle(nil), icon: canvas.NewImageFromResource(look.IconFile)}
	w.icon.FillMode = canvas.ImageFillContain
	for i := range w.texts {
		w.texts[i] = canvas.NewText("", nil)
	}
	w.texts[2].Alignment = fyne.TextAlignTrailing
	w.ExtendBaseWidget(w)
	return w
}

// bind makes the row show a line.
func (w *row) bind(n int, cols columns) {
	item, words := &w.body.list.items[n], &w.body.list.words
	w.line, w.cols = n, cols
	size := w.Theme().Size(theme.SizeNameText)
	name, modified, bytes := words.Clean(item.Name), "", ""
	if !item.Modified.IsZero() && cols.timeWidth > 0 {
		modified = words.FormatTime(item.Modified)
	}
	if !item.Folder && cols.sizeWidth > 0 {
		bytes = words.FormatSize(item.Size)
	}
	w.texts[0].Text = look.Elide(name, cols.nameWidth, size, fyne.TextStyle{})
	w.texts[1].Text = look.Elide(modified, cols.timeWidth, size, fyne.TextStyle{})
	w.texts[2].Text = look.Elide(bytes, cols.sizeWidth, size, fyne.TextStyle{})
	if icon := iconFor(item); w.icon.Resource != icon {
		w.icon.Resource = icon
		w.icon.Refresh()
	}
	w.paint()
	w.layout()
}

// recolour follows the selection and the pointer.
func (w *row) recolour() {
	if w.line >= 0 && w.now() != w.state {
		w.paint()
	}
}

func (w *row) now() rowState {
	l := w.body.list
	return rowState{selected: l.chosen.has(w.line), hovered: w.body.hovered == w.line, cursor: w.body.focused && l.chosen.cursor == w.line}
}

func (w *row) paint() {
	w.state = w.now()
	th, v := w.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	w.ground.FillColor, w.ground.StrokeColor, w.ground.StrokeWidth = nil, nil, 0
	w.ground.CornerRadius = th.Size(theme.SizeNameSelectionRadius)
	switch {
	case w.state.selected:
		w.ground.FillColor = th.Color(theme.ColorNameSelection, v)
	case w.state.hovered:
		w.ground.FillColor = th.Color(theme.ColorNameHover, v)
	}
	if w.state.cursor {
		w.ground.StrokeColor, w.ground.StrokeWidth = th.Color(theme.ColorNamePrimary, v), 1
	}
	w.ground.Refresh()
	for i, t := range w.texts {
		t.TextSize, t.Color = th.Size(theme.SizeNameText), th.Color(look.ColorQuiet, v)
		if i == 0 {
			t.Color = th.Color(theme.ColorNameForeground, v)
		}
		t.Refresh()
	}
}

func (w *row) layout() {
	width := w.body.Size().Width
	w.ground.Move(fyne.NewPos(edge/2, 0.5))
	w.ground.Resize(fyne.NewSize(width-edge, rowHeight-1))
	w.icon.Move(fyne.NewPos(edge, (rowHeight-iconSize)/2))
	w.icon.Resize(fyne.NewSquareSize(iconSize))
	h := w.texts[0].MinSize().Height
	y := (rowHeight - h) / 2
	place := func(t *canvas.Text, x, width float32) {
		t.Move(fyne.NewPos(x, y))
		t.Resize(fyne.NewSize(width, h))
	}
	place(w.texts[0], w.cols.name, w.cols.nameWidth)
	place(w.texts[1], w.cols.modified, w.cols.timeWidth)
	place(w.texts[2], w.cols.size, w.cols.sizeWidth)
}

// CreateRenderer is for Fyne.
func (w *row) CreateRenderer() fyne.WidgetRenderer { return rowRenderer{w} }

type rowRenderer struct{ w *row }

func (r rowRenderer) MinSize() fyne.Size { return fyne.NewSize(0, rowHeight) }
func (r rowRenderer) Layout(fyne.Size)   { r.w.layout() }
func (r rowRenderer) Destroy()           {}

func (r rowRenderer) Refresh() {
	if r.w.line >= 0 && r.w.line < len(r.w.body.list.items) {
		r.w.bind(r.w.line, r.w.cols)
	}
}

func (r rowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.w.ground, r.w.icon, r.w.texts[0], r.w.texts[1], r.w.texts[2]}
}

// iconFor returns the icon of a file by its name's ending.
func iconFor(i *Item) fyne.Resource {
	if i.Folder {
		return look.IconFolderFull
	}
	if icon, ok := icons[strings.ToLower(filepath.Ext(i.Name))]; ok {
		return icon
	}
	return quietFile
}

var (
	quietFile = look.Quiet(look.IconFile)
	icons     = iconsByEnding(map[string]fyne.Resource{
		".txt .md .log .rtf .doc .docx .odt .pdf .epub .tex":                                 look.Quiet(look.IconText),
		".xls .xlsx .ods .csv .tsv .numbers":                                                 look.Quiet(look.IconSheet),
		".jpg .jpeg .png .gif .webp .bmp .tif .tiff .heic .svg .ico .raw .dng .psd .xcf .ai": look.Quiet(look.IconImage),
		".mp3 .flac .ogg .opus .wav .m4a .aac .wma .aiff .mid":                               look.Quiet(look.IconMusic),
		".mp4 .mkv .mov .avi .webm .mpg .mpeg .m4v .wmv .flv .ogv":                           look.Quiet(look.IconFilm),
		".zip .7z .rar .gz .tgz .bz2 .xz .zst .tar .iso .jar .deb .rpm .dmg .img":            look.Quiet(look.IconArchive),
		".exe .msi .bat .cmd .ps1 .sh .py .js .apk .appimage .run .com .vbs .desktop .lnk":   look.Quiet(look.IconProgram),
	})
)

func iconsByEnding(kinds map[string]fyne.Resource) map[string]fyne.Resource {
	all := map[string]fyne.Resource{}
	for endings, icon := range kinds {
		for _, e := range strings.Fields(endings) {
			all[e] = icon
		}
	}
	return all
}
