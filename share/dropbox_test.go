package share

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// drop puts one file into a drop box, and returns all that the sender hears.
func (p *pc) drop(t testing.TB, name string) string {
	t.Helper()
	stream := streamOf(stored{path: name, content: "dropped"})
	return answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", strings.NewReader(string(stream))))
}

// Whatever is asked, and under whatever condition, the answer for a name that is there is that for one that isn't.
func TestADropBoxAnswersNoQuestion(t *testing.T) {
	p := newPC(t, addOnly)
	write(t, filepath.Join(p.dir, "there"), "SECRET")
	write(t, filepath.Join(p.dir, "there folder", "in it"), "SECRET")
	before := tree(t, p.dir)
	long := time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)
	soon := time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
	for _, header := range [][2]string{
		{"", ""}, {"Range", "bytes=0-0"}, {"Range", "bytes=99-"}, {"If-Match", "*"}, {"If-Match", `"x"`}, {"If-None-Match", "*"}, {"If-None-Match", `"x"`},
		{"If-Modified-Since", long}, {"If-Modified-Since", soon}, {"If-Unmodified-Since", long}, {"If-Unmodified-Since", soon}, {"If-Range", soon},
		{"Expect", "100-continue"}, {"Accept", "application/x-ndjson"}, {"X-HTTP-Method-Override", "GET"},
	} {
		for _, method := range []string{"GET", "HEAD", "DELETE", "PUT", "PATCH", "OPTIONS", "PROPFIND", "MOVE", "COPY", "LOCK"} {
			for _, route := range []string{"/v1/list/docs/", "/v1/files/docs/"} {
				for _, names := range [][2]string{{"there", "never"}, {"there%20folder", "never%20folder"}, {"there/", "never/"}, {"there%20folder/in%20it", "never%20folder/in%20it"}, {"there/x", "never/x"}} {
					var said [2]string
					for k, name := range names {
						r := httptest.NewRequest(method, route+name, strings.NewReader(""))
						if header[0] != "" {
							r.Header.Set(header[0], header[1])
						}
						said[k] = strings.ReplaceAll(answered(t, p.server, r), "never", "there")
					}
					if said[0] != said[1] || strings.Contains(said[0], "SECRET") {
						t.Errorf("%s %s%s %v is answered\n%s\nand for what isn't there\n%s", method, route, names[0], header, said[0], said[1])
					}
				}
			}
		}
	}
	for _, body := range []string{`{"paths":["%s"]}`, `{"paths":["%[1]s","%[1]s"]}`, `{"from":"%s","to":"new"}`, `{"from":"new","to":"%s"}`, `{"from":"%[1]s","to":"%[1]s"}`, `{"paths":["%s"],"have":{"there":{"size":3}}}`} {
		for _, target := range []string{"/v1/get/docs", "/v1/move/docs"} {
			ask := func(name string) string {
				r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(fmt.Sprintf(body, name)))
				return strings.ReplaceAll(answered(t, p.server, r), "never", "there")
			}
			if there, not := ask("there"), ask("never"); there != not {
				t.Errorf("%s %s: %s and %s", target, body, there, not)
			}
		}
	}
	if after := tree(t, p.dir); !slices.Equal(before, after) {
		t.Errorf("it has become %v", after)
	}
}

// What was dropped stays, whatever its sender does next: it can't be replaced, removed, renamed or fetched again.
func TestWhatWasDroppedIsOutOfItsSendersHands(t *testing.T) {
	o := newOffice(t)
	o.allow(See, Add)
	file := o.write(o.desk, "offer.pdf", "first")
	_, err := o.put("", file)
	o.check(err)
	o.write(o.desk, "offer.pdf", "second, longer")
	_, err = o.put("", file)
	o.check(err)
	o.check(o.client.Mkdir(t.Context(), "Team", "offer.pdf"))
	wantCode(t, o.client.Remove(t.Context(), "Team", "offer.pdf"), NotFound)
	wantCode(t, o.client.Rename(t.Context(), "Team", "offer.pdf", "gone"), NotFound)
	_, err = o.get(filepath.Join(o.desk, "back"), "offer.pdf")
	wantCode(t, err, NotFound)
	o.has(o.shared, map[string]string{"offer.pdf": "first", "offer (2).pdf": "second, longer", "offer (3).pdf": "/"})
}

// The same name again and again is never refused: when it would be tells how many there were.
func TestADropBoxTakesANameAnyNumberOfTimes(t *testing.T) {
	p := newPC(t, addOnly)
	said := map[string]bool{}
	for range 3 * maxSame {
		said[p.drop(t, "a.txt")] = true
		said[strings.ReplaceAll(answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/mkdir/docs/folder", nil)), "folder", "")] = true
	}
	if len(said) != 2 {
		t.Errorf("there were several answers: %v", said)
	}
	if n := len(tree(t, p.dir)); n != 6*maxSame {
		t.Errorf("%d files and folders, want %d", n, 6*maxSame)
	}
}

// medians are the middle times of two things, done in turn, so that both have the same weather.
func medians(n int, one, other func(n int)) (a, b time.Duration) {
	var took [2][]time.Duration
	for k := range n {
		for way, do := range []func(int){one, other} {
			began := time.Now()
			do(k)
			took[way] = append(took[way], time.Since(began))
		}
	}
	slices.Sort(took[0])
	slices.Sort(took[1])
	return took[0][n/2], took[1][n/2]
}

// alike checks that two things take the same time, as far as a person at another PC can tell. A busy machine gets three tries.
func alike(t *testing.T, what string, n int, one, other func(n int)) {
	t.Helper()
	var a, b time.Duration
	for try := range 3 {
		a, b = medians(n, func(k int) { one(try*n + k) }, func(k int) { other(try*n + k) })
		if math.Abs(float64(a-b)) < float64(max(time.Millisecond, min(a, b)/2)) {
			return
		}
	}
	t.Errorf("%s takes %v, otherwise %v", what, a, b)
}

func TestADropBoxTellsNothingByTime(t *testing.T) {
	p := newPC(t, addOnly)
	for n := range 300 {
		write(t, filepath.Join(p.dir, fmt.Sprint("there", n)), "old")
	}
	alike(t, "a name that is there", 100, func(n int) { p.drop(t, fmt.Sprint("there", n)) }, func(n int) { p.drop(t, fmt.Sprint("never", n)) })
	get := func(name string) {
		answered(t, p.server, httptest.NewRequest(http.MethodGet, "/v1/files/docs/"+name, nil))
	}
	alike(t, "to ask for one", 100, func(n int) { get(fmt.Sprint("there", n)) }, func(n int) { get(fmt.Sprint("no", n)) })
	mkdir := func(name string) {
		answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/mkdir/docs/"+name, nil))
	}
	alike(t, "to make one", 100, func(n int) { mkdir(fmt.Sprint("there", n)) }, func(n int) { mkdir(fmt.Sprint("new", n)) })
}

// Nor does it tell how much there is.
func TestADropBoxThatIsFullTakesNoLonger(t *testing.T) {
	empty, full := newPC(t, addOnly), newPC(t, addOnly)
	emptyFiles(t, full.dir, 20_000)
	alike(t, "a put among 20,000 files", 15, func(n int) { full.drop(t, fmt.Sprint("new", n)) }, func(n int) { empty.drop(t, fmt.Sprint("new", n)) })
}
