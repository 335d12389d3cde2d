package ui

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"lanyard/app/node"
)

func TestFormatSize(t *testing.T) {
	for n, want := range map[int64]string{-1: "–", 0: "0 bytes", 999: "999 bytes", 1000: "1.00 kB", 1239: "1.24 kB", 9994: "9.99 kB", 9995: "10.0 kB", 99949: "99.9 kB", 99950: "100 kB", 999499: "999 kB",
		999500: "1.00 MB", 1234567: "1.23 MB", 5e9: "5.00 GB", 1<<63 - 1: "9.22 EB"} {
		if got := formatSize(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestFormatTimes(t *testing.T) {
	for d, want := range map[time.Duration]string{-1: "", time.Second: "a few seconds left", 42 * time.Second: "42 s left", 90 * time.Second: "2 min left", 59 * time.Minute: "59 min left",
		61 * time.Minute: "1 h 1 min left", 200 * time.Hour: ""} {
		if got := formatLeft(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	now := time.Date(2026, 3, 1, 0, 30, 0, 0, time.UTC)
	for at, want := range map[time.Time]string{now: "today, 00:30", now.Add(-time.Hour): "yesterday, 23:30", now.Add(-25 * time.Hour): "27 Feb 2026, 23:30", {}: ""} {
		if got := formatWhen(at, now); got != want {
			t.Errorf("%v: %q, want %q", at, got, want)
		}
	}
	for d, want := range map[time.Duration]string{0: "0:00", 9*time.Minute + 5*time.Second: "9:05", -time.Second: "0:00", 600 * time.Second: "10:00"} {
		if got := formatCountdown(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1\u202f000", 100000: "100\u202f000", -1234: "-1\u202f234"} {
		if got := formatCount(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"Straße 日本 عربي 👩‍👩‍👧.txt": "Straße 日本 عربي 👩‍👩‍👧.txt", "invoice\u202efdp.exe": "invoice\ufffdfdp.exe", "a\nb\tc\x00d\x1b[2J": "a\ufffdb\ufffdc\ufffdd\ufffd[2J",
		"zero\u200bwidth\ufeff": "zero\ufffdwidth\ufffd", "half\xff": "half\ufffd", "\u2066x\u2069": "\ufffdx\ufffd", "": "",
	} {
		if got := plain(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"a.txt", "\u202egpj.exe", strings.Repeat("ä", 1000), "\xff\xfe", "\x1b]0;x\a", "e\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := plain(s)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > maxShown+1 {
			t.Fatalf("%q became %q", s, got)
		}
		for _, r := range got {
			if deceptive(r) {
				t.Fatalf("%q keeps %U", s, r)
			}
		}
		if again := plain(got); again != got && utf8.RuneCountInString(got) <= maxShown {
			t.Fatalf("%q is not stable: %q", got, again)
		}
	})
}

func TestPrinterWords(t *testing.T) {
	for _, c := range []struct {
		p    node.Printer
		want string
	}{
		{node.Printer{State: "idle", Accepting: true}, "Ready"}, {node.Printer{State: "processing", Accepting: true}, "Printing"}, {node.Printer{State: "off"}, "Its PC is off"},
		{node.Printer{State: "stopped", Reasons: []string{"media-jam-error"}}, "Paper jam"}, {node.Printer{State: "idle", Accepting: true, Reasons: []string{"toner-low-warning"}}, "Ink or toner is running low"},
		{node.Printer{State: "idle"}, "Takes no jobs now"}, {node.Printer{State: "stopped", Reasons: []string{"com.vendor-\u202eodd-report"}}, "Com.vendor \ufffdodd"},
	} {
		if got, _ := printerState(c.p); got != c.want {
			t.Errorf("%+v: %q, want %q", c.p, got, c.want)
		}
	}
	for value, want := range map[string]string{"iso_a4_210x297mm": "A4 (210 × 297 mm)", "na_letter_8.5x11in": "Letter (8.5 × 11 in)", "custom": "custom", "jis_b5_182x257mm": "B5 (182 × 257 mm)"} {
		if got := mediaText(value); got != want {
			t.Errorf("%s: %q, want %q", value, got, want)
		}
	}
	for _, c := range []struct {
		j    node.Job
		want string
	}{
		{node.Job{Reasons: []string{"job-printing", "media-empty"}}, "Out of paper"}, {node.Job{Message: "the cover is open"}, "The cover is open"}, {node.Job{Reasons: []string{"none"}}, ""},
	} {
		if got := jobWhy(c.j); got != c.want {
			t.Errorf("%+v: %q, want %q", c.j, got, c.want)
		}
	}
}
