package printing_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/printing"
	"lanyard/printing/printingtest"
)

// smallDisk is a folder with room for a megabyte.
func smallDisk(t *testing.T) string {
	t.Helper()
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("mounting a small disk needs root on Linux")
		}
		t.Skip("SKIPPED: mounting a small disk needs root on Linux")
	}
	disk := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Fatalf("mount: %v: %s", err, out)
	}
	t.Cleanup(func() { _ = exec.Command("umount", "-l", disk).Run() })
	return disk
}

// TestNoSpace fills a small disk: the sender is told, nothing stays, and what fits still goes.
func TestNoSpace(t *testing.T) {
	disk := smallDisk(t)
	dir := t.TempDir()
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: dir}}, func(o *printing.Options) {
		o.Spool, o.Limits.Reserve = filepath.Join(disk, "spool"), 1
	})
	big := pdf + strings.Repeat("x", 3<<20)
	_, err := desk.as("ann").Print(t.Context(), "Folder", printing.Document{Name: "big", Reader: strings.NewReader(big), Size: int64(len(big))}, nil, 1)
	if err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("print: %v", err)
	}
	if left := files(t, desk.opt.Spool); len(left) != 0 {
		t.Errorf("the spool keeps %q", left)
	}
	job, err := desk.as("ann").Print(t.Context(), "Folder", document("small"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	desk.await(job.ID, 5*time.Second, "completed", state(printing.JobCompleted))
}

// spaces reads spaces without end.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// TestManyJobs sends 500 documents of mixed sizes from 12 PCs to 4 printers at once. What a PC sends to a printer comes
// out in the order that it was sent, everything once; memory stays flat: documents are never held in it.
func TestManyJobs(t *testing.T) {
	cups := printingtest.NewCUPS(t)
	var set []printing.Shared
	for i := range 4 {
		name := fmt.Sprint("laser", i)
		cups.AddUSBQueue(name, printingtest.Direct)
		set = append(set, printing.Shared{Name: name, Queue: name})
	}
	desk := newPC(t, set, func(o *printing.Options) { o.System, o.Logger = printing.NewCUPS(cups.Socket), nil })
	const clients, all = 12, 500
	sizes := []int{0, 2 << 10, 40 << 10, 300 << 10, 1 << 20, 5 << 20}
	began := time.Now()
	failed := make(chan error, clients)
	for i := range clients {
		go func() {
			for k := i; k < all; k += clients {
				size := sizes[k%7%len(sizes)]
				content := io.MultiReader(strings.NewReader(pdf), io.LimitReader(spaces{}, int64(size)))
				if _, err := desk.as(fmt.Sprint("pc", i)).Print(t.Context(), set[(k/clients+i)%len(set)].Name, printing.Document{Name: fmt.Sprintf("pc%02d job %03d", i, k),
					Reader: content, Size: int64(len(pdf) + size)}, nil, 1); err != nil {
					failed <- err
					return
				}
			}
			failed <- nil
		}()
	}
	var most uint64
	var stats runtime.MemStats
	for done := 0; done < clients; {
		select {
		case err := <-failed:
			if done++; err != nil {
				t.Error(err)
			}
		case <-time.After(20 * time.Millisecond):
			runtime.ReadMemStats(&stats)
			most = max(most, stats.HeapInuse)
		}
	}
	taken := time.Since(began)
	printed := cups.WaitPrinted(all, 3*time.Minute)
	t.Logf("%d jobs taken in %v, printed after %v, heap at most %d MiB", all, taken, time.Since(began), most>>20)
	slices.SortFunc(printed, func(a, b printingtest.Printed) int { return a.Job - b.Job })
	last, seen := map[string]string{}, map[string]bool{}
	for _, p := range printed {
		if seen[p.Title] {
			t.Errorf("%s came out twice", p.Title)
		}
		seen[p.Title] = true
		stream := p.Queue + p.Title[:4]
		if last[stream] >= p.Title {
			t.Errorf("%s came out on %s after %s", p.Title, p.Queue, last[stream])
		}
		last[stream] = p.Title
	}
	if len(seen) != all {
		t.Errorf("%d documents came out", len(seen))
	}
	if most > 48<<20 {
		t.Errorf("the heap grew to %d MiB", most>>20)
	}
	for _, j := range desk.Jobs(owner) {
		desk.await(j.ID, 10*time.Second, "completed", state(printing.JobCompleted))
	}
}

// TestT32LimitsForEachAndForAll: what others can make a PC hold is bounded, for each and for all.
func TestT32LimitsForEachAndForAll(t *testing.T) {
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: filepath.Join(t.TempDir(), "missing")}}, func(o *printing.Options) {
		o.Limits = printing.Limits{Document: 2000, Spool: 3000, Jobs: 5, PerOwner: 3}
	})
	send := func(who, content string) error {
		_, err := desk.as(who).Print(t.Context(), "Folder", printing.Document{Name: "x", Reader: strings.NewReader(content), Size: int64(len(content))}, nil, 0)
		return err
	}
	if err := send("ann", pdf+strings.Repeat("x", 2000)); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("a document that is too large: %v", err)
	}
	for i := range 4 {
		if err := send("ann", pdf); (err == nil) != (i < 3) {
			t.Errorf("job %d of ann: %v", i, err)
		}
	}
	large := pdf + strings.Repeat("x", 1500)
	if err := send("bob", large); err != nil {
		t.Errorf("a document that there is room for: %v", err)
	}
	if err := send("bob", large); err == nil || !strings.Contains(err.Error(), "no space") {
		t.Errorf("a document that the spool has no room for: %v", err)
	}
	for i := range 2 {
		if err := send("bob", pdf); (err == nil) != (i < 1) {
			t.Errorf("job %d of all: %v", 4+i, err)
		}
	}
	desk.await(2, 15*time.Second, "stopped by its folder", func(j printing.Job) bool { return j.Message == "the folder is not there" })
}

// TestNoSpaceLater: a disk that has become full stops the jobs that wait, which says so; none is lost, and none is given
// to the printer without its being on record.
func TestNoSpaceLater(t *testing.T) {
	t.Parallel()
	disk := smallDisk(t)
	cups := printingtest.NewCUPS(t)
	cups.AddUSBQueue("laser", printingtest.Direct)
	desk := newPC(t, []printing.Shared{{Name: "Laser", Queue: "laser"}}, func(o *printing.Options) {
		o.System, o.Spool, o.Limits.Reserve = printing.NewCUPS(cups.Socket), filepath.Join(disk, "spool"), 1
	})
	if err := desk.SetRule("Laser", printing.Rule{Paused: true}); err != nil {
		t.Fatal(err)
	}
	job, err := desk.as("ann").Print(t.Context(), "Laser", document("letter"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := desk.SetRule("Laser", printing.Rule{}); err != nil {
		t.Fatal(err)
	}
	desk.await(job.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	if err := desk.SetRule("Laser", printing.Rule{Paused: true}); err != nil {
		t.Fatal(err)
	}
	waiting, err := desk.as("ann").Print(t.Context(), "Laser", document("letter"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	desk.stop()
	if err := os.Remove(filepath.Join(disk, "spool/printers.state")); err != nil { // its owner can't resume it on a full disk
		t.Fatal(err)
	}
	full := filepath.Join(disk, "full")
	_ = os.WriteFile(full, make([]byte, 2<<20), 0o600)
	desk.start([]printing.Shared{{Name: "Laser", Queue: "laser"}})
	if j := desk.await(waiting.ID, 15*time.Second, "stopped", state(printing.JobStopped)); !strings.Contains(j.Message, "disk") {
		t.Errorf("the sender is told %q", j.Message)
	}
	time.Sleep(300 * time.Millisecond)
	if n := len(cups.Printed()); n != 1 {
		t.Errorf("%d documents came out", n)
	}
	if err := os.Remove(full); err != nil {
		t.Fatal(err)
	}
	desk.await(waiting.ID, 8*time.Second, "completed", state(printing.JobCompleted))
	if n := len(cups.Printed()); n != 2 {
		t.Errorf("%d documents came out", n)
	}
}
