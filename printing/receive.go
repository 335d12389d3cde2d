package printing

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"os"
)

const (
	// copyBuffer is the piece in which documents are written. Larger pieces measured slower.
	copyBuffer = 128 << 10
	// spaceEvery is how many bytes are written between two looks at the free space.
	spaceEvery = 8 << 20
	// bombRatio is how many times smaller than itself a document may arrive; bombSize, what is not looked at. What is
	// printed hardly shrinks 50 times, and the worst that deflate can pack is 1032 times.
	bombRatio, bombSize = 200, 64 << 20
)

// Why a document was not taken.
var (
	errTooBig      = errors.New("receive document: it is larger than this PC takes")
	errNoSpace     = errors.New("receive document: no space left on the PC with the printer")
	errEmpty       = errors.New("receive document: it is empty")
	errCompression = errors.New("receive document: its compression is damaged")
	errBomb        = errors.New("receive document: it grows out of all proportion when it is decompressed")
	errSlow        = errors.New("receive document: it came too slowly")
)

// receiver writes documents into the spool within the limits.
type receiver struct {
	spool *spool
	used  quota
}

// arriving is a document on its way.
type arriving struct {
	id     int   // of its job
	from   party // whose it is
	limit  int64 // of its size
	packed *countingReader
	plain  io.Reader
	screen screen
}

// receive writes the document of job id to the spool, uncompressed and durable, and returns its size and format. What
// arrived of one that fails is removed. takes tells whether a format is wanted.
func (r *receiver) receive(id int, from party, body io.Reader, compression string, takes func(format string) bool) (size int64, format string, err error) {
	a := &arriving{id: id, from: from, limit: r.used.limits.Document, packed: &countingReader{r: body}}
	if from.guest {
		a.limit = r.used.limits.GuestDocument
	}
	plain, err := decompress(a.packed, compression)
	if err != nil {
		return 0, "", err
	}
	in := bufio.NewReaderSize(plain, copyBuffer)
	head, err := in.Peek(sniffLength)
	switch {
	case len(head) == 0 && (err == nil || err == io.EOF):
		return 0, "", errEmpty
	case err != nil && err != io.EOF:
		return 0, "", arrival(err)
	}
	if format = SniffFormat(head); format == "" || !takes(format) {
		return 0, format, &FormatError{Format: format}
	}
	a.plain, a.screen.text = in, format == formatText
	if size, err = r.keep(a); err != nil {
		return 0, "", err
	}
	return size, format, nil
}

// keep makes the document a file of the spool, or leaves nothing of it.
func (r *receiver) keep(a *arriving) (size int64, err error) {
	f, err := os.OpenFile(r.spool.partial(a.id), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, fmt.Errorf("receive document: %w", err)
	}
	size, err = r.copy(f, a)
	if serr := f.Sync(); err == nil && serr != nil {
		err = diskError(serr)
	}
	if cerr := f.Close(); err == nil && cerr != nil {
		err = diskError(cerr)
	}
	if err == nil {
		err = os.Rename(r.spool.partial(a.id), r.spool.document(a.id))
	}
	if err != nil {
		_ = os.Remove(r.spool.partial(a.id))
		r.used.add(a.from, -size)
		return 0, err
	}
	return size, nil
}

// copy writes the document and returns how much room it took, also of one that fails.
func (r *receiver) copy(f *os.File, a *arriving) (size int64, err error) {
	buf := make([]byte, copyBuffer)
	for look := int64(0); ; {
		if size >= look {
			look = size + spaceEvery
			if free, err := freeSpace(r.spool.dir); err == nil && free < r.used.limits.Reserve {
				return size, errNoSpace
			}
		}
		n, rerr := a.plain.Read(buf)
		if err := a.check(buf[:n], size+int64(n)); err != nil {
			return size, err
		}
		if n > 0 {
			if err := r.used.take(a.from, int64(n)); err != nil {
				return size, err
			}
			size += int64(n)
			if _, err := f.Write(buf[:n]); err != nil {
				return size, diskError(err)
			}
		}
		if rerr == io.EOF {
			return size, nil
		}
		if rerr != nil {
			return size, arrival(rerr)
		}
	}
}

// check looks at the next piece of the document, with which it has size bytes.
func (a *arriving) check(piece []byte, size int64) error {
	switch {
	case size > a.limit:
		return errTooBig
	case size > bombSize && size/bombRatio > a.packed.n:
		return errBomb
	case !a.screen.passes(piece):
		return &FormatError{}
	}
	return nil
}

// release gives back the room of a document that has been removed.
func (r *receiver) release(j *job) { r.used.add(j.party, -j.Size) }

// countingReader counts what is read.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func diskError(err error) error {
	if isNoSpace(err) {
		return errNoSpace
	}
	return fmt.Errorf("receive document: %w", err)
}

// arrival tells a damaged compression from a broken connection.
func arrival(err error) error {
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) ||
		errors.Is(err, zlib.ErrChecksum) || errors.Is(err, zlib.ErrHeader) {
		return errCompression
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errSlow
	}
	return fmt.Errorf("receive document: %w", err)
}

// decompress undoes the compression of RFC 8011 section 5.4.32. "deflate" is the bare RFC 1951 stream to CUPS and the
// RFC 1950 one to others: the first two bytes tell.
func decompress(body io.Reader, compression string) (io.Reader, error) {
	switch compression {
	case "", "none":
		return body, nil
	case "gzip":
		z, err := gzip.NewReader(body)
		if err != nil {
			return nil, errCompression
		}
		return z, nil
	}
	in := bufio.NewReader(body)
	if h, _ := in.Peek(2); len(h) == 2 && h[0]&0x0f == 8 && (int(h[0])<<8|int(h[1]))%31 == 0 {
		z, err := zlib.NewReader(in)
		if err != nil {
			return nil, errCompression
		}
		return z, nil
	}
	return flate.NewReader(in), nil
}
