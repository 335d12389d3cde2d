package share

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"regexp"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// What a name may be on the wire is the same everywhere (badName). What it may be on a disk is not: Windows has no colons,
// and Linux has backslashes. A spelling turns one into the other and back, so that a file which travels from system to system
// has its own name again wherever that is possible.
//
// A character that one side can't hold is U+F000 + its code there, in the private use area: what Cygwin and WSL do. A name
// may have had such characters before; one of those that would be taken for a spelled one gets a quote before it, and quotes
// before either are doubled, as the ones of a Windows command line are. Thus no two names become one.
const (
	private = 0xf000        // + a byte
	quote   = private + '/' // which no name has, so that no byte is spelled so
	pad     = private       // nor this: it keeps apart what Windows would take for something else
	ofUnix  = `\`           // what Unix has and the wire has not
	ofWire  = `<>:"|?*`     // what the wire has and Windows has not
	maxUnit = 255           // UTF-16 units of a name on Windows' file systems

	ntfsGrain = 100 * time.Nanosecond
	fatGrain  = 2 * time.Second // exFAT has 10 ms, and programs that read its disks less

	maxEnding = 32 // bytes of what may be an ending of a name
)

// spelling is how the names of files are written on a file system.
type spelling struct {
	windows bool          // as Windows takes them: there, and on its file systems elsewhere
	limit   int           // bytes of a name; of those of Windows it is maxUnit that counts
	folds   bool          // A and a may be one name
	grain   time.Duration // how exactly times are kept, at worst
}

// spellingOn is what a system usually has. macOS holds a colon, which the Finder shows as a slash, as Unix programs see it.
func spellingOn(system string) spelling {
	return spelling{windows: system == "windows", limit: maxName}
}

// disk spells a good name of the wire for the disk. exact is false if it had to be shortened: it can't be turned back then.
func (s spelling) disk(wire string) (name string, exact bool) {
	if name = s.spelled(wire); s.fits(name) {
		return name, true
	}
	return s.spelled(shorten(wire, wire, func(w string) bool { return s.fits(s.spelled(w)) })), false
}

func (s spelling) spelled(wire string) string {
	if s.windows {
		return padded(escape(wire, ofWire))
	}
	return unescape(wire, ofUnix)
}

func (s spelling) fits(name string) bool {
	if s.windows {
		return len(name) <= maxUnit || len(utf16.Encode([]rune(name))) <= maxUnit
	}
	return len(name) <= s.limit
}

// wire spells a name on the disk for the wire. ok is false where no name on the wire is that of this file: it is hidden, or
// it looks like another one's.
func (s spelling) wire(name string) (wire string, ok bool) {
	if hidden(name) || name == "" {
		return "", false
	}
	safe := veil(name)
	if s.windows {
		wire = unescape(unpadded(safe), ofWire)
	} else {
		wire = escape(safe, ofUnix)
	}
	if len(wire) > maxName {
		wire = shorten(wire, name, func(w string) bool { return len(w) <= maxName })
		return wire, badName(wire, anySystem) == ""
	}
	if badName(wire, anySystem) != "" {
		return "", false
	}
	back, _ := s.disk(wire)
	return wire, back == name || unveil(back) == name || s.windows && wire == name && shortLike(name)
}

// veil spells what no name on the wire has, as it attacks those who see it: control characters, and bytes that are no text.
// A receiver leaves it so.
func veil(name string) string {
	if !utf8.ValidString(name) || strings.ContainsFunc(name, control) {
		var b strings.Builder
		for n, r := range name {
			_, size := utf8.DecodeRuneInString(name[n:])
			if r != utf8.RuneError || size > 1 {
				if !control(r) {
					b.WriteRune(r)
					continue
				}
			}
			for _, c := range []byte(name[n : n+size]) {
				b.WriteRune(private + rune(c))
			}
		}
		return b.String()
	}
	return name
}

// unveil is the only name that becomes this one by veil, and another one; "" if there is none.
func unveil(name string) string {
	var b strings.Builder
	for _, r := range name {
		if c := r - private; c > 0 && c < ' ' || c >= 0x7f && c <= 0xff {
			b.WriteByte(byte(c)) // #nosec G115 -- below 256
		} else {
			b.WriteRune(r)
		}
	}
	if raw := b.String(); raw != name && veil(raw) == name && !hidden(raw) {
		return raw
	}
	return ""
}

func control(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }

// escape spells the characters of a set, so that the name has none of them.
func escape(name, set string) string {
	return respell(name, set, func(r rune, quotes int) (rune, int) {
		if r < utf8.RuneSelf {
			return private + r, 2 * quotes
		}
		return r, 2*quotes + 1
	})
}

// unescape is the inverse of escape, for names without characters of the set.
func unescape(name, set string) string {
	return respell(name, set, func(r rune, quotes int) (rune, int) {
		if r >= utf8.RuneSelf && quotes%2 == 0 {
			r -= private
		}
		return r, quotes / 2
	})
}

// respell changes characters of a set, spelled or not, with the quotes before them.
func respell(name, set string, change func(r rune, quotes int) (rune, int)) string {
	if !strings.ContainsAny(name, set) && !strings.ContainsFunc(name, isPrivate) {
		return name
	}
	var b strings.Builder
	quotes := 0
	for _, r := range name {
		if r == quote {
			quotes++
			continue
		}
		if strings.ContainsRune(set, r) || isPrivate(r) && strings.ContainsRune(set, r-private) {
			r, quotes = change(r, quotes)
		}
		for range quotes {
			b.WriteRune(quote)
		}
		quotes = 0
		b.WriteRune(r)
	}
	for range quotes {
		b.WriteRune(quote)
	}
	return b.String()
}

func isPrivate(r rune) bool { return r >= private && r <= private+0xff }

// tag is what a shortened name has before its ending: it tells apart names that begin alike.
var tag = regexp.MustCompile(`~[0-9a-f]{12}(\.[^.]*)?$`)

// shorten cuts a name until it fits, and keeps its ending. seed is what the name is known by.
func shorten(name, seed string, fits func(string) bool) string {
	ext := ending(name)
	sum := sha256.Sum256([]byte(seed))
	stem, rest := strings.TrimSuffix(name, ext), "~"+hex.EncodeToString(sum[:6])+ext
	for !fits(stem+rest) && stem != "" {
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-size]
	}
	return stem + rest
}

// ending is that of a name, with its dot; of a sentence with a dot in it there is none.
func ending(name string) string {
	if ext := path.Ext(name); len(ext) <= maxEnding {
		return ext
	}
	return ""
}
