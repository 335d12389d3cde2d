//go:build !unix

package share

import (
	"io/fs"
	"path"
)

// list calls each for what is shown of a folder, in no order, a piece at a time: any number costs the same memory. An error
// of each ends it. Windows tells of each entry with its name, and nothing more is asked.
func (s spot) list(each func(Entry) error) error {
	return readDir(s.root, s.at, func(d fs.DirEntry) error {
		name, ok := s.wire(d.Name())
		if !ok {
			return nil
		}
		info, _, err := look(s.root, path.Join(s.at, d.Name()), d)
		if err != nil {
			return nil // gone since, a link that leads out, a pipe: not there
		}
		return each(entryOf(name, info))
	})
}
