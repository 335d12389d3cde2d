package discovery

import (
	"net/netip"
	"strings"

	"github.com/miekg/dns"
)

const (
	domain      = "local."
	serviceName = "_lanyard._tcp"
	service     = serviceName + "." + domain
	serviceType = "_services._dns-sd._udp." + domain // RFC 6763, section 9
	hostPrefix  = "lanyard-"

	// flush is the top bit of a record's class: this replaces what was known (RFC 6762, section 10.2). In a question
	// the same bit asks for an answer by unicast, which this package never gives.
	flush = 1 << 15

	addressTTL = 120  // seconds, for records that name a host (RFC 6762, section 10)
	pointerTTL = 3200 // seconds; zeroconf's, which compares the known answers of a question with it
	otherTTL   = 4500 // seconds, for records that name no host

	maxMessage = 9000 // bytes, RFC 6762, section 17
	maxRecords = 512  // looked at in one message; Lanyard sends a dozen
	maxQuery   = 1400 // bytes, so that a question with its known answers is one packet on every network
)

func instance(id string) string { return id + "." + service }
func host(id string) string     { return hostPrefix + id + "." + domain }

// instanceID returns the ID in the name of a service instance, or "".
func instanceID(name string) string {
	id, ok := strings.CutSuffix(strings.ToLower(name), "."+service)
	if !ok || !validID(id) {
		return ""
	}
	return id
}

// hostID returns the ID in the name of a host, or "".
func hostID(name string) string {
	id, ok := strings.CutSuffix(strings.ToLower(name), "."+domain)
	if !ok {
		return ""
	}
	id, ok = strings.CutPrefix(id, hostPrefix)
	if !ok || !validID(id) {
		return ""
	}
	return id
}

// sighting is what one response says of one PC.
type sighting struct {
	id      string
	pointer bool // it is there (PTR)
	gone    bool // it says goodbye (RFC 6762, section 10.1)
	afresh  bool // it announces itself, unasked
	port    uint16
	text    *text
	addrs   []netip.Addr // without zone
}

// standing is what a response says of the service type as a whole.
type standing int

const (
	unsaid standing = iota
	stands
	withdrawn
)

// readResponse returns what a response says, one sighting for each PC; and what it says of the service type.
func readResponse(m *dns.Msg) (list []*sighting, of standing) {
	get := func(id string) *sighting {
		for _, s := range list {
			if s.id == id {
				return s
			}
		}
		s := &sighting{id: id}
		list = append(list, s)
		return s
	}
	records := append(m.Answer[:len(m.Answer):len(m.Answer)], m.Extra...)
	for _, record := range records[:min(len(records), maxRecords)] {
		header := record.Header()
		switch r := record.(type) {
		case *dns.PTR:
			if id := instanceID(r.Ptr); id != "" && strings.EqualFold(header.Name, service) {
				s := get(id)
				s.gone = header.Ttl == 0
				s.pointer = !s.gone
			}
			if strings.EqualFold(header.Name, serviceType) && strings.EqualFold(r.Ptr, service) {
				if of = stands; header.Ttl == 0 {
					of = withdrawn
				}
			}
		case *dns.SRV:
			if id := instanceID(header.Name); id != "" && header.Ttl > 0 && hostID(r.Target) == id {
				s := get(id)
				s.port, s.afresh = r.Port, header.Class&flush != 0
			}
		case *dns.TXT:
			if id := instanceID(header.Name); id != "" && header.Ttl > 0 {
				if t := readText(r.Txt); t.id == id {
					get(id).text = &t
				}
			}
		case *dns.A:
			if id := hostID(header.Name); id != "" && header.Ttl > 0 {
				get(id).add(r.A)
			}
		case *dns.AAAA:
			if id := hostID(header.Name); id != "" && header.Ttl > 0 {
				get(id).add(r.AAAA)
			}
		}
	}
	return list, of
}

func (s *sighting) add(ip []byte) {
	if a, ok := netip.AddrFromSlice(ip); ok && len(s.addrs) < maxAddrs {
		s.addrs = append(s.addrs, a.Unmap())
	}
}

// readQuery tells what a query asks that concerns this package: for Lanyards, with the IDs that the asker knows, or
// for the addresses of this PC.
func readQuery(m *dns.Msg, self string) (forService bool, known []string, forHost bool) {
	for _, q := range m.Question {
		switch {
		case strings.EqualFold(q.Name, service) && (q.Qtype == dns.TypePTR || q.Qtype == dns.TypeANY):
			forService = true
		case strings.EqualFold(q.Name, host(self)) && (q.Qtype == dns.TypeA || q.Qtype == dns.TypeAAAA || q.Qtype == dns.TypeANY):
			forHost = true
		}
	}
	for _, record := range m.Answer[:min(len(m.Answer), maxRecords)] {
		if r, ok := record.(*dns.PTR); ok {
			if id := instanceID(r.Ptr); id != "" {
				known = append(known, id)
			}
		}
	}
	return forService, known, forHost
}

func header(name string, kind uint16, class uint16, ttl uint32) dns.RR_Header {
	return dns.RR_Header{Name: name, Rrtype: kind, Class: class, Ttl: ttl}
}

func pointer(id string, ttl uint32) dns.RR {
	return &dns.PTR{Hdr: header(service, dns.TypePTR, dns.ClassINET, ttl), Ptr: instance(id)}
}

func typePointer() dns.RR {
	return &dns.PTR{Hdr: header(serviceType, dns.TypePTR, dns.ClassINET, pointerTTL), Ptr: service}
}

// query asks who is there. The known don't answer (RFC 6762, section 7.1); more of them than fit are left out.
func query(known []string) ([]byte, error) {
	var m dns.Msg
	m.Compress = true
	m.Question = []dns.Question{{Name: service, Qtype: dns.TypePTR, Qclass: dns.ClassINET}}
	const fixed, each = 12 + 30, 70 // bytes: header and question; a compressed known answer
	for _, id := range known[:min(len(known), (maxQuery-fixed)/each)] {
		m.Answer = append(m.Answer, pointer(id, pointerTTL))
	}
	return m.Pack()
}

func response(records ...dns.RR) ([]byte, error) {
	var m dns.Msg
	m.Response, m.Authoritative, m.Compress = true, true, true
	m.Answer = records
	return m.Pack()
}

// announcement tells everything of this PC that is true on one interface (RFC 6762, section 8.3).
func announcement(a Announcement, i Interface) ([]byte, error) {
	records := []dns.RR{
		pointer(a.ID, pointerTTL),
		&dns.SRV{
			Hdr:    header(instance(a.ID), dns.TypeSRV, dns.ClassINET|flush, addressTTL),
			Port:   uint16(a.Port), // #nosec G115 -- a port of ours
			Target: host(a.ID),
		},
		&dns.TXT{Hdr: header(instance(a.ID), dns.TypeTXT, dns.ClassINET|flush, pointerTTL), Txt: textOf(a).strings()},
		typePointer(),
	}
	return response(append(records, addresses(a.ID, i)...)...)
}

func textOf(a Announcement) text {
	return text{id: a.ID, version: a.Version, name: a.Name, workgroup: a.Workgroup}
}

// addresses are the address records of this PC on one interface.
func addresses(id string, i Interface) []dns.RR { return addressesOf(host(id), i) }

// addressesOf are the same under a name.
func addressesOf(name string, i Interface) []dns.RR {
	var records []dns.RR
	for _, p := range i.Prefixes {
		if ip := p.Addr(); ip.Is4() {
			records = append(records, &dns.A{Hdr: header(name, dns.TypeA, dns.ClassINET|flush, addressTTL), A: ip.AsSlice()})
		} else {
			records = append(records, &dns.AAAA{Hdr: header(name, dns.TypeAAAA, dns.ClassINET|flush, addressTTL), AAAA: ip.AsSlice()})
		}
	}
	return records
}

// goodbye takes this PC's service back (RFC 6762, section 10.1).
func goodbye(id string) ([]byte, error) { return response(pointer(id, 0)) }
