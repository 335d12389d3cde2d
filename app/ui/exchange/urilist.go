package exchange

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// FormatList makes a text/uri-list (RFC 2483, 5) of local files, by their absolute paths.
func FormatList(paths []string) []byte {
	var b bytes.Buffer
	for _, p := range paths {
		b.WriteString(fileURI(p) + "\r\n")
	}
	return b.Bytes()
}

// FormatCopied makes what file managers put on the clipboard beside it (x-special/gnome-copied-files): the word copy, and
// the files, a line each.
func FormatCopied(paths []string) []byte {
	lines := []string{"copy"}
	for _, p := range paths {
		lines = append(lines, fileURI(p))
	}
	return []byte(strings.Join(lines, "\n"))
}

// fileURI is a local file as a URI (RFC 8089).
func fileURI(path string) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") { // a drive letter
		p = "/" + p
	}
	return (&url.URL{Scheme: "file", Path: p}).String()
}

// ParseList reads a text/uri-list, or the list that file managers put on the clipboard, which begins with copy or cut. It
// comes from another program and is not trusted: whatever is no file of this PC is left out, and counted. More than
// MaxFiles is ErrTooMany.
func ParseList(list []byte) (paths []string, others int, err error) {
	if len(list) > MaxList {
		return nil, 0, ErrTooMany
	}
	first := true
	for line := range bytes.SplitSeq(list, []byte("\n")) {
		text := strings.TrimRight(string(line), "\r\x00") // some programs end the list with a zero
		verb := first && (text == "copy" || text == "cut")
		first = false
		if verb || text == "" || text[0] == '#' {
			continue
		}
		p, err := LocalPath(text)
		switch {
		case err != nil:
			others++
		case len(paths) == MaxFiles:
			return nil, 0, ErrTooMany
		default:
			paths = append(paths, p)
		}
	}
	return paths, others, nil
}

// LocalPath returns the path of a file URI of this PC (RFC 8089), in its shortest form.
func LocalPath(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "file" || u.Opaque != "" || !here(u.Host) || strings.ContainsRune(u.Path, 0) {
		return "", fmt.Errorf("use %q: not a local file", text)
	}
	p := filepath.FromSlash(u.Path)
	if runtime.GOOS == "windows" {
		p = strings.TrimPrefix(p, `\`)
	}
	if !filepath.IsAbs(p) {
		return "", fmt.Errorf("use %q: not a local file", text)
	}
	return filepath.Clean(p), nil
}

// here tells whether the host in a file URI is this PC: most programs leave it out, some name it.
func here(host string) bool {
	if host == "" || strings.EqualFold(host, "localhost") {
		return true
	}
	name, err := os.Hostname()
	return err == nil && strings.EqualFold(host, name)
}
