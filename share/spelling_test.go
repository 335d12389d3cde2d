package share

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"
)

var (
	onLinux   = spellingOn("linux")
	onMac     = spellingOn("darwin")
	onWindows = spellingOn("windows")
)

func TestNamesAreSpelledForTheWireAndBack(t *testing.T) {
	long := strings.Repeat("x", 255)
	for _, c := range []struct {
		rule       string
		spelling   spelling
		disk, wire string
	}{
		{"an ordinary name stays", onLinux, "Grüße an alle (2).txt", "Grüße an alle (2).txt"},
		{"what Windows has not is no matter to Linux", onLinux, `what? "a:b" <c>|*. `, `what? "a:b" <c>|*. `},
		{"nor are its devices", onLinux, "con.txt", "con.txt"},
		{"macOS has colons, as programs see it", onMac, "12:30", "12:30"},
		{"a backslash", onLinux, `a\b`, "a\uf05cb"},
		{"a backslash on macOS", onMac, `\`, "\uf05c"},
		{"what looks like one", onLinux, "a\uf05cb", "a\uf02f\uf05cb"},
		{"what looks like that", onLinux, "a\uf02f\uf05cb", "a\uf02f\uf02f\uf02f\uf05cb"},
		{"a backslash after a quote", onLinux, "\uf02f\\", "\uf02f\uf02f\uf05c"},
		{"quotes that are none", onLinux, "\uf02f\uf02fx\uf02f", "\uf02f\uf02fx\uf02f"},
		{"other characters of the private use area", onLinux, "\uf03a\uf041\ue000", "\uf03a\uf041\ue000"},
		{"the last name that fits", onLinux, long, long},

		{"a colon", onWindows, "12\uf03a30", "12:30"},
		{"all that Windows has not", onWindows, "\uf03c\uf03e\uf03a\uf022\uf07c\uf03f\uf02a", `<>:"|?*`},
		{"what looks like a colon", onWindows, "a\uf02f\uf03ab", "a\uf03ab"},
		{"a colon after a quote", onWindows, "\uf02f\uf02f\uf03a", "\uf02f:"},
		{"what another system made of a backslash", onWindows, "a\uf05cb", "a\uf05cb"},
		{"a device", onWindows, "CON\uf000", "CON"},
		{"a device with an ending", onWindows, "aux\uf000.tar.gz", "aux.tar.gz"},
		{"a device with spaces", onWindows, "nul\uf000 .txt", "nul .txt"},
		{"a port", onWindows, "LPT³\uf000", "LPT³"},
		{"what looks like a spelled device", onWindows, "CON\uf000\uf000", "CON\uf000"},
		{"a dot at the end", onWindows, "etc.\uf000", "etc."},
		{"spaces at the end", onWindows, "a  \uf000", "a  "},
		{"a device with both", onWindows, "con\uf000. \uf000", "con. "},
		{"a stream of a file", onWindows, "file\uf03a\uf03a$DATA", "file::$DATA"},
		{"a drive", onWindows, "C\uf03a", "C:"},
		{"a short name", onWindows, "SECRET~1\uf000.TXT", "SECRET~1.TXT"},
		{"a short name with umlauts", onWindows, "ÄÖÜÄÖÜ~1\uf000", "ÄÖÜÄÖÜ~1"},
		{"what looks like a spelled end", onWindows, "a.\uf000\uf000", "a.\uf000"},
		{"pads that are none", onWindows, "a\uf000b\uf000", "a\uf000b\uf000"},
	} {
		if wire, ok := c.spelling.wire(c.disk); wire != c.wire || !ok {
			t.Errorf("%s: %q goes out as %q (%v), want %q", c.rule, c.disk, wire, ok, c.wire)
		}
		if disk, exact := c.spelling.disk(c.wire); disk != c.disk || !exact {
			t.Errorf("%s: %q becomes %q (%v), want %q", c.rule, c.wire, disk, exact, c.disk)
		}
	}
}

func TestNamesThatAttackTerminalsAreNotSpelledBack(t *testing.T) {
	for raw, want := range map[string]string{
		"a\x1b[2Jb":    "a\uf01b[2Jb",
		"a\nb":         "a\uf00ab",
		"a\x7f":        "a\uf07f",
		"a\u009bm":     "a\uf0c2\uf09bm",     // a control character of two bytes
		"caf\xe9":      "caf\uf0e9",          // Latin-1
		"\xed\xa0\x80": "\uf0ed\uf0a0\uf080", // half a character of Windows
	} {
		for _, s := range []spelling{onLinux, onMac, onWindows} {
			wire, ok := s.wire(raw)
			if !ok || wire != want {
				t.Errorf("%q goes out as %q (%v), want %q", raw, wire, ok, want)
			}
			disk, exact := s.disk(wire)
			if !exact || disk != want || unveil(disk) != raw {
				t.Errorf("%q becomes %q (%v), which is %q", wire, disk, exact, unveil(disk))
			}
			if again, ok := s.wire(disk); !ok || again != wire {
				t.Errorf("from there it goes out as %q (%v), not as %q", again, ok, wire)
			}
		}
	}
	for _, name := range []string{"", "plain", "a\uf041", "caf\uf0c3\uf0a9", "\uf0e2\uf080\uf08b.x"} {
		if raw := unveil(name); raw != "" {
			t.Errorf("%q is made %q", name, raw)
		}
	}
}

func TestHiddenNamesHaveNone(t *testing.T) {
	for _, name := range []string{".", "..", ".ssh", ".lanyard-x", "\u200b.ssh", "", ".\\x", ".\xff"} {
		for _, s := range []spelling{onLinux, onMac, onWindows} {
			if wire, ok := s.wire(name); ok {
				t.Errorf("%q goes out as %q", name, wire)
			}
		}
	}
}

func TestShortNamesOfWindowsKeepTheirs(t *testing.T) {
	for _, name := range []string{"LETTER~1.DOC", "a~12"} { // as a stick has that DOS wrote
		if wire, ok := onWindows.wire(name); !ok || wire != name {
			t.Errorf("%q goes out as %q (%v)", name, wire, ok)
		}
	}
	for _, name := range []string{"CON", "nul.txt", "a.", "b "} { // which only another system can have put there
		if wire, ok := onWindows.wire(name); ok {
			t.Errorf("%q goes out as %q", name, wire)
		}
	}
}

func TestLongNamesAreShortened(t *testing.T) {
	for _, c := range []struct {
		spelling spelling
		disk     string
	}{
		{onLinux, strings.Repeat(`\`, 200) + ".txt"},
		{onLinux, strings.Repeat("\xff", 100)},
		{onWindows, strings.Repeat("日", 200) + ".docx"},
		{onWindows, strings.Repeat("日本。", 80) + " and an ending. that is none at all, but a sentence"},
	} {
		wire, ok := c.spelling.wire(c.disk)
		if other, _ := c.spelling.wire(c.disk + "x"); !ok || len(wire) > maxName || len(wire) < 240 || badName(wire, anySystem) != "" || !tag.MatchString(wire) || other == wire {
			t.Errorf("%q goes out as %q (%v)", c.disk, wire, ok)
		}
		if ext := ending(c.disk); !strings.HasSuffix(wire, ext) {
			t.Errorf("%q loses its ending: %q", c.disk, wire)
		}
	}
	for s, wire := range map[spelling]string{
		onWindows:       strings.Repeat("x", 254) + ".",
		{limit: 143}:    strings.Repeat("ü", 120) + ".pdf", // an encrypted folder
		{windows: true}: strings.Repeat(" ", 255),
	} {
		disk, exact := s.disk(wire)
		if exact || !s.fits(disk) || disk == "" || hidden(disk) || !strings.Contains(disk, "~") {
			t.Errorf("%q becomes %q (%v)", wire, disk, exact)
		}
	}
}

// anyName draws characters that mean something to some system, more often than others.
func anyName(t *rapid.T, label string) string {
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{`\`, ":", "?", ".", " ", "\uf02f", "\uf05c", "\uf03a", "\uf000", "\uf000", "\uf01b", "\uf0ff", "\uf0c3", "\uf0a9", "~1", "CON", "aux", "COM", "1", "¹", ".txt", "a", "ü", "日", "\U0001f600"}),
		rapid.StringN(1, 8, 20),
	)
	return strings.Join(rapid.SliceOfN(piece, 1, 12).Draw(t, label), "")
}

// TestWireNamesSurviveEverySystem: what comes is valid here, and goes out again under its own name.
func TestWireNamesSurviveEverySystem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkWireName(t, anyName(t, "wire")) })
}

// TestDiskNamesSurviveTheWire: what a system has comes back to it as what it was.
func TestDiskNamesSurviveTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := anyName(t, "disk")
		if rapid.Bool().Draw(t, "broken") {
			name += rapid.SampledFrom([]string{"\xff", "\x1b", "\xc3", "\xa9", "\u009b"}).Draw(t, "bytes")
		}
		checkDiskName(t, name)
	})
}

func TestPortableNamesAreGoodEverywhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := anyName(t, "name")
		if strings.Contains(name, "/") || hidden(name) {
			return
		}
		as := Portable(name, rapid.IntRange(1, 3).Draw(t, "n"))
		if core, _, _ := cutCore(as); as == "" || strings.ContainsAny(as, ofWire+ofUnix+"/") || loose(as) || device(core) || !utf8.ValidString(as) || strings.ContainsFunc(as, untidy) {
			t.Errorf("%q becomes %q", name, as)
		}
	})
}

type failer interface {
	Errorf(format string, args ...any)
}

func checkWireName(t failer, wire string) {
	if badName(wire, anySystem) != "" {
		return
	}
	for _, s := range []spelling{onLinux, onMac, onWindows, {limit: 143}} {
		disk, exact := s.disk(wire)
		checkSafe(t, s, disk)
		if back, ok := s.wire(disk); exact && (!ok || back != wire) {
			t.Errorf("%+v: %q becomes %q, and that %q (%v)", s, wire, disk, back, ok)
		}
	}
}

// checkSafe checks that a name on the disk is nothing but the name of a file there.
func checkSafe(t failer, s spelling, disk string) {
	switch {
	case disk == "" || hidden(disk) || strings.ContainsAny(disk, "/\x00") || !utf8.ValidString(disk) || strings.ContainsFunc(disk, control):
		t.Errorf("%+v: it becomes %q", s, disk)
	case s.windows && (badName(disk, "windows") != "" && len(disk) <= maxName || badOnWindows(disk) != "" || strings.Contains(disk, `\`) || len(utf16.Encode([]rune(disk))) > 255):
		t.Errorf("Windows: it becomes %q: %s", disk, badOnWindows(disk))
	case !s.windows && len(disk) > s.limit:
		t.Errorf("%+v: it becomes %q, which is too long", s, disk)
	}
}

func checkDiskName(t failer, name string) {
	if strings.ContainsAny(name, "/\x00") || hidden(name) || name == "" {
		return
	}
	for _, s := range []spelling{onLinux, onMac, onWindows} {
		if s.windows && (strings.Contains(name, `\`) || badOnWindows(name) != "" || badOnWindows(veil(name)) != "") || !s.fits(name) {
			continue // it has none of this name
		}
		wire, ok := s.wire(name)
		if len(veil(name)) > 85 && tag.MatchString(wire) {
			continue // shortened
		}
		if !ok && unveil(veil(name)) == name || badName(wire, anySystem) != "" && ok {
			t.Errorf("%+v: %q goes out as %q (%v)", s, name, wire, ok)
		}
		if !ok {
			continue
		}
		back, exact := s.disk(wire)
		if !exact || !slices.Contains([]string{back, unveil(back)}, name) {
			t.Errorf("%+v: %q goes out as %q, and comes back as %q (%v)", s, name, wire, back, exact)
		}
	}
}

// FuzzSpelling takes a name for one of the wire and for one of a disk.
func FuzzSpelling(f *testing.F) {
	for _, name := range append(attacks(), `a\b`, "a\uf05cb", "\uf02f\\", "CON", "con .x", "CON\uf000", "a. ", "x\xff\x1b", "\u009b", "SECRET~1", "f::$DATA", "COM¹", strings.Repeat("\uf02f", 80)+":", strings.Repeat("a", 255)) {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		checkWireName(t, name)
		checkDiskName(t, name)
	})
}
