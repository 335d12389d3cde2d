// Package drive makes one file system of the shared folders of all PCs of a workgroup, /PC/FOLDER/PATH, and serves it to the programs
// of this PC over WebDAV on loopback. It finds no PCs, and knows nothing of keys: an Office tells which there are and how they are
// reached.
package drive

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"lanyard/share"
	"lanyard/share/dav"
)

// Limits of what is remembered of other PCs.
const (
	freshFor  = 2 * time.Second // a file manager asks for everything several times
	maxCached = 64              // folders
	listWait  = 20 * time.Second
	changeFor = 5 * time.Minute // a folder that goes to the bin of another disk takes its time
	shortID   = 4               // characters of an ID that tell two PCs of one name apart
)

const draftPrefix = "drive-"

// PC is one PC of the workgroup.
type PC struct {
	Name    string
	ID      string
	Online  bool
	Folders []Folder
	Client  *share.Client // may be nil while it is off
}

// Folder is a folder that a PC shares with this one.
type Folder struct {
	Name   string
	Access string // see, read, add or change; only what can be read is shown
	Free   int64  // bytes; negative: not known
}

// Office tells which PCs there are. It is asked for every request, and must answer at once.
type Office interface{ PCs() []PC }

// Options are what a Drive needs.
type Options struct {
	Office Office
	Dir    string // for files on their way to another PC; "" is the system's place for temporary files
	Logger *slog.Logger
}

// Drive is the file system. It implements dav.FileSystem.
type Drive struct {
	o     Options
	began time.Time

	mu      sync.Mutex
	cached  map[place]*listing // mu guards the below
	changes int                // that this drive has made
}

var _ dav.FileSystem = (*Drive)(nil)

// New returns a Drive. What an earlier one left in Dir on its way is removed.
func New(o Options) *Drive {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Dir != "" {
		left, _ := filepath.Glob(filepath.Join(o.Dir, draftPrefix+"*"))
		for _, dir := range left {
			_ = os.RemoveAll(dir)
		}
	}
	return &Drive{o: o, began: time.Now(), cached: map[place]*listing{}}
}

// place is where something is in the workgroup.
type place struct{ id, folder, path string }

func (p place) up() place {
	p.path = parent(p.path)
	return p
}

// listing is what is in a folder, for a moment.
type listing struct {
	at    time.Time
	list  []share.Entry
	names map[string]int
}

// named gives each PC a name of its own that can be a folder's.
func (d *Drive) named() map[string]PC {
	all := d.o.Office.PCs()
	names, byName := Names(all), make(map[string]PC, len(all))
	for _, pc := range all {
		byName[names[pc.ID]] = pc
	}
	return byName
}

// Names returns what each of some PCs is called on the drive, by its ID: a name of its own that can be a folder's. Of a PC
// only Name and ID count.
func Names(pcs []PC) map[string]string {
	all := slices.Clone(pcs)
	slices.SortFunc(all, func(a, b PC) int { return strings.Compare(a.ID, b.ID) })
	names, taken := make(map[string]string, len(all)), map[string]bool{}
	for _, pc := range all {
		short := pc.ID[:min(len(pc.ID), shortID)]
		name := plain(pc.Name)
		if name == "" {
			name = short
		}
		for n := shortID; taken[strings.ToLower(name)] && n <= len(pc.ID); n++ {
			name = fmt.Sprintf("%s (%s)", plain(pc.Name), pc.ID[:n])
		}
		taken[strings.ToLower(name)] = true
		names[pc.ID] = name
	}
	return names
}

// plain makes the name of a PC one of a folder.
func plain(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\<>:"|?*`, r) || unicode.IsControl(r) {
			return '_'
		}
		return r
	}, name)
	if name = strings.TrimLeft(strings.TrimRight(name, ". "), ". "); share.CheckPath(name) != nil {
		return ""
	}
	return name
}

// shown tells whether a folder can be seen into.
func (f Folder) shown() bool {
	return (f.Access == "read" || f.Access == "change") && share.CheckPath(f.Name) == nil && !strings.Contains(f.Name, "/")
}

// where finds what a path means. Above the shared folders, folder is "".
func (d *Drive) where(p string) (pc PC, f Folder, at place, err error) {
	name, rest, _ := strings.Cut(p, "/")
	folder, rest, _ := strings.Cut(rest, "/")
	if name == "" {
		return pc, f, at, nil
	}
	pc, ok := d.named()[name]
	if !ok {
		return pc, f, at, notFound
	}
	at = place{id: pc.ID, path: rest}
	if folder == "" {
		return pc, f, at, nil
	}
	i := slices.IndexFunc(pc.Folders, func(f Folder) bool { return f.Name == folder && f.shown() })
	if i < 0 {
		if !pc.Online { // it may well be there again later
			return pc, f, at, off(pc)
		}
		return pc, f, at, notFound
	}
	at.folder = folder
	return pc, pc.Folders[i], at, nil
}

var notFound = &share.Error{Code: share.NotFound, Text: "there is no such file or folder"}

func off(pc PC) error {
	return &share.Error{Code: share.Gone, Text: fmt.Sprintf("%s is off, or can't be reached", pc.Name)}
}

func denied(text string) error { return &share.Error{Code: share.Denied, Text: text} }

// reach is where for something that takes the other PC.
func (d *Drive) reach(p string) (*share.Client, place, error) {
	pc, f, at, err := d.where(p)
	switch {
	case err != nil:
		return nil, at, err
	case f.Name == "":
		return nil, at, denied("PCs and their shared folders are not made or changed here")
	case !pc.Online || pc.Client == nil:
		return nil, at, off(pc)
	}
	return pc.Client, at, nil
}

// May implements dav.FileSystem. The other PC has the last word.
func (d *Drive) May(p string, v share.Verb) bool {
	if v == share.See || v == share.Read {
		return true // what can't be read isn't there
	}
	_, f, at, err := d.where(p)
	return err == nil && f.Access == "change" && at.path != ""
}

// Stat implements dav.FileSystem.
func (d *Drive) Stat(ctx context.Context, p string) (share.Entry, error) {
	_, f, at, err := d.where(p)
	if err != nil {
		return share.Entry{}, err
	}
	if f.Name == "" || at.path == "" {
		return share.Entry{Name: base(p), Folder: true, Modified: d.began}, nil
	}
	client, at, err := d.reach(p)
	if err != nil {
		return share.Entry{}, err
	}
	if l := d.fresh(at.up()); l != nil {
		if n, ok := l.names[base(at.path)]; ok {
			return l.list[n], nil
		}
		return share.Entry{}, notFound
	}
	ctx, cancel := context.WithTimeout(ctx, listWait)
	defer cancel()
	e, err := client.Entry(ctx, at.folder, at.path)
	return e, lost(err)
}

// List implements dav.FileSystem.
func (d *Drive) List(ctx context.Context, p string, each func(share.Entry) error) error {
	pc, f, _, err := d.where(p)
	if err != nil {
		return err
	}
	var list []share.Entry
	switch {
	case p == "":
		for name := range d.named() {
			list = append(list, share.Entry{Name: name, Folder: true, Modified: d.began})
		}
	case f.Name == "":
		for _, f := range pc.Folders {
			if f.shown() {
				list = append(list, share.Entry{Name: f.Name, Folder: true, Modified: d.began})
			}
		}
	default:
		client, at, err := d.reach(p)
		if err != nil {
			return err
		}
		l, err := d.list(ctx, client, at)
		if err != nil {
			return err
		}
		list = l.list
	}
	for _, e := range list {
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

// fresh returns what was in a folder a moment ago, or nil where that isn't known.
func (d *Drive) fresh(at place) *listing {
	d.mu.Lock()
	defer d.mu.Unlock()
	if l := d.cached[at]; l != nil && time.Since(l.at) < freshFor {
		return l
	}
	return nil
}

// list returns what is in a folder of another PC, as it was a moment ago.
func (d *Drive) list(ctx context.Context, c *share.Client, at place) (*listing, error) {
	if l := d.fresh(at); l != nil {
		return l, nil
	}
	d.mu.Lock()
	changes := d.changes
	d.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, listWait)
	defer cancel()
	began := time.Now()
	list, err := c.List(ctx, at.folder, at.path)
	if err != nil {
		return nil, lost(err)
	}
	l := &listing{began, list, make(map[string]int, len(list))}
	for n, e := range list {
		l.names[e.Name] = n
	}
	l.at = l.at.Add(time.Since(began)) // one that takes long is used for as long
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.changes != changes { // it may be as before the change, which whoever asks after it must not be told
		return l, nil
	}
	if len(d.cached) >= maxCached {
		clear(d.cached)
	}
	d.cached[at] = l
	return l, nil
}

// forget has folders read anew that this drive has changed, with all below them.
func (d *Drive) forget(places ...place) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changes++
	for _, p := range places {
		delete(d.cached, p.up())
		for at := range d.cached {
			if at.id == p.id && at.folder == p.folder && within(at.path, p.path) {
				delete(d.cached, at)
			}
		}
	}
}

// Space implements dav.FileSystem.
func (d *Drive) Space(_ context.Context, p string) (free, used int64) {
	_, f, _, err := d.where(p)
	if err != nil || f.Name == "" {
		return -1, -1
	}
	return f.Free, -1
}
