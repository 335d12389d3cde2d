package cli

import (
	"testing"

	"lanyard/app/node"
)

// TestALinkThatOpensNothingSaysWhy: its folder's rights were changed, or its disk is gone, since it was made.
func TestALinkThatOpensNothingSaysWhy(t *testing.T) {
	for _, c := range []struct {
		access, guests, fault string
		locked                bool
		want                  string
	}{
		{"read", "", "", false, ""},
		{"add", "", "", false, ""},
		{"read", "read", "", false, ""},
		{"add", "add", "", false, ""},
		{"read", "change", "", false, ""},
		{"add", "change", "", false, ""},
		{"read", "none", "", false, "guests may not open the folder"},
		{"add", "see", "", false, "guests may only see in the folder"},
		{"add", "read", "", false, "guests may only read in the folder"},
		{"read", "add", "", false, "guests may only add in the folder"},
		{"read", "read", "the disk is gone", false, "the disk is gone"},
		{"read", "read", "", true, "locked: too many wrong PINs"},
	} {
		plans := node.Folder{Name: "Plans", Error: c.fault, Allow: map[string]string{"everyone": "none"}}
		if c.guests != "" {
			plans.Allow["guests"] = c.guests
		}
		folders := []node.Folder{{Name: "Other", Error: "of no concern"}, plans}
		if got := linkTrouble(node.GuestLink{Folder: "Plans", Access: c.access, Locked: c.locked}, folders); got != c.want {
			t.Errorf("a link to %s, guests=%s, fault %q: got %q, want %q", c.access, c.guests, c.fault, got, c.want)
		}
	}
}
