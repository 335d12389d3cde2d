package preview

import (
	"image"
	"slices"
	"sync"
)

// maxKept bounds the sheets that are kept to be looked at again: some ten of a large screen, or a hundred of a small one.
const maxKept = 48 << 20

// sheetKey says what a drawn sheet shows. A document that is opened again is another one: it may have changed.
type sheetKey struct {
	document *Document
	box      image.Point
	face     int
	setup    string
}

// kept is the sheets that were drawn last, the latest first.
type kept struct {
	mu     sync.Mutex // guards the below
	sheets []keptSheet
	bytes  int
}

type keptSheet struct {
	key sheetKey
	img *image.RGBA
}

func (k *kept) get(key sheetKey) *image.RGBA {
	k.mu.Lock()
	defer k.mu.Unlock()
	i := slices.IndexFunc(k.sheets, func(s keptSheet) bool { return s.key == key })
	if i < 0 {
		return nil
	}
	s := k.sheets[i]
	k.sheets = slices.Insert(slices.Delete(k.sheets, i, i+1), 0, s)
	return s.img
}

func (k *kept) put(key sheetKey, img *image.RGBA) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.sheets = slices.Insert(k.sheets, 0, keptSheet{key, img})
	for k.bytes += len(img.Pix); k.bytes > maxKept && len(k.sheets) > 1; {
		last := len(k.sheets) - 1
		k.bytes -= len(k.sheets[last].img.Pix)
		k.sheets = slices.Delete(k.sheets, last, last+1)
	}
}

func (k *kept) clear() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.sheets, k.bytes = nil, 0
}
