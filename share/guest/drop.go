package guest

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lanyard/share"
)

// Limits of dropping files.
const (
	maxPuts    = 32        // files that are received at a time
	maxFile    = 256 << 30 // bytes of one: more is no phone's video, and a disk to be filled
	maxParts   = 1000      // files of a form without script
	maxBatchID = 64        // bytes
)

// scriptHeader is set by the script of our pages, which wants words and not a page.
const scriptHeader = "Lanyard-Page"

var noTime time.Time

type dropPage struct {
	base
	Folder string
	Action string
	Done   bool // a form was handed in
	OK     int
	Failed []failure
}

// failure is a file that was not taken.
type failure struct{ Name, Why string }

func (v *visit) dropPage(code int, page *dropPage) {
	if page == nil {
		page = &dropPage{}
	}
	page.base = v.s.base(v.r, "Send files", v.link)
	page.Folder, page.Action = v.link.Folder, v.link.home()+"drop"
	v.s.show(v.w, v.r, code, "drop", page)
}

var (
	errTooLarge = &share.Error{Code: share.Denied, Text: "the file is too large"}
	errEnoughOf = &share.Error{Code: share.Denied, Text: "you have sent as many files as one visit takes"}
	errBusy     = &share.Error{Code: share.Gone, Text: "too many files are being received just now, try again in a moment"}
)

// dropAsk tells the script whether a file of this name and size would be taken. It is asked before a large file is sent, as a
// browser that is refused in the midst of sending does not hear why.
func (v *visit) dropAsk() {
	n, err := strconv.ParseInt(v.r.URL.Query().Get("size"), 10, 64)
	if err != nil || n < 0 {
		n = 0
	}
	if n > maxFile {
		v.s.refuse(v.w, v.r, errTooLarge)
		return
	}
	if err := v.tree.Accepts(v.r.PathValue("path"), n); err != nil {
		v.s.refuse(v.w, v.r, err)
		return
	}
	v.taken()
}

func (v *visit) taken() {
	guard(v.w.Header())
	v.w.WriteHeader(http.StatusNoContent)
}

// dropPut takes one file, whose body is its content.
func (v *visit) dropPut() {
	q := v.r.URL.Query()
	if v.r.ContentLength < 0 {
		v.s.problem(v.w, v.r, http.StatusLengthRequired, "The length of the file was not said.", "")
		return
	}
	var modified time.Time
	if ms, err := strconv.ParseInt(q.Get("modified"), 10, 64); err == nil && ms > 0 {
		modified = time.UnixMilli(ms)
	}
	if err := v.drop(v.r.PathValue("path"), q.Get("batch"), v.r.ContentLength, modified, v.r.Body); err != nil {
		v.s.refuse(v.w, v.r, err)
		return
	}
	v.taken()
}

// drop takes one file.
func (v *visit) drop(p, batch string, size int64, modified time.Time, body io.Reader) error {
	leave := v.s.place(v.s.puts, v.link.ID)
	if leave == nil {
		return errBusy
	}
	defer leave()
	if size > maxFile {
		return errTooLarge
	}
	b := v.s.batch(v.ses, batch[:min(len(batch), maxBatchID)])
	if b == nil {
		return errEnoughOf
	}
	limited := &limitedReader{r: body, left: maxFile}
	return v.tree.Drop(v.r.Context(), b, p, size, modified, limited)
}

// limitedReader fails when there is more than so much.
type limitedReader struct {
	r    io.Reader
	left int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return n, errTooLarge
	}
	return n, err
}

// dropForm takes the files of a form, from a browser that runs no script (RFC 7578). They are written as they come.
func (v *visit) dropForm() {
	kind, params, err := mime.ParseMediaType(v.r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		v.s.problem(v.w, v.r, http.StatusUnsupportedMediaType, "That was not understood.", "Go back and try again.")
		return
	}
	parts, err := v.r.MultipartReader()
	if err != nil {
		v.s.problem(v.w, v.r, http.StatusBadRequest, "That was not understood.", "Go back and try again.")
		return
	}
	page := &dropPage{Done: true}
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			break
		}
		if err == nil && n >= maxParts {
			err = errEnoughOf
		}
		if err != nil {
			page.fail("The rest", asShare(err))
			break
		}
		name := part.FileName()
		if name == "" {
			continue // a field without a file in it
		}
		if err := v.drop(lastPart(name), "", -1, noTime, part); err != nil {
			page.fail(name, asShare(err))
			continue
		}
		page.OK++
	}
	code := http.StatusOK
	if len(page.Failed) > 0 {
		code = http.StatusUnprocessableEntity
	}
	v.dropPage(code, page)
}

// lastPart is the name of a file that an old browser sends with its folders.
func lastPart(name string) string {
	return name[strings.LastIndexAny(name, `/\`)+1:]
}

func (page *dropPage) fail(name string, e *share.Error) {
	page.Failed = append(page.Failed, failure{name, sentence(e.Text)})
}

func asShare(err error) *share.Error {
	var e *share.Error
	if errors.As(err, &e) {
		return e
	}
	return &share.Error{Code: share.Failed, Text: "it did not arrive whole"}
}
