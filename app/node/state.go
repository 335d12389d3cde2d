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
	Inbox      []Offered   `json:"inbox"`      // what people at other PCs have sent, newest first
	Brakes     []Brake     `json:"brakes"`     // PCs that changed too much here at once, and were stopped
	Drive      Drive       `json:"drive"`      // the workgroup as one WebDAV address
	Passwords  []Password  `json:"passwords"`  // for WebDAV here, without the words themselves
	Links      []GuestLink `json:"links"`      // open links for guests, newest first
	Invitation *Invitation `json:"invitation"` // the open invitation, or nil
	Problems   []string    `json:"problems"`   // what is wrong on this PC now, a sentence each
}

// Self is this PC.
type Self struct {
	ID        string   `json:"id"`   // 52 characters, base32 of the SHA-256 of the public key
	Name      string   `json:"name"` // the name of this PC that people see
	Face      Face     `json:"face"`
	Port      int      `json:"port"`      // TCP port in use
	Version   string   `json:"version"`   // of the program
	Workgroup string   `json:"workgroup"` // its name; "" outside any
	Retired   bool     `json:"retired"`   // it has left one for good, and joins none before Lanyard is started anew
	Addresses []string `json:"addresses"` // HOST:PORT, as others may dial it
	Home      string   `json:"home"`      // the home folder of this Lanyard
}

// Face is what people know a PC by beside its name. Only members are told.
type Face struct {
	User    string `json:"user"`    // who sits there; "" isn't told
	Color   string `json:"color"`   // one of Colors; "" is the usual one
	Picture string `json:"picture"` // one of Pictures; "" is the usual one
}

// Peer is another PC.
type Peer struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Face      Face      `json:"face"`      // of a member
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

	Mount string `json:"mount,omitempty"` // where its disk belongs: in the settings alone, see share.Folder

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

// TransferState says how far a transfer is.
type TransferState string

// The states of a transfer.
const (
	TransferWaiting   TransferState = "waiting" // for its turn
	TransferAsking    TransferState = "asking"  // the person at the other PC
	TransferRunning   TransferState = "running"
	TransferPaused    TransferState = "paused"  // by somebody here
	TransferBlocked   TransferState = "blocked" // it goes on by itself when what it Waits for is there
	TransferDone      TransferState = "done"
	TransferFailed    TransferState = "failed" // or some of its files did
	TransferCancelled TransferState = "cancelled"
	TransferDeclined  TransferState = "declined" // by the person at the other PC
)

// Ended tells whether nothing more will happen.
func (s TransferState) Ended() bool {
	return s == TransferDone || s == TransferFailed || s == TransferCancelled || s == TransferDeclined
}

// What becomes of a file that is there already and differs.
const (
	ExistingReplace = "replace" // "" too. What is replaced at another PC is in its bin
	ExistingBoth    = "both"    // the new one is numbered
	ExistingSkip    = "skip"
)

// The priorities of a transfer.
const (
	PriorityLow    = "low"
	PriorityNormal = "normal" // "" too
	PriorityHigh   = "high"
)

// What limits a transfer.
const (
	LimitHere    = "this disk"
	LimitThere   = "that PC"
	LimitNetwork = "the network"
	LimitYours   = "your limit"
)

// Moving says how a transfer is to be done.
type Moving struct {
	Existing string `json:"existing,omitempty"` // replace | both | skip
	Priority string `json:"priority,omitempty"` // low | normal | high
}

// Transfer is one batch of files on its way between this PC and another.
type Transfer struct {
	ID        string        `json:"id"`
	Direction string        `json:"direction"` // get | put | send
	PC        string        `json:"peer"`      // ID of the other PC
	Label     string        `json:"label"`     // what is moved, for people: "report.pdf" or "Photos and 3 more"
	Source    []string      `json:"source"`
	Dest      string        `json:"dest"`
	Existing  string        `json:"existing"` // replace | both | skip
	Priority  string        `json:"priority"` // low | normal | high
	Place     int           `json:"place"`    // in the queue: the next one has 1; 0 once it has ended
	State     TransferState `json:"state"`
	Waits     string        `json:"waits,omitempty"` // of a blocked one: what for, for people: "workshop is off"
	Bytes     int64         `json:"bytes"`           // moved so far, in all attempts
	Total     int64         `json:"total"`           // bytes to move; -1 while not yet known
	Speed     float64       `json:"speed"`           // bytes per second over the last seconds; 0 when not running
	Limit     string        `json:"limit,omitempty"` // what the speed is limited by: this disk | that PC | the network | your limit
	Left      float64       `json:"left"`            // seconds that it will still take; -1 unknown
	Files     int           `json:"files"`           // finished
	Count     int           `json:"count"`           // files in all; -1 while not yet known
	Same      int           `json:"same"`            // of the finished, those that were there already and weren't sent
	Skipped   int           `json:"skipped"`         // existing ones that were left as they are
	Failed    int           `json:"failed"`
	Held      []Held        `json:"held"`      // the first of the files that were not fetched before a person has seen their names: see FetchHeld
	HeldCount int           `json:"heldCount"` // how many they are in all
	Text      string        `json:"text,omitempty"`
	Error     string        `json:"error,omitempty"`
	Started   time.Time     `json:"started"`
	Ended     time.Time     `json:"ended,omitzero"`
}

// Preview tells what a transfer would do.
type Preview struct {
	New       Tally      `json:"new"`
	Same      Tally      `json:"same"`      // there already, and not sent
	Differ    Tally      `json:"differ"`    // there already with another content
	Conflicts []Conflict `json:"conflicts"` // the first of those that differ
	Renamed   []Renamed  `json:"renamed"`   // the first that get another name there, as the disk there can't hold theirs, or it clashes
}

// Tally counts files.
type Tally struct {
	Files int   `json:"files"`
	Bytes int64 `json:"bytes"`
}

// Conflict is a file that is there already and differs.
type Conflict struct {
	Path  string    `json:"path"`
	Size  int64     `json:"size"` // of the one that comes
	Time  time.Time `json:"modified"`
	Size2 int64     `json:"thereSize"` // of the one that is there
	Time2 time.Time `json:"thereModified"`
}

// Renamed is a file that gets another name.
type Renamed struct {
	Path string `json:"path"`
	As   string `json:"as"`
}

// Results are some of what became of the files of a transfer.
type Results struct {
	Count int      `json:"count"` // in all
	Files []Result `json:"files"`
}

// Result is what became of one file of a transfer.
type Result struct {
	Path  string `json:"path"`            // in the batch, slash-separated
	At    string `json:"at"`              // where it is at the receiving end, if that has another name
	Size  int64  `json:"size"`            // bytes
	How   string `json:"how"`             // sent | same | known | skipped | held | left-out | failed
	Hash  string `json:"hash,omitempty"`  // BLAKE3 of the content, hexadecimal
	Error string `json:"error,omitempty"` // why not
}

// Verification is what reading the files of a transfer again has shown.
type Verification struct {
	Checked int      `json:"checked"` // files that are as they were sent
	Unknown int      `json:"unknown"` // files that were never read here, as they were there already
	Bad     []Result `json:"bad"`     // missing, changed or damaged since
}

// Sending is what a person sends to people at other PCs.
type Sending struct {
	Files []string `json:"files"` // absolute paths
	Text  string   `json:"text"`  // instead of files: a text or a link, at most 64 KiB
	PCs   []string `json:"pcs"`
}

// Offered is an entry of the inbox: what somebody has sent to the person at this PC.
type Offered struct {
	ID       string    `json:"id"`
	PC       string    `json:"peer"`            // ID of the PC it is from
	State    string    `json:"state"`           // open | receiving | received | declined | withdrawn | failed
	Label    string    `json:"label"`           // "report.pdf" or "Photos and 3 more"
	Names    []string  `json:"names"`           // the first of the files
	Files    int       `json:"files"`           // how many; -1 unknown
	Bytes    int64     `json:"bytes"`           // how much; -1 unknown
	Received int64     `json:"received"`        // bytes
	Text     string    `json:"text,omitempty"`  // of a text: all of it. It is shown, never opened
	Unread   bool      `json:"unread"`          // nobody has looked at it
	Dest     string    `json:"dest,omitempty"`  // the folder that the files are in
	Paths    []string  `json:"paths,omitempty"` // the first of the files and folders, as they are named there
	Error    string    `json:"error,omitempty"`
	Created  time.Time `json:"created"`
}

// BinItem is a file or folder that was replaced or removed.
type BinItem struct {
	ID     string    `json:"id"`
	Action string    `json:"action"` // items of one deed have the same
	Path   string    `json:"path"`   // where it was, below the shared folder
	PC     string    `json:"peer"`   // ID of the PC whose doing it was
	How    string    `json:"how"`    // removed | replaced | moved
	Folder bool      `json:"folder"`
	Size   int64     `json:"size"`  // bytes, with all that is in it; -1 unknown
	Files  int       `json:"files"` // in a folder; -1 unknown
	Time   time.Time `json:"time"`
}

// Restored is what a restore has done.
type Restored struct {
	Items   int       `json:"items"`
	Renamed []Renamed `json:"renamed"` // the first of those whose old name was taken
	Failed  int       `json:"failed"`
	Error   string    `json:"error,omitempty"` // of the first that failed
}

// Brake is a PC that changed or removed so many files here in a short time that it was stopped.
type Brake struct {
	PC    string    `json:"peer"`
	Files int       `json:"files"`
	Since time.Time `json:"since"` // its first change of those
}

// Drive is the workgroup as one WebDAV address on this PC.
type Drive struct {
	On    bool   `json:"on"`
	URL   string `json:"url"`             // with a secret in it: for programs of this user alone
	Error string `json:"error,omitempty"` // why it can't be on
}

// Password lets programs of a member's PC use WebDAV here.
type Password struct {
	ID       string    `json:"id"`
	PC       string    `json:"peer"`               // whose rights it has
	Folder   string    `json:"folder"`             // "" is all
	Password string    `json:"password,omitempty"` // only when it is made
	URL      string    `json:"url"`
	Created  time.Time `json:"created"`
}

// Held is a file of a transfer that was held back.
type Held struct {
	Path string `json:"path"` // as in the batch, slash-separated
	Why  string `json:"why"`
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
