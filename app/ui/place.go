package ui

import (
	"path"

	"lanyard/app/node"
)

// placeKind is a sort of page.
type placeKind int

const (
	atWorkgroup placeKind = iota
	atThisPC
	atPC
	atFolder
	atPrinters
	atTransfers
	atInbox
	atBin
	atDoctor
	atSetup
	atSettings
)

// place is what the window can show: a page, and whose.
type place struct {
	kind   placeKind
	pc     string // ID, for atPC, atFolder, atBin and atDoctor; in the last two "" is this PC
	folder string
	path   string // slash-separated; for atBin the ID of an action
}

func (p place) location() node.Location {
	return node.Location{PC: p.pc, Folder: p.folder, Path: p.path}
}

// below is the place of something in a folder.
func below(p place, name string) place {
	p.path = path.Join(p.path, name)
	return p
}

// parent returns the place above, and whether there is one.
func (p place) parent() (place, bool) {
	switch p.kind {
	case atWorkgroup:
		return p, false
	case atFolder:
		if p.path == "" {
			return place{kind: atPC, pc: p.pc}, true
		}
		dir := path.Dir(p.path)
		if dir == "." {
			dir = ""
		}
		return place{kind: atFolder, pc: p.pc, folder: p.folder, path: dir}, true
	case atDoctor:
		if p.pc != "" {
			return place{kind: atPC, pc: p.pc}, true
		}
	case atBin:
		switch {
		case p.path != "":
			return place{kind: atBin, pc: p.pc, folder: p.folder}, true
		case p.pc == "":
			return place{kind: atThisPC}, true
		}
		return place{kind: atFolder, pc: p.pc, folder: p.folder}, true
	}
	return place{kind: atWorkgroup}, true
}

// maxHistory bounds the way back, in pages.
const maxHistory = 100

// navigator knows where the window is and the ways back and forward.
type navigator struct {
	place         place
	back, forward []place
}

// visit goes to a place and tells whether it is another one.
func (n *navigator) visit(p place) bool {
	if p == n.place {
		return false
	}
	if n.place.kind != atSetup { // which is never gone back to by chance
		n.back = append(n.back, n.place)
	}
	if len(n.back) > maxHistory {
		n.back = n.back[1:]
	}
	n.forward, n.place = nil, p
	return true
}

func (n *navigator) goBack() bool { return step(&n.place, &n.back, &n.forward) }

func (n *navigator) goForward() bool { return step(&n.place, &n.forward, &n.back) }

func step(here *place, from, to *[]place) bool {
	last := len(*from) - 1
	if last < 0 {
		return false
	}
	*to = append(*to, *here)
	*here, *from = (*from)[last], (*from)[:last]
	return true
}
