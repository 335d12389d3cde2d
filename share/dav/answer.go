package dav

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"lanyard/share"
)

// readAnyway is how much of the body of a request that is refused is read all the same, in bytes: the connection lives on.
const readAnyway = 64 << 10

// status is an error that is nothing but an HTTP status.
type status int

func (s status) Error() string { return strings.ToLower(http.StatusText(int(s))) }

// precondition is a refusal that names what RFC 4918 section 16 has a word for.
type precondition struct {
	status
	name string // of an element in DAV:
	href string // what it is about; "": nothing
}

// codes are the statuses of share's errors, for a method that changes something.
var codes = map[share.Code]int{
	share.NotFound: http.StatusNotFound, share.Denied: http.StatusForbidden, share.Exists: http.StatusPreconditionFailed,
	share.Full: http.StatusInsufficientStorage, share.Invalid: http.StatusForbidden, share.Gone: http.StatusServiceUnavailable,
	share.Changed: http.StatusConflict, share.Damaged: http.StatusBadRequest, share.Braked: http.StatusServiceUnavailable,
}

func statusOf(err error) int {
	var s status
	var p *precondition
	var e *share.Error
	switch {
	case errors.As(err, &p):
		return int(p.status)
	case errors.As(err, &s):
		return int(s)
	case errors.As(err, &e):
		if code, ok := codes[e.Code]; ok {
			return code
		}
	case errors.Is(err, fs.ErrNotExist):
		return http.StatusNotFound
	case errors.Is(err, context.DeadlineExceeded):
		return http.StatusGatewayTimeout
	}
	return http.StatusInternalServerError
}

// refuse answers with an error, in a line that people can read, or in the XML that RFC 4918 wants.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	code := statusOf(err)
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	if code == http.StatusServiceUnavailable {
		h.Set("Retry-After", "60")
	}
	kind, text := "text/plain; charset=utf-8", status(code).Error()+"\n"
	var p *precondition
	var e *share.Error
	switch {
	case errors.As(err, &p):
		inner := ""
		if p.href != "" {
			inner = "<D:href>" + escape(p.href) + "</D:href>"
		}
		kind, text = "application/xml; charset=utf-8", fmt.Sprintf(xmlHead+`<D:error xmlns:D="DAV:"><D:%[1]s>%[2]s</D:%[1]s></D:error>`, p.name, inner)
	case errors.As(err, &e):
		text = e.Error() + "\n"
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(text)))
	if b, ok := r.Body.(*wholeBody); ok && !b.whole && (r.ContentLength < 0 || r.ContentLength > readAnyway) {
		share.Forgo(w)
	}
	w.WriteHeader(code)
	_, _ = io.WriteString(w, text)
}

// wholeBody knows whether all of a request's body was read.
type wholeBody struct {
	io.ReadCloser
	whole bool
}

func (b *wholeBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.whole = b.whole || err == io.EOF
	return n, err
}
