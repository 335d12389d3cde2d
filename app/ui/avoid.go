package ui

import (
	"context"
	"errors"
	"slices"
	"strings"

	"lanyard/app/node"
)

// avoidKey is the setting that names the PCs to have nothing to do with.
const avoidKey = "avoid"

// askAvoid asks before this PC has nothing more to do with another one.
func (u *UI) askAvoid(id string) {
	p := findPeer(u.state, id)
	if p == nil {
		return
	}
	text := tr("This PC neither connects to it nor lets it in, and what runs between the two ends at once. It can be undone here or in the settings.")
	if p.Member {
		text += " " + tr("It stays in the workgroup: to shut it out everywhere, remove it instead.")
	}
	u.confirm(tr("Avoid {{.PC}}?", "PC", peerName(*p)), text, tr("Avoid it"), true, func() { u.setAvoided(*p, true) })
}

// stopAvoiding lets another PC in again, as far as the workgroup and the folders do.
func (u *UI) stopAvoiding(id string) {
	if p := findPeer(u.state, id); p != nil {
		u.setAvoided(*p, false)
	}
}

// setAvoided changes the list of PCs to avoid by one, as it stands at the node now.
func (u *UI) setAvoided(p node.Peer, on bool) {
	list := func(now string) string { return withAvoided(now, p.ID) }
	if !on {
		name := nameInLists(u.state, p)
		list = func(now string) string { return withoutAvoided(now, p.ID, name) }
	}
	u.call(func(ctx context.Context) error {
		all, err := u.svc.Settings(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(s node.Setting) bool { return s.Key == avoidKey })
		if i < 0 {
			return errors.New("this Lanyard can't avoid PCs")
		}
		return u.svc.SetSetting(ctx, avoidKey, list(all[i].Value))
	}, func() {
		text := tr("This PC avoids {{.PC}} now.", "PC", peerName(p))
		if !on {
			text = tr("This PC no longer avoids {{.PC}}.", "PC", peerName(p))
		}
		u.tell(text)
	})
}

// nameInLists is the name that stands for a PC in the node's lists, or "" if there it goes by its ID: of those who have
// the same name a member goes first, so that a stranger can't take its place.
func nameInLists(s *node.State, p node.Peer) string {
	same := func(o node.Peer) bool {
		return o.ID != p.ID && o.Member && strings.EqualFold(o.Name, p.Name)
	}
	if slices.ContainsFunc(s.Peers, same) {
		return ""
	}
	return p.Name
}

// withAvoided returns a list of PCs with one more, by its ID; withoutAvoided without one, by its ID or name.
func withAvoided(list, id string) string {
	return strings.Join(append(splitNames(list, id), id), ", ")
}

func withoutAvoided(list, id, name string) string {
	return strings.Join(splitNames(list, id, name), ", ")
}

// splitNames returns the parts of a list, except some.
func splitNames(list string, except ...string) []string {
	var keep []string
	for who := range strings.SplitSeq(list, ",") {
		if who = strings.TrimSpace(who); who != "" && !slices.Contains(except, who) {
			keep = append(keep, who)
		}
	}
	return keep
}
