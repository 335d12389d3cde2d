package node

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lanyard/app/node/gate"
	"lanyard/app/node/identity"
	"lanyard/share"
)

// maxShareName bounds the name of a shared folder: it is a path segment and a label.
const maxShareName = 80

// ShareFolder implements Service.
func (n *Node) ShareFolder(ctx context.Context, f Folder) (*Folder, error) {
	dir, err := n.checkDir(f.Dir, f.Confirmed)
	if err != nil {
		return nil, err
	}
	f.Dir, f.Error, f.Mount = dir, "", ""
	again := len(f.Allow) == 0 // if it is shared already, its rights stay
	if f.Allow, err = n.readAllow(f.Allow); err != nil {
		return nil, err
	}
	err = n.changeSettings(ctx, func(s *settings) error {
		if f.Name == "" {
			f.Name = freeShareName(s, f.Dir)
		}
		if err := checkShareName(f.Name); err != nil {
			return err
		}
		i := slices.IndexFunc(s.Folders, func(o Folder) bool { return strings.EqualFold(o.Name, f.Name) })
		switch {
		case i < 0:
			s.Folders = append(s.Folders, f)
		case s.Folders[i].Dir != f.Dir:
			return problem(Exists, "choose another with --name, or end the sharing of the other folder",
				"%s is shared as %s already", s.Folders[i].Dir, s.Folders[i].Name)
		default: // the same folder: new rights, if any are given
			f.Name = s.Folders[i].Name
			if again {
				f.Allow = maps.Clone(s.Folders[i].Allow)
			}
			mount := s.Folders[i].Mount // the disk may be away
			s.Folders[i] = f
			s.Folders[i].Mount = mount
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &f, nil
}

func pathCause(err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func checkShareName(name string) error {
	if name == "" || len(name) > maxShareName || clean(name) != name || strings.ContainsAny(name, `/\:`) || strings.HasPrefix(name, ".") {
		return problem(Invalid, "choose another with --name", "%q can't be the name of a shared folder", clean(name))
	}
	return nil
}

// freeShareName is the folder's own name, or the next one like it. A folder that is shared already keeps its name.
func freeShareName(s *settings, dir string) string {
	for _, f := range s.Folders {
		if f.Dir == dir {
			return f.Name
		}
	}
	base := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:`, r) {
			return '-'
		}
		return r
	}, filepath.Base(dir))
	base = strings.TrimLeft(cut(clean(base), maxShareName-4), ".")
	if base == "" {
		base = "Folder"
	}
	name := base
	for i := 2; slices.ContainsFunc(s.Folders, func(f Folder) bool { return strings.EqualFold(f.Name, name) }); i++ {
		name = fmt.Sprintf("%s %d", base, i)
	}
	return name
}

// readAllow turns names of PCs into IDs. No rule at all means that everyone in the workgroup may read.
func (n *Node) readAllow(allow map[string]string) (map[string]string, error) {
	if len(allow) == 0 {
		return map[string]string{gate.Everyone: "read"}, nil
	}
	out := map[string]string{}
	for who, access := range allow {
		if _, ok := gate.ParseAccess(access); !ok {
			return nil, problem(Invalid, "rights are none, see, read, add and change", "there is no right %q", access)
		}
		if who == gate.Everyone || who == gate.Guests || identity.ValidID(who) {
			out[who] = access
			continue
		}
		id, err := n.resolve(who)
		if err != nil {
			return nil, err
		}
		out[id] = access
	}
	return out, nil
}

// UnshareFolder implements Service.
func (n *Node) UnshareFolder(ctx context.Context, name string) error {
	return n.changeSettings(ctx, func(s *settings) error {
		before := len(s.Folders)
		s.Folders = slices.DeleteFunc(s.Folders, func(f Folder) bool { return strings.EqualFold(f.Name, name) })
		if len(s.Folders) == before {
			return problem(NotFound, "`lanyard share list` lists them", "this PC shares no folder %q", name)
		}
		return nil
	})
}

// offersFor is what a member may use on this PC.
func (n *Node) offersFor(id string) offers {
	who := n.gate.Peer(id)
	o := offers{Folders: []Offer{}, Printers: []Printer{}, Free: -1}
	n.mu.Lock()
	folders := slices.Clone(n.settings.Folders)
	o.Face = n.settings.Face
	n.mu.Unlock()
	for _, f := range folders {
		var verbs gate.Verbs
		for v := gate.See; v <= gate.Change; v++ {
			if n.gate.Allows(gate.Question{Who: who, Service: gate.Files, Thing: f.Name, Verb: v}) {
				verbs |= gate.Of(v)
			}
		}
		if verbs.Has(gate.See) {
			offer := Offer{Name: f.Name, Access: verbs.String(), Free: free(f.Dir)}
			o.Folders = append(o.Folders, offer)
			if o.Free < 0 {
				o.Free = offer.Free
			}
		}
	}
	used := n.print.Used(id)
	for _, p := range n.print.Printers() {
		if n.gate.Allows(gate.Question{Who: who, Service: gate.Printing, Thing: p.Name, Verb: gate.See}) {
			o.Printers = append(o.Printers, n.showPrinter(p, used))
		}
	}
	return o
}

// at finds a PC that is on, a client for its files, and the shared folder's name as it is written there.
func (n *Node) at(l Location) (id, folder string, c *share.Client, err error) {
	if id, err = n.resolve(l.PC); err != nil {
		return
	}
	c = &share.Client{HTTP: n.client, Base: base(id)}
	n.mu.Lock()
	defer n.mu.Unlock()
	var names []string
	if id == n.id.ID {
		for _, f := range n.settings.Folders {
			names = append(names, f.Name)
		}
	} else {
		p := n.peers[id]
		if n.gate.Avoids(id) {
			return id, "", nil, avoided(n.nameLocked(id))
		}
		if !n.list.Has(id) {
			return id, "", nil, problem(Denied, "join its workgroup first, or invite it into yours", "%s is not in this PC's workgroup", n.nameLocked(id))
		}
		if p == nil || !p.online {
			return id, "", nil, n.offlineLocked(id)
		}
		for _, f := range p.Offers.Folders {
			names = append(names, f.Name)
		}
	}
	if l.Folder == "" {
		return id, "", c, nil
	}
	for _, name := range names {
		if strings.EqualFold(name, l.Folder) {
			return id, name, c, nil
		}
	}
	return id, l.Folder, c, nil // the PC itself has the last word: it may have been shared a moment ago
}

// MakeFolder implements Service.
func (n *Node) MakeFolder(ctx context.Context, l Location) error {
	return n.change(ctx, l, gate.Add, func(ctx context.Context, c *share.Client, folder string) error {
		return c.Mkdir(ctx, folder, l.Path)
	})
}

// Rename implements Service.
func (n *Node) Rename(ctx context.Context, from, to Location) error {
	if a, err := n.resolve(from.PC); err != nil {
		return err
	} else if b, err := n.resolve(to.PC); err != nil {
		return err
	} else if a != b || !strings.EqualFold(from.Folder, to.Folder) {
		return problem(Invalid, "copy with get and put, then rm", "a file can only be moved within one shared folder")
	}
	return n.change(ctx, from, gate.Change, func(ctx context.Context, c *share.Client, folder string) error {
		return c.Rename(ctx, folder, from.Path, to.Path)
	})
}

// Remove implements Service.
func (n *Node) Remove(ctx context.Context, at []Location) error {
	for _, l := range at {
		err := n.change(ctx, l, gate.Change, func(ctx context.Context, c *share.Client, folder string) error {
			return c.Remove(ctx, folder, l.Path)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// change does one thing in a shared folder, below its top, that takes a right there.
func (n *Node) change(ctx context.Context, l Location, need gate.Verb, do func(context.Context, *share.Client, string) error) error {
	if l.Folder == "" || l.Path == "" {
		return problem(Invalid, "name something in it: PC:SHARE/PATH", "a shared folder itself is changed only by its owner")
	}
	id, folder, c, err := n.at(l)
	if err != nil {
		return err
	}
	if err := n.checkRight(ctx, id, folder, need); err != nil {
		return err
	}
	ctx, done := n.use(ctx, id)
	defer done()
	if err := do(ctx, c, folder); err != nil {
		return n.fileProblem(ctx, id, Location{Folder: folder, Path: l.Path}, err)
	}
	return nil
}

// free is the space on the disk of a folder, in steps of 1 to 2 % so that it is no news with every write; -1 unknown.
func free(dir string) int64 {
	f, err := share.Free(dir)
	if err != nil {
		return -1
	}
	step := int64(1 << 20)
	for step < f/100 {
		step *= 2
	}
	return f / step * step
}
