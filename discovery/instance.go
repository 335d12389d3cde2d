package discovery

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/miekg/dns"
)

const (
	maxInstances = 192  // 64 things of three services each, which is more than anybody has
	maxSubtypes  = 8    // of one instance
	maxLabel     = 63   // bytes of a DNS label (RFC 1035, section 2.3.4)
	maxTXT       = 1200 // bytes of a TXT record, so that it fits one packet with the rest (RFC 6763, section 6.2)
)

// Instance is a service instance that this PC offers to all the world beside its own (RFC 6763, section 4.1).
type Instance struct {
	// Name is for people, up to 63 bytes of UTF-8. Where somebody else on the LAN has it already, a number follows it.
	// Instances of the same name are one thing: the number is the same for all of them.
	Name     string
	Type     string   // as "_http._tcp"
	Subtypes []string // as "_printer"
	Text     []string // the strings of the TXT record: key=value, up to 255 bytes each
	Port     int      // 0: the name is taken, and nothing answers there
}

var (
	typeForm    = regexp.MustCompile(`^_[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?\._(tcp|udp)$`) // RFC 6335, section 5.1
	hostForm    = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,55}[a-z0-9])?$`)
	subtypeForm = regexp.MustCompile(`^_[A-Za-z0-9-]{1,62}$`)
)

func (i Instance) check() error {
	size := 0
	for _, s := range i.Text {
		if size += 1 + len(s); s == "" || len(s) > maxText {
			return fmt.Errorf("publish %q: a string of its text has %d bytes", i.Name, len(s))
		}
	}
	switch {
	case i.Name == "" || len(i.Name) > maxLabel || !utf8.ValidString(i.Name) || strings.ContainsFunc(i.Name, unicode.IsControl):
		return fmt.Errorf("publish %q: the name is not one of 1 to %d bytes of text", i.Name, maxLabel)
	case !typeForm.MatchString(i.Type) || i.Type == serviceName:
		return fmt.Errorf("publish %q: bad type %q", i.Name, i.Type)
	case len(i.Subtypes) > maxSubtypes || slices.ContainsFunc(i.Subtypes, func(s string) bool { return !subtypeForm.MatchString(s) }):
		return fmt.Errorf("publish %q: bad subtypes %q", i.Name, i.Subtypes)
	case size > maxTXT:
		return fmt.Errorf("publish %q: its text has %d bytes, want at most %d", i.Name, size, maxTXT)
	case i.Port < 0 || i.Port > 65535:
		return fmt.Errorf("publish %q: bad port %d", i.Name, i.Port)
	}
	return nil
}

func (i Instance) equal(j Instance) bool {
	return i.Name == j.Name && i.Type == j.Type && i.Port == j.Port && slices.Equal(i.Subtypes, j.Subtypes) && slices.Equal(i.Text, j.Text)
}

func checkInstances(set []Instance) error {
	if len(set) > maxInstances {
		return fmt.Errorf("publish: %d instances, want at most %d", len(set), maxInstances)
	}
	seen := map[string]bool{}
	for _, i := range set {
		if err := i.check(); err != nil {
			return err
		}
		key := strings.ToLower(i.Name) + "." + i.Type
		if seen[key] {
			return errors.New("publish " + i.Name + ": it is there twice")
		}
		seen[key] = true
	}
	return nil
}

// numbered is a name with a number that tells it from another's: "Laser (2)" (RFC 6763, appendix D).
func numbered(name string, number int) string {
	if number < 2 {
		return name
	}
	suffix := fmt.Sprintf(" (%d)", number)
	for len(name)+len(suffix) > maxLabel {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return strings.TrimRight(name, " ") + suffix
}

// instanceName is the full name of an instance, as package dns writes the names that it reads.
func instanceName(name, kind string) string {
	var escaped strings.Builder
	for _, c := range []byte(name) {
		fmt.Fprintf(&escaped, `\%03d`, c)
	}
	var wire [256]byte
	n, err := dns.PackDomainName(escaped.String()+"."+kind+"."+domain, wire[:], 0, nil, false)
	if err != nil {
		return "" // check has seen to it
	}
	full, _, _ := dns.UnpackDomainName(wire[:n], 0)
	return full
}

// records are what is told of an instance under a name, in the order in which it is announced. Those of which it alone
// knows the truth have the flush bit (RFC 6762, section 10.2).
func (i Instance) records(name, host string) []dns.RR {
	full, kind := instanceName(name, i.Type), i.Type+"."+domain
	list := []dns.RR{&dns.PTR{Hdr: header(kind, dns.TypePTR, dns.ClassINET, otherTTL), Ptr: full}}
	for _, s := range i.Subtypes {
		list = append(list, &dns.PTR{Hdr: header(s+"._sub."+kind, dns.TypePTR, dns.ClassINET, otherTTL), Ptr: full})
	}
	strings := slices.Clone(i.Text)
	for k, s := range strings {
		strings[k] = escapeText(s)
	}
	if len(strings) == 0 {
		strings = []string{""} // RFC 6763, section 6.1
	}
	return append(list,
		&dns.SRV{Hdr: header(full, dns.TypeSRV, dns.ClassINET|flush, addressTTL), Port: uint16(i.Port), Target: host}, // #nosec G115 -- checked
		&dns.TXT{Hdr: header(full, dns.TypeTXT, dns.ClassINET|flush, otherTTL), Txt: strings},
		nothingElse(full, dns.TypeTXT, dns.TypeSRV),
		&dns.PTR{Hdr: header(serviceType, dns.TypePTR, dns.ClassINET, otherTTL), Ptr: kind},
	)
}

// nothingElse says that a name has records of these types, in ascending order, and no others (RFC 6762, section 6.1).
func nothingElse(name string, types ...uint16) dns.RR {
	return &dns.NSEC{Hdr: header(name, dns.TypeNSEC, dns.ClassINET|flush, addressTTL), NextDomain: name, TypeBitMap: types}
}
