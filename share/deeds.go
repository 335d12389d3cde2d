package share

import "os"

// remove takes a file, or a folder with all that is in it, away from a shared folder. who is whose doing that is: see
// Options.Who.
func (f *folder) remove(root *os.Root, p, who string) error {
	_ = who
	return root.RemoveAll(p)
}

// replace puts the complete file temp in the place of what is at p, in one step.
func (f *folder) replace(root *os.Root, temp, p, who string) error {
	_ = who
	return root.Rename(temp, p)
}
