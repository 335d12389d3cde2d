// Where the entries come from: the published database, or a checkout of the repository that it is made from.

package main

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"path"
	"regexp"
	"strings"
	"time"
)

// publishedURL is the database that the Go project publishes.
const publishedURL = "https://vuln.go.dev"

const (
	// maxFile is well above the largest file of the database, the index of its modules (under 1 MB).
	maxFile = 32 << 20
	// fileTime is how long one file may take.
	fileTime = time.Minute
)

// database is a source of entries.
type database interface {
	name() string
	modified(context.Context) (time.Time, error)
	// entries gives each entry for which one module concerns us to found; it may give others too.
	entries(ctx context.Context, concerns func(affected) bool, found func(entry)) error
}

// published is a database at a URL, without a slash at its end.
type published string

func (p published) name() string { return string(p) }

func (p published) modified(ctx context.Context) (time.Time, error) {
	var db struct {
		Modified time.Time `json:"modified"`
	}
	if err := p.get(ctx, "index/db.json", &db); err != nil {
		return time.Time{}, err
	}
	if db.Modified.IsZero() { // a gateway that answers for it
		return time.Time{}, fmt.Errorf("get %s: it has no date", p)
	}
	return db.Modified, nil
}

// entryID is the form of an ID, which names a file.
var entryID = regexp.MustCompile(`^GO-\d{4}-\d+$`)

func (p published) entries(ctx context.Context, concerns func(affected) bool, found func(entry)) error {
	var index []moduleIndex
	if err := p.get(ctx, "index/modules.json", &index); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, m := range index {
		var a affected
		a.Package.Name = m.Path
		if !concerns(a) {
			continue
		}
		for _, v := range m.Vulns {
			if seen[v.ID] {
				continue
			}
			seen[v.ID] = true
			var e entry
			if err := p.get(ctx, "ID/"+url.PathEscape(v.ID)+".json", &e); err != nil {
				return err
			}
			found(e)
		}
	}
	return nil
}

func (p published) get(ctx context.Context, file string, v any) error {
	ctx, cancel := context.WithTimeout(ctx, fileTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, string(p)+"/"+file, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("get %s/%s: %s", p, file, resp.Status)
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxFile)).Decode(v); err != nil {
		return fmt.Errorf("get %s/%s: %w", p, file, err)
	}
	return nil
}

// checkout is the folder of a checkout of golang.org/x/vulndb, also of a bare one. What is committed there counts.
type checkout string

func (c checkout) name() string { return "https://go.googlesource.com/vulndb" }

func (c checkout) modified(ctx context.Context) (time.Time, error) {
	said, err := exec.CommandContext(ctx, "git", "-C", string(c), "log", "-1", "--format=%cI").Output()
	if err != nil {
		return time.Time{}, fmt.Errorf("read the history of %s: %w", c, err)
	}
	return time.Parse(time.RFC3339, strings.TrimSpace(string(said)))
}

func (c checkout) entries(ctx context.Context, _ func(affected) bool, found func(entry)) (err error) {
	git := exec.CommandContext(ctx, "git", "-C", string(c), "archive", "HEAD:data/osv")
	out, err := git.StdoutPipe()
	if err != nil {
		return err
	}
	if err := git.Start(); err != nil {
		return err
	}
	err = readArchive(out, found)
	_, drained := io.Copy(io.Discard, out) // else git never ends
	if err = errors.Join(err, drained, git.Wait()); err != nil {
		return fmt.Errorf("read the entries of %s: %w", c, err)
	}
	return nil
}

func readArchive(in io.Reader, found func(entry)) error {
	for files := tar.NewReader(in); ; {
		head, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if path.Ext(head.Name) != ".json" {
			continue
		}
		var e entry
		if err := json.NewDecoder(files).Decode(&e); err != nil {
			return fmt.Errorf("%s: %w", head.Name, err)
		}
		found(e)
	}
}

// buildList names the modules that this one is built from, with Go's own two.
func buildList(ctx context.Context) ([]string, error) {
	said, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{if not .Main}}{{.Path}}{{end}}", "all").Output()
	if err != nil {
		return nil, fmt.Errorf("list the modules: %w", err)
	}
	return append(strings.Fields(string(said)), "stdlib", "toolchain"), nil
}
