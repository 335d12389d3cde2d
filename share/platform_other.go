//go:build !linux

package share

import (
	"errors"
	"os"
	"runtime"
	"time"
)

// groupSync says that this system makes any number of files durable with one call.
const groupSync = false

// syncFiles has nothing to do: each file was synced before it was closed.
func syncFiles(*os.Root, []string, map[string]bool) error { return nil }

// setTime gives an open file its time, by its name.
func setTime(root *os.Root, _ *os.File, name string, modified time.Time) error {
	return root.Chtimes(name, modified, modified)
}

// renameNew is not to be had by way of an open folder.
func renameNew(*os.File, string, string) error { return errors.ErrUnsupported }

// writeBehind has nothing to do: these systems begin by themselves.
func writeBehind(*os.File, int64, int64) {}

// syncDirs makes the names in folders durable. Windows does that by itself.
func syncDirs(root *os.Root, dirs map[string]bool) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	for dir := range dirs {
		f, err := root.Open(dir)
		if err != nil {
			return err
		}
		err = f.Sync()
		f.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// sparse is not asked of these systems.
func sparse(*os.File, int64) bool { return false }

func holeAt(_ *os.File, _, size int64) (hole, data int64) { return 0, size }

func cloneFile(_, _ *os.File) bool { return false }
