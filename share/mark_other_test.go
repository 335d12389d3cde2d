//go:build !windows && !darwin

package share

// unmarked tells what is wrong with the mark of a file: nothing, where there is none.
func unmarked(string) string { return "" }
