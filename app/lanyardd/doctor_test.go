//go:build linux

package main

import (
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// diagnose asks a desk what is wrong, and logs it.
func diagnose(t *testing.T, d *officetest.Desk, pc string) *node.Diagnosis {
	t.Helper()
	begun := time.Now()
	found, err := d.Diagnose(t.Context(), pc)
	if err != nil {
		t.Fatalf("%s: diagnose %q: %v", d.PC.Name, pc, err)
	}
	t.Logf("%s looks at %q for %v, with %.8s", d.PC.Name, pc, time.Since(begun).Round(time.Millisecond), found.Helper)
	for _, f := range found.Findings {
		t.Logf("  %-8s %-12s %s | %s | %s | %s", f.Verdict, f.Cause, f.Text, f.Do, f.Command, f.Fix)
	}
	return found
}

// bad are the causes that are called bad, in their order.
func bad(d *node.Diagnosis) (causes []string) {
	for _, f := range d.Findings {
		if f.Verdict == node.VerdictBad {
			causes = append(causes, f.Cause)
		}
	}
	return causes
}

func TestDoctorFindsNothingWrongOnHealthyNetworks(t *testing.T) {
	for name, build := range map[string]func(t *testing.T, lan *discoverytest.LAN) []*officetest.Desk{
		"plain": func(t *testing.T, lan *discoverytest.LAN) []*officetest.Desk {
			return officetest.Office(t, lan, "a", "b", "c")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			desks := build(t, discoverytest.NewLAN(t))
			for _, pc := range []string{"", desks[1].PC.Name} {
				if causes := bad(diagnose(t, desks[0], pc)); len(causes) > 0 {
					t.Errorf("of %q is called bad: %s", pc, strings.Join(causes, ", "))
				}
			}
		})
	}
}
