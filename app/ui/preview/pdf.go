package preview

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"io"
	"math"
	"os"
	"reflect"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	pdferrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// maxMemory is what the sandbox may use, in pages of 64 KiB: 512 MiB, which holds a page of pictures at 600 dpi.
const maxMemory = 512 << 20 >> 16

// engine is PDFium in its sandbox, with at most one document open.
type engine struct {
	cache    wazero.CompilationCache
	pool     pdfium.Pool
	instance pdfium.Pdfium
	module   api.Module // the sandbox itself

	open *Document // nil: none
	file io.Closer // of it
	doc  references.FPDF_DOCUMENT
}

// withPDF does something with a PDF. Trouble ends the sandbox, and the next document gets a fresh one.
func (v *Viewer) withPDF(ctx context.Context, d *Document, do func(*engine) error) error {
	if v.engine == nil {
		e, err := v.load(ctx)
		if err != nil {
			return fmt.Errorf("load the viewer for PDF: %w", err)
		}
		v.engine = e
	}
	e := v.engine
	slow, err := guarded(ctx, v.patience, func() { e.stop(ctx) }, func() error {
		if e.open != d {
			if err := e.turnTo(d); err != nil {
				return err
			}
		}
		return do(e)
	})
	switch {
	case slow:
		err = ErrTooSlow
	case ctx.Err() != nil:
		err = ctx.Err()
	}
	if err != nil {
		v.unloadLocked(ctx) // PDFium may not have come out of it whole
	}
	return err
}

// guarded does something that knows no context. When that takes longer than limit, or goes on for longer than grace after
// ctx has ended, stop is called, which makes it fail.
func guarded(ctx context.Context, limit time.Duration, stop func(), do func() error) (slow bool, err error) {
	var mu sync.Mutex
	over := false
	timer := time.AfterFunc(limit, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			slow = ctx.Err() == nil
			stop()
		}
	})
	forget := context.AfterFunc(ctx, func() {
		mu.Lock()
		defer mu.Unlock()
		if !over {
			timer.Reset(grace)
		}
	})
	err = do()
	mu.Lock()
	over = true
	mu.Unlock()
	timer.Stop()
	forget()
	return slow, err
}

// load starts PDFium. A cache that is damaged is made anew, and one that can't be made is done without.
func (v *Viewer) load(ctx context.Context) (e *engine, err error) {
	for range 2 {
		var cache wazero.CompilationCache
		if cache, err = wazero.NewCompilationCacheWithDir(v.cache); err != nil {
			break
		}
		if e, err = start(ctx, cache); err == nil {
			return e, nil
		}
		_ = os.RemoveAll(v.cache) // else it would be in the way for ever
	}
	return start(ctx, wazero.NewCompilationCache())
}

func start(ctx context.Context, cache wazero.CompilationCache) (*engine, error) {
	e := &engine{cache: cache}
	var err error
	e.pool, err = webassembly.Init(webassembly.Config{
		MaxTotal: 1, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard,
		RuntimeConfig: wazero.NewRuntimeConfig().WithCompilationCache(cache).WithMemoryLimitPages(maxMemory).WithCloseOnContextDone(true),
	})
	if err == nil {
		e.instance, err = e.pool.GetInstance(patience)
	}
	if err == nil {
		e.module, err = sandbox(e.instance)
	}
	if err != nil {
		e.close(ctx)
		return nil, err
	}
	return e, nil
}

// sandbox finds the WebAssembly module that an instance runs in. The library gives no other way to end a call that
// hangs: its calls take no context, and its Kill takes the pool from under itself before it gets to the module.
func sandbox(instance pdfium.Pdfium) (api.Module, error) {
	if impl := reflect.ValueOf(instance.GetImplementation()); impl.Kind() == reflect.Pointer && impl.Elem().Kind() == reflect.Struct {
		if field := impl.Elem().FieldByName("Module"); field.IsValid() && field.CanInterface() {
			if module, ok := field.Interface().(api.Module); ok {
				return module, nil
			}
		}
	}
	return nil, errors.New("a call that hangs could not be ended")
}

// stop ends what runs in the sandbox, and the sandbox. It may be called while another call runs, which then fails.
func (e *engine) stop(ctx context.Context) {
	_ = e.module.CloseWithExitCode(context.WithoutCancel(ctx), 1)
}

// close gives everything back; nil holds nothing.
func (e *engine) close(ctx context.Context) {
	if e == nil {
		return
	}
	if e.pool != nil {
		_ = e.pool.Close()
	}
	_ = e.cache.Close(context.WithoutCancel(ctx))
	if e.file != nil {
		e.file.Close()
	}
}

// turnTo opens a document in place of the one that is open. The sandbox reads it as it needs it.
func (e *engine) turnTo(d *Document) error {
	if e.open != nil {
		_, _ = e.instance.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: e.doc})
		e.file.Close()
		e.open, e.file = nil, nil
	}
	content, size, err := d.read()
	if err != nil {
		return err
	}
	e.file = content
	if size > maxDocument {
		return ErrTooLarge
	}
	opened, err := e.instance.OpenDocument(&requests.OpenDocument{FileReader: content, FileReaderSize: size})
	switch {
	case errors.Is(err, pdferrors.ErrPassword), errors.Is(err, pdferrors.ErrSecurity):
		return ErrLocked
	case err != nil:
		return ErrDamaged
	}
	e.open, e.doc = d, opened.Document
	return nil
}

// read opens what a document holds.
func (d *Document) read() (content io.ReadSeekCloser, size int64, err error) {
	if d.Path == "" {
		return inMemory{bytes.NewReader(d.content)}, int64(len(d.content)), nil
	}
	f, err := os.Open(d.Path) // #nosec G304 -- the document that the person named
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// inMemory is a content that needs no closing.
type inMemory struct{ *bytes.Reader }

// Close implements io.Closer.
func (inMemory) Close() error { return nil }

// look counts the pages.
func (e *engine) look() (pages int, first Size, err error) {
	count, err := e.instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: e.doc})
	switch {
	case err != nil || count.PageCount < 1:
		return 0, Size{}, ErrDamaged
	case count.PageCount > maxPages:
		return 0, Size{}, ErrTooLarge
	}
	first, err = e.size(0)
	return count.PageCount, first, err
}

// points are the length of a page that is believed: the largest that PDF 1.7 allows (annex C), and the least that can
// be drawn.
const mostPoints, leastPoints = 14_400, 1

func (e *engine) size(page int) (Size, error) {
	s, err := e.instance.FPDF_GetPageSizeByIndex(&requests.FPDF_GetPageSizeByIndex{Document: e.doc, Index: page})
	if err != nil {
		return Size{}, ErrDamaged
	}
	for _, points := range []float64{s.Width, s.Height} {
		if !(points >= leastPoints && points <= mostPoints) {
			return Size{}, ErrDamaged
		}
	}
	hundredths := func(points float64) int { return int(math.Round(points * 2540 / 72)) }
	return Size{Width: hundredths(s.Width), Height: hundredths(s.Height)}, nil
}

// page draws a page on white. PDFium's own picture lies in the sandbox, with straight alpha whatever its type says.
func (e *engine) page(page int, box image.Point) (*image.RGBA, error) {
	size, err := e.size(page)
	if err != nil {
		return nil, err
	}
	box = within(size, box)
	drawn, err := e.instance.RenderPageInPixels(&requests.RenderPageInPixels{
		Page:  requests.Page{ByIndex: &requests.PageByIndex{Document: e.doc, Index: page}},
		Width: box.X, Height: box.Y, RenderFlags: enums.FPDF_RENDER_FLAG_ANNOT | enums.FPDF_RENDER_FLAG_PRINTING,
	})
	if err != nil {
		return nil, ErrDamaged
	}
	defer drawn.Cleanup()
	from := drawn.Result.Image
	img := image.NewRGBA(image.Rectangle{Max: box})
	draw.Draw(img, img.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(img, img.Rect, &image.NRGBA{Pix: from.Pix, Stride: from.Stride, Rect: from.Rect}, image.Point{}, draw.Over)
	return img, nil
}

// within returns the largest box of pixels in another one that has the shape of a page, of one pixel at least.
func within(page Size, box image.Point) image.Point {
	scale := min(float64(box.X)/float64(page.Width), float64(box.Y)/float64(page.Height))
	side := func(length, most int) int { return min(max(int(math.Round(float64(length)*scale)), 1), most) }
	return image.Pt(side(page.Width, box.X), side(page.Height, box.Y))
}
