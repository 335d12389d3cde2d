package doctor

import (
	"fmt"
	"net/netip"
)

// between concludes what is wrong between this PC and another.
func (j *judge) between(p *PC) {
	switch {
	case p.Avoided:
		j.bad(Finding{
			Cause: SharingOff, PC: j.Self.ID, Text: fmt.Sprintf("This PC has nothing to do with %s, as its owner has decided.", p.Name),
			Do: fmt.Sprintf("Let %s be connected again.", p.Name), Fix: FixAvoided + p.ID,
		})
	case j.cut:
	case !p.reached() && p.any(func(w Way) bool { return w.Virtual }):
		j.hijacked(p)
	case p.Online || p.reached():
		j.met(p)
	case p.any(func(w Way) bool { return w.Reach == Mute }):
		j.bad(Finding{
			Cause: PCOff, PC: p.ID, Text: fmt.Sprintf("%s is on and takes connections, but doesn't answer: it is very busy, or Lanyard hangs there.", p.Name),
			Do: fmt.Sprintf("Look again in a minute. If it stays so, start Lanyard on %s anew.", p.Name),
		})
	case p.Heard == Yes || j.seenElsewhere(p):
		j.shutOut(p)
	case p.Apart.IsValid() || len(p.Ways) > 0 && !p.onLink():
		j.far(p)
	default:
		j.missing(p)
	}
}

// met concludes about a PC that is connected or could be called.
func (j *judge) met(p *PC) {
	switch {
	case p.Online && p.tried(Silent, Refused, NoWay) && !j.filtered:
		j.bad(j.theirFirewall(p, fmt.Sprintf("%s reaches this PC, but not the other way round", p.Name)))
	case !p.Member && p.Talk != HungUp:
		j.outside(p)
	case !p.Online && p.Talk == HungUp:
		j.bad(Finding{
			Cause: SharingOff, PC: p.ID, Text: fmt.Sprintf("%s answers, but hangs up: its owner has set it to have nothing to do with this PC.", p.Name),
			Do: fmt.Sprintf("On %s, take this PC out of the list to avoid, or put it among those to connect to.", p.Name),
		})
	case !p.Online && p.Talk == Declined:
		j.bad(Finding{
			Cause: Workgroup, PC: p.ID, Text: fmt.Sprintf("%s answers, but doesn't count this PC among its workgroup.", p.Name),
			Do: fmt.Sprintf("Join the workgroup of %s with a code from there.", p.Name),
		})
	default:
		j.good(PCOff, p.ID, "This PC and %s reach each other.", p.Name)
	}
}

func (j *judge) outside(p *PC) {
	f := Finding{Cause: Workgroup, PC: p.ID, Do: "Show a code on one of the two and type it on the other: `lanyard workgroup invite`, `lanyard workgroup join`."}
	switch {
	case j.Self.Workgroup == "":
		f.PC, f.Text = j.Self.ID, fmt.Sprintf("This PC is in no workgroup, so that %s shares nothing with it.", p.Name)
	case p.Workgroup == "":
		f.Text = fmt.Sprintf("%s isn't in this PC's workgroup %s.", p.Name, j.Self.Workgroup)
	case p.Workgroup == j.Self.Workgroup:
		f.Text = fmt.Sprintf("%s says that its workgroup is called %s too, but it is another one than this PC's.", p.Name, p.Workgroup)
	default:
		f.Text = fmt.Sprintf("%s is in another workgroup: %s, not %s.", p.Name, p.Workgroup, j.Self.Workgroup)
	}
	j.bad(f)
}

// hijacked concludes about a PC to which the system sends by a VPN, and which isn't reached.
func (j *judge) hijacked(p *PC) {
	for _, w := range p.Ways {
		if w.Virtual {
			j.taken(w.Via, fmt.Sprintf("What this PC sends to %s goes out by the adapter %s, and doesn't arrive.", p.Name, w.Via))
			return
		}
	}
}

// seenElsewhere tells whether the helper sees it.
func (j *judge) seenElsewhere(p *PC) bool {
	if j.Look == nil || j.Look.Other == nil || j.Helper == p.ID {
		return false
	}
	o := j.Look.Other
	return o.Reach == Reached || o.Heard == Yes || o.Online && p.alive() != No // which it may not have noticed yet
}

// shutOut concludes about a PC that is on, and isn't reached.
func (j *judge) shutOut(p *PC) {
	switch {
	case j.filtered: // by this PC's own, which is said
	case !p.onLink() && p.Heard != Yes:
		j.bad(j.twoNetworks(p))
	case p.alive() == No && p.Heard != Yes:
		j.bad(Finding{
			Cause: Isolation, Text: fmt.Sprintf("The network lets this PC and %s not reach each other, though both are on it: %s sees %s.", p.Name, j.nameOf(j.Helper), p.Name),
			Do: "Use a cable or the same Wi-Fi for both, or switch off the isolation of clients in the router.",
		})
	case j.seenElsewhere(p) && j.Look.Other.Reach == Reached:
		j.bad(j.theirFirewall(p, fmt.Sprintf("%s answers %s, but not this PC", p.Name, j.nameOf(j.Helper))))
	default:
		j.bad(j.theirFirewall(p, fmt.Sprintf("%s is on, but doesn't answer this PC", p.Name)))
	}
}

func (j *judge) theirFirewall(p *PC, what string) Finding {
	port := uint16(0)
	for _, w := range p.Ways {
		port = w.Addr.Port()
	}
	return Finding{
		Cause: Firewall, PC: p.ID, Text: fmt.Sprintf("%s: a firewall on %s keeps others out.", what, p.Name),
		Do: fmt.Sprintf("On %s, let TCP port %d and UDP port 5353 in from the local network; `lanyard doctor` there gives the line to type.", p.Name, port),
	}
}

// far concludes about a PC that has, or had, its addresses in other networks than this one.
func (j *judge) far(p *PC) {
	for i := range j.PCs {
		if o := &j.PCs[i]; o.ID != p.ID && o.Online && !p.Apart.IsValid() && shareNetwork(o, p) {
			j.off(p) // the way there is open
			return
		}
	}
	j.bad(j.twoNetworks(p))
}

// usualBits is what is taken for the network of an address elsewhere: nobody knows how large it is there.
const usualBits = 24

func shareNetwork(a, b *PC) bool {
	for _, v := range a.Ways {
		for _, w := range b.Ways {
			if p, err := v.Addr.Addr().Prefix(usualBits); err == nil && v.Addr.Addr().Is4() && p.Contains(w.Addr.Addr()) {
				return true
			}
		}
	}
	return false
}

func (j *judge) twoNetworks(p *PC) Finding {
	there, here := p.Apart, netip.Prefix{}
	for _, w := range p.Ways {
		if !there.IsValid() && !w.OnLink {
			there = w.Addr.Addr()
		}
	}
	for _, c := range j.Self.Cards {
		for _, n := range c.Networks {
			if !here.IsValid() || n.Addr().Is4() && !here.Addr().Is4() {
				here = n
			}
		}
	}
	text := fmt.Sprintf("This PC and %s are in two networks, and no way leads from one to the other: %s is in %v, this PC in %v.", p.Name, p.Name, there, here.Masked())
	return Finding{Cause: Networks, Text: text, Do: "Connect both to the same network: the same router, and not one of them to the Wi-Fi for guests."}
}

// missing concludes about a PC in this network that nobody sees.
func (j *judge) missing(p *PC) {
	switch {
	case j.filtered:
		j.unknown(Finding{Cause: PCOff, PC: p.ID, Text: fmt.Sprintf("Whether %s is on can't be said while a firewall on this PC is in the way.", p.Name)})
	case len(p.Ways) == 0:
		j.bad(Finding{
			Cause: PCOff, PC: p.ID, Text: fmt.Sprintf("%s is not to be seen, and it isn't known where it was last.", p.Name),
			Do: fmt.Sprintf("Switch %s on and start Lanyard there, or give its address: `lanyard connect HOST`.", p.Name),
		})
	case p.any(func(w Way) bool { return w.Reach == Stranger }):
		j.bad(Finding{
			Cause: PCOff, PC: p.ID, Text: fmt.Sprintf("%s is off, or has another address now: another PC answers where it was last.", p.Name),
			Do: fmt.Sprintf("Switch %s on and start Lanyard there.", p.Name),
		})
	case p.any(func(w Way) bool { return w.Reach == Refused }):
		j.bad(Finding{
			Cause: PCOff, PC: p.ID, Text: fmt.Sprintf("%s is on, but Lanyard doesn't run there.", p.Name), Do: fmt.Sprintf("Start Lanyard on %s.", p.Name),
		})
	case p.alive() == Yes && !p.Left:
		j.bad(j.theirFirewall(p, fmt.Sprintf("%s is on, but nothing comes back from its port", p.Name)))
	default:
		j.off(p)
	}
}

func (j *judge) off(p *PC) {
	f := Finding{Cause: PCOff, PC: p.ID, Text: fmt.Sprintf("%s is off, or not connected.", p.Name), Do: fmt.Sprintf("Switch %s on and start Lanyard there.", p.Name)}
	if p.Left {
		f.Text = fmt.Sprintf("%s was switched off, or Lanyard was ended there: it has said goodbye.", p.Name)
	}
	j.bad(f)
}
