package ui

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestOnlyLocalFilesAreTakenFromADialog(t *testing.T) {
	for uri, want := range map[string]string{
		"file:///a/b%20c+d.txt":      "/a/b c+d.txt",
		"file://localhost/a/ä%25":    "/a/ä%",
		"file:/a":                    "/a",
		"file://elsewhere/share/a":   "",
		"file:a":                     "",
		"file://":                    "",
		"smb://elsewhere/share/a":    "",
		"/a":                         "",
		"file:///a%00b":              "",
		"file:///a?query#fragment":   "/a",
		"file:///a/../../etc/passwd": "/etc/passwd",
		"file:///%zz":                "",
		"":                           "",
	} {
		got, err := localPaths([]string{uri})
		if (err == nil) != (want != "") || err == nil && !slices.Equal(got, []string{filepath.FromSlash(want)}) {
			t.Errorf("%q: got %q, %v, want %q", uri, got, err, want)
		}
	}
}

// FuzzLocalPaths: whatever a file dialog of the desktop answers, here a URI to a line, it is refused, or each URI is one
// absolute path of this PC.
func FuzzLocalPaths(f *testing.F) {
	for _, seed := range []string{
		"file:///a/b%20c+d.txt\nfile:///tmp", "file://elsewhere/share/a", "file:a", "file:///a%00b", "file:////a//b/../c", "file:///%E2%80%AE", "http://[::1]:1/\x7f",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		uris := strings.Split(data, "\n")
		paths, err := localPaths(uris)
		if err != nil {
			return
		}
		if len(paths) != len(uris) {
			t.Fatalf("%q became %q", uris, paths)
		}
		for _, p := range paths {
			if !filepath.IsAbs(p) || filepath.Clean(p) != p || strings.ContainsRune(p, 0) {
				t.Errorf("%q became %q", uris, p)
			}
		}
		again := make([]string, len(paths))
		for i, p := range paths {
			again[i] = (&url.URL{Scheme: "file", Path: filepath.ToSlash(p)}).String()
		}
		if back, err := localPaths(again); err != nil || !slices.Equal(back, paths) {
			t.Errorf("%q became %q, then %q (%v)", uris, paths, back, err)
		}
	})
}
