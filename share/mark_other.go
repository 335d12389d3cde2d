//go:build !windows && !darwin

package share

import "os"

// mark would note that a file is from another PC. Linux has no such mark that anything looks at; what a file there can't do
// without its owner's word is run, as nothing that arrives gets the permission to.
func mark(*os.File) {}
