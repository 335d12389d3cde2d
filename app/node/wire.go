package node

import (
	"encoding/json"
	"errors"
	"net/netip"
	"regexp"
	"slices"

	"lanyard/app/node/identity"
	"lanyard/app/node/members"
)

// The topics that PCs tell each other on their connection. Fields that one doesn't know are ignored.
const (
	topicHello   = "hello"   // hello: who I am; to every PC
	topicMembers = "members" // []*members.Record: the whole list to members, its removal to a removed PC
	topicOffers  = "offers"  // offers: what you may use here; to members
	topicJobs    = "jobs"    // []Job: your jobs on my printers; to members
	topicAnswers = "answers" // map[string]inbox.State: what became of what you have offered, by your names for it; to members
	topicKnown   = "known"   // []known: where others are; to members
	topicPace    = "pace"    // pace: what the transfers that I serve you wait for; to members
)

// Limits of what one PC can make another keep.
const (
	maxAddresses = 16
	maxKnown     = 1000
	maxOffers    = 1000
	maxJobs      = 1000
	maxAnswers   = 1000
	maxSupplies  = 32 // of a printer
)

type hello struct {
	Name      string   `json:"name"`
	Workgroup string   `json:"workgroup"`
	Version   string   `json:"version"`
	Port      int      `json:"port"`
	Inviting  bool     `json:"inviting,omitempty"`
	Addresses []string `json:"addresses,omitempty"` // HOST:PORT, those that others may be able to dial
}

type offers struct {
	Face     Face      `json:"face,omitzero"`
	Folders  []Offer   `json:"folders"`
	Printers []Printer `json:"printers"`
	Free     int64     `json:"free"`
}

type known struct {
	ID        string   `json:"id"`
	Addresses []string `json:"addresses"`
}

// readHello takes what another PC says of itself, made fit to keep and show.
func readHello(raw json.RawMessage) (h hello, err error) {
	if err = json.Unmarshal(raw, &h); err != nil {
		return h, err
	}
	if h.Port < 1 || h.Port > 65535 {
		return h, errors.New("port out of range")
	}
	h.Name, h.Workgroup, h.Version = clean(h.Name), clean(h.Workgroup), clean(h.Version)
	h.Addresses = dialable(h.Addresses)
	return h, nil
}

// dialable keeps the addresses that make sense to dial: IP:PORT, neither loopback, multicast nor unspecified, and not
// link-local IPv6, which means nothing without this PC's own zone.
func dialable(addresses []string) []string {
	var keep []string
	for _, a := range addresses[:min(len(addresses), maxAddresses)] {
		ap, err := netip.ParseAddrPort(a)
		if err != nil || ap.Port() == 0 {
			continue
		}
		ip := ap.Addr().Unmap()
		if ip.IsLoopback() || ip.IsMulticast() || ip.IsUnspecified() || ip.Zone() != "" || ip.Is6() && ip.IsLinkLocalUnicast() {
			continue
		}
		keep = append(keep, netip.AddrPortFrom(ip, ap.Port()).String())
	}
	return slices.Compact(keep)
}

func readOffers(raw json.RawMessage, from string) (o offers, err error) {
	if err = json.Unmarshal(raw, &o); err != nil {
		return o, err
	}
	if len(o.Folders) > maxOffers || len(o.Printers) > maxOffers {
		return o, errors.New("too many offers")
	}
	o.Face = readFace(o.Face)
	for i := range o.Folders {
		o.Folders[i].Name = cut(o.Folders[i].Name, 255)
		o.Folders[i].Access = clean(o.Folders[i].Access)
	}
	for i := range o.Printers {
		p := &o.Printers[i]
		p.PC, p.Shared = from, true
		p.Name, p.Info, p.Location, p.Message, p.State = clean(p.Name), clean(p.Info), clean(p.Location), clean(p.Message), clean(p.State)
		p.Reasons = cleanAll(p.Reasons)
		p.Supplies = readSupplies(p.Supplies)
		p.Rule.Pages, p.Used = max(0, p.Rule.Pages), max(0, p.Used)
		p.Local, p.LocalURI = "", "" // for this PC to say
	}
	return o, nil
}

var color = regexp.MustCompile(`^#[0-9A-F]{6}$`)

func readSupplies(all []Supply) []Supply {
	all = all[:min(len(all), maxSupplies)]
	for i := range all {
		s := &all[i]
		s.Name, s.Level, s.Low = clean(s.Name), max(-1, min(s.Level, 100)), max(0, min(s.Low, 100))
		if !color.MatchString(s.Color) {
			s.Color = ""
		}
	}
	return all
}

func readJobs(raw json.RawMessage, from, self string) (jobs []Job, err error) {
	if err = json.Unmarshal(raw, &jobs); err != nil {
		return nil, err
	}
	if len(jobs) > maxJobs {
		return nil, errors.New("too many jobs")
	}
	for i := range jobs {
		j := &jobs[i]
		j.PC, j.Owner, j.Mine = from, self, true
		j.Printer, j.Name, j.State, j.Message = clean(j.Printer), clean(j.Name), clean(j.State), clean(j.Message)
		j.Reasons = cleanAll(j.Reasons)
		j.Pages, j.Total, j.Place, j.Size = max(0, j.Pages), max(0, j.Total), max(0, j.Place), max(0, j.Size)
	}
	// What has no number can't be named, and nothing be done about it.
	return slices.DeleteFunc(jobs, func(j Job) bool { return j.ID <= 0 || j.Printer == "" }), nil
}

func cleanAll(s []string) []string {
	s = s[:min(len(s), 16)]
	for i := range s {
		s[i] = clean(s[i])
	}
	return s
}

func readKnown(raw json.RawMessage) (list []known, err error) {
	if err = json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	if len(list) > maxKnown {
		return nil, errors.New("too many PCs")
	}
	keep := list[:0]
	for _, k := range list {
		if k.Addresses = dialable(k.Addresses); identity.ValidID(k.ID) && len(k.Addresses) > 0 {
			keep = append(keep, k)
		}
	}
	return keep, nil
}

func readRecords(raw json.RawMessage) (records []*members.Record, err error) {
	if err = json.Unmarshal(raw, &records); err != nil {
		return nil, err
	}
	if len(records) > members.MaxRecords {
		return nil, errors.New("too many member records")
	}
	return records, nil
}
