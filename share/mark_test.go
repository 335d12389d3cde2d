package share

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// T39: what arrives is no program, even in place of one, until its owner makes it one; and where the system knows a mark for
// what comes from elsewhere, it has that.
func TestT39WhatArrivesIsMarkedAndNoProgram(t *testing.T) {
	for what, size := range map[string]int{"small": 10, "large": 3 * pieceSize, "empty": 0} {
		t.Run(what, func(t *testing.T) {
			o := newOffice(t)
			content := strings.Repeat("#", size)
			mine, theirs := o.write(o.desk, "run.sh", content), o.write(o.shared, "deep/run.sh", content)
			for _, file := range []string{mine, theirs, o.write(o.shared, "run.sh", "old"), o.write(o.desk, "got/run.sh", "old")} {
				o.check(os.Chmod(file, 0o755))
			}
			_, err := o.put("", mine)
			o.check(err)
			_, err = o.put("new", mine)
			o.check(err)
			_, err = o.get(filepath.Join(o.desk, "got"), "deep/run.sh")
			o.check(err)
			_, err = o.get(o.desk, "deep")
			o.check(err)
			for _, file := range []string{filepath.Join(o.shared, "run.sh"), filepath.Join(o.shared, "new/run.sh"), filepath.Join(o.desk, "got/run.sh"), filepath.Join(o.desk, "deep/run.sh")} {
				info, err := os.Stat(file)
				o.check(err)
				if info.Mode()&runs != 0 || info.Size() != int64(size) {
					t.Errorf("%s: %v, %d bytes", file, info.Mode(), info.Size())
				}
				if fault := unmarked(file); fault != "" {
					t.Errorf("%s: %s", file, fault)
				}
			}
		})
	}
}
