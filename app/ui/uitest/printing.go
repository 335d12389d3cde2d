package uitest

import (
	"context"
	"maps"
	"slices"
	"strings"

	"lanyard/app/node"
)

// SharePrinter shares a printer of this PC.
func (s *Service) SharePrinter(ctx context.Context, name string, guests bool) error {
	if err := s.call(ctx, "SharePrinter", name, guests); err != nil {
		return err
	}
	s.sharePrinter(name, true, guests)
	return nil
}

// UnsharePrinter withdraws it.
func (s *Service) UnsharePrinter(ctx context.Context, name string) error {
	if err := s.call(ctx, "UnsharePrinter", name); err != nil {
		return err
	}
	s.sharePrinter(name, false, false)
	return nil
}

func (s *Service) sharePrinter(name string, on, guests bool) {
	s.Change(func(st *node.State) {
		for i := range st.Printers {
			if p := &st.Printers[i]; p.Name == name && p.PC == st.Self.ID {
				p.Shared, p.Guests = on, guests
			}
		}
	})
}

// PrinterOptions returns what SetOptions has set.
func (s *Service) PrinterOptions(ctx context.Context, pc, printer string) (*node.PrinterOptions, error) {
	if err := s.call(ctx, "PrinterOptions", pc, printer); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.options
	return &o, nil
}

// Print makes a job for each document.
func (s *Service) Print(ctx context.Context, r node.PrintRequest) ([]node.Job, error) {
	options := slices.Sorted(maps.Keys(r.Options))
	for i, k := range options {
		options[i] = k + "=" + r.Options[k]
	}
	call := []any{r.PC, r.Printer, strings.Join(r.Files, " "), r.Copies, strings.Join(options, ",")}
	if r.PIN != "" {
		call = append(call, r.PIN)
	}
	if r.TestPage {
		call = append(call, "test page")
		r.Files = []string{"Test page"}
	}
	if err := s.call(ctx, "Print", call...); err != nil {
		return nil, err
	}
	var jobs []node.Job
	s.Change(func(st *node.State) {
		for _, f := range r.Files {
			s.next++
			jobs = append(jobs, node.Job{ID: s.next, Printer: r.Printer, PC: r.PC, Owner: st.Self.ID, Name: f, State: "pending", Mine: true, Created: Now})
		}
		st.Jobs = append(slices.Clone(jobs), st.Jobs...)
	})
	return jobs, nil
}

// CancelJob cancels a job.
func (s *Service) CancelJob(ctx context.Context, job node.JobRef) error {
	if err := s.callJob(ctx, "CancelJob", job); err != nil {
		return err
	}
	s.Change(func(st *node.State) {
		for i := range st.Jobs {
			if j := &st.Jobs[i]; j.ID == job.ID && j.PC == job.PC && j.Printer == job.Printer {
				j.State = "canceled"
			}
		}
	})
	return nil
}

func (s *Service) callJob(ctx context.Context, what string, job node.JobRef, more ...any) error {
	return s.call(ctx, what, append([]any{job.PC, job.Printer, job.ID}, more...)...)
}

// SetPrinterRule decides about a printer of this PC.
func (s *Service) SetPrinterRule(ctx context.Context, name string, rule node.PrinterRule) error {
	if err := s.call(ctx, "SetPrinterRule", name, rule); err != nil {
		return err
	}
	s.Change(func(st *node.State) {
		for i := range st.Printers {
			if p := &st.Printers[i]; p.Name == name && p.PC == st.Self.ID {
				p.Rule = rule
			}
		}
	})
	return nil
}

// InstallPrinter gives a printer of another PC a queue here.
func (s *Service) InstallPrinter(ctx context.Context, pc, printer string) (*node.Printer, error) {
	if err := s.call(ctx, "InstallPrinter", pc, printer); err != nil {
		return nil, err
	}
	return s.install(pc, printer, printer), nil
}

// UninstallPrinter takes it away.
func (s *Service) UninstallPrinter(ctx context.Context, pc, printer string) error {
	if err := s.call(ctx, "UninstallPrinter", pc, printer); err != nil {
		return err
	}
	s.install(pc, printer, "")
	return nil
}

func (s *Service) install(pc, printer, queue string) *node.Printer {
	var installed node.Printer
	s.Change(func(st *node.State) {
		for i := range st.Printers {
			if p := &st.Printers[i]; p.Name == printer && p.PC == pc {
				p.Local = queue
				installed = *p
			}
		}
	})
	return &installed
}

// PrintCounts returns what SetCounts has set.
func (s *Service) PrintCounts(ctx context.Context, month string) ([]node.PrintCount, error) {
	if err := s.call(ctx, "PrintCounts", month); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts, nil
}

// SetCounts sets the answer of PrintCounts.
func (s *Service) SetCounts(c []node.PrintCount) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts = c
}

// HoldJob holds a job.
func (s *Service) HoldJob(ctx context.Context, job node.JobRef) error {
	return s.setJob(ctx, "HoldJob", job, func(j *node.Job) { j.State = "pending-held" })
}

// ReleaseJob lets it go on, whatever the PIN.
func (s *Service) ReleaseJob(ctx context.Context, job node.JobRef, pin string) error {
	return s.setJob(ctx, "ReleaseJob", job, func(j *node.Job) { j.State, j.PIN = "pending", false }, pin)
}

func (s *Service) setJob(ctx context.Context, what string, job node.JobRef, change func(*node.Job), more ...any) error {
	if err := s.callJob(ctx, what, job, more...); err != nil {
		return err
	}
	s.Change(func(st *node.State) {
		for i := range st.Jobs {
			if j := &st.Jobs[i]; j.ID == job.ID && j.PC == job.PC && j.Printer == job.Printer {
				change(j)
			}
		}
	})
	return nil
}

// RestartJob makes a job that is printed again.
func (s *Service) RestartJob(ctx context.Context, job node.JobRef) (*node.Job, error) {
	if err := s.callJob(ctx, "RestartJob", job); err != nil {
		return nil, err
	}
	return s.again(job, job.PC, job.Printer), nil
}

// MoveJob moves a job.
func (s *Service) MoveJob(ctx context.Context, job node.JobRef, pc, printer string) (*node.Job, error) {
	if err := s.callJob(ctx, "MoveJob", job, pc, printer); err != nil {
		return nil, err
	}
	return s.again(job, pc, printer), nil
}

func (s *Service) again(job node.JobRef, pc, printer string) *node.Job {
	var made node.Job
	s.Change(func(st *node.State) {
		s.next++
		made = node.Job{ID: s.next, Printer: printer, PC: pc, Owner: st.Self.ID, State: "pending", Mine: true, Created: Now}
		for _, j := range st.Jobs {
			if j.ID == job.ID && j.PC == job.PC && j.Printer == job.Printer {
				made.Name = j.Name
			}
		}
		st.Jobs = append([]node.Job{made}, st.Jobs...)
	})
	return &made
}

// OrderJob is written down.
func (s *Service) OrderJob(ctx context.Context, printer string, id, before int) error {
	return s.call(ctx, "OrderJob", printer, id, before)
}
