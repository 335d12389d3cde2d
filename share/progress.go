package share

import (
	"sync"
	"sync/atomic"
)

// maxErrors is how many failures of single files are kept to be shown; all are counted.
const maxErrors = 100

// Progress is how far a Get or Put is. It may be read while that runs.
type Progress struct {
	bytes, total         atomic.Int64
	files, count, failed atomic.Int64
	mu                   sync.Mutex
	errors               []*Error // mu guards it
}

// NewProgress returns one whose totals are not yet known.
func NewProgress() *Progress {
	p := &Progress{}
	p.total.Store(-1)
	p.count.Store(-1)
	return p
}

// Bytes is what has been moved.
func (p *Progress) Bytes() int64 { return p.bytes.Load() }

// Total is what there is to move; -1 while that is not known.
func (p *Progress) Total() int64 { return p.total.Load() }

// Files is how many files are complete.
func (p *Progress) Files() int { return int(p.files.Load()) }

// Count is how many files there are; -1 while that is not known.
func (p *Progress) Count() int { return int(p.count.Load()) }

// Failed is how many files could not be moved.
func (p *Progress) Failed() int { return int(p.failed.Load()) }

// Errors returns the first failures of single files.
func (p *Progress) Errors() []*Error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*Error(nil), p.errors...)
}

func (p *Progress) plan(count, total int64) {
	p.count.Store(count)
	p.total.Store(total)
}

func (p *Progress) fail(e *Error) {
	p.failed.Add(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.errors) < maxErrors {
		p.errors = append(p.errors, e)
	}
}
