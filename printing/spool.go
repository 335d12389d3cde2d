package printing

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/OpenPrinting/goipp"
)

// stage is how far a job has come on its way to paper. It is on disk before the step after it begins, so that after
// a crash the next start knows what may have happened.
type stage string

const (
	stageIncoming   stage = "incoming"   // made, its document not yet whole
	stageWaiting    stage = "waiting"    // document on disk, waits for its turn
	stageSubmitting stage = "submitting" // the print system has a job for it, perhaps the document
	stageSubmitted  stage = "submitted"  // the print system has said that it has the document
	stageHeld       stage = "held"       // nobody can know whether it was printed: a person must say
	stageEnded      stage = "ended"
)

// record is a job on disk.
type record struct {
	ID        int       `json:"id"`
	UUID      string    `json:"uuid"`
	Printer   string    `json:"printer"`
	Queue     string    `json:"queue,omitempty"`
	Dir       string    `json:"dir,omitempty"`
	Owner     string    `json:"owner"`
	OwnerName string    `json:"ownerName"`
	User      string    `json:"user,omitempty"` // who the request said it was: only to tell the owner's own jobs apart
	Name      string    `json:"name"`
	Format    string    `json:"format"`
	Size      int64     `json:"size"`
	Template  []byte    `json:"template"` // Job Template attributes as an IPP message
	Stage     stage     `json:"stage"`
	Ref       string    `json:"ref,omitempty"`       // what the print system calls it
	Written   []string  `json:"written,omitempty"`   // names given in Dir, the last perhaps not yet there
	MoveTo    string    `json:"moveTo,omitempty"`    // the printer that it is to go to when its print system lets go of it
	Before    []string  `json:"before,omitempty"`    // the printers that it was at before
	Canceling string    `json:"canceling,omitempty"` // the reason when somebody wants it ended and it hasn't yet
	State     JobState  `json:"state"`
	Reasons   []string  `json:"reasons,omitempty"`
	Message   string    `json:"message,omitempty"`
	Pages     int       `json:"pages,omitempty"`
	Sheets    int       `json:"sheets,omitempty"`
	Total     int       `json:"total,omitempty"`
	Stuck     bool      `json:"stuck,omitempty"`   // its printer stood still when last looked at
	Twice     bool      `json:"twice,omitempty"`   // the print system began it more than once
	Turn      float64   `json:"turn,omitempty"`    // its place in line, where its owner has put it elsewhere than its number does
	Hold      bool      `json:"hold,omitempty"`    // somebody wants it held until it is released
	PIN       *pinLock  `json:"pin,omitempty"`     // that it waits for
	ByOwner   bool      `json:"byOwner,omitempty"` // this PC itself sent it
	Spent     []Count   `json:"spent,omitempty"`   // what it printed before it began anew
	Begun     string    `json:"begun,omitempty"`   // SystemState.Begun when it was first seen
	Kept      time.Time `json:"kept,omitzero"`     // until when the document of a job that has ended is kept
	Created   time.Time `json:"created"`
	Started   time.Time `json:"started,omitzero"` // of processing
	Ended     time.Time `json:"ended,omitzero"`
}

func encodeTemplate(attrs goipp.Attributes) ([]byte, error) {
	m := goipp.NewRequest(goipp.DefaultVersion, 0, 1)
	m.Job = attrs
	return m.EncodeBytes()
}

func decodeTemplate(b []byte) goipp.Attributes {
	var m goipp.Message
	if len(b) == 0 || m.DecodeBytes(b) != nil {
		return nil
	}
	return m.Job
}

// spool keeps records and documents in one folder: N.json and N.doc, and N.part while a document arrives. N.last is an
// empty file that remembers the highest number when nothing else of that job is left.
type spool struct{ dir string }

func openSpool(dir string) (*spool, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make spool: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil { // #nosec G302 -- a folder; it may have been made by another hand
		return nil, fmt.Errorf("make spool: %w", err)
	}
	return &spool{dir}, nil
}

// head returns the first bytes of a document, as many as readRaster needs and there are.
func (s *spool) head(id int) ([]byte, error) {
	f, err := os.Open(s.document(id))
	if err != nil {
		return nil, fmt.Errorf("read document: %w", err)
	}
	defer f.Close()
	head := make([]byte, rasterHead)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.ErrUnexpectedEOF {
		return nil, fmt.Errorf("read document: %w", err)
	}
	return head[:n], nil
}

func (s *spool) document(id int) string { return filepath.Join(s.dir, fmt.Sprintf("%d.doc", id)) }
func (s *spool) partial(id int) string  { return filepath.Join(s.dir, fmt.Sprintf("%d.part", id)) }
func (s *spool) recordFile(id int) string {
	return filepath.Join(s.dir, fmt.Sprintf("%d.json", id))
}

// save writes a record so that after a crash either it or the one before is there.
func (s *spool) save(r *record) error { return s.saveState(fmt.Sprintf("%d.json", r.ID), r) }

// replaceSynced makes b the content of a file so that after a crash either it or what was there before is.
func replaceSynced(name string, b []byte) error {
	if err := writeSynced(name+".new", b); err != nil {
		return err
	}
	if err := os.Rename(name+".new", name); err != nil {
		return err
	}
	return syncDir(filepath.Dir(name))
}

func writeSynced(name string, b []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) // #nosec G304 -- in the spool, by number
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if serr := f.Sync(); err == nil {
		err = serr
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = os.Remove(name)
	}
	return err
}

// load returns all records by ID, and the highest ID that any file has. Unreadable records are set aside as .bak and
// returned by file name; files that belong to no record, left by a crash, are removed.
func (s *spool) load() (records []*record, last int, damaged []string, err error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, 0, nil, fmt.Errorf("read spool: %w", err)
	}
	known := map[string]bool{}
	for _, e := range entries {
		base, ext, _ := strings.Cut(e.Name(), ".")
		if n, err := strconv.Atoi(base); err == nil {
			last = max(last, n)
		}
		if ext == "json.bak" {
			known[base] = true
		}
		if ext != "json" || !e.Type().IsRegular() {
			continue
		}
		r, err := s.read(e.Name())
		if err != nil || fmt.Sprint(r.ID) != base {
			damaged = append(damaged, e.Name())
			_ = os.Rename(filepath.Join(s.dir, e.Name()), filepath.Join(s.dir, e.Name()+".bak"))
			known[base] = true // its document may be all that is left of it: keep that too
			continue
		}
		known[base] = true
		records = append(records, r)
	}
	for _, e := range entries {
		base, ext, _ := strings.Cut(e.Name(), ".")
		if ext == "part" || ext == "json.new" || ext == "doc" && !known[base] || ext == "last" && base != strconv.Itoa(last) {
			_ = os.Remove(filepath.Join(s.dir, e.Name()))
		}
	}
	slices.SortFunc(records, func(a, b *record) int { return a.ID - b.ID })
	return records, last, damaged, nil
}

func (s *spool) read(name string) (*record, error) {
	b, err := os.ReadFile(filepath.Join(s.dir, name)) // #nosec G304 -- a name that ReadDir gave
	if err != nil {
		return nil, err
	}
	r := &record{}
	if err := json.Unmarshal(b, r); err != nil {
		return nil, err
	}
	if r.ID <= 0 || r.State < JobPending || r.State > JobCompleted || r.Stage == "" {
		return nil, errors.New("read job: fields are missing")
	}
	return r, nil
}

// dropDocument removes the document of an ended job.
func (s *spool) dropDocument(id int) {
	_ = os.Remove(s.partial(id))
	_ = os.Remove(s.document(id))
}

// mark remembers the highest number that a job had.
func (s *spool) mark(id int) error {
	return writeSynced(filepath.Join(s.dir, fmt.Sprintf("%d.last", id)), nil)
}

// forget removes all of a job.
func (s *spool) forget(id int) {
	s.dropDocument(id)
	_ = os.Remove(s.recordFile(id))
}

// saveState writes something that is no job, under a name that no job has.
func (s *spool) saveState(file string, v any) error {
	b, err := json.Marshal(v)
	if err == nil {
		err = replaceSynced(filepath.Join(s.dir, file), b)
	}
	if err != nil {
		return fmt.Errorf("save %s: %w", file, err)
	}
	return nil
}

// loadState fills v with what saveState saved, if it did. What can't be read is kept as .bak, and v is as it was.
func loadState[T any](s *spool, file string, v *T) (damaged bool) {
	name := filepath.Join(s.dir, file)
	b, err := os.ReadFile(name) // #nosec G304 -- in the spool
	if errors.Is(err, os.ErrNotExist) {
		return false
	}
	var read T
	if err == nil {
		err = json.Unmarshal(b, &read)
	}
	if err != nil {
		_ = os.Rename(name, name+".bak")
		return true
	}
	*v = read
	return false
}
