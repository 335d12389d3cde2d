package printing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

const (
	// folderCopies is the most copies, which are files, of one job.
	folderCopies = 99
	// maxFileName leaves room for " (99)" and an extension in the 255 bytes that file systems allow.
	maxFileName = 200
)

// folderCaps are the attributes of a printer that keeps documents as files. It does copies; it doesn't claim what it
// can't do to a document that it doesn't open.
func folderCaps() ipp.Attrs {
	a4, letter := goipp.String("iso_a4_210x297mm"), goipp.String("na_letter_8.5x11in")
	kw := func(name string, first string, rest ...string) goipp.Attribute { return keywords(name, first, rest...) }
	dpi := goipp.Resolution{Xres: 300, Yres: 300, Units: goipp.UnitsDpi}
	size := func(s goipp.String) goipp.Collection { x, y, _ := mediaSize(string(s)); return sizeCol(x, y) }
	col := func(s goipp.String) goipp.Collection {
		c := goipp.Collection{goipp.MakeAttr("media-size", goipp.TagBeginCollection, size(s))}
		for _, side := range []string{"bottom", "left", "right", "top"} {
			c.Add(goipp.MakeAttr("media-"+side+"-margin", goipp.TagInteger, goipp.Integer(0)))
		}
		return c
	}
	attrs := goipp.Attributes{
		goipp.MakeAttr("printer-make-and-model", goipp.TagText, goipp.String("Print to folder")),
		goipp.MakeAttr("printer-device-id", goipp.TagText, goipp.String("MFG:Lanyard;MDL:Print to folder;CMD:PDF,JPEG,PNG,PWGRaster,URF;")),
		goipp.MakeAttr("color-supported", goipp.TagBoolean, goipp.Boolean(true)),
		goipp.MakeAttr("copies-supported", goipp.TagRange, goipp.Range{Lower: 1, Upper: folderCopies}),
		goipp.MakeAttr("copies-default", goipp.TagInteger, goipp.Integer(1)),
		goipp.MakeAttr("document-format-supported", goipp.TagMimeType, goipp.String(formatOctet), goipp.String(formatPDF),
			goipp.String(formatJPEG), goipp.String(formatPNG), goipp.String(formatPWG), goipp.String(formatURF), goipp.String(formatText)),
		goipp.MakeAttr("document-format-preferred", goipp.TagMimeType, goipp.String(formatPDF)),
		goipp.MakeAttr("media-supported", goipp.TagKeyword, a4, letter),
		goipp.MakeAttr("media-ready", goipp.TagKeyword, a4, letter),
		goipp.MakeAttr("media-default", goipp.TagKeyword, a4),
		goipp.MakeAttr("media-size-supported", goipp.TagBeginCollection, size(a4), size(letter)),
		goipp.MakeAttr("media-col-default", goipp.TagBeginCollection, col(a4)),
		goipp.MakeAttr("media-col-ready", goipp.TagBeginCollection, col(a4), col(letter)),
		goipp.MakeAttr("media-col-database", goipp.TagBeginCollection, col(a4), col(letter)),
		kw("sides-supported", "one-sided"), kw("sides-default", "one-sided"),
		kw("print-color-mode-supported", "color", "auto"), kw("print-color-mode-default", "auto"),
		goipp.MakeAttr("printer-resolution-supported", goipp.TagResolution, dpi),
		goipp.MakeAttr("printer-resolution-default", goipp.TagResolution, dpi),
		goipp.MakeAttr("pwg-raster-document-resolution-supported", goipp.TagResolution, dpi),
		kw("pwg-raster-document-type-supported", "sgray_8", "srgb_8"),
		kw("urf-supported", "V1.4", "CP99", "W8", "SRGB24", "PQ4", "RS300", "DM1"),
	}
	for _, side := range []string{"bottom", "left", "right", "top"} {
		attrs.Add(goipp.MakeAttr("media-"+side+"-margin-supported", goipp.TagInteger, goipp.Integer(0)))
	}
	return checkedCaps(ipp.Attrs(attrs))
}

// printToFolder writes a job's copies as files. Each name is on record before the file gets it, so that after a crash
// the next run knows which copies are there.
func (s *Server) printToFolder(ctx context.Context, j *job) {
	s.mu.Lock()
	if j.Canceling != "" {
		s.endLocked(j, JobCanceled, "", j.Canceling)
		s.mu.Unlock()
		return
	}
	if j.Stage == stageHeld { // in the last moment
		s.mu.Unlock()
		return
	}
	j.Started = time.Now()
	s.moveLocked(j, stageSubmitting, JobProcessing, "", "job-printing")
	copies, ok := ipp.Attrs(decodeTemplate(j.Template)).Int("copies")
	if !ok {
		copies = 1
	}
	w := folderWriter{server: s, job: j}
	s.mu.Unlock()
	for ctx.Err() == nil {
		err := w.write(ctx, copies)
		if err == nil || ctx.Err() != nil {
			break
		}
		s.log.Debug("folder took no document", "job", j.ID, "error", err)
		s.show(j, SystemState{State: JobStopped, Reasons: []string{"printer-stopped"}, Message: folderTrouble(err)})
		select {
		case <-ctx.Done():
		case <-time.After(lookAgain):
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case w.done == copies:
		s.endLocked(j, JobCompleted, "", "job-completed-successfully")
	case j.Canceling != "":
		s.endLocked(j, JobCanceled, "", j.Canceling)
	}
}

func (s *Server) show(j *job, st SystemState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.showLocked(j, st)
}

func folderTrouble(err error) string {
	switch {
	case isNoSpace(err):
		return "the disk of the folder is full"
	case errors.Is(err, fs.ErrNotExist):
		return "the folder is not there"
	case errors.Is(err, fs.ErrPermission):
		return "the folder may not be written to"
	}
	return "the folder takes no files"
}

// folderWriter writes one job's files.
type folderWriter struct {
	server *Server
	job    *job
	done   int // copies that are there
}

func (w *folderWriter) write(ctx context.Context, copies int) error {
	root, err := os.OpenRoot(w.job.Dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for ; w.done < copies; w.done++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.one(ctx, root, w.done); err != nil {
			return err
		}
	}
	return syncDir(w.job.Dir)
}

// one makes copy number n (from 0) be there, unless it is.
func (w *folderWriter) one(ctx context.Context, root *os.Root, n int) error {
	temp := fmt.Sprintf(".lanyard-%s-%d.part", strings.TrimPrefix(w.job.UUID, "urn:uuid:"), n)
	if there, err := w.there(root, temp, n); there || err != nil {
		return err
	}
	if err := w.copy(ctx, root, temp); err != nil {
		_ = root.Remove(temp)
		return err
	}
	base, ext := fileName(w.job.Name), formats[w.job.Format]
	for try := 1; ; try++ {
		name := base + ext
		if try > 1 {
			name = fmt.Sprintf("%s (%d)%s", base, try, ext)
		}
		if _, err := root.Lstat(name); err == nil {
			continue
		}
		if err := w.record(n, name); err != nil {
			return err
		}
		err := place(root, temp, name)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		return err
	}
}

// there tells whether copy n was finished by an earlier run: its name is on record and the temporary file, which is
// there until the name is, has gone or is the same file.
func (w *folderWriter) there(root *os.Root, temp string, n int) (bool, error) {
	w.server.mu.Lock()
	var name string
	if n < len(w.job.Written) {
		name = w.job.Written[n]
	}
	size := w.job.Size
	w.server.mu.Unlock()
	if name == "" {
		return false, nil
	}
	final, err := root.Lstat(name)
	if err != nil || final.Size() != size {
		return false, nil
	}
	part, err := root.Lstat(temp)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil || !os.SameFile(part, final) {
		return false, err
	}
	return true, root.Remove(temp)
}

func (w *folderWriter) record(n int, name string) error {
	w.server.mu.Lock()
	defer w.server.mu.Unlock()
	w.job.Written = append(w.job.Written[:min(n, len(w.job.Written))], name)
	return w.server.spool.save(&w.job.record)
}

func (w *folderWriter) copy(ctx context.Context, root *os.Root, temp string) error {
	in, err := os.Open(w.server.spool.document(w.job.ID))
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666) // a document of the owner's, like any other
	if err != nil {
		return err
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{out}, &stopReader{ctx, in}, make([]byte, copyBuffer))
	if serr := out.Sync(); err == nil {
		err = serr
	}
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	return err
}

// place gives a finished file its name, which must be free: by a link, which fails where the name is taken, or, where
// the file system has no links, by claiming the name with an empty file first.
func place(root *os.Root, temp, name string) error {
	err := root.Link(temp, name)
	if err == nil {
		return root.Remove(temp)
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return root.Rename(temp, name)
}

// stopReader ends a copy when its context does.
type stopReader struct {
	ctx context.Context
	r   io.Reader
}

func (s *stopReader) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}

// fileName makes a file name, without extension, out of a job name, which comes from strangers: one that is the same
// file on every system, visible, and no device.
func fileName(job string) string {
	name := ipp.Clean(job, 1024)
	for _, ext := range formats {
		if len(name) > len(ext) && strings.EqualFold(name[len(name)-len(ext):], ext) {
			name = name[:len(name)-len(ext)]
		}
	}
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r == utf8.RuneError {
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(ipp.Clean(name, maxFileName), ". ")
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch stem = strings.TrimRight(stem, " "); {
	case name == "":
		return "document"
	case stem == "CON", stem == "PRN", stem == "AUX", stem == "NUL", stem == "CONIN$", stem == "CONOUT$",
		len([]rune(stem)) == 4 && (strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT")) &&
			strings.ContainsAny(stem[3:], "0123456789¹²³"):
		return "_" + name
	}
	return name
}
