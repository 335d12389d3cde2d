package ui

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxShown is the longest name from outside that is put on screen, in runes: longer than any file system's names.
const maxShown = 300

// plain makes a text from outside safe to show: control, direction-changing and invisible characters become visible
// boxes, so that "gpj.exe" can't pose as "exe.jpg" and nothing breaks out of its line.
func plain(s string) string { return clean(s, maxShown) }

// cleaned is plain for what can be edited, of which nothing may be missing.
func cleaned(s string) string { return clean(s, len(s)) }

func clean(s string, most int) string {
	safe := true
	n := 0
	for _, r := range s {
		n++
		if r == utf8.RuneError || deceptive(r) {
			safe = false
			break
		}
	}
	if safe && n <= most {
		return s
	}
	var b strings.Builder
	n = 0
	for _, r := range s {
		if n++; n > most {
			b.WriteRune('…')
			break
		}
		if deceptive(r) {
			r = '\uFFFD'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// deceptive tells whether a rune changes what is around it or can't be seen. The zero-width joiners stay, since
// Persian, Indic scripts and emoji need them.
func deceptive(r rune) bool {
	switch r {
	case '\u200c', '\u200d', '\ufe0e', '\ufe0f':
		return false
	case '\u2028', '\u2029', '\u115f', '\u1160', '\u3164', '\uffa0':
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// formatSize gives bytes in decimal units, with three digits: "1.24 MB".
func formatSize(n int64) string {
	if n < 0 {
		return "–"
	}
	if n < 1000 {
		return tr("{{.N}} bytes", "N", strconv.FormatInt(n, 10))
	}
	v, unit := float64(n), 0
	units := [...]string{"kB", "MB", "GB", "TB", "PB", "EB"}
	for v /= 1000; v >= 999.5 && unit < len(units)-1; unit++ {
		v /= 1000
	}
	digits := 2
	switch {
	case v >= 99.95:
		digits = 0
	case v >= 9.995:
		digits = 1
	}
	return decimal(strconv.FormatFloat(v, 'f', digits, 64)) + " " + units[unit]
}

// decimal gives a number the decimal sign of the person's language.
func decimal(n string) string { return strings.Replace(n, ".", strings.Trim(tr("1.5"), "15"), 1) }

// formatSpeed gives bytes per second.
func formatSpeed(v float64) string { return formatSize(int64(v)) + "/s" }

// formatCount gives a number with thin spaces between its thousands: "100 000".
func formatCount(n int) string { return thousands(strconv.Itoa(n)) }

func thousands(s string) string {
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}

// formatLeft gives the time until something is done, rounded as people say it.
func formatLeft(d time.Duration) string {
	switch {
	case d < 0 || d > 99*time.Hour:
		return ""
	case d < 5*time.Second:
		return tr("a few seconds left")
	case d < time.Minute:
		return tr("{{.N}} s left", "N", strconv.Itoa(int((d+time.Second/2)/time.Second)))
	case d < time.Hour:
		return tr("{{.N}} min left", "N", strconv.Itoa(int((d+30*time.Second)/time.Minute)))
	}
	return tr("{{.H}} h {{.M}} min left", "H", strconv.Itoa(int(d/time.Hour)), "M", strconv.Itoa(int(d%time.Hour/time.Minute)))
}

// formatCountdown gives minutes and seconds: "9:05".
func formatCountdown(d time.Duration) string {
	d = max(d, 0).Round(time.Second)
	s := int(d / time.Second)
	return strconv.Itoa(s/60) + ":" + strconv.Itoa(s%60/10) + strconv.Itoa(s%10)
}

// formatWhen gives a past moment as people say it: the time today, else the date.
func formatWhen(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(now.Location())
	switch y, m, d := now.Date(); {
	case !t.Before(time.Date(y, m, d, 0, 0, 0, 0, now.Location())) && t.Before(now.Add(24*time.Hour)):
		return tr("today, {{.T}}", "T", t.Format("15:04"))
	case !t.Before(time.Date(y, m, d-1, 0, 0, 0, 0, now.Location())) && t.Before(now):
		return tr("yesterday, {{.T}}", "T", t.Format("15:04"))
	}
	return t.Format(tr("2 Jan 2006, 15:04"))
}

// clock writes many times against one present, which it looks at once a minute at most.
type clock struct {
	now  func() time.Time
	then time.Time
}

func newClock(now func() time.Time) *clock { return &clock{now: now, then: now()} }

// format gives a moment in a column: the same width for all.
func (c *clock) format(t time.Time) string { return formatWhen(t, c.then) }
