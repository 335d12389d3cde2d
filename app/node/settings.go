package node

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lanyard/app/node/door"
	"lanyard/app/node/home"
	"lanyard/app/node/limits"
)

const (
	settingsFile = "settings.json"
	maxPCName    = 63 // bytes: a DNS label, so that it fits wherever names go
)

// settings are what the person at this PC has decided, as they stand in the home.
type settings struct {
	Name        string             `json:"name"`
	Face        Face               `json:"face,omitzero"`
	Port        int                `json:"port,omitempty"` // 0: the default one, or any free one
	PrintFolder string             `json:"printFolder,omitempty"`
	Quiet       string             `json:"quiet,omitempty"`       // off | strange | on; "" is off
	Off         []string           `json:"off,omitempty"`         // of the services files, printers, guests
	Only        []string           `json:"only,omitempty"`        // IDs of the PCs to connect to; none: all
	Avoid       []string           `json:"avoid,omitempty"`       // IDs of PCs to have nothing to do with
	Inbox       string             `json:"inbox,omitempty"`       // folder for what people send; "": the usual one
	Always      []string           `json:"always,omitempty"`      // IDs of PCs from which that is accepted unasked
	Interfaces  []string           `json:"interfaces,omitempty"`  // none: those of the LAN
	Connections int                `json:"connections,omitempty"` // open at once in all; 0: the door's default
	PerPC       int                `json:"perPC,omitempty"`       // of these from one PC; 0: the door's default
	Rates       limits.Rates       `json:"rates,omitzero"`
	BinDays     int                `json:"binDays,omitempty"`     // that a bin keeps things; 0: as usual, below 0: there is no bin
	BinShare    int                `json:"binShare,omitempty"`    // percent of its disk that a bin may take up; 0: as usual, below 0: there is no bin
	Brake       int                `json:"brake,omitempty"`       // files that one PC may change in a minute; 0: as usual, below 0: any number
	FullSpeed   bool               `json:"fullSpeed,omitempty"`   // not polite to the owner's other programs
	Drive       bool               `json:"drive,omitempty"`       // the workgroup as one WebDAV address on this PC
	DriveSecret string             `json:"driveSecret,omitempty"` // in its address
	DrivePort   int                `json:"drivePort,omitempty"`   // on loopback, as it was last
	Folders     []Folder           `json:"folders,omitempty"`
	Printers    []sharedPrinter    `json:"printers,omitempty"`
	Installed   []installedPrinter `json:"installed,omitempty"`
	PrintPort   int                `json:"printPort,omitempty"` // on loopback, as it was last
}

// sharedPrinter is a printer of this PC that others may use.
type sharedPrinter struct {
	Name   string `json:"name"`            // in URLs and commands
	Queue  string `json:"queue,omitempty"` // of the print system; "" prints to a folder
	Guests bool   `json:"guests,omitempty"`
}

// installedPrinter is a printer of another PC that this PC's own programs print on.
type installedPrinter struct {
	PC      string `json:"pc"`              // ID
	Printer string `json:"printer"`         // its name there
	Name    string `json:"name"`            // in its address on this PC
	URI     string `json:"uri"`             // that address
	Queue   string `json:"queue,omitempty"` // of this PC's print system; "" while there is none
	Gone    bool   `json:"gone,omitempty"`  // no longer to be here: the queue is still to be removed
}

func defaultName() string {
	name, err := os.Hostname()
	name, _, _ = strings.Cut(name, ".")
	if err != nil || CheckPCName(name) != nil {
		return "PC"
	}
	return name
}

// loadSettings reads the settings. Damaged ones are set aside and the defaults returned with a *home.Damaged.
func loadSettings(d *home.Dir) (settings, error) {
	var s settings
	err := d.ReadJSON(settingsFile, &s)
	if errors.As(err, new(*home.Damaged)) {
		s = settings{}
	}
	if CheckPCName(s.Name) != nil {
		s.Name = defaultName()
	}
	s.Face = readFace(s.Face)
	for i, f := range s.Folders { // it may have been written by hand, or the home has moved
		s.Folders[i].Error = ""
		if _, err := checkDir(d.Path(), f.Dir, true); KindOf(err) == Denied {
			s.Folders[i].Error = err.Error()
		}
	}
	return s, err
}

// CheckPCName tells why a PC can't have a name.
func CheckPCName(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return errors.New("a PC needs a name")
	case len(name) > maxPCName:
		return fmt.Errorf("the name of a PC has at most %d bytes", maxPCName)
	case clean(name) != name:
		return errors.New("the name of a PC is plain text")
	case strings.ContainsAny(name, ":/\\"):
		return errors.New("the name of a PC has no colon or slash")
	case slices.Contains([]string{"this", "everyone", "guests"}, strings.ToLower(name)):
		return fmt.Errorf("%q means something else", name)
	}
	return nil
}

// clean makes text from another PC fit to be shown: valid UTF-8, no control, bidirectional or invisible characters,
// bounded.
func clean(s string) string { return cut(strings.TrimSpace(printable(s)), maxPCName) }

// printable is clean without a bound.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.Is(unicode.C, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// cut shortens text to at most n bytes between characters.
func cut(s string, n int) string {
	for len(s) > n {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

func (s *settings) limits() door.Limits { return door.Limits{Total: s.Connections, PerPeer: s.PerPC} }
