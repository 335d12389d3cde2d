package ui

import (
	"slices"
	"strings"

	"lanyard/app/node"
)

// findPeer returns another PC of a state by its ID, or nil.
func findPeer(s *node.State, id string) *node.Peer {
	if s == nil {
		return nil
	}
	for i := range s.Peers {
		if s.Peers[i].ID == id {
			return &s.Peers[i]
		}
	}
	return nil
}

// findOffer returns a shared folder of another PC, or nil.
func findOffer(s *node.State, pc, folder string) *node.Offer {
	p := findPeer(s, pc)
	if p == nil {
		return nil
	}
	for i := range p.Folders {
		if p.Folders[i].Name == folder {
			return &p.Folders[i]
		}
	}
	return nil
}

// findTransfer returns a transfer by its ID, or nil.
func findTransfer(s *node.State, id string) *node.Transfer {
	if s == nil {
		return nil
	}
	for i := range s.Transfers {
		if s.Transfers[i].ID == id {
			return &s.Transfers[i]
		}
	}
	return nil
}

// findLink returns an open link for guests by its ID, or nil.
func findLink(s *node.State, id string) *node.GuestLink {
	for i := range s.Links {
		if s.Links[i].ID == id {
			return &s.Links[i]
		}
	}
	return nil
}

// findPrinter returns a printer of a PC, or nil.
func findPrinter(s *node.State, pc, name string) *node.Printer {
	if s == nil {
		return nil
	}
	for i := range s.Printers {
		if s.Printers[i].PC == pc && s.Printers[i].Name == name {
			return &s.Printers[i]
		}
	}
	return nil
}

// printersOf returns the printers at a PC.
func printersOf(s *node.State, pc string) []node.Printer {
	var at []node.Printer
	for _, p := range s.Printers {
		if p.PC == pc {
			at = append(at, p)
		}
	}
	return at
}

// pcName returns the name of a PC for people; an unknown one is called by the start of its ID. One that is called like this PC or
// another member is told apart by its ID too.
func pcName(s *node.State, id string) string {
	if s == nil {
		return ""
	}
	if id == s.Self.ID || id == "" {
		return tr("This PC")
	}
	p := findPeer(s, id)
	switch {
	case p == nil:
		return shortID(id)
	case memberCalled(s, p.Name, id):
		return peerName(*p) + " (" + shortID(id) + ")"
	}
	return peerName(*p)
}

// shortID is the start of an ID, enough to tell the PCs of an office apart.
func shortID(id string) string { return plain(id[:min(8, len(id))]) }

// memberCalled tells whether this PC or a member other than one has a name, in letters of either case.
func memberCalled(s *node.State, name, but string) bool {
	return name != "" && (strings.EqualFold(s.Self.Name, name) ||
		slices.ContainsFunc(s.Peers, func(p node.Peer) bool { return p.Member && p.ID != but && strings.EqualFold(p.Name, name) }))
}

func peerName(p node.Peer) string {
	if p.Name == "" {
		return shortID(p.ID)
	}
	return plain(p.Name)
}

// mayWrite tells whether an access lets this PC put files.
func mayWrite(access string) bool { return access == "add" || access == "change" }

// mayList tells whether an access lets this PC see what is in a folder.
func mayList(access string) bool { return access == "read" || access == "change" }
