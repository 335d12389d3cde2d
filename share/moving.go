package share

import (
	"encoding/hex"
	"fmt"
	"time"
)

// Moving says how a Get or Put is to be done. The zero value replaces what differs.
type Moving struct {
	// ID is that of the transfer: a later call with the same one, to the same place, goes on where this one ended. With ""
	// nothing half stays.
	ID       string
	Existing Existing
	Done     func(Result) // told of every file as it is settled; one call at a time; may be nil
	// Again are files, by the Path of a Result, that are sent whatever their size and time say: what is there is known to be
	// damaged.
	Again map[string]bool
}

// Existing says what becomes of a file that is there already and differs from the one that comes.
type Existing int

// What becomes of it. Who may not Change there always keeps both.
const (
	Replace  Existing = iota // the new one takes its place
	KeepBoth                 // the new one is numbered
	Skip                     // it stays, and the new one is not sent
)

// How says what became of one file of a Get or Put.
type How string

// What can become of it.
const (
	Sent    How = "sent"     // its content came
	Same    How = "same"     // it was there, of that size and time
	Known   How = "known"    // its content was there already, under some name
	Skipped How = "skipped"  // what was there was kept: see Skip
	HeldUp  How = "held"     // a person should see its name before; see Held
	Faulty  How = "failed"   // Err tells why
	LeftOut How = "left-out" // hidden, a link that leads elsewhere, a pipe: Err tells why
)

// Hash is the BLAKE3 of a content; as text it is in hex.
type Hash [hashSize]byte

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hash) UnmarshalText(b []byte) error {
	if hex.DecodedLen(len(b)) != hashSize {
		return fmt.Errorf("read hash: %d characters", len(b))
	}
	_, err := hex.Decode(h[:], b)
	return err
}

// Result is what became of one file of a Get or Put.
type Result struct {
	Path     string    `json:"path"`         // below the batch, as the sender names it
	At       string    `json:"at,omitempty"` // where it is at the receiving end: below dest, or below the shared folder
	Size     int64     `json:"size"`         // bytes
	Modified time.Time `json:"modified"`
	Hash     Hash      `json:"hash,omitzero"` // of the content; zero when it was not read
	How      How       `json:"how"`
	Err      *Error    `json:"err,omitempty"`
}

// Preview is what a Get or Put would do. Bytes are those of the files counted.
type Preview struct {
	New, Same, Differ                int64
	NewBytes, SameBytes, DifferBytes int64 // DifferBytes are those of the files that would come
	Differing                        []Difference
	Renamed                          []Renamed // the first that get another name there, as theirs can't be one, or clashes
}

// Difference is a file that is there already and differs from the one that would come.
type Difference struct {
	Path        string // below the batch
	Here, Comes struct {
		Size     int64 // bytes
		Modified time.Time
	}
}
