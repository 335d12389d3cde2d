package share

import (
	"slices"
	"sync"
	"sync/atomic"
)

// maxErrors is how many failures of single files are kept to be shown; all are counted.
const maxErrors = 100

// maxPlan is the most, of files or bytes, that is believed to come.
const maxPlan = 1 << 60

// Progress is how far a Get or Put is. It may be read while that runs. The zero value is ready for use, for one of them.
type Progress struct {
	bytes, files, failed, skipped, heldCount atomic.Int64
	total, count                             atomic.Int64 // one more than that; 0 while it is not known

	mu     sync.Mutex
	errors []*Error // mu guards the below
	held   []Held
}

// NewProgress returns one whose totals are not yet known.
func NewProgress() *Progress { return &Progress{} }

// Bytes is what has been moved.
func (p *Progress) Bytes() int64 { return p.bytes.Load() }

// Total is what there is to move; -1 while that is not known.
func (p *Progress) Total() int64 { return p.total.Load() - 1 }

// Files is how many files are complete. In a Put that runs, those are the files sent; when it has ended, well or not, those
// that the other PC has said to be complete.
func (p *Progress) Files() int { return int(p.files.Load()) }

// Count is how many files there are; -1 while that is not known.
func (p *Progress) Count() int { return int(p.count.Load()) - 1 }

// Failed is how many files could not be moved.
func (p *Progress) Failed() int { return int(p.failed.Load()) }

// Skipped is how many things a Put left out on purpose: hidden files and folders, links that lead elsewhere, pipes.
func (p *Progress) Skipped() int { return int(p.skipped.Load()) }

// Errors returns the first failures of single files.
func (p *Progress) Errors() []*Error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.errors)
}

// expect adds what a stream that arrives says will come: there can be several.
func (p *Progress) expect(plan planFrame) {
	p.count.Store(min(max(p.count.Load(), 1)+plan.Files, maxPlan))
	p.total.Store(min(max(p.total.Load(), 1)+plan.Bytes, maxPlan))
}

func (p *Progress) plan(plan planFrame) {
	p.count.Store(plan.Files + 1)
	p.total.Store(plan.Bytes + 1)
}

func (p *Progress) fail(e *Error) {
	p.failed.Add(1)
	p.note(e)
}

func (p *Progress) note(e *Error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.errors) < maxErrors {
		p.errors = append(p.errors, e)
	}
}

// result is nil when all went well, else it tells how many failed and the first of them.
func (p *Progress) result() error {
	n, list := p.Failed(), p.Errors()
	switch {
	case n == 0:
		return nil
	case len(list) == 0:
		return &Error{Code: Failed, Text: "some files failed", Files: n}
	}
	e := *list[0]
	e.Files = n
	return &e
}
