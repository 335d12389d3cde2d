package guest

import (
	"encoding/binary"
	"math"
	"time"
	"unicode/utf8"
)

// The bytes of an archive (PKWARE, APPNOTE 6.3.10; the sections below are its). Files are kept as they are, in the stored
// blocks of deflate (RFC 1951, section 3.2.4): how long all is follows from names and sizes alone, and unlike for the method
// "stored" every reader takes a checksum that comes after the content, also one that can't seek.
const (
	headLen, recordLen, descriptorLen, descriptor64Len = 30, 46, 16, 24
	endLen, end64Len, locatorLen                       = 22, 56, 20

	maxBlock  = 0xffff // of content in a stored block
	blockHead = 5

	methodStored, methodDeflate = 0, 8
	flagDescriptor              = 1 << 3  // section 4.4.4
	flagUTF8                    = 1 << 11 // appendix D
	version20, version45        = 20, 45  // section 4.4.3: folders and deflate, zip64
	fromUnix                    = 3 << 8  // section 4.4.2: the attributes are Unix modes
	modeFile, modeFolder        = 0o100644, 0o40755
	dosFolder                   = 0x10
)

// packed is how long a content is as stored blocks.
func packed(size int64) int64 {
	if size == 0 {
		return 0
	}
	return size + (size+maxBlock-1)/maxBlock*blockHead
}

// member is a file or folder in an archive.
type member struct {
	name string // slash-separated, that of a folder ends with one
	path string // of the file, below the shared folder
	size int64
	mod  time.Time
	text []byte // a file that is made for the archive: its content

	at     int64 // of its head in the archive
	record int64 // of its record in the directory at the end
}

func (m *member) folder() bool { return m.name[len(m.name)-1] == '/' }
func (m *member) wide() bool   { return packed(m.size) >= math.MaxUint32 }

// flags are those of the head and the record alike.
func (m *member) flags() (flags, method uint16) {
	if !isASCII(m.name) {
		flags = flagUTF8
	}
	if m.size == 0 {
		return flags, methodStored
	}
	return flags | flagDescriptor, methodDeflate
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (m *member) headSize() int64 {
	n := int64(headLen + len(m.name) + len(m.times()))
	if m.wide() {
		n += 20
	}
	return n
}

func (m *member) descriptorSize() int64 {
	switch {
	case m.size == 0:
		return 0
	case m.wide():
		return descriptor64Len
	}
	return descriptorLen
}

// end is where the next begins.
func (m *member) end() int64 { return m.at + m.headSize() + packed(m.size) + m.descriptorSize() }

// times is the extra field "UT" of Info-ZIP, Unix seconds: those of the head itself have no time zone and are even.
func (m *member) times() []byte {
	sec := m.mod.Unix()
	if m.mod.IsZero() || sec < math.MinInt32 || sec > math.MaxInt32 {
		return nil
	}
	b := []byte{'U', 'T', 5, 0, 1}
	return binary.LittleEndian.AppendUint32(b, uint32(sec))
}

// dosTime is section 4.4.6.
func dosTime(t time.Time) (clock, day uint16) {
	t = t.Local()
	if t.Year() < 1980 || t.Year() > 2107 {
		return 0, 1<<5 | 1
	}
	return uint16(t.Hour()<<11 | t.Minute()<<5 | t.Second()/2), uint16((t.Year()-1980)<<9 | int(t.Month())<<5 | t.Day())
}

// head is section 4.3.7.
func (m *member) head() []byte {
	le := binary.LittleEndian
	flags, method := m.flags()
	clock, day := dosTime(m.mod)
	extra, need := m.times(), uint16(version20)
	if m.wide() { // section 4.5.3: says that the sizes after the content are long
		need = version45
		wide := le.AppendUint16(nil, 1)
		wide = le.AppendUint16(wide, 16)
		extra = append(append(wide, make([]byte, 16)...), extra...)
	}
	b := le.AppendUint32(nil, 0x04034b50)
	b = le.AppendUint16(b, need)
	b = le.AppendUint16(b, flags)
	b = le.AppendUint16(b, method)
	b = le.AppendUint16(b, clock)
	b = le.AppendUint16(b, day)
	b = le.AppendUint32(b, 0) // checksum and sizes: after the content
	if m.wide() {
		b = le.AppendUint32(b, math.MaxUint32)
		b = le.AppendUint32(b, math.MaxUint32)
	} else {
		b = le.AppendUint64(b, 0)
	}
	b = le.AppendUint16(b, uint16(len(m.name)))
	b = le.AppendUint16(b, uint16(len(extra)))
	b = append(b, m.name...)
	return append(b, extra...)
}

// descriptor is section 4.3.9.
func (m *member) descriptor(sum uint32) []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, 0x08074b50)
	b = le.AppendUint32(b, sum)
	if m.wide() {
		b = le.AppendUint64(b, uint64(packed(m.size)))
		return le.AppendUint64(b, uint64(m.size))
	}
	b = le.AppendUint32(b, uint32(packed(m.size)))
	return le.AppendUint32(b, uint32(m.size))
}

// longFields is the zip64 extra field of the record: what doesn't fit into it.
func (m *member) longFields() []byte {
	le := binary.LittleEndian
	var long []byte
	if m.wide() {
		long = le.AppendUint64(long, uint64(m.size))
		long = le.AppendUint64(long, uint64(packed(m.size)))
	}
	if m.at >= math.MaxUint32 {
		long = le.AppendUint64(long, uint64(m.at))
	}
	if long == nil {
		return nil
	}
	b := le.AppendUint16(nil, 1)
	b = le.AppendUint16(b, uint16(len(long)))
	return append(b, long...)
}

func (m *member) recordSize() int64 {
	return int64(recordLen + len(m.name) + len(m.longFields()) + len(m.times()))
}

// directory is the member's record in the directory, section 4.3.12.
func (m *member) directory(sum uint32) []byte {
	le := binary.LittleEndian
	flags, method := m.flags()
	clock, day := dosTime(m.mod)
	long := m.longFields()
	extra, need := append(long, m.times()...), uint16(version20)
	if long != nil {
		need = version45
	}
	b := le.AppendUint32(nil, 0x02014b50)
	b = le.AppendUint16(b, fromUnix|need)
	b = le.AppendUint16(b, need)
	b = le.AppendUint16(b, flags)
	b = le.AppendUint16(b, method)
	b = le.AppendUint16(b, clock)
	b = le.AppendUint16(b, day)
	b = le.AppendUint32(b, sum)
	if m.wide() {
		b = le.AppendUint32(b, math.MaxUint32)
		b = le.AppendUint32(b, math.MaxUint32)
	} else {
		b = le.AppendUint32(b, uint32(packed(m.size)))
		b = le.AppendUint32(b, uint32(m.size))
	}
	b = le.AppendUint16(b, uint16(len(m.name)))
	b = le.AppendUint16(b, uint16(len(extra)))
	b = append(b, 0, 0, 0, 0, 0, 0) // no comment, the first disk, nothing of the inside
	mode := uint32(modeFile << 16)
	if m.folder() {
		mode = modeFolder<<16 | dosFolder
	}
	b = le.AppendUint32(b, mode)
	b = le.AppendUint32(b, uint32(min(m.at, math.MaxUint32)))
	b = append(b, m.name...)
	return append(b, extra...)
}

// ending is what follows the records: sections 4.3.14 to 4.3.16.
func ending(count int, begin, size int64) []byte {
	le := binary.LittleEndian
	var b []byte
	if count >= math.MaxUint16 || begin >= math.MaxUint32 || size >= math.MaxUint32 {
		b = le.AppendUint32(b, 0x06064b50)
		b = le.AppendUint64(b, end64Len-12)
		b = le.AppendUint16(b, fromUnix|version45)
		b = le.AppendUint16(b, version45)
		b = le.AppendUint64(b, 0) // disks
		b = le.AppendUint64(b, uint64(count))
		b = le.AppendUint64(b, uint64(count))
		b = le.AppendUint64(b, uint64(size))
		b = le.AppendUint64(b, uint64(begin))
		b = le.AppendUint32(b, 0x07064b50)
		b = le.AppendUint32(b, 0)
		b = le.AppendUint64(b, uint64(begin+size))
		b = le.AppendUint32(b, 1)
	}
	b = le.AppendUint32(b, 0x06054b50)
	b = le.AppendUint32(b, 0)
	b = le.AppendUint16(b, uint16(min(count, math.MaxUint16)))
	b = le.AppendUint16(b, uint16(min(count, math.MaxUint16)))
	b = le.AppendUint32(b, uint32(min(size, math.MaxUint32)))
	b = le.AppendUint32(b, uint32(min(begin, math.MaxUint32)))
	return le.AppendUint16(b, 0)
}

// block is the head of a stored block.
func block(n int, last bool) [blockHead]byte {
	b := [blockHead]byte{}
	if last {
		b[0] = 1
	}
	binary.LittleEndian.PutUint16(b[1:], uint16(n))
	binary.LittleEndian.PutUint16(b[3:], ^uint16(n))
	return b
}
