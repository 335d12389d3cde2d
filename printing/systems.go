package printing

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"

	"lanyard/printing/ipp"
)

// LocalSystem returns what drives the printers of this PC: CUPS at address, which is a socket or HOST:PORT, or where
// CUPS_SERVER says or it usually is when address is "", and beside it the printers on USB that need no print system. On
// platforms without one it is NoSystem.
func LocalSystem(address string) System {
	if address == "" {
		address = os.Getenv("CUPS_SERVER")
	}
	if address == "" && runtime.GOOS == "windows" {
		return NoSystem{}
	}
	return Systems(Part{System: NewCUPS(address)}, Part{Mark: "@usb", System: NewIPPUSB(ippUSBState)})
}

// Part is one of several print systems. Its queues and the references of its jobs end in Mark, by which they are told
// apart also when the system itself can't be asked. It is no end that a name of another part can have: CUPS has none
// with an @ (lpadmin(8)). The first part may have none, so that what was kept before there were others stays valid.
type Part struct {
	Mark string
	System
}

// systems are several print systems as one.
type systems []Part

// Systems makes one System of several. A printer that more than one of them drives is listed by the first of them only.
func Systems(parts ...Part) System { return systems(parts) }

// InstallerOf returns what of a System offers printers of other PCs to programs; nil when nothing of it does.
func InstallerOf(system System) Installer {
	if parts, several := system.(systems); several {
		for _, p := range parts {
			if i := InstallerOf(p.System); i != nil {
				return i
			}
		}
	}
	i, _ := system.(Installer)
	return i
}

// of finds the part that a queue or a reference belongs to, and what that calls it.
func (s systems) of(name string) (System, string) {
	for _, p := range s {
		if p.Mark != "" && strings.HasSuffix(name, p.Mark) {
			return p.System, strings.TrimSuffix(name, p.Mark)
		}
	}
	return s[0].System, name
}

// Queues returns the queues of all. A system that isn't there, or doesn't run, is no error as long as another has some.
func (s systems) Queues(ctx context.Context) ([]Queue, error) {
	var all []Queue
	var gone []error
	for _, p := range s {
		queues, err := p.System.Queues(ctx)
		if err != nil && !notThere(err) {
			return nil, err
		}
		gone = append(gone, err)
		before := all
		for _, q := range queues {
			if slices.ContainsFunc(before, func(other Queue) bool { return other.device.same(q.device) }) {
				continue
			}
			q.Name += p.Mark
			all = append(all, q)
		}
	}
	if len(all) > 0 {
		return all, nil
	}
	return nil, errors.Join(gone...)
}

// notThere tells whether err says that there is no print system, or that it doesn't run.
func notThere(err error) bool { return errors.Is(err, ErrNotRunning) || errors.Is(err, ErrNoSystem) }

// Attributes implements System.
func (s systems) Attributes(ctx context.Context, queue string) (ipp.Attrs, error) {
	part, queue := s.of(queue)
	return part.Attributes(ctx, queue)
}

// Submit implements System.
func (s systems) Submit(ctx context.Context, job SystemJob, document io.Reader, accept func(ref string) error) error {
	part, queue := s.of(job.Queue)
	mark := strings.TrimPrefix(job.Queue, queue)
	job.Queue = queue
	return part.Submit(ctx, job, document, func(ref string) error { return accept(ref + mark) })
}

// Find implements System.
func (s systems) Find(ctx context.Context, ref string) (SystemState, error) {
	part, ref := s.of(ref)
	return part.Find(ctx, ref)
}

// Cancel implements System.
func (s systems) Cancel(ctx context.Context, ref string) error {
	part, ref := s.of(ref)
	return part.Cancel(ctx, ref)
}

// Watch watches all until ctx ends.
func (s systems) Watch(ctx context.Context, soon <-chan struct{}, active func() bool, changed func()) error {
	var watching sync.WaitGroup
	var telling sync.Mutex // or what one has asked for could be overtaken by what another asked for before
	told := func() {
		telling.Lock()
		defer telling.Unlock()
		changed()
	}
	tokens, errs := make([]chan struct{}, len(s)), make([]error, len(s))
	for i, p := range s {
		tokens[i] = make(chan struct{}, 1)
		watching.Go(func() { errs[i] = p.Watch(ctx, tokens[i], active, told) })
	}
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-soon:
			for _, token := range tokens {
				poke(token)
			}
		}
	}
	watching.Wait()
	return errors.Join(errs...)
}
