package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const root = "../.."

// govulncheck builds the program that scripts/lint uses.
func govulncheck(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "govulncheck")
	build := exec.Command("go", "-C", filepath.Join(root, "scripts/checks"), "build", "-o", program, "golang.org/x/vuln/cmd/govulncheck")
	if said, err := build.CombinedOutput(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("build govulncheck: %v\n%s", err, said)
		}
		t.Skipf("govulncheck can't be fetched: %s", said)
	}
	return program
}

// The snapshot in the repository, unpacked, makes govulncheck refuse a program that calls what is known to be broken, and
// nothing else.
func TestAKnownHoleIsFound(t *testing.T) {
	program := govulncheck(t)
	s, err := readSnapshot("snapshot.json")
	if err != nil {
		t.Fatal(err)
	}
	db := t.TempDir()
	if err := s.unpack(db); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, version, calls string
		found                bool
	}{
		{"a broken function is called", "v0.3.7", "ParseAcceptLanguage", true},
		{"it is called, and was mended", "v0.3.8", "ParseAcceptLanguage", false},
		{"another function of the same package is called", "v0.3.7", "Parse", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := exec.Command(program, "-db", "file://"+filepath.ToSlash(db), ".")
			run.Dir = programOverText(t, c.version, c.calls)
			run.Env = append(os.Environ(), "GOFLAGS=-mod=vendor -buildvcs=false")
			said, err := run.CombinedOutput()
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if code := run.ProcessState.ExitCode(); code != map[bool]int{false: 0, true: 3}[c.found] {
				t.Errorf("govulncheck ended with %d:\n%s", code, said)
			}
			if got := strings.Contains(string(said), "GO-2022-1059"); got != c.found {
				t.Errorf("names the hole = %v, want %v:\n%s", got, c.found, said)
			}
		})
	}
}

// programOverText makes a module that calls a function of a given version of golang.org/x/text. That is a dummy in the
// folder vendor, so that nothing is fetched: govulncheck goes by names and versions.
func programOverText(t *testing.T, version, function string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":             "module sample\n\ngo 1.25\n\nrequire golang.org/x/text " + version + "\n",
		"main.go":            "package main\n\nimport \"golang.org/x/text/language\"\n\nfunc main() { language." + function + "() }\n",
		"vendor/modules.txt": "# golang.org/x/text " + version + "\n## explicit\ngolang.org/x/text/language\n",
		"vendor/golang.org/x/text/language/language.go": "package language\n\nfunc ParseAcceptLanguage() {}\n\nfunc Parse() {}\n",
	} {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// What is unpacked has the form of the published database, so a snapshot taken of it over HTTP is the same again.
func TestASnapshotOfASnapshotIsTheSame(t *testing.T) {
	first, err := readSnapshot("snapshot.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := first.unpack(dir); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()
	second, err := take(t.Context(), published(server.URL), first.Modules)
	if err != nil {
		t.Fatal(err)
	}
	for i := range first.Entries { // given by unpack where the source has none
		if first.Entries[i].Modified.IsZero() {
			first.Entries[i].Modified = first.Modified
		}
	}
	second.Source = first.Source
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	if err := errors.Join(first.write(a), second.write(b)); err != nil {
		t.Fatal(err)
	}
	if x, y := read(t, a), read(t, b); x != y {
		t.Errorf("%d bytes became %d", len(x), len(y))
	}
}

// A gateway that answers for the database is not the database.
func TestWhatAnswersMustBeTheDatabase(t *testing.T) {
	for name, answer := range map[string]string{"a page": "<html>Please log in</html>", "JSON without a date": "{}"} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(answer)) }))
			defer server.Close()
			if modified, err := published(server.URL).modified(t.Context()); err == nil {
				t.Errorf("taken for a database as of %v", modified)
			}
		})
	}
}

func TestOnlyWhatConcernsUsIsKept(t *testing.T) {
	of := func(id string, modules ...string) (e entry) {
		e.ID = id
		for _, m := range modules {
			var a affected
			a.Package.Name = m
			e.Affected = append(e.Affected, a)
		}
		return e
	}
	withdrawn := of("GO-2024-0004", "ours.example/a")
	withdrawn.Withdrawn = &time.Time{}
	s, err := take(t.Context(), fixed{
		of("GO-2024-0003", "ours.example/a", "other.example"), of("GO-2024-0001", "stdlib"), of("GO-2024-0002", "other.example"), withdrawn,
	}, []string{"stdlib", "ours.example/a"})
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for _, e := range s.Entries {
		for _, a := range e.Affected {
			kept = append(kept, e.ID+" "+a.Package.Name)
		}
	}
	if want := []string{"GO-2024-0001 stdlib", "GO-2024-0003 ours.example/a"}; !slices.Equal(kept, want) {
		t.Errorf("kept %q, want %q", kept, want)
	}
	if _, err := take(t.Context(), fixed{}, []string{"stdlib"}); err == nil {
		t.Error("a database without entries was believed")
	}
}

// fixed is a database of these entries.
type fixed []entry

func (f fixed) name() string                                { return "fixed" }
func (f fixed) modified(context.Context) (time.Time, error) { return time.Unix(1, 0), nil }
func (f fixed) entries(_ context.Context, _ func(affected) bool, found func(entry)) error {
	for _, e := range f {
		found(e)
	}
	return nil
}

func TestASnapshotTellsWhatItLacks(t *testing.T) {
	now := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	s := &snapshot{Modified: now.Add(-oldAfter), Modules: []string{"a", "stdlib"}}
	if w := s.warnings([]string{"a", "stdlib"}, now); len(w) > 0 {
		t.Errorf("a fresh snapshot of the same modules: %q", w)
	}
	if w := s.warnings([]string{"a", "new.example/b"}, now.Add(24*time.Hour)); len(w) != 2 ||
		!strings.Contains(w[0], "181 days") || !strings.Contains(w[1], "new.example/b") {
		t.Errorf("an old snapshot of fewer modules: %q", w)
	}
}

func TestAnEntryCantLeaveTheFolder(t *testing.T) {
	dir := t.TempDir()
	s := &snapshot{Modified: time.Unix(1, 0), Entries: []entry{{ID: "../../GO-2024-0001"}}}
	if err := s.unpack(filepath.Join(dir, "db")); err == nil {
		t.Error("unpacked")
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("made %v", left)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
