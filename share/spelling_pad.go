package share

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Windows takes some names of ordinary characters for something else: a device, the file without its last dots and spaces, or
// one by its short name. A pad keeps them apart. Names that have pads there already get one more, so that all can be told
// from each other.

// padded spells such a name.
func padded(name string) string {
	if core, pads, rest := cutCore(name); special(core, rest) {
		name = core + pads + string(rune(pad)) + rest
	}
	if body := strings.TrimRight(name, string(rune(pad))); loose(body) {
		name += string(rune(pad))
	}
	return name
}

// unpadded is the inverse of padded.
func unpadded(name string) string {
	if body := strings.TrimRight(name, string(rune(pad))); loose(body) {
		name = less(body, name[len(body):])
	}
	if core, pads, rest := cutCore(name); special(core, rest) {
		name = less(core, pads) + rest
	}
	return name
}

// less takes away one of the pads, if there are some.
func less(name, pads string) string { return name + strings.TrimPrefix(pads, string(rune(pad))) }

// loose tells whether a name has an end that Windows takes off.
func loose(name string) bool { return strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") }

func special(core, rest string) bool { return device(core) || shortName(core, rest) }

// cutCore finds the part of a name that Windows looks at for devices and short names: what is before the first dot, without
// the spaces, and without the pads that follow it.
func cutCore(name string) (core, pads, rest string) {
	stem, _, _ := strings.Cut(name, ".")
	stem = strings.TrimRight(stem, " ")
	core = strings.TrimRight(stem, string(rune(pad)))
	return core, stem[len(core):], name[len(stem):]
}

// device tells whether a name without ending is one of a device.
func device(core string) bool {
	core = strings.ToUpper(core)
	switch core {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$":
		return true
	}
	for _, port := range []string{"COM", "LPT"} {
		if n, ok := strings.CutPrefix(core, port); ok && strings.Contains("0123456789¹²³", n) && utf8.RuneCountInString(n) == 1 {
			return true
		}
	}
	return false
}

// shortName tells whether a name, cut by cutCore, looks like one that Windows gives a file with a longer name.
func shortName(core, rest string) bool {
	_, ext, _ := strings.Cut(rest, ".")
	tilde := strings.LastIndexByte(core, '~')
	if tilde <= 0 || utf8.RuneCountInString(core) > 8 || utf8.RuneCountInString(ext) > 3 {
		return false
	}
	_, err := strconv.Atoi(core[tilde+1:])
	return err == nil
}

// shortLike is shortName for a whole name.
func shortLike(name string) bool {
	core, pads, rest := cutCore(name)
	return pads == "" && shortName(core, rest)
}

// Portable makes a name one that every system can unpack, and that means the same on each; n above 1 makes the n-th such name,
// for where the first is taken. There is no way back.
func Portable(name string, n int) string {
	name = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || isPrivate(r) || strings.ContainsRune(ofUnix+ofWire+"/", r) {
			return '_'
		}
		return r
	}, clean(name))
	if body := strings.TrimRight(name, ". "); body != name {
		name = body + strings.Repeat("_", len(name)-len(body))
	}
	if core, _, rest := cutCore(name); device(core) {
		name = core + "_" + rest
	}
	if n > 1 {
		name = numbered(name, n)
	}
	return name
}
