package share

import (
	"errors"
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
	Denied   Code = "denied"    // the system does not allow it
	Exists   Code = "exists"
	Full     Code = "full" // no space left
	Invalid  Code = "invalid"
	Gone     Code = "gone"    // the shared folder itself can't be opened now
	Changed  Code = "changed" // the file changed while it was read
	Damaged  Code = "damaged" // what arrived is not what was sent
	Failed   Code = "failed"
)

// Error is trouble with one file or folder of another PC, or of this one on its way there.
type Error struct {
	Code Code   `json:"code"`
	Text string `json:"error"`
	Path string `json:"path,omitempty"` // below the shared folder; "" is the whole
}

func (e *Error) Error() string {
	if e.Path != "" {
		return e.Path + ": " + e.Text
	}
	return e.Text
}

var status = map[Code]int{
	NotFound: http.StatusNotFound, Denied: http.StatusForbidden, Exists: http.StatusConflict, Full: http.StatusInsufficientStorage,
	Invalid: http.StatusBadRequest, Gone: http.StatusServiceUnavailable, Changed: http.StatusConflict, Damaged: http.StatusUnprocessableEntity,
}

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
	e = &Error{Code: Failed, Text: "it can't be done", Path: path}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		e.Code, e.Text = NotFound, "there is no such file or folder"
	case errors.Is(err, fs.ErrExist), errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.ENOTEMPTY):
		e.Code, e.Text = Exists, "there is something of that name already"
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		e.Code, e.Text = Full, "there is no space left on the disk"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.EPERM):
		e.Code, e.Text = Denied, "the system does not allow it"
	case errors.Is(err, syscall.ENAMETOOLONG), errors.Is(err, syscall.EINVAL):
		e.Code, e.Text = Invalid, "the system there can't take that name"
	default:
		// What is left is the cause alone, without the path that the standard library puts before it.
		var p *os.PathError
		var l *os.LinkError
		if errors.As(err, &p) {
			e.Text = p.Err.Error()
		} else if errors.As(err, &l) {
			e.Text = l.Err.Error()
		}
		if e.Text == "path escapes from parent" {
			e.Code, e.Text = NotFound, "there is no such file or folder"
		}
	}
	return e
}
