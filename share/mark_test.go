package share

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// T39: what arrives from somebody who may only add is no program, and where the system knows a mark for what comes from
// elsewhere, all has that. Who may change, and who gets, keeps a file as it was; but for one with a name that a person should
// see first.
func TestT39WhatArrivesIsMarkedAndNoProgram(t *testing.T) {
	for what, size := range map[string]int{"small": 10, "large": 3 * pieceSize, "empty": 0} {
		t.Run(what, func(t *testing.T) {
			o := newOffice(t)
			content := strings.Repeat("#", size)
			o.write(o.shared, "run", "old")
			o.write(o.desk, "got/run", "old")
			for _, name := range []string{"run", "run.desktop", "notes"} {
				for _, file := range []string{o.write(o.desk, name, content), o.write(o.shared, "deep/"+name, content)} {
					if name != "notes" {
						o.check(os.Chmod(file, 0o755))
					}
				}
			}
			put := func(to string) {
				_, err := o.put(to, filepath.Join(o.desk, "run"), filepath.Join(o.desk, "notes"))
				o.check(err)
			}
			put("")
			put("new")
			_, err := o.put("new", filepath.Join(o.desk, "run.desktop"))
			o.check(err)
			o.allow(See, Read, Add)
			put("added")
			o.allow(See, Read, Add, Change)
			for dest, name := range map[string]string{"got": "deep/run", "": "deep"} {
				_, err := o.get(filepath.Join(o.desk, dest), name)
				o.check(err)
			}
			for file, may := range map[string]bool{
				"shared/run": true, "shared/notes": false, "shared/new/run": true, "shared/new/run.desktop": false, "shared/added/run": false,
				"desk/got/run": true, "desk/deep/run": true, "desk/deep/notes": false,
			} {
				at := filepath.Join(filepath.Dir(o.shared), file)
				info, err := os.Stat(at)
				o.check(err)
				if runs := info.Mode()&runBits != 0; runs != (may && runtime.GOOS != "windows") || info.Size() != int64(size) {
					t.Errorf("%s: %v, %d bytes", file, info.Mode(), info.Size())
				}
				if fault := unmarked(at); fault != "" {
					t.Errorf("%s: %s", file, fault)
				}
			}
		})
	}
}
