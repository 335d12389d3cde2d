package node

import (
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lanyard/app/node/gate"
)

// Settings that a person has written by hand give nothing away by mistake, and what means nothing in them is said.
func TestSettingsThatMeanNothing(t *testing.T) {
	dir, plans := t.TempDir(), t.TempDir()
	write := func(text string) {
		text = strings.NewReplacer("HOME", filepath.ToSlash(dir), "PLANS", filepath.ToSlash(plans)).Replace(text)
		if err := os.WriteFile(filepath.Join(dir, settingsFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		text string
		says string // "": nothing
	}{
		"all well":             {`{"name":"desk","quiet":"strange","off":["guests"],"folders":[{"name":"P","dir":"PLANS","allow":{"everyone":"read"}}]}`, ""},
		"a negative number":    {`{"name":"desk","connections":-5}`, "below 0"},
		"a negative rate":      {`{"name":"desk","rates":{"up":-1}}`, "below 0"},
		"a quiet unknown":      {`{"name":"desk","quiet":"On"}`, `quiet is "On"`},
		"a service unknown":    {`{"name":"desk","off":["FILES"]}`, `no service "FILES"`},
		"a name to avoid":      {`{"name":"desk","avoid":["anna"]}`, `"anna" is no PC's ID`},
		"a name among only":    {`{"name":"desk","only":["anna"]}`, `"anna" is no PC's ID`},
		"an unknown right":     {`{"name":"desk","folders":[{"name":"P","dir":"PLANS","allow":{"everyone":"own"}}]}`, `"own"`},
		"a rule for a name":    {`{"name":"desk","folders":[{"name":"P","dir":"PLANS","allow":{"anna":"read"}}]}`, `a rule for "anna"`},
		"Lanyard's own folder": {`{"name":"desk","folders":[{"name":"K","dir":"HOME","allow":{"everyone":"read"}}]}`, "K is not shared"},
		"the whole disk":       {`{"name":"desk","folders":[{"name":"D","dir":"/","allow":{"everyone":"read"}}]}`, "D is not shared"},
	} {
		t.Run(name, func(t *testing.T) {
			write(c.text)
			n, err := New(Options{Home: dir, Version: "test", Logger: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			defer n.home.Close()
			defer n.door.Close()
			s, err := n.Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if s.Problems == nil {
				t.Error("no list, which scripts read as null")
			}
			if said := strings.Join(s.Problems, "; "); c.says == "" && said != "" || !strings.Contains(said, c.says) {
				t.Errorf("said %q, want %q", said, c.says)
			}
			if strings.Contains(c.text, `"On"`) && !n.hushedLocked() {
				t.Error("it is not quiet")
			}
		})
	}
}

// T20: the folder of this PC's key isn't served, whatever stands in the settings, not even to a guest with a link.
func TestT20TheKeyIsNotServedWhateverTheSettingsSay(t *testing.T) {
	o := newOffice(t, nil)
	if err := o.home.WriteJSON(settingsFile, settings{Name: "desk", Folders: []Folder{
		{Name: "K", Dir: o.home.Path(), Allow: map[string]string{gate.Everyone: "change"}},
	}}); err != nil {
		t.Fatal(err)
	}
	s, err := loadSettings(o.home)
	if err != nil {
		t.Fatal(err)
	}
	o.mu.Lock()
	o.settings = s
	o.applyRulesLocked()
	o.mu.Unlock()
	if err := o.apply(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if code := o.ask(o.member, "GET", "/v1/list/K/", "localhost", "").Code; code != http.StatusNotFound {
		t.Errorf("a member's list of it: %d", code)
	}
	if errs := o.files.FolderErrors(); len(errs) != 0 {
		t.Errorf("it is served: %v", errs)
	}
}
