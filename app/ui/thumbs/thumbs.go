package thumbs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"path"
	"strings"
	"time"

	"lanyard/app/ui/preview"
)

const (
	// maxWhole is how large a file may be that has to be read as a whole, in bytes: a photograph of a good camera, or a
	// brochure. Larger ones keep their icons, as nobody waits for them.
	maxWhole = 24 << 20
	// textHead is how much of a text is read, in bytes: more than the lines that are drawn.
	textHead = 4 << 10
	// keptSide is the longer side of what is kept on the disk, in pixels: enough for a tile on a screen of 2×.
	keptSide = 256
	// quality is of the JPEGs on the disk: some 10 kB each.
	quality = 85
)

// ErrNone says that there is no small picture of a file, and never will be as it is.
var ErrNone = errors.New("there is no small picture of this file")

// File says which file it is, and which state of it.
type File struct {
	PC, Folder, Path string
	Size             int64 // bytes
	Modified         time.Time
}

// key is what the file is known by.
func (f File) key() string {
	h := sha256.New()
	fmt.Fprintf(h, "1\x00%s\x00%s\x00%s\x00%d\x00%d", f.PC, f.Folder, f.Path, f.Size, f.Modified.UnixNano())
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Open opens the content of a file.
type Open func(ctx context.Context) (io.ReadCloser, error)

// Maker makes small pictures. Its methods may be called from any goroutine.
type Maker struct {
	viewer *preview.Viewer
	memory memory
	disk   disk
}

// New makes a Maker. dir is a private folder, made when it is needed.
func New(viewer *preview.Viewer, dir string) *Maker {
	return &Maker{viewer: viewer, disk: disk{dir: dir, bytes: unknown}}
}

// Wanted tells whether it is worth to ask for the small picture of a file.
func Wanted(name string, size int64) bool {
	kind := preview.FormatOf(name)
	return kind != preview.None && size > 0 && (size <= maxWhole || kind == preview.Words)
}

// Have returns the small picture of a file for a box of pixels, as far as it is in memory: known tells whether it is, or
// it is known that there is none.
func (m *Maker) Have(f File, box image.Point) (img image.Image, known bool) {
	img, known = m.memory.get(memoryKey{f.key(), box})
	if img == nil { // also not one that holds no picture
		return nil, known
	}
	return img, true
}

// Make returns the small picture of a file, as large as fits into a box of pixels. It fails with ErrNone, or with what came
// from open or from reading, in which case it may be tried again.
func (m *Maker) Make(ctx context.Context, f File, box image.Point, open Open) (image.Image, error) {
	key := f.key()
	img := m.stored(key)
	if img == nil {
		var err error
		if img, err = m.draw(ctx, f, open); err != nil {
			if errors.Is(err, ErrNone) {
				m.memory.put(memoryKey{key, box}, nil)
			}
			return nil, err
		}
		var b bytes.Buffer
		if jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}) == nil {
			m.disk.put(key, b.Bytes())
		}
	}
	small := preview.Shrink(img, box)
	m.memory.put(memoryKey{key, box}, small)
	return small, nil
}

// stored reads what is on the disk, or returns nil.
func (m *Maker) stored(key string) image.Image {
	data := m.disk.get(key)
	if shape, err := jpeg.DecodeConfig(bytes.NewReader(data)); err != nil || shape.Width > keptSide || shape.Height > keptSide {
		return nil
	}
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil // it is made anew
	}
	return img
}

// draw makes the picture of a file from its content.
func (m *Maker) draw(ctx context.Context, f File, open Open) (image.Image, error) {
	if !Wanted(f.Path, f.Size) {
		return nil, ErrNone
	}
	content, err := open(ctx)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	box := image.Pt(keptSide, keptSide)
	switch preview.FormatOf(f.Path) {
	case preview.Words:
		head, err := read(content, textHead, true)
		if err != nil {
			return nil, err
		}
		return textPage(head)
	case preview.Pages:
		all, err := read(content, maxWhole, false)
		if err != nil {
			return nil, err
		}
		return none(m.firstPage(ctx, all, box))
	}
	head := []byte(nil)
	if ext := strings.ToLower(path.Ext(f.Path)); ext == ".jpg" || ext == ".jpeg" {
		if head, err = read(content, preview.HeadSize, true); err != nil {
			return nil, err
		}
		if img := m.viewer.Small(ctx, head, box); img != nil {
			return img, nil
		}
	}
	rest, err := read(content, maxWhole-len(head), false)
	if err != nil {
		return nil, err
	}
	return none(m.viewer.Picture(ctx, append(head, rest...), box))
}

func (m *Maker) firstPage(ctx context.Context, content []byte, box image.Point) (*image.RGBA, error) {
	d, err := m.viewer.OpenPDF(ctx, content)
	if err != nil {
		return nil, err
	}
	return m.viewer.Page(ctx, d, 0, box)
}

// none makes the errors of a file itself ErrNone.
func none(img *image.RGBA, err error) (image.Image, error) {
	for _, final := range []error{preview.ErrDamaged, preview.ErrFormat, preview.ErrLocked, preview.ErrTooLarge, preview.ErrTooSlow} {
		if errors.Is(err, final) {
			return nil, ErrNone
		}
	}
	if err != nil {
		return nil, err
	}
	return img, nil
}

// read reads at most so many bytes; without cut there may be no more.
func read(r io.Reader, most int, cut bool) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > most && !cut:
		return nil, ErrNone // it has grown
	}
	return data, nil
}
