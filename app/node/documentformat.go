package node

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"lanyard/printing"
)

// sniffed is how much of a document tells its format.
const sniffed = 1024

// DocumentFormat returns the MIME type of a local document as printers here go by it: by its content, whatever it is
// called. It is "" for a document of a kind that none takes, and a *fs.PathError for what is no file, or is empty.
func DocumentFormat(path string) (string, error) {
	info, err := os.Stat(path) // not to wait for the other end of a pipe
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", &fs.PathError{Op: "open", Path: path, Err: errors.New("it is no file")}
	}
	f, err := os.Open(path) // #nosec G304 -- the document that the person named
	if err != nil {
		return "", err
	}
	defer f.Close()
	head := make([]byte, sniffed)
	n, err := io.ReadFull(f, head)
	switch {
	case n == 0:
		return "", &fs.PathError{Op: "read", Path: path, Err: errors.New("it is empty")}
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return "", err
	}
	return printing.SniffFormat(head[:n]), nil
}
