package share

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// decoder reads a stream. What comes is checked for form, not for sense.
type decoder struct {
	r      *bufio.Reader
	head   [headSize]byte
	buf    []byte
	packed []byte
	open   bool  // within a file
	fresh  bool  // right after its header
	left   int64 // content of it that is still to come
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

// next reads a frame. The payload is valid until the next call; buf, when it is large enough, takes it. Packed content
// comes as content.
func (d *decoder) next(buf []byte) (t frameType, payload []byte, err error) {
	if _, err := io.ReadFull(d.r, d.head[:]); err != nil {
		return 0, nil, fmt.Errorf("read stream: %w", short(err))
	}
	t = frameType(d.head[0])
	size := binary.BigEndian.Uint32(d.head[1:])
	if size > maxFrame {
		return 0, nil, fmt.Errorf("read stream: frame of %d bytes: %w", size, errStream)
	}
	n := int(size)
	if cap(buf) < maxFrame {
		buf = d.own(n)
	}
	if t == framePacked {
		if payload, err = d.unpack(n, buf); err != nil {
			return 0, nil, err
		}
		t = frameContent
		return t, payload, d.order(t, payload)
	}
	payload = buf[:n]
	if _, err := io.ReadFull(d.r, payload); err != nil {
		return 0, nil, fmt.Errorf("read stream: %w", short(err))
	}
	return t, payload, d.order(t, payload)
}

// own is the decoder's own buffer, for n bytes: small while frames are.
func (d *decoder) own(n int) []byte {
	if cap(d.buf) < n {
		size := 4 << 10
		if n > size {
			size = maxFrame
		}
		d.buf = make([]byte, size)
	}
	return d.buf
}

// unpack reads a frame of zstd with what came into buf, and no more than a piece.
func (d *decoder) unpack(n int, buf []byte) ([]byte, error) {
	if cap(d.packed) < n {
		d.packed = make([]byte, maxFrame)
	}
	if _, err := io.ReadFull(d.r, d.packed[:n]); err != nil {
		return nil, fmt.Errorf("read stream: %w", short(err))
	}
	if cap(buf) < pieceSize {
		d.buf = make([]byte, maxFrame)
		buf = d.buf
	}
	out, err := unpacker().DecodeAll(d.packed[:n], buf[:0:pieceSize])
	if err != nil {
		return nil, fmt.Errorf("read stream: packed content: %w: %w", errStream, err)
	}
	return buf[:len(out)], nil // all of buf is its owner's again later
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
func (d *decoder) order(t frameType, p []byte) error {
	bad := func(what string) error { return fmt.Errorf("read stream: %s: %w", what, errStream) }
	fresh := d.fresh
	d.fresh = false
	switch t {
	case frameContent:
		if d.left -= int64(len(p)); !d.open || len(p) == 0 || d.left < 0 {
			return bad("more content than announced")
		}
	case frameHole, frameGoesOn:
		n := uint64(0)
		if len(p) == 8 {
			n = binary.BigEndian.Uint64(p)
		}
		if !d.open || n == 0 || n > uint64(d.left) || t == frameGoesOn && !fresh { // #nosec G115 -- never below 0
			return bad("more content than announced")
		}
		d.left -= int64(n) // #nosec G115 -- compared above
	case frameEnd:
		if !d.open || len(p) != hashSize || d.left != 0 {
			return bad("less content than announced")
		}
		d.open = false
	case frameAgain:
		if !d.open || len(p) != 0 {
			return bad("again what didn't begin")
		}
		d.open = false
	case frameError:
		d.open = false
	case frameFile, frameDir, frameKnown, framePlan, frameLast, frameSettle, frameQuery, frameItem, frameTokens, frameSizes, frameHave, framePart, frameSettled, frameFailed, frameOutcome:
		if d.open {
			return bad("a file without an end")
		}
	default:
		return bad(fmt.Sprintf("frame of type %q", byte(t)))
	}
	return nil
}

// header reads the payload of D, F or I.
func (d *decoder) header(t frameType, payload []byte) (header, error) {
	h, err := readHeader(payload)
	if err == nil && t == frameFile {
		d.open, d.fresh, d.left = true, true, h.Size
	}
	return h, err
}

// readKnown reads the payload of L.
func readKnown(b []byte) (h header, sum [hashSize]byte, at string, err error) {
	bad := fmt.Errorf("read stream: known content: %w", errStream)
	if len(b) < hashSize+2 {
		return h, sum, "", bad
	}
	copy(sum[:], b)
	n := int(binary.BigEndian.Uint16(b[hashSize:]))
	if b = b[hashSize+2:]; len(b) < n {
		return h, sum, "", bad
	}
	at = string(b[:n])
	h, err = readHeader(b[n:])
	return h, sum, at, err
}

// short says that a stream that just ends was cut.
func short(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
