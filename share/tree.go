package share

import (
	"io/fs"
	"net/http"
	"os"
	"path"
)

// Tree is a shared folder in the hands of a door of another kind, under the rules of this one: hidden names don't exist, no
// path or link leads out, and what is neither file nor folder isn't there. It is valid for the one request.
type Tree struct {
	s    *Server
	f    *folder
	root *os.Root
	who  string          // whose doing it is what is written
	may  func(Verb) bool // asks the gate for the caller
}

// Visit hands a shared folder to serve, with a request that ends when the folder is no longer shared and whose reads and
// writes wait for the other side as long as those of a Server do, and no longer. An error is of the folder: serve was not
// called. The caller has asked the gate.
func (s *Server) Visit(w http.ResponseWriter, r *http.Request, name string, serve func(*Tree, http.ResponseWriter, *http.Request)) error {
	s.mu.Lock()
	f := s.folders[name]
	s.mu.Unlock()
	if f == nil {
		return errNotFound
	}
	ctx, done := f.use(r.Context())
	defer done()
	root, err := f.open()
	if err != nil {
		return err
	}
	w, r, rest := patient(ctx, w, r)
	defer rest()
	serve(s.tree(f, root, r), w, r)
	return nil
}

// tree is a folder in the hands of whoever makes a request.
func (s *Server) tree(f *folder, root *os.Root, r *http.Request) *Tree {
	return &Tree{s, f, root, s.o.Who(r), func(v Verb) bool { return s.o.Allow(r, f.Name, v) }}
}

// Stat tells what is at a path; "" is the shared folder itself.
func (t *Tree) Stat(p string) (Entry, error) {
	at, err := seek(t.root, p)
	if err != nil {
		return Entry{}, err
	}
	info, _, err := at.look()
	if err != nil {
		return Entry{}, asError(err, p)
	}
	return entryOf(baseName(p, t.f.Name), info), nil
}

// List calls each for what is in a folder, in no order. An error of each ends it and is returned.
func (t *Tree) List(p string, each func(Entry) error) error {
	dir, err := seek(t.root, p)
	if err != nil {
		return err
	}
	info, _, err := dir.look()
	if err == nil && !info.IsDir() {
		err = errNotFound
	}
	if err != nil {
		return asError(err, p)
	}
	stop := error(nil)
	err = dir.list(func(e Entry) error {
		stop = each(e)
		return stop
	})
	if err != nil && stop == nil {
		return asError(err, p)
	}
	return stop
}

// Open opens a file to read. The caller closes it.
func (t *Tree) Open(p string) (*os.File, fs.FileInfo, error) {
	at, err := seek(t.root, p)
	if err != nil {
		return nil, nil, err
	}
	if info, _, err := at.look(); err != nil || info.IsDir() {
		return nil, nil, errNotFound // before anything is opened: a pipe's writer would notice
	}
	f, info, err := openFile(t.root, rooted(at.at))
	if err != nil {
		return nil, nil, asError(err, p)
	}
	return f, info, nil
}

// Walk calls each for what is at a path and all below it, a folder before what is in it, in no order else. Paths are below
// the shared folder. fault is what can't be read, or has a name that can't be told as it is. Folders that are links are left
// out, as they could lead in a circle. An error of each ends it and is returned.
func (t *Tree) Walk(p string, each func(p string, e Entry, fault error) error) error {
	at, err := seek(t.root, p)
	if err != nil {
		return err
	}
	w := walker{each: func(i *item) error {
		if i.err != nil {
			return each(i.as, Entry{Name: path.Base(i.as)}, asError(i.err, ""))
		}
		return each(i.as, Entry{Name: baseName(i.as, t.f.Name), Folder: i.dir, Size: i.Size, Modified: i.Modified}, nil)
	}}
	return w.walk(source{root: t.root, path: at.at, as: p})
}
