package share

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// maxQuery is how long what a receiver asks for may be: paths, for the most part.
const maxQuery = 1 << 20

// maxAllSums is how many pieces of all files together a receiver may tell of: 4 MB.
const maxAllSums = 1 << 17

// query begins a request.
type query struct {
	Paths []string `json:"paths,omitempty"` // below the shared folder; each comes under its last name
	Below string   `json:"below,omitempty"` // of a put: the folder that they will be put into
	ID    string   `json:"id,omitempty"`    // of the transfer
}

// indexHead begins the answer to an index request.
type indexHead struct {
	Grain   int64 `json:"grain"`             // nanoseconds: how exactly times are kept there
	Stands  bool  `json:"stands"`            // something half stands of this transfer
	More    bool  `json:"more"`              // there is something in the folder
	Change  bool  `json:"change"`            // who asks may replace
	Windows bool  `json:"windows,omitempty"` // names are spelled there as Windows takes them
}

// asking makes the body of a request.
func asking(q query, fill func(*encoder) error) ([]byte, error) {
	var b bytes.Buffer
	e := newEncoder(&b)
	if err := e.long(frameQuery, q); err != nil {
		return nil, err
	}
	if fill != nil {
		if err := fill(e); err != nil {
			return nil, err
		}
	}
	err := e.last()
	return b.Bytes(), err
}

// long writes JSON that may be longer than a frame: as several, which count as one until one is not full.
func (e *encoder) long(t frameType, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	for len(b) >= pieceSize {
		if err := e.frame(t, b[:pieceSize]); err != nil {
			return err
		}
		b = b[pieceSize:]
	}
	return e.frame(t, b)
}

// readLong reads what long has written.
func (d *decoder) readLong(want frameType, v any) error {
	var all []byte
	for {
		t, p, err := d.next(nil)
		if err != nil {
			return err
		}
		if t != want || len(all) > maxQuery {
			return fmt.Errorf("read stream: frame of type %q: %w", byte(t), errStream)
		}
		all = append(all, p...)
		if len(p) < pieceSize {
			break
		}
	}
	if err := json.Unmarshal(all, v); err != nil {
		return fmt.Errorf("read stream: %w: %w", errStream, err)
	}
	return nil
}

// omitted writes which files need not come.
func (e *encoder) omitted(list []token) error {
	const each = 4096
	for len(list) > 0 {
		n := min(each, len(list))
		b := e.buf[:0]
		for _, k := range list[:n] {
			b = append(b, k[:]...)
		}
		e.buf, list = b, list[n:]
		if err := e.frame(frameTokens, b); err != nil {
			return err
		}
	}
	return nil
}

func (e *encoder) have(size int64, sum [hashSize]byte, at string) error {
	b := binary.BigEndian.AppendUint64(e.buf[:0], uint64(size)) // #nosec G115 -- of a file
	e.buf = append(append(b, sum[:]...), at...)
	return e.frame(frameHave, e.buf)
}

func (e *encoder) part(k token, p part) error {
	b := append(e.buf[:0], k[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(p.piece)) // #nosec G115 -- of a file
	for _, s := range p.sums {
		b = append(b, s[:]...)
	}
	e.buf = b
	return e.frame(framePart, b)
}

// sized writes the sizes of files that will come.
func (e *encoder) sized(sizes map[int64]bool) error {
	b := make([]byte, 0, 8*min(len(sizes), pieceSize/8))
	for n := range sizes {
		b = binary.BigEndian.AppendUint64(b, uint64(n)) // #nosec G115 -- of a file
		if len(b) >= pieceSize-8 {
			if err := e.frame(frameSizes, b); err != nil {
				return err
			}
			b = b[:0]
		}
	}
	return e.frame(frameSizes, b)
}

// receiverSays reads to the end what a receiver has.
func (d *decoder) receiverSays(has *receiverHas, each func(t frameType, p []byte) error) error {
	sums := 0
	for {
		t, p, err := d.next(nil)
		if err != nil {
			return err
		}
		bad := fmt.Errorf("read stream: frame of type %q: %w", byte(t), errStream)
		switch t {
		case frameLast:
			return d.end()
		case frameTokens:
			if len(p)%len(token{}) != 0 {
				return bad
			}
			for ; len(p) > 0; p = p[len(token{}):] {
				has.omit.add(token(p))
			}
		case frameHave:
			if len(p) < 8+hashSize {
				return bad
			}
			has.addContent(sizeIn(p), [hashSize]byte(p[8:]), string(p[8+hashSize:]))
		case framePart:
			head := len(token{}) + 8
			if len(p) < head || (len(p)-head)%hashSize != 0 || sizeIn(p[len(token{}):]) <= 0 {
				return bad
			}
			one := part{piece: sizeIn(p[len(token{}):])}
			for b := p[head:]; len(b) > 0 && sums < maxAllSums; b = b[hashSize:] {
				one.sums = append(one.sums, [hashSize]byte(b))
				sums++
			}
			has.addPart(token(p), one)
		default:
			if each == nil {
				return bad
			}
			if err := each(t, p); err != nil {
				return err
			}
		}
	}
}

// sizeIn reads a size; one that can't be is -1.
func sizeIn(b []byte) int64 {
	n := binary.BigEndian.Uint64(b)
	if n > 1<<62 {
		return -1
	}
	return int64(n) // #nosec G115 -- compared above
}

// readQuery reads the query that begins a request.
func readQuery(r io.Reader, q *query) (*decoder, error) {
	d, err := newDecoder(r)
	if err == nil {
		err = d.readLong(frameQuery, q)
	}
	if err == nil && len(q.ID) > maxTransferID {
		err = errStream
	}
	if err != nil {
		return nil, &Error{Code: Invalid, Text: "the request makes no sense"}
	}
	return d, nil
}

// maxTransferID is the length of a transfer's ID, in bytes.
const maxTransferID = 100
