package ui

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestInvitationsInAnyForm(t *testing.T) {
	for _, c := range []struct{ rule, text, code string }{
		{"as it is shown", "123 456", "123456"}, {"with what a copy brings along", " 123 456\r\n", "123456"}, {"together", "123456", "123456"},
		{"with a dash", "123-456", "123456"}, {"with a long dash", "123–456", "123456"}, {"with a space that doesn't break", "123\u00a0456", "123456"},
		{"in a message", "Hi Jo, the code is 123 456. It holds for 10 minutes!", "123456"}, {"twice in a message", "123456 (that is 123 456)", "123456"},
		{"full-width", "１２３ ４５６", "123456"}, {"Arabic", "١٢٣٤٥٦", "123456"}, {"Devanagari", "१२३ ४५६", "123456"},
		{"from the QR code", "lanyard:join?code=123456&at=192.168.1.20:4720", "123456"}, {"in capitals", "LANYARD:join?code=123456", "123456"},
		{"too few", "123 45", ""}, {"too many", "123 4567", ""}, {"a telephone number", "0123456789", ""}, {"two codes", "123 456 or 654 321", ""},
		{"an address", "192.168.100:4720", ""}, {"a sum", "123,456.00", ""}, {"part of a word", "A123456", ""}, {"nothing", "", ""}, {"letters", "abc def", ""},
		{"another address", "https://evil.example/?code=123456x", ""}, {"another deed", "lanyard:leave?code=x123456", ""}, {"no code", "lanyard:join?at=1.2.3.4:5", ""},
		{"without end", strings.Repeat("9 ", maxInvitation) + "123 456", ""},
	} {
		code, _, ok := readInvitation(c.text)
		if ok != (c.code != "") || ok && code != c.code {
			t.Errorf("%s: %q, %v", c.rule, code, ok)
		}
	}
}

func TestWhereAnInvitationIsFrom(t *testing.T) {
	for _, c := range []struct {
		rule string
		in   []string
		want []string
	}{
		{"as it was written", []string{"192.168.1.20:4720", "[fd00::1]:4720"}, []string{"192.168.1.20:4720", "[fd00::1]:4720"}},
		{"no more than three", []string{"10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1", "10.0.0.4:1"}, []string{"10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1"}},
		{"none that means nothing here", []string{"[fe80::1%eth0]:4720"}, nil},
		{"no names", []string{"evil.example:4720", "10.0.0.1:1"}, []string{"10.0.0.1:1"}},
		{"no options of a command", []string{"--home=/", "10.0.0.1", "10.0.0.1:0"}, nil},
	} {
		code, at, ok := readInvitation("lanyard:join?" + url.Values{"code": {"123456"}, "at": c.in}.Encode())
		if code != "123456" || !ok || !slices.Equal(at, c.want) {
			t.Errorf("%s: %q, %v, %v", c.rule, code, at, ok)
		}
	}
}

func TestWhatTheCodeOfAnInvitationHolds(t *testing.T) {
	got := invitationText("123 456", []string{"[fe80::1%eth0]:4720", "192.168.1.20:4720", "10.0.0.1:4720", "10.0.0.2:4720", "10.0.0.3:4720"})
	if want := "lanyard:join?at=192.168.1.20%3A4720&at=10.0.0.1%3A4720&at=10.0.0.2%3A4720&code=123456"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func FuzzInvitation(f *testing.F) {
	f.Add("lanyard:join?code=123456&at=[::1%25eth0]:1")
	f.Add("Code: ١٢٣-٤٥٦.")
	f.Fuzz(func(t *testing.T, text string) {
		code, at, ok := readInvitation(text)
		if ok && (len(code) != codeLength || strings.Trim(code, "0123456789") != "" || len(at) > invitationAddresses) {
			t.Errorf("%q, %q", code, at)
		}
	})
}
