package printing

import (
	"log/slog"
	"net/http"
	"time"
)

// Verb is what somebody wants of a printer.
type Verb string

// The verbs that Options.Allow is asked about.
const (
	See    Verb = "see"    // read its attributes, state and jobs
	Print  Verb = "print"  // give it a job, finish or cancel a job of one's own
	Manage Verb = "manage" // pause the printer, touch the job of another: asked only when the caller is the printer's owner
)

// Caller is who stands behind a request, as the transport proved it.
type Caller struct {
	ID    string // who owns the jobs; never what the request itself claims
	Name  string // for people
	Guest bool
	Owner bool // this PC itself: sees and cancels everybody's jobs
}

// Shared is a printer offered to others.
type Shared struct {
	Name     string // in URLs and commands: letters, digits, - _ . only; see Slug
	Info     string // for people; Name when ""
	Location string
	Queue    string // the queue of the print system that it stands for
	Dir      string // or the absolute path of the folder that its documents go to
	Guests   bool   // not used here; handed on in Printers
}

// The states of a printer (RFC 8011 section 5.4.11).
const (
	StateIdle       = "idle"
	StateProcessing = "processing"
	StateStopped    = "stopped"
)

// Queue is a printer of this PC's print system.
type Queue struct {
	Name      string
	Info      string // make and model, or what its owner calls it
	Location  string
	State     string   // idle | processing | stopped
	Reasons   []string // printer-state-reasons without "none"
	Message   string   // what holds it up, for people
	Accepting bool
	Color     bool
	Duplex    bool

	device device
}

// Printer is a shared printer and its present state.
type Printer struct {
	Shared
	MakeModel string
	State     string   // idle | processing | stopped
	Reasons   []string // printer-state-reasons without "none"
	Message   string   // what holds it up, for people
	Accepting bool
	Queued    int // jobs that have not ended
	Color     bool
	Duplex    bool
	Rule      Rule     // what its owner has decided
	Supplies  []Supply // ink, toner and the like, as far as it says
	UUID      string   // urn:uuid:…, the same after a restart
}

// JobState is the state of a job (RFC 8011 section 5.3.7).
type JobState int

// The states of a job.
const (
	JobPending    JobState = 3
	JobHeld       JobState = 4
	JobProcessing JobState = 5
	JobStopped    JobState = 6
	JobCanceled   JobState = 7
	JobAborted    JobState = 8
	JobCompleted  JobState = 9
)

// String returns the keyword of the state.
func (s JobState) String() string {
	names := [...]string{"pending", "pending-held", "processing", "processing-stopped", "canceled", "aborted", "completed"}
	if s < JobPending || s > JobCompleted {
		return "unknown"
	}
	return names[s-JobPending]
}

// Ended tells whether nothing more will happen to a job in this state.
func (s JobState) Ended() bool { return s >= JobCanceled }

// Job is a print job as its reader may see it.
type Job struct {
	ID        int
	Printer   string // name of the shared printer
	Owner     string // Caller.ID of who sent it; "" when the reader may not know
	OwnerName string
	Name      string // "" when the reader may not know
	State     JobState
	Reasons   []string // job-state-reasons without "none", then the printer's reasons that hold it up
	Message   string   // what holds it up or ended it, for people
	Pages     int      // impressions printed so far; 0 when the printer doesn't say
	Total     int      // impressions that there will be; 0 when not known
	PIN       bool     // it waits for the PIN that it was given
	Kept      bool     // it has ended and can be printed again (Restart)
	Size      int64    // bytes of the document
	Place     int      // in the line of its printer, from 1; 0 once it has ended, and where it was not asked for
	Format    string   // MIME type
	Created   time.Time
	Ended     time.Time // zero until then
}

// Options is what a Server needs.
type Options struct {
	Spool  string // folder for documents and jobs; made when missing, 0700
	System System // this PC's print system; nil is NoSystem
	// UUID seeds the stable printer-uuid of each printer: any text that is this PC's own.
	UUID string
	// Caller tells who sent a request. nil makes everybody a guest without an ID.
	Caller func(*http.Request) Caller
	// Allow is the gate, asked for every well-formed request before anything is done for it. nil allows nothing. Who is
	// refused gets the answer for a printer that doesn't exist.
	Allow func(r *http.Request, printer string, verb Verb) bool
	// Secure tells whether a request came through TLS, where the server behind us hides that. nil looks at r.TLS.
	Secure func(*http.Request) bool
	// Changed is called after a printer or job has changed. It must not block and must not call the Server.
	Changed func()
	// Announced tells the name under which a printer is announced by DNS-SD; nil or "": it isn't. It may not call the Server.
	Announced func(printer string) string
	// Identify is called when somebody asks the printer to make itself known to the people near it.
	Identify func(printer string, by Caller)
	Logger   *slog.Logger
	Limits   Limits
}

// Limits bounds what others can make a Server hold. Zero fields take the default. A guest counts by its address.
type Limits struct {
	Document      int64         // bytes of one document, after decompression
	GuestDocument int64         // bytes of one document of a guest
	Spool         int64         // bytes of all documents together
	OwnerSpool    int64         // bytes of the documents of one caller
	GuestSpool    int64         // bytes of the documents of all guests together
	Reserve       int64         // bytes that stay free on the disk
	Jobs          int           // jobs that have not ended, of all
	PerOwner      int           // jobs that have not ended, of one caller
	Impressions   int           // that one job may print, all copies together
	GuestJobs     int           // jobs that have not ended, of all guests together
	Uploads       int           // documents being received at once, of one caller
	Requests      int           // requests being answered at once, of one caller
	Wait          time.Duration // how long a job may wait to be printed before it is canceled
	Keep          time.Duration // how long an ended job is remembered
}
