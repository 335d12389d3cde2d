package guest

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"lanyard/share"
)

// Limits of a listing.
const (
	pageRows  = 500    // on one page: a phone has to draw them
	maxListed = 50_000 // that are sorted and shown at all: they are in memory
)

// row is a file or folder on a page.
type row struct {
	share.Entry
	URL  string
	Pick string // what a ticked box sends
	Kind string // of its icon
}

type crumb struct{ Name, URL string }

type listPage struct {
	base
	Folder   string // the name of the one that is shown
	Crumbs   []crumb
	Rows     []row
	Zip      string // the URL of all as an archive
	Sorts    []sortLink
	By       string
	Down     bool
	Count    string
	More     bool // there is more than is shown at all
	Prev     string
	Next     string
	PageNo   int
	PageLast int
}

type sortLink struct {
	Name, URL string
	On, Down  bool
}

// below makes the URL of a path below the link's.
func (l Link) below(kind, p string) string {
	parts := strings.Split(p, "/")
	for k, part := range parts {
		parts[k] = url.PathEscape(part)
	}
	return l.home() + kind + "/" + strings.Join(parts, "/")
}

// front is the page that a link opens.
func (v *visit) front() {
	if v.link.Add {
		if !v.s.o.Allow(v.r, v.link.Folder, share.Add) {
			NotFound(v.w, v.r)
			return
		}
		v.dropPage(http.StatusOK, nil)
		return
	}
	if !v.s.o.Allow(v.r, v.link.Folder, share.Read) {
		NotFound(v.w, v.r)
		return
	}
	v.list("")
}

// files shows a folder or sends a file.
func (v *visit) files() {
	p := strings.TrimSuffix(v.r.PathValue("path"), "/")
	e, err := v.tree.Stat(p)
	switch {
	case err != nil:
		v.refuse(err)
	case e.Folder:
		v.list(p)
	default:
		v.file(p)
	}
}

// refuse answers with an error of a file. A name that can't be is not there.
func (v *visit) refuse(err error) {
	var e *share.Error
	if errors.As(err, &e) && e.Code == share.Invalid {
		NotFound(v.w, v.r)
		return
	}
	v.s.refuse(v.w, v.r, err)
}

// errEnough ends a listing.
var errEnough = errors.New("there are enough")

func (v *visit) list(p string) {
	page := listPage{By: "name", Zip: v.link.below("zip", p)}
	q := v.r.URL.Query()
	if by := q.Get("by"); by == "size" || by == "date" {
		page.By = by
	}
	page.Down = q.Get("down") == "1"
	var entries []share.Entry
	err := v.tree.List(p, func(e share.Entry) error {
		if len(entries) >= maxListed {
			page.More = true
			return errEnough
		}
		entries = append(entries, e)
		return nil
	})
	if err != nil && err != errEnough {
		v.refuse(err)
		return
	}
	sortEntries(entries, page.By, page.Down)
	page.crumbs(v.link, p)
	page.base = v.s.base(v.r, neutral(page.Folder), v.link)
	page.Count = count(entries)
	here := v.link.below("files", p)
	page.sorts(here)
	page.PageLast = max(1, (len(entries)+pageRows-1)/pageRows)
	n, _ := strconv.Atoi(q.Get("page"))
	page.PageNo = min(max(n, 1), page.PageLast)
	if page.PageNo > 1 {
		page.Prev = page.here(here, page.PageNo-1)
	}
	if page.PageNo < page.PageLast {
		page.Next = page.here(here, page.PageNo+1)
	}
	for _, e := range entries[(page.PageNo-1)*pageRows : min(page.PageNo*pageRows, len(entries))] {
		page.Rows = append(page.Rows, row{e, v.link.below("files", path.Join(p, e.Name)), pick(e.Name), kindOf(e)})
	}
	v.s.show(v.w, v.r, http.StatusOK, "list", page)
}

// pick is what the box of a file sends: short for any name, so that hundreds of them fit into an address.
func pick(name string) string {
	sum := sha256.Sum256([]byte(name))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}

func (page *listPage) here(at string, n int) string {
	q := url.Values{}
	if page.By != "name" {
		q.Set("by", page.By)
	}
	if page.Down {
		q.Set("down", "1")
	}
	if n > 1 {
		q.Set("page", strconv.Itoa(n))
	}
	if len(q) == 0 {
		return at
	}
	return at + "?" + q.Encode()
}

func (page *listPage) sorts(at string) {
	for _, by := range []string{"name", "size", "date"} {
		on := page.By == by
		turned := listPage{By: by, Down: by != "name"} // the largest and the newest first
		if on {
			turned.Down = !page.Down
		}
		page.Sorts = append(page.Sorts, sortLink{strings.ToUpper(by[:1]) + by[1:], turned.here(at, 1), on, page.Down})
	}
}

// crumbs is the way from the shared folder to the one that is shown.
func (page *listPage) crumbs(l Link, p string) {
	page.Folder = l.Folder
	if p == "" {
		return
	}
	page.Crumbs = []crumb{{l.Folder, l.home()}}
	parts := strings.Split(p, "/")
	for k, name := range parts[:len(parts)-1] {
		page.Crumbs = append(page.Crumbs, crumb{name, l.below("files", strings.Join(parts[:k+1], "/"))})
	}
	page.Folder = parts[len(parts)-1]
}

// sortEntries puts folders first.
func sortEntries(entries []share.Entry, by string, down bool) {
	type keyed struct {
		key string
		share.Entry
	}
	keys := make([]keyed, len(entries))
	for k, e := range entries {
		keys[k] = keyed{strings.ToLower(e.Name), e}
	}
	slices.SortFunc(keys, func(a, b keyed) int {
		if a.Folder != b.Folder {
			if a.Folder {
				return -1
			}
			return 1
		}
		c := 0
		switch by {
		case "size":
			c = cmp.Compare(a.Size, b.Size)
		case "date":
			c = a.Modified.Compare(b.Modified)
		}
		if c == 0 {
			c = cmp.Or(strings.Compare(a.key, b.key), strings.Compare(a.Name, b.Name))
		}
		if down {
			return -c
		}
		return c
	})
	for k := range keys {
		entries[k] = keys[k].Entry
	}
}

func count(entries []share.Entry) string {
	var files, folders int
	var bytes int64
	for _, e := range entries {
		if e.Folder {
			folders++
		} else {
			files++
			bytes += e.Size
		}
	}
	var words []string
	if folders > 0 {
		words = append(words, many(folders, "folder"))
	}
	if files > 0 {
		words = append(words, many(files, "file")+", "+size(bytes))
	}
	return strings.Join(words, " · ")
}

func many(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// kinds are the icons by the end of a name. Nothing else goes by that.
var kinds = func() map[string]string {
	m := map[string]string{}
	for kind, ends := range map[string]string{
		"image":   "jpg jpeg png gif webp heic heif svg bmp tif tiff avif raw dng",
		"video":   "mp4 mov mkv avi webm m4v 3gp",
		"audio":   "mp3 m4a aac flac ogg opus wav wma",
		"text":    "pdf doc docx odt txt md rtf pages epub",
		"table":   "xls xlsx ods csv numbers",
		"archive": "zip 7z rar tar gz xz bz2 zst iso dmg",
	} {
		for end := range strings.FieldsSeq(ends) {
			m["."+end] = kind
		}
	}
	return m
}()

func kindOf(e share.Entry) string {
	if e.Folder {
		return "folder"
	}
	return cmp.Or(kinds[strings.ToLower(path.Ext(e.Name))], "file")
}
