package dav

import (
	"bytes"
	"context"
	"io"
	"path"
	"regexp"
	"sync"
	"time"

	"lanyard/share"
)

// Limits of throw-away files. They are in memory, and end with the program.
const (
	maxScrap     = 4 << 20  // bytes of one
	maxAllScraps = 16 << 20 // bytes in all: the oldest make room
	maxScraps    = 4096     // in all
)

// scrapNames are those of files that systems and programs put beside others for a moment, and without which they refuse to
// save: what macOS keeps of a file's icon and place, locks of LibreOffice, swap files of vim, and what GLib writes before it
// renames. Hidden names are not shared, so they are kept here, for the one caller who made them; nothing else is, as a hidden
// file that somebody means to keep must not seem kept.
var scrapNames = regexp.MustCompile(`^(\._.+|\.DS_Store|\.~lock\..+#|\..+\.sw[a-p]x?|\.goutputstream-[A-Z0-9]+)$`)

func scrapName(name string) bool { return len(name) < 256 && scrapNames.MatchString(name) }

// scrap is one throw-away file.
type scrap struct {
	content  []byte
	modified time.Time
}

// scraps are those of a Handler, by caller and path. The zero value is ready for use.
type scraps struct {
	mu    sync.Mutex
	of    map[string]scrap // mu guards the below
	order []string         // the oldest first
	size  int
}

func (s *scraps) get(key string) (scrap, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.of[key]
	return f, ok
}

func (s *scraps) put(key string, f scrap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropLocked(key)
	for len(s.order) > 0 && (s.size+len(f.content) > maxAllScraps || len(s.order) >= maxScraps) {
		s.dropLocked(s.order[0])
	}
	if s.of == nil {
		s.of = map[string]scrap{}
	}
	s.of[key] = f
	s.order = append(s.order, key)
	s.size += len(f.content)
}

func (s *scraps) drop(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dropLocked(key)
}

func (s *scraps) dropLocked(key string) {
	f, ok := s.of[key]
	if !ok {
		return
	}
	delete(s.of, key)
	s.size -= len(f.content)
	for n, k := range s.order {
		if k == key {
			s.order = append(s.order[:n:n], s.order[n+1:]...)
			return
		}
	}
}

// withScraps is a file system in which throw-away files seem to be.
type withScraps struct {
	FileSystem
	s   *scraps
	who string
}

func (w *withScraps) key(p string) string { return w.who + "\x00" + p }

func isScrap(p string) bool { return scrapName(path.Base(p)) }

var errNoScrap = &share.Error{Code: share.NotFound, Text: "there is no such file or folder"}

// find returns a throw-away file.
func (w *withScraps) find(p string) (scrap, error) {
	if f, ok := w.s.get(w.key(p)); ok {
		return f, nil
	}
	return scrap{}, errNoScrap
}

// Stat implements FileSystem.
func (w *withScraps) Stat(ctx context.Context, p string) (share.Entry, error) {
	if !isScrap(p) {
		return w.FileSystem.Stat(ctx, p)
	}
	f, err := w.find(p)
	return share.Entry{Name: path.Base(p), Size: int64(len(f.content)), Modified: f.modified}, err
}

// Open implements FileSystem.
func (w *withScraps) Open(ctx context.Context, p string) (io.ReadSeekCloser, error) {
	if !isScrap(p) {
		return w.FileSystem.Open(ctx, p)
	}
	f, err := w.find(p)
	if err != nil {
		return nil, err
	}
	return struct {
		io.ReadSeeker
		io.Closer
	}{bytes.NewReader(f.content), io.NopCloser(nil)}, nil
}

// Create implements FileSystem.
func (w *withScraps) Create(ctx context.Context, p string, size int64, modified time.Time) (Draft, error) {
	if !isScrap(p) {
		return w.FileSystem.Create(ctx, p, size, modified)
	}
	return &scrapDraft{w: w, p: p}, nil
}

// Mkdir implements FileSystem.
func (w *withScraps) Mkdir(ctx context.Context, p string) error {
	if isScrap(p) {
		return &share.Error{Code: share.Denied, Text: "hidden files are not shared", Path: p}
	}
	return w.FileSystem.Mkdir(ctx, p)
}

// Remove implements FileSystem.
func (w *withScraps) Remove(ctx context.Context, p string) error {
	if isScrap(p) {
		w.s.drop(w.key(p))
		return nil
	}
	return w.FileSystem.Remove(ctx, p)
}

// Chtimes implements FileSystem.
func (w *withScraps) Chtimes(ctx context.Context, p string, modified time.Time) error {
	if isScrap(p) {
		return nil
	}
	return w.FileSystem.Chtimes(ctx, p, modified)
}

// Move implements FileSystem. A throw-away file that gets an ordinary name becomes a file.
func (w *withScraps) Move(ctx context.Context, from, to string, over bool) error {
	if !isScrap(from) && !isScrap(to) {
		return w.FileSystem.Move(ctx, from, to, over)
	}
	if !isScrap(from) { // it would be gone with the program
		return &share.Error{Code: share.Denied, Text: "hidden files are not shared", Path: to}
	}
	err := w.Copy(ctx, from, to, over)
	if err == nil {
		w.s.drop(w.key(from))
	}
	return err
}

// Copy implements FileSystem.
func (w *withScraps) Copy(ctx context.Context, from, to string, over bool) error {
	if !isScrap(from) && !isScrap(to) {
		return w.FileSystem.Copy(ctx, from, to, over)
	}
	f, err := w.find(from)
	if err != nil {
		return &share.Error{Code: share.Denied, Text: "hidden files are not shared", Path: to}
	}
	if isScrap(to) {
		w.s.put(w.key(to), f)
		return nil
	}
	d, err := w.FileSystem.Create(ctx, to, int64(len(f.content)), f.modified)
	if err != nil {
		return err
	}
	defer d.Discard()
	if _, err := d.Write(f.content); err != nil {
		return err
	}
	return d.Commit(!over)
}

// scrapDraft is a throw-away file that is being written.
type scrapDraft struct {
	w *withScraps
	p string
	b bytes.Buffer
}

// Write implements io.Writer.
func (d *scrapDraft) Write(b []byte) (int, error) {
	if d.b.Len()+len(b) > maxScrap {
		return 0, &share.Error{Code: share.Full, Text: "hidden files are not shared, and it is too large to be kept for a moment", Path: d.p}
	}
	return d.b.Write(b)
}

// Commit implements Draft.
func (d *scrapDraft) Commit(bool) error {
	d.w.s.put(d.w.key(d.p), scrap{d.b.Bytes(), time.Now()})
	return nil
}

// Discard implements Draft.
func (d *scrapDraft) Discard() {}
