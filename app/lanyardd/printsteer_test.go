//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/printing/printingtest"
)

// listed is what `jobs --json` lists there, newest first.
func listed(d *officetest.Desk) []node.Job {
	d.T.Helper()
	var out struct{ Jobs []node.Job }
	if err := json.Unmarshal([]byte(d.Must("jobs", "--json")), &out); err != nil {
		d.T.Fatal(err)
	}
	return out.Jobs
}

// sent prints one document and returns the ID of its job.
func sent(d *officetest.Desk, args ...string) int {
	d.T.Helper()
	answer := d.Must(append([]string{"print", "--json"}, args...)...)
	var out struct{ Jobs []node.Job }
	if err := json.Unmarshal([]byte(answer), &out); err != nil || len(out.Jobs) != 1 {
		d.T.Fatalf("%v: %s", err, answer)
	}
	return out.Jobs[0].ID
}

// sees waits until the list of jobs there has one that is as wanted, and returns it and how long that took.
func sees(d *officetest.Desk, within time.Duration, id int, what string, is func(node.Job) bool) (node.Job, time.Duration) {
	d.T.Helper()
	begun := time.Now()
	for {
		jobs := listed(d)
		i := slices.IndexFunc(jobs, func(j node.Job) bool { return j.ID == id })
		if i >= 0 && is(jobs[i]) {
			return jobs[i], time.Since(begun)
		}
		if time.Since(begun) > within {
			d.T.Fatalf("%s: job %d is not %s within %v: %+v", d.PC.Name, id, what, within, jobs)
		}
	}
}

func inState(want string) func(node.Job) bool {
	return func(j node.Job) bool { return j.State == want }
}

// Whatever happens at the printer, its sender's commands say so within three seconds, and when it is over the document
// comes out once, by itself.
func TestTroublesAtThePrinterAreSeenByTheSender(t *testing.T) {
	_, back, cups := printOffice(t, printingtest.Direct)
	for i, tt := range []struct{ name, reason, says string }{
		{"no paper", "media-empty-error", "out of paper"},
		{"door", "door-open-error", "door"},
		{"jam", "media-jam-error", "jammed"},
		{"toner", "toner-empty-error", "toner"},
		{"offline", "offline-report", "switched off"},
	} {
		cups.SetReasons(tt.reason)
		id := sent(back, "-P", "front/Laser", document(t, tt.name+".pdf"))
		j, took := sees(back, 3*time.Second+air, id, "stopped", inState("processing-stopped"))
		if !slices.Contains(j.Reasons, tt.reason) || !strings.Contains(j.Message, tt.says) || j.Name != tt.name+".pdf" || !j.Mine || j.Place != 1 {
			t.Errorf("%s: the sender is told %+v", tt.name, j)
		}
		t.Logf("%s: known after %v", tt.name, took.Round(10*time.Millisecond))
		cups.SetReasons()
		if j, _ = sees(back, 8*time.Second, id, "printed", inState("completed")); !slices.Contains(j.Reasons, "queued-in-device") ||
			!strings.Contains(j.Message, "can't confirm") || j.Ended.IsZero() || j.Place != 0 {
			t.Errorf("%s: once it is over: %+v", tt.name, j)
		}
		if n := len(cups.Printed()); n != i+1 {
			t.Fatalf("%s: %d documents came out, want %d", tt.name, n, i+1)
		}
	}
}

// Two PCs and the commands that a person types: what is held, moved, ordered, paused and closed does as it is told, also
// when the PC with the printer dies in between; in the end each document is on the paper that it was meant for, once.
func TestJobsAreSteeredByCommands(t *testing.T) {
	front, back, cups := printOffice(t, printingtest.Direct)
	cups.AddUSBQueue("Spare", printingtest.Direct)
	cups.AddUSBQueue("Desk", printingtest.Direct)
	front.Must("printer", "share", "Spare")
	back.Must("printer", "share", "Desk")
	front.Must("printer", "pause", "Spare")
	back.Until(5*time.Second, "sees both printers of front", func(s *node.State) bool {
		return slices.ContainsFunc(s.Printers, func(p node.Printer) bool {
			return p.Name == "Spare" && p.PC != s.Self.ID && p.State == "stopped" && slices.Contains(p.Reasons, "paused") && p.Message != ""
		})
	})
	dir, ids := t.TempDir(), map[string]int{}
	send := func(name string, options ...string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(strings.Replace(pdf, "200 200", fmt.Sprint("200 2", len(ids)+10), 1)+"% "+name), 0o600); err != nil {
			t.Fatal(err)
		}
		ids[name] = sent(back, append([]string{"-P", "front/Laser", path}, options...)...)
	}
	ref := func(name string) string { return "front/Laser/" + strconv.Itoa(ids[name]) }

	cups.SetReasons("media-jam-error")
	for _, name := range []string{"stuck", "second", "third", "fourth", "fifth"} {
		send(name)
	}
	send("kept", "-o", "job-retain-until-interval=600")
	send("twosided", "-o", "sides=two-sided-long-edge", "-n", "2")
	sees(back, 5*time.Second, ids["stuck"], "stopped", inState("processing-stopped"))

	// The owner orders the line, and each sender knows its place.
	front.Must("jobs", "order", ref("third"), ref("second"))
	front.Must("jobs", "order", "this/laser/"+strconv.Itoa(ids["fourth"]))
	back.Fails("ordered on its own PC", "jobs", "order", ref("fourth"), ref("second"))
	front.Fails("is being printed already", "jobs", "order", ref("fourth"), ref("stuck"))
	for i, name := range []string{"stuck", "third", "second", "fifth", "kept", "twosided", "fourth"} {
		sees(back, 3*time.Second, ids[name], fmt.Sprintf("%s, number %d", name, i+1), func(j node.Job) bool { return j.Place == i+1 })
	}
	if table := back.Must("jobs"); !strings.Contains(table, "PLACE") || !strings.Contains(table, "paper is jammed") {
		t.Errorf("people are told\n%s", table)
	}

	// What is stuck is held, and moves to the sender's own printer; another moves beside, and one can't.
	back.Must("jobs", "hold", ref("stuck"), ref("second"))
	sees(back, time.Second, ids["stuck"], "held", inState("pending-held"))
	back.Fails("no printer share it first", "jobs", "move", ref("twosided"), "back/Print-to-folder")
	back.Must("printer", "share", "Print-to-folder")
	back.Fails("sides=two-sided-long-edge; one-sided", "jobs", "move", ref("twosided"), "back/Print-to-folder")
	back.Fails("no printer", "jobs", "move", ref("twosided"), "front/Copier")
	sees(back, time.Second, ids["twosided"], "where it was", inState("pending"))
	front.Must("jobs", "move", ref("twosided"), "front/Spare")
	front.Must("printer", "pause", "Laser")

	// The PC with the printers dies with all of that on its disk.
	front.Cmd.Kill()
	front.Cmd.Wait()
	front.Start()
	front.Sees(back)
	back.Sees(front)
	back.Until(10*time.Second, "has its jobs again", func(s *node.State) bool {
		return slices.ContainsFunc(s.Jobs, func(j node.Job) bool { return j.ID == ids["fourth"] })
	})
	for _, name := range []string{"stuck", "second"} {
		sees(back, time.Second, ids[name], "held", inState("pending-held"))
	}
	if j, _ := sees(back, time.Second, ids["twosided"], "waiting", inState("pending")); j.Printer != "Spare" || !strings.Contains(j.Message, "paused") {
		t.Errorf("a job that was moved is %+v", j)
	}
	answer := back.Must("jobs", "move", "--json", ref("second"), "back/Desk")
	var moved node.Job
	if err := json.Unmarshal([]byte(answer), &moved); err != nil || moved.State != "pending-held" || !moved.Mine || moved.Printer != "Desk" {
		t.Errorf("a held job moves and is %s", answer)
	}
	if j, _ := sees(back, time.Second, ids["second"], "cancelled", inState("canceled")); !strings.Contains(j.Message, "moved to back/Desk/") {
		t.Errorf("where it was it says %q", j.Message)
	}
	cups.SetReasons()
	back.Must("jobs", "release", "back/Desk/"+strconv.Itoa(moved.ID))
	back.Must("jobs", "release", ref("stuck"))
	back.Must("jobs", "move", ref("stuck"), "back/Desk")
	front.Must("printer", "resume", "Spare")
	front.Must("printer", "resume", "Laser")
	for _, name := range []string{"third", "fourth", "fifth", "kept", "twosided"} {
		sees(back, 10*time.Second, ids[name], name+" printed", inState("completed"))
	}
	back.Must("jobs", "reprint", ref("kept"))
	back.Fails("document is no longer there", "jobs", "reprint", ref("third"))
	front.Must("jobs", "reprint", ref("kept")) // for its sender
	got := map[string][]string{}
	for _, p := range cups.WaitPrinted(9, 15*time.Second) {
		got[p.Queue] = append(got[p.Queue], p.Title)
		if want := officetest.Content(t, filepath.Join(dir, p.Title)); officetest.Content(t, p.File) != want {
			t.Errorf("%s is not what was sent", p.Title)
		}
		if p.Title == "twosided" && (p.Copies != 2 || p.Options["sides"] != "two-sided-long-edge") {
			t.Errorf("it moved and lost its options: %+v", p)
		}
	}
	want := map[string][]string{"Laser": {"third", "fifth", "kept", "fourth", "kept", "kept"}, "Spare": {"twosided"}, "Desk": {"second", "stuck"}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("came out: %v, want %v", got, want)
	}
	if jobs := listed(back); slices.ContainsFunc(jobs, func(j node.Job) bool { return !j.Mine && j.PC != state(back).Self.ID }) {
		t.Errorf("back sees jobs of others: %+v", jobs)
	}

	// Closed is closed, and who waits for the end is told how it came.
	front.Must("printer", "close", "Laser")
	back.Fails("takes no jobs", "print", "-P", "front/Laser", filepath.Join(dir, "third"))
	front.Must("printer", "open", "Laser")
	if out := back.Must("print", "--wait", "-P", "front/Laser", filepath.Join(dir, "third"), filepath.Join(dir, "fourth")); out != fmt.Sprintf("third: %s.\nfourth: %[1]s.\n", "handed to the printer, which can't confirm that it came out") {
		t.Errorf("who waits is told %q", out)
	}
	front.Must("printer", "pause", "Laser")
	failed := make(chan error, 1)
	go func() {
		_, err := back.Run("print", "--wait", "-P", "front/Laser", filepath.Join(dir, "fifth"))
		failed <- err
	}()
	job(front, 10*time.Second, "waits", inState("pending"))
	front.Must("jobs", "cancel", "front/Laser/"+strconv.Itoa(state(front).Jobs[0].ID))
	if err := <-failed; err == nil || !strings.Contains(err.Error(), "fifth: cancelled by the owner of the printer") {
		t.Errorf("who waits for what is cancelled: %v", err)
	}
}
