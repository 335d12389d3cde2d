package share

import (
	"strconv"
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

// errUntold says that no name on the wire is that of a file.
var errUntold = &Error{Code: Invalid, Text: "its name can't be told to other PCs"}

// CheckPath tells why a path can't be one of a file or folder below a shared folder; "" is the folder itself. This is the
// one place where a name from elsewhere is judged.
func CheckPath(p string) error {
	if p == "" {
		return nil
	}
	if len(p) > maxPath || strings.Count(p, "/") >= maxDepth {
		return errTooLong
	}
	for name := range strings.SplitSeq(p, "/") {
		if reason := badName(name, anySystem); reason != "" {
			return &Error{Code: Invalid, Text: reason}
		}
	}
	return nil
}

// anySystem stands for one of which it isn't known what else it takes for bad.
const anySystem = ""

// badName tells what is wrong with a single name on a system, or "".
func badName(name, system string) string {
	switch {
	case name == "" || name == "." || name == "..":
		return "the path has an empty or relative part"
	case hidden(name):
		return "hidden files are not shared"
	case len(name) > maxName:
		return "the name is longer than 255 bytes"
	case !utf8.ValidString(name):
		return "the name is not valid text"
	case strings.ContainsAny(name, `/\`):
		return "the name has a slash"
	}
	for _, r := range name {
		if control(r) {
			return "the name has a control character"
		}
	}
	if system == "windows" {
		return badOnWindows(name)
	}
	return ""
}

// hidden tells whether a name is one of a hidden file. macOS looks past some characters without a width, so that ".x" could
// be asked for by another name.
func hidden(name string) bool {
	return strings.HasPrefix(strings.TrimLeftFunc(name, invisible), ".")
}

func invisible(r rune) bool {
	return r >= 0x200b && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2060 && r <= 0x206f || r == 0xfeff
}

// badOnWindows tells what Windows would do with a name that other systems take for an ordinary one: a device, a stream of a
// file, the same file without its last dots and spaces, or a file by its short name (which hidden files have too).
// Source: Microsoft, "Naming Files, Paths, and Namespaces".
func badOnWindows(name string) string {
	if strings.ContainsAny(name, `<>:"|?*`) || strings.TrimRight(name, ". ") != name {
		return "the name is not allowed on Windows"
	}
	switch core, pads, rest := cutCore(name); {
	case pads != "":
	case device(core):
		return "the name is reserved on Windows"
	case shortName(core, rest):
		return "the name looks like a short name of Windows"
	}
	return ""
}

// numbered makes the n-th name beside one that is taken: "name (2).ext".
func numbered(name string, n int) string {
	ext := ending(name)
	stem := strings.TrimSuffix(name, ext)
	suffix := " (" + strconv.Itoa(n) + ")" + ext
	for len(stem)+len(suffix) > maxName && stem != "" {
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-size]
	}
	return stem + suffix
}

// clean makes a text with any name in it one that can be told: on one line, in the order in which it is written.
func clean(name string) string {
	return strings.Map(func(r rune) rune {
		if control(r) || r == 0x2028 || r == 0x2029 || reorders(r) {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(name, string(utf8.RuneError)))
}
