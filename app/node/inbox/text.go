package inbox

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain makes words from another PC one line that can be shown.
func plain(s string, most int) string {
	return cut(strings.TrimSpace(strings.Map(func(r rune) rune {
		if strange(r) || r == '\n' || r == '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))), most)
}

// Words makes a text from another PC one that can be shown as it is: lines stay, what acts on a terminal or turns the
// direction of writing doesn't.
func Words(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && strange(r) {
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}

// strange tells whether a character isn't shown, or changes how others are. The joiners of scripts and emoji are none.
func strange(r rune) bool {
	const nonJoiner, joiner = 0x200c, 0x200d
	if r == nonJoiner || r == joiner {
		return false
	}
	return r == utf8.RuneError || unicode.Is(unicode.C, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}

func cut(s string, most int) string {
	for len(s) > most {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}
