package share

import (
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"unicode/utf8"
)

// Limits of names and paths, as file systems have them.
const (
	maxName  = 255  // bytes
	maxPath  = 4096 // bytes
	maxDepth = 128  // folders in folders: a walk must end
)

// tempPrefix begins the names of Lanyard's own files. They are hidden as all dot files are.
const tempPrefix = ".lanyard-"

// CheckPath tells why a path can't be one of a file or folder below a shared folder; "" is the folder itself. This is
// the one place where a name from elsewhere is judged.
func CheckPath(p string) error {
	if p == "" {
		return nil
	}
	if len(p) > maxPath || strings.Count(p, "/") >= maxDepth {
		return &Error{Code: Invalid, Text: "the path is too long"}
	}
	for name := range strings.SplitSeq(p, "/") {
		if reason := badName(name); reason != "" {
			return &Error{Code: Invalid, Text: reason, Path: p}
		}
	}
	if !filepath.IsLocal(filepath.FromSlash(p)) { // device names on Windows
		return &Error{Code: Invalid, Text: "the name is reserved on this system", Path: p}
	}
	return nil
}

// badName tells what is wrong with a single name, or "".
func badName(name string) string {
	switch {
	case name == "" || name == "." || name == "..":
		return "the path has an empty or relative part"
	case strings.HasPrefix(name, "."):
		return "hidden files are not shared"
	case len(name) > maxName:
		return "the name is longer than 255 bytes"
	case !utf8.ValidString(name):
		return "the name is not valid text"
	case strings.ContainsRune(name, '\\'):
		return "the name has a backslash"
	}
	for _, r := range name {
		if r < ' ' || r == 0x7f {
			return "the name has a control character"
		}
	}
	if runtime.GOOS == "windows" && (strings.ContainsAny(name, `<>:"|?*`) || strings.TrimRight(name, ". ") != name) {
		return "the name is not allowed on Windows"
	}
	return ""
}

// visible tells whether a name in a folder is shown at all.
func visible(name string) bool { return badName(name) == "" }

// numbered makes the n-th name beside one that is taken: "name (2).ext".
func numbered(name string, n string) string {
	ext := path.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	suffix := " (" + n + ")" + ext
	for len(stem)+len(suffix) > maxName && stem != "" {
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-size]
	}
	return stem + suffix
}
