package share

import "os"

// remove takes a file, or a folder with all that is in it, away from a shared folder. who is whose doing that is: see
// Options.Who.
func (f *folder) remove(root *os.Root, p, who string) error {
	_ = who
	return root.RemoveAll(p)
}

// replace gives the complete file temp the name p, in one step, whether or not something has it already.
func (f *folder) replace(root *os.Root, temp, p, who string) error {
	_ = who
	return root.Rename(temp, p)
}

// move renames a file or folder, and fails with fs.ErrExist rather than replace what is there.
func (f *folder) move(root *os.Root, from, to, who string) error {
	_ = who
	return moveNew(root, from, to)
}
