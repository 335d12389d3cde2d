//go:build !linux && !darwin

package share

import (
	"os"
	"runtime"
)

// spellingOf is how names are written on the disk of a folder.
func spellingOf(*os.Root) spelling { return spellingOn(runtime.GOOS) }
