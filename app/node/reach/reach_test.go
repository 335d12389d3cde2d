package reach

import "testing"

func TestAddressesAsPeopleTypeThem(t *testing.T) {
	for in, want := range map[string]string{
		"10.0.0.7":           "10.0.0.7:4720",
		"10.0.0.7:99":        "10.0.0.7:99",
		" reception ":        "reception:4720",
		"reception.local:99": "reception.local:99",
		"fe80::1%eth0":       "[fe80::1%eth0]:4720",
		"[fe80::1%eth0]:99":  "[fe80::1%eth0]:99",
		"[::1]":              "[::1]:4720",
		"::1":                "[::1]:4720",
		"":                   "",
		":99":                "",
		"a:0":                "",
		"a:99999":            "",
		"a:b":                "",
		"http://10.0.0.7":    "",
		"two words":          "",
		"a:b:c":              "",
	} {
		got, err := ParseAddress(in, 4720)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ParseAddress(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}
