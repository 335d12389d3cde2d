package autostart

import (
	"encoding/xml"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
)

var odd = []string{`/opt/my "office"/50% off/$HOME/back\slash/ünd` + "`tick`" + `/lanyard`, "--home", `C:\Users\Jo Ann\`, "--hidden", ""}

func TestAnEntryCanBeSwitchedOffInPlace(t *testing.T) {
	on := desktopEntry([]string{"/usr/bin/lanyard", "--hidden"})
	for _, c := range []struct {
		rule, text string
		want       bool
	}{
		{"as written", on, true},
		{"switched off by the person", strings.Replace(on, "Terminal", "Hidden=true\nTerminal", 1), false},
		{"switched off by GNOME", strings.Replace(on, "enabled=true", "enabled=false", 1), false},
		{"of another group", on + "[Desktop Action x]\nHidden=true\n", true},
		{"nothing to run", "[Desktop Entry]\nType=Application\n", false},
		{"empty", "", false},
	} {
		program, got := desktopStarts(c.text)
		if got != c.want || got && program != "/usr/bin/lanyard" {
			t.Errorf("%s: %v", c.rule, got)
		}
	}
}

func TestUnitKeepsWhatSystemdWouldReplace(t *testing.T) {
	want := `ExecStart="/opt/my \"office\"/50%% off/$$HOME/back\\slash/ünd` + "`tick`" + `/lanyard" "--home" "C:\\Users\\Jo Ann\\" "--hidden" ""` + "\n"
	if text := unit(odd); !strings.Contains(text, want) {
		t.Errorf("want %s in\n%s", want, text)
	}
}

func TestLaunchAgentIsXML(t *testing.T) {
	args := append(slices.Clone(odd), `<string>&amp;</string>`)
	d := xml.NewDecoder(strings.NewReader(launchAgent(appID, args)))
	var texts []string
	for in := ""; ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			if in = token.Name.Local; in == "string" {
				texts = append(texts, "")
			}
		case xml.EndElement:
			in = ""
		case xml.CharData:
			if in == "string" {
				texts[len(texts)-1] += string(token)
			}
		}
	}
	if want := append([]string{appID}, args...); !slices.Equal(texts, want) {
		t.Errorf("it says %q, want %q", texts, want)
	}
}

func TestWindowsTakesTheLineApartAgain(t *testing.T) {
	for _, args := range [][]string{odd, {`C:\Program Files\Lanyard\lanyard.exe`, "--hidden"}, {`\\server\x\`, `a\\"b`, `"`, `\`}} {
		if got := takeApart(windowsLine(args)); !slices.Equal(got, args) {
			t.Errorf("%q became %q", args, got)
		}
	}
}

// takeApart is CommandLineToArgvW's rule for quoted arguments: backslashes count only before a quotation mark.
func takeApart(line string) (args []string) {
	var arg strings.Builder
	in, slashes := false, 0
	for _, r := range line {
		if r == '\\' {
			slashes++
			continue
		}
		if r == '"' {
			arg.WriteString(strings.Repeat(`\`, slashes/2))
			if slashes%2 == 1 {
				arg.WriteByte('"')
			} else if in = !in; !in {
				args = append(args, arg.String())
				arg.Reset()
			}
		} else {
			arg.WriteString(strings.Repeat(`\`, slashes))
			if in {
				arg.WriteRune(r)
			}
		}
		slashes = 0
	}
	return args
}

func TestSeveralLanyardsOfOneUser(t *testing.T) {
	if a, b := (Entry{Home: "/a"}).suffix(), (Entry{Home: "/b"}).suffix(); a == b || (Entry{}).suffix() != "" {
		t.Errorf("%q and %q", a, b)
	}
}

func TestSwitchedOnAndOff(t *testing.T) {
	if runtime.GOOS != "windows" {
		t.Setenv("XDG_CONFIG_HOME", t.TempDir())
		t.Setenv("HOME", t.TempDir())
	}
	for _, e := range []Entry{{Home: "/srv/lanyard test", Window: true}, {Home: "/srv/lanyard test 2"}} {
		is := func(want bool) {
			t.Helper()
			if got, err := e.On(); got != want || err != nil {
				t.Errorf("%+v: on %v, %v; want %v", e, got, err, want)
			}
		}
		t.Cleanup(func() { _ = e.Set(false) })
		is(false)
		for _, on := range []bool{true, true, false, false} {
			if err := e.Set(on); err != nil {
				t.Fatal(err)
			}
			is(on)
		}
	}
}
