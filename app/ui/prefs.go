package ui

import (
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"fyne.io/fyne/v2"

	"lanyard/app/node/home"
	"lanyard/app/ui/look"
)

// What closing the window does.
const (
	closeAsk  = ""     // not chosen yet
	closeHide = "keep" // go on sharing in the background
	closeQuit = "quit"
)

// The window's size, in Fyne's pixels: as it first opens, and the least and most that is believed from a file.
const (
	firstWidth, firstHeight = 1080, 700
	leastWidth, leastHeight = 640, 400
	mostWidth, mostHeight   = 8000, 6000
)

// prefs are the window's own settings, kept apart from the node's: they belong to the screen, not to the PC.
type prefs struct {
	Theme    look.Mode `json:"theme"`
	Close    string    `json:"close"`
	Language string    `json:"language"` // tag of one of Languages; "" is the system's
	Width    float32   `json:"width"`
	Height   float32   `json:"height"`
	Saved    string    `json:"saved"` // the folder that downloads went to last
	Tiles    bool      `json:"tiles"` // folders are shown as tiles, not as lines
	Pane     bool      `json:"pane"`  // with a preview beside them

	Setup    setupMemo              `json:"setup"`
	Printers map[string]printerMemo `json:"printers"` // how somebody prints, by printer

	path string
	log  *slog.Logger
	disk *lastWrite
}

// lastWrite is the settings on their way to the disk, which can keep a write waiting for seconds.
type lastWrite struct {
	start func(func()) // does something in the background; nil: save writes at once

	writing sync.Mutex // held while one writes
	mu      sync.Mutex // guards the below
	next    []byte     // what is to be written; nil: nothing
}

// loadPrefs reads the settings. What can't be read is kept as .bak, and the defaults hold.
func loadPrefs(dir string, log *slog.Logger) *prefs {
	p := &prefs{path: filepath.Join(dir, "window.json"), log: log, disk: &lastWrite{}}
	data, err := os.ReadFile(p.path)
	if errors.Is(err, fs.ErrNotExist) {
		return p
	}
	if err == nil {
		err = json.Unmarshal(data, p)
	}
	if err != nil {
		log.Warn("window settings are unreadable, kept as .bak", "path", p.path, "err", err)
		_ = os.Rename(p.path, p.path+".bak") // best effort: the defaults hold either way
		*p = prefs{path: p.path, log: log, disk: p.disk}
	}
	return p
}

func (p *prefs) size() fyne.Size {
	ok := p.Width >= leastWidth && p.Width <= mostWidth && p.Height >= leastHeight && p.Height <= mostHeight
	if !ok {
		return fyne.NewSize(firstWidth, firstHeight)
	}
	return fyne.NewSize(p.Width, p.Height)
}

// save has the settings written as they are now.
func (p *prefs) save() {
	data, err := json.Marshal(p)
	if err != nil {
		p.log.Warn("window settings are not saved", "err", err)
		return
	}
	p.disk.mu.Lock()
	waits := p.disk.next != nil
	p.disk.next = data
	p.disk.mu.Unlock()
	switch {
	case p.disk.start == nil:
		p.flush()
	case !waits:
		p.disk.start(p.flush)
	}
}

// flush writes what is to be written still. It may be called from any goroutine.
func (p *prefs) flush() {
	p.disk.writing.Lock()
	defer p.disk.writing.Unlock()
	p.disk.mu.Lock()
	data := p.disk.next
	p.disk.next = nil
	p.disk.mu.Unlock()
	if data == nil {
		return
	}
	if err := home.Replace(p.path, data, 0o600); err != nil {
		p.log.Warn("window settings are not saved", "path", p.path, "err", err)
	}
}
