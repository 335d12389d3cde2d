package node

import "time"

// Printer is a printer in reach.
type Printer struct {
	Name      string      `json:"name"`
	PC        string      `json:"peer"` // ID of the PC it is at
	Info      string      `json:"info"` // make and model
	Location  string      `json:"location"`
	State     string      `json:"state"`   // idle | processing | stopped (IPP), or off while its PC is away
	Reasons   []string    `json:"reasons"` // IPP printer-state-reasons, without "none"
	Message   string      `json:"message"`
	Accepting bool        `json:"accepting"`
	Guests    bool        `json:"guests"`
	Shared    bool        `json:"shared"` // false for a printer of this PC that is not offered, and for an installed one of another PC that no longer is
	Queued    int         `json:"queued"` // jobs waiting or printing
	Color     bool        `json:"color"`
	Duplex    bool        `json:"duplex"`
	Supplies  []Supply    `json:"supplies"`       // ink, toner and the like, as far as the printer says
	Rule      PrinterRule `json:"rule"`           // what its owner has decided; of another PC's printer only what concerns this one
	Local     string      `json:"local"`          // queue of this PC's print system that stands for another PC's printer; "" when it isn't installed
	LocalURI  string      `json:"localURI"`       // address on this PC under which its programs print there, when it is installed
	Used      int         `json:"used,omitempty"` // pages that this PC has printed there this month
}

// Supply is an ink, a toner or another thing that a printer uses up.
type Supply struct {
	Name  string `json:"name"`
	Color string `json:"color"` // #RRGGBB, or "" when it has none
	Level int    `json:"level"` // percent; -1 when not known
	Low   int    `json:"low"`   // percent from which on it is low
	Waste bool   `json:"waste"` // it fills up instead: 100 is full
}

// PrinterRule is what the owner of a printer has decided about it. The zero rule lets everything through.
type PrinterRule struct {
	Paused  bool `json:"paused"`  // jobs are taken and wait
	Closed  bool `json:"closed"`  // no jobs are taken
	Release bool `json:"release"` // each job waits until its sender lets it go at the printer, with the PIN that the job was given
	Pages   int  `json:"pages"`   // most pages of one PC in a month; 0: as many as it likes
}

// PrinterOptions is what a printer can do: the Job Template attributes it supports.
type PrinterOptions struct {
	Formats  []string            `json:"formats"`  // MIME types
	Values   map[string][]string `json:"values"`   // IPP attribute → values it takes, e.g. "sides", "media"
	Defaults map[string]string   `json:"defaults"` // IPP attribute → its default
	Copies   int                 `json:"copies"`   // most copies
	Media    []Medium            `json:"media"`    // the sizes among the values of "media", with what is known of each
	PIN      bool                `json:"pin"`      // it takes jobs that wait for a PIN
}

// Medium is a size of paper that a printer takes. Lengths are in hundredths of a millimetre.
type Medium struct {
	Name   string `json:"name"` // PWG 5101.1, as in the values of "media"
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Top    int    `json:"top"` // margins that can't be printed on
	Bottom int    `json:"bottom"`
	Left   int    `json:"left"`
	Right  int    `json:"right"`
	Ready  bool   `json:"ready"` // it is in a tray now
	Source string `json:"source,omitempty"`
}

// PrintRequest is a wish to print.
type PrintRequest struct {
	PC       string            `json:"peer"`
	Printer  string            `json:"printer"`
	Files    []string          `json:"files"` // absolute local paths
	Copies   int               `json:"copies"`
	Options  map[string]string `json:"options"`            // IPP Job Template attributes
	PIN      string            `json:"pin,omitempty"`      // the job waits at the printer until it is typed there: 4 to 8 digits
	TestPage bool              `json:"testPage,omitempty"` // print a page that shows how the printer prints, instead of Files
}

// Job is a print job.
type Job struct {
	ID      int       `json:"id"`
	Printer string    `json:"printer"`
	PC      string    `json:"peer"`  // ID of the PC the printer is at
	Owner   string    `json:"owner"` // ID of the PC that sent it
	Name    string    `json:"name"`
	State   string    `json:"state"` // IPP job-state keyword: pending, processing, processing-stopped, completed, …
	Reasons []string  `json:"reasons"`
	Message string    `json:"message"` // what holds it up, for people
	Pages   int       `json:"pages"`   // printed so far; 0 when the printer doesn't say
	Total   int       `json:"total"`   // pages that there will be; 0 when not known
	Size    int64     `json:"size"`    // bytes of the document
	Place   int       `json:"place"`   // in the queue of its printer, from 1; 0 once it has ended
	PIN     bool      `json:"pin"`     // it waits for the PIN that it was given
	Kept    bool      `json:"kept"`    // it has ended, and its document is still there to be printed again
	Mine    bool      `json:"mine"`    // sent from this PC
	Created time.Time `json:"created"`
	Ended   time.Time `json:"ended,omitzero"`
}

// HasEnded tells whether nothing more will happen to the job (RFC 8011 section 5.3.7).
func (j *Job) HasEnded() bool {
	return j.State == "completed" || j.State == "canceled" || j.State == "aborted"
}

// JobRef names a job at a printer.
type JobRef struct {
	PC      string `json:"peer"`
	Printer string `json:"printer"`
	ID      int    `json:"id"`
}

// PrintCount is what one PC has printed on one printer of this PC in one month.
type PrintCount struct {
	Month   string `json:"month"` // 2006-01, by the clock of this PC
	PC      string `json:"peer"`  // ID; "" stands for all guests
	Printer string `json:"printer"`
	Jobs    int    `json:"jobs"`
	Pages   int    `json:"pages"`  // impressions: sides of paper with something on them
	Sheets  int    `json:"sheets"` // of paper, as far as the printer tells
	Unsure  int    `json:"unsure"` // of the jobs, those of which the printer didn't tell how many pages they had
}
