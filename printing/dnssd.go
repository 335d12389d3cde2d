package printing

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lanyard/printing/ipp"
)

// DNSSD is a service under which a printer is announced to programs that know nothing of Lanyard (RFC 6763): AirPrint, IPP
// Everywhere (PWG 5100.14 section 4.2) and Mopria look for it.
type DNSSD struct {
	Type     string   // as "_ipp._tcp"
	Subtypes []string // as "_universal"
	Text     []string // of its TXT record: key=value, the most important first
	Listens  bool     // false: it only keeps the name from others
}

const (
	maxDNSSDName = 63  // bytes of a DNS label
	maxPair      = 255 // bytes of one string of a TXT record (RFC 6763 section 6.1)
	// mopria is the version of the Mopria specification that Android's own print service wants a printer to name.
	mopria = "1.3"
	// The encrypted way goes before the other. Both go before any with 50, which is meant where there is no priority (Bonjour
	// Printing Specification 1.2.1): where CUPS uses avahi it else takes the service that only keeps the name.
	encryptedFirst, plainNext = "10", "20"
)

// phones are the subtypes that IPP Everywhere's clients and Apple's browse for.
var phones = []string{"_print", "_universal"}

// DNSSD returns the services under which a printer is to be announced, as guests may use it. host is this PC as they reach
// it, with the port. There are none while it isn't known what the printer can do. It is never announced as a queue of a
// print server, which CUPS would take for one of its own kind.
func (s *Server) DNSSD(printer, host string) []DNSSD {
	s.mu.Lock()
	shared := s.printers[printer]
	var p printerText
	if shared != nil && shared.caps != nil {
		p = printerText{*shared, guestCaps(shared.caps)}
	}
	s.mu.Unlock()
	if p.guests == nil {
		return nil
	}
	return []DNSSD{
		{Type: "_printer._tcp"},
		{Type: "_ipp._tcp", Subtypes: phones, Text: p.pairs("http://"+host, plainNext), Listens: true},
		{Type: "_ipps._tcp", Subtypes: phones, Text: p.pairs("https://"+host, encryptedFirst), Listens: true},
	}
}

// printerText is a printer that is put into a TXT record.
type printerText struct {
	printer
	guests ipp.Attrs // caps as guests may use them
}

// pairs says the same as its attributes do. The keys are those of the Bonjour Printing Specification 1.2.1 section 9, of
// PWG 5100.14 section 4.2.3 and of Mopria.
func (p printerText) pairs(web, priority string) []string {
	model := modelOf(p.guests)
	urf := cmp.Or(strings.Join(p.guests.Strings("urf-supported"), ","), "none")
	kind := cmp.Or(strings.Join(p.guests.Strings("printer-kind"), ","), "document")
	return fitting([][2]string{
		{"txtvers", "1"}, {"qtotal", "1"}, {"rp", strings.TrimPrefix(Root, "/") + p.Name}, {"ty", model}, {"note", p.location()},
		{"product", "(" + model + ")"}, {"pdl", p.pdl()}, {"adminurl", web + (&url.URL{Path: Root + p.Name}).EscapedPath()},
		{"UUID", strings.TrimPrefix(p.uuid, "urn:uuid:")}, {"Color", mark(p.guests.Bool("color-supported"))}, {"Duplex", mark(duplex(p.guests))},
		{"Copies", mark(maxCopies(p.guests) > 1)}, {"URF", urf}, {"kind", kind}, {"PaperMax", paperMax(p.guests)}, {"air", "none"},
		{"Scan", "F"}, {"Fax", "F"}, {"priority", priority}, {"mopria-certified", mopria}, {"TLS", "1.2"},
	})
}

// modelOf is what a printer is, for people.
func modelOf(caps ipp.Attrs) string { return cmp.Or(caps.String("printer-make-and-model"), "Unknown") }

// location is where it is: as its owner says here, or else to the print system.
func (p *printer) location() string { return cmp.Or(p.Location, p.caps.String("printer-location")) }

// pdl are the formats that it takes, as many as fit: those that phones look for come first.
func (p printerText) pdl() string {
	first := []string{formatURF, formatPWG, formatPDF, formatJPEG}
	takes := p.guests.Strings("document-format-supported")
	slices.SortStableFunc(takes, func(a, b string) int { return rank(first, a) - rank(first, b) })
	list := strings.Join(takes, ",")
	for len("pdl=")+len(list) > maxPair {
		list = list[:strings.LastIndexByte(list, ',')]
	}
	return list
}

// rank is where in a list something is; behind all when it isn't.
func rank(list []string, s string) int {
	if i := slices.Index(list, s); i >= 0 {
		return i
	}
	return len(list)
}

// mark is how a TXT record says yes and no.
func mark(b bool) string { return strings.ToUpper(strconv.FormatBool(b)[:1]) }

// paperMax is the class of the largest paper that a printer lists, in hundredths of a millimetre by ISO and ANSI sizes.
func paperMax(caps ipp.Attrs) string {
	short, long := 0, 0
	for _, name := range caps.Strings("media-supported") {
		if x, y, ok := mediaSize(name); ok && !strings.HasPrefix(name, "custom_") {
			short, long = max(short, min(x, y)), max(long, max(x, y))
		}
	}
	switch {
	case short < 21000-sizeSlack || long < 29700-sizeSlack:
		return "<legal-A4"
	case short < 27940-sizeSlack:
		return "legal-A4"
	case short < 42000-sizeSlack:
		return "tabloid-A3"
	case short <= 45800+sizeSlack:
		return "isoC-A2"
	}
	return ">isoC-A2"
}

// fitting are pairs as strings, cut to the length that one may have.
func fitting(pairs [][2]string) (list []string) {
	for _, p := range pairs {
		list = append(list, ipp.Clean(p[0]+"="+p[1], maxPair))
	}
	return list
}
