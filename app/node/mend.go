package node

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lanyard/app/node/doctor"
)

// mends are all that Mend does, by what the Fix of a finding begins with; the rest of that is the argument. None of them does
// more than a person could do in the settings.
var mends = []struct {
	fix string
	do  func(n *Node, s *settings, arg string) error
}{
	{doctor.FixInterfaces, func(_ *Node, s *settings, _ string) error { s.Interfaces = nil; return nil }},
	{doctor.FixPort, func(n *Node, s *settings, _ string) error { s.Port = n.door.Port(); return nil }},
	{doctor.FixName, func(n *Node, s *settings, _ string) error { s.Name = n.freeName(s.Name); return nil }},
	{doctor.FixService, func(n *Node, s *settings, name string) error {
		if !slices.Contains([]string{serviceFiles, servicePrinters, serviceSending}, name) {
			return problem(Invalid, "", "there is no service %q to switch on", clean(name))
		}
		k, err := findSetting(name)
		if err != nil {
			return err
		}
		return k.set(n, s, "true")
	}},
	{doctor.FixAvoided, func(_ *Node, s *settings, id string) error {
		is := func(other string) bool { return other == id }
		s.Avoid = slices.DeleteFunc(slices.Clone(s.Avoid), is)
		if len(s.Only) > 0 && !slices.ContainsFunc(s.Only, is) {
			s.Only = append(slices.Clone(s.Only), id)
		}
		return nil
	}},
}

// Mend implements Service.
func (n *Node) Mend(ctx context.Context, fix string) error {
	for _, m := range mends {
		arg, is := strings.CutPrefix(fix, m.fix)
		if is && (arg != "") == strings.HasSuffix(m.fix, ":") {
			return n.changeSettings(ctx, func(s *settings) error { return m.do(n, s, arg) })
		}
	}
	return problem(Invalid, "take it from a finding of `lanyard doctor`", "Lanyard can do nothing called %q", clean(fix))
}

// freeName is a name for this PC that no other in sight has: the wanted one with a number.
func (n *Node) freeName(wanted string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	taken := func(name string) bool {
		for id := range n.peers {
			if strings.EqualFold(n.nameLocked(id), name) {
				return true
			}
		}
		return false
	}
	name := wanted
	for i := 2; taken(name); i++ {
		number := fmt.Sprintf(" %d", i)
		name = cut(wanted, maxPCName-len(number)) + number
	}
	return name
}
