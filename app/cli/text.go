package cli

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"lanyard/app/node"
)

// plain makes a name from elsewhere harmless on a terminal: control, bidirectional and invisible characters show as �.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.C, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, string(unicode.ReplacementChar)))
}

// escape writes what plain replaces in JSON that is laid out in lines as \uXXXX (RFC 8259, section 7). A listing may have
// megabytes of it, nearly all of them harmless.
func escape(s string) string {
	var b strings.Builder
	begun := 0 // of what isn't written yet
	for i, r := range s {
		if r >= ' ' && r <= '~' || r == '\n' || !unicode.Is(unicode.C, r) {
			continue
		}
		b.WriteString(s[begun:i])
		begun = i + utf8.RuneLen(r)
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	if begun == 0 {
		return s
	}
	b.WriteString(s[begun:])
	return b.String()
}

// table prints rows under headings.
func table(w io.Writer, heads string, rows [][]string) {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, strings.ReplaceAll(heads, " ", "\t"))
	for _, r := range rows {
		for i := range r {
			if r[i] = plain(r[i]); r[i] == "" {
				r[i] = "-"
			}
		}
		fmt.Fprintln(t, strings.Join(r, "\t"))
	}
	t.Flush()
}

// bytes writes a size as people read it, in powers of 1000 as disks are sold.
func bytes(n int64) string {
	if n < 1000 {
		return fmt.Sprintf("%d B", max(n, 0))
	}
	units := "kMGTPE"
	e := min(int(math.Log(float64(n))/math.Log(1000)), len(units))
	v := float64(n) / math.Pow(1000, float64(e))
	if v >= 999.5 && e < len(units) {
		v, e = v/1000, e+1
	}
	return fmt.Sprintf("%.3g %cB", v, units[e-1])
}

// left writes a time that remains.
func left(d time.Duration) string {
	switch d = d.Round(time.Second); {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	default:
		return fmt.Sprintf("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
	}
}

func ago(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Local().Format("2006-01-02 15:04")
}

// location reads PC[:SHARE[/PATH]].
func location(s string) node.Location {
	pc, rest, _ := strings.Cut(s, ":")
	folder, path, _ := strings.Cut(rest, "/")
	return node.Location{PC: pc, Folder: folder, Path: strings.TrimRight(path, "/")}
}

// short is enough of an ID to name a PC.
func short(id string) string { return id[:min(len(id), 8)] }
