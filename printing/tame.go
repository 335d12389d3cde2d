package printing

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// maxTold bounds a text in an answer of another PC's printer: the longest that IPP knows (RFC 8011 section 5.1.2).
const maxTold = 1023

// tame makes an answer of another PC's printer fit for a print system of this PC, which takes it for the word of a device and
// has been known to write it into drivers, commands and files as it is. Attributes stay that are named and typed as IPP
// wants; texts lose what means something to a shell, to PostScript or in a PPD; addresses lead to base, which is the
// printer as this PC knows it.
func tame(m *goipp.Message, base *url.URL) *goipp.Message {
	t := tamer{base}
	var groups goipp.Groups
	for _, g := range m.Groups {
		groups.Add(goipp.Group{Tag: g.Tag, Attrs: t.attributes(g.Attrs)})
	}
	return goipp.NewMessageWithGroups(m.Version, m.Code, m.RequestID, groups)
}

type tamer struct{ base *url.URL }

func (t tamer) attributes(attrs goipp.Attributes) (tamed goipp.Attributes) {
	for _, attr := range attrs {
		if !ipp.Keyword(attr.Name) || ipp.Attrs(tamed).Has(attr.Name) {
			continue
		}
		out := goipp.Attribute{Name: attr.Name}
		for _, v := range attr.Values[:min(len(attr.Values), maxAttrValues)] {
			if checked := t.value(attr.Name, v.T, v.V); checked != nil {
				out.Values.Add(v.T, checked)
			}
		}
		if len(out.Values) == len(attr.Values) || len(out.Values) > 0 && !paired(attr.Name) {
			tamed.Add(out)
		}
	}
	return tamed
}

// value returns v as it may go on, or nil.
func (t tamer) value(name string, tag goipp.Tag, v goipp.Value) goipp.Value {
	switch v := v.(type) {
	case goipp.Collection:
		if tamed := goipp.Collection(t.attributes(goipp.Attributes(v))); len(tamed) > 0 {
			return tamed
		}
		return nil
	case goipp.Binary: // which of all that IPP knows only trays, supplies, alerts and versions are
		if isFields(v) != nil || isVersion(v) != nil {
			return v
		}
		return nil
	case goipp.TextWithLang:
		if !ipp.Keyword(v.Lang) {
			return nil
		}
		return goipp.TextWithLang{Lang: v.Lang, Text: harmless(v.Text)}
	case goipp.String:
		return t.text(name, tag, string(v))
	}
	return v // numbers, dates and nothing at all
}

func (t tamer) text(name string, tag goipp.Tag, s string) goipp.Value {
	switch tag {
	case goipp.TagText, goipp.TagName:
		return goipp.String(harmless(s))
	case goipp.TagMimeType:
		return isFormat(goipp.String(s))
	case goipp.TagURI:
		if uri := t.uri(s); uri != "" {
			return goipp.String(uri)
		}
		return nil
	case goipp.TagKeyword, goipp.TagCharset, goipp.TagLanguage, goipp.TagURIScheme:
		if name == "media-source" || name == "media-source-supported" {
			return isTray(goipp.String(s))
		}
		return isKeyword(goipp.String(s))
	}
	return nil
}

// harmless is a text without what has a meaning in a PPD, to a shell or in PostScript.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case strings.ContainsRune("`$\\<>|", r):
			return '_'
		}
		return r
	}, ipp.Clean(s, maxTold))
}

var uuidURI = regexp.MustCompile(`^urn:uuid:[0-9A-Fa-f-]{36}$`)

// uri leads an address of the printer to where it is on this PC; "" for any other.
func (t tamer) uri(s string) string {
	if uuidURI.MatchString(s) {
		return s
	}
	u, err := url.Parse(s)
	if err != nil || u.Opaque != "" || u.Host == "" {
		return ""
	}
	switch u.Scheme {
	case "ipp", "ipps":
		_, rest, _ := strings.Cut(strings.TrimPrefix(u.Path, Root), "/") // the job
		if id, ok := jobID(rest); ok && id != 0 {
			return t.base.String() + "/" + rest
		}
		return t.base.String()
	case "http", "https":
		path := "/"
		if strings.HasSuffix(u.Path, "/"+iconName) {
			path = t.base.Path + "/" + iconName
		}
		return (&url.URL{Scheme: "http", Host: t.base.Host, Path: path}).String()
	}
	return ""
}
