package discovery

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/miekg/dns"
)

var someID = strings.Repeat("ab23", 13)

// overTheWire packs and unpacks a TXT record.
func overTheWire(t *testing.T, list []string) []string {
	t.Helper()
	data, err := response(&dns.TXT{Hdr: header("x.", dns.TypeTXT, dns.ClassINET, 1), Txt: list})
	if err != nil {
		t.Fatal(err)
	}
	var m dns.Msg
	if err := m.Unpack(data); err != nil {
		t.Fatal(err)
	}
	return m.Answer[0].(*dns.TXT).Txt
}

func TestTextArrivesAsItWasSent(t *testing.T) {
	for name, want := range map[string]text{
		"plain":        {someID, "1", "Front desk", "Office"},
		"quiet":        {id: someID, version: "1"},
		"marks":        {someID, "1", `a "b" \c\065\ ; = . %`, `\`},
		"many tongues": {someID, "1", "Büro Müller", "会計 офис"},
	} {
		if got := readText(overTheWire(t, want.strings())); got != want {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
}

func TestALongNameIsCutBetweenCharacters(t *testing.T) {
	for _, letter := range []string{"a", "ü", "界", "🖨"} {
		got := readText(overTheWire(t, text{id: someID, name: strings.Repeat(letter, 300)}.strings())).name
		if n := utf8.RuneCountInString(got); got != strings.Repeat(letter, n) || n < 60 || n > maxName {
			t.Errorf("%s: got %d characters: %q", letter, n, got)
		}
	}
}

func TestNamesAreSafeToShow(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{"plain", "Front desk", "Front desk"},
		{"terminal escape", "a\x1b]0;owned\x07b", "a]0;ownedb"},
		{"line break", "Boss\r\nOK: paid", "Boss OK: paid"},
		{"turned round", "\u202egpj.exe\u2066", "gpj.exe"},
		{"zero width", "pa\u200bul\ufeff\u00ad", "paul"},
		{"not UTF-8", "a\xff\xfeb\xc3", "ab"},
		{"spaces", "  a \u00a0\u2003 b\t", "a b"},
		{"nothing left", "\u200e\x00\x7f", ""},
		{"private use and unassigned", "a\ue000\U000fffffb", "ab"},
		{"cut at a space", strings.Repeat("ab ", 30), strings.TrimSpace(strings.Repeat("ab ", 21))},
	} {
		if got := clean(c.in); got != c.want {
			t.Errorf("%s: clean(%q) = %q, want %q", c.what, c.in, got, c.want)
		}
	}
}

func TestOfARepeatedKeyTheFirstCounts(t *testing.T) {
	got := readText([]string{"N=one", "n=two", "w", "=x", "", "other=y", "id=" + someID})
	if want := (text{id: someID, name: "one"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestIDs(t *testing.T) {
	for s, want := range map[string]bool{
		someID: true, "": false, someID[1:]: false, someID + "a": false,
		strings.ToUpper(someID): false, someID[1:] + "1": false, someID[1:] + ".": false,
	} {
		if validID(s) != want {
			t.Errorf("validID(%q) is %v", s, !want)
		}
	}
	for name, want := range map[string]string{
		instance(someID): someID, strings.ToUpper(instance(someID)): someID,
		host(someID): "", "x." + instance(someID): "", someID: "", service: "",
	} {
		if got := instanceID(name); got != want {
			t.Errorf("instanceID(%q) = %q", name, got)
		}
	}
}

// FuzzMessage: whatever arrives, what is made of it is bounded and safe to show.
func FuzzMessage(f *testing.F) {
	for _, seed := range seeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var m dns.Msg
		if len(data) > maxMessage || m.Unpack(data) != nil {
			return
		}
		readQuery(&m, someID)
		list, _ := readResponse(&m)
		for _, s := range list {
			if !validID(s.id) || len(s.addrs) > maxAddrs {
				t.Errorf("got %+v", s)
			}
			if s.text == nil {
				continue
			}
			for _, shown := range []string{s.text.id, s.text.version, s.text.name, s.text.workgroup} {
				if utf8.RuneCountInString(shown) > maxName || strings.ContainsFunc(shown, func(r rune) bool { return !unicode.IsPrint(r) }) {
					t.Errorf("got %q", shown)
				}
				if clean(shown) != shown {
					t.Errorf("%q isn't clean yet", shown)
				}
			}
		}
	})
}
