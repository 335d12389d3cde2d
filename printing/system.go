package printing

import (
	"context"
	"errors"
	"io"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// System is the print system of this PC, which drives its printers. What it returns is untrusted: attributes come
// from drivers and devices. Its methods may be called from several goroutines.
type System interface {
	// Queues returns the queues that may be offered to others: none that stands for a printer of another PC.
	Queues(ctx context.Context) ([]Queue, error)
	// Attributes returns the printer attributes of a queue, or ErrNoQueue.
	Attributes(ctx context.Context, queue string) (ipp.Attrs, error)
	// Submit gives a document to a queue. It calls accept with the reference of the new job before the first byte of
	// the document leaves, and stops when that fails: who remembers the reference can ask Find later what became of
	// a Submit that was cut short. A *Refusal and ErrNoQueue are final; after any other error the fate of the job is what
	// Find says.
	Submit(ctx context.Context, job SystemJob, document io.Reader, accept func(ref string) error) error
	// Find tells how a submitted job stands, or ErrNoJob when the print system doesn't know it (any more), or ErrOffline
	// when the printer has it and can't be asked, with Printer saying why.
	Find(ctx context.Context, ref string) (SystemState, error)
	// Cancel cancels a submitted job. It is no error if that has ended.
	Cancel(ctx context.Context, ref string) error
	// Watch calls changed after queues or jobs changed, at latest after 2 seconds, until ctx ends. A print system
	// that must be asked is asked more often while active says that jobs are being followed, and right after soon
	// has said that one was submitted or canceled.
	Watch(ctx context.Context, soon <-chan struct{}, active func() bool, changed func()) error
}

// Installer is a System that can offer printers of other PCs to all programs of this PC: as queues of its own, which print
// at an address of a Relay and are known by it.
type Installer interface {
	// Install makes a queue and returns when it takes jobs, with the name that it got: the wanted one if that is free. A
	// queue that is there already for the address is set up anew; was is the address that it had before.
	Install(ctx context.Context, q LocalQueue, was string) (name string, err error)
	// Installed returns the name of the queue for an address; "" when there is none.
	Installed(ctx context.Context, uri string) (name string, err error)
	// Uninstall removes the queue for an address, with the jobs in it. It is no error if there is none.
	Uninstall(ctx context.Context, uri string) error
	// Tell has the queue for an address show why its printer is away; "" that it isn't. A queue that the print system itself
	// has stopped, as the Relay ended in the middle of a document, goes on; one that a person has stopped is left alone.
	Tell(ctx context.Context, uri, why string) error
}

// LocalQueue is a queue of this PC's print system that stands for a printer of another PC.
type LocalQueue struct {
	Name     string // wanted: see Slug
	Info     string // for people
	Location string
	URI      string // of the Relay
}

// SystemJob is what a print system is told of a job.
type SystemJob struct {
	Queue    string
	Name     string
	Format   string // MIME type
	Size     int64
	Template goipp.Attributes // checked against the attributes of the queue
}

// SystemState is how the print system says a job stands.
type SystemState struct {
	State    JobState
	Reasons  []string // job-state-reasons without "none"
	Message  string
	Pages    int  // impressions that are done
	Sheets   int  // of paper
	Total    int  // impressions of all copies; 0 when not known
	Received bool // the print system has the whole document
	// Partial says of a job whose document the print system may not have got whole that some of it may have come out all
	// the same, or may come out yet. The job is canceled and held for a person.
	Partial bool
	// Begun changes when the print system begins the job anew; "" before it has begun.
	Begun string
	// Boot changes when the print system was seen to be started anew; Since is what it was when this run gave it the whole
	// document, 0 when it didn't or an earlier run did.
	Boot, Since int32
	// Confirmed says of a completed job that the printer has said so, and not only taken the last byte.
	Confirmed bool
	// Nothing says of a completed job that the printer never got one.
	Nothing bool
	// Device says that the printer itself was asked, because it tells its print system late: it should be again soon.
	Device bool
	// Printer holds the printer-state-reasons while the job is at the printer, without "none".
	Printer []string
}

// Errors of a System.
var (
	ErrNoSystem   = errors.New("printing through this system's spooler is not there yet")
	ErrNotRunning = errors.New("the print system of this PC isn't running")
	ErrOffline    = errors.New("the printer is switched off or not connected")
	ErrNoQueue    = errors.New("the print system has no such printer")
	ErrNoJob      = errors.New("the print system has no such job")
	ErrForbidden  = errors.New("the print system lets only its administrators change its printers")
)

// Refusal is a print system's word that it will not take a job: trying again is no use.
type Refusal struct{ Reason string }

func (r *Refusal) Error() string { return "print system refused the job: " + r.Reason }

// NoSystem is the System of a PC whose print system isn't supported: it has no queues. Print-to-folder printers and
// the printers of others work all the same.
type NoSystem struct{}

// Queues returns none.
func (NoSystem) Queues(context.Context) ([]Queue, error) { return nil, ErrNoSystem }

// Attributes returns ErrNoSystem.
func (NoSystem) Attributes(context.Context, string) (ipp.Attrs, error) { return nil, ErrNoSystem }

// Submit returns a Refusal.
func (NoSystem) Submit(context.Context, SystemJob, io.Reader, func(string) error) error {
	return &Refusal{ErrNoSystem.Error()}
}

// Find returns ErrNoJob.
func (NoSystem) Find(context.Context, string) (SystemState, error) { return SystemState{}, ErrNoJob }

// Cancel does nothing.
func (NoSystem) Cancel(context.Context, string) error { return nil }

// Watch waits for ctx.
func (NoSystem) Watch(ctx context.Context, _ <-chan struct{}, _ func() bool, _ func()) error {
	<-ctx.Done()
	return nil
}
