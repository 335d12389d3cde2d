package preview

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"os"
	"sync"
	"time"
)

// The formats that can be drawn, as MIME types. Of all others there is no preview.
const (
	PDF  = "application/pdf"
	JPEG = "image/jpeg"
	PNG  = "image/png"
)

// What keeps a document, or a page of it, from being shown. It may be fit to print all the same.
var (
	ErrFormat   = errors.New("documents of this kind can't be shown here")
	ErrDamaged  = errors.New("the document is damaged")
	ErrLocked   = errors.New("the document asks for a password")
	ErrTooLarge = errors.New("the document is too large to be shown here")
	ErrTooSlow  = errors.New("the document takes too long to be drawn")
)

const (
	// patience is how long a page may take: drawings of a whole building take seconds, a trap takes for ever.
	patience = 10 * time.Second
	// grace is how long a page may go on being drawn once nobody waits for it. Most are done by then, and the sandbox
	// stays as it is; the window, which waits 3 s for its tasks when it quits, is not held up.
	grace = 300 * time.Millisecond
	// maxPages is how many pages a document may have: more than any that is printed, and few enough to count with.
	maxPages = 100_000
	// maxPixels bounds a picture of a page: a screen of the largest kind.
	maxPixels = 3840 * 2160
	// maxDocument bounds a PDF: the sandbox counts its bytes with 31 bits.
	maxDocument = 1<<31 - 1
)

// Size is the size of a page, in hundredths of a millimetre. Of a picture, which has none until it is printed, only the
// shape means something.
type Size struct {
	Width, Height int
	Loose         bool // a shape alone
}

// Document is a document that can be drawn.
type Document struct {
	Path   string // "" for one in memory
	Format string
	Pages  int
	First  Size // of the first page

	content []byte
}

// Viewer draws documents. It does one thing at a time, and one with a picture in memory beside it; its methods may be called
// from any goroutine.
type Viewer struct {
	cache    string
	patience time.Duration
	kept     kept
	decoding sync.Mutex // held while a picture in memory is decoded: the memory is there for one of them

	mu      sync.Mutex // guards the below
	engine  *engine    // nil until there is a PDF
	picture *picture   // the picture that was drawn last
}

// New makes a Viewer. cache is a private folder, made when it is needed, that keeps the sandbox's program as this
// machine runs it: with it, loading takes 50 ms instead of 1.5 s. What lies there is trusted.
func New(cache string) *Viewer { return &Viewer{cache: cache, patience: patience} }

// Open looks at a document of one of the formats above. A *fs.PathError is of the file; the others are above.
func (v *Viewer) Open(ctx context.Context, path, format string) (*Document, error) {
	if err := regular(path); err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d := &Document{Path: path, Format: format, Pages: 1}
	switch format {
	case PDF:
		return d, v.count(ctx, d)
	case JPEG, PNG:
		f, err := os.Open(path) // #nosec G304 -- the document that the person named
		if err != nil {
			return nil, err
		}
		defer f.Close()
		d.First, err = bearable(ctx, f)
		return d, err
	}
	return nil, ErrFormat
}

// OpenPDF looks at a PDF in memory, which is the Document's from then on. Errors are those above.
func (v *Viewer) OpenPDF(ctx context.Context, content []byte) (*Document, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d := &Document{Format: PDF, content: content}
	return d, v.count(ctx, d)
}

// count finds out how many pages there are, and how large the first is.
func (v *Viewer) count(ctx context.Context, d *Document) error {
	return v.withPDF(ctx, d, func(e *engine) (err error) {
		d.Pages, d.First, err = e.look()
		return err
	})
}

// Page draws a page (from 0) of a document as large as fits into a box of pixels. Where the page shows nothing its
// picture is white. The picture is the caller's.
func (v *Viewer) Page(ctx context.Context, d *Document, page int, box image.Point) (*image.RGBA, error) {
	if page < 0 || page >= d.Pages || box.X < 1 || box.Y < 1 || box.X > maxPixels/box.Y {
		return nil, fmt.Errorf("draw page %d of %d in %v: no such page, or no such box", page, d.Pages, box)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if d.Format != PDF {
		return v.drawPicture(ctx, d, box)
	}
	var img *image.RGBA
	err := v.withPDF(ctx, d, func(e *engine) (err error) {
		img, err = e.page(page, box)
		return err
	})
	return img, err
}

// Size returns the size of a page.
func (v *Viewer) Size(ctx context.Context, d *Document, page int) (size Size, err error) {
	if d.Format != PDF || page == 0 {
		return d.First, nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return Size{}, err
	}
	err = v.withPDF(ctx, d, func(e *engine) (err error) {
		size, err = e.size(page)
		return err
	})
	return size, err
}

// Unload gives back all that the Viewer holds: some 100 MB once it has shown a PDF. It goes on working.
func (v *Viewer) Unload(ctx context.Context) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.unloadLocked(ctx)
	v.kept.clear()
}

func (v *Viewer) unloadLocked(ctx context.Context) {
	v.engine.close(ctx)
	v.engine, v.picture = nil, nil
}

// regular makes sure that a document is a file, so that reading it neither waits nor goes on for ever.
func regular(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return &fs.PathError{Op: "open", Path: path, Err: errors.New("it is no file")}
	case info.Size() == 0:
		return &fs.PathError{Op: "open", Path: path, Err: errors.New("it is empty")}
	}
	return nil
}
