//go:build linux

package main

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/printing/printingtest"
)

// laser is the printer of front as a PC shows it.
func laser(s *node.State) (p node.Printer) {
	for _, one := range s.Printers {
		if one.Name == "Laser" && one.Shared {
			p = one
		}
	}
	return p
}

// counts is what `printer counts --json` says there, by PC.
func counts(d *officetest.Desk) map[string]node.PrintCount {
	d.T.Helper()
	var out struct{ Counts []node.PrintCount }
	if err := json.Unmarshal([]byte(d.Must("printer", "counts", "--json")), &out); err != nil {
		d.T.Fatal(err)
	}
	byPC := map[string]node.PrintCount{}
	for _, c := range out.Counts {
		byPC[c.PC] = c
	}
	return byPC
}

// The owner of a printer says how others print on it; each job waits for its PIN; what is left in the printer and what was
// printed is told to whom it concerns.
func TestRulesPINsLevelsAndCounts(t *testing.T) {
	front, back, cups := printOffice(t, printingtest.Direct)
	cups.SetAttrs("marker-names=Black,Waste", "marker-types=toner,waste-toner", "marker-colors=#000000,none", "marker-levels=42,7", "marker-low-levels=10,0", "marker-high-levels=100,90")
	newest := func() string { return "front/Laser/" + strconv.Itoa(state(back).Jobs[0].ID) }

	back.Must("print", "-P", "front/Laser", "--pin", "4711", document(t, "Kündigung.pdf"))
	job(back, 5*time.Second, "waits for the PIN", func(j node.Job) bool {
		return j.PIN && slices.Contains(j.Reasons, "job-password-wait") && j.Name == "Kündigung.pdf"
	})
	job(front, 5*time.Second, "waits there too", func(j node.Job) bool { return j.PIN && j.Name == "Untitled" && j.Owner == state(back).Self.ID })
	front.Fails("waits for the PIN", "jobs", "release", newest())
	front.Fails("isn't the PIN", "jobs", "release", newest(), "--pin", "0000")
	if len(cups.Printed()) != 0 {
		t.Error("it came out without its PIN")
	}
	front.Must("jobs", "release", newest(), "--pin", "4711")
	job(back, 5*time.Second, "is told that it is printed", completed)
	back.Until(3*time.Second+air, "is told what is left", func(s *node.State) bool {
		return slices.Equal(laser(s).Supplies, []node.Supply{{Name: "Black", Color: "#000000", Level: 42, Low: 10}, {Name: "Waste", Level: 7, Low: 90, Waste: true}})
	})
	if out := back.Must("printers", "--levels"); !strings.Contains(out, "42%") || !strings.Contains(out, "7% full") {
		t.Errorf("levels:\n%s", out)
	}

	back.Must("print", "-P", "front/Laser", "--test-page", "--pin", "12345678")
	job(back, 5*time.Second, "waits", func(j node.Job) bool { return j.PIN && j.Name == "Test page" })
	back.Must("jobs", "release", newest())
	job(back, 5*time.Second, "is printed", completed)
	page := officetest.Content(t, cups.WaitPrinted(2, 5*time.Second)[1].File)
	for _, says := range []string{"(Laser)", "(front)", "(HP LaserJet Lab)", "A4, 210 \\327 297 mm", "top 12.7 mm"} {
		if !strings.Contains(page, says) {
			t.Errorf("the test page lacks %s", says)
		}
	}

	front.Must("printer", "rule", "Laser", "--release", "--pages", "3")
	back.Until(5*time.Second, "knows the rule and its own pages", func(s *node.State) bool {
		return laser(s).Rule == node.PrinterRule{Release: true, Pages: 3} && laser(s).Used == 2
	})
	back.Must("print", "-P", "front/Laser", document(t, "third.pdf"))
	job(back, 5*time.Second, "waits", func(j node.Job) bool {
		return j.State == "pending-held" && strings.Contains(j.Message, "sender lets it go")
	})
	back.Must("jobs", "release", newest())
	job(back, 5*time.Second, "is printed", completed)
	back.Fails("used up", "print", "-P", "front/Laser", document(t, "fourth.pdf"))
	front.Must("printer", "rule", "Laser", "--release=false")
	front.Must("print", "-P", "this/Laser", document(t, "own.pdf"))
	job(front, 5*time.Second, "is printed", completed)

	front.Cmd.Kill()
	front.Cmd.Wait()
	front.Start()
	got, me, other := counts(front), state(front).Self.ID, state(back).Self.ID
	if len(got) != 2 || got[me].Pages != 1 || got[other].Pages != 3 || got[other].Jobs != 3 || got[other].Unsure != 0 {
		t.Errorf("counted %+v", got)
	}
	if got := counts(back); len(got) != 0 {
		t.Errorf("at the other PC: %+v", got)
	}
	front.Fails("is no month", "printer", "counts", "--month", "November")
	back.Fails("no printer", "printer", "rule", "Laser", "--pages", "100")
	if p := laser(state(front)); p.Rule != (node.PrinterRule{Pages: 3}) || p.Used != 1 {
		t.Errorf("the printer's own PC shows %+v", p)
	}
}
