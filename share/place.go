package share

import (
	"errors"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// Limits of what a receiver remembers of the places of files.
const (
	maxMade = 4096   // folders known to be made
	maxSame = 10_000 // files of one name that are kept apart
)

// place finds where a path of the stream belongs, below root, and makes the folder for it.
func (r *receiver) place(h header, folder bool) (*incoming, error) {
	i := &incoming{header: h}
	if h.Path == "" {
		return i, &Error{Code: Invalid, Text: "a file without a name"}
	}
	first, rest, more := strings.Cut(h.Path, "/")
	local := h.Path // what has to be a good name here: not the one that a person has chosen
	if r.wanted != nil && r.wanted[first].local != first {
		local, first = rest, r.wanted[first].local
	}
	if err := errors.Join(checkPath(h.Path, anySystem), CheckPath(local)); err != nil {
		return i, err
	}
	if r.mode == dropBox && (more || folder) {
		var err error
		if first, err = r.top(first); err != nil {
			return i, err
		}
	}
	i.at = path.Join(r.dir, first, rest)
	if folder {
		return i, r.makeDir(i.at)
	}
	if r.folded != nil {
		r.keepApart(i)
	}
	if err := r.makeDir(path.Dir(i.at)); err != nil {
		return i, err
	}
	r.serial++
	i.temp = path.Join(path.Dir(i.at), r.temps.prefix+strconv.Itoa(r.serial))
	return i, nil
}

// keepApart gives a file another name when this stream has brought one that differs in case only.
func (r *receiver) keepApart(i *incoming) {
	dir, name := path.Split(i.at)
	for n := 2; r.folded[strings.ToLower(i.at)] && n < maxSame; n++ {
		i.at = dir + numbered(name, n)
	}
	r.folded[strings.ToLower(i.at)] = true
}

// top makes a folder in a drop box under a name that nothing has, and remembers it for this stream.
func (r *receiver) top(name string) (string, error) {
	if as, ok := r.tops[name]; ok {
		return as, nil
	}
	for n := 1; n < maxSame && len(r.tops) < maxMade; n++ {
		as := name
		if n > 1 {
			as = numbered(name, n)
		}
		switch err := r.root.Mkdir(path.Join(r.dir, as), 0o777); {
		case err == nil:
			r.tops[name] = as
			return as, nil
		case !errors.Is(err, fs.ErrExist):
			return "", err
		}
	}
	return "", &Error{Code: Failed, Text: "there are too many folders of that name"}
}

// makeDir makes a folder and those it is in.
func (r *receiver) makeDir(dir string) error {
	if dir == "." || dir == "" || r.made[dir] {
		return nil
	}
	if err := r.root.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if len(r.made) >= maxMade {
		clear(r.made)
	}
	r.made[dir] = true
	sweep(r.root, dir)
	return nil
}

// told is the path of a file for an error: below the shared folder.
func (r *receiver) told(p string) string {
	first, rest, more := strings.Cut(p, "/")
	if r.wanted == nil {
		return path.Join(r.dir, p)
	}
	if first = r.wanted[first].remote; more {
		return path.Join(first, rest)
	}
	return first
}

// name gives a complete and durable temporary its name.
func (r *receiver) name(i *incoming, err error) {
	switch {
	case err != nil:
	case r.mode != replace:
		err = r.nameNew(i)
	case i.veiled:
		err = fs.ErrExist
	default:
		err = r.root.Rename(i.temp, i.at)
	}
	if err != nil {
		r.fault(i, err)
		return
	}
	r.p.files.Add(1)
}

func (r *receiver) nameNew(i *incoming) error {
	dir, name := path.Split(i.at)
	for n := 1; n < maxSame; n++ {
		as := dir + name
		if n > 1 {
			as = dir + numbered(name, n)
		}
		if err := moveNew(r.root, i.temp, as); !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return &Error{Code: Exists, Text: "there are too many files of that name"}
}
