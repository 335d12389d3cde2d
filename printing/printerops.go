package printing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// getPrinterAttributes is RFC 8011 section 4.2.5.
func (s *Server) getPrinterAttributes(r *request) answer {
	if f := r.op.String("document-format"); f != "" && !r.printer.takesFormat(f) {
		return refuse(goipp.StatusErrorDocumentFormatNotSupported, "")
	}
	return pickPrinterAttrs(r.op, s.describe(r))
}

// pickPrinterAttrs answers Get-Printer-Attributes with what was asked for of all attributes.
func pickPrinterAttrs(op ipp.Attrs, all goipp.Attributes) answer {
	wanted := op.Strings("requested-attributes")
	attrs := slices.DeleteFunc(slices.Clone(all), func(a goipp.Attribute) bool { return !wantsPrinterAttr(wanted, a.Name) })
	return answer{groups: goipp.Groups{{Tag: goipp.TagPrinterGroup, Attrs: attrs}}}
}

// wantsPrinterAttr tells whether an attribute was asked for, by its name or its group. The database of all papers is
// only sent when asked for by name: it is larger than all the rest (PWG 5100.7 section 6.2.7).
func wantsPrinterAttr(wanted []string, name string) bool {
	if slices.Contains(wanted, name) {
		return true
	}
	if name == "media-col-database" {
		return false
	}
	group := "printer-description"
	for _, suffix := range []string{"-supported", "-default", "-ready"} {
		if o, ok := strings.CutSuffix(name, suffix); ok {
			if _, ok := findOption(o); ok {
				group = "job-template"
			}
		}
	}
	return len(wanted) == 0 || slices.Contains(wanted, "all") || slices.Contains(wanted, group)
}

// describe returns all attributes of a printer as the client of r should see it.
func (s *Server) describe(r *request) goipp.Attributes {
	p := r.printer
	attrs := goipp.Attributes(p.caps).Clone()
	add := func(name string, tag goipp.Tag, v goipp.Value, more ...goipp.Value) {
		attrs = slices.DeleteFunc(attrs, func(a goipp.Attribute) bool { return a.Name == name })
		attrs.Add(goipp.MakeAttr(name, tag, v, more...))
	}
	text := func(name, s string) { add(name, goipp.TagText, goipp.String(s)) }
	uri := func(name, s string) { add(name, goipp.TagURI, goipp.String(s)) }
	s.describeState(r, add)
	add("printer-name", goipp.TagName, goipp.String(p.Name))
	text("printer-info", p.Info)
	text("printer-location", p.location())
	text("printer-organization", "")
	text("printer-organizational-unit", "")
	add("printer-geo-location", goipp.TagUnknown, goipp.Void{})
	uri("printer-uuid", p.uuid)
	uri("printer-more-info", r.webURI(Root+p.Name))
	uri("printer-supply-info-uri", r.webURI(Root+p.Name))
	uri("printer-icons", r.webURI(Root+p.Name+"/"+iconName))
	add("printer-dns-sd-name", goipp.TagName, goipp.String(ipp.Clean(cmp.Or(s.opt.Announced(p.Name), p.Info), maxDNSSDName)))
	uri("printer-uri-supported", r.base)
	security := "none"
	if strings.HasPrefix(r.base, "ipps:") {
		security = "tls"
	}
	attrs.Add(keywords("uri-security-supported", security))
	authentication := "none"
	if r.caller.ID != "" && security == "tls" {
		authentication = "certificate"
	}
	attrs.Add(keywords("uri-authentication-supported", authentication))
	text("printer-make-and-model", modelOf(p.caps))
	attrs.Add(keywords("ipp-features-supported", features(p.caps)))
	if !p.caps.Has("printer-supply") { // in the printer's own words
		for name, values := range supplyAttrs(p.caps) {
			attrs.Add(goipp.Attribute{Name: name, Values: values})
		}
	}
	return append(attrs, constantAttrs...)
}

// features tells whether a printer may say that it is one for everywhere (PWG 5100.14): one that keeps documents as they
// are can't pick pages out of a PDF, which is asked of all that take PDF.
func features(caps ipp.Attrs) string {
	takes := caps.Strings("document-format-supported")
	if !slices.Contains(takes, formatPWG) || !slices.Contains(takes, formatJPEG) || slices.Contains(takes, formatPDF) && !caps.Bool("page-ranges-supported") {
		return "none"
	}
	return "ipp-everywhere"
}

// describeState adds what changes from one minute to the next.
func (s *Server) describeState(r *request, add func(string, goipp.Tag, goipp.Value, ...goipp.Value)) {
	p := r.printer
	s.mu.Lock()
	queued := s.queuedLocked(p)
	s.mu.Unlock()
	add("printer-state", goipp.TagEnum, stateNumbers[p.state])
	add("printer-state-message", goipp.TagText, goipp.String(p.message))
	reasons := reasonsAttr("printer-state-reasons", p.reasons).Values
	more := make([]goipp.Value, 0, len(reasons))
	for _, v := range reasons[1:] {
		more = append(more, v.V)
	}
	add("printer-state-reasons", goipp.TagKeyword, reasons[0].V, more...)
	add("printer-is-accepting-jobs", goipp.TagBoolean, goipp.Boolean(p.accepting))
	add("queued-job-count", goipp.TagInteger, goipp.Integer(queued))
	up := func(t time.Time) goipp.Integer { return goipp.Integer(s.upTime(t)) }
	now := time.Now()
	add("printer-up-time", goipp.TagInteger, up(now))
	add("printer-current-time", goipp.TagDateTime, goipp.Time{Time: now.UTC()})
	add("printer-state-change-time", goipp.TagInteger, up(p.stateChanged))
	add("printer-state-change-date-time", goipp.TagDateTime, goipp.Time{Time: p.stateChanged.UTC()})
	add("printer-config-change-time", goipp.TagInteger, up(p.configChanged))
	add("printer-config-change-date-time", goipp.TagDateTime, goipp.Time{Time: p.configChanged.UTC()})
}

// constantAttrs say what the Server itself can do.
var constantAttrs = makeConstantAttrs()

func makeConstantAttrs() goipp.Attributes {
	ints := func(name string, tag goipp.Tag, all ...int) goipp.Attribute {
		attr := goipp.Attribute{Name: name}
		for _, n := range all {
			attr.Values.Add(tag, goipp.Integer(n))
		}
		return attr
	}
	boolean := func(name string, b bool) goipp.Attribute {
		return goipp.MakeAttr(name, goipp.TagBoolean, goipp.Boolean(b))
	}
	var creation, settable []string
	for _, o := range options {
		creation = append(creation, o.name)
		if !o.local || o.name == "job-hold-until" {
			settable = append(settable, o.name)
		}
	}
	return goipp.Attributes{
		goipp.MakeAttr("charset-configured", goipp.TagCharset, goipp.String("utf-8")),
		goipp.MakeAttr("charset-supported", goipp.TagCharset, goipp.String("us-ascii"), goipp.String("utf-8")),
		goipp.MakeAttr("natural-language-configured", goipp.TagLanguage, goipp.String("en")),
		goipp.MakeAttr("generated-natural-language-supported", goipp.TagLanguage, goipp.String("en")),
		keywords("ipp-versions-supported", "1.0", "1.1", "2.0", "2.1"),
		ints("operations-supported", goipp.TagEnum, 2, 4, 5, 6, 8, 9, 0xa, 0xb, 0xc, 0xd, 0xe, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15,
			0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x22, 0x23, 0x39, 0x3a, 0x3b, 0x3c, 0x400d, 0x4027),
		keywords("compression-supported", "none", "deflate", "gzip"),
		goipp.MakeAttr("document-format-default", goipp.TagMimeType, goipp.String(formatOctet)),
		keywords("pdl-override-supported", "attempted"),
		keywords("job-creation-attributes-supported", "ipp-attribute-fidelity", append([]string{"job-name", "document-name", "job-password", "job-password-encryption"}, creation...)...),
		boolean("job-ids-supported", true), boolean("multiple-document-jobs-supported", false),
		boolean("preferred-attributes-supported", false),
		ints("multiple-operation-time-out", goipp.TagInteger, int(incomingTime/time.Second)),
		keywords("multiple-operation-time-out-action", "abort-job"),
		keywords("which-jobs-supported", "completed", "not-completed", "all"),
		keywords("identify-actions-supported", "display"), keywords("identify-actions-default", "display"),
		keywords("overrides-supported", "document-number", "pages"),
		keywords("printer-get-attributes-supported", "document-format"),
		ints("document-password-supported", goipp.TagInteger, 0), ints("job-password-supported", goipp.TagInteger, maxPIN),
		keywords("job-password-encryption-supported", passwordPlain, passwordSHA),
		goipp.MakeAttr("job-password-length-supported", goipp.TagRange, goipp.Range{Lower: minPIN, Upper: maxPIN}),
		keywords("job-password-repertoire-configured", "iana_us-ascii_digits"), keywords("job-password-repertoire-supported", "iana_us-ascii_digits"),
		goipp.MakeAttr("job-k-octets-supported", goipp.TagRange, goipp.Range{Lower: 0, Upper: defaultDocument >> 10}),
		goipp.MakeAttr("job-impressions-supported", goipp.TagRange, goipp.Range{Lower: 0, Upper: defaultImpressions}),
		keywords("job-settable-attributes-supported", "job-name", settable...), keywords("printer-settable-attributes-supported", "none"),
		keywords("notify-events-supported", eventNames[0], eventNames[1:]...), keywords("notify-events-default", defaultEvent),
		ints("notify-max-events-supported", goipp.TagInteger, len(eventNames)), keywords("notify-pull-method-supported", "ippget"),
		ints("notify-lease-duration-default", goipp.TagInteger, int(defaultLease/time.Second)),
		goipp.MakeAttr("notify-lease-duration-supported", goipp.TagRange, goipp.Range{Lower: 1, Upper: int(maxLease / time.Second)}),
		keywords("notify-attributes-supported", "job-state", "job-state-reasons", "job-impressions-completed", "printer-state", "printer-state-reasons"),
		ints("ippget-event-life", goipp.TagInteger, int(eventLife/time.Second)),
		goipp.MakeAttr("mopria-certified", goipp.TagText, goipp.String(mopria)),
	}
}

// identifyPrinter is PWG 5100.13 section 5.1.
func (s *Server) identifyPrinter(r *request) answer {
	for _, action := range r.op.Strings("identify-actions") {
		if action != "display" {
			return refuse(goipp.StatusErrorAttributesOrValues, "")
		}
	}
	if s.opt.Identify != nil {
		s.opt.Identify(r.printer.Name, r.caller)
	}
	return answer{}
}

// takesFormat tells whether a document that says it is of a format may come.
func (p *printer) takesFormat(format string) bool {
	return format == formatOctet || slices.Contains(p.caps.Strings("document-format-supported"), format)
}
