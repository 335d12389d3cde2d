package guest

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"lanyard/share"
)

// Limits of archives.
const (
	maxZips     = 16       // that are made at a time: each has its list of files in memory
	maxMembers  = 100_000  // files and folders of one
	maxNames    = 16 << 20 // bytes of all their names
	maxPicked   = pageRows // of one page
	maxLeftOut  = 200      // files that couldn't be read, told by name
	maxFileName = 200      // bytes of the name that a download suggests
)

// file sends a file, or parts of it (RFC 9110 section 14).
func (v *visit) file(p string) {
	f, info, err := v.tree.Open(p)
	if err != nil {
		v.refuse(err)
		return
	}
	defer f.Close()
	download(v.w, path.Base(p), "application/octet-stream") // never anything that a browser would show
	v.w.Header().Set("ETag", fmt.Sprintf(`"%x-%x"`, info.ModTime().UnixNano(), info.Size()))
	k := &steady{File: f, was: info}
	http.ServeContent(v.w, oneRange(v.r), "", info.ModTime(), k)
	if k.err != nil {
		v.s.o.Logger.Debug("download broken off", "folder", v.link.Folder, "err", k.err)
		panic(http.ErrAbortHandler)
	}
}

// download sets the headers of what a browser shall keep, and do nothing else with.
func download(w http.ResponseWriter, name, kind string) {
	guard(w.Header())
	name = neutral(name)
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\%;`, r) {
			return '_'
		}
		return r
	}, name)
	h := w.Header()
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Content-Type", kind)
	// RFC 6266 section 4.3: the second name is for those who know it, which is every browser.
	h.Set("Content-Disposition", `attachment; filename="`+ascii+`"; filename*=UTF-8''`+strings.ReplaceAll(url.QueryEscape(name), "+", "%20"))
}

// oneRange leaves out of a request the wish for several ranges at once, as one may (RFC 9110 section 14.2): nobody who fetches
// a file needs them, and they cost much for little. The request itself stays as it is: when the owner changes a right, its
// cookies are read again by another goroutine.
func oneRange(r *http.Request) *http.Request {
	if strings.Contains(r.Header.Get("Range"), ",") || len(r.Header.Values("Range")) > 1 {
		r = r.Clone(r.Context())
		r.Header.Del("Range")
	}
	return r
}

// zip sends a folder, or what was picked in it, as an archive.
func (v *visit) zip() {
	p := strings.TrimSuffix(v.r.PathValue("path"), "/")
	e, err := v.tree.Stat(p)
	if err == nil && !e.Folder {
		err = &share.Error{Code: share.NotFound}
	}
	if err != nil {
		v.refuse(err)
		return
	}
	q := v.r.URL.Query()
	paths, strip, name := []string{p}, path.Dir(p), path.Base(p)
	if p == "" {
		name = v.link.Folder
	}
	if q.Has("picked") {
		if paths, err = v.picked(p, q["f"]); err != nil {
			v.refuse(err)
			return
		}
		switch strip = p; {
		case len(paths) == 0:
			v.s.problem(v.w, v.r, http.StatusBadRequest, "Nothing was ticked.", "Go back, tick what you want, and try again.")
			return
		case len(paths) == 1:
			if e, err := v.tree.Stat(paths[0]); err == nil && !e.Folder { // needs no archive
				v.s.redirect(v.w, v.r, v.link.below("files", paths[0]))
				return
			}
			name = path.Base(paths[0])
		}
	}
	leave := v.s.place(v.s.zips, v.link.ID)
	if leave == nil {
		v.w.Header().Set("Retry-After", "10")
		v.s.problem(v.w, v.r, http.StatusServiceUnavailable, "Too many people are fetching archives just now.", "Try again in a moment.")
		return
	}
	defer leave()
	s := scan{v: v, strip: strip}
	if p == "" && !q.Has("picked") {
		s.prefix = v.link.Folder + "/"
	}
	for _, p := range paths {
		if err := v.tree.Walk(p, s.take); err != nil {
			v.refuse(err)
			return
		}
	}
	v.send(name, s.done())
}

// picked finds the paths in a folder whose boxes were ticked.
func (v *visit) picked(p string, boxes []string) (paths []string, _ error) {
	if len(boxes) > maxPicked {
		return nil, &share.Error{Code: share.Denied, Text: "that is too many at once"}
	}
	ticked := map[string]bool{}
	for _, b := range boxes {
		ticked[b] = true
	}
	err := v.tree.List(p, func(e share.Entry) error {
		if len(ticked) > 0 && ticked[pick(e.Name)] {
			paths = append(paths, path.Join(p, e.Name))
		}
		return nil
	})
	slices.Sort(paths)
	return paths, err
}

// send sends an archive. One that can't be finished breaks the connection: a browser must not take it for whole.
func (v *visit) send(name string, members []*member) {
	a := newArchive(v.link.Folder, members, v.tree.Open, &v.s.sums)
	a.ended = v.r.Context().Err
	defer a.Close()
	download(v.w, cutName(name)+".zip", "application/zip")
	v.w.Header().Set("ETag", a.ETag())
	v.w.Header().Set("Accept-Ranges", "bytes")
	http.ServeContent(v.w, oneRange(v.r), "", noTime, a)
	if a.err != nil {
		v.s.o.Logger.Debug("archive broken off", "folder", v.link.Folder, "err", a.err)
		panic(http.ErrAbortHandler)
	}
}

func cutName(name string) string { return strings.ToValidUTF8(name[:min(len(name), maxFileName)], "") }

// scan gathers what goes into an archive.
type scan struct {
	v       *visit
	strip   string // the folder that names in the archive are relative to; "." and "" the shared one
	prefix  string
	names   names
	members []*member
	bytes   int
	leftOut []string
	more    int // left out and not told by name
}

var errTooMany = &share.Error{Code: share.Denied, Text: "there are too many files for one archive, fetch the folders in it one by one"}

// take takes a file or folder. Every file is opened once, as only then it is known whether it can be read.
func (s *scan) take(p string, e share.Entry, fault error) error {
	if err := s.v.r.Context().Err(); err != nil {
		return err
	}
	name := p
	if s.strip != "." && s.strip != "" {
		name = strings.TrimPrefix(p, s.strip+"/")
	}
	name = s.prefix + name
	if fault != nil {
		s.fault(name, fault)
		return nil
	}
	m := &member{path: p, mod: e.Modified}
	if e.Folder {
		if m.name = s.names.portable(strings.TrimSuffix(name, "/") + "/"); m.name == "/" {
			return nil
		}
	} else {
		f, info, err := s.v.tree.Open(p)
		var gone *share.Error
		if errors.As(err, &gone) && gone.Code == share.NotFound || errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			s.fault(name, err)
			return nil
		}
		f.Close()
		m.name, m.size, m.mod = s.names.portable(name), info.Size(), info.ModTime()
	}
	s.members = append(s.members, m)
	if s.bytes += len(m.name); len(s.members) > maxMembers || s.bytes > maxNames {
		return errTooMany
	}
	return nil
}

func (s *scan) fault(name string, err error) {
	var e *share.Error
	why := "it can't be read"
	if errors.As(err, &e) {
		why = e.Text
	}
	if len(s.leftOut) >= maxLeftOut {
		s.more++
		return
	}
	s.leftOut = append(s.leftOut, cutName(neutral(name))+": "+why)
}

// done returns the members, with a word on what is not among them, where that is so.
func (s *scan) done() []*member {
	if s.leftOut == nil {
		return s.members
	}
	text := "These are not in the archive:\r\n\r\n" + strings.Join(s.leftOut, "\r\n") + "\r\n"
	if s.more > 0 {
		text += fmt.Sprintf("and %d more\r\n", s.more)
	}
	if len(text) > maxBlock {
		text = strings.ToValidUTF8(text[:maxBlock], "")
	}
	name := s.names.portable(s.prefix + "NOT IN THIS ARCHIVE.txt")
	return append(s.members, &member{name: name, size: int64(len(text)), text: []byte(text)})
}
