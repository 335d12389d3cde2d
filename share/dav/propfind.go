package dav

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"strings"
	"time"

	"golang.org/x/net/webdav"

	"lanyard/share"
)

// maxListed is how many entries of a folder one PROPFIND tells: they are in memory.
const maxListed = 200_000

// propfind tells of a file, or of a folder and what is in it, never of more (RFC 4918 section 9.1.1 allows that).
func (c *call) propfind() error {
	depth := c.r.Header.Get("Depth")
	if depth != "0" && depth != "1" {
		if depth != "" && !strings.EqualFold(depth, "infinity") {
			return status(http.StatusBadRequest)
		}
		return &precondition{http.StatusForbidden, "propfind-finite-depth", ""}
	}
	asked, raw, err := readXML(c.w, c.r)
	if err != nil {
		return err
	}
	if asked != nil && asked.name != (xml.Name{Space: davNS, Local: "propfind"}) {
		return status(http.StatusBadRequest)
	}
	v := &view{c: c, infos: map[string]*info{}}
	if err := v.read(depth == "1", asked); err != nil {
		return err
	}
	r := c.r.Clone(c.r.Context())
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(raw)), int64(len(raw))
	r.URL.Path = c.key(c.p)
	(&webdav.Handler{Prefix: c.Base, FileSystem: v, LockSystem: webdav.NewMemLS()}).ServeHTTP(c.w, r)
	return nil
}

// view is the part of a file system that one PROPFIND is about, read before the answer begins: an error can then still be
// told, and nothing is asked twice.
type view struct {
	c     *call
	infos map[string]*info // by path
	kids  []os.FileInfo    // of the folder asked for
	quota bool
	names bool // properties are asked for by their names
}

func (v *view) read(deep bool, asked *element) error {
	ctx := v.c.r.Context()
	e, err := v.c.FS.Stat(ctx, v.c.p)
	if err != nil {
		return err
	}
	v.infos[v.c.p] = &info{e}
	if asked != nil && asked.kid("prop") != nil {
		p := asked.kid("prop")
		v.names = true
		v.quota = p.kid("quota-available-bytes") != nil || p.kid("quota-used-bytes") != nil
	}
	if !deep || !e.Folder {
		return nil
	}
	return v.c.FS.List(ctx, v.c.p, func(e share.Entry) error {
		if len(v.kids) >= maxListed {
			return status(http.StatusInsufficientStorage)
		}
		i := &info{e}
		v.infos[path.Join(v.c.p, e.Name)] = i
		v.kids = append(v.kids, i)
		return nil
	})
}

// Stat implements webdav.FileSystem.
func (v *view) Stat(_ context.Context, name string) (os.FileInfo, error) {
	if i := v.infos[strings.Trim(name, "/")]; i != nil {
		return i, nil
	}
	return nil, fs.ErrNotExist
}

// OpenFile implements webdav.FileSystem.
func (v *view) OpenFile(_ context.Context, name string, _ int, _ os.FileMode) (webdav.File, error) {
	p := strings.Trim(name, "/")
	i := v.infos[p]
	if i == nil {
		return nil, fs.ErrNotExist
	}
	return &viewed{v, p, i}, nil
}

var errReadOnly = errors.New("it is for reading")

// Mkdir implements webdav.FileSystem.
func (v *view) Mkdir(context.Context, string, os.FileMode) error { return errReadOnly }

// RemoveAll implements webdav.FileSystem.
func (v *view) RemoveAll(context.Context, string) error { return errReadOnly }

// Rename implements webdav.FileSystem.
func (v *view) Rename(context.Context, string, string) error { return errReadOnly }

// info is an entry as package webdav wants it.
type info struct{ e share.Entry }

func (i *info) Name() string       { return i.e.Name }
func (i *info) Size() int64        { return i.e.Size }
func (i *info) ModTime() time.Time { return i.e.Modified }
func (i *info) IsDir() bool        { return i.e.Folder }
func (i *info) Sys() any           { return nil }

// Mode implements fs.FileInfo.
func (i *info) Mode() fs.FileMode {
	if i.e.Folder {
		return fs.ModeDir | 0o777
	}
	return 0o666
}

// ETag implements webdav.ETager.
func (i *info) ETag(context.Context) (string, error) { return etag(i.e), nil }

// ContentType implements webdav.ContentTyper: by the name, as reading every file of a folder would take all day.
func (i *info) ContentType(context.Context) (string, error) {
	if t := mime.TypeByExtension(path.Ext(i.e.Name)); t != "" {
		return t, nil
	}
	return "application/octet-stream", nil
}

// viewed is a file or folder of a view. It has the properties that package webdav doesn't know.
type viewed struct {
	v *view
	p string
	i *info
}

func (f *viewed) Close() error                                        { return nil }
func (f *viewed) Read([]byte) (int, error)                            { return 0, errReadOnly }
func (f *viewed) Write([]byte) (int, error)                           { return 0, errReadOnly }
func (f *viewed) Seek(int64, int) (int64, error)                      { return 0, errReadOnly }
func (f *viewed) Readdir(int) ([]fs.FileInfo, error)                  { return f.v.kids, nil }
func (f *viewed) Stat() (fs.FileInfo, error)                          { return f.i, nil }
func (f *viewed) Patch([]webdav.Proppatch) ([]webdav.Propstat, error) { return nil, errReadOnly }

// DeadProps implements webdav.DeadPropsHolder.
func (f *viewed) DeadProps() (map[xml.Name]webdav.Property, error) {
	all := map[xml.Name]webdav.Property{}
	set := func(space, local, lang, inner string) {
		name := xml.Name{Space: space, Local: local}
		all[name] = webdav.Property{XMLName: name, Lang: lang, InnerXML: []byte(inner)}
	}
	c := f.v.c
	key := c.key(f.p)
	for _, p := range c.h.o.Properties.get(key) {
		set(p.Space, p.Local, p.Lang, p.XML)
	}
	var active strings.Builder
	for _, k := range c.h.locks.covering(key, c.now) {
		active.WriteString(activeLock(k, c))
	}
	set(davNS, "lockdiscovery", "", active.String())
	if f.v.names { // package webdav tells of one of its own with all properties, and would tell both
		set(davNS, "supportedlock", "", supportedLock)
	}
	if f.i.e.Folder && f.v.quota { // only where asked for (RFC 4331 section 3)
		free, used := c.FS.Space(c.r.Context(), f.p)
		if free >= 0 {
			set(davNS, "quota-available-bytes", "", fmt.Sprint(free))
		}
		if used >= 0 {
			set(davNS, "quota-used-bytes", "", fmt.Sprint(used))
		}
	}
	return all, nil
}
