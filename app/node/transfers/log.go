package transfers

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
)

// log is one file of results.
type log struct {
	root *os.Root
	name string

	f     *os.File // while an attempt runs
	w     *bufio.Writer
	count int   // lines
	at    int   // the reader's place: the line that
	off   int64 // begins here
}

func (l *log) open() error {
	f, err := l.root.OpenFile(l.name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	l.f, l.w = f, bufio.NewWriterSize(f, logBuf)
	if end, err := f.Seek(0, io.SeekEnd); err == nil && end > 0 {
		last := []byte{'\n'}
		if _, err := f.ReadAt(last, end-1); err == nil && last[0] != '\n' {
			_ = l.w.WriteByte('\n') // after a line that a crash has cut off
		}
	}
	return nil
}

func (l *log) add(res Result) {
	line, err := json.Marshal(res)
	if err != nil || len(line) >= maxLine || l.w == nil {
		return
	}
	_, _ = l.w.Write(line) // a full disk costs results, not the transfer
	_ = l.w.WriteByte('\n')
	l.count++
}

func (l *log) close() error {
	err := l.w.Flush()
	if serr := l.f.Sync(); err == nil {
		err = serr
	}
	l.f.Close()
	l.f, l.w = nil, nil
	return err
}

var errStop = errors.New("stop")

// page appends count results from the from-th on. Who reads on where the last page ended finds the place at once.
func (l *log) page(list []Result, from, count int) ([]Result, error) {
	if from < l.at {
		l.at, l.off = 0, 0
	}
	err := l.readFrom(l.off, func(res Result, end int64) error {
		if l.at >= from {
			if count == 0 {
				return errStop
			}
			list = append(list, res)
			count--
		}
		l.at++
		l.off = end
		return nil
	})
	if errors.Is(err, errStop) {
		err = nil
	}
	return list, err
}

// read calls each with all results.
func (l *log) read(each func(Result) error) error {
	return l.readFrom(0, func(res Result, _ int64) error { return each(res) })
}

// readFrom calls each with all results from a place in the file on, and where each ends. Lines that make no sense are passed over.
func (l *log) readFrom(off int64, each func(_ Result, end int64) error) error {
	f, err := l.root.Open(l.name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Seek(off, io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReaderSize(f, maxLine)
	for {
		line, err := in.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			off += int64(len(line))
			continue // its rest makes no sense either
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		off += int64(len(line))
		var res Result
		if json.Unmarshal(line, &res) == nil && res.Path != "" {
			if err := each(res, off); err != nil {
				return err
			}
		}
	}
}
