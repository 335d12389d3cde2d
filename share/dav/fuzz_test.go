package dav

import (
	"net/http/httptest"
	"strings"
	"testing"

	"lanyard/share"
)

// What is read as an If header is within bounds, and never empty.
func FuzzIf(f *testing.F) {
	for _, s := range []string{"(<urn:uuid:1>)", `(Not <a:b> ["x"]) ([W/"y"])`, "<http://h/a> (<t:t>) <http://h/b> (Not <u:u>)", "()", "(<a", "Not", "<a>(<b>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		all, ok := parseIf(s)
		if ok != (len(all) > 0) {
			t.Errorf("%q: %v, %d lists", s, ok, len(all))
		}
		total := 0
		for _, l := range all {
			if total += len(l.list); len(l.list) == 0 {
				t.Errorf("%q has an empty list", s)
			}
			for _, c := range l.list {
				if (c.token == "") == (c.tag == "") {
					t.Errorf("%q has a condition %+v", s, c)
				}
			}
		}
		if total > maxConditions || ok && len(s) > maxIf {
			t.Errorf("%d conditions", total)
		}
	})
}

// A destination that is taken is one of this site, whose path can be one.
func FuzzDestination(f *testing.F) {
	for _, s := range []string{"http://pc/dav/Plans/a", "/dav/Plans/a/../b", "/dav/Plans2/x", "http://pc/dav/Plans/%2e%2e/x", "//pc/dav/Plans/._x", "/dav/Plans/a/.DS_Store"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := httptest.NewRequest("MOVE", "http://pc/dav/Plans/from", nil)
		r.Header.Set("Destination", s)
		c := &call{Site: Site{Base: "/dav/Plans"}, r: r}
		to, err := c.destination()
		if err != nil {
			return
		}
		dir, name := parent(to), to[strings.LastIndexByte(to, '/')+1:]
		if share.CheckPath(to) != nil && (share.CheckPath(dir) != nil || !scrapName(name)) {
			t.Errorf("%q leads to %q", s, to)
		}
	})
}

// XML that is read can be written and read again: then it is the same, wherever it stands, and small still.
func FuzzXML(f *testing.F) {
	for _, s := range []string{
		exclusive, shared, `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><x xmlns="y" a:b="c" xmlns:a="d">t&lt;<z/></x></D:prop></D:set><D:remove><D:prop><q/></D:prop></D:remove></D:propertyupdate>`,
		`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, `<a xmlns:p=""><p:b/></a>`, `<a><![CDATA[<b>]]></a>`, `<?xml version="1.0"?><a x:lang="d" xml:lang="e"/>`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := parseXML([]byte(s))
		if err != nil {
			return
		}
		_, _ = readLockInfo(e)
		changes, err := readPropertyUpdate(e)
		if err != nil {
			return
		}
		for _, c := range changes {
			again, err := parseXML([]byte(`<top>` + c.XML + `</top>`))
			if err != nil {
				t.Fatalf("%q became %q: %v", s, c.XML, err)
			}
			if got := again.inner(); got != c.XML {
				t.Errorf("%q, then %q", c.XML, got)
			}
		}
	})
}
