package bin

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of what is believed of a journal: any program of the owner can write into it.
const (
	maxLine    = 32 << 10  // bytes: a path of which each byte is escaped as six
	maxJournal = 256 << 20 // bytes that are read of one, its end
	maxPath    = 4096      // bytes
	maxDepth   = 128       // folders in folders
	maxWho     = 256       // bytes
	maxNumber  = 1 << 30   // items of an action
)

// How something came to be in the bin.
type How = string

// The ways. What was Moved has no content in the bin, but can be moved back.
const (
	Removed  How = "removed"
	Replaced How = "replaced"
	Moved    How = "moved"
	added    How = "added" // a new file that looks encrypted: gone again with a roll-back
)

// line is one of a journal: written once, before the deed.
type line struct {
	Time   int64  `json:"t"` // nanoseconds since 1970
	Action string `json:"a"`
	N      int    `json:"n"`
	How    How    `json:"h"`
	Path   string `json:"p,omitempty"`  // below the shared folder
	To     string `json:"to,omitempty"` // of what was moved
	Raw    []byte `json:"r,omitempty"`  // instead of Path, where that is no UTF-8
	RawTo  []byte `json:"rt,omitempty"` // and of To
	Who    string `json:"w,omitempty"`
	Folder bool   `json:"d,omitempty"`
	Size   int64  `json:"s,omitempty"` // bytes
	Files  int    `json:"f,omitempty"`
	Gone   bool   `json:"x,omitempty"` // a move that was undone, or is forgotten
}

func (l *line) id() string { return itemID(l.Action, l.N) }

func itemID(action string, n int) string { return action + "-" + strconv.Itoa(n) }

// newAction makes the ID of an action: it sorts by time, and nothing has it already.
func newAction(now time.Time) string {
	salt := make([]byte, 3)
	_, _ = rand.Read(salt) // never fails
	return strconv.FormatInt(max(now.UnixNano(), 0), 36) + hex.EncodeToString(salt)
}

// actionTime is the time in the ID of an action; false if it isn't one.
func actionTime(id string) (time.Time, bool) {
	if len(id) < 7 || len(id) > 20 || id != strings.ToLower(id) {
		return time.Time{}, false
	}
	stamp, salt := id[:len(id)-6], id[len(id)-6:]
	n, err := strconv.ParseInt(stamp, 36, 64)
	if _, herr := hex.DecodeString(salt); err != nil || herr != nil || n < 0 || stamp[0] == '+' {
		return time.Time{}, false
	}
	return time.Unix(0, n), true
}

// number reads the name of an item's content.
func number(name string) (int, bool) {
	n, err := strconv.Atoi(name)
	return n, err == nil && n >= 0 && n < maxNumber && strconv.Itoa(n) == name
}

// encode writes a line.
func (l line) encode() ([]byte, error) {
	if !utf8.ValidString(l.Path) {
		l.Path, l.Raw = "", []byte(l.Path)
	}
	if !utf8.ValidString(l.To) {
		l.To, l.RawTo = "", []byte(l.To)
	}
	text, err := json.Marshal(l)
	return append(text, '\n'), err
}

// decode reads a line; false if it makes no sense, or could do harm.
func decode(text []byte) (l line, ok bool) {
	if json.Unmarshal(text, &l) != nil {
		return l, false
	}
	if l.Raw != nil {
		l.Path, l.Raw = string(l.Raw), nil
	}
	if l.RawTo != nil {
		l.To, l.RawTo = string(l.RawTo), nil
	}
	_, timed := actionTime(l.Action)
	switch l.How {
	case Removed, Replaced, added:
		ok = l.To == ""
	case Moved:
		ok = sound(l.To)
	}
	ok = ok && timed && sound(l.Path) && len(l.Who) <= maxWho && l.N >= 0 && l.N < maxNumber && l.Time >= 0
	l.Size, l.Files = max(l.Size, 0), max(l.Files, 0)
	return l, ok
}

// sound tells whether a path can be one of a visible file or folder below a shared folder, on this system.
func sound(p string) bool {
	if p == "" || len(p) > maxPath || strings.Count(p, "/") >= maxDepth || strings.ContainsRune(p, 0) ||
		!filepath.IsLocal(filepath.FromSlash(p)) {
		return false
	}
	for name := range strings.SplitSeq(p, "/") {
		if name == "" || name[0] == '.' {
			return false
		}
	}
	return true
}

// readJournal calls each for the lines of a journal that make sense, oldest first.
func readJournal(r io.Reader, each func(line)) error {
	b := bufio.NewReaderSize(r, maxLine)
	whole := true // the beginning of this line was read
	for {
		text, err := b.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			whole = false
			continue
		}
		if whole && err == nil { // a last line without an end was torn
			if l, ok := decode(text); ok {
				each(l)
			}
		}
		whole = true
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
