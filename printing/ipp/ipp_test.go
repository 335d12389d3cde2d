package ipp_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

func encoded(t testing.TB, attrs ...goipp.Attribute) string {
	t.Helper()
	m := goipp.NewRequest(goipp.MakeVersion(2, 0), goipp.OpPrintJob, 7)
	m.Operation.Add(goipp.MakeAttr("attributes-charset", goipp.TagCharset, goipp.String("utf-8")))
	m.Job = attrs
	b, err := m.EncodeBytes()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func nested(depth int) goipp.Attribute {
	attr := goipp.MakeAttr("leaf", goipp.TagInteger, goipp.Integer(1))
	for range depth {
		attr = goipp.MakeAttrCollection("c", attr)
	}
	return attr
}

func many(n int) goipp.Attribute {
	attr := goipp.Attribute{Name: "n"}
	for range n {
		attr.Values.Add(goipp.TagInteger, goipp.Integer(1))
	}
	return attr
}

// TestReadStopsAtTheDocument: what follows the attributes is the document, to the byte, however it arrives.
func TestReadStopsAtTheDocument(t *testing.T) {
	whole := encoded(t, nested(3), goipp.MakeAttr("copies", goipp.TagInteger, goipp.Integer(2))) + "\x03document"
	for _, size := range []int{16, 100, 4096} {
		r := bufio.NewReaderSize(slowReader{strings.NewReader(whole)}, size)
		m, err := ipp.Read(r)
		if err != nil {
			t.Fatal(err)
		}
		if n, ok := ipp.Attrs(m.Job).Int("copies"); n != 2 || !ok {
			t.Errorf("copies are %d", n)
		}
		if rest, err := io.ReadAll(r); err != nil || string(rest) != "\x03document" {
			t.Errorf("the document is %q, %v", rest, err)
		}
	}
}

// slowReader gives one byte at a time.
type slowReader struct{ r io.Reader }

func (s slowReader) Read(p []byte) (int, error) { return s.r.Read(p[:min(1, len(p))]) }

func TestReadIsBounded(t *testing.T) {
	for _, tt := range []struct {
		name string
		data string
		big  bool
	}{
		{"as deep as a database of media", encoded(t, nested(4)), false},
		{"deeper than anything", encoded(t, nested(50)), true},
		{"a large printer's papers", encoded(t, many(30_000)), false},
		{"more than anything", encoded(t, many(50_000)), true},
		{"too many bytes", encoded(t, goipp.MakeAttr("t", goipp.TagText, goipp.String(strings.Repeat("x", 32_000)), repeated(40)...)), true},
	} {
		_, err := ipp.Read(bufio.NewReader(strings.NewReader(tt.data)))
		if errors.Is(err, ipp.ErrTooLarge) != tt.big || !tt.big && err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func repeated(n int) []goipp.Value {
	all := make([]goipp.Value, n)
	for i := range all {
		all[i] = goipp.String(strings.Repeat("x", 32_000))
	}
	return all
}

// TestNewZealand: a time with an offset of 12 hours and more must not cost the whole message.
func TestNewZealand(t *testing.T) {
	utc := "\x07\xea\x0b\x14\x0a\x1e\x00\x00+\x00\x00"
	data := encoded(t, goipp.MakeAttr("t", goipp.TagDateTime, goipp.Time{Time: time.Date(2026, 11, 20, 10, 30, 0, 0, time.UTC)}))
	if !strings.Contains(data, utc) {
		t.Fatalf("the encoding of times has changed: %x", data)
	}
	for name, there := range map[string]string{"Auckland": "\x07\xea\x0b\x14\x17\x1e\x00\x00+\x0d\x00", "Chatham": "\x07\xea\x0b\x15\x00\x0f\x00\x00+\x0d\x2d"} {
		m, err := ipp.Read(bufio.NewReader(strings.NewReader(strings.Replace(data, utc, there, 1))))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := m.Job[0].Values[0].V.(goipp.Time).UTC().Format(time.RFC3339); got != "2026-11-20T10:30:00Z" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"Laser im Büro": "Laser im Büro", "a\nb\tc": "a b c", "\x1b[31mred": "[31mred", "gpj\u202e.exe": "gpj.exe", "a\u200bb": "ab",
		"\xff\xfe": "\uFFFD", "  x  ": "x", "äääääääää": "äääääää", "1234567890123456789": "12345678901234",
	} {
		if got := ipp.Clean(in, 14); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestKeyword(t *testing.T) {
	for s, want := range map[string]bool{"two-sided-long-edge": true, "iso_a4_210x297mm": true, "V1.4": true, "na_letter_8.5x11in": true,
		"": false, "-x": false, "a b": false, "a\n": false, "$(id)": false, "ä": false, strings.Repeat("x", 256): false} {
		if ipp.Keyword(s) != want {
			t.Errorf("Keyword(%q) = %v", s, !want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(encoded(f, nested(3), many(3))))
	f.Add([]byte(encoded(f, goipp.MakeAttr("t", goipp.TagDateTime, goipp.Time{Time: time.Unix(0, 0)}), goipp.MakeAttr("r", goipp.TagRange, goipp.Range{Lower: 1, Upper: 2}),
		goipp.MakeAttr("d", goipp.TagResolution, goipp.Resolution{Xres: 1, Yres: 2, Units: goipp.UnitsDpi}), goipp.MakeAttr("l", goipp.TagTextLang, goipp.TextWithLang{Lang: "en", Text: "x"}))))
	f.Add([]byte("\x02\x00\x00\x02\x00\x00\x00\x01\x01\x44\xff\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ipp.Read(bufio.NewReader(bytes.NewReader(data)))
		if err != nil {
			return
		}
		for _, g := range m.Groups {
			for _, attr := range g.Attrs { // no getter may panic on what was read
				a := ipp.Attrs(g.Attrs)
				a.Int(attr.Name)
				a.Bool(attr.Name)
				_ = a.Strings(attr.Name)
			}
		}
	})
}
