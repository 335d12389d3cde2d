package printing

import (
	"slices"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// kind is how the values of a Job Template attribute are made and checked.
type kind int

const (
	kindInt kind = iota
	kindKeyword
	kindEnum
	kindRanges
	kindResolution
	kindMedia // media-col
)

// option is a Job Template attribute (RFC 8011 section 5.2) that can be asked for. What a printer takes is in its
// attribute NAME-supported; this table says only what such values are.
type option struct {
	name  string
	kind  kind
	tag   goipp.Tag
	names []string // enum: keywords for people, the first standing for base
	base  int
	local bool // honoured by the server itself and not handed on to the print system
}

var options = []option{
	{name: "copies", kind: kindInt, tag: goipp.TagInteger},
	{name: "sides", kind: kindKeyword, tag: goipp.TagKeyword},
	{name: "media", kind: kindKeyword, tag: goipp.TagKeyword},
	{name: "media-col", kind: kindMedia, tag: goipp.TagBeginCollection},
	{name: "print-color-mode", kind: kindKeyword, tag: goipp.TagKeyword},
	{name: "print-quality", kind: kindEnum, tag: goipp.TagEnum, names: []string{"draft", "normal", "high"}, base: 3},
	{name: "orientation-requested", kind: kindEnum, tag: goipp.TagEnum, base: 3,
		names: []string{"portrait", "landscape", "reverse-landscape", "reverse-portrait", "none"}},
	{name: "number-up", kind: kindInt, tag: goipp.TagInteger},
	{name: "page-ranges", kind: kindRanges, tag: goipp.TagRange},
	{name: "printer-resolution", kind: kindResolution, tag: goipp.TagResolution},
	{name: "print-scaling", kind: kindKeyword, tag: goipp.TagKeyword},
	{name: "print-content-optimize", kind: kindKeyword, tag: goipp.TagKeyword, local: true}, // only ever "auto"
	{name: "print-rendering-intent", kind: kindKeyword, tag: goipp.TagKeyword, local: true}, // only ever "auto"
	{name: "multiple-document-handling", kind: kindKeyword, tag: goipp.TagKeyword},
	{name: "finishings", kind: kindEnum, tag: goipp.TagEnum, base: 3,
		names: []string{"none", "staple", "punch", "cover", "bind", "saddle-stitch", "edge-stitch", "fold", "trim"}},
	{name: "job-priority", kind: kindInt, tag: goipp.TagInteger},
	// One bin, face down: through two print systems the pages of a face-up bin would be turned round twice.
	{name: "output-bin", kind: kindKeyword, tag: goipp.TagKeyword, local: true},
	// A job goes to the print system the moment its turn comes, and there are no banner pages.
	{name: "job-hold-until", kind: kindKeyword, tag: goipp.TagKeyword, local: true},
	{name: "job-retain-until-interval", kind: kindInt, tag: goipp.TagInteger, local: true},
	{name: "job-sheets", kind: kindKeyword, tag: goipp.TagKeyword, local: true},
}

func findOption(name string) (option, bool) {
	i := slices.IndexFunc(options, func(o option) bool { return o.name == name })
	if i < 0 {
		return option{}, false
	}
	return options[i], true
}

// checkTemplate splits what a request asks for into what this printer does and what it doesn't. Attributes of the
// first kind come back as known types only, in the order of the table, each once.
func checkTemplate(asked goipp.Attributes, caps ipp.Attrs) (taken, unsupported goipp.Attributes) {
	for _, o := range options {
		attr, ok := ipp.Attrs(asked).Get(o.name)
		if !ok {
			continue
		}
		if attr, ok = o.check(attr, caps); ok {
			taken = append(taken, attr)
		}
	}
	if ipp.Attrs(taken).Has("media-col") { // they exclude each other, and this one says more (PWG 5100.7 section 6.3)
		taken = slices.DeleteFunc(taken, func(a goipp.Attribute) bool { return a.Name == "media" })
	}
	if !pagesFit(taken) { // better all pages that were asked for on more paper than others on less
		taken = slices.DeleteFunc(taken, func(a goipp.Attribute) bool { return a.Name == "number-up" })
	}
	for _, attr := range asked {
		if attr.Name == "media-col" {
			if refused := refusedMembers(attr, caps); len(refused) > 0 {
				unsupported = append(unsupported, goipp.Attribute{Name: attr.Name, Values: goipp.Values{{T: goipp.TagBeginCollection, V: refused}}})
			}
			continue
		}
		if _, ok := ipp.Attrs(taken).Get(attr.Name); ok {
			continue
		}
		// RFC 8011 section 4.1.7: an attribute that isn't known at all is returned with the value "unsupported".
		if _, known := ipp.Attrs(caps).Get(attr.Name + "-supported"); !known {
			attr.Values = goipp.Values{{T: goipp.TagUnsupportedValue, V: goipp.Void{}}}
		}
		unsupported = append(unsupported, attr)
	}
	return taken, unsupported
}

// pagesFit tells whether several pages on a face and the ranges that pages are picked from go together: no print system
// here picks pages before it puts them together.
func pagesFit(template goipp.Attributes) bool {
	up, _ := ipp.Attrs(template).Int("number-up")
	ranges, picks := ipp.Attrs(template).Get("page-ranges")
	if up <= 1 || !picks {
		return true
	}
	_, fit := facesOf(ranges, up)
	return fit
}

// check returns attr as this printer takes it, and whether it does.
func (o option) check(attr goipp.Attribute, caps ipp.Attrs) (goipp.Attribute, bool) {
	supported, ok := caps.Get(o.name + "-supported")
	if !ok {
		return attr, false
	}
	if o.kind == kindMedia {
		return checkMedia(attr, caps)
	}
	many := o.kind == kindRanges || o.name == "finishings"
	if !many && len(attr.Values) != 1 || len(attr.Values) > maxRanges {
		return attr, false
	}
	checked := goipp.Attribute{Name: o.name}
	last := 0
	for _, v := range attr.Values {
		if !o.takes(supported, v.V) {
			return attr, false
		}
		if r, ok := v.V.(goipp.Range); ok {
			if r.Lower <= last { // RFC 8011 section 5.2.7: ascending, not overlapping
				return attr, false
			}
			last = r.Upper
		}
		if s, ok := ipp.Text(v.V); ok {
			v.V = goipp.String(s)
		}
		checked.Values.Add(o.tag, v.V)
	}
	return checked, true
}

// maxRanges bounds the ranges of page-ranges: what nobody types by hand.
const maxRanges = 100

// takes tells whether v is among the supported values.
func (o option) takes(supported goipp.Attribute, v goipp.Value) bool {
	if o.kind == kindRanges {
		r, ok := v.(goipp.Range)
		yes, is := supported.Values[0].V.(goipp.Boolean)
		return ok && is && bool(yes) && r.Lower >= 1 && r.Lower <= r.Upper
	}
	for _, s := range supported.Values {
		switch have := s.V.(type) {
		case goipp.Integer:
			n, ok := v.(goipp.Integer)
			// job-priority-supported counts the levels (RFC 8011 section 5.2.1); all others list values.
			if ok && (n == have || o.name == "job-priority" && n >= 1 && n <= 100) {
				return true
			}
		case goipp.Range:
			if n, ok := v.(goipp.Integer); ok && have.Within(int(n)) {
				return true
			}
		case goipp.Resolution:
			if r, ok := v.(goipp.Resolution); ok && r == have {
				return true
			}
		default:
			want, ok := ipp.Text(v)
			one, is := ipp.Text(s.V)
			if ok && is && want == one {
				return true
			}
		}
	}
	return o.name == "media" && takesCustom(supported, v)
}

// handedOn returns the part of a template that the print system is to honour.
func handedOn(template goipp.Attributes) goipp.Attributes {
	var attrs goipp.Attributes
	for _, attr := range template {
		if o, ok := findOption(attr.Name); ok && !o.local {
			attrs = append(attrs, attr)
		}
	}
	return attrs
}
