//go:build linux

package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// Three PCs, decades apart: who reads a clock to decide whom to trust, or what is newer, gets it wrong.
func TestT42WrongClocksLockNobodyOut(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	then, present := time.Date(1970, 1, 2, 3, 4, 5, 0, time.UTC), time.Now()
	later := present.AddDate(10, 0, 0)
	past := officetest.New(t, lan.Join("past"), officetest.Clock(t, then))
	now := officetest.New(t, lan.Join("now"))
	future := officetest.New(t, lan.Join("future"), officetest.Clock(t, later))
	three := map[*officetest.Desk]time.Time{past: then, now: present, future: later}

	// Each lets the next in; invitations end ten minutes from the time of whoever opened them.
	past.Must("workgroup", "create", "Office")
	for _, pair := range [][2]*officetest.Desk{{past, now}, {now, future}} {
		inv, err := pair[0].Invite(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if off := inv.Expires.Sub(three[pair[0]]); off < 9*time.Minute || off > 12*time.Minute {
			t.Errorf("%s opens an invitation until %v: its clock is not as meant", pair[0].PC.Name, inv.Expires)
		}
		pair[1].Must("workgroup", "join", inv.Code, "--at", pair[0].PC.Addr().String())
	}
	together := func() {
		t.Helper()
		for d := range three {
			d.Until(10*time.Second, "is with the others", func(s *node.State) bool {
				members := 0
				for _, p := range s.Peers {
					if p.Online && p.Member {
						members++
					}
				}
				return members == 2
			})
		}
	}
	together()

	// Files go between all, both ways, with the times that they have.
	made := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	for d := range three {
		dir := d.Shares("of "+d.PC.Name, "change", map[string]string{"a.txt": "from " + d.PC.Name})
		os.Chtimes(filepath.Join(dir, "a.txt"), made, made)
	}
	for d := range three {
		for o := range three {
			if o == d {
				continue
			}
			d.Knows(o, "of "+o.PC.Name)
			got := t.TempDir()
			d.Must("get", o.PC.Name+":of "+o.PC.Name+"/a.txt", got)
			info, err := os.Stat(filepath.Join(got, "a.txt"))
			if err != nil || !info.ModTime().Equal(made) || officetest.Content(t, filepath.Join(got, "a.txt")) != "from "+o.PC.Name {
				t.Errorf("%s got from %s: %v, %v", d.PC.Name, o.PC.Name, info, err)
			}
			back := filepath.Join(t.TempDir(), "by "+d.PC.Name)
			os.WriteFile(back, []byte("back"), 0o644)
			d.Must("put", back, o.PC.Name+":of "+o.PC.Name)
		}
	}
	past.Must("printer", "share", "Print-to-folder")
	future.Until(5*time.Second, "has the printer", func(s *node.State) bool {
		for _, p := range s.Printers {
			if p.PC != s.Self.ID {
				return true
			}
		}
		return false
	})
	future.Must("print", "-P", "past/Print-to-folder", document(t, "report.pdf"))
	job(future, 5*time.Second, "is told that it is printed", completed)

	// After a restart they still know each other, and a removal counts whatever the time.
	if err := past.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	past.Start()
	together()
	future.Must("workgroup", "remove", "past")
	past.Until(5*time.Second, "is told", func(s *node.State) bool { return s.Self.Workgroup == "" })
	past.Fails("not in this PC's workgroup", "ls", "now:of now")
}
