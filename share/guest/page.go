package guest

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"hash/fnv"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"

	"lanyard/share"
)

//go:embed pages
var pageFiles embed.FS

// loaded are the templates, and the assets by the name that pages call them: with a part that changes with what is in them,
// so that a browser can keep them and a newer Lanyard's are fetched.
var loaded = sync.OnceValue(func() (all struct {
	templates *template.Template
	assets    map[string][]byte
	named     map[string]string
}) {
	all.assets, all.named = map[string][]byte{}, map[string]string{}
	files, err := fs.Glob(pageFiles, "pages/*.*")
	if err != nil {
		panic(err) // the pattern is ours
	}
	for _, file := range files {
		name := strings.TrimPrefix(file, "pages/")
		if strings.HasSuffix(name, ".html") {
			continue
		}
		content, err := pageFiles.ReadFile(file)
		if err != nil {
			panic(err) // it was listed
		}
		h := fnv.New32a()
		h.Write(content)
		stem, ext, _ := strings.Cut(name, ".")
		as := stem + "-" + strconv.FormatUint(uint64(h.Sum32()), 36) + "." + ext
		all.assets[as], all.named[name] = content, "/guest-page/"+as
	}
	all.templates = template.Must(template.New("").Funcs(template.FuncMap{
		"neutral": neutral, "size": size, "date": date, "asset": func(name string) string { return all.named[name] },
	}).ParseFS(pageFiles, "pages/*.html"))
	return all
})

// policy allows pages what comes from this server, in files of its own, and nothing else.
const (
	policy     = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	filePolicy = "default-src 'none'; frame-ancestors 'none'; sandbox" // of what isn't ours
)

// guard sets the headers that every answer has.
func guard(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// base is what every page needs.
type base struct {
	Title  string
	PC     string // who shares; "" before a link is open
	Home   string // of the link
	Until  string
	Secure bool
}

type landingPage struct {
	base
	PIN, Wrong bool
	Page       string
	Left       int
}

type problemPage struct {
	base
	Text, Hint string
	Back       string
}

func (s *Server) base(r *http.Request, title string, l Link) base {
	b := base{Title: title, Secure: s.o.Secure(r)}
	if l.ID != "" {
		b.PC, b.Home, b.Until = s.o.PC(), l.home(), until(l.Expires, s.now())
	}
	return b
}

// show answers with a page. Pages with a form that is posted let the browser say where it comes from: to this server, and to
// no other.
func (s *Server) show(w http.ResponseWriter, r *http.Request, code int, name string, page any) {
	var b bytes.Buffer
	if err := loaded().templates.ExecuteTemplate(&b, name, page); err != nil {
		s.o.Logger.Error("page not made", "page", name, "err", err)
		http.Error(w, "this page can't be shown", http.StatusInternalServerError)
		return
	}
	guard(w.Header())
	if name == "landing" || name == "drop" {
		w.Header().Set("Referrer-Policy", "same-origin") // under no-referrer, browsers make the Origin of a form "null"
	}
	write(w, r, code, b.Bytes())
}

func write(w http.ResponseWriter, r *http.Request, code int, page []byte) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(page)))
	w.WriteHeader(code)
	if r.Method != http.MethodHead {
		_, _ = w.Write(page)
	}
}

// notFound is the one page for whatever is not there.
var notFound = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	err := loaded().templates.ExecuteTemplate(&b, "problem", problemPage{
		base: base{Title: "Nothing here", Secure: true}, Text: "There is nothing here.",
		Hint: "If somebody gave you a link to this page, it may have ended. Ask them for a new one.",
	})
	if err != nil {
		panic(err) // nothing in it depends on anything
	}
	return b.Bytes()
})

// NotFound answers that there is nothing. It is the same, byte for byte, for what never was and for a link that has ended:
// the owner of the door gives it for all that it doesn't know too.
func NotFound(w http.ResponseWriter, r *http.Request) {
	guard(w.Header())
	write(w, r, http.StatusNotFound, notFound())
}

// redirect shows a browser on, with a GET.
func (s *Server) redirect(w http.ResponseWriter, r *http.Request, to string) {
	guard(w.Header())
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}

// problem answers with a page that says what is wrong, or, to a script, with its words.
func (s *Server) problem(w http.ResponseWriter, r *http.Request, code int, text, hint string) {
	if r.Header.Get(scriptHeader) != "" {
		guard(w.Header())
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": text + " " + hint})
		return
	}
	s.show(w, r, code, "problem", problemPage{base: s.base(r, "That didn’t work", Link{}), Text: text, Hint: hint})
}

// statusOf is the HTTP status for an error of a folder.
var statusOf = map[share.Code]int{
	share.NotFound: http.StatusNotFound, share.Denied: http.StatusForbidden, share.Full: http.StatusInsufficientStorage,
	share.Invalid: http.StatusBadRequest, share.Gone: http.StatusServiceUnavailable, share.Changed: http.StatusConflict, share.Damaged: http.StatusUnprocessableEntity,
}

// refuse answers with an error of a folder. Nothing that tells of this PC's own paths is in it.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	var e *share.Error
	if !errors.As(err, &e) {
		e = &share.Error{Code: share.Failed, Text: "it can’t be done"}
	}
	if r.Context().Err() == nil {
		s.o.Logger.Debug("guest refused", "method", r.Method, "err", err)
	}
	if e.Code == share.NotFound && r.Header.Get(scriptHeader) == "" {
		NotFound(w, r)
		return
	}
	code, ok := statusOf[e.Code]
	if !ok {
		code = http.StatusInternalServerError
	}
	s.problem(w, r, code, sentence(e.Text), "")
}

// sentence makes the words of an error one.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// assetTypes are what the browsers are told of the embedded files: the system's own table may say anything.
var assetTypes = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// asset serves a style sheet or script. They are the same for all.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	content, ok := loaded().assets[name]
	if !ok {
		NotFound(w, r)
		return
	}
	guard(w.Header())
	w.Header().Set("Content-Type", assetTypes[path.Ext(name)])
	w.Header().Set("Cache-Control", "max-age=31536000, immutable")
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(content)
	}
}
