package share

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
)

const streamType = "application/vnd.lanyard.stream"

// sourcesOf are the files and folders that a request names. Each comes under its last name.
func (f *folder) sourcesOf(paths []string) ([]source, *os.Root, error) {
	root, err := f.open()
	if err != nil {
		return nil, nil, err
	}
	names := map[string]bool{}
	sources := make([]source, len(paths))
	for n, p := range paths {
		at, err := seek(root, p)
		if err != nil {
			return nil, nil, err
		}
		as := baseName(p, f.Name)
		if names[as] {
			return nil, nil, &Error{Code: Invalid, Text: "two of the files have the same name", Path: p}
		}
		names[as] = true
		sources[n] = source{root: root, path: at.at, as: as, asked: p}
	}
	return sources, root, nil
}

// get streams files and folders, but for what the receiver says it has.
func (s *Server) get(f *folder, w http.ResponseWriter, r *http.Request) error {
	q, has := query{}, receiverHas{}
	dec, err := readQuery(r.Body, &q)
	if err != nil {
		return err
	}
	if len(q.Paths) == 0 {
		return &Error{Code: Invalid, Text: "nothing is asked for"}
	}
	if err := dec.receiverSays(&has, nil); err != nil {
		return &Error{Code: Invalid, Text: "the request makes no sense"}
	}
	sources, _, err := f.sourcesOf(q.Paths)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", streamType)
	sender := &sender{sources: sources, has: has, p: NewProgress(), remote: true}
	if err := sender.run(r.Context(), w); err != nil {
		panic(http.ErrAbortHandler) // begun: only a broken connection can tell
	}
	return nil
}

// index tells the names, sizes and times of what is there.
func (s *Server) index(f *folder, w http.ResponseWriter, r *http.Request) error {
	q := query{}
	dec, err := readQuery(r.Body, &q)
	if err == nil && dec.receiverSays(&receiverHas{}, nil) != nil {
		err = &Error{Code: Invalid, Text: "the request makes no sense"}
	}
	if err == nil {
		err = CheckPath(q.Below)
	}
	if err != nil {
		return err
	}
	sources, root, err := f.sourcesOf(q.Paths)
	if err != nil {
		return err
	}
	below, err := seek(root, q.Below)
	if err != nil {
		return err
	}
	head := indexHead{
		Grain: int64(below.grain), Stands: newHalves(root, s.o.Who(r), q.ID).stand(), Change: s.o.Allow(r, f.Name, Change),
		More: anythingIn(root, below.at), Windows: below.windows,
	}
	w.Header().Set("Content-Type", streamType)
	if err := writeIndex(r.Context(), w, head, sources); err != nil {
		panic(http.ErrAbortHandler) // begun: only a broken connection can tell
	}
	return nil
}

func writeIndex(ctx context.Context, w io.Writer, head indexHead, sources []source) error {
	enc := newEncoder(w)
	if err := enc.long(frameQuery, head); err != nil {
		return err
	}
	walk := walker{each: func(i *item) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case i.err != nil:
			return enc.json(frameError, streamError{asError(i.err, i.told(true)), i.as, false})
		case i.dir:
			return enc.header(frameDir, i.header)
		}
		return enc.header(frameItem, i.header)
	}}
	for _, src := range sources {
		if err := walk.walk(src); err != nil {
			return err
		}
	}
	return enc.last()
}

// anythingIn tells whether a folder has anything that is shown.
func anythingIn(root *os.Root, dir string) bool {
	return readNames(root, dir, func(name string) error {
		if !hidden(name) {
			return errEnough
		}
		return nil
	}) == errEnough
}

// contents tells what is there of files that will be put: whole contents, under any name, and what half stands.
func (s *Server) contents(f *folder, w http.ResponseWriter, r *http.Request) error {
	q := query{}
	dec, err := readQuery(r.Body, &q)
	if err == nil {
		err = CheckPath(q.Below)
	}
	if err != nil {
		return err
	}
	root, err := f.open()
	if err != nil {
		return err
	}
	below, err := seek(root, q.Below)
	if err != nil {
		return err
	}
	g := &gatherer{root: root, dir: below.at, halves: newHalves(root, s.o.Who(r), q.ID), sizes: map[int64]bool{}, larges: map[string]header{}}
	if err := dec.receiverSays(&receiverHas{}, g.takeAsked); err != nil {
		return &Error{Code: Invalid, Text: "the request makes no sense"}
	}
	end, err := s.overtake(r.Context(), f, g.halves)
	if err != nil {
		return err
	}
	defer end()
	w.Header().Set("Content-Type", streamType)
	enc := newEncoder(w)
	g.have, g.part = enc.have, enc.part
	err = g.run(r.Context())
	if err == nil {
		err = enc.last()
	}
	if err != nil {
		panic(http.ErrAbortHandler) // begun: only a broken connection can tell
	}
	return nil
}

// takeAsked takes what a sender will send: sizes, and large files.
func (g *gatherer) takeAsked(t frameType, p []byte) error {
	switch {
	case t == frameSizes && len(p)%8 == 0:
		for ; len(p) > 0 && len(g.sizes) < maxKnown; p = p[8:] {
			g.sizes[sizeIn(p)] = true
		}
		return nil
	case t == frameItem:
		h, err := readHeader(p)
		if err == nil && len(g.larges) < maxParts {
			g.larges[partName(h)] = h
		}
		return err
	}
	return fmt.Errorf("read stream: frame of type %q: %w", byte(t), errStream)
}

// put takes a stream. Who may not Change never replaces, and who may not Read puts into the folder itself and learns
// nothing of what is in it.
func (s *Server) put(f *folder, w http.ResponseWriter, r *http.Request) error {
	at, err := f.at(r)
	if err != nil {
		return err
	}
	root, p := at.root, at.asked
	mode, id := replace, r.URL.Query().Get("id")
	switch r.URL.Query().Get("existing") {
	case "keep":
		mode = keepBoth
	case "skip":
		mode = keepOld
	case "", "replace":
	default:
		return &Error{Code: Invalid, Text: "existing: want replace, keep or skip"}
	}
	if len(id) > maxTransferID {
		return &Error{Code: Invalid, Text: "the ID is too long"}
	}
	change, read := s.o.Allow(r, f.Name, Change), s.o.Allow(r, f.Name, Read)
	if !change && mode == replace {
		mode = keepBoth
	}
	if !read {
		if p != "" {
			return errNotFound
		}
		mode, id = dropBox, ""
	} else if info, err := root.Stat(rooted(at.at)); err == nil && !info.IsDir() {
		return &Error{Code: Exists, Text: "it is a file, not a folder", Path: p}
	}
	half := newHalves(root, s.o.Who(r), id)
	end, err := s.overtake(r.Context(), f, half)
	if err != nil {
		return err
	}
	defer end()
	a := newPutAnswer(w, at, mode == dropBox)
	var deeds written
	rec := &receiver{
		root: root, dir: at.at, mode: mode, p: NewProgress(), careful: !change, reserve: true, halves: half, flushed: a.flush,
		settled: func(i *incoming) { deeds.settled(i); a.settled(i) },
		may:     func() bool { return s.o.Allow(r, f.Name, Add) },
		replace: func(temp, at string) error { return f.replace(root, temp, at, s.o.Who(r)) },
		spare:   func() error { return f.deeds.stopped(s.o.Who(r)) },
		added:   func(at string) { f.added(root, at, s.o.Who(r)) },
		yield:   func(file *os.File, size int64) { _ = f.makeRoom(root, file, size) },
	}
	if read {
		rec.content = func(_ [hashSize]byte, at string) (*os.File, error) { return contentOf(root, half, at) }
	}
	dec, err := newDecoder(r.Body)
	if err == nil {
		err = rec.run(r.Context(), dec)
	}
	if err == nil {
		half.remove() // what nobody needed
	}
	if errors.Is(err, errStream) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = &Error{Code: Invalid, Text: err.Error()}
	}
	deeds.end(s, f.Name, s.o.Who(r), err)
	a.end(err)
	return nil
}
