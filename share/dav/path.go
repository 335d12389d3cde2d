package dav

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"lanyard/share"
)

// inside turns the path of a URL into one of the site. That of another site is not there, however similar: /foobar is not
// in /foo.
func (c *call) inside(p string) (string, error) {
	rest, ok := strings.CutPrefix(p, c.Base)
	if !ok || rest != "" && rest[0] != '/' {
		return "", status(http.StatusNotFound)
	}
	rest = strings.TrimSuffix(strings.TrimPrefix(rest, "/"), "/")
	if scrapName(path.Base(rest)) { // the one kind of hidden name that somebody may talk of
		if dir := path.Dir(rest); dir != "." {
			return rest, share.CheckPath(dir)
		}
		return rest, nil
	}
	return rest, share.CheckPath(rest)
}

// destination reads where something is to go (RFC 4918 section 10.3): to this very site.
func (c *call) destination() (string, error) {
	raw := c.r.Header.Get("Destination")
	if raw == "" {
		return "", status(http.StatusBadRequest)
	}
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", status(http.StatusBadRequest)
	}
	if u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" || u.Host != "" && !strings.EqualFold(u.Host, c.r.Host) {
		return "", status(http.StatusBadGateway)
	}
	to, err := c.inside(u.Path)
	if _, elsewhere := err.(status); elsewhere {
		return "", status(http.StatusBadGateway)
	}
	return to, err
}

// key names a path among those of all sites.
func (c *call) key(p string) string {
	if p == "" {
		return c.Base
	}
	return c.Base + "/" + p
}

// href is the URL path of a key.
func href(key string) string { return (&url.URL{Path: key}).EscapedPath() }

// parent is what a path is in; that of the whole is the whole.
func parent(p string) string {
	if dir := path.Dir(p); dir != "." {
		return dir
	}
	return ""
}

// inFolder is a conflict unless what p is to be in is there (RFC 4918 section 9.7.1).
func (c *call) inFolder(p string) error {
	if e, err := c.FS.Stat(c.r.Context(), parent(p)); err != nil || !e.Folder {
		if err != nil && statusOf(err) != http.StatusNotFound {
			return err
		}
		return status(http.StatusConflict)
	}
	return nil
}
