package printing

import (
	"regexp"
	"slices"
	"strings"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

func isText(v goipp.Value) goipp.Value {
	if s, ok := ipp.Text(v); ok && s != "" {
		return goipp.String(ipp.Clean(s, maxName))
	}
	return nil
}

var deviceID = regexp.MustCompile(`^([-A-Za-z ]+:[^;]*;)+$`)

func isDeviceID(v goipp.Value) goipp.Value {
	s, _ := ipp.Text(v)
	if s = ipp.Clean(s, 1023); deviceID.MatchString(s) {
		return goipp.String(s)
	}
	return nil
}

func isKeyword(v goipp.Value) goipp.Value {
	if s, ok := ipp.Text(v); ok && ipp.Keyword(s) {
		return goipp.String(s)
	}
	return nil
}

// isTray lets names of trays through. Windows' own IPP driver never gets ready with one that is a number.
func isTray(v goipp.Value) goipp.Value {
	s, _ := ipp.Text(v)
	if strings.Trim(s, "0123456789") == "" {
		return nil
	}
	return isKeyword(v)
}

// fields is how printers tell of trays, supplies and alerts (PWG 5100.9 section 4, PWG 5100.13 section 5.6).
var fields = regexp.MustCompile(`^([A-Za-z]+=[-A-Za-z0-9 _.,%+/]*;?)+$`)

func isFields(v goipp.Value) goipp.Value {
	if b, ok := v.(goipp.Binary); ok && len(b) <= 1023 && fields.Match(b) {
		return b
	}
	return nil
}

var version = regexp.MustCompile(`^[-A-Za-z0-9._]{1,64}$`)

func isVersion(v goipp.Value) goipp.Value {
	if b, ok := v.(goipp.Binary); ok && version.Match(b) {
		return b
	}
	return nil
}

// pairs are lists whose values belong together one by one.
var pairs = [][2]string{{"printer-alert", "printer-alert-description"}, {"printer-supply", "printer-supply-description"},
	{"marker-names", "marker-levels"}, {"marker-names", "marker-types"}, {"marker-names", "marker-colors"},
	{"marker-names", "marker-low-levels"}, {"marker-names", "marker-high-levels"}}

func paired(name string) bool {
	return slices.ContainsFunc(pairs, func(p [2]string) bool { return name == p[0] || name == p[1] })
}

// matched leaves out those of pairs that don't go together.
func matched(caps goipp.Attributes) goipp.Attributes {
	count := func(name string) int {
		attr, _ := ipp.Attrs(caps).Get(name)
		return len(attr.Values)
	}
	var odd []string
	for _, p := range pairs {
		if count(p[0]) == count(p[1]) {
			continue
		}
		if odd = append(odd, p[1]); p[0] != "marker-names" { // names of supplies say something by themselves
			odd = append(odd, p[0])
		}
	}
	return slices.DeleteFunc(caps, func(a goipp.Attribute) bool { return slices.Contains(odd, a.Name) })
}

// mediaName is a self-describing media name (PWG 5101.1 section 5).
var mediaName = regexp.MustCompile(`^(custom|na|asme|roc|oe|roll|iso|jis|jpn|prc|om)_[a-z0-9][-a-z0-9.]*_[0-9.]+x[0-9.]+(in|mm)$`)

func isMedia(v goipp.Value) goipp.Value {
	if s, ok := ipp.Text(v); ok && len(s) <= 255 && mediaName.MatchString(s) {
		return goipp.String(s)
	}
	return nil
}

// isFormat lets the formats through that this server looks into.
func isFormat(v goipp.Value) goipp.Value {
	s, _ := ipp.Text(v)
	if formats[s] != "" || s == formatOctet {
		return goipp.String(s)
	}
	return nil
}

func isBool(v goipp.Value) goipp.Value {
	if b, ok := v.(goipp.Boolean); ok {
		return b
	}
	return nil
}

func isInt(low, high int) check {
	return func(v goipp.Value) goipp.Value {
		if n, ok := v.(goipp.Integer); ok && int(n) >= low && int(n) <= high {
			return n
		}
		return nil
	}
}

func isRange(low, high int) check {
	return func(v goipp.Value) goipp.Value {
		r, ok := v.(goipp.Range)
		if n, is := v.(goipp.Integer); is {
			r, ok = goipp.Range{Lower: low, Upper: int(n)}, true
		}
		r.Lower, r.Upper = max(r.Lower, low), min(r.Upper, high)
		if !ok || r.Lower > r.Upper {
			return nil
		}
		return r
	}
}

func isIntOrRange(low, high int) check {
	return func(v goipp.Value) goipp.Value {
		if _, ok := v.(goipp.Range); ok {
			return isRange(low, high)(v)
		}
		return isInt(low, high)(v)
	}
}

func isResolution(v goipp.Value) goipp.Value {
	r, ok := v.(goipp.Resolution)
	if !ok || r.Xres < 1 || r.Yres < 1 || r.Xres > 100_000 || r.Yres > 100_000 || r.Units != goipp.UnitsDpi && r.Units != goipp.UnitsDpcm {
		return nil
	}
	return r
}

// isMediaCol keeps the members of media-col and media-size (PWG 5100.7 section 6.3) that this server knows.
func isMediaCol(v goipp.Value) goipp.Value {
	col, ok := v.(goipp.Collection)
	if !ok {
		return nil
	}
	var out goipp.Collection
	for _, m := range col {
		if len(m.Values) != 1 || ipp.Attrs(out).Has(m.Name) {
			continue
		}
		var checked goipp.Value
		tag := goipp.TagInteger
		switch m.Name {
		case "x-dimension", "y-dimension":
			if checked = isIntOrRangeDim(m.Values[0].V); checked != nil && checked.Type() == goipp.TypeRange {
				tag = goipp.TagRange
			}
		case "media-bottom-margin", "media-left-margin", "media-right-margin", "media-top-margin":
			checked = isInt(0, 100_000)(m.Values[0].V)
		case "media-size":
			checked, tag = isMediaCol(m.Values[0].V), goipp.TagBeginCollection
		case "media-source", "media-type":
			checked, tag = isKeyword(m.Values[0].V), goipp.TagKeyword
		}
		if checked != nil {
			out.Add(goipp.MakeAttr(m.Name, tag, checked))
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// isIntOrRangeDim checks a dimension in hundredths of a millimetre: up to a roll of a hundred metres.
var isIntOrRangeDim = isIntOrRange(1, 10_000_000)
