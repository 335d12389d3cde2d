package share

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// How far a receiver looks for contents that are there already.
const (
	maxLook      = 100_000 // files and folders
	maxLookBytes = 8 << 30 // read and hashed: what takes longer than that is the quicker sent
)

var errEnough = errors.New("enough")

// gatherer finds what a receiver has of files that will come: beginnings of large ones, and contents under any name.
type gatherer struct {
	root   *os.Root
	dir    string // where they will be: there it looks first
	halves *halves
	sizes  map[int64]bool
	larges map[string]header // by partName
	have   func(size int64, sum [hashSize]byte, at string) error
	part   func(k token, p part) error

	looked int
	bytes  int64
}

// run tells of all that is there. It fails only with an error of have or part, or of the context.
func (g *gatherer) run(ctx context.Context) error {
	err := error(nil)
	if g.halves != nil {
		err = eachHalf(g.root, g.halves.ledgerName(), func(at, rest string) error { return g.half(ctx, at, rest) })
	}
	for _, dir := range []string{g.dir, ""} {
		if err == nil && len(g.sizes) > 0 && (dir != "" || dir == g.dir || g.dir != "") {
			err = g.walk(ctx, dir, dir != g.dir)
		}
	}
	if err == errEnough {
		return nil
	}
	return err
}

func (g *gatherer) walk(ctx context.Context, dir string, but bool) error {
	var in *openDir
	defer func() { in.release() }()
	w := walker{each: func(i *item) error {
		if g.looked++; g.looked > maxLook {
			return errEnough
		}
		if i.err != nil || i.dir || i.link || !g.sizes[i.Size] || i.Size == 0 || but && g.dir != "" && strings.HasPrefix(i.path, g.dir+"/") {
			return ctx.Err()
		}
		in = in.next(g.root, path.Dir(i.path))
		return g.content(ctx, in, i.path)
	}}
	return w.walk(source{root: g.root, path: dir})
}

// half tells of an unfinished file of the same transfer.
func (g *gatherer) half(ctx context.Context, at, rest string) error {
	h, ok := g.larges[rest]
	if !ok {
		return g.content(ctx, nil, at)
	}
	f, info, err := openFile(g.root, at)
	if err != nil {
		return ctx.Err()
	}
	defer f.Close()
	p := part{piece: pieceOf(h.Size)}
	r := io.NewSectionReader(f, 0, min(info.Size(), h.Size))
	for at := int64(0); at < r.Size() && len(p.sums) < maxSums; at += p.piece {
		if r.Size()-at < p.piece && r.Size() < h.Size {
			break // a beginning of a piece is none
		}
		sum, _, err := hashOf(ctx, io.LimitReader(r, p.piece))
		if err != nil {
			return ctx.Err()
		}
		p.sums = append(p.sums, sum)
	}
	if len(p.sums) == 0 {
		return ctx.Err()
	}
	return g.part(h.token(), p)
}

// content tells of a file that could be one of those that will come.
func (g *gatherer) content(ctx context.Context, in *openDir, at string) error {
	root, name := in.at(g.root, at)
	f, info, err := openFile(root, name)
	if err != nil {
		return ctx.Err()
	}
	defer f.Close()
	if !g.sizes[info.Size()] || info.Size() == 0 {
		return ctx.Err()
	}
	if g.bytes += info.Size(); g.bytes > maxLookBytes {
		return errEnough
	}
	sum, size, err := hashOf(ctx, f)
	if err != nil || size != info.Size() {
		return ctx.Err()
	}
	return g.have(size, sum, at)
}

// contentOf checks the path of a content that a sender says this PC has told of, and opens it: a file that is shown, or an
// unfinished one of the same transfer.
func contentOf(root *os.Root, h *halves, at string) (*os.File, error) {
	dir, name := path.Split(at)
	if _, own := h.belongs(name); !own && hidden(name) || !filepath.IsLocal(at) {
		return nil, errNotFound
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(dir, "/"), "/") {
		if hidden(part) {
			return nil, errNotFound
		}
	}
	if info, err := root.Lstat(at); err != nil || !info.Mode().IsRegular() {
		return nil, fs.ErrNotExist
	}
	f, _, err := openFile(root, at)
	return f, err
}
