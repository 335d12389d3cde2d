package share

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"syscall"
)

// Code says what sort of trouble an Error is. It crosses the wire.
type Code = string

// The codes.
const (
	NotFound Code = "not-found" // no such thing, or no right to know of it
	Denied   Code = "denied"    // the system of the PC does not allow it. Who has no right is told NotFound
	Exists   Code = "exists"    // something of that name is there already
	Full     Code = "full"      // no space left
	TooLarge Code = "too-large" // a file that the disk can't take, however empty it is
	Invalid  Code = "invalid"   // a name or a request that can't be
	Gone     Code = "gone"      // the shared folder itself can't be opened now
	Changed  Code = "changed"   // the file changed while it was read
	Damaged  Code = "damaged"   // what arrived is not what was sent
	Braked   Code = "braked"    // so much was changed in a short time that the owner must say whether it may go on
	Failed   Code = "failed"    // all else
)

// maxText is how much of the words of another PC is kept, in bytes.
const maxText = 500

// Error is trouble with one file or folder.
type Error struct {
	Code   Code   `json:"code"`
	Text   string `json:"error"`
	Path   string `json:"path,omitempty"` // of the file, below the shared folder; "" is the whole. Never one of the other PC's own
	Remote bool   `json:"-"`              // it happened on the other PC, not on this one
	Files  int    `json:"-"`              // of the error of a Get or Put: how many files failed; this is the first of them
}

// Error tells of it in a line that a terminal and a log can take, whatever the file is called.
func (e *Error) Error() string {
	text := e.Text
	if e.Path != "" {
		text = e.Path + ": " + text
	}
	if e.Files > 1 {
		text = fmt.Sprintf("%d files failed, the first: %s", e.Files, text)
	}
	return clean(text)
}

// TooLong tells whether the trouble is that a path is too long.
func (e *Error) TooLong() bool { return e.Text == errTooLong.Text }

// heard makes an error that another PC has told one that can be kept and shown.
func (e *Error) heard() *Error {
	if _, known := status[e.Code]; !known {
		e.Code = Failed
	}
	e.Text, e.Path, e.Remote = clean(cut(e.Text, maxText)), clean(cut(e.Path, maxPath)), true
	return e
}

// cut shortens a text to at most n bytes.
func cut(s string, n int) string { return s[:min(len(s), n)] }

// status is the HTTP status that goes with a code; 500 where there is none.
var status = map[Code]int{
	NotFound: http.StatusNotFound, Denied: http.StatusForbidden, Exists: http.StatusConflict, Full: http.StatusInsufficientStorage,
	Invalid: http.StatusBadRequest, Gone: http.StatusServiceUnavailable, Changed: http.StatusConflict, Damaged: http.StatusUnprocessableEntity,
	Braked: http.StatusTooManyRequests, TooLarge: http.StatusRequestEntityTooLarge,
}

// textOpen tells of trouble that is over once a program has ended.
const textOpen = "a program there has the file open"

var (
	errNotFound = &Error{Code: NotFound, Text: "there is no such file or folder"}
	errChanged  = &Error{Code: Changed, Text: "the file changed while it was read"}
	errDamaged  = &Error{Code: Damaged, Text: "what arrived is not what was sent"}
	errTooLong  = &Error{Code: Invalid, Text: "the path is too long"}
	errRoot     = &Error{Code: Invalid, Text: "the shared folder itself is its owner's"}
)

// asError turns any error into one that may be told: no path of this PC's own is in it.
func asError(err error, path string) *Error {
	var e *Error
	if errors.As(err, &e) {
		c := *e
		if c.Path == "" {
			c.Path = path
		}
		return &c
	}
	code, text := judge(err)
	return &Error{Code: code, Text: text, Path: path}
}

func judge(err error) (Code, string) {
	if code, text := judgeHere(err); code != "" {
		return code, text
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.ELOOP), escapes(err):
		return NotFound, errNotFound.Text
	case errors.Is(err, fs.ErrExist), errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.ENOTEMPTY):
		return Exists, "there is something of that name already"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return Full, "there is no space left on the disk"
	case errors.Is(err, syscall.EFBIG):
		return TooLarge, "the disk can't take a file that large"
	case errors.Is(err, syscall.EROFS):
		return Denied, "the disk can only be read"
	case errors.Is(err, fs.ErrPermission):
		return Denied, "the system does not allow it"
	case errors.Is(err, fs.ErrClosed):
		return Gone, "the folder is no longer shared"
	case errors.Is(err, syscall.ENAMETOOLONG), errors.Is(err, syscall.EINVAL):
		return Invalid, "the system can't take that name"
	}
	var n syscall.Errno
	if errors.As(err, &n) {
		return Failed, n.Error() // without the path that the standard library puts before it
	}
	return Failed, "it can't be done"
}

// escapes tells whether os.Root refused a link or path that leads out; it has no error value for that.
func escapes(err error) bool {
	var p *os.PathError
	var l *os.LinkError
	return errors.As(err, &p) && p.Err.Error() == "path escapes from parent" ||
		errors.As(err, &l) && l.Err.Error() == "path escapes from parent"
}

// hopeless tells whether the files that are still to come would meet the same trouble.
func hopeless(err error) bool {
	code := asError(err, "").Code
	return code == Full || code == Gone || code == Braked || errors.Is(err, syscall.EROFS)
}
