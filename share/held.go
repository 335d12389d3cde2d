package share

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// maxHeld is how many files that are held back are listed; all are counted. Whoever wants more gets the folder again when
// the first of them are there.
const maxHeld = 1000

// Held is a file that a Get did not take along: a person should see its name before. See Risky.
type Held struct {
	Path  string // below the shared folder of the other PC
	Dest  string // the local folder that the Get put files into
	Local string // where it belongs, below Dest; slash-separated
	Why   string
}

// Held returns the first files that were held back, in the order in which they came.
func (p *Progress) Held() []Held {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.held)
}

// HeldCount is how many files were held back. They are neither among the Files nor the Failed.
func (p *Progress) HeldCount() int { return int(p.heldCount.Load()) }

func (p *Progress) hold(h Held) {
	p.heldCount.Add(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.held) < maxHeld {
		p.held = append(p.held, h)
	}
}

// GetHeld fetches files that a Get of this shared folder held back, to where that Get would have put them. Failures are
// told as by Get.
func (c *Client) GetHeld(ctx context.Context, folder string, held []Held, m Moving, p *Progress) error {
	if p == nil {
		p = NewProgress()
	}
	for _, group := range together(held) {
		if err := c.getGroup(ctx, folder, group, m, p); err != nil {
			return err
		}
	}
	return p.result()
}

// together sorts what was held back into groups that one request can fetch: from one folder into one.
func together(held []Held) (groups [][]Held) {
	of := map[[3]string]int{}
	for _, h := range held {
		key := [3]string{path.Dir(h.Path), h.Dest, path.Dir(h.Local)}
		n, ok := of[key]
		if !ok {
			n = len(groups)
			of[key], groups = n, append(groups, nil)
		}
		if !slices.Contains(groups[n], h) {
			groups[n] = append(groups[n], h)
		}
	}
	return groups
}

func (c *Client) getGroup(ctx context.Context, folder string, group []Held, m Moving, p *Progress) error {
	wanted := make(map[string]want, len(group))
	paths := make([]string, len(group))
	for n, h := range group {
		if !filepath.IsLocal(filepath.FromSlash(h.Local)) {
			return &Error{Code: Invalid, Text: "it doesn't belong there", Path: h.Path}
		}
		paths[n] = h.Path
		wanted[path.Base(h.Path)] = want{path.Base(h.Local), h.Path}
	}
	root, err := below(group[0].Dest, path.Dir(group[0].Local))
	if err != nil {
		return err
	}
	defer root.Close()
	m.ID = "" // each is one file, and there can be many folders
	g := &getting{c: c, folder: folder, paths: paths, root: root, wanted: wanted, m: m, p: p, below: path.Dir(group[0].Local)}
	return g.run(ctx)
}

// below opens a folder in a local one, and makes it where it is not there yet.
func below(dest, dir string) (*os.Root, error) {
	root, err := os.OpenRoot(dest)
	if err != nil || dir == "." {
		return root, err
	}
	defer root.Close()
	if err := root.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	return root.OpenRoot(dir)
}
