package main

import (
	"fmt"
	"io"
	"strings"
)

// report is what a run found; as JSON, with stable names.
type report struct {
	Tables []*table `json:"tables"`
	Left   []string `json:"left,omitempty"` // programs that are not installed, and why others were left out
}

// table is what one work found.
type table struct {
	Work   string     `json:"work"`
	Rows   []row      `json:"rows,omitempty"`
	Prints []printRow `json:"prints,omitempty"`
	Facts  []string   `json:"facts,omitempty"` // what is no comparison
	files  bool       // it is about files, not bytes
}

// row is what one program needed, as medians.
type row struct {
	Program   string  `json:"program"`
	Note      string  `json:"note,omitempty"`
	Rounds    int     `json:"rounds"`
	Disk      float64 `json:"disk"`      // seconds until everything was on the disk
	Said      float64 `json:"said"`      // seconds until the program said that it was done
	Ratio     float64 `json:"ratio"`     // of Disk to Lanyard's; above 1 is slower than Lanyard
	Speed     float64 `json:"speed"`     // MB/s to the disk
	ServerCPU float64 `json:"serverCPU"` // seconds for each GB, or for each 10,000 files
	ClientCPU float64 `json:"clientCPU"`
	ServerMem float64 `json:"serverMem"` // MB, at most
	ClientMem float64 `json:"clientMem"`
}

func (r *report) table(work string) *table {
	for _, t := range r.Tables {
		if t.Work == work {
			return t
		}
	}
	r.Tables = append(r.Tables, &table{Work: work})
	return r.Tables[len(r.Tables)-1]
}

// fact notes what is no comparison.
func (r *report) fact(work, format string, args ...any) {
	t := r.table(work)
	t.Facts = append(t.Facts, fmt.Sprintf(format, args...))
}

func (t *table) add(p *peer, j job, samples []sample) {
	unit := float64(j.bytes) / 1e9
	if t.files = j.files > 1; t.files {
		unit = float64(j.files) / 10_000
	}
	r := row{
		Program: p.name, Note: p.note, Rounds: len(samples),
		Disk:      medianOf(samples, func(s sample) float64 { return s.disk }),
		Said:      medianOf(samples, func(s sample) float64 { return s.said }),
		ServerCPU: medianOf(samples, func(s sample) float64 { return s.serverCPU }) / unit,
		ClientCPU: medianOf(samples, func(s sample) float64 { return s.clientCPU }) / unit,
		ServerMem: float64(medianOf(samples, func(s sample) int64 { return s.serverMem })) / 1e6,
		ClientMem: float64(medianOf(samples, func(s sample) int64 { return s.clientMem })) / 1e6,
	}
	if p.tenth && j.tenth != "" {
		r.Note += ", ten times a tenth of the files"
	}
	r.Speed = float64(j.bytes) / 1e6 / r.Disk
	t.Rows = append(t.Rows, r)
	for _, first := range t.Rows {
		if first.Program == lanyardName {
			for i := range t.Rows {
				t.Rows[i].Ratio = t.Rows[i].Disk / first.Disk
			}
		}
	}
}

func (r *report) markdown(w io.Writer) error {
	var b strings.Builder
	for _, t := range r.Tables {
		fmt.Fprintf(&b, "### %s\n\n", t.Work)
		t.markdown(&b)
	}
	if len(r.Left) > 0 {
		fmt.Fprintf(&b, "Left out: %s.\n", strings.Join(r.Left, "; "))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t *table) markdown(b *strings.Builder) {
	if len(t.Rows) > 0 {
		unit := "GB"
		if t.files {
			unit = "10,000 files"
		}
		fmt.Fprintf(b, "| | to disk | ÷ Lanyard | said done | MB/s | CPU s per %s: server | client | peak MB: server | client |\n", unit)
		b.WriteString("|---|--:|--:|--:|--:|--:|--:|--:|--:|\n")
	}
	for _, r := range t.Rows {
		fmt.Fprintf(b, "| %s (%s) | %.2f s | %.2f | %.2f s | %.0f | %.2f | %.2f | %.0f | %.0f |\n",
			r.Program, r.Note, r.Disk, r.Ratio, r.Said, r.Speed, r.ServerCPU, r.ClientCPU, r.ServerMem, r.ClientMem)
	}
	if len(t.Rows) > 0 {
		b.WriteString("\n")
	}
	t.prints(b)
	for _, f := range t.Facts {
		fmt.Fprintf(b, "- %s\n", f)
	}
	if len(t.Facts) > 0 {
		b.WriteString("\n")
	}
}
