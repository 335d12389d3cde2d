package share

import (
	"os"
	"path/filepath"
)

// openSources opens the folders that local files are in. A file that can't be had is noted in its source.
func openSources(files []string) ([]source, error) {
	var sources []source
	names, roots := map[string]bool{}, map[string]*os.Root{} // one for all files of a folder
	for _, f := range files {
		name := filepath.Base(f)
		if names[name] {
			return sources, &Error{Code: Invalid, Text: "two of the files have the same name", Path: name}
		}
		names[name] = true
		s := openSource(source{path: name, as: clean(name)}, f, roots)
		if s.err == nil {
			s.as, s.err = goesAs(s.root, name)
		}
		sources = append(sources, s)
	}
	if len(sources) == 0 {
		return nil, &Error{Code: Invalid, Text: "there is nothing to send"}
	}
	return sources, nil
}

// goesAs is the name on the wire of a local file that a person has named.
func goesAs(root *os.Root, name string) (string, error) {
	if hidden(name) {
		return name, &Error{Code: Invalid, Text: "hidden files are not shared"}
	}
	as, ok := spellingOf(root).wire(name)
	if !ok {
		return clean(name), errUntold
	}
	return as, nil
}

// openSource opens a file's folder: the one that the file is in, where a person named a link to it.
func openSource(s source, file string, roots map[string]*os.Root) source {
	if file, s.err = filepath.EvalSymlinks(file); s.err != nil {
		return s
	}
	dir := filepath.Dir(file)
	s.path = filepath.Base(file)
	if s.root = roots[dir]; s.root == nil {
		s.root, s.err = os.OpenRoot(dir)
		roots[dir] = s.root
	}
	return s
}

func closeSources(sources []source) {
	for _, s := range sources {
		if s.root != nil {
			_ = s.root.Close() // more than once, where files share it
		}
	}
}
