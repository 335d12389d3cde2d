package guest

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"io"
	"io/fs"
	"os"
	"sync"
)

// maxSums is how many checksums of files are remembered, 20 bytes each: who goes on with a broken download should not make
// this PC read again all that came before.
const maxSums = 200_000

// content reads a file as stored blocks.
type content struct {
	a    *archive
	m    *member
	f    *os.File
	at   int64       // in the file
	skip int64       // bytes of the head of the block at hand that are not wanted, or were read
	hash hash.Hash32 // of all that was read; nil where that is not all
}

// is tells whether a file is still the one that was laid out.
func (c *content) is(info fs.FileInfo) bool {
	return info.Size() == c.m.size && info.ModTime().Equal(c.m.mod)
}

func (c *content) Read(p []byte) (int, error) {
	if c.a.ended != nil { // who goes on far behind waits while all that came before is read for its checksums
		if err := c.a.ended(); err != nil {
			return 0, err
		}
	}
	if c.at >= c.m.size {
		return 0, c.complete()
	}
	inBlock := c.at % maxBlock
	left := min(maxBlock-inBlock, c.m.size-c.at) // of the block
	if inBlock == 0 && c.skip < blockHead {
		head := block(int(left), c.at+left == c.m.size)
		n := copy(p, head[c.skip:])
		c.skip += int64(n)
		return n, nil
	}
	n, err := c.f.Read(p[:min(int64(len(p)), left)])
	if n == 0 && err == io.EOF || n == 0 && err == nil {
		return 0, errChanged // shorter than it was
	}
	if c.hash != nil {
		c.hash.Write(p[:n])
	}
	if c.at += int64(n); c.at%maxBlock == 0 {
		c.skip = 0
	}
	if err == io.EOF {
		err = nil
	}
	return n, err
}

// complete is the end of a file: io.EOF if it is still what it was.
func (c *content) complete() error {
	info, err := c.f.Stat()
	if err != nil {
		return err
	}
	if !c.is(info) {
		return errChanged
	}
	if c.hash != nil {
		c.a.sums.put(c.m.key(c.a.folder), c.hash.Sum32())
	}
	return io.EOF
}

// steady reads a file for as long as it is what it was when it was opened: half of one version and half of the next must not
// pass for a whole file.
type steady struct {
	*os.File
	was fs.FileInfo
	err error // the first, but for io.EOF
}

// Read implements io.Reader.
func (s *steady) Read(p []byte) (int, error) {
	n, err := s.File.Read(p)
	if info, fault := s.File.Stat(); fault != nil {
		s.err = fault
	} else if info.Size() != s.was.Size() || !info.ModTime().Equal(s.was.ModTime()) {
		s.err = errChanged
	} else if err != nil && err != io.EOF {
		s.err = err
	}
	if s.err != nil {
		return 0, s.err // not even what was read: it may be of the next version
	}
	return n, err
}

// sums remembers checksums of files. Its zero value is empty.
type sums struct {
	mu sync.Mutex
	m  map[[16]byte]uint32 // mu guards it
}

// key names what a file was when the archive was laid out.
func (m *member) key(folder string) (k [16]byte) {
	b := binary.BigEndian.AppendUint64(nil, uint64(m.size)) // #nosec G115 -- only hashed
	b = binary.BigEndian.AppendUint64(b, uint64(m.mod.UnixNano()))
	sum := sha256.Sum256(append(b, folder+"/"+m.path...))
	copy(k[:], sum[:])
	return k
}

func (s *sums) get(k [16]byte) (uint32, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum, ok := s.m[k]
	return sum, ok
}

func (s *sums) put(k [16]byte, sum uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.m == nil || len(s.m) >= maxSums {
		s.m = map[[16]byte]uint32{}
	}
	s.m[k] = sum
}
