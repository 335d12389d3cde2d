// The snapshot: what it keeps of the database, and how it becomes one again.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// snapshot is a part of the database: the entries that concern some modules, and of those what is needed to judge a
// program. Titles and descriptions are left to the page that govulncheck names.
type snapshot struct {
	Source   string    `json:"source"`
	Modified time.Time `json:"modified"` // the day of the database
	Modules  []string  `json:"modules"`  // those asked for, also where nothing is known against them
	Entries  []entry   `json:"entries"`
}

// entry has the fields of OSV that govulncheck judges by; see https://go.dev/security/vuln/database#schema.
type entry struct {
	SchemaVersion string     `json:"schema_version,omitempty"`
	ID            string     `json:"id"`
	Modified      time.Time  `json:"modified,omitzero"`
	Withdrawn     *time.Time `json:"withdrawn,omitempty"`
	Aliases       []string   `json:"aliases,omitempty"`
	Affected      []affected `json:"affected"`
	Database      struct {
		URL string `json:"url,omitempty"`
	} `json:"database_specific"`
}

type affected struct {
	Package struct {
		Name      string `json:"name"` // of a module; the standard library is stdlib, the go command toolchain
		Ecosystem string `json:"ecosystem"`
	} `json:"package"`
	Ranges []struct {
		Type   string  `json:"type"`
		Events []event `json:"events"`
	} `json:"ranges,omitempty"`
	Specific struct {
		Imports []struct {
			Path    string   `json:"path,omitempty"`
			GOOS    []string `json:"goos,omitempty"`
			GOARCH  []string `json:"goarch,omitempty"`
			Symbols []string `json:"symbols,omitempty"`
		} `json:"imports,omitempty"`
	} `json:"ecosystem_specific"`
}

// event is the first version that is affected, or the first that no longer is.
type event struct {
	Introduced string `json:"introduced,omitempty"`
	Fixed      string `json:"fixed,omitempty"`
}

// take asks db for everything that is known against modules.
func take(ctx context.Context, db database, modules []string) (*snapshot, error) {
	modified, err := db.modified(ctx)
	if err != nil {
		return nil, err
	}
	s := &snapshot{Source: db.name(), Modified: modified, Modules: slices.Sorted(slices.Values(modules))}
	concerns := func(a affected) bool { return slices.Contains(s.Modules, a.Package.Name) }
	err = db.entries(ctx, concerns, func(e entry) {
		e.Affected = slices.DeleteFunc(e.Affected, func(a affected) bool { return !concerns(a) })
		if len(e.Affected) > 0 && e.Withdrawn == nil {
			s.Entries = append(s.Entries, e)
		}
	})
	if err != nil {
		return nil, err
	}
	if len(s.Entries) == 0 { // Go's own standard library has had some
		return nil, fmt.Errorf("read %s: it knows of nothing at all, so it can't be right", db.name())
	}
	slices.SortFunc(s.Entries, func(a, b entry) int { return strings.Compare(a.ID, b.ID) })
	return s, nil
}

// write puts each entry on a line of its own, so that a change shows what became known.
func (s *snapshot) write(file string) error {
	var b bytes.Buffer
	head := *s
	head.Entries = []entry{}
	top, err := json.MarshalIndent(head, "", " ")
	if err != nil {
		return err
	}
	b.Write(bytes.TrimSuffix(top, []byte("[]\n}")))
	for i, e := range s.Entries {
		line, err := json.Marshal(e)
		if err != nil {
			return err
		}
		b.WriteString([]string{"[\n", ",\n"}[min(i, 1)])
		b.Write(line)
	}
	b.WriteString("\n]\n}\n")
	if err := os.WriteFile(file+".new", b.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

func readSnapshot(file string) (*snapshot, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var s snapshot
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	if len(s.Entries) == 0 || s.Modified.IsZero() {
		return nil, fmt.Errorf("read %s: it holds no entry or no date", file)
	}
	return &s, nil
}

// moduleIndex is a module in index/modules.json, by which govulncheck finds its entries.
type moduleIndex struct {
	Path  string      `json:"path"`
	Vulns []vulnIndex `json:"vulns"`
}

// vulnIndex leaves out the version that mends the module, with which readers only save a look at the entry.
type vulnIndex struct {
	ID       string    `json:"id"`
	Modified time.Time `json:"modified"`
}

// unpack lays the snapshot out in dir as the published database is, see https://go.dev/security/vuln/database#api.
func (s *snapshot) unpack(dir string) error {
	files := map[string]any{"index/db.json": map[string]time.Time{"modified": s.Modified}}
	byModule := map[string][]vulnIndex{}
	for _, e := range s.Entries {
		if !entryID.MatchString(e.ID) {
			return fmt.Errorf("unpack the snapshot: %q is no ID", e.ID)
		}
		if e.Modified.IsZero() { // in a checkout, where only the history knows
			e.Modified = s.Modified
		}
		files["ID/"+e.ID+".json"] = e
		for _, a := range e.Affected {
			known := byModule[a.Package.Name]
			if !slices.ContainsFunc(known, func(v vulnIndex) bool { return v.ID == e.ID }) {
				byModule[a.Package.Name] = append(known, vulnIndex{e.ID, e.Modified})
			}
		}
	}
	var index []moduleIndex
	for path, vulns := range byModule {
		index = append(index, moduleIndex{path, vulns})
	}
	slices.SortFunc(index, func(a, b moduleIndex) int { return strings.Compare(a.Path, b.Path) })
	files["index/modules.json"] = index
	for name, v := range files {
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// warnings says in what the snapshot may be less than the truth for a program built from modules.
func (s *snapshot) warnings(modules []string, now time.Time) (all []string) {
	if age := now.Sub(s.Modified); age > oldAfter {
		all = append(all, fmt.Sprintf("The snapshot is %d days old.", int(age.Hours()/24)))
	}
	for _, m := range modules {
		if !slices.Contains(s.Modules, m) {
			all = append(all, fmt.Sprintf("The snapshot says nothing of %s, which it was not taken for.", m))
		}
	}
	return all
}
