package transfers

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

func TestTenThousandResultsInPagesThoseThatFailedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() { o.stop() }()
		o.play("a", func(_ context.Context, _ Transfer, a *Attempt) error {
			for n := range 10_000 {
				r := Result{Path: fmt.Sprintf("dir/%05d", n), Size: int64(n), How: Sent, Hash: make([]byte, 32), Modified: time.Unix(int64(n), 1)}
				if n%1000 == 500 {
					r = Result{Path: r.Path, How: Faulty, Error: "no way"}
				}
				a.Result(r)
			}
			return fmt.Errorf("10 files failed")
		})
		id := o.add(Spec{PC: "p", Label: "a"})
		if tr := o.is(id, Failed); tr.Files != 9990 || tr.Failed != 10 {
			t.Errorf("%d files, %d failed", tr.Files, tr.Failed)
		}
		o.stop()
		o.start()
		var all []Result
		for {
			page, count, err := o.q.Results(id, len(all), 999)
			if err != nil || count != 10_000 {
				t.Fatal(count, err)
			}
			if len(page) == 0 {
				break
			}
			all = append(all, page...)
		}
		if len(all) != 10_000 || all[9].How != Faulty || all[10].Path != "dir/00000" || all[9999].Path != "dir/09999" || all[9999].Size != 9999 {
			t.Fatalf("%d results, %+v %+v", len(all), all[9], all[10])
		}
		if !all[9999].Modified.Equal(time.Unix(9999, 1)) || len(all[9999].Hash) != 32 {
			t.Errorf("the last is %+v", all[9999])
		}
		for _, from := range []int{9000, 3, 5000, 0} { // to and fro
			page, _, err := o.q.Results(id, from, 2)
			if err != nil || len(page) != 2 || page[0].Path != all[from].Path || page[1].Path != all[from+1].Path {
				t.Errorf("from %d: %+v, %v", from, page, err)
			}
		}
	})
}

// What was there in an earlier attempt comes up as the same in a later one. It stays what it was.
func TestAFileIsToldOfOnceOverAllAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOffice(t)
		defer func() { o.stop() }()
		first := true
		hash := func(b byte) []byte { return []byte{b} }
		o.play("a", func(_ context.Context, _ Transfer, a *Attempt) error {
			if first {
				first = false
				a.Result(Result{Path: "sent", How: Sent, Hash: hash(1)})
				a.Result(Result{Path: "changed", How: Sent, Hash: hash(2)})
				a.Result(Result{Path: "failed", How: Faulty, Error: "busy"})
				a.Result(Result{Path: "skipped", How: Skipped})
				return fmt.Errorf("one failed")
			}
			a.Result(Result{Path: "sent", How: Same})
			a.Result(Result{Path: "changed", How: Sent, Hash: hash(3)})
			a.Result(Result{Path: "failed", How: Sent, Hash: hash(4)})
			a.Result(Result{Path: "skipped", How: Skipped})
			return nil
		})
		id := o.add(Spec{PC: "p", Label: "a"})
		o.is(id, Failed)
		o.must(o.q.Retry(id))
		if tr := o.is(id, Done); tr.Files != 3 || tr.Failed != 0 || tr.Skipped != 1 || tr.Same != 0 {
			t.Errorf("%d files, %d failed, %d skipped, %d same", tr.Files, tr.Failed, tr.Skipped, tr.Same)
		}
		list, count, err := o.q.Results(id, 0, 10)
		if err != nil || count != 4 {
			t.Fatal(list, count, err)
		}
		got := ""
		for _, r := range list {
			got += fmt.Sprintf("%s %s %v, ", r.Path, r.How, r.Hash)
		}
		if want := "sent sent [1], skipped skipped [], changed sent [3], failed sent [4], "; got != want {
			t.Errorf("results: %s\nwant %s", got, want)
		}
	})
}

func TestALineThatACrashCutOffIsPassedOver(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	if err := root.WriteFile("x"+doneExt, []byte("{\"p\":\"a\",\"w\":\"sent\"}\n{\"p\":\"b\",\"w\":\"se"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := &results{root: root, id: "x"}
	if err := r.open(); err != nil {
		t.Fatal(err)
	}
	r.add(Result{Path: "b", How: Same})
	if err := r.close(); err != nil {
		t.Fatal(err)
	}
	list, count, err := r.page(0, 10)
	if err != nil || count != 2 || list[0].Path != "a" || list[1].How != Same {
		t.Errorf("%+v %d %v", list, count, err)
	}
}

// TestMain plays the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("LANYARD_TEST_QUEUE"); dir != "" {
		victim(dir)
		return
	}
	os.Exit(m.Run())
}

// victim moves until it is killed.
func victim(dir string) {
	q, err := Open(dir, Options{
		Away: func(string) string { return "" },
		Move: func(_ context.Context, t Transfer, a *Attempt) error {
			for n := 0; ; n++ {
				a.Result(Result{Path: fmt.Sprint(t.Attempts, " ", n), Size: 10, How: Sent})
				if n == 100 {
					for { // until they are on the disk
						if list, _, err := a.it.results.page(0, n); err == nil && len(list) == n {
							break
						}
						time.Sleep(sampleEvery / 10)
					}
					fmt.Println("moving")
				}
				if n > 100 {
					time.Sleep(time.Millisecond)
				}
			}
		},
	})
	if err != nil {
		panic(err)
	}
	for _, label := range []string{"a", "b"} {
		if _, err := q.Add(Spec{Kind: "get", PC: "p", Label: label}); err != nil {
			panic(err)
		}
	}
	paused, err := q.Add(Spec{Kind: "get", PC: "q", Label: "paused"})
	if err == nil {
		err = q.Pause(paused.ID)
	}
	if err != nil {
		panic(err)
	}
	_ = q.Run(context.Background())
}

// What ran when the process was killed goes on by itself in the next one; what was paused stays so.
func TestAKillCostsNothing(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^$")
	cmd.Env = append(os.Environ(), "LANYARD_TEST_QUEUE="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for range 2 {
		lines.Scan()
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()

	began := make(chan Transfer, 3)
	q, err := Open(dir, Options{
		Away: func(string) string { return "" },
		Move: func(_ context.Context, t Transfer, _ *Attempt) error { began <- t; return nil },
	})
	if err != nil || len(q.Damaged()) != 0 {
		t.Fatal(err, q.Damaged())
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- q.Run(ctx) }()
	for range 2 {
		if tr := <-began; tr.Label == "paused" || tr.Attempts != 2 || tr.Files < 100 || tr.Bytes < 1000 {
			t.Errorf("goes on as %+v", tr)
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	for _, tr := range q.List() {
		if tr.Label == "paused" && tr.State != Paused {
			t.Errorf("what was paused is %s", tr.State)
		}
	}
	q.Close()
	if left, _ := filepath.Glob(filepath.Join(dir, "*.new")); len(left) != 0 {
		t.Errorf("left: %q", left)
	}
}
