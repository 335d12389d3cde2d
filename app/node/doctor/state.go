package doctor

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// What can be done about a finding without a person at a terminal.
const (
	FixInterfaces = "interfaces" // use whatever network adapters lead to the local network
	FixPort       = "port"       // keep the port that is in use now
	FixName       = "name"       // take a name that nobody else has
	FixService    = "service:"   // switch a service on; its name follows
	FixAvoided    = "avoided:"   // have to do with a PC again; its ID follows
)

// clockTolerance is how far two clocks may be apart before people notice: times of files and of print jobs look wrong.
const clockTolerance = 5 * time.Minute

// clocks concludes whose clock is wrong. Of several, those are right that are most; of two, the one that is set by others.
func (j *judge) clocks() {
	type clock struct {
		id, name string
		offset   time.Duration
		synced   Answer
		agree    int
	}
	all := []clock{{j.Self.ID, "this PC", 0, j.Self.Synced, 0}}
	for _, p := range j.PCs {
		if p.Health != nil {
			all = append(all, clock{p.ID, p.Name, p.Health.Offset, p.Health.Synced, 0})
		}
	}
	most := 0
	for i := range all {
		for k := range all {
			if (all[i].offset - all[k].offset).Abs() <= clockTolerance {
				all[i].agree++
			}
		}
		most = max(most, all[i].agree)
	}
	if most == len(all) {
		if len(all) > 1 {
			j.good(Clock, j.Self.ID, "The clocks agree.")
		}
		return
	}
	right := slices.DeleteFunc(slices.Clone(all), func(c clock) bool { return c.agree < most })
	same := func(c clock) bool { return (c.offset - right[0].offset).Abs() <= 2*clockTolerance }
	if slices.ContainsFunc(right, func(c clock) bool { return !same(c) }) { // as many say this as that
		trusted := slices.DeleteFunc(slices.Clone(right), func(c clock) bool { return c.synced != Yes })
		if len(trusted) == 0 || slices.ContainsFunc(trusted, func(c clock) bool { return (c.offset - trusted[0].offset).Abs() > 2*clockTolerance }) {
			other := all[slices.IndexFunc(all, func(c clock) bool { return c.offset.Abs() > clockTolerance })]
			j.bad(Finding{
				Cause: Clock, Text: fmt.Sprintf("The clocks of this PC and %s are %s apart, and one of them is wrong.", other.name, apart(other.offset)),
				Do: "Set the wrong one, or have it set by the network.", Command: setClock,
			})
			return
		}
		right = trusted
	}
	for _, c := range all {
		off := c.offset - right[0].offset
		if off.Abs() <= 2*clockTolerance {
			continue
		}
		direction := "fast"
		if off < 0 {
			direction = "slow"
		}
		f := Finding{Cause: Clock, PC: c.id, Do: fmt.Sprintf("Set the clock of %s, or have it set by the network.", c.name)}
		f.Text = fmt.Sprintf("The clock of %s is wrong: it is %s %s.", c.name, apart(off), direction)
		if c.id == j.Self.ID {
			f.Command = setClock
		}
		j.bad(f)
	}
}

const setClock = "sudo timedatectl set-ntp true"

// apart writes a difference of times as people say it.
func apart(d time.Duration) string {
	d = d.Abs()
	const day = 24 * time.Hour
	switch {
	case d < 2*time.Hour:
		return fmt.Sprintf("%d minutes", int(d.Round(time.Minute)/time.Minute))
	case d < 2*day:
		return fmt.Sprintf("%d hours", int(d.Round(time.Hour)/time.Hour))
	case d < 2*365*day:
		return fmt.Sprintf("%d days", int(d.Round(day)/day))
	}
	return fmt.Sprintf("%d years", int(d/(365*day)))
}

// names concludes whether two PCs have one name.
func (j *judge) names() {
	said := map[string]bool{}
	for i := range j.PCs {
		p := &j.PCs[i]
		if !j.counts(p) || p.Name == "" || said[strings.ToLower(p.Name)] {
			continue
		}
		if strings.EqualFold(p.Name, j.Self.Name) {
			said[strings.ToLower(p.Name)] = true
			j.bad(Finding{
				Cause: Name, PC: j.Self.ID, Text: fmt.Sprintf("This PC and another one are both called %s, so that nobody can tell them apart.", p.Name),
				Do: "Give this PC another name.", Fix: FixName,
			})
			continue
		}
		for k := range j.PCs[:i] {
			if o := &j.PCs[k]; j.counts(o) && strings.EqualFold(o.Name, p.Name) {
				said[strings.ToLower(p.Name)] = true
				j.bad(Finding{
					Cause: Name, PC: p.ID, Text: fmt.Sprintf("Two other PCs are both called %s, so that nobody can tell them apart.", p.Name),
					Do: "Give one of them another name, in its settings or by `lanyard config set name NAME` there.",
				})
			}
		}
	}
	if len(said) == 0 {
		j.good(Name, j.Self.ID, "No other PC has the name of this one.")
	}
}

// versions concludes whose Lanyard is too old.
func (j *judge) versions() {
	for i := range j.PCs {
		p := &j.PCs[i]
		if !p.on() || !j.counts(p) || j.About != nil && p != j.About {
			continue
		}
		switch {
		case older(p.Version, OldestVersion):
			j.bad(Finding{
				Cause: Version, PC: p.ID, Text: fmt.Sprintf("%s runs Lanyard %s, which is too old for this PC's %s.", p.Name, p.Version, j.Self.Version),
				Do: fmt.Sprintf("Install the present Lanyard on %s.", p.Name),
			})
		case p.Health != nil && older(j.Self.Version, p.Health.Oldest):
			j.bad(Finding{
				Cause: Version, PC: j.Self.ID, Text: fmt.Sprintf("This PC runs Lanyard %s, which is too old for the %s of %s.", j.Self.Version, p.Version, p.Name),
				Do: "Install the present Lanyard on this PC.",
			})
		}
	}
}

// sharing concludes whether this PC keeps back what it has shared.
func (j *judge) sharing() {
	off := func(service string) bool { return slices.Contains(j.Self.Off, service) }
	say := func(service, text, do string) {
		j.bad(Finding{
			Cause: SharingOff, PC: j.Self.ID, Text: text, Do: do, Fix: FixService + service,
			Command: fmt.Sprintf("lanyard config set %s true", service),
		})
	}
	if off("files") && j.Self.Folders > 0 {
		say("files", "Sharing of folders is switched off on this PC, so that nobody gets at those that it shares.", "Switch the sharing of folders on.")
	}
	if off("printers") && len(j.Self.Printers) > 0 {
		say("printers", "Sharing of printers is switched off on this PC, so that nobody prints on those that it shares.", "Switch the sharing of printers on.")
	}
	if off("sending") {
		say("sending", "Receiving is switched off on this PC, so that nobody can send files to the person here.", "Switch receiving on.")
	}
	for i := range j.PCs {
		if p := &j.PCs[i]; p.Avoided && p.Member && p != j.About {
			j.unknown(Finding{
				Cause: SharingOff, PC: j.Self.ID, Fix: FixAvoided + p.ID, Do: fmt.Sprintf("Let %s be connected again, if that is no longer meant.", p.Name),
				Text: fmt.Sprintf("This PC has nothing to do with %s, as its owner has decided.", p.Name),
			})
		}
	}
}

// self concludes what is wrong with this PC itself: disks, print system, printers.
func (j *judge) self() {
	s := &j.Self
	for _, r := range s.Full {
		text := r.Text
		if text == "" {
			text = fmt.Sprintf("The disk of %s is full, so that nobody can put anything there.", r.What)
		}
		j.bad(Finding{Cause: Disk, PC: s.ID, Text: text, Do: "Make some room on that disk."})
	}
	if s.PrintDown {
		j.bad(Finding{
			Cause: PrintSystem, PC: s.ID, Text: "The print system of this PC doesn't run, so that nothing is printed on its printers.",
			Do: "Start the print system.", Command: "sudo systemctl restart cups",
		})
	}
	for _, q := range s.Printers {
		if q.Trouble != "" && !s.PrintDown {
			j.bad(troubled(q, s.ID, "this PC"))
		}
	}
	if len(s.Full) == 0 {
		j.good(Disk, s.ID, "The disks of what this PC shares have room.")
	}
	if len(s.Printers) > 0 && !s.PrintDown {
		j.good(PrintSystem, s.ID, "The print system of this PC runs.")
	}
}

func troubled(q Queue, pc, at string) Finding {
	return Finding{
		Cause: Printer, PC: pc, Text: fmt.Sprintf("The printer %s on %s doesn't print: %s.", q.Name, at, q.Trouble),
		Do: "See to the printer: is it switched on and connected, and does its display ask for something?",
	}
}

// health concludes from what a PC says of itself.
func (j *judge) health(p *PC) {
	if h := p.Health; h != nil {
		for _, service := range h.Off {
			f := Finding{Cause: SharingOff, PC: p.ID, Do: fmt.Sprintf("Switch it on there, in the settings or by `lanyard config set %s true`.", service)}
			switch service {
			case "files":
				f.Text = fmt.Sprintf("Sharing of folders is switched off on %s.", p.Name)
			case "printers":
				f.Text = fmt.Sprintf("Sharing of printers is switched off on %s.", p.Name)
			case "sending":
				f.Text = fmt.Sprintf("Receiving is switched off on %s, so that nothing can be sent to the person there.", p.Name)
			default: // of a newer Lanyard
				continue
			}
			j.bad(f)
		}
		if h.Full {
			j.bad(Finding{Cause: Disk, PC: p.ID, Text: fmt.Sprintf("A disk of %s is full, so that nothing can be put there.", p.Name), Do: fmt.Sprintf("Make some room on the disks of %s.", p.Name)})
		}
		if h.PrintDown {
			j.bad(Finding{
				Cause: PrintSystem, PC: p.ID, Text: fmt.Sprintf("The print system of %s doesn't run, so that nothing is printed on its printers.", p.Name),
				Do: fmt.Sprintf("Start the print system on %s.", p.Name),
			})
		}
	}
	for _, q := range p.Printers {
		if q.Trouble != "" && p.Online && (p.Health == nil || !p.Health.PrintDown) {
			j.bad(troubled(q, p.ID, p.Name))
		}
	}
}
