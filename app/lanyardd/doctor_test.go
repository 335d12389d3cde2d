//go:build linux

package main

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
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

// bad are the findings that something is wrong, in their order.
func bad(d *node.Diagnosis) (list []node.Finding) {
	return slices.DeleteFunc(slices.Clone(d.Findings), func(f node.Finding) bool { return f.Verdict != node.VerdictBad })
}

// broken is a network with one thing wrong.
type broken struct {
	what  string
	build func(t *testing.T, lan *discoverytest.LAN) (asked *officetest.Desk, about string) // "": its own PC and network
	cause string                                                                            // that is to be named first
	at    string                                                                            // "" the network, "this", or the name of another PC
	says  string                                                                            // words of its text
	line  string                                                                            // words of the line to copy
}

// The doctor is called into networks that are broken in one way each, and names it: first, and with what belongs to it.
func TestDoctorNamesWhatIsWrong(t *testing.T) {
	var mu sync.Mutex
	named, lab := 0, slices.Concat(brokenNetworks, brokenPCs)
	t.Cleanup(func() { t.Logf("%d of %d named right", named, len(lab)) })
	for _, b := range lab {
		t.Run(b.what, func(t *testing.T) {
			t.Parallel()
			asked, about := b.build(t, discoverytest.NewLAN(t))
			found := diagnose(t, asked, about)
			wrong := bad(found)
			if len(wrong) == 0 {
				t.Fatal("nothing is called bad")
			}
			first := wrong[0]
			if first.Cause != b.cause || !strings.Contains(first.Text, b.says) || !strings.Contains(first.Command, b.line) {
				t.Errorf("want %s with %q and the line %q", b.cause, b.says, b.line)
			}
			if at := place(t, asked, first.PC); at != b.at {
				t.Errorf("it is said to be at %q, want %q", at, b.at)
			}
			for _, f := range wrong[1:] {
				t.Errorf("called bad as well: %s", f.Text)
			}
			if first.Do == "" {
				t.Error("it isn't said what to do")
			}
			if !t.Failed() {
				mu.Lock()
				named++
				mu.Unlock()
			}
		})
	}
}

// place is the name of the PC that a finding is at.
func place(t *testing.T, asked *officetest.Desk, id string) string {
	s, err := asked.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if id == s.Self.ID {
		return "this"
	}
	for _, p := range s.Peers {
		if p.ID == id {
			return p.Name
		}
	}
	return id
}

// A network with nothing wrong, however odd, has nothing called bad.
func TestDoctorCallsNothingBadOnHealthyNetworks(t *testing.T) {
	for what, build := range healthyNetworks {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			asked, others := build(t, discoverytest.NewLAN(t))
			for _, about := range append([]string{""}, others...) {
				for _, f := range bad(diagnose(t, asked, about)) {
					t.Errorf("of %q is called bad: %s", about, f.Text)
				}
			}
		})
	}
}

var healthyNetworks = map[string]func(t *testing.T, lan *discoverytest.LAN) (asked *officetest.Desk, others []string){
	"plain": func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, []string) {
		return officetest.Office(t, lan, "a", "b", "c")[0], []string{"b"}
	},
	"machines on this PC, and a VPN that leaves the LAN alone": func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, []string) {
		pc := lan.Join("a")
		pc.AddDocker()
		pc.AddVPN()
		run(t, pc, "ip", "route", "replace", "default", "dev", "tun0")
		a, b := officetest.New(t, pc), officetest.New(t, lan.Join("b"))
		together(t, a, b)
		return a, []string{"b"}
	},
	"two homes on one PC": func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, []string) {
		pc := lan.Join("a")
		first, second := officetest.New(t, pc), officetest.New(t, pc)
		if err := second.SetSetting(t.Context(), "name", "second"); err != nil {
			t.Fatal(err)
		}
		first.Until(10*time.Second, "sees the other", func(s *node.State) bool { return online(s) == 1 && s.Peers[0].Name == "second" })
		second.Until(10*time.Second, "sees the other", func(s *node.State) bool { return online(s) == 1 })
		return second, nil
	},
	"link-local addresses only": func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, []string) {
		a, b := officetest.New(t, lan.Join("a", discoverytest.NoIPv4())), officetest.New(t, lan.Join("b", discoverytest.NoIPv4()))
		together(t, a, b)
		return a, []string{"b"}
	},
	"one PC is off": func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, []string) {
		o := officetest.Office(t, lan, "a", "b", "c")
		o[2].PC.Unplug()
		o[0].Misses(10*time.Second, o[2])
		return o[0], []string{"b"}
	},
	"all others are off": func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, []string) {
		o := officetest.Office(t, lan, "a", "b", "c")
		router(t, lan)
		forgetful(t, o[0].PC)
		for _, d := range o[1:] {
			if err := d.Cmd.Stop(); err != nil {
				t.Fatal(err)
			}
			d.PC.Unplug()
			o[0].Misses(10*time.Second, d)
		}
		return o[0], nil
	},
	"a filter that lets Lanyard in": func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, []string) {
		o := officetest.Office(t, lan, "a", "b")
		filter(t, o[0].PC, "ct state established,related accept", "iif lo accept", "tcp dport { 22, 4720 } accept", "udp dport 5353 accept")
		return o[0], []string{"b"}
	},
	"a router between two networks": func(t *testing.T, lan *discoverytest.LAN) (*officetest.Desk, []string) {
		there := discoverytest.NewLAN(t)
		discoverytest.Route(lan, there)
		a, b := officetest.New(t, lan.Join("a")), officetest.New(t, there.Join("b"))
		meet(t, a, b)
		return a, []string{"b", b.PC.Addr().String()}
	},
}

// together puts two desks that see each other into one workgroup.
func together(t *testing.T, a, b *officetest.Desk) {
	t.Helper()
	if err := a.CreateWorkgroup(t.Context(), "Office"); err != nil {
		t.Fatal(err)
	}
	a.Lets(b)
}

// meet does the same where only a typed address leads from one to the other.
func meet(t *testing.T, a, b *officetest.Desk) {
	t.Helper()
	if _, err := b.Connect(t.Context(), a.PC.Addr().String()); err != nil {
		t.Fatal(err)
	}
	together(t, a, b)
}

// run runs a program in a PC that must work.
func run(t *testing.T, pc *discoverytest.PC, name string, args ...string) {
	t.Helper()
	if out, err := pc.Command(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %s %s: %v\n%s", pc.Name, name, strings.Join(args, " "), err, out)
	}
}

// filter has a PC drop all that comes in but what the rules let.
func filter(t *testing.T, pc *discoverytest.PC, rules ...string) {
	t.Helper()
	run(t, pc, "nft", "table inet filter { chain input { type filter hook input priority 0; policy drop\n"+strings.Join(rules, "\n")+"\n}\n}")
}

// router puts something where all PCs of a LAN look for their router.
func router(t *testing.T, lan *discoverytest.LAN) {
	t.Helper()
	discoverytest.Route(lan, discoverytest.NewLAN(t))
}

// The command is for people and for scripts, and does what Lanyard can do itself.
func TestDoctorCommand(t *testing.T) {
	t.Parallel()
	a := officetest.New(t, discoverytest.NewLAN(t).Join("a"))
	a.Shares("Plans", "read", nil)
	if out := a.Must("doctor"); strings.Contains(out, "WRONG") {
		t.Errorf("said:\n%s", out)
	}
	set(t, a, "files", "false")
	out, err := a.Run("doctor")
	for _, words := range []string{"WRONG  Sharing of folders is switched off on this PC", "lanyard config set files true", "doctor --mend service:files"} {
		if !strings.Contains(out, words) {
			t.Errorf("%q isn't said:\n%s", words, out)
		}
	}
	if err == nil || !strings.Contains(err.Error(), "one thing is wrong") {
		t.Errorf("it ends with %v", err)
	}
	out, err = a.Run("doctor", "--json")
	var d node.Diagnosis
	if jerr := json.Unmarshal([]byte(out), &d); err == nil || jerr != nil || d.Findings[0].Cause != node.CauseSharingOff || d.Time.IsZero() {
		t.Errorf("%v %v:\n%s", err, jerr, out)
	}
	a.Must("doctor", "--mend", d.Findings[0].Fix)
	a.Must("doctor")
	a.Fails("there is no PC", "doctor", "nobody")
	a.Fails("can do nothing called", "doctor", "--mend", "all")
}
