package share

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
)

// FuzzAsked has all that reads what a receiver asks for and has take any bytes: nothing panics, and memory is not a matter
// of what they claim.
func FuzzAsked(f *testing.F) {
	whole, err := asking(query{Paths: []string{"a", "a/x"}, Below: "a", ID: "one"}, func(e *encoder) error {
		_ = e.omitted([]token{{1}, {2}})
		_ = e.have(6, [hashSize]byte{1}, "a/x")
		_ = e.part(token{3}, part{piece: partPiece, sums: [][hashSize]byte{{4}}})
		_ = e.sized(map[int64]bool{6: true})
		return e.header(frameItem, header{Path: "a/x", Size: 1 << 40})
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(magic + "V\x00\x00\x00\x04\x00\x00\x00\x00W\x00\x00\x00\x0a{\"n\":1234}Z\x00\x00\x00\x00"))
	f.Add([]byte(magic + "Q\x00\x00\x00\x02{}R\x00\x00\x00\x18............\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xffZ\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, body []byte) {
		before := allocated()
		_ = newAwaited("", NewProgress(), nil).read(bytes.NewReader(body))
		_, _ = readHeader(body)
		_, _, _, _ = readKnown(body)
		s := NewServer(Options{Allow: everything})
		defer s.Close()
		if err := s.SetFolders([]Folder{{Name: "docs", Dir: t.TempDir()}}); err != nil {
			t.Fatal(err)
		}
		for _, route := range []string{"get", "index", "contents"} {
			s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/v1/"+route+"/docs", bytes.NewReader(body)))
		}
		if took := allocated() - before; took > 32<<20 {
			t.Errorf("%d bytes took %d MiB", len(body), took>>20)
		}
	})
}
