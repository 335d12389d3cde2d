package share

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// The stream carries files and folders in one direction, in the order of a walk: a folder before what is in it.
//
//	"lanyard stream 1\n"
//	frame: type (1 byte), length of what follows (4 bytes, big endian, at most 128 KiB + 64), payload
//	P  plan: how much there will be, when known; JSON planFrame
//	D  folder; JSON header
//	F  file; JSON header. Then, for that file alone:
//	C  content, as often as needed, 1 byte or more each
//	E  end: the BLAKE3 of the content, 32 bytes
//	S  a file that the receiver said it has already, of that size and time; JSON header, no content follows
//	X  a file or folder that can't be sent, or stops to be; JSON Error
//	Z  end of the stream. Without it, whatever came last is not complete.
const (
	magic     = "lanyard stream 1\n"
	pieceSize = 128 << 10 // writes above this are markedly slower on Linux, smaller ones cost calls
	maxFrame  = pieceSize + 64
	hashSize  = 32
	headSize  = 5 // of a frame
)

type frameType byte

const (
	framePlan    frameType = 'P'
	frameDir     frameType = 'D'
	frameFile    frameType = 'F'
	frameContent frameType = 'C'
	frameEnd     frameType = 'E'
	frameSame    frameType = 'S'
	frameError   frameType = 'X'
	frameLast    frameType = 'Z'
)

// header describes a file or folder.
type header struct {
	Path     string    `json:"path"`
	Size     int64     `json:"size,omitempty"`
	Modified time.Time `json:"modified"`
}

type planFrame struct {
	Files int64 `json:"files"`
	Bytes int64 `json:"bytes"`
}

// encoder writes a stream. It is not safe for several goroutines.
type encoder struct {
	w   *bufio.Writer
	err error
}

func newEncoder(w io.Writer) *encoder {
	e := &encoder{w: bufio.NewWriterSize(w, 2*pieceSize)}
	_, e.err = e.w.WriteString(magic)
	return e
}

func (e *encoder) frame(t frameType, payload []byte) error {
	if e.err != nil {
		return e.err
	}
	var head [headSize]byte
	head[0] = byte(t)
	binary.BigEndian.PutUint32(head[1:], uint32(len(payload))) // #nosec G115 -- frames have a limit far below
	if _, e.err = e.w.Write(head[:]); e.err == nil {
		_, e.err = e.w.Write(payload)
	}
	return e.err
}

func (e *encoder) json(t frameType, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return e.frame(t, b)
}

// last ends the stream.
func (e *encoder) last() error {
	if err := e.frame(frameLast, nil); err != nil {
		return err
	}
	return e.w.Flush()
}

// errStream is the fault of a sender: what it sends is not a stream.
var errStream = errors.New("it makes no sense")

// decoder reads a stream. What comes is checked for form, not for sense.
type decoder struct {
	r    *bufio.Reader
	buf  []byte
	open bool  // within a file
	left int64 // content of it that is still to come
}

func newDecoder(r io.Reader) (*decoder, error) {
	d := &decoder{r: bufio.NewReaderSize(r, 64<<10)}
	got := make([]byte, len(magic))
	if _, err := io.ReadFull(d.r, got); err != nil {
		return nil, fmt.Errorf("read stream: %w", short(err))
	}
	if string(got) != magic {
		return nil, fmt.Errorf("read stream: of another version: %w", errStream)
	}
	return d, nil
}

// next reads a frame. The payload is valid until the next call; buf, when it is large enough, takes it.
func (d *decoder) next(buf []byte) (t frameType, payload []byte, err error) {
	var head [headSize]byte
	if _, err := io.ReadFull(d.r, head[:]); err != nil {
		return 0, nil, fmt.Errorf("read stream: %w", short(err))
	}
	size := binary.BigEndian.Uint32(head[1:])
	if size > maxFrame {
		return 0, nil, fmt.Errorf("read stream: frame of %d bytes: %w", size, errStream)
	}
	n := int(size)
	if cap(buf) < n {
		if cap(d.buf) < n {
			d.buf = make([]byte, maxFrame)
		}
		buf = d.buf
	}
	payload = buf[:n]
	if _, err := io.ReadFull(d.r, payload); err != nil {
		return 0, nil, fmt.Errorf("read stream: %w", short(err))
	}
	t = frameType(head[0])
	return t, payload, d.order(t, n)
}

// end checks that nothing comes after the last frame.
func (d *decoder) end() error {
	_, err := d.r.ReadByte()
	switch {
	case err == nil:
		return fmt.Errorf("read stream: more after its end: %w", errStream)
	case err == io.EOF:
		return nil
	}
	return fmt.Errorf("read stream: %w", err)
}

// order checks that a frame may come where it does.
func (d *decoder) order(t frameType, n int) error {
	bad := func(what string) error { return fmt.Errorf("read stream: %s: %w", what, errStream) }
	switch t {
	case frameContent:
		if d.left -= int64(n); !d.open || n == 0 || d.left < 0 {
			return bad("more content than announced")
		}
	case frameEnd:
		if !d.open || n != hashSize || d.left != 0 {
			return bad("less content than announced")
		}
		d.open = false
	case frameError:
		d.open = false
	case frameFile, frameDir, frameSame, framePlan, frameLast:
		if d.open {
			return bad("a file without an end")
		}
	default:
		return bad(fmt.Sprintf("frame of type %q", byte(t)))
	}
	return nil
}

// header reads the payload of D, F or S.
func (d *decoder) header(t frameType, payload []byte) (h header, err error) {
	if err := json.Unmarshal(payload, &h); err != nil {
		return h, fmt.Errorf("read stream: %w: %w", errStream, err)
	}
	if h.Size < 0 {
		return h, fmt.Errorf("read stream: size %d: %w", h.Size, errStream)
	}
	h.Modified = sane(h.Modified)
	if t == frameFile {
		d.open, d.left = true, h.Size
	}
	return h, nil
}

// short says that a stream that just ends was cut.
func short(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
