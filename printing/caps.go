package printing

import (
	"slices"
	"strings"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// maxAttrValues bounds the values of one attribute of a printer. Large-format printers list some 500 papers.
const maxAttrValues = 2000

// check looks at one value of a print system's attribute and returns it as it may go on, or nil.
type check func(goipp.Value) goipp.Value

// capsTable lists the attributes of a queue that are handed on to others, with the type of their values: drivers and
// devices are strangers, so that nothing else and nothing untyped passes.
var capsTable = map[string]struct {
	tag   goipp.Tag
	check check
}{
	"printer-make-and-model": {goipp.TagText, isText}, "printer-device-id": {goipp.TagText, isDeviceID},
	"printer-info": {goipp.TagText, isText}, "printer-location": {goipp.TagText, isText},
	"color-supported":    {goipp.TagBoolean, isBool},
	"pages-per-minute":   {goipp.TagInteger, isInt(0, 10_000)},
	"copies-supported":   {goipp.TagRange, isRange(1, 9999)},
	"copies-default":     {goipp.TagInteger, isInt(1, 9999)},
	"number-up-default":  {goipp.TagInteger, isInt(1, 64)},
	"sides-supported":    {goipp.TagKeyword, isKeyword},
	"sides-default":      {goipp.TagKeyword, isKeyword},
	"media-supported":    {goipp.TagKeyword, isMedia},
	"media-ready":        {goipp.TagKeyword, isMedia},
	"media-default":      {goipp.TagKeyword, isMedia},
	"media-col-default":  {goipp.TagBeginCollection, isMediaCol},
	"media-col-ready":    {goipp.TagBeginCollection, isMediaCol},
	"media-col-database": {goipp.TagBeginCollection, isMediaCol},

	"media-size-supported":          {goipp.TagBeginCollection, isMediaCol},
	"media-source-supported":        {goipp.TagKeyword, isTray},
	"media-type-supported":          {goipp.TagKeyword, isKeyword},
	"media-bottom-margin-supported": {goipp.TagInteger, isInt(0, 100_000)},
	"media-left-margin-supported":   {goipp.TagInteger, isInt(0, 100_000)},
	"media-right-margin-supported":  {goipp.TagInteger, isInt(0, 100_000)},
	"media-top-margin-supported":    {goipp.TagInteger, isInt(0, 100_000)},

	"document-format-supported":                {goipp.TagMimeType, isFormat},
	"document-format-preferred":                {goipp.TagMimeType, isFormat},
	"print-color-mode-supported":               {goipp.TagKeyword, isKeyword},
	"print-color-mode-default":                 {goipp.TagKeyword, isKeyword},
	"print-quality-supported":                  {goipp.TagEnum, isInt(3, 5)},
	"print-quality-default":                    {goipp.TagEnum, isInt(3, 5)},
	"print-scaling-supported":                  {goipp.TagKeyword, isKeyword},
	"print-scaling-default":                    {goipp.TagKeyword, isKeyword},
	"orientation-requested-supported":          {goipp.TagEnum, isInt(3, 7)},
	"orientation-requested-default":            {goipp.TagEnum, isInt(3, 7)},
	"number-up-supported":                      {goipp.TagInteger, isIntOrRange(1, 64)},
	"page-ranges-supported":                    {goipp.TagBoolean, isBool},
	"printer-resolution-supported":             {goipp.TagResolution, isResolution},
	"printer-resolution-default":               {goipp.TagResolution, isResolution},
	"finishings-supported":                     {goipp.TagEnum, isInt(3, 1000)},
	"finishings-default":                       {goipp.TagEnum, isInt(3, 1000)},
	"multiple-document-handling-supported":     {goipp.TagKeyword, isKeyword},
	"pwg-raster-document-resolution-supported": {goipp.TagResolution, isResolution},
	"pwg-raster-document-type-supported":       {goipp.TagKeyword, isKeyword},
	"pwg-raster-document-sheet-back":           {goipp.TagKeyword, isKeyword},
	"urf-supported":                            {goipp.TagKeyword, isKeyword},
	"marker-names":                             {goipp.TagName, isText},
	"marker-types":                             {goipp.TagKeyword, isKeyword},
	"marker-colors":                            {goipp.TagName, isText},
	"marker-levels":                            {goipp.TagInteger, isInt(-3, 100)},
	"marker-high-levels":                       {goipp.TagInteger, isInt(0, 100)},
	"marker-low-levels":                        {goipp.TagInteger, isInt(0, 100)},
	"marker-message":                           {goipp.TagText, isText},

	"printer-kind":                    {goipp.TagKeyword, isKeyword},
	"printer-firmware-name":           {goipp.TagName, isText},
	"printer-firmware-string-version": {goipp.TagText, isText},
	"printer-firmware-version":        {goipp.TagString, isVersion},
	"printer-alert":                   {goipp.TagString, isFields},
	"printer-alert-description":       {goipp.TagText, isText},
	"printer-input-tray":              {goipp.TagString, isFields},
	"printer-output-tray":             {goipp.TagString, isFields},
	"printer-supply":                  {goipp.TagString, isFields},
	"printer-supply-description":      {goipp.TagText, isText},
}

// checkedCaps returns what of a queue's attributes may be handed on, completed to what IPP Everywhere wants a printer
// to say. The completions claim nothing: "auto", one sheet side, one copy.
func checkedCaps(attrs ipp.Attrs) ipp.Attrs {
	var caps goipp.Attributes
	for _, attr := range attrs {
		spec, ok := capsTable[attr.Name]
		if !ok || ipp.Attrs(caps).Has(attr.Name) {
			continue
		}
		out := goipp.Attribute{Name: attr.Name}
		for _, v := range attr.Values[:min(len(attr.Values), maxAttrValues)] {
			checked := spec.check(v.V)
			switch {
			case checked == nil:
			case spec.tag == goipp.TagInteger && checked.Type() == goipp.TypeRange:
				out.Values.Add(goipp.TagRange, checked)
			default:
				out.Values.Add(spec.tag, checked)
			}
		}
		if len(out.Values) == len(attr.Values) || len(out.Values) > 0 && !paired(attr.Name) {
			caps.Add(out)
		}
	}
	return ipp.Attrs(completeCaps(caps))
}

// guestCopies is the most copies that a guest may ask for.
const guestCopies = 20

// guestCaps is caps as guests see and use it.
func guestCaps(caps ipp.Attrs) ipp.Attrs {
	caps = slices.Clone(caps)
	for i, attr := range caps {
		if attr.Name == "copies-supported" {
			caps[i] = goipp.MakeAttr(attr.Name, goipp.TagRange, goipp.Range{Lower: 1, Upper: min(guestCopies, maxCopies(caps))})
		}
	}
	return caps
}

// maxCopies is the most copies that a printer makes.
func maxCopies(caps ipp.Attrs) int {
	attr, _ := caps.Get("copies-supported")
	for _, v := range attr.Values {
		if r, ok := v.V.(goipp.Range); ok {
			return r.Upper
		}
	}
	return 1
}

func keywords(name string, first string, rest ...string) goipp.Attribute {
	attr := goipp.MakeAttr(name, goipp.TagKeyword, goipp.String(first))
	for _, s := range rest {
		attr.Values.Add(goipp.TagKeyword, goipp.String(s))
	}
	return attr
}

func sameCaps(a, b ipp.Attrs) bool { return goipp.Attributes(a).Equal(goipp.Attributes(b)) }

func duplex(caps ipp.Attrs) bool {
	return slices.Contains(caps.Strings("sides-supported"), "two-sided-long-edge")
}

// queueOf reads the state and description in a queue's attributes.
func queueOf(attrs ipp.Attrs) Queue {
	q := Queue{
		Name: queueName(attrs), Info: ipp.Clean(attrs.String("printer-info"), maxName),
		Location: ipp.Clean(attrs.String("printer-location"), maxName), Accepting: attrs.Bool("printer-is-accepting-jobs"),
		Color: attrs.Bool("color-supported"), Duplex: duplex(attrs), State: StateStopped,
	}
	if model := ipp.Clean(attrs.String("printer-make-and-model"), maxName); q.Info == "" || q.Info == q.Name && model != "" {
		q.Info = model
	}
	switch n, _ := attrs.Int("printer-state"); n {
	case 3:
		q.State = StateIdle
	case 4:
		q.State = StateProcessing
	}
	q.Reasons = reasonsOf(attrs, "printer-state-reasons")
	if q.Message = ipp.Clean(attrs.String("printer-state-message"), maxName); len(blocking(q.Reasons)) > 0 {
		q.Message = reasonText(blocking(q.Reasons))
	}
	return q
}

// queueName is the name of a queue, "" for one that CUPS would not give (lpadmin(8)).
func queueName(attrs ipp.Attrs) string {
	name := attrs.String("printer-name")
	if ipp.Clean(name, maxName) != name || strings.ContainsAny(name, " /#\\?'\"<>|&;`$()") {
		return ""
	}
	return name
}

// reasonsOf returns the keywords of an attribute without "none".
func reasonsOf(attrs ipp.Attrs, name string) []string {
	var all []string
	for _, s := range attrs.Strings(name) {
		if ipp.Keyword(s) && s != "none" && len(all) < 32 {
			all = append(all, s)
		}
	}
	return all
}
