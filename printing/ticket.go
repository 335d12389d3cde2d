package printing

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// OptionError says that a printer doesn't have an option, or doesn't take a value for it.
type OptionError struct {
	Name  string
	Value string
	Takes []string // values it takes; of an unknown option, the names of the options it has
	Known bool     // the printer has the option
	With  string   // option of the same job that it doesn't go together with; "" for none
}

func (e *OptionError) Error() string {
	if !e.Known {
		return fmt.Sprintf("the printer has no option %q; it has %s", e.Name, strings.Join(e.Takes, ", "))
	}
	if e.With != "" {
		return fmt.Sprintf("the printer can't do %s=%s together with %s unless these fill whole sides: leave one of the two out", e.Name, e.Value, e.With)
	}
	return fmt.Sprintf("the printer doesn't take %s=%s; it takes %s", e.Name, e.Value, strings.Join(e.Takes, ", "))
}

// FormatError says that a printer doesn't take documents of a format.
type FormatError struct {
	Format string   // MIME type; "" when it is none that any printer here takes
	Takes  []string // MIME types
}

func (e *FormatError) Error() string {
	what := "documents of this kind"
	if e.Format != "" {
		what = e.Format
	}
	return fmt.Sprintf("the printer doesn't take %s; it takes %s", what, strings.Join(e.Takes, ", "))
}

// mediaNames are the papers that people call by name.
var mediaNames = map[string]string{
	"a3": "iso_a3_297x420mm", "a4": "iso_a4_210x297mm", "a5": "iso_a5_148x210mm", "a6": "iso_a6_105x148mm",
	"letter": "na_letter_8.5x11in", "legal": "na_legal_8.5x14in", "tabloid": "na_ledger_11x17in", "ledger": "na_ledger_11x17in",
}

// ticket turns options as people write them into Job Template attributes, checked against what the printer takes. The
// first that isn't so is an *OptionError. copies of 0 leaves the number to the options and the printer.
func ticket(caps ipp.Attrs, asked map[string]string, copies int) (goipp.Attributes, error) {
	if copies > 0 {
		asked = maps.Clone(asked)
		if asked == nil {
			asked = map[string]string{}
		}
		asked["copies"] = strconv.Itoa(copies)
	}
	attrs, err := parseTicket(caps, asked)
	if err != nil {
		return nil, err
	}
	if attrs = collated(attrs, caps); !pagesFit(attrs) {
		return nil, &OptionError{Name: "number-up", Value: asked["number-up"], With: "page-ranges=" + asked["page-ranges"], Known: true}
	}
	return attrs, nil
}

// What multiple-document-handling says of copies of one document.
const (
	uncollated       = "separate-documents-uncollated-copies"
	collatedDocument = "separate-documents-collated-copies"
)

// collated makes copies come out document by document where the printer can, as people expect who don't say.
func collated(attrs goipp.Attributes, caps ipp.Attrs) goipp.Attributes {
	o, _ := findOption("multiple-document-handling")
	attr, ok := o.check(keywords(o.name, collatedDocument), caps)
	if n, _ := ipp.Attrs(attrs).Int("copies"); ok && n > 1 && !ipp.Attrs(attrs).Has(o.name) {
		attrs.Add(attr)
	}
	return attrs
}

func parseTicket(caps ipp.Attrs, asked map[string]string) (goipp.Attributes, error) {
	var attrs goipp.Attributes
	var media goipp.Collection
	for _, name := range slices.Sorted(maps.Keys(asked)) {
		value := strings.TrimSpace(asked[name])
		if name == "media-source" || name == "media-type" {
			member, ok := checkMember(goipp.MakeAttr(name, goipp.TagKeyword, goipp.String(value)), caps)
			if !ok {
				return nil, optionError(caps, name, value)
			}
			media.Add(member)
			continue
		}
		o, known := findOption(name)
		if !known || o.kind == kindMedia {
			return nil, optionError(caps, name, value)
		}
		attr, err := o.parse(value)
		if err == nil {
			var ok bool
			if attr, ok = o.check(attr, caps); !ok {
				err = strconv.ErrRange
			}
		}
		if err != nil {
			return nil, optionError(caps, name, value)
		}
		attrs.Add(attr)
	}
	return withMedia(attrs, media), nil
}

// withMedia puts tray and type of the paper in, and the paper's size with them: media and media-col exclude each
// other (PWG 5100.7 section 6.3).
func withMedia(attrs goipp.Attributes, media goipp.Collection) goipp.Attributes {
	if len(media) == 0 {
		return attrs
	}
	if x, y, ok := mediaSize(ipp.Attrs(attrs).String("media")); ok {
		media = append(goipp.Collection{goipp.MakeAttr("media-size", goipp.TagBeginCollection, sizeCol(x, y))}, media...)
	}
	attrs = slices.DeleteFunc(attrs, func(a goipp.Attribute) bool { return a.Name == "media" })
	return append(attrs, goipp.MakeAttr("media-col", goipp.TagBeginCollection, media))
}

// parse turns one value as people write it into an attribute.
func (o option) parse(value string) (goipp.Attribute, error) {
	attr := goipp.Attribute{Name: o.name}
	switch o.kind {
	case kindKeyword:
		if full := mediaNames[strings.ToLower(value)]; full != "" && o.name == "media" {
			value = full
		}
		attr.Values.Add(o.tag, goipp.String(value))
	case kindInt:
		n, err := strconv.ParseInt(value, 10, 32)
		if err != nil {
			return attr, err
		}
		attr.Values.Add(o.tag, goipp.Integer(n))
	case kindEnum:
		n := slices.Index(o.names, value) + o.base
		if n < o.base {
			var err error
			if n, err = strconv.Atoi(value); err != nil {
				return attr, err
			}
		}
		attr.Values.Add(o.tag, goipp.Integer(n))
	case kindRanges:
		for part := range strings.SplitSeq(value, ",") {
			r, err := parseRange(strings.TrimSpace(part))
			if err != nil {
				return attr, err
			}
			attr.Values.Add(o.tag, r)
		}
	case kindResolution:
		r, err := parseResolution(value)
		if err != nil {
			return attr, err
		}
		attr.Values.Add(o.tag, r)
	}
	return attr, nil
}

// lastPage ends a range of pages that goes to the end of the document.
const lastPage = 1<<31 - 1

func parseRange(s string) (goipp.Range, error) {
	from, to, isRange := strings.Cut(s, "-")
	lower, err := strconv.ParseInt(from, 10, 32)
	if err != nil {
		return goipp.Range{}, err
	}
	upper := lower
	switch {
	case isRange && to == "":
		upper = lastPage // "5-"
	case isRange:
		if upper, err = strconv.ParseInt(to, 10, 32); err != nil {
			return goipp.Range{}, err
		}
	}
	return goipp.Range{Lower: int(lower), Upper: int(upper)}, nil
}

// parseResolution reads 600dpi, 600x1200dpi or 600.
func parseResolution(s string) (goipp.Resolution, error) {
	w, h, two := strings.Cut(strings.TrimSuffix(s, "dpi"), "x")
	x, err := strconv.ParseInt(w, 10, 32)
	y := x
	if err == nil && two {
		y, err = strconv.ParseInt(h, 10, 32)
	}
	return goipp.Resolution{Xres: int(x), Yres: int(y), Units: goipp.UnitsDpi}, err
}

func optionError(caps ipp.Attrs, name, value string) error {
	values := optionValues(caps)
	takes, known := values[name]
	if !known {
		takes = slices.Sorted(maps.Keys(values))
	}
	return &OptionError{Name: name, Value: value, Takes: takes, Known: known}
}

// optionValues lists every option of a printer and the values it takes, as people write them.
func optionValues(caps ipp.Attrs) map[string][]string {
	values := map[string][]string{}
	for _, o := range options {
		supported, ok := caps.Get(o.name + "-supported")
		if !ok || o.kind == kindMedia || o.local {
			continue
		}
		if texts := o.texts(supported); len(texts) > 0 {
			values[o.name] = texts
		}
	}
	for _, name := range []string{"media-source", "media-type"} {
		if texts := caps.Strings(name + "-supported"); len(texts) > 0 {
			values[name] = texts
		}
	}
	return values
}

// texts puts values into the words that parse reads.
func (o option) texts(attr goipp.Attribute) []string {
	var all []string
	for _, v := range attr.Values {
		switch n := v.V.(type) {
		case goipp.Integer:
			text := strconv.Itoa(int(n))
			if i := int(n) - o.base; o.kind == kindEnum && i >= 0 && i < len(o.names) {
				text = o.names[i]
			} else if o.name == "job-priority" {
				text = "1-100"
			}
			all = append(all, text)
		case goipp.Range:
			all = append(all, fmt.Sprintf("%d-%d", n.Lower, n.Upper))
		case goipp.Resolution:
			text := fmt.Sprintf("%dx%ddpi", n.Xres, n.Yres)
			if n.Xres == n.Yres {
				text = fmt.Sprintf("%ddpi", n.Xres)
			}
			all = append(all, text)
		case goipp.Boolean:
			if n && o.kind == kindRanges {
				all = append(all, "1-5,8,11-")
			}
		default:
			if s, ok := ipp.Text(v.V); ok {
				all = append(all, s)
			}
		}
	}
	return all
}
