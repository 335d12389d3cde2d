package share

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"sync"
)

// The stream carries files and folders in one direction, in the order of a walk: a folder before what is in it.
//
//	"lanyard stream 2\n"
//	frame: type (1 byte), length of what follows (4 bytes, big endian, at most 128 KiB + 64), payload
//	P  plan: how much there will be, when known; JSON planFrame
//	D  folder; header
//	F  file; header. Then, for that file alone:
//	G  right after F: goes on, the receiver having as many bytes (8, big endian), on which both agreed before
//	C  content, as often as needed, 1 byte or more each
//	Y  content, as one frame of zstd (RFC 8878) that holds at most 128 KiB
//	O  a hole: as many bytes (8, big endian) that are zero, and need no place on the disk
//	E  end: the BLAKE3 of the content, 32 bytes
//	A  it stops here, and comes again at once: it changed while it was read
//	L  file whose content the receiver said that it has: its BLAKE3 (32 bytes), the length of a path (2 bytes, big endian),
//	   the path where the receiver said it is, header. No content follows
//	X  a file or folder that can't be sent, or stops to be; JSON Error
//	Z  end of the stream. Without it, whatever came last is not complete.
//
// In the same frames come what a receiver asks for, and what it has to say:
//
//	Q  query; JSON
//	I  file; header, and nothing follows
//	M  tokens of files that need not come, 16 bytes each
//	N  sizes of files that will come, 8 bytes each
//	K  a content that is there: size (8 bytes), BLAKE3 (32 bytes), and the path where it is, if that is to be told
//	R  a file of which a part is there: token (16 bytes), size of pieces (8 bytes), BLAKE3 of each (32 bytes)
//	V  files that are settled as announced: their numbers in the stream, 4 bytes each; L and F count, from 0
//	U  files that failed, of which nothing more is told: their numbers
//	W  another outcome of one file; JSON outcome
//	T  all that came is to be made durable and told of, before more comes
const (
	magic     = "lanyard stream 2\n"
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
	frameGoesOn  frameType = 'G'
	frameContent frameType = 'C'
	framePacked  frameType = 'Y'
	frameHole    frameType = 'O'
	frameEnd     frameType = 'E'
	frameAgain   frameType = 'A'
	frameKnown   frameType = 'L'
	frameError   frameType = 'X'
	frameLast    frameType = 'Z'

	frameQuery   frameType = 'Q'
	frameItem    frameType = 'I'
	frameTokens  frameType = 'M'
	frameSizes   frameType = 'N'
	frameHave    frameType = 'K'
	framePart    frameType = 'R'
	frameSettled frameType = 'V'
	frameFailed  frameType = 'U'
	frameOutcome frameType = 'W'
	frameSettle  frameType = 'T'
)

type planFrame struct {
	Files int64 `json:"files"`
	Bytes int64 `json:"bytes"`
}

// errStream is the fault of a sender: what it sends is not a stream.
var errStream = errors.New("it makes no sense")

// encoder writes a stream. It is not safe for several goroutines.
type encoder struct {
	w    *bufio.Writer
	err  error
	pack packer
	buf  []byte
}

// wordsBuffer is for streams of headers and answers, of which there may be many for little.
const wordsBuffer = 16 << 10

// newEncoder is for a stream without content.
func newEncoder(w io.Writer) *encoder {
	e := &encoder{}
	return e.begin(bufio.NewWriterSize(e.pack.meter(w), wordsBuffer))
}

// contentBuffers are those of streams with content. Transfers share them.
var contentBuffers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, 2*pieceSize) }}

// newContentEncoder is for a stream with content. It is to be released.
func newContentEncoder(w io.Writer) *encoder {
	e := &encoder{}
	buf := contentBuffers.Get().(*bufio.Writer)
	buf.Reset(e.pack.meter(w))
	return e.begin(buf)
}

func (e *encoder) begin(w *bufio.Writer) *encoder {
	e.w = w
	_, e.err = w.WriteString(magic)
	return e
}

// release gives the buffer to the next stream; nothing more is written to this one.
func (e *encoder) release() {
	e.w.Reset(nil)
	contentBuffers.Put(e.w)
	e.w = nil
}

func (e *encoder) frame(t frameType, payload []byte) error {
	if e.err != nil {
		return e.err
	}
	head := append(e.w.AvailableBuffer(), byte(t), 0, 0, 0, 0)
	binary.BigEndian.PutUint32(head[1:], uint32(len(payload))) // #nosec G115 -- frames have a limit far below
	if _, e.err = e.w.Write(head); e.err == nil {
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

func (e *encoder) header(t frameType, h header) error {
	e.buf = h.append(e.buf[:0])
	return e.frame(t, e.buf)
}

// number writes a frame that is one number.
func (e *encoder) number(t frameType, n int64) error {
	return e.frame(t, binary.BigEndian.AppendUint64(nil, uint64(n))) // #nosec G115 -- sizes and offsets
}

// content writes a piece, packed where that pays.
func (e *encoder) content(piece []byte) error {
	if packed := e.pack.try(piece); packed != nil {
		return e.frame(framePacked, packed)
	}
	return e.frame(frameContent, piece)
}

// known tells of a file whose content is there.
func (e *encoder) known(h header, sum [hashSize]byte, at string) error {
	b := append(e.buf[:0], sum[:]...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(at))) // #nosec G115 -- of a path
	e.buf = h.append(append(b, at...))
	return e.frame(frameKnown, e.buf)
}

// flush sends what is buffered.
func (e *encoder) flush() error {
	if e.err == nil {
		e.err = e.w.Flush()
	}
	return e.err
}

// last ends the stream.
func (e *encoder) last() error {
	if err := e.frame(frameLast, nil); err != nil {
		return err
	}
	return e.flush()
}
