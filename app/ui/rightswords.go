package ui

import (
	"strings"

	"lanyard/app/node"
)

// What rights are called, and what they mean.

// maxNamed is how many PCs a sentence names.
const maxNamed = 3

// accessText says what an access lets somebody do.
func accessText(access string) string {
	switch access {
	case asEveryone:
		return tr("As everyone")
	case "none":
		return tr("Nothing")
	case "see":
		return tr("See that it is there")
	case "read":
		return tr("Open and copy")
	case "add":
		return tr("Add files only (drop box)")
	case "change":
		return tr("Open, add and change")
	}
	return plain(sentence(access))
}

// guestAccessText is accessText for guests.
func guestAccessText(access string) string {
	if access == asLink {
		return tr("What their link says")
	}
	return accessText(access)
}

// mayText says in a sentence what somebody may do. "can" needs no plural, in English.
func mayText(who, access string) string {
	switch access {
	case "none":
		return tr("{{.Who}} can't even see it.", "Who", who)
	case "see":
		return tr("{{.Who}} can see that it is there, but not open it.", "Who", who)
	case "read":
		return tr("{{.Who}} can open and copy what is in it.", "Who", who)
	case "add":
		return tr("{{.Who}} can put files in, and can't see what is there.", "Who", who)
	case "change":
		return tr("{{.Who}} can open, add, change and delete what is in it.", "Who", who)
	}
	return stop(of(who, accessText(access)))
}

// rightsText sums up what rights mean.
func rightsText(s *node.State, folder string, allow map[string]string) string {
	var parts []string
	all := rightOf(allow[everyone])
	differ := false
	for _, access := range []string{"change", "read", "add", "see", "none"} {
		var names []string
		for _, p := range s.Peers {
			if a, ok := allow[p.ID]; ok && p.Member && a == access && a != all {
				names = append(names, peerName(p))
			}
		}
		if len(names) > 0 {
			parts = append(parts, mayText(namesText(names), access))
			differ = true
		}
	}
	who := tr("Everyone in the workgroup")
	if differ {
		who = tr("Everyone else in the workgroup")
	}
	if all == "none" {
		who = tr("Nobody in the workgroup")
		if differ {
			who = tr("Nobody else in the workgroup")
		}
		parts = append(parts, tr("{{.Who}} can see it.", "Who", who))
	} else {
		parts = append([]string{mayText(who, all)}, parts...)
	}
	return strings.Join(append(parts, guestsText(s, folder, allow[guests])), " ")
}

// guestsText says what guests may do, and which links that stops.
func guestsText(s *node.State, folder, access string) string {
	access = rightOfGuests(access)
	stopped := 0
	for _, l := range s.Links {
		if l.Folder == folder && access != asLink && l.Access != access {
			stopped++
		}
	}
	text := ""
	switch access {
	case "none":
		text = tr("Guests can't get in.")
	case asLink:
		text = tr("Guests need a link.")
	default:
		text = mayText(tr("Guests who have a link"), access)
	}
	if stopped > 0 {
		text += " " + trn("One open link stops working.", "{{.N}} open links stop working.", stopped)
	}
	return text
}

// namesText joins names: "A, B and C", or "A, B and 5 more PCs".
func namesText(names []string) string {
	last := names[len(names)-1]
	if len(names) > maxNamed {
		last = tr("{{.N}} more PCs", "N", formatCount(len(names)-maxNamed+1))
		names = names[:maxNamed]
	}
	if len(names) == 1 {
		return last
	}
	return tr("{{.A}} and {{.B}}", "A", strings.Join(names[:len(names)-1], ", "), "B", last)
}

// allowText says who may do what in a folder of this PC, in one line.
func allowText(s *node.State, allow map[string]string) string {
	var parts []string
	if a := rightOf(allow[everyone]); a != "none" {
		parts = append(parts, tr("Everyone in the workgroup: {{.What}}", "What", lower(accessText(a))))
	}
	for _, p := range s.Peers {
		if a, ok := allow[p.ID]; ok && p.Member && a != rightOf(allow[everyone]) {
			parts = append(parts, of(pcName(s, p.ID), lower(accessText(a))))
		}
	}
	if a := rightOfGuests(allow[guests]); a != "none" && a != asLink {
		parts = append(parts, tr("Guests: {{.What}}", "What", lower(guestAccessText(a))))
	}
	if len(parts) == 0 {
		return tr("Nobody else yet")
	}
	return strings.Join(parts, " · ")
}

// lower takes the capital from the first letter of one of our own texts, to stand within a sentence; not in German, where it
// may be a noun's.
func lower(s string) string {
	if spoken() == "de" {
		return s
	}
	r := []rune(s)
	if len(r) > 1 && strings.ToUpper(string(r[1])) != string(r[1]) {
		return strings.ToLower(string(r[:1])) + string(r[1:])
	}
	return s
}
