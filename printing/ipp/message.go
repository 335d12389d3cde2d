package ipp

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/OpenPrinting/goipp"
)

const (
	// MaxHeader bounds the attributes of one message. The largest honest ones, a printer with a full
	// media-col-database, stay below 200 kB; decoders die of stack overflow on 33 MB of nested collections.
	MaxHeader = 1 << 20
	// maxDepth bounds nested collections. media-col/media-size is 2, the deepest registered attribute 4.
	maxDepth = 8
	// maxValues bounds the values and groups of a message, because each costs far more memory than its one to five bytes
	// on the wire.
	maxValues = 40_000
	// MaxRequest and maxAsked are the same bounds for requests, which say little and come from many at once.
	MaxRequest = 64 << 10
	maxAsked   = 2000
)

// ErrTooLarge is returned by Read for a message whose attributes are larger, deeper or more than any honest one's.
var ErrTooLarge = errors.New("read IPP message: attributes are too large")

// Read reads the attributes of one message and leaves r at the first byte of the document. Damage is an error, never
// a panic; the memory it takes is bounded by MaxHeader. After an error the message holds what of the fixed header
// (version, code, request ID) could be read, so that a server can answer.
func Read(r *bufio.Reader) (*goipp.Message, error) {
	return read(scanner{r: r, bytes: MaxHeader, values: maxValues})
}

// ReadRequest is Read with the bounds of a request: MaxRequest instead of MaxHeader.
func ReadRequest(r *bufio.Reader) (*goipp.Message, error) {
	return read(scanner{r: r, bytes: MaxRequest, values: maxAsked})
}

func read(s scanner) (*goipp.Message, error) {
	m := &goipp.Message{}
	err := s.header()
	if len(s.buf) >= 8 {
		m.Version = goipp.Version(binary.BigEndian.Uint16(s.buf))
		m.Code = goipp.Code(binary.BigEndian.Uint16(s.buf[2:]))
		m.RequestID = binary.BigEndian.Uint32(s.buf[4:])
	}
	if err != nil {
		return m, err
	}
	whole := &goipp.Message{}
	if err := whole.DecodeBytes(s.buf); err != nil {
		return m, fmt.Errorf("read IPP message: %w", err)
	}
	return whole, nil
}

// scanner copies exactly the bytes of a message's attributes, checking sizes and nesting before a recursive decoder
// sees them.
type scanner struct {
	r      *bufio.Reader
	bytes  int // that the message may have
	values int // and groups, that it may still have
	buf    []byte
	depth  int
}

func (s *scanner) header() error {
	if _, err := s.take(8); err != nil {
		return err
	}
	for {
		tag, err := s.take(1)
		if err != nil {
			return err
		}
		if s.values--; s.values < 0 {
			return ErrTooLarge
		}
		switch t := goipp.Tag(tag[0]); {
		case t == goipp.TagEnd && s.depth == 0:
			return nil
		case t < 0x10 && s.depth == 0:
		case t < 0x10:
			return errors.New("read IPP message: group inside a collection")
		default:
			if err := s.value(t); err != nil {
				return err
			}
		}
	}
}

func (s *scanner) value(t goipp.Tag) error {
	if err := s.field(goipp.TagName); err != nil {
		return err
	}
	if err := s.field(t); err != nil {
		return err
	}
	switch t {
	case goipp.TagBeginCollection:
		if s.depth++; s.depth > maxDepth {
			return ErrTooLarge
		}
	case goipp.TagEndCollection:
		if s.depth--; s.depth < 0 {
			return errors.New("read IPP message: collection ends before it begins")
		}
	}
	return nil
}

func (s *scanner) field(t goipp.Tag) error {
	size, err := s.take(2)
	if err != nil {
		return err
	}
	n := int(binary.BigEndian.Uint16(size))
	if n > 0x7fff { // the length is a SIGNED-SHORT (RFC 8010 section 3.1)
		return errors.New("read IPP message: negative length")
	}
	value, err := s.take(n)
	if err == nil && t == goipp.TagDateTime {
		mendDateTime(value)
	}
	return err
}

// take appends the next n bytes of the stream to buf and returns them.
func (s *scanner) take(n int) ([]byte, error) {
	at := len(s.buf)
	if at+n > s.bytes {
		return nil, ErrTooLarge
	}
	for len(s.buf) < at+n {
		part, err := s.r.Peek(min(at+n-len(s.buf), s.r.Size()))
		s.buf = append(s.buf, part...)
		if _, derr := s.r.Discard(len(part)); err == nil {
			err = derr
		}
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, fmt.Errorf("read IPP message: %w", err)
		}
	}
	return s.buf[at:], nil
}

// mendDateTime rewrites a DateAndTime (RFC 2579) with an offset from UTC of 12 hours and more, which New Zealand has
// and the decoder refuses together with the whole message, as the same instant in UTC.
func mendDateTime(b []byte) {
	if len(b) != 11 || b[9] < 12 || b[9] > 14 || b[10] > 59 {
		return
	}
	offset := int(b[9])*3600 + int(b[10])*60
	if b[8] == '-' {
		offset = -offset
	}
	t := time.Date(int(binary.BigEndian.Uint16(b)), time.Month(b[2]), int(b[3]), int(b[4]), int(b[5]), int(b[6]), 0,
		time.FixedZone("", offset)).UTC()
	binary.BigEndian.PutUint16(b, uint16(t.Year()))
	b[2], b[3], b[4], b[5], b[6] = byte(t.Month()), byte(t.Day()), byte(t.Hour()), byte(t.Minute()), byte(t.Second())
	b[8], b[9], b[10] = '+', 0, 0
}
