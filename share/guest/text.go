package guest

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// neutral makes a name one that shows as what it is: characters that turn or hide others become visible, or go where they
// only join. Markup is the template's to escape.
func neutral(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 0x200c, r == 0x200d: // joiners: within emoji and some scripts they are ordinary, elsewhere they hide
			return -1
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp), blank[r]:
			return utf8.RuneError
		case unicode.Is(unicode.Zs, r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, string(utf8.RuneError)))
}

// blank are letters and signs that are drawn as nothing.
var blank = map[rune]bool{0x034f: true, 0x115f: true, 0x1160: true, 0x17b4: true, 0x17b5: true, 0x2800: true, 0x3164: true, 0xffa0: true}

// size is a number of bytes for people.
func size(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	v, unit := float64(n), 0
	for v >= 999.5 && unit < len("kMGTPE") {
		v /= 1000
		unit++
	}
	digits := 0
	if v < 9.95 {
		digits = 1
	}
	return strconv.FormatFloat(v, 'f', digits, 64) + " " + "kMGTPE"[unit-1:unit] + "B"
}

// date is a time for people, at this PC.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2 Jan 2006, 15:04")
}

// until is the end of a link for people.
func until(end, now time.Time) string {
	end, now = end.Local(), now.Local()
	switch {
	case end.Format(time.DateOnly) == now.Format(time.DateOnly):
		return "today at " + end.Format("15:04")
	case end.Format(time.DateOnly) == now.AddDate(0, 0, 1).Format(time.DateOnly):
		return "tomorrow at " + end.Format("15:04")
	}
	return end.Format("2 January, 15:04")
}
