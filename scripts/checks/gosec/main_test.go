package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestInsecureCodeIsFoundUnlessWaivedWithAReason(t *testing.T) {
	const start = "import \"crypto/tls\"\n\nvar C = tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true}"
	for _, c := range []struct {
		name, text, finds, fails string
	}{
		{name: "nothing insecure", text: "package p\n\nvar C int\n"},
		{name: "insecure", text: "package p\n\n" + start + "\n", finds: "p.go:5:70: G402"},
		{name: "a rule over the flow of data", text: "package p\n\nfunc F(n int) uint16 { return uint16(n) }\n", finds: "G115"},
		{name: "waived with a reason", text: "package p\n\n" + start + " // #nosec G402 -- the key is checked\n"},
		{name: "waived for another rule", text: "package p\n\n" + start + " // #nosec G401 -- the key is checked\n", finds: "G402"},
		{name: "waived without a reason", text: "package p\n\n" + start + " // #nosec G402\n", finds: "G402", fails: "p.go:5: invalid nosec directive: missing justification"},
		{name: "waived without a rule", text: "package p\n\n" + start + " // #nosec -- it is fine\n", finds: "G402", fails: "missing rule"},
		{name: "a fake for tests", text: "package ptest\n\n" + start + "\n"},
		{name: "what can't be read", text: "package p\n\nfunc {", fails: "load sample"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, "go.mod", "module sample\n\ngo 1.25\n")
			write(t, "p.go", c.text)
			found, err := check("", []string{"./..."})
			var lines []string
			for _, i := range found {
				lines = append(lines, line(i))
			}
			said := strings.Join(lines, "\n")
			if (c.finds == "") != (said == "") || !strings.Contains(said, c.finds) {
				t.Errorf("found %q, want %q", said, c.finds)
			}
			if (c.fails == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Errorf("error %v, want %q", err, c.fails)
			}
		})
	}
}

func TestARuleIsLeftOutWhereItIsSaid(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "go.mod", "module sample\n\ngo 1.25\n")
	for _, name := range []string{"app/ui/look", "app/node"} {
		write(t, filepath.Join(name, "p.go"), "package p\n\nfunc F(n int) uint16 { return uint16(n) }\n")
	}
	found, err := check("", []string{"./..."})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || !strings.HasPrefix(line(found[0]), "app/node/p.go:") {
		t.Errorf("found %v", found)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
