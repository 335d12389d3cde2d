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
	"sync/atomic"
)

const (
	// defaultDocument is the largest document: a thousand full-page photos.
	defaultDocument = 4 << 30
	// defaultSpool bounds all documents together, so that a queue behind an empty paper tray can't fill the disk.
	defaultSpool = 16 << 30
	// defaultReserve stays free, so that the owner of this PC can go on working.
	defaultReserve = 512 << 20
	// defaultJobs and defaultPerOwner bound the jobs that have not ended: a class of forty printing at once, and one
	// person's folder of documents.
	defaultJobs, defaultPerOwner = 1000, 250
	// defaultUploads bounds the documents of one caller on the way at once.
	defaultUploads = 16

	// copyBuffer is the piece in which documents are written. Larger pieces measured slower.
	copyBuffer = 128 << 10
	// spaceEvery is how many bytes are written between two looks at the free space.
	spaceEvery = 8 << 20
)

func (l Limits) withDefaults() Limits {
	for _, f := range []struct {
		have *int64
		want int64
	}{{&l.Document, defaultDocument}, {&l.Spool, defaultSpool}, {&l.Reserve, defaultReserve}} {
		if *f.have == 0 {
			*f.have = f.want
		}
	}
	for _, f := range []struct {
		have *int
		want int
	}{{&l.Jobs, defaultJobs}, {&l.PerOwner, defaultPerOwner}, {&l.Uploads, defaultUploads}} {
		if *f.have == 0 {
			*f.have = f.want
		}
	}
	return l
}

// Why a document was not taken.
var (
	errTooBig      = errors.New("receive document: it is larger than this PC takes")
	errNoSpace     = errors.New("receive document: no space left on the PC with the printer")
	errEmpty       = errors.New("receive document: it is empty")
	errCompression = errors.New("receive document: its compression is damaged")
)

// receiver writes documents into the spool within the limits.
type receiver struct {
	spool  *spool
	limits Limits
	used   atomic.Int64 // bytes of all documents in the spool
}

// receive writes a document to the spool, uncompressed and durable, and returns its size and format. What arrived of
// one that fails is removed. takes tells whether a format is wanted.
func (r *receiver) receive(id int, body io.Reader, compression string, takes func(format string) bool) (size int64, format string, err error) {
	plain, err := decompress(body, compression)
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
	f, err := os.OpenFile(r.spool.partial(id), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, "", fmt.Errorf("receive document: %w", err)
	}
	size, err = r.copy(f, in)
	if serr := f.Sync(); err == nil && serr != nil {
		err = diskError(serr)
	}
	if cerr := f.Close(); err == nil && cerr != nil {
		err = diskError(cerr)
	}
	if err == nil {
		err = os.Rename(r.spool.partial(id), r.spool.document(id))
	}
	if err != nil {
		_ = os.Remove(r.spool.partial(id))
		r.used.Add(-size)
		return 0, "", err
	}
	return size, format, nil
}

func (r *receiver) copy(f *os.File, in io.Reader) (size int64, err error) {
	buf := make([]byte, copyBuffer)
	for look := int64(0); ; {
		if size >= look {
			look = size + spaceEvery
			if free, err := freeSpace(r.spool.dir); err == nil && free < r.limits.Reserve {
				return size, errNoSpace
			}
		}
		n, rerr := in.Read(buf)
		if size+int64(n) > r.limits.Document {
			return size, errTooBig
		}
		if n > 0 {
			size += int64(n)
			if r.used.Add(int64(n)) > r.limits.Spool {
				return size, errNoSpace
			}
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

// release gives back the room of a document that has been removed.
func (r *receiver) release(size int64) { r.used.Add(-size) }

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
