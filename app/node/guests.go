package node

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"lanyard/app/node/gate"
	"lanyard/share/guest"
)

const (
	linksFile = "guests.json"
	maxLinks  = 100                  // open at once: they are for people to keep an eye on
	maxLife   = 366 * 24 * time.Hour // who needs one for longer should join
	linkLife  = 24 * time.Hour       // unless wished otherwise: a visit
	addAccess = "add"
	getAccess = "read"
)

// LinkGuest implements Service.
func (n *Node) LinkGuest(_ context.Context, wish GuestLink) (*GuestLink, error) {
	n.changing.Lock()
	defer n.changing.Unlock()
	now := time.Now()
	want, err := n.readWish(wish, now)
	if err != nil {
		return nil, err
	}
	links := n.openLinks(now)
	if len(links) >= maxLinks {
		return nil, problem(Invalid, "revoke some that are no longer needed", "there are %d links already", len(links))
	}
	made := guest.NewLink(want, wish.NeedsPIN, now)
	if err := n.setLinks(append(links, made)); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	shown := n.showLinkLocked(made)
	return &shown, nil
}

// readWish turns a wish for a link into what package guest needs.
func (n *Node) readWish(wish GuestLink, now time.Time) (l guest.Link, err error) {
	if wish.Access == "" {
		wish.Access = getAccess
	}
	if wish.Expires.IsZero() {
		wish.Expires = now.Add(linkLife)
	}
	s := n.currentSettings()
	i := slices.IndexFunc(s.Folders, func(f Folder) bool { return strings.EqualFold(f.Name, wish.Folder) })
	switch {
	case slices.Contains(s.Off, serviceGuests):
		return l, problem(Denied, "switch them on with `lanyard config set guests true`", "guests are switched off on this PC")
	case i < 0:
		return l, problem(NotFound, "`lanyard share list` lists them", "this PC shares no folder %q", clean(wish.Folder))
	case wish.Access != getAccess && wish.Access != addAccess:
		return l, problem(Invalid, "a link lets guests read or add", "a link can't give the right %q", clean(wish.Access))
	case !wish.Expires.After(now) || wish.Expires.Sub(now) > maxLife:
		return l, problem(Invalid, "a year at most", "a link can't live until %s", wish.Expires.Format(time.DateTime))
	case wish.Uses < 0:
		return l, problem(Invalid, "0 stands for any number", "a link can't be used %d times", wish.Uses)
	}
	f := s.Folders[i]
	if most, limited := f.Allow[gate.Guests]; limited {
		if verbs, _ := gate.ParseAccess(most); !verbs.Has(verbOf(wish.Access)) {
			return l, guestsMayOnly(f.Name, most)
		}
	}
	return guest.Link{Folder: f.Name, Add: wish.Access == addAccess, Expires: wish.Expires, Uses: wish.Uses, Plain: wish.Plain}, nil
}

func guestsMayOnly(folder, access string) *Error {
	const do = "change that with `lanyard share add`"
	switch access {
	case "see":
		return problem(Denied, do, "guests may only see %s", folder)
	case "read":
		return problem(Denied, do, "guests may only read %s", folder)
	case "add":
		return problem(Denied, do, "guests may only add to %s", folder)
	}
	return problem(Denied, do, "guests may not open %s", folder)
}

func verbOf(access string) gate.Verb {
	if access == addAccess {
		return gate.Add
	}
	return gate.Read
}

// RevokeLink implements Service.
func (n *Node) RevokeLink(_ context.Context, id string) error {
	n.changing.Lock()
	defer n.changing.Unlock()
	links := n.openLinks(time.Now())
	i := slices.IndexFunc(links, func(l guest.Link) bool { return l.ID == id })
	if i < 0 {
		return problem(NotFound, "`lanyard guest list` lists them", "there is no link %q", clean(id))
	}
	return n.setLinks(slices.Delete(links, i, i+1))
}

// openLinks are those that have neither expired nor lost their folder, which another may get the name of.
func (n *Node) openLinks(now time.Time) []guest.Link {
	folders := n.currentSettings().Folders
	return slices.DeleteFunc(n.guests.Links(), func(l guest.Link) bool {
		return !now.Before(l.Expires) || !slices.ContainsFunc(folders, func(f Folder) bool { return f.Name == l.Folder })
	})
}

// setLinks makes a set of links the present one, on disk first. The caller holds changing.
func (n *Node) setLinks(links []guest.Link) error {
	if err := n.home.WriteJSON(linksFile, links); err != nil {
		return homeProblem(n.home.Path(), err)
	}
	n.guests.SetLinks(links)
	n.mu.Lock()
	n.applyRulesLocked()
	n.mu.Unlock()
	n.changes.fire()
	return nil
}

// linksCounted keeps a use or a wrong PIN over a crash.
func (n *Node) linksCounted() {
	n.changing.Lock()
	defer n.changing.Unlock()
	if err := n.home.WriteJSON(linksFile, n.openLinks(time.Now())); err != nil {
		n.log.Error("uses of links for guests not saved", "err", err)
	}
	n.changes.fire()
}

func (n *Node) loadLinks() error {
	var links []guest.Link
	err := n.home.ReadJSON(linksFile, &links)
	n.guests.SetLinks(links)
	return err
}

func (n *Node) showLinksLocked() []GuestLink {
	now := time.Now()
	list := []GuestLink{}
	for _, l := range slices.Backward(n.guests.Links()) {
		if now.Before(l.Expires) {
			list = append(list, n.showLinkLocked(l))
		}
	}
	return list
}

func (n *Node) showLinkLocked(l guest.Link) GuestLink {
	access := getAccess
	if l.Add {
		access = addAccess
	}
	shown := GuestLink{
		ID: l.ID, Folder: l.Folder, Access: access, PIN: l.PIN, NeedsPIN: l.PIN != "", Expires: l.Expires, Uses: l.Uses,
		Used: l.Used, Plain: l.Plain, Locked: l.Locked(), Created: l.Created, URLs: []string{},
	}
	scheme := "https://"
	if l.Plain {
		scheme = "http://"
	}
	for _, a := range linkHosts(n.addresses, n.door.Port()) {
		shown.URLs = append(shown.URLs, scheme+a+l.Path())
	}
	shown.URL = shown.URLs[0]
	return shown
}

// linkHosts are the addresses for URLs, the likeliest to work first: IPv4, then IPv6, and with no network this PC itself.
// Link-local IPv6 needs a zone, which browsers don't take.
func linkHosts(addresses []string, port int) []string {
	var v4, v6 []string
	for _, a := range addresses {
		ap, err := netip.ParseAddrPort(a)
		switch {
		case err != nil || ap.Addr().Zone() != "":
		case ap.Addr().Is4():
			v4 = append(v4, a)
		default:
			v6 = append(v6, a)
		}
	}
	if all := append(v4, v6...); len(all) > 0 {
		return all
	}
	return []string{net.JoinHostPort("localhost", fmt.Sprint(port))}
}

// visitedFolder is the folder that a guest's request is about: that of the link.
func (n *Node) visitedFolder(r *http.Request) string {
	l, _ := n.guests.Visitor(r)
	return l.Folder
}

// guestRoutes are the pages for guests.
func (n *Node) guestRoutes() []route {
	var list []route
	for _, r := range guest.Routes() {
		one := route{pattern: r.Method + " " + r.Pattern, service: gate.Welcome, verb: gate.See, handler: n.guests}
		if r.Inside {
			one.service, one.verb, one.thing = gate.Files, fileVerb(r.Verb), n.visitedFolder
		}
		list = append(list, one)
	}
	return list
}

// guestRules is what the gate is to know of the open links.
func (n *Node) guestRules() map[string]gate.Link {
	now := time.Now()
	rules := map[string]gate.Link{}
	for _, l := range n.guests.Links() {
		verbs := gate.Of(gate.See, gate.Read)
		if l.Add {
			verbs = gate.Of(gate.See, gate.Add)
		}
		if now.Before(l.Expires) {
			rules[l.ID] = gate.Link{Folder: l.Folder, Verbs: verbs}
		}
	}
	return rules
}
