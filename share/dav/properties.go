package dav

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Limits of dead properties: what programs note with files, and this one doesn't understand. No program in use notes more
// than some words.
const (
	maxProps     = 50       // of one file
	maxPropBytes = 64 << 10 // of one file
	maxAllProps  = 1 << 20  // bytes in all: they are in memory, and are written as a whole
	propOverhead = 64       // bytes that each costs besides its text
)

// Prop is a dead property (RFC 4918 section 4).
type Prop struct {
	Space string `json:"ns"`
	Local string `json:"name"`
	Lang  string `json:"lang,omitempty"`
	XML   string `json:"xml,omitempty"` // which can stand anywhere
}

func (p Prop) size() int {
	return len(p.Space) + len(p.Local) + len(p.Lang) + len(p.XML) + propOverhead
}

func (p Prop) is(q Prop) bool { return p.Space == q.Space && p.Local == q.Local }

// Properties are the dead properties of files, by the URL path of these. The zero value keeps them in memory only.
type Properties struct {
	file string

	mu   sync.Mutex
	of   map[string][]Prop // mu guards the below
	size int
}

// OpenProperties reads the properties that a file has, which need not be there yet. One that can't be read is put aside.
func OpenProperties(file string) (*Properties, error) {
	p := &Properties{file: file, of: map[string][]Prop{}}
	raw, err := os.ReadFile(file) // #nosec G304 -- the owner's own choice
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open properties: %w", err)
	}
	if json.Unmarshal(raw, &p.of) != nil || p.of == nil {
		p.of = map[string][]Prop{}
		if err := os.Rename(file, file+".bak"); err != nil {
			return nil, fmt.Errorf("put properties aside: %w", err)
		}
	}
	for key, list := range p.of {
		p.size += sizeOf(key, list)
	}
	return p, nil
}

func sizeOf(key string, list []Prop) int {
	if len(list) == 0 {
		return 0
	}
	n := len(key) + propOverhead
	for _, p := range list {
		n += p.size()
	}
	return n
}

// get returns the properties of a file.
func (p *Properties) get(key string) []Prop {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.of[key])
}

// change sets and removes properties of a file: all or none.
func (p *Properties) change(key string, changes []propChange) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.of[key]
	list := slices.Clone(old)
	for _, c := range changes {
		list = slices.DeleteFunc(list, func(q Prop) bool { return q.is(c.Prop) })
		if !c.remove {
			list = append(list, c.Prop)
		}
	}
	if len(list) > maxProps || sizeOf(key, list) > maxPropBytes || p.size-sizeOf(key, old)+sizeOf(key, list) > maxAllProps {
		return status(http.StatusInsufficientStorage)
	}
	p.putLocked(key, list)
	if err := p.saveLocked(); err != nil {
		p.putLocked(key, old)
		return err
	}
	return nil
}

func (p *Properties) putLocked(key string, list []Prop) {
	if p.of == nil {
		p.of = map[string][]Prop{}
	}
	p.size += sizeOf(key, list) - sizeOf(key, p.of[key])
	if len(list) == 0 {
		delete(p.of, key)
	} else {
		p.of[key] = list
	}
}

// remove forgets the properties of what is no longer there.
func (p *Properties) remove(key string) { p.carry(key, "", false, false) }

// carry has the properties of a file or folder go with it. Where there is no room for a copy's it has none.
func (p *Properties) carry(from, to string, deep, keep bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.of) == 0 {
		return
	}
	below := func(key, of string) bool { return key == of || strings.HasPrefix(key, of+"/") }
	taken, changed := map[string][]Prop{}, false
	for key, list := range p.of {
		if below(key, from) && (deep || key == from || !keep) {
			taken[strings.TrimPrefix(key, from)] = list
		}
	}
	for key := range p.of {
		if to != "" && below(key, to) && !below(key, from) || !keep && below(key, from) {
			p.putLocked(key, nil)
			changed = true
		}
	}
	for rest, list := range taken {
		if to != "" && p.size+sizeOf(to+rest, list) <= maxAllProps {
			p.putLocked(to+rest, list)
			changed = true
		}
	}
	if changed {
		_ = p.saveLocked() // what was done with the file stands; the next change writes it too
	}
}

// saveLocked writes all to the file, in one step.
func (p *Properties) saveLocked() error {
	if p.file == "" {
		return nil
	}
	raw, err := json.Marshal(p.of)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(p.file), filepath.Base(p.file)+".*")
	if err != nil {
		return fmt.Errorf("save properties: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), p.file)
	}
	if err != nil {
		return fmt.Errorf("save properties: %w", err)
	}
	return nil
}
