package guest

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"slices"
	"sort"
	"strings"
	"time"
)

// opener opens a file below a shared folder.
type opener func(path string) (*os.File, fs.FileInfo, error)

// archive is a zip archive that is made as it is read: an io.ReadSeeker that opens files only when their bytes are wanted. A
// file that is no longer what it was when the archive was laid out is an error.
type archive struct {
	folder  string // the shared one, for sums
	members []*member
	begin   int64 // of the directory
	end     int64 // of the directory, and begin of the ending
	ending  []byte
	open    opener
	sums    *sums
	ended   func() error // why nobody waits for it any more; nil: somebody does

	pos  int64
	part io.Reader // what is at pos, up to the end of some part; nil: to be found
	file *content  // the part, where it is of a file
	err  error     // the first, but for io.EOF
}

// errChanged says that a file of an archive is no longer what it was.
var errChanged = errors.New("a file changed while it was read")

// newArchive lays out an archive. It keeps members, and sorts them by name.
func newArchive(folder string, members []*member, open opener, s *sums) *archive {
	slices.SortFunc(members, func(a, b *member) int { return strings.Compare(a.name, b.name) })
	a := &archive{folder: folder, members: members, open: open, sums: s}
	for _, m := range members {
		m.at = a.begin
		a.begin = m.end()
	}
	a.end = a.begin
	for _, m := range members {
		m.record = a.end
		a.end += m.recordSize()
	}
	a.ending = ending(len(members), a.begin, a.end-a.begin)
	return a
}

// Size is the length of the archive in bytes.
func (a *archive) Size() int64 { return a.end + int64(len(a.ending)) }

// ETag names these bytes (RFC 9110 section 8.8.3), as far as names, sizes and times tell.
func (a *archive) ETag() string {
	h := sha256.New()
	for _, m := range a.members {
		fmt.Fprintf(h, "%q %d %d\n", m.name, m.size, m.mod.UnixNano())
		h.Write(m.text)
	}
	_, offset := time.Now().Zone() // the times in it are local
	fmt.Fprintln(h, offset)
	return fmt.Sprintf(`"%x"`, h.Sum(nil)[:16])
}

// Seek implements io.Seeker.
func (a *archive) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += a.pos
	case io.SeekEnd:
		offset += a.Size()
	}
	if offset < 0 {
		return 0, errors.New("seek: before the beginning")
	}
	if offset != a.pos {
		a.Close()
	}
	a.pos = offset
	return offset, nil
}

// Close closes the file that is open.
func (a *archive) Close() error {
	if a.file != nil {
		a.file.f.Close()
	}
	a.part, a.file = nil, nil
	return nil
}

// Read implements io.Reader.
func (a *archive) Read(p []byte) (int, error) {
	for {
		if a.err != nil {
			return 0, a.err
		}
		if a.pos >= a.Size() {
			return 0, io.EOF
		}
		if a.part == nil {
			if a.err = a.find(); a.err != nil {
				continue
			}
		}
		n, err := a.part.Read(p)
		a.pos += int64(n)
		if err == io.EOF {
			a.Close()
		} else {
			a.err = err
		}
		if n > 0 || len(p) == 0 {
			return n, nil
		}
	}
}

// find makes the part that has the byte at pos.
func (a *archive) find() error {
	if a.pos >= a.end {
		return a.bytes(a.ending, a.pos-a.end)
	}
	inDirectory := a.pos >= a.begin
	k := sort.Search(len(a.members), func(k int) bool {
		if inDirectory {
			return a.members[k].record > a.pos
		}
		return a.members[k].at > a.pos
	}) - 1
	m := a.members[k]
	if inDirectory {
		sum, err := a.sum(m)
		if err != nil {
			return err
		}
		return a.bytes(m.directory(sum), a.pos-m.record)
	}
	at := a.pos - m.at
	if at < m.headSize() {
		return a.bytes(m.head(), at)
	}
	at -= m.headSize()
	if at < packed(m.size) {
		return a.content(m, at)
	}
	sum, err := a.sum(m)
	if err != nil {
		return err
	}
	return a.bytes(m.descriptor(sum), at-packed(m.size))
}

func (a *archive) bytes(b []byte, from int64) error {
	a.part = bytes.NewReader(b[from:])
	return nil
}

// content makes the content of a file, from somewhere in its blocks on, the part.
func (a *archive) content(m *member, from int64) error {
	if m.text != nil {
		return a.bytes(blocks(m.text), from)
	}
	c, err := a.openContent(m)
	if err != nil {
		return err
	}
	c.at = from/(maxBlock+blockHead)*maxBlock + max(0, from%(maxBlock+blockHead)-blockHead)
	c.skip = min(from%(maxBlock+blockHead), blockHead)
	if c.at > 0 {
		if _, err := c.f.Seek(c.at, io.SeekStart); err != nil {
			c.f.Close()
			return err
		}
		c.hash = nil // it won't see all
	}
	a.part, a.file = c, c
	return nil
}

// blocks is a text as stored blocks; it fits into one.
func blocks(text []byte) []byte {
	head := block(len(text), true)
	return append(head[:], text...)
}

func (a *archive) openContent(m *member) (*content, error) {
	f, info, err := a.open(m.path)
	if err != nil {
		return nil, err
	}
	c := &content{a: a, m: m, f: f, hash: crc32.NewIEEE()}
	if !c.is(info) {
		f.Close()
		return nil, errChanged
	}
	return c, nil
}

// sum is the checksum of a file: one that was seen going by, or else it is read for that.
func (a *archive) sum(m *member) (uint32, error) {
	if m.text != nil {
		return crc32.ChecksumIEEE(m.text), nil
	}
	if m.size == 0 {
		return 0, nil
	}
	if sum, ok := a.sums.get(m.key(a.folder)); ok {
		return sum, nil
	}
	c, err := a.openContent(m)
	if err != nil {
		return 0, err
	}
	defer c.f.Close()
	if _, err := io.Copy(io.Discard, c); err != nil {
		return 0, err
	}
	return c.hash.Sum32(), nil
}
