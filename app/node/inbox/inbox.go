// Package inbox keeps what people at other PCs have sent to the person at this one: what was offered, what became of it, and
// texts. It moves no bytes between PCs, and doesn't know who may offer anything.
package inbox

import (
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Limits of what others can make this PC keep.
const (
	maxWaiting = 20                 // of one PC: files not answered or on their way, and texts not read
	maxEntries = 200                // in all
	MaxText    = 64 << 10           // bytes of one text: a long letter
	maxTexts   = 4 << 20            // bytes of all of them
	life       = 7 * 24 * time.Hour // of an offer that nobody answers, and of one that is accepted and never sent
	maxNames   = 20                 // that are shown
	maxName    = 255                // bytes
	maxRef     = 64                 // bytes
	most       = 1 << 60            // files or bytes that anybody can announce
)

// State says how far an entry is.
type State string

// The states.
const (
	Open      State = "open"      // the person hasn't answered
	Receiving State = "receiving" // accepted, and not all there
	Received  State = "received"
	Declined  State = "declined"
	Withdrawn State = "withdrawn" // by the sender, or since nobody answered
	Failed    State = "failed"
)

// Ended tells whether nothing more happens to it.
func (s State) Ended() bool { return s != Open && s != Receiving }

// What can be wrong.
var (
	ErrUnknown = errors.New("there is no such offer")
	ErrMany    = errors.New("too much is waiting for an answer already")
	ErrInvalid = errors.New("that can't be offered")
	ErrState   = errors.New("it has been answered already")
)

// Offer is what somebody wants to send, in their own words.
type Offer struct {
	Ref   string   `json:"id"` // the sender's own name for it: the same offer again is no other one
	Label string   `json:"label"`
	Names []string `json:"names"`
	Files int64    `json:"files"`
	Bytes int64    `json:"bytes"`
	Text  string   `json:"text,omitempty"` // instead of files
}

// Entry is an offer here. What is in its slices is never changed.
type Entry struct {
	ID string `json:"key"` // this PC's own name for it
	PC string `json:"pc"`
	Offer
	State   State     `json:"state"`
	Unread  bool      `json:"unread,omitempty"`
	Dir     string    `json:"dir,omitempty"`     // the folder it goes to, once it is accepted
	Placing bool      `json:"placing,omitempty"` // all is here, and on its way to that folder
	Paths   []string  `json:"paths,omitempty"`   // the first of what is there
	Error   string    `json:"error,omitempty"`
	Created time.Time `json:"created"`
	Ended   time.Time `json:"ended,omitzero"`
}

// waits tells whether a person has something to do with it.
func (e *Entry) waits() bool { return !e.State.Ended() || e.Unread }

// Box is the inbox. Its methods may be called from any goroutine.
type Box struct {
	save func([]Entry) error
	now  func() time.Time

	mu   sync.Mutex
	list []Entry // oldest first; mu guards it
}

// New returns a Box with what was saved before. save is called with all that is to be kept, before anything is answered.
func New(list []Entry, save func([]Entry) error) *Box {
	return &Box{list: list, save: save, now: time.Now}
}

// List returns all entries, the newest first.
func (b *Box) List() []Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := slices.Clone(b.list)
	slices.Reverse(list)
	return list
}

// Get returns an entry.
func (b *Box) Get(id string) (Entry, bool) {
	return b.find(func(e *Entry) bool { return e.ID == id })
}

// Of returns the entry of an offer of a PC.
func (b *Box) Of(pc, ref string) (Entry, bool) {
	return b.find(func(e *Entry) bool { return e.PC == pc && e.Ref == ref })
}

func (b *Box) find(is func(*Entry) bool) (Entry, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.list {
		if is(&b.list[i]) {
			return b.list[i], true
		}
	}
	return Entry{}, false
}

// Take notes an offer of a PC and returns its entry; fresh tells that it wasn't there before. A text is received by that.
func (b *Box) Take(pc string, o Offer) (e Entry, fresh bool, err error) {
	if e, ok := b.Of(pc, o.Ref); ok {
		return e, false, nil
	}
	if o, err = read(o); err != nil {
		return e, false, err
	}
	e = Entry{ID: strings.ToLower(rand.Text()[:16]), PC: pc, Offer: o, State: Open, Unread: true, Created: b.now()}
	if o.Text != "" {
		e.State, e.Ended = Received, e.Created
	}
	err = b.change(func(list []Entry) ([]Entry, error) {
		list, ok := makeRoom(list, &e)
		if !ok {
			return nil, ErrMany
		}
		return append(list, e), nil
	})
	return e, err == nil, err
}

// makeRoom drops what has ended for a new entry, its own PC's first, and tells whether that is enough.
func makeRoom(list []Entry, e *Entry) ([]Entry, bool) {
	waiting, texts := 0, len(e.Text)
	for i := range list {
		if list[i].PC == e.PC && list[i].waits() {
			waiting++
		}
		texts += len(list[i].Text)
	}
	if waiting >= maxWaiting {
		return list, false
	}
	for _, own := range []bool{true, false} {
		for i := 0; i < len(list) && (len(list) >= maxEntries || texts > maxTexts); {
			if old := &list[i]; old.waits() || own && old.PC != e.PC {
				i++
				continue
			}
			texts -= len(list[i].Text)
			list = slices.Delete(list, i, i+1)
		}
	}
	return list, len(list) < maxEntries && texts <= maxTexts
}

// read makes what another PC says fit to be kept and shown.
func read(o Offer) (Offer, error) {
	switch {
	case o.Ref == "" || len(o.Ref) > maxRef || plain(o.Ref, maxRef) != o.Ref:
		return o, ErrInvalid
	case o.Text != "" && (len(o.Text) > MaxText || !utf8.ValidString(o.Text)):
		return o, ErrInvalid
	case o.Files < 0 || o.Bytes < 0 || o.Files > most || o.Bytes > most:
		return o, ErrInvalid
	case o.Text == "" && len(o.Names) == 0:
		return o, ErrInvalid
	}
	names := make([]string, 0, maxNames)
	for _, n := range o.Names[:min(len(o.Names), maxNames)] {
		names = append(names, plain(n, maxName))
	}
	o.Names, o.Label, o.Text = names, plain(o.Label, maxName), Words(o.Text)
	return o, nil
}

// change is the one way to change the list: on the disk first.
func (b *Box) change(edit func([]Entry) ([]Entry, error)) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	next, err := edit(slices.Clone(b.list))
	if err != nil {
		return err
	}
	if err := b.save(next); err != nil {
		return err
	}
	b.list = next
	return nil
}

// edit changes one entry.
func (b *Box) edit(id string, do func(*Entry) error) error {
	return b.change(func(list []Entry) ([]Entry, error) {
		for i := range list {
			if list[i].ID == id {
				return list, do(&list[i])
			}
		}
		return nil, ErrUnknown
	})
}
