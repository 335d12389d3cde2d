package share

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
)

// comparison is what a Get finds when it compares what there is to come with what is here.
type comparison struct {
	g    *getting
	r    *receiver       // only for its rules of places
	last map[string]bool // in a further round: the only files that count

	needed bool // something has to come
	omit   tokens
	sizes  map[int64]bool    // of files that have to come
	larges map[string]header // those of them that can be gone on with, by partName
	has    []func(*encoder) error
	plan   planFrame
	in     *openDir
	view   *Preview // of a preview: nothing is told, or sought
}

// compare asks what there is, and looks for all of it here.
func (g *getting) compare(ctx context.Context, r *receiver, last map[string]bool) (*comparison, error) {
	c := &comparison{g: g, r: r, last: last, sizes: map[int64]bool{}, larges: map[string]header{}}
	if err := c.run(ctx); err != nil {
		return nil, err
	}
	if g.round == 0 {
		g.p.expect(c.plan)
		if c.needed {
			return c, c.gather(ctx)
		}
	}
	return c, nil
}

func (c *comparison) run(ctx context.Context) error {
	defer func() { c.in.release() }()
	_, err := c.g.c.index(ctx, c.g.folder, query{Paths: c.g.paths}, func(_ indexHead, t frameType, h header) error {
		if t == frameError {
			c.needed = true // it tells of it again
			return ctx.Err()
		}
		first, _, _ := strings.Cut(h.Path, "/")
		if _, ok := c.r.wanted[first]; !ok {
			return fmt.Errorf("read stream: a file that wasn't asked for: %w", errStream)
		}
		at, more, err := c.r.where(h, t == frameDir)
		switch {
		case err != nil:
			c.needed = true
		case t == frameDir:
			c.folder(h, at)
		default:
			c.file(h, at, more)
		}
		return ctx.Err()
	})
	return err
}

// folder looks whether a folder is here, with its time.
func (c *comparison) folder(h header, at string) {
	info, err := c.g.root.Lstat(at)
	if err != nil || !info.IsDir() || !h.Modified.IsZero() && !c.r.places.keeps(info.ModTime(), h.Modified) {
		c.needed = true
	}
}

// file looks what is here of a file.
func (c *comparison) file(h header, at string, more bool) {
	c.plan.Files++
	c.plan.Bytes += h.Size
	c.in = c.in.next(c.g.root, path.Dir(at))
	info, err := c.look(at)
	i := &incoming{header: h, at: at}
	switch {
	case c.g.round == 0 && c.g.m.Again[h.Path]:
	case err == nil && c.r.places.same(info, h):
		i.how = Same
	case err == nil && c.r.mode == keepOld:
		i.how = Skipped
	case err == nil && c.r.mode == keepBoth && c.numbered(i):
		i.how = Same
	case c.r.hold && (more || len(c.r.wanted) > 1) && risky(at, false) != "":
		i.how = HeldUp
	}
	if c.view != nil {
		c.preview(i, info)
		return
	}
	if i.how == "" {
		c.needed = true
		if len(c.sizes) < maxKnown {
			c.sizes[h.Size] = true
		}
		if h.Size > pieceSize && len(c.larges) < maxParts {
			c.larges[partName(h)] = h
		}
		return
	}
	c.omit.add(h.token())
	if len(c.omit.list) >= maxTokens {
		c.needed = true
	}
	if c.g.round > 0 && !c.last[h.Path] {
		return
	}
	if i.how == HeldUp {
		c.g.p.hold(Held{Path: c.r.told(h.Path), Dest: c.g.root.Name(), Local: at, Why: Risky(at)})
	} else {
		c.g.p.bytes.Add(h.Size)
	}
	c.g.settled(i)
}

// look is look in the open folder.
func (c *comparison) look(at string) (fs.FileInfo, error) {
	root, name := c.in.at(c.g.root, at)
	info, err := root.Lstat(name)
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		info, err = c.g.root.Stat(at)
	}
	return info, err
}

// numbered tells whether a file came before, and got another name as there was one.
func (c *comparison) numbered(i *incoming) bool {
	dir, name := path.Split(i.at)
	for n := 2; n <= maxSame; n++ {
		info, err := c.look(dir + numbered(name, n))
		if err != nil {
			return false
		}
		if c.r.places.same(info, i.header) {
			i.at = dir + numbered(name, n)
			return true
		}
	}
	return false
}

// gather looks for contents of files that have to come.
func (c *comparison) gather(ctx context.Context) error {
	c.g.known = map[[hashSize]byte]string{}
	size := 0
	g := &gatherer{root: c.g.root, halves: c.g.halves, sizes: c.sizes, larges: c.larges}
	g.have = func(n int64, sum [hashSize]byte, at string) error {
		if size += len(at); len(c.g.known) >= maxKnown || size > maxKnownAt {
			return errEnough
		}
		if _, twice := c.g.known[sum]; !twice {
			c.has = append(c.has, func(e *encoder) error { return e.have(n, sum, "") })
		}
		c.g.known[sum] = at
		return nil
	}
	sums := 0
	g.part = func(k token, p part) error {
		if sums += len(p.sums); sums <= maxAllSums {
			c.has = append(c.has, func(e *encoder) error { return e.part(k, p) })
		}
		return nil
	}
	return g.run(ctx)
}

// tell writes what is here into a request. c may be nil.
func (c *comparison) tell(e *encoder) error {
	if c == nil {
		return nil
	}
	if err := e.omitted(c.omit.list); err != nil {
		return err
	}
	for _, has := range c.has {
		if err := has(e); err != nil {
			return err
		}
	}
	return nil
}

// index asks what there is. each is called for files (frameItem), folders (frameDir) and what can't be had (frameError).
func (c *Client) index(ctx context.Context, folder string, q query, each func(indexHead, frameType, header) error) (head indexHead, err error) {
	body, err := asking(q, nil)
	if err != nil {
		return head, err
	}
	answer, err := c.stream(ctx, "index", folder, body)
	if err != nil {
		return head, err
	}
	defer answer.Body.Close()
	dec, err := newDecoder(answer.Body)
	if err == nil {
		err = dec.readLong(frameQuery, &head)
	}
	for err == nil {
		t, p, nextErr := dec.next(nil)
		if err = nextErr; err != nil {
			break
		}
		h := header{}
		switch t {
		case frameLast:
			return head, dec.end()
		case frameItem, frameDir:
			if h, err = dec.header(t, p); err == nil {
				err = each(head, t, h)
			}
		case frameError:
			err = each(head, t, h)
		default:
			err = fmt.Errorf("read stream: frame of type %q: %w", byte(t), errStream)
		}
	}
	return head, err
}

// unnumbered is the name that a file came under, where its name looks as if there had been one already.
func unnumbered(p string) (string, bool) {
	dir, name := path.Split(p)
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	if !strings.HasSuffix(stem, ")") {
		stem, ext = name, ""
	}
	open := strings.LastIndex(stem, " (")
	if open <= 0 || !strings.HasSuffix(stem, ")") {
		return "", false
	}
	if n, err := strconv.Atoi(stem[open+2 : len(stem)-1]); err != nil || n < 2 {
		return "", false
	}
	return dir + stem[:open] + ext, true
}

// PreviewGet tells what a Get would do.
func (c *Client) PreviewGet(ctx context.Context, folder string, paths []string, dest string) (*Preview, error) {
	wanted, dest, err := destination(folder, paths, dest)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dest)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	g := &getting{c: c, folder: folder, paths: paths, root: root, wanted: wanted, p: NewProgress()}
	v := &Preview{}
	cmp := &comparison{g: g, r: &receiver{root: root, mode: replace, wanted: wanted}, view: v}
	return v, cmp.run(ctx)
}

// preview counts a file.
func (c *comparison) preview(i *incoming, info fs.FileInfo) {
	if first, rest, more := strings.Cut(i.Path, "/"); c.r.wanted[first].local == first && i.at != i.Path || more && !strings.HasSuffix(i.at, "/"+rest) {
		c.view.renamed(i.Path, i.at)
	}
	switch {
	case i.how == Same:
		c.view.same(i.Size)
	case info == nil:
		c.view.fresh(i.Size)
	default:
		c.view.differs(i.header, header{Size: info.Size(), Modified: sane(info.ModTime())})
	}
}

func (v *Preview) same(size int64)  { v.Same, v.SameBytes = v.Same+1, v.SameBytes+size }
func (v *Preview) fresh(size int64) { v.New, v.NewBytes = v.New+1, v.NewBytes+size }

// renamed notes a file that gets another name.
func (v *Preview) renamed(p, as string) {
	if len(v.Renamed) < maxDiffering {
		v.Renamed = append(v.Renamed, Renamed{p, as})
	}
}

// maxDiffering is how many files that differ, or get another name, a preview names.
const maxDiffering = 100

func (v *Preview) differs(comes, here header) {
	v.Differ, v.DifferBytes = v.Differ+1, v.DifferBytes+comes.Size
	if len(v.Differing) < maxDiffering {
		d := Difference{Path: comes.Path}
		d.Here.Size, d.Here.Modified = here.Size, here.Modified
		d.Comes.Size, d.Comes.Modified = comes.Size, comes.Modified
		v.Differing = append(v.Differing, d)
	}
}
