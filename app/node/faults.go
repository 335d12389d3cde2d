package node

import (
	"fmt"
	"slices"

	"lanyard/app/node/gate"
	"lanyard/app/node/identity"
)

// maxFaults bounds what is said of one file of settings.
const maxFaults = 20

// faults tells what in the settings means nothing, and what is done instead. No command writes such settings; a person
// with an editor may. None of them gives more than was meant, but those that were to take something away do nothing.
func (s *settings) faults() []string {
	var list []string
	say := func(format string, args ...any) {
		if len(list) < maxFaults {
			list = append(list, "in the settings, "+fmt.Sprintf(format, args...))
		}
	}
	if s.Connections < 0 || s.PerPC < 0 {
		say("a number of connections is below 0, and the usual one holds")
	}
	if r := s.Rates; min(r.Up, r.Down, r.UpPerPC, r.DownPerPC) < 0 {
		say("a limit of bytes a second is below 0, and none holds")
	}
	if !slices.Contains([]string{"", quietOff, quietStrange, quietOn}, s.Quiet) {
		say("quiet is %q, which means nothing, and taken for %s", clean(s.Quiet), quietOn)
	}
	for _, name := range s.Off {
		if !slices.Contains([]string{serviceFiles, servicePrinters, serviceGuests, serviceSending}, name) {
			say("there is no service %q to switch off: it is one of %s, %s, %s, %s", clean(name), serviceFiles, servicePrinters, serviceGuests, serviceSending)
		}
	}
	for key, ids := range map[string][]string{"only": s.Only, "avoid": s.Avoid, "always": s.Always} {
		for _, id := range ids {
			if !identity.ValidID(id) {
				say("%q is no PC's ID and means nobody: set it with `lanyard config set %s`, which takes names", clean(id), key)
			}
		}
	}
	for _, f := range s.Folders {
		if f.Error != "" {
			say("the folder %s is not shared: %s", clean(f.Name), f.Error)
		}
		for who, access := range f.Allow {
			if who != gate.Everyone && who != gate.Guests && !identity.ValidID(who) {
				say("the folder %s has a rule for %q, which is no PC's ID", clean(f.Name), clean(who))
			}
			if _, ok := gate.ParseAccess(access); !ok {
				say("the folder %s gives %q, which is no right and gives nothing", clean(f.Name), clean(access))
			}
		}
	}
	slices.Sort(list) // maps have no order
	return list
}
