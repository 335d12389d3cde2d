package node

import "time"

// State is one immutable picture of Lanyard on this PC, as faces show it and --json prints parts of it.
type State struct {
	Self       Self        `json:"self"`
	Peers      []Peer      `json:"peers"`      // other PCs: members first, then by name
	Folders    []Folder    `json:"folders"`    // folders of this PC that are shared, by name
	Printers   []Printer   `json:"printers"`   // every printer in reach: this PC's (shared or not), then the others'
	Transfers  []Transfer  `json:"transfers"`  // newest first
	Jobs       []Job       `json:"jobs"`       // newest first: jobs on this PC's printers, and this PC's jobs elsewhere
	Links      []GuestLink `json:"links"`      // open links for guests, newest first
	Invitation *Invitation `json:"invitation"` // the open invitation, or nil
	Problems   []string    `json:"problems"`   // what is wrong on this PC now, a sentence each
}

// Self is this PC.
type Self struct {
	ID        string   `json:"id"`        // 52 characters, base32 of the SHA-256 of the public key
	Name      string   `json:"name"`      // the name of this PC that people see
	Port      int      `json:"port"`      // TCP port in use
	Version   string   `json:"version"`   // of the program
	Workgroup string   `json:"workgroup"` // its name; "" outside any
	Addresses []string `json:"addresses"` // HOST:PORT, as others may dial it
	Home      string   `json:"home"`      // the home folder of this Lanyard
}

// Peer is another PC.
type Peer struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Addresses []string  `json:"addresses"` // HOST:PORT, the one in use first; link-local IPv6 with its zone
	Online    bool      `json:"online"`    // an authenticated connection stands now
	Member    bool      `json:"member"`    // in this PC's workgroup
	Workgroup string    `json:"workgroup"` // the workgroup it says it is in
	Inviting  bool      `json:"inviting"`  // it has an invitation open
	Avoided   bool      `json:"avoided"`   // this PC has nothing to do with it, by the owner's wish
	Version   string    `json:"version"`
	LastSeen  time.Time `json:"lastSeen"`
	Folders   []Offer   `json:"folders"` // what it shares with this PC; kept while it is off
	Free      int64     `json:"free"`    // bytes free on the disk of its inbox or first folder; -1 unknown
}

// Offer is a shared folder of another PC, as this PC may use it.
type Offer struct {
	Name   string `json:"name"`
	Access string `json:"access"` // see | read | add | change
	Free   int64  `json:"free"`   // bytes free on its disk; -1 unknown
}

// Folder is a shared folder of this PC.
type Folder struct {
	Name  string            `json:"name"`            // what others see
	Dir   string            `json:"dir"`             // absolute path
	Allow map[string]string `json:"allow"`           // WHO → none | see | read | add | change; WHO is a peer ID, "everyone" or "guests"
	Error string            `json:"error,omitempty"` // why it can't be served now

	Confirmed bool `json:"confirmed,omitempty"` // the owner was warned what is in it, and wants it shared all the same
}

// GuestLink opens one shared folder of this PC to whoever has it: no Lanyard, no joining, any browser.
type GuestLink struct {
	ID       string    `json:"id"`
	Folder   string    `json:"folder"`
	Access   string    `json:"access"` // read | add
	URL      string    `json:"url"`    // to give away: the likeliest of URLs
	URLs     []string  `json:"urls"`   // one for each address of this PC
	PIN      string    `json:"pin"`    // six digits; "" none
	NeedsPIN bool      `json:"needsPin"`
	Expires  time.Time `json:"expires"`
	Uses     int       `json:"uses"`   // how often it may be opened; 0 as often as one likes
	Used     int       `json:"used"`   // how often it was
	Plain    bool      `json:"plain"`  // over plain HTTP: anyone on the network can read along
	Locked   bool      `json:"locked"` // too many wrong PINs
	Created  time.Time `json:"created"`
}

// Location is a file or folder on a PC: PC:SHARE/PATH on the command line.
type Location struct {
	PC     string `json:"pc"`
	Folder string `json:"folder"` // the shared folder; "" is the list of shared folders
	Path   string `json:"path"`   // slash-separated below it; "" is the shared folder itself
}

// Entry is a file or folder in a listing.
type Entry struct {
	Name     string    `json:"name"`
	Folder   bool      `json:"folder"`
	Size     int64     `json:"size"` // bytes; 0 for a folder
	Modified time.Time `json:"modified"`
}

// TransferState says how far a transfer is.
type TransferState string

// The states of a transfer.
const (
	TransferWaiting   TransferState = "waiting"
	TransferRunning   TransferState = "running"
	TransferDone      TransferState = "done"
	TransferFailed    TransferState = "failed"
	TransferCancelled TransferState = "cancelled"
)

// Ended tells whether nothing more will happen.
func (s TransferState) Ended() bool {
	return s == TransferDone || s == TransferFailed || s == TransferCancelled
}

// Transfer is one batch of files on its way between this PC and another.
type Transfer struct {
	ID        string        `json:"id"`
	Direction string        `json:"direction"` // get | put
	PC        string        `json:"peer"`      // ID of the other PC
	Label     string        `json:"label"`     // what is moved, for people: "report.pdf" or "Photos and 3 more"
	Source    []string      `json:"source"`
	Dest      string        `json:"dest"`
	State     TransferState `json:"state"`
	Bytes     int64         `json:"bytes"` // moved so far
	Total     int64         `json:"total"` // bytes; -1 while not yet known
	Speed     float64       `json:"speed"` // bytes per second over the last seconds; 0 when not running
	Files     int           `json:"files"` // finished
	Count     int           `json:"count"` // files in all; -1 while not yet known
	Failed    int           `json:"failed"`
	Held      []Held        `json:"held"`      // the first of the files that were not fetched before a person has seen their names: see FetchHeld
	HeldCount int           `json:"heldCount"` // how many they are in all
	Error     string        `json:"error,omitempty"`
	Started   time.Time     `json:"started"`
	Ended     time.Time     `json:"ended"`
}

// Held is a file of a transfer that was held back.
type Held struct {
	Path string `json:"path"` // as in the batch, slash-separated
	Why  string `json:"why"`
}

// Printer is a printer in reach.
type Printer struct {
	Name      string   `json:"name"`
	PC        string   `json:"peer"` // ID of the PC it is at
	Info      string   `json:"info"` // make and model
	Location  string   `json:"location"`
	State     string   `json:"state"`   // idle | processing | stopped (IPP), or off while its PC is away
	Reasons   []string `json:"reasons"` // IPP printer-state-reasons, without "none"
	Message   string   `json:"message"`
	Accepting bool     `json:"accepting"`
	Guests    bool     `json:"guests"`
	Shared    bool     `json:"shared"` // false only for a printer of this PC that is not offered
	Queued    int      `json:"queued"` // jobs waiting or printing
	Color     bool     `json:"color"`
	Duplex    bool     `json:"duplex"`
}

// PrinterOptions is what a printer can do: the Job Template attributes it supports.
type PrinterOptions struct {
	Formats  []string            `json:"formats"`  // MIME types
	Values   map[string][]string `json:"values"`   // IPP attribute → values it takes, e.g. "sides", "media"
	Defaults map[string]string   `json:"defaults"` // IPP attribute → its default
	Copies   int                 `json:"copies"`   // most copies
}

// PrintRequest is a wish to print.
type PrintRequest struct {
	PC      string            `json:"peer"`
	Printer string            `json:"printer"`
	Files   []string          `json:"files"` // absolute local paths
	Copies  int               `json:"copies"`
	Options map[string]string `json:"options"` // IPP Job Template attributes
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
	Mine    bool      `json:"mine"`    // sent from this PC
	Created time.Time `json:"created"`
}

// Invitation is an open invitation.
type Invitation struct {
	Code    string    `json:"code"` // "123 456"
	Expires time.Time `json:"expires"`
	Opens   time.Time `json:"opens,omitzero"` // it answers only then, after too many wrong guesses
	Tries   int       `json:"tries"`          // wrong guesses left
	Used    string    `json:"used,omitempty"` // ID of the PC that came in, once it has
}

// Setting is one setting.
type Setting struct {
	Key   string `json:"key"`
	Value string `json:"value"`
	Help  string `json:"help"`
}
