package thumbs

import (
	"container/list"
	"image"
	"sync"
)

const (
	// maxMemory bounds the pictures in memory, in bytes: some 700 tiles of a common screen.
	maxMemory = 24 << 20
	// entryCost is what an entry takes beside its pixels; also one that there is no picture of.
	entryCost = 256
)

type memoryKey struct {
	file string
	box  image.Point
}

// memory is the pictures that were used last. Its zero value is ready for use.
type memory struct {
	mu     sync.Mutex // guards the below
	byKey  map[memoryKey]*list.Element
	recent list.List // of *memoryEntry, the latest first
	bytes  int
}

type memoryEntry struct {
	key memoryKey
	img *image.RGBA // nil: there is none
}

func (e *memoryEntry) cost() int {
	if e.img == nil {
		return entryCost
	}
	return entryCost + len(e.img.Pix)
}

func (m *memory) get(key memoryKey) (img image.Image, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := m.byKey[key]
	if at == nil {
		return nil, false
	}
	m.recent.MoveToFront(at)
	if e := at.Value.(*memoryEntry); e.img != nil {
		return e.img, true
	}
	return nil, true
}

func (m *memory) put(key memoryKey, img *image.RGBA) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byKey == nil {
		m.byKey = map[memoryKey]*list.Element{}
	}
	if at := m.byKey[key]; at != nil {
		m.drop(at)
	}
	e := &memoryEntry{key, img}
	m.byKey[key] = m.recent.PushFront(e)
	for m.bytes += e.cost(); m.bytes > maxMemory && m.recent.Len() > 1; {
		m.drop(m.recent.Back())
	}
}

func (m *memory) drop(at *list.Element) {
	e := m.recent.Remove(at).(*memoryEntry)
	delete(m.byKey, e.key)
	m.bytes -= e.cost()
}
