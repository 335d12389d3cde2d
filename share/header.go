package share

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/zeebo/blake3"
	"golang.org/x/text/unicode/norm"
)

// header describes a file or folder.
type header struct {
	Path     string
	Size     int64
	Modified time.Time
	Runs     bool // it is a program or a script: its owner may run it
}

// The first byte of an encoded header.
const (
	headTime = 1 << iota // a time follows the size
	headRuns
)

// append encodes a header: flags, size, seconds and nanoseconds of the time, and the path, which takes the rest.
func (h header) append(b []byte) []byte {
	flags := byte(0)
	if !h.Modified.IsZero() {
		flags |= headTime
	}
	if h.Runs {
		flags |= headRuns
	}
	b = binary.AppendUvarint(append(b, flags), uint64(h.Size)) // #nosec G115 -- no file has a size below 0
	if flags&headTime != 0 {
		b = binary.AppendVarint(b, h.Modified.Unix())
		b = binary.AppendUvarint(b, uint64(h.Modified.Nanosecond())) // #nosec G115 -- nor a time less than no nanoseconds
	}
	return append(b, h.Path...)
}

// readHeader decodes one. What it says is not judged, but for its size and time.
func readHeader(b []byte) (h header, err error) {
	bad := fmt.Errorf("read stream: header: %w", errStream)
	if len(b) == 0 || b[0]&^(headTime|headRuns) != 0 {
		return h, bad
	}
	flags := b[0]
	size, n := binary.Uvarint(b[1:])
	if n <= 0 || size > 1<<62 {
		return h, bad
	}
	h.Size, h.Runs, b = int64(size), flags&headRuns != 0, b[1+n:] // #nosec G115 -- compared above
	if flags&headTime != 0 {
		sec, n := binary.Varint(b)
		if n <= 0 {
			return h, bad
		}
		nsec, m := binary.Uvarint(b[n:])
		if m <= 0 || nsec >= 1e9 {
			return h, bad
		}
		h.Modified = sane(time.Unix(sec, int64(nsec))) // #nosec G115 -- compared above
		b = b[n+m:]
	}
	h.Path = string(b)
	return h, nil
}

// token stands for a file of one path, size and time.
type token [16]byte

func (h header) token() token {
	h.Runs, h.Path = false, norm.NFC.String(h.Path) // one name, however it is written
	buf := [256]byte{}
	sum := blake3.Sum256(h.append(buf[:0]))
	return token(sum[:])
}

// maxTokens is how many files that need not come the sender is told of: 16 MB. What is beyond comes anew.
const maxTokens = 1 << 20

// tokens are a set of files. The zero value is empty.
type tokens struct {
	list   []token
	sorted bool
}

func (m *tokens) add(k token) {
	if len(m.list) < maxTokens {
		m.list, m.sorted = append(m.list, k), false
	}
}

// sort makes has quick, and safe for several goroutines.
func (m *tokens) sort() {
	if !m.sorted {
		slices.SortFunc(m.list, compareTokens)
		m.sorted = true
	}
}

func (m *tokens) has(k token) bool {
	m.sort()
	_, ok := slices.BinarySearchFunc(m.list, k, compareTokens)
	return ok
}

func compareTokens(a, b token) int {
	x, y := binary.BigEndian.Uint64(a[:]), binary.BigEndian.Uint64(b[:])
	if x == y {
		x, y = binary.BigEndian.Uint64(a[8:]), binary.BigEndian.Uint64(b[8:])
	}
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}
