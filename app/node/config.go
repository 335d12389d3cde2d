package node

import (
	"context"
	"os"
	"slices"
	"strings"
	"time"

	"lanyard/share"
)

// Settings implements Service.
func (n *Node) Settings(context.Context) ([]Setting, error) {
	s := n.currentSettings()
	keys := allSettings()
	list := make([]Setting, len(keys))
	for i, k := range keys {
		list[i] = Setting{Key: k.key, Value: k.get(n, &s), Help: k.help}
	}
	slices.SortFunc(list, func(a, b Setting) int { return strings.Compare(a.Key, b.Key) })
	return list, nil
}

// SetSetting implements Service.
func (n *Node) SetSetting(ctx context.Context, key, value string) error {
	k, err := findSetting(key)
	if err != nil {
		return err
	}
	return n.changeSettings(ctx, func(s *settings) error {
		if err := k.set(n, s, value); err != nil {
			return problem(Invalid, "", "can't set %s to %q: %w", key, clean(value), err)
		}
		return nil
	})
}

// changeSettings is the one way to change them: on a copy, which then holds everywhere and on disk, or nowhere.
func (n *Node) changeSettings(ctx context.Context, edit func(*settings) error) error {
	n.changing.Lock()
	defer n.changing.Unlock()
	old := n.currentSettings()
	next := n.currentSettings()
	if err := edit(&next); err != nil {
		return err
	}
	next.findMounts()
	err := n.apply(ctx, next)
	if err == nil {
		err = n.home.WriteJSON(settingsFile, next)
	}
	if err != nil {
		_ = n.apply(ctx, old)
		return homeProblem(n.home.Path(), err)
	}
	n.mu.Lock()
	n.settings = next
	n.applyRulesLocked()
	if n.list != nil && next.Name != old.Name {
		if err := n.setListLocked(n.list); err != nil {
			n.log.Error("name not told to the workgroup", "err", err)
		}
	}
	n.mu.Unlock()
	if links := n.openLinks(time.Now()); len(links) < len(n.guests.Links()) {
		if err := n.setLinks(links); err != nil {
			n.log.Error("links for guests not saved", "err", err)
		}
	}
	n.prunePasswords()
	n.avoid()
	n.door.SetLimits(next.limits())
	n.limits.Set(next.Rates)
	if next.FullSpeed != old.FullSpeed {
		n.setPolite(!next.FullSpeed)
	}
	if !slices.Equal(next.Interfaces, old.Interfaces) {
		n.listenOn()
		n.redial()
		n.finder.Ask() // looks at the interfaces, too
	}
	if next.Drive != old.Drive {
		n.driveSwitch.fire()
	}
	n.news.fire()
	n.changes.fire()
	return nil
}

// noteSettings changes what nobody has decided and nothing else depends on, such as a port.
func (n *Node) noteSettings(edit func(*settings)) error {
	n.changing.Lock()
	defer n.changing.Unlock()
	next := n.currentSettings()
	edit(&next)
	if err := n.home.WriteJSON(settingsFile, next); err != nil {
		return homeProblem(n.home.Path(), err)
	}
	n.mu.Lock()
	n.settings = next
	n.applyRulesLocked()
	n.mu.Unlock()
	return nil
}

// keepMounts notes where the disks of the shared folders are that are there now, for when they are not.
func (n *Node) keepMounts() {
	n.changing.Lock()
	defer n.changing.Unlock()
	s := n.currentSettings()
	if !s.findMounts() {
		return
	}
	if err := n.home.WriteJSON(settingsFile, s); err != nil {
		n.log.Warn("where disks are mounted is not kept", "err", err)
	}
	n.mu.Lock()
	n.settings = s
	n.mu.Unlock()
}

// findMounts finds out where the disks of the shared folders are mounted, and tells whether anything is new. Of two disks it
// is the inner one that a folder is on: the outer one is seen while that is away.
func (s *settings) findMounts() (found bool) {
	for i, f := range s.Folders {
		if at := share.MountOf(f.Dir); f.Error == "" && len(at) > len(f.Mount) {
			s.Folders[i].Mount, found = at, true
		}
	}
	return found
}

func (n *Node) currentSettings() settings {
	n.mu.Lock()
	defer n.mu.Unlock()
	s := n.settings
	s.Folders, s.Printers, s.Installed = slices.Clone(s.Folders), slices.Clone(s.Printers), slices.Clone(s.Installed)
	return s
}

// setFolders has the folders of the settings served, and those that accepted offers come into.
func (n *Node) setFolders(s settings) error {
	set, _ := n.offerFolders()
	for _, f := range s.Folders {
		if f.Error == "" {
			set = append(set, share.Folder{Name: f.Name, Dir: f.Dir, Mount: f.Mount})
		}
	}
	return n.files.SetFolders(set)
}

// apply hands folders and printers to those who serve them. It is safe to serve what the gate does not yet know: it
// says no.
func (n *Node) apply(ctx context.Context, s settings) error {
	if err := n.setFolders(s); err != nil {
		return problem(Invalid, "", "share folder: %w", err)
	}
	n.files.SetBin(s.bin())
	offered := n.offered(s)
	for _, p := range offered {
		if p.Dir != "" { // a printer that makes its own folder needs no explaining
			if err := os.MkdirAll(p.Dir, 0o700); err != nil {
				return problem(Failed, "choose another with `lanyard config set print-folder DIR`", "make the folder for prints: %w", err)
			}
		}
	}
	if err := n.print.Share(ctx, offered); err != nil {
		return problem(Invalid, "", "share printer: %w", err)
	}
	return nil
}
