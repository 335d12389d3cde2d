package doctor

import (
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// missedFor is how long ago a PC may have been seen last for its absence to mean something.
const missedFor = 24 * time.Hour

// judge goes through the facts.
type judge struct {
	Facts
	list []Finding

	cut      bool // this PC reaches nobody, and it is said why
	filtered bool // its packet filter keeps others out
	quiet    bool // why others aren't heard is said
}

// Judge concludes what is wrong: the likeliest cause of the trouble first, what is in order last.
func Judge(f Facts) []Finding {
	j := &judge{Facts: f}
	j.network()
	if j.About != nil {
		j.between(j.About)
	} else {
		j.apart()
	}
	j.clocks()
	j.names()
	j.versions()
	j.sharing()
	j.self()
	if j.About != nil {
		j.health(j.About)
	}
	rank := map[Verdict]int{Bad: 0, Unknown: 1, Good: 2}
	slices.SortStableFunc(j.list, func(a, b Finding) int { return rank[a.Verdict] - rank[b.Verdict] })
	return j.list
}

func (j *judge) bad(f Finding) { f.Verdict = Bad; j.list = append(j.list, f) }

func (j *judge) good(cause, pc, format string, args ...any) {
	j.list = append(j.list, Finding{Cause: cause, Verdict: Good, PC: pc, Text: fmt.Sprintf(format, args...)})
}

func (j *judge) unknown(f Finding) { f.Verdict = Unknown; j.list = append(j.list, f) }

// network concludes what is wrong with this PC's own network: first what cuts it off, then what keeps others out, then
// what keeps PCs from finding each other.
func (j *judge) network() {
	s := &j.Self
	if len(s.Cards) == 0 {
		j.noNetwork()
		return
	}
	for _, c := range s.Cards {
		text := fmt.Sprintf("The adapter %s takes what is meant for this PC's own network on %s.", c.Taken, c.Name)
		switch {
		case c.Taken == "":
		case slices.ContainsFunc(j.PCs, func(p PC) bool { return p.onLink() && p.reached() }):
			j.unknown(Finding{Cause: Route, PC: s.ID, Text: text + " The other PCs are reached by other addresses all the same."})
		default:
			j.taken(c.Taken, text)
			return
		}
	}
	j.ports()
	j.firewall()
	if !j.filtered && j.isolated() {
		j.cut = true
		j.bad(Finding{
			Cause: Isolation,
			Text:  "This network lets its PCs reach the router only, not each other: none of the other PCs answers, not even for its address; or all of them are off.",
			Do:    "Use a cable or another Wi-Fi, not the one for guests, or switch off the isolation of clients in the router.",
		})
	}
	if !j.cut {
		j.multicast()
	}
	j.rivals()
}

func (j *judge) noNetwork() {
	j.cut, j.quiet = true, true
	f := Finding{Cause: NoNetwork, PC: j.Self.ID, Text: "This PC has no network: no adapter is connected and has an address.", Do: "Plug in the cable, or join the Wi-Fi."}
	if j.Self.Chosen {
		f.Text = "None of the network adapters that Lanyard is to use is connected and has an address."
		f.Do, f.Fix = "Let Lanyard use whatever adapters lead to the local network.", FixInterfaces
	}
	j.bad(f)
}

func (j *judge) taken(adapter, text string) {
	j.cut, j.quiet = true, true
	j.bad(Finding{
		Cause: Route, PC: j.Self.ID, Text: text + " That is usual for a VPN which lets nothing past it.",
		Do: fmt.Sprintf("Allow local network access in the VPN's settings, or disconnect %s.", adapter),
	})
}

// ports concludes who has the ports that Lanyard wants.
func (j *judge) ports() {
	s := &j.Self
	if s.Deaf {
		j.quiet = true
		who := "Another program on this PC"
		if s.DeafHolder != "" {
			who = fmt.Sprintf("The program %s on this PC", s.DeafHolder)
		}
		j.bad(Finding{
			Cause: Port, PC: s.ID, Text: who + " keeps UDP port 5353 to itself, so that this PC neither hears nor answers who looks for it.",
			Do: "End that program, or set it to share the port.",
		})
	}
	if s.PortAway {
		who := "Another program"
		if s.PortHolder != "" {
			who = fmt.Sprintf("The program %s", s.PortHolder)
		}
		j.bad(Finding{
			Cause: Port, PC: s.ID, Fix: FixPort,
			Text: fmt.Sprintf("%s has TCP port %d on this PC. Lanyard uses %d, which may be another one after each start: rules of firewalls and typed addresses won't fit.", who, s.Wanted, s.Port),
			Do:   fmt.Sprintf("End that program and restart Lanyard, or let Lanyard keep %d.", s.Port),
		})
	}
}

// firewall concludes whether this PC's packet filter keeps others out: by its rules where they can be read, by what comes
// back of its own multicast, and by the helper's calls.
func (j *judge) firewall() {
	s := &j.Self
	looked := j.Look != nil && j.Look.Tried > 0
	tcp := s.Filter.TCP == No || looked && !j.Look.Reached
	mdns := !s.Deaf && (s.Filter.MDNS == No || s.HearsSelf == No)
	if looked && j.Look.Reached {
		tcp = false // whatever the rules look like
	}
	if s.HearsSelf == Yes {
		mdns = false
	}
	f := Finding{Cause: Firewall, PC: s.ID, Command: s.Filter.command(s, tcp, mdns)}
	switch {
	case tcp && mdns:
		f.Text = fmt.Sprintf("A firewall on this PC keeps the other PCs out: neither TCP port %d nor UDP port 5353 is open to them.", s.Port)
		f.Do = fmt.Sprintf("Let TCP port %d and UDP port 5353 in from the local network.", s.Port)
	case tcp:
		f.Text = fmt.Sprintf("A firewall on this PC keeps the other PCs out: TCP port %d is not open to them.", s.Port)
		f.Do = fmt.Sprintf("Let TCP port %d in from the local network.", s.Port)
	case mdns:
		f.Text = "A firewall on this PC keeps out what tells where the other PCs are: UDP port 5353 is not open to them."
		f.Do = "Let UDP port 5353 in from the local network."
	case looked:
		j.good(Firewall, s.ID, "Other PCs can reach this one: %s has.", j.nameOf(j.Helper))
		return
	default:
		j.unknown(Finding{Cause: Firewall, PC: s.ID, Text: "Whether a firewall keeps others from this PC can't be said, as no PC of the workgroup could be asked to try."})
		return
	}
	j.filtered, j.quiet = true, true
	j.bad(f)
}

// isolated tells whether the network lets its PCs reach the router only: that one answers, but of all PCs that were here of
// late and haven't said goodbye none does, and nor does anybody else. One PC alone that is off looks the same.
func (j *judge) isolated() bool {
	router, wireless := false, false
	for _, c := range j.Self.Cards {
		router, wireless = router || c.Router == Yes, wireless || c.Wireless
	}
	missing := 0
	for i := range j.PCs {
		p := &j.PCs[i]
		switch {
		case !p.onLink():
		case p.on() || p.alive() == Yes:
			return false
		case p.alive() == No && !p.Left && j.Now.Sub(p.LastSeen) < missedFor:
			missing++
		}
	}
	return router && j.Self.Neighbours == 0 && (missing > 1 || missing == 1 && wireless)
}

// multicast concludes whether PCs hear each other.
func (j *judge) multicast() {
	if j.quiet {
		return
	}
	heard, unheard := 0, []*PC{}
	for i := range j.PCs {
		switch p := &j.PCs[i]; {
		case p.Heard == Yes:
			heard++
		case p.Heard == No && p.onLink() && p.reached():
			unheard = append(unheard, p)
		}
	}
	hearsMe := NotKnown
	if j.Look != nil {
		hearsMe = j.Look.HearsYou
	}
	const do = "Let the switch, the router or the Wi-Fi pass on multicast (IGMP snooping or a multicast filter often stops it); until then `lanyard connect HOST` reaches a PC."
	switch {
	case heard == 0 && len(unheard) > 0 && j.Look != nil && j.Look.HearsSelf == No:
		j.quiet = true
		j.bad(Finding{
			Cause: Firewall, PC: j.Helper, Text: fmt.Sprintf("A firewall on %s keeps out what tells where the other PCs are: UDP port 5353 is not open to them.", j.nameOf(j.Helper)),
			Do: fmt.Sprintf("On %s, let UDP port 5353 in from the local network.", j.nameOf(j.Helper)),
		})
	case heard == 0 && len(unheard) > 0 && hearsMe == No:
		j.quiet = true
		j.bad(Finding{Cause: Multicast, Text: fmt.Sprintf("Multicast is blocked on this network: this PC and %s reach each other, but neither hears the other looking for it.", j.nameOf(j.Helper)), Do: do})
	case heard == 0 && len(unheard) > 0 && hearsMe == NotKnown:
		j.quiet = true
		j.bad(Finding{Cause: Multicast, Text: fmt.Sprintf("Multicast is blocked on this network: this PC reaches %s, but doesn't hear it.", unheard[0].Name), Do: do})
	case heard == 0 && len(unheard) > 0:
		j.quiet = true
		j.bad(Finding{Cause: Multicast, Text: fmt.Sprintf("Multicast goes one way only on this network: %s hears this PC, but this PC doesn't hear it.", j.nameOf(j.Helper)), Do: do})
	case heard > 0 && hearsMe == No:
		j.quiet = true
		j.bad(Finding{Cause: Multicast, Text: fmt.Sprintf("Multicast goes one way only on this network: this PC hears others, but %s doesn't hear it.", j.nameOf(j.Helper)), Do: do})
	case heard > 0:
		j.good(Multicast, "", "PCs on this network find each other: %d of them answered.", heard)
	default:
		j.unknown(Finding{Cause: Multicast, Text: "No other PC with Lanyard answered on this network.", Do: "Start Lanyard on another PC, or reach one with `lanyard connect HOST`."})
	}
}

// rivals concludes whether somebody else answers for this PC.
func (j *judge) rivals() {
	said := map[netip.Addr]bool{}
	for _, r := range j.Self.Rivals {
		if said[r.Addrs[0]] { // it speaks IPv4 and IPv6
			continue
		}
		said[r.Addrs[0]] = true
		who, do := fmt.Sprintf("The PC at %s", r.Source), "End the other responder there. If that PC is a copy of this one, give it a Lanyard home of its own."
		if r.Here {
			who, do = "Another mDNS responder on this PC", "End the other responder, or have it leave names that begin with lanyard- alone."
		}
		j.bad(Finding{
			Cause: Responder, PC: j.Self.ID, Do: do,
			Text: fmt.Sprintf("%s answers for this PC's name, with %v: others look for this PC at the wrong place.", who, r.Addrs[0]),
		})
	}
	if len(j.Self.Rivals) == 0 && !j.Self.Deaf && len(j.Self.Cards) > 0 {
		j.good(Responder, j.Self.ID, "Nobody else answers for this PC's name.")
	}
}

// apart concludes whether PCs of the workgroup are on the same wire but in other networks.
func (j *judge) apart() {
	if j.cut {
		return
	}
	for i := range j.PCs {
		if p := &j.PCs[i]; p.Apart.IsValid() && !p.Online && j.counts(p) {
			j.bad(j.twoNetworks(p))
		}
	}
}

// counts tells whether a PC is one that this one has to do with.
func (j *judge) counts(p *PC) bool { return p.Member || j.Self.Workgroup == "" || p == j.About }

func (j *judge) nameOf(id string) string {
	if id == j.Self.ID {
		return "this PC"
	}
	for i := range j.PCs {
		if j.PCs[i].ID == id {
			return j.PCs[i].Name
		}
	}
	return "the other PC"
}
