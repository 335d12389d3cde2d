// Package transfers is the queue of what this PC moves from and to others: it says what runs when, and keeps all of it over
// a restart. It moves nothing itself and knows neither PCs nor protocols; whoever opens it gives it a function that moves.
package transfers

import (
	"errors"
	"time"
)

// State says how far a transfer is.
type State string

// The states.
const (
	Waiting   State = "waiting" // for its turn
	Asking    State = "asking"  // the person at the other PC
	Running   State = "running"
	Paused    State = "paused"  // by somebody here
	Blocked   State = "blocked" // it goes on by itself when what it waits for is there
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
	Declined  State = "declined" // by the person at the other PC
)

// Ended tells whether nothing more happens by itself.
func (s State) Ended() bool { return s == Done || s == Failed || s == Cancelled || s == Declined }

// The priorities.
const (
	Low    = "low"
	Normal = "normal"
	High   = "high"
)

// rank orders priorities; what is none counts as normal.
func rank(priority string) int {
	switch priority {
	case High:
		return 0
	case Low:
		return 2
	}
	return 1
}

// Spec is what a transfer is to do. It never changes. Only PC, Local and Priority mean something to the queue.
type Spec struct {
	Kind     string   `json:"kind"`            // get | put | send
	PC       string   `json:"pc"`              // ID of the other PC
	Local    string   `json:"local,omitempty"` // a path on the disk of this PC that it reads or writes
	Priority string   `json:"priority,omitempty"`
	Label    string   `json:"label"`            // for people
	Source   []string `json:"source"`           // for people; of a put and a send the files, absolute
	Dest     string   `json:"dest"`             // for people; of a get the local folder or file
	Folder   string   `json:"folder,omitempty"` // the shared folder there
	Paths    []string `json:"paths,omitempty"`  // of a get: below Folder
	Path     string   `json:"path,omitempty"`   // of a put: the folder below Folder
	Wanted   []Held   `json:"wanted,omitempty"` // of a get of what another one held back
	Of       string   `json:"of,omitempty"`     // the ID of that one
	Existing string   `json:"existing,omitempty"`
	Text     string   `json:"text,omitempty"` // of a send: instead of files
	Had      bool     `json:"had,omitempty"`  // the right that it needs was given when it was made
}

// Held is a file that was held back until a person has seen its name.
type Held struct {
	Path  string `json:"path"`
	Dest  string `json:"dest"`
	Local string `json:"local"`
	Why   string `json:"why"`
}

// Transfer is one batch on its way. What is in its slices is never changed.
type Transfer struct {
	ID string `json:"id"`
	Spec
	State     State     `json:"state"`
	Waits     string    `json:"waits,omitempty"` // of a blocked one: for what
	Turn      float64   `json:"turn"`            // its place among those of its priority: the smaller the sooner
	Place     int       `json:"-"`               // in the queue, from 1; 0 once it has ended
	Bytes     int64     `json:"bytes"`           // that are there
	Total     int64     `json:"total"`           // of the whole; -1 while not known
	Files     int       `json:"files"`           // that are there
	Count     int       `json:"count"`           // files in all; -1 while not known
	Same      int       `json:"same"`            // of Files: those that were there already
	Skipped   int       `json:"skipped"`         // existing ones that stayed as they are
	Failed    int       `json:"failed"`
	Held      []Held    `json:"held,omitempty"` // the first of those held back
	HeldCount int       `json:"heldCount,omitempty"`
	Kept      []byte    `json:"kept,omitempty"`    // what whoever moves wants to know in the next attempt
	Damaged   []string  `json:"damaged,omitempty"` // paths of files that were found damaged since: to be sent again
	Attempts  int       `json:"attempts"`
	Ending    bool      `json:"ending,omitempty"` // it is to be cancelled
	Error     string    `json:"error,omitempty"`
	Speed     float64   `json:"-"` // bytes per second
	Left      float64   `json:"-"` // seconds; -1 unknown
	Limit     string    `json:"-"` // what the speed is limited by
	Started   time.Time `json:"started"`
	Ended     time.Time `json:"ended,omitzero"`
}

// Figures is how far one attempt is. What earlier ones have moved is in them too, once it was found to be there.
type Figures struct {
	Bytes, Total int64 // that are there, of how many; -1 while not known
	Files, Count int   // that are there, of how many; -1 while not known
	Limit        string
}

// How says what became of a file. The queue counts Sent and Known, Same, Skipped and Faulty; others are kept as they are.
type How = string

// What it counts.
const (
	Sent    How = "sent"
	Same    How = "same"
	Known   How = "known"
	Skipped How = "skipped"
	HeldUp  How = "held"
	LeftOut How = "left-out"
	Faulty  How = "failed"
)

// Result is what became of one file.
type Result struct {
	Path     string    `json:"p"`
	At       string    `json:"a,omitempty"` // where it is at the receiving end
	Size     int64     `json:"s,omitempty"` // bytes
	Modified time.Time `json:"t,omitzero"`
	Hash     []byte    `json:"h,omitempty"` // of the content, when it was read
	How      How       `json:"w"`
	Error    string    `json:"e,omitempty"`
}

// Wait is the error of an attempt that can't go on now, but will.
type Wait struct {
	State State       // Blocked, which "" is too; or Asking, which goes on with Wake or Back alone
	For   string      // in words
	Away  bool        // until the other PC is back; else it is tried again after a while
	Vain  bool        // whatever moved before is no progress: it is tried ever more rarely all the same
	Ready func() bool // asked before it is tried again, when that is cheaper than to try; nil is yes
}

func (w *Wait) Error() string { return "waits: " + w.For }

// What can be wrong with a wish.
var (
	ErrUnknown  = errors.New("no such transfer")
	ErrEnded    = errors.New("the transfer has ended")
	ErrNotEnded = errors.New("the transfer has not ended")
	ErrDone     = errors.New("the transfer is done")
	ErrPriority = errors.New("no such priority")

	// ErrDeclined is the error of an attempt that the person at the other PC has turned down.
	ErrDeclined = errors.New("declined")
)
