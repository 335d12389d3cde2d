package share

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of what a list from elsewhere makes this PC take into memory.
const (
	maxEntries  = 2_000_000 // of one folder: a listing that never ends must
	maxLine     = 16 << 10  // bytes of one entry, each of whose name's 255 may be escaped as six
	someEntries = 4096      // that a reader of lists tells of at a time
)

// How a list is sent: in large pieces, as they are cheaper, but nothing waits long for more to go with it.
const (
	listBuffer   = 64 << 10
	firstEntries = 64 // go at once, so that they can be seen
	longWait     = 50 * time.Millisecond
	waitStep     = 32 // the clock is looked at after so many entries
)

const (
	listType = "application/x-ndjson"
	listEnd  = "{}\n"
)

// Entry is a file or folder in a listing, or as a drive sees it. A list has one JSON document a line for each, and at its end
// an entry without a name: without that the list was cut.
type Entry struct {
	Name     string    `json:"name"`
	Folder   bool      `json:"folder,omitempty"`
	Size     int64     `json:"size,omitempty"` // bytes
	Modified time.Time `json:"modified"`
}

// SortEntries puts folders first, then sorts by name without regard to case.
func SortEntries(list []Entry) {
	type keyed struct {
		key string
		Entry
	}
	keys := make([]keyed, len(list))
	for i, e := range list {
		keys[i] = keyed{strings.ToLower(e.Name), e}
	}
	slices.SortFunc(keys, func(a, b keyed) int {
		if a.Folder != b.Folder {
			if a.Folder {
				return -1
			}
			return 1
		}
		if c := strings.Compare(a.key, b.key); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	for i, k := range keys {
		list[i] = k.Entry
	}
}

// AppendJSON appends the entry to a list. It says what encoding/json would, which takes four times as long for it.
func (e Entry) AppendJSON(b []byte) []byte {
	b = append(b, `{"name":`...)
	b = appendText(b, e.Name)
	if e.Folder {
		b = append(b, `,"folder":true`...)
	}
	if e.Size != 0 {
		b = append(b, `,"size":`...)
		b = strconv.AppendInt(b, e.Size, 10)
	}
	b = append(b, `,"modified":"`...)
	b = e.Modified.AppendFormat(b, time.RFC3339Nano)
	return append(b, '"', '}', '\n')
}

func appendText(b []byte, s string) []byte {
	if !verbatim(s) {
		text, _ := json.Marshal(s) // of a string there is no error
		return append(b, text...)
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// verbatim tells whether a text is the same in JSON (RFC 8259, section 7).
func verbatim[T string | []byte](s T) bool {
	ascii := true
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c == '"' || c == '\\' {
			return false
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	return ascii || utf8.ValidString(string(s))
}

// parseEntry reads a line of a list.
func parseEntry(line []byte) (Entry, error) {
	if e, ok := parseUsual(line); ok {
		return e, nil
	}
	var e Entry
	err := json.Unmarshal(line, &e)
	return e, err
}

// parseUsual reads a line as AppendJSON writes most. What looks otherwise may be right all the same.
func parseUsual(line []byte) (e Entry, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte(`{"name":"`))
	name, rest, ended := bytes.Cut(rest, []byte(`"`))
	if !ok || !ended || !verbatim(name) {
		return e, false
	}
	rest, e.Folder = bytes.CutPrefix(rest, []byte(`,"folder":true`))
	if digits, sized := bytes.CutPrefix(rest, []byte(`,"size":`)); sized {
		n := 0
		for n < len(digits) && n < 18 && digits[n] >= '0' && digits[n] <= '9' {
			e.Size = 10*e.Size + int64(digits[n]-'0')
			n++
		}
		if n == 0 || digits[0] == '0' {
			return e, false
		}
		rest = digits[n:]
	}
	rest, ok = bytes.CutPrefix(rest, []byte(`,"modified":"`))
	modified, ended := bytes.CutSuffix(rest, []byte(`"}`))
	if !ok || !ended {
		return e, false
	}
	e.Name = string(name)
	e.Modified, ok = parseTime(modified)
	return e, ok
}

// parseTime reads a time in UTC as RFC 3339, section 5.6, has it, in its usual form: 2006-01-02T15:04:05.000000000Z, with as
// many digits of a second as need be.
func parseTime(s []byte) (t time.Time, ok bool) {
	const usual = "2006-01-02T15:04:05Z"
	if len(s) < len(usual) || s[len(s)-1] != 'Z' {
		return t, false
	}
	var parts [6]int
	at := 0
	for n, after := range [6]byte{'-', '-', 'T', ':', ':', 0} {
		width := 2
		if n == 0 {
			width = 4
		}
		if parts[n], ok = number(s[at : at+width]); !ok || after != 0 && s[at+width] != after {
			return t, false
		}
		at += width + 1
	}
	nanos := 0
	if rest := s[at-1:]; rest[0] == '.' {
		digits := rest[1 : len(rest)-1]
		if nanos, ok = number(digits); !ok || len(digits) > 9 {
			return t, false
		}
		for range 9 - len(digits) {
			nanos *= 10
		}
	} else if len(rest) > 1 {
		return t, false
	}
	if parts[3] > 23 || parts[4] > 59 || parts[5] > 59 {
		return t, false
	}
	t = time.Date(parts[0], time.Month(parts[1]), parts[2], parts[3], parts[4], parts[5], nanos, time.UTC)
	return t, t.Day() == parts[2] && int(t.Month()) == parts[1]
}

// number reads at least one digit and nothing else.
func number(s []byte) (n int, ok bool) {
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, len(s) > 0
}

// failedList is the last line of a list that can't be gone on with. Its name is no text: a PC that doesn't know of failures
// takes the line for a broken one, and not for the list's end.
type failedList struct {
	Name    bool            `json:"name"`
	Failure json.RawMessage `json:"failure"`
}

// AppendFailure ends a list with the reason why it ends here, which becomes JSON.
func AppendFailure(b []byte, reason any) []byte {
	text, err := json.Marshal(reason)
	if err == nil {
		text, err = json.Marshal(failedList{Failure: text})
	}
	if err != nil {
		return b // without its end the list is known to be cut
	}
	return append(append(b, text...), '\n')
}

// ReadEntries reads a list to its end and tells what is in it as it comes: a slice is each's to keep. It ends with each's
// error, or with the one that failed makes of the reason of AppendFailure.
func ReadEntries(r io.Reader, each func([]Entry) error, failed func(reason []byte) error) error {
	in := bufio.NewReaderSize(r, listBuffer)
	var some []Entry
	for range maxEntries {
		e, err := readEntry(in, failed)
		end := err == nil && e.Name == ""
		if err == nil && !end {
			some = append(some, e)
		}
		if len(some) >= someEntries || len(some) > 0 && (end || err != nil || !lineIn(in)) {
			if err := each(some); err != nil {
				return err
			}
			some = make([]Entry, 0, len(some))
		}
		if end || err != nil {
			return err
		}
	}
	return fmt.Errorf("more than %d entries", maxEntries)
}

func readEntry(in *bufio.Reader, failed func([]byte) error) (Entry, error) {
	line, err := in.ReadSlice('\n')
	switch {
	case len(line) > maxLine || errors.Is(err, bufio.ErrBufferFull):
		return Entry{}, bufio.ErrTooLong
	case errors.Is(err, io.EOF) && len(line) == 0:
		return Entry{}, io.ErrUnexpectedEOF
	case err != nil && !errors.Is(err, io.EOF):
		return Entry{}, err
	}
	e, err := parseEntry(bytes.TrimSuffix(line, []byte("\n")))
	if err != nil {
		var f failedList
		if json.Unmarshal(line, &f) == nil && len(f.Failure) > 0 {
			return e, failed(f.Failure)
		}
	}
	return e, err
}

// lineIn tells whether another line is here already.
func lineIn(r *bufio.Reader) bool {
	have, _ := r.Peek(r.Buffered())
	return bytes.IndexByte(have, '\n') >= 0
}

// listing is a list on its way to another PC.
type listing struct {
	to    http.ResponseWriter
	buf   []byte
	count int
	sent  time.Time
}

// add puts an entry on the list. An error is the connection's.
func (l *listing) add(e Entry) error {
	l.buf = e.AppendJSON(l.buf)
	l.count++
	if l.count == firstEntries || len(l.buf) >= listBuffer-maxLine || l.count%waitStep == 0 && time.Since(l.sent) > longWait {
		return l.send()
	}
	return nil
}

// send sends what there is.
func (l *listing) send() error {
	_, err := l.to.Write(l.buf)
	if err == nil {
		err = http.NewResponseController(l.to).Flush()
	}
	l.buf, l.sent = l.buf[:0], time.Now()
	return err
}
