package node

import (
	"context"
	"path/filepath"

	"lanyard/app/node/gate"
	"lanyard/share"
)

// PreviewGet implements Service.
func (n *Node) PreviewGet(ctx context.Context, from []Location, dest string) (*Preview, error) {
	first, paths, _, err := oneFolder(from)
	if err != nil {
		return nil, err
	}
	if !filepath.IsAbs(dest) {
		return nil, problem(Invalid, "", "the path %q must be absolute", dest)
	}
	if err := checkDest(dest, len(from)); err != nil {
		return nil, err
	}
	return n.preview(ctx, first, gate.Read, "there is nothing to get in %q", func(ctx context.Context, c *share.Client, folder string) (*share.Preview, error) {
		return c.PreviewGet(ctx, folder, paths, dest)
	})
}

// PreviewPut implements Service.
func (n *Node) PreviewPut(ctx context.Context, files []string, to Location) (*Preview, error) {
	if err := checkFiles(files); err != nil {
		return nil, err
	}
	return n.preview(ctx, to, gate.Add, "files can only be put into a shared folder of %q", func(ctx context.Context, c *share.Client, folder string) (*share.Preview, error) {
		return c.PreviewPut(ctx, files, folder, to.Path)
	})
}

func (n *Node) preview(ctx context.Context, l Location, need gate.Verb, nothing string, ask func(context.Context, *share.Client, string) (*share.Preview, error)) (*Preview, error) {
	id, folder, c, err := n.at(l)
	if err != nil {
		return nil, err
	}
	if folder == "" {
		return nil, problem(Invalid, "name a shared folder: PC:SHARE/PATH", nothing, l.PC)
	}
	if err := n.checkRight(ctx, id, folder, need); err != nil {
		return nil, err
	}
	ctx, done := n.use(ctx, id)
	defer done()
	found, err := ask(ctx, c, folder)
	if err != nil {
		return nil, n.transferProblem(ctx, id, Location{Folder: folder, Path: l.Path}, folder, err)
	}
	return showPreview(found), nil
}

func showPreview(found *share.Preview) *Preview {
	p := &Preview{
		New: Tally{int(found.New), found.NewBytes}, Same: Tally{int(found.Same), found.SameBytes}, Differ: Tally{int(found.Differ), found.DifferBytes},
		Conflicts: []Conflict{}, Renamed: []Renamed{},
	}
	for _, d := range found.Differing {
		p.Conflicts = append(p.Conflicts, Conflict{
			Path: d.Path, Size: d.Comes.Size, Time: d.Comes.Modified, Size2: d.Here.Size, Time2: d.Here.Modified,
		})
	}
	for _, r := range found.Renamed {
		p.Renamed = append(p.Renamed, Renamed{Path: r.Path, As: r.As})
	}
	return p
}
