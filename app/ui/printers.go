package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// maxJobs is how many jobs are shown: more than anybody reads, fewer than slow a window down.
const maxJobs = 100

// jobDeeds is what the page of printers asks for.
type jobDeeds interface {
	printerDeeds
	cancelJob(j node.Job)
	printerTarget(pc, printer string) dropTarget
	when(j node.Job) string
}

// printersView is every printer in reach, and the jobs.
type printersView struct {
	do       jobDeeds
	page     *fyne.Container
	full     fyne.CanvasObject
	empty    fyne.CanvasObject
	printers *rows[node.Printer]
	jobs     *rows[node.Job]
	noJobs   fyne.CanvasObject
}

func newPrintersView(do jobDeeds) *printersView {
	v := &printersView{do: do, page: container.NewStack(), printers: printerGrid(do)}
	key := func(j node.Job) string { return j.PC + "\x00" + j.Printer + "\x00" + strconv.Itoa(j.ID) }
	v.jobs = newRows(fyne.Layout(layout.NewCustomPaddedVBoxLayout(6)), key, func() row[node.Job] { return newJobRow(do) })
	v.noJobs = look.NewProse(tr("No jobs. Drop a document on a printer to print it."), fyne.TextAlignLeading)
	v.full = look.Page(14, v.printers.box, look.NewHeading(tr("Jobs")), v.jobs.box, v.noJobs)
	v.empty = emptyState(look.IconPrinter, tr("No printer in reach"), tr("Printers that are set up on this PC, and those that other PCs of the workgroup share, appear here."))
	return v
}

func (v *printersView) content() fyne.CanvasObject { return v.page }
func (v *printersView) actions() fyne.CanvasObject { return nil }
func (v *printersView) leave()                     {}

func (v *printersView) show(s *node.State) {
	v.printers.show(s.Printers)
	v.jobs.show(s.Jobs[:min(len(s.Jobs), maxJobs)])
	visible(v.noJobs, len(s.Jobs) == 0)
	page := v.full
	if len(s.Printers)+len(s.Jobs) == 0 {
		page = v.empty
	}
	if len(v.page.Objects) == 0 || v.page.Objects[0] != page {
		v.page.Objects = []fyne.CanvasObject{page}
		v.page.Refresh()
	}
}

func (v *printersView) dropAt(at fyne.Position) dropTarget {
	return dropOnPrinter(v.printers, at, v.do.printerTarget)
}

// jobRow is a print job.
type jobRow struct {
	*look.Tile
	do          jobDeeds
	job         node.Job
	name, where *look.Text
	state, why  *look.Text
	cancel      *widget.Button
}

func newJobRow(do jobDeeds) *jobRow {
	r := &jobRow{do: do, name: look.NewHeading("").Shrink(60), where: look.NewCaption("").Shrink(60),
		state: look.NewText("").Bold().Right().Shrink(190), why: look.NewCaption("").Right().Shrink(190)}
	r.cancel = quietButton("", look.IconClose, func() { do.cancelJob(r.job) })
	left := look.VBox(2, r.name, r.where)
	right := container.New(atLeast{width: 190}, look.VBox(2, r.state, r.why))
	body := container.NewBorder(nil, nil, look.Pad(0, 6, look.Middle(look.Icon(look.Quiet(look.IconText), 22))), look.Middle(container.New(atLeast{width: 34}, container.NewStack(r.cancel))),
		container.NewBorder(nil, nil, nil, right, left))
	r.Tile = look.NewCard(body, nil)
	r.Tile.Inset = fyne.NewSize(12, 8)
	return r
}

func (r *jobRow) set(j node.Job) {
	r.job = j
	name := plain(j.Name)
	if name == "" {
		name = tr("A document of {{.PC}}", "PC", r.do.pcNameText(j.Owner))
	}
	r.name.SetText(name)
	where := tr("{{.Printer}} at {{.PC}}", "Printer", plain(j.Printer), "PC", r.do.pcNameText(j.PC))
	if !j.Mine {
		where = tr("from {{.PC}}", "PC", r.do.pcNameText(j.Owner)) + " · " + where
	}
	r.where.SetText(where + " · " + r.do.when(j))
	text, ink := jobState(j)
	r.state.SetText(text)
	r.state.SetColor(ink)
	why := jobWhy(j)
	r.why.SetText(why)
	visible(r.why, why != "")
	r.why.SetColor(look.ColorQuiet)
	if why != "" && !jobEnded(j.State) {
		r.why.SetColor(theme.ColorNameWarning)
	}
	visible(r.cancel, !jobEnded(j.State))
}
