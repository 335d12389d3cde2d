package share

import (
	"io"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
)

// Content is packed only while the network is what a sender waits for, and only as long as it gets smaller.
const (
	packWait   = 0.6       // of the time spent in writing, from which it is the network that limits
	packRate   = 160 << 20 // bytes a second above which packing would be the slower of the two
	packGain   = 0.9       // of the size at which it does not pay any more
	packEvery  = 200 * time.Millisecond
	packRest   = 64   // pieces that go as they are after some that did not get smaller
	packLeast  = 1024 // bytes: less has hardly anything in common with itself
	packMemory = 8 << 20
)

var packing = sync.OnceValue(func() *zstd.Encoder {
	w, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(4), zstd.WithWindowSize(pieceSize), zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true)) // no error without a wrong option
	return w
})

// unpacker takes no more memory than a piece needs, whatever a frame announces.
var unpacker = sync.OnceValue(func() *zstd.Decoder {
	r, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(4), zstd.WithDecoderMaxMemory(packMemory), zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderLowmem(true))
	return r
})

// packer decides whether pieces are packed. The zero value packs nothing until it has seen a slow network.
type packer struct {
	w       io.Writer
	began   time.Time // of the measurement
	waited  time.Duration
	written int64
	raw     int64 // bytes that were to be written
	on      bool
	rest    int
	buf     []byte
}

// meter is w, with the time measured that is spent in it.
func (p *packer) meter(w io.Writer) io.Writer {
	p.w = w
	return p
}

// Write implements io.Writer.
func (p *packer) Write(b []byte) (int, error) {
	began := time.Now()
	if p.began.IsZero() {
		p.began = began
	}
	n, err := p.w.Write(b)
	now := time.Now()
	p.waited += now.Sub(began)
	p.written += int64(n)
	if took := now.Sub(p.began); took > packEvery {
		p.on = p.waited.Seconds() > packWait*took.Seconds() && float64(max(p.written, p.raw))/took.Seconds() < packRate || p.on && p.waited.Seconds() > packWait/2*took.Seconds()
		p.began, p.waited, p.written, p.raw = now, 0, 0, 0
	}
	return n, err
}

// try packs a piece, and returns nil where it goes as it is.
func (p *packer) try(piece []byte) []byte {
	p.raw += int64(len(piece))
	if !p.on || len(piece) < packLeast {
		return nil
	}
	if p.rest > 0 {
		p.rest--
		return nil
	}
	p.buf = packing().EncodeAll(piece, p.buf[:0])
	if float64(len(p.buf)) > packGain*float64(len(piece)) {
		p.rest = packRest
		return nil
	}
	return p.buf
}
