package share

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zeebo/blake3"
)

// frame appends a frame to a stream. A header is written as JSON, which is the easier to read here.
func frame(b []byte, t byte, payload string) []byte {
	if (t == 'D' || t == 'F' || t == 'I') && strings.HasPrefix(payload, "{") {
		var h struct {
			Path     string    `json:"path"`
			Size     int64     `json:"size"`
			Modified time.Time `json:"modified"`
		}
		if json.Unmarshal([]byte(payload), &h) == nil {
			payload = string(header{Path: h.Path, Size: h.Size, Modified: h.Modified}.append(nil))
		}
	}
	return append(binary.BigEndian.AppendUint32(append(b, t), uint32(len(payload))), payload...)
}

func sumOf(content string) string {
	sum := blake3.Sum256([]byte(content))
	return string(sum[:])
}

// rules says what a receiver may keep of a stream, written down a second time and in another way than the receiver has it.
type rules struct {
	put              bool
	kept             map[string]string
	seen             map[string]bool
	in, content      string // the file that is being sent
	size             int
	open, plan, over bool
	damaged          []string // which may come again, if the receiver has noticed by then
}

// take is told one frame, and whether it was the last that counts.
func (m *rules) take(t byte, path string, size int, payload string) (stop bool) {
	switch t {
	case 'P':
		again := m.plan
		m.plan = true
		return m.open || again
	case 'D', 'F', 'S':
		if m.open || !m.put && path != "asked" && !strings.HasPrefix(path, "asked/") || t == 'S' {
			return true
		}
		if t == 'F' {
			m.open, m.in, m.size, m.content = true, path, size, ""
			if m.seen[path] {
				m.in = ""
			}
		}
		m.seen[path] = true
	case 'C':
		m.content += payload
		return !m.open || payload == "" || len(m.content) > m.size
	case 'E':
		if !m.open || len(payload) != hashSize || len(m.content) != m.size {
			return true
		}
		m.open = false
		if m.in != "" && payload == sumOf(m.content) {
			m.kept[m.in] = m.content
		} else if m.in != "" {
			m.damaged = append(m.damaged, m.in)
		}
	case 'X':
		m.open = false
	case 'Z':
		return true
	default:
		return true
	}
	return false
}

// T11: of frames in any order only whole files are kept that were announced, sent and ended as the rules have it: nothing of
// one that came before its name, after the end, twice, with more or less than announced, or unasked.
func TestT11FramesInAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 2024))
	tries := 2000
	if raceDetector {
		tries /= 10
	}
	kept := 0
	for n := range tries {
		m := &rules{put: n%2 == 0, kept: map[string]string{}, seen: map[string]bool{}}
		stream, story := aStream(random, m)
		dir := memory(t)
		if m.put {
			s := NewServer(Options{Allow: everything})
			if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
				t.Fatal(err)
			}
			s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/v1/put/docs/", bytes.NewReader(stream)))
			s.Close()
		} else {
			_ = answering(stream).Get(within(t, 10*time.Second), "docs", []string{"asked"}, dir, Moving{}, NewProgress())
		}
		got := map[string]string{}
		for _, line := range tree(t, dir) {
			if name, content, file := strings.Cut(line, "="); file {
				got[name] = content
			}
		}
		for _, path := range m.damaged {
			delete(got, path)
			delete(m.kept, path)
		}
		if !maps.Equal(got, m.kept) {
			t.Fatalf("of %s there is %v, want %v", story, got, m.kept)
		}
		kept += len(got)
	}
	if kept < tries/4 {
		t.Errorf("only %d files were kept at all in %d streams", kept, tries)
	}
}

// aStream makes frames, mostly as they should be, and tells the rules of them.
func aStream(random *rand.Rand, m *rules) (stream []byte, story string) {
	stream = []byte(magic)
	paths := []string{"asked/a", "asked/b", "asked/c/d", "other"}
	if random.IntN(4) > 0 {
		paths = paths[:3]
	}
	path, size, content := "", 0, ""
	for range 3 + random.IntN(20) {
		next := map[byte]byte{'F': 'C', 'C': 'E', 'E': 'F'}
		t := byte('F')
		if story != "" {
			t = next[story[len(story)-1]]
		}
		if t == 0 {
			t = 'F'
		}
		if t == 'C' && size == 0 {
			t = 'E'
		}
		payload := ""
		if random.IntN(8) == 0 {
			t = "PDFCESXZQ"[random.IntN(9)]
		}
		switch t {
		case 'F', 'D', 'S':
			path, size, content = paths[random.IntN(len(paths))], random.IntN(4), ""
			if t == 'D' {
				path = "asked"
			}
			payload = fmt.Sprintf(`{"path":%q,"size":%d}`, path, size)
		case 'C':
			payload = strings.Repeat("x", size+[]int{0, 0, 0, 0, 0, 1, -1}[random.IntN(7)]*min(size, 1))
			content += payload
		case 'E':
			payload = sumOf(content)
			if random.IntN(8) == 0 {
				payload = strings.Repeat("w", hashSize-random.IntN(2))
			}
		case 'P':
			payload = `{"files":1,"bytes":1}`
		case 'X':
			payload = `{"code":"changed"}`
		}
		stream, story = frame(stream, t, payload), story+string(t)
		if !m.over {
			m.over = m.take(t, path, size, payload)
		}
	}
	if random.IntN(4) > 0 {
		stream, story = frame(stream, 'Z', ""), story+"Z"
	}
	return stream, story
}

// T09: sizes, counts and places that are lies.
func TestT09LyingStreams(t *testing.T) {
	file := func(path string, size any, content string) []byte {
		b := frame(nil, 'F', fmt.Sprintf(`{"path":%q,"size":%v}`, path, size))
		return frame(frame(b, 'C', content), 'E', sumOf(content))
	}
	good := file("asked/good", 4, "good")
	for name, c := range map[string]struct {
		lie  []byte
		want []string // beside the good one before it
	}{
		"a plan of all there could be":  {frame(nil, 'P', `{"files":9223372036854775807,"bytes":9223372036854775807}`), nil},
		"a plan of less than nothing":   {frame(nil, 'P', `{"files":-1,"bytes":-1}`), nil},
		"a plan that is no number":      {frame(nil, 'P', `{"files":1e400}`), nil},
		"a size of all there could be":  {file("asked/x", int64(1)<<62, "new"), nil},
		"a size beyond numbers":         {file("asked/x", "99999999999999999999", "new"), nil},
		"a size of nothing":             {file("asked/x", 0, "new"), nil},
		"a size that is a text":         {file("asked/x", `"3"`, "new"), nil},
		"a file in a file":              {file("asked/good/x", 3, "new"), nil},
		"a folder in a file":            {frame(nil, 'D', `{"path":"asked/good/d"}`), nil},
		"a folder in place of a file":   {frame(nil, 'D', `{"path":"asked/good"}`), nil},
		"the same file again":           {file("asked/good", 3, "bad"), nil},
		"the same file as here already": {frame(nil, 'S', `{"path":"asked/other","size":9223372036854775807}`), nil},
		"a name of 100 KiB":             {file("asked/"+strings.Repeat("x", 100<<10), 3, "new"), nil},
		"a path of 4000 folders":        {file("asked/"+strings.Repeat("x/", 4000)+"y", 3, "new"), nil},
		"a header of deep brackets":     {frame(nil, 'F', `{"path":"asked/x","more":`+strings.Repeat("[", 60<<10)+`}`), nil},
		"a header with a path twice":    {frame(frame(frame(nil, 'F', `{"path":"asked/y","path":"asked/z","size":3}`), 'C', "new"), 'E', sumOf("new")), []string{"asked/z=new"}},
		"a time of never":               {frame(nil, 'D', `{"path":"asked/d","modified":"9999-12-31T23:59:59Z"}`), []string{"asked/d/"}},
		"a time that is none":           {frame(nil, 'D', `{"path":"asked/d","modified":"yesterday"}`), nil},
	} {
		for _, put := range []bool{true, false} {
			stream := append(append(append([]byte(magic), frame(nil, 'D', `{"path":"asked"}`)...), good...), c.lie...)
			stream = frame(stream, 'Z', "")
			dir := memory(t)
			before, g := allocated(), NewProgress()
			if put {
				s := NewServer(Options{Allow: everything})
				if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
					t.Fatal(err)
				}
				said := answered(t, s, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", bytes.NewReader(stream)))
				s.Close()
				if c.want == nil && !strings.Contains(said, `"code":`) || strings.Contains(said, dir) {
					t.Errorf("%s, put: %.500s", name, said)
				}
			} else if err := answering(stream).Get(within(t, 10*time.Second), "docs", []string{"asked"}, dir, Moving{}, g); (err == nil) != (c.want != nil) {
				t.Errorf("%s, get: %.500v", name, err)
			}
			if took := allocated() - before; took > 32<<20 {
				t.Errorf("%s: %d bytes took %d MiB", name, len(stream), took>>20)
			}
			if g.Bytes() < 0 || g.Files() < 0 || g.Total() < -1 || g.Count() < -1 {
				t.Errorf("%s: %d of %d bytes, %d of %d files", name, g.Bytes(), g.Total(), g.Files(), g.Count())
			}
			want := append([]string{"asked/", "asked/good=good"}, c.want...)
			slices.Sort(want)
			atOdds := name == "a folder in place of a file" || strings.HasSuffix(name, "in a file") // one of the two is there
			if got := tree(t, dir); !slices.Equal(got, want) && !atOdds {
				t.Errorf("%s, put %v: there is %.300v, want %v", name, put, got, want)
			}
			noTemporaries(t, dir)
		}
	}
}

// T09: a million entries, of every kind, twice or without a sense: they end, in little memory, and the good file after them is there.
func TestT09AMillionEntries(t *testing.T) {
	for _, put := range []bool{true, false} {
		many := 1_000_000
		if !put {
			many /= 10 // the same receiver, with other rules
		}
		if raceDetector {
			many /= 20
		}
		n, buf := 0, []byte(magic)
		body := readerFunc(func(p []byte) (int, error) {
			for ; len(buf) < len(p) && n <= many; n++ {
				if n == many {
					buf = frame(frame(frame(buf, 'F', `{"path":"asked/good"}`), 'E', sumOf("")), 'Z', "")
					continue
				}
				buf = entryOfMany(buf, n)
			}
			k := copy(p, buf)
			if buf = append(buf[:0], buf[k:]...); k == 0 {
				return 0, io.EOF
			}
			return k, nil
		})
		dir := memory(t)
		var err error
		said := ""
		grown := heapGrowth(t, func() {
			if put {
				s := NewServer(Options{Allow: everything})
				defer s.Close()
				if err = s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err == nil {
					said = answered(t, s, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", body))
				}
				return
			}
			c := &Client{HTTP: &http.Client{Transport: always{body}}, Base: "https://pc"}
			err = c.Get(within(t, time.Minute), "docs", []string{"asked"}, dir, Moving{}, NewProgress())
		})
		if put && (err != nil || !strings.Contains(said, "200 OK")) || !put && code(err) == "" {
			t.Errorf("put %v: %.300s, %.300v", put, said, err)
		}
		if grown > 48<<20 {
			t.Errorf("put %v: the heap grew by %d MiB", put, grown>>20)
		}
		if list := tree(t, dir); len(list) > 2200 || !slices.Contains(list, "asked/good=") {
			t.Errorf("put %v: there are %d files and folders", put, len(list))
		}
		noTemporaries(t, dir)
	}
}

func entryOfMany(b []byte, n int) []byte {
	switch n % 4 {
	case 0:
		return frame(b, 'D', fmt.Sprintf(`{"path":"asked/%d"}`, n/4%1000))
	case 1:
		return frame(frame(b, 'F', fmt.Sprintf(`{"path":"asked/../%d"}`, n)), 'E', sumOf(""))
	case 2:
		return frame(b, 'X', `{"code":"changed","path":"x"}`)
	}
	return frame(frame(b, 'F', fmt.Sprintf(`{"path":"asked/f%d"}`, n/4%1000)), 'E', sumOf(""))
}

// completeIn counts the files that the answer to a put says are complete.
func completeIn(r io.Reader) (n int, err error) {
	dec, err := newDecoder(r)
	for err == nil {
		var t frameType
		var p []byte
		if t, p, err = dec.next(nil); t == frameSettled {
			n += len(p) / 4
		} else if t == frameLast {
			return n, nil
		}
	}
	return n, err
}
