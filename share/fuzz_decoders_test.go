package share

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// FuzzAnswer has a client hear anything for a list, a refusal, or the result of a put: what it believes of it is fit to be shown.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		`{"name":"a","size":3,"modified":"2024-01-02T03:04:05Z"}` + "\n{}\n", `{"name":"../x"}` + "\n{}\n", `{"name":"d","folder":true}` + "\n", "", "null\n", "{}", "[]\n{}",
		`{"code":"full","error":"no space","path":"a\u202eb"}`, `{"code":"","files":1}`, `{"code":"x","files":-1,"failed":-5,"errors":[null,{"code":"full","error":"\u001b[2J"}]}`,
		`{"files":9223372036854775807,"failed":9223372036854775807}`, `{"files":1,"errors":[{"code":"invalid","path":"x"}]}`, `{"code":{}}`,
	} {
		f.Add(http.StatusOK, body)
		f.Add(http.StatusNotFound, body)
	}
	from := write(f, filepath.Join(f.TempDir(), "x"), "x")
	f.Fuzz(func(t *testing.T, status int, body string) {
		c := &Client{HTTP: &http.Client{Transport: answer{status%1000 + 100, body}}, Base: "https://pc"}
		ctx := within(t, 10*time.Second)
		list, err := c.List(ctx, "docs", "")
		for _, e := range list {
			if CheckPath(e.Name) != nil || strings.Contains(e.Name, "/") || e.Size < 0 {
				t.Errorf("it lists %+v", e)
			}
		}
		p := NewProgress()
		for _, err := range []error{err, c.Mkdir(ctx, "docs", "x"), c.Put(ctx, []string{from}, "docs", "", Moving{}, p), c.Get(ctx, "docs", []string{"x"}, t.TempDir(), Moving{}, nil)} {
			if err != nil && (strings.ContainsFunc(err.Error(), untidy) || len(err.Error()) > maxText+maxPath+200) {
				t.Errorf("an error is %.300q", err)
			}
		}
		if p.Files() < 0 || p.Failed() < 0 || len(p.Errors()) > maxErrors {
			t.Errorf("%d files, %d failed, %d errors", p.Files(), p.Failed(), len(p.Errors()))
		}
	})
}

// answer is another PC that says one thing to everything, whatever is sent.
type answer struct {
	status int
	body   string
}

func (a answer) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		r.Body.Close()
	}
	return &http.Response{StatusCode: a.status, Status: fmt.Sprint(a.status), Body: io.NopCloser(strings.NewReader(a.body)), Request: r, Header: http.Header{}}, nil
}

// FuzzRange asks for pieces of a file under any conditions: each piece that comes is the one that it says it is.
func FuzzRange(f *testing.F) {
	const content = "0123456789abcdefghijklmnopqrstuvwxyz"
	date := time.Unix(1e9, 0).UTC().Format(http.TimeFormat)
	for _, header := range []string{"", "bytes=0-", "bytes=-5", "bytes=3-7", "bytes=0-0,2-2,-1", "bytes=5-2", "bytes=99-", "bytes=" + strings.Repeat("1-1,", 100) + "2-2", "bytes=-0", "bytes= 1 - 2", "bites=1-2", "bytes=18446744073709551616-", "bytes=--1"} {
		f.Add(header, "", "", "")
		f.Add(header, date, date, `"x"`)
		f.Add(header, `W/"x"`, "never", "*")
	}
	s := NewServer(Options{Allow: everything})
	dir := f.TempDir()
	write(f, filepath.Join(dir, "x"), content)
	if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, ranges, ifRange, since, match string) {
		r := httptest.NewRequest(http.MethodGet, "/v1/files/docs/x", nil)
		for name, value := range map[string]string{"Range": ranges, "If-Range": ifRange, "If-Modified-Since": since, "If-Unmodified-Since": since, "If-Match": match, "If-None-Match": match} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		whole := []int{http.StatusOK, http.StatusNotModified, http.StatusPreconditionFailed, http.StatusRequestedRangeNotSatisfiable, http.StatusPartialContent}
		if !slices.Contains(whole, w.Code) || w.Code == http.StatusOK && w.Body.String() != content {
			t.Errorf("%d %q", w.Code, w.Body)
		}
		if w.Code != http.StatusPartialContent {
			return
		}
		kind, parameters, _ := mime.ParseMediaType(w.Header().Get("Content-Type"))
		if kind != "multipart/byteranges" {
			checkPiece(t, content, w.Header().Get("Content-Range"), w.Body.String())
			return
		}
		parts := multipart.NewReader(w.Body, parameters["boundary"])
		for n := 0; ; n++ {
			part, err := parts.NextRawPart()
			if err == io.EOF && n > 0 && n <= maxRanges {
				return
			}
			if err != nil {
				t.Fatalf("%d pieces, %v", n, err)
			}
			piece, err := io.ReadAll(part)
			if err != nil {
				t.Fatal(err)
			}
			checkPiece(t, content, part.Header.Get("Content-Range"), string(piece))
		}
	})
}

func checkPiece(t *testing.T, content, where, piece string) {
	t.Helper()
	var from, to, size int // of "bytes=-0" net/http gives a piece of nothing, which ends before it begins
	if _, err := fmt.Sscanf(where, "bytes %d-%d/%d", &from, &to, &size); err != nil || size != len(content) || from > to+1 || to >= size || content[from:to+1] != piece {
		t.Errorf("%q has %q", where, piece)
	}
}

// FuzzBody has a server read anything as what a get or a move asks for.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		`{"paths":["a"]}`, `{"paths":["a/x","../victim"]}`, `{"paths":["a","a"]}`, `{"paths":[""]}`, `{"paths":[]}`, `{"paths":null,"have":null}`, `{"paths":["a"],"have":{"a/x":{"size":6,"modified":"2001-09-09T01:46:40Z"}}}`,
		`{"paths":["a"],"have":{"a/x":{"size":-1,"modified":"9999-99-99"}}}`, `{"from":"a/x","to":"b"}`, `{"from":"a","to":"a/b"}`, `{"from":".hidden","to":"x"}`, `{"from":"a/x","to":".hidden"}`, `{"from":"a\u0000","to":"x"}`,
		`{"from":"a/x","to":"\ud800"}`, strings.Repeat(`{"paths":`, 100), `[]`, `null`, ``, `{"paths":{"a":1}}`, `{"from":"a/x","FROM":"../victim","to":"y"}`,
	} {
		f.Add(true, body)
		f.Add(false, body)
	}
	f.Fuzz(func(t *testing.T, get bool, body string) {
		base := memory(t)
		dir := filepath.Join(base, "share")
		write(t, filepath.Join(dir, "a", "x"), "shared")
		write(t, filepath.Join(dir, ".hidden"), "SECRET")
		write(t, filepath.Join(base, "victim"), "SECRET")
		s := NewServer(Options{Allow: everything})
		defer s.Close()
		if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
			t.Fatal(err)
		}
		target := "/v1/move/docs"
		if get {
			target = "/v1/get/docs"
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, target, strings.NewReader(body)))
		if said := w.Body.String(); strings.Contains(said, "SECRET") && !strings.Contains(body, "SECRET") || strings.Contains(said, base) || w.Code == http.StatusInternalServerError {
			t.Errorf("%d %q", w.Code, said)
		}
		if read(t, filepath.Join(base, "victim")) != "SECRET" || read(t, filepath.Join(dir, ".hidden")) != "SECRET" || strings.Count(strings.Join(tree(t, base), "\n"), "=") != 3 {
			t.Errorf("there is %q", tree(t, base))
		}
	})
}

// FuzzName judges any name: by what it says to Windows, by what starts by itself, and by what is made of it.
func FuzzName(f *testing.F) {
	for _, name := range append(attacks(), "COM1", "nul.txt", "x.lnk", "a.pdf.exe", "x.{645FF040-5081-101B-9F08-00AA002F954E}", "Startup/x", "photo\u202egpj.exe", "SECRET~1", "f::$DATA", "COM¹", "name. ", "ﬁle", "\u212a") {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if badName(name, "windows") == "" {
			if badName(name, anySystem) != "" || strings.ContainsAny(name, `:*?"<>|/\`) || strings.TrimRight(name, " .") != name {
				t.Errorf("Windows would be given %q", name)
			}
			for _, device := range []string{"con", "nul", "aux", "prn"} {
				stem, _, _ := strings.Cut(strings.ToLower(name), ".")
				if strings.TrimSpace(stem) == device {
					t.Errorf("Windows would open a device for %q", name)
				}
			}
		}
		upper := strings.ToUpper(name)
		if strings.ToUpper(strings.ToLower(upper)) == upper && (Risky(name) == "") != (Risky(strings.ToLower(upper)) == "") {
			t.Errorf("%q is %q, otherwise %q", name, Risky(name), Risky(strings.ToLower(upper)))
		}
		if Risky(name) == "" && (strings.HasPrefix(name, ".") || strings.HasSuffix(strings.ToLower(name), ".lnk")) {
			t.Errorf("%q passes", name)
		}
		if c := clean(name); strings.ContainsFunc(c, untidy) {
			t.Errorf("%q is told as %q", name, c)
		}
	})
}
