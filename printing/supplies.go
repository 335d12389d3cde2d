package printing

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// maxSupplies bounds the supplies of a printer: a press has a dozen.
const maxSupplies = 32

// Supply is an ink, a toner or another thing that a printer uses up, as the printer says.
type Supply struct {
	Name  string
	Color string // #RRGGBB; "" when it has none, or several
	Level int    // percent that is left, or, of waste, that is full; -1 when not known
	Low   int    // percent from which on down it is low, or, of waste, from which on up it is nearly full; 0 or 100 when the printer doesn't say
	Waste bool   // it fills up
}

// suppliesOf reads the supplies of a printer: what CUPS and most printers say in lists (marker-…, PWG 5100.9 section 5), or
// else in the words of the Printer MIB (printer-supply, PWG 5100.13 section 5.6.35). Both are checked already.
func suppliesOf(caps ipp.Attrs) []Supply {
	if caps.Has("marker-names") {
		return markers(caps)
	}
	var all []Supply
	supply, _ := caps.Get("printer-supply")
	names := caps.Strings("printer-supply-description")
	for i, v := range supply.Values[:min(len(supply.Values), maxSupplies)] {
		b, _ := v.V.(goipp.Binary)
		if s, ok := supplyOf(fieldsOf(b), at(names, i)); ok {
			all = append(all, s)
		}
	}
	return all
}

func at(texts []string, i int) string {
	if i < len(texts) {
		return texts[i]
	}
	return ""
}

// markers reads lists whose values belong together one by one.
func markers(caps ipp.Attrs) []Supply {
	kinds, colors := caps.Strings("marker-types"), caps.Strings("marker-colors")
	percent := func(name string, i, unknown int) int {
		attr, _ := caps.Get(name)
		if i >= len(attr.Values) {
			return unknown
		}
		n, ok := attr.Values[i].V.(goipp.Integer)
		if !ok || n < 0 { // -1: it makes no difference, -2: not known, -3: there is some (RFC 3805, prtMarkerSuppliesLevel)
			return unknown
		}
		return min(int(n), 100)
	}
	var all []Supply
	for i, name := range caps.Strings("marker-names") {
		if i == maxSupplies {
			break
		}
		s := Supply{Name: name, Color: colorOf(at(colors, i)), Level: percent("marker-levels", i, -1), Waste: isWaste(at(kinds, i))}
		if s.Low = percent("marker-low-levels", i, 0); s.Waste {
			s.Low = percent("marker-high-levels", i, 100)
		}
		all = append(all, s)
	}
	return all
}

var oneColor = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

func colorOf(s string) string {
	if oneColor.MatchString(s) {
		return strings.ToUpper(s)
	}
	return ""
}

func isWaste(kind string) bool { return strings.HasPrefix(kind, "waste") }

// fieldsOf takes NAME=VALUE;NAME=VALUE; apart.
func fieldsOf(b []byte) map[string]string {
	fields := map[string]string{}
	for part := range strings.SplitSeq(string(b), ";") {
		if name, value, ok := strings.Cut(part, "="); ok {
			fields[strings.ToLower(name)] = value
		}
	}
	return fields
}

// supplyOf reads one value of printer-supply. A printer that says "unknown" has said nothing.
func supplyOf(f map[string]string, name string) (Supply, bool) {
	s := Supply{Name: name, Color: colorantOf(f["colorantname"]), Level: -1, Waste: f["class"] == "receptacleThatIsFilled"}
	if s.Waste {
		s.Low = 100
	}
	if s.Name == "" {
		s.Name = f["colorantname"]
	}
	level, err := strconv.ParseInt(f["level"], 10, 32) // as the MIB has them
	most, merr := strconv.ParseInt(f["maxcapacity"], 10, 32)
	if err == nil && merr == nil && level >= 0 && most > 0 {
		s.Level = int(min(100, level*100/most))
		if s.Waste { // the level is what still has room (RFC 3805, prtMarkerSuppliesLevel)
			s.Level = 100 - s.Level
		}
	}
	return s, s.Name != "" && f["type"] != "unknown"
}

// colorantOf is the colour of a colorant (RFC 3805, prtMarkerColorantValue).
func colorantOf(name string) string {
	return map[string]string{"black": "#000000", "cyan": "#00FFFF", "magenta": "#FF00FF", "yellow": "#FFFF00", "white": "#FFFFFF",
		"red": "#FF0000", "green": "#00FF00", "blue": "#0000FF", "gray": "#808080"}[strings.ToLower(name)]
}

// supplyAttrs tells of supplies in the words of the Printer MIB (PWG 5100.13 section 5.6.35), for who doesn't know markers:
// what the print system knows, or that it isn't known.
func supplyAttrs(caps ipp.Attrs) map[string]goipp.Values {
	kinds := caps.Strings("marker-types")
	supply, description := goipp.Values{}, goipp.Values{}
	for i, s := range markers(caps) {
		class, kind, level := "supplyThatIsConsumed", "other", s.Level
		if k := at(kinds, i); k != "" {
			kind = strings.ReplaceAll(k, "-", "")
		}
		if s.Waste {
			class, level = "receptacleThatIsFilled", 100-s.Level
		}
		if s.Level < 0 {
			level = -2 // not known
		}
		supply.Add(goipp.TagString, goipp.Binary(fmt.Sprintf("index=%d;class=%s;type=%s;unit=percent;maxcapacity=100;level=%d;", i+1, class, kind, level)))
		description.Add(goipp.TagText, goipp.String(s.Name))
	}
	if len(supply) == 0 {
		supply.Add(goipp.TagString, goipp.Binary("index=1;class=other;type=unknown;unit=percent;maxcapacity=-2;level=-2;"))
		description.Add(goipp.TagText, goipp.String("Unknown"))
	}
	return map[string]goipp.Values{"printer-supply": supply, "printer-supply-description": description}
}
