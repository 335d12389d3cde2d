package ipp

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/OpenPrinting/goipp"
)

// Attrs reads a group of attributes. Getters return the zero value for what is missing or of another type, so that
// no attribute of a stranger can do more harm than not being there.
type Attrs goipp.Attributes

// Get returns the attribute called name, and whether it is there.
func (a Attrs) Get(name string) (goipp.Attribute, bool) {
	for _, attr := range a {
		if attr.Name == name && len(attr.Values) > 0 {
			return attr, true
		}
	}
	return goipp.Attribute{}, false
}

// Has tells whether there is an attribute called name.
func (a Attrs) Has(name string) bool {
	_, ok := a.Get(name)
	return ok
}

// String returns the first value of a string attribute.
func (a Attrs) String(name string) string {
	attr, _ := a.Get(name)
	for _, v := range attr.Values {
		s, _ := Text(v.V)
		return s
	}
	return ""
}

// Strings returns all values of a string attribute.
func (a Attrs) Strings(name string) []string {
	var all []string
	attr, _ := a.Get(name)
	for _, v := range attr.Values {
		if s, ok := Text(v.V); ok {
			all = append(all, s)
		}
	}
	return all
}

// Int returns the first value of an integer or enum attribute.
func (a Attrs) Int(name string) (int, bool) {
	attr, _ := a.Get(name)
	if len(attr.Values) == 0 {
		return 0, false
	}
	n, ok := attr.Values[0].V.(goipp.Integer)
	return int(n), ok
}

// Bool returns the first value of a boolean attribute.
func (a Attrs) Bool(name string) bool {
	attr, _ := a.Get(name)
	if len(attr.Values) == 0 {
		return false
	}
	b, ok := attr.Values[0].V.(goipp.Boolean)
	return ok && bool(b)
}

// Text returns the string in v, with or without a language.
func Text(v goipp.Value) (string, bool) {
	switch s := v.(type) {
	case goipp.String:
		return string(s), true
	case goipp.TextWithLang:
		return s.Text, true
	}
	return "", false
}

// Clean makes a text of a stranger fit to be shown: one line of valid UTF-8 of at most max bytes, with nothing in it
// that steers a terminal, turns the direction of writing or takes no space.
func Clean(s string, max int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	for len(s) > max {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

// Keyword tells whether s is made as IPP keywords are (RFC 8011 section 5.1.4), so that it can stand in a file, a
// command or a DNS record without harm. Capitals are let through: PPD files bring them.
func Keyword(s string) bool {
	if s == "" || len(s) > 255 {
		return false
	}
	for i, c := range []byte(s) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && (i == 0 || c != '-' && c != '_' && c != '.' && c != '+') {
			return false
		}
	}
	return true
}
