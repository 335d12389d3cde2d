package dav

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Limits of the XML in a request. What programs send is a few hundred bytes.
const (
	maxXML      = 256 << 10 // bytes
	maxElements = 2_000
	maxNesting  = 32
)

const (
	xmlHead = `<?xml version="1.0" encoding="utf-8"?>` + "\n"
	davNS   = "DAV:"
	xmlNS   = "http://www.w3.org/XML/1998/namespace"
)

var errXML = errors.New("the XML makes no sense")

// element is one of a document. Text is in elements without a name.
type element struct {
	name xml.Name
	attr []xml.Attr
	kids []*element
	text string
}

// readXML reads the XML of a request, with nothing in it that grows when it is read: no entities of its own, no more elements and
// no deeper than anybody needs. Without a body it is nil.
func readXML(w http.ResponseWriter, r *http.Request) (*element, []byte, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxXML))
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return nil, nil, status(http.StatusRequestEntityTooLarge)
	}
	if err != nil {
		return nil, nil, status(http.StatusBadRequest)
	}
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, nil, nil
	}
	e, err := parseXML(raw)
	if err != nil {
		return nil, nil, status(http.StatusBadRequest)
	}
	return e, raw, nil
}

func parseXML(raw []byte) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(raw))
	top := &element{}
	open, count := []*element{top}, 0
	for {
		t, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		in := open[len(open)-1]
		switch t := t.(type) {
		case xml.Directive: // a document type: that is where entities are made
			return nil, errXML
		case xml.StartElement:
			if count++; count > maxElements || len(open) > maxNesting || !declared(t) {
				return nil, errXML
			}
			e := &element{name: t.Name, attr: t.Copy().Attr}
			in.kids, open = append(in.kids, e), append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 1 {
				in.kids = append(in.kids, &element{text: string(t)})
			}
		}
	}
	if len(open) != 1 || len(top.kids) != 1 {
		return nil, errXML
	}
	return top.kids[0], nil
}

// declared tells whether the names of an element have namespaces that can be: encoding/xml takes an undeclared prefix for one,
// and an empty one must not be given a prefix (Namespaces in XML 1.0, section 2.2).
func declared(t xml.StartElement) bool {
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" && a.Value == "" {
			return false
		}
	}
	return true
}

// kid is the first element of a name in DAV: among the kids, or nil.
func (e *element) kid(local string) *element {
	for _, k := range e.kids {
		if k.name == (xml.Name{Space: davNS, Local: local}) {
			return k
		}
	}
	return nil
}

// content is all text in an element.
func (e *element) content() string {
	text := e.text
	for _, k := range e.kids {
		text += k.content()
	}
	return text
}

// inner writes what is in an element so that it can stand anywhere: each element says its namespace itself.
func (e *element) inner() string {
	var b strings.Builder
	for _, k := range e.kids {
		k.write(&b)
	}
	return b.String()
}

func (e *element) write(b *strings.Builder) {
	if e.name.Local == "" {
		b.WriteString(escape(e.text))
		return
	}
	b.WriteString("<" + e.name.Local + ` xmlns="` + escape(e.name.Space) + `"`)
	for n, a := range e.attr {
		switch {
		case a.Name.Space == "xmlns", a.Name.Space == "" && a.Name.Local == "xmlns":
			continue
		case a.Name.Space == "":
			b.WriteString(" " + a.Name.Local)
		case a.Name.Space == xmlNS:
			b.WriteString(" xml:" + a.Name.Local)
		default:
			prefix := "a" + strconv.Itoa(n)
			b.WriteString(" xmlns:" + prefix + `="` + escape(a.Name.Space) + `" ` + prefix + ":" + a.Name.Local)
		}
		b.WriteString(`="` + escape(a.Value) + `"`)
	}
	b.WriteString(">" + e.inner() + "</" + e.name.Local + ">")
}

// lang is the language of an element, as itself says.
func (e *element) lang() string {
	for _, a := range e.attr {
		if a.Name == (xml.Name{Space: xmlNS, Local: "lang"}) {
			return a.Value
		}
	}
	return ""
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

// lockInfo is what a LOCK asks for (RFC 4918 section 14.11).
type lockInfo struct {
	shared bool
	owner  string // XML
}

func readLockInfo(e *element) (i lockInfo, err error) {
	if e.name != (xml.Name{Space: davNS, Local: "lockinfo"}) {
		return i, errXML
	}
	scope, kind := e.kid("lockscope"), e.kid("locktype")
	if scope == nil || kind == nil || kind.kid("write") == nil || (scope.kid("shared") == nil) == (scope.kid("exclusive") == nil) {
		return i, errXML
	}
	i.shared = scope.kid("shared") != nil
	if o := e.kid("owner"); o != nil {
		i.owner = o.inner()
	}
	if len(i.owner) > maxLockOwner {
		return i, errXML
	}
	return i, nil
}

// propChange is one change of a PROPPATCH (RFC 4918 section 14.19).
type propChange struct {
	Prop
	remove bool
	text   string // of a value that is no more than text
}

func readPropertyUpdate(e *element) ([]propChange, error) {
	if e == nil || e.name != (xml.Name{Space: davNS, Local: "propertyupdate"}) {
		return nil, errXML
	}
	var all []propChange
	for _, k := range e.kids {
		remove := k.name == (xml.Name{Space: davNS, Local: "remove"})
		if !remove && k.name != (xml.Name{Space: davNS, Local: "set"}) {
			continue
		}
		list := k.kid("prop")
		if list == nil {
			return nil, errXML
		}
		for _, p := range list.kids {
			if p.name.Local == "" {
				continue
			}
			c := propChange{Prop: Prop{Space: p.name.Space, Local: p.name.Local}, remove: remove}
			if !remove {
				c.XML, c.text = p.inner(), p.content()
				for _, in := range []*element{p, list, k, e} {
					if c.Lang == "" {
						c.Lang = in.lang()
					}
				}
			}
			all = append(all, c)
		}
	}
	if len(all) == 0 {
		return nil, errXML
	}
	return all, nil
}
