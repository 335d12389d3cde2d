//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// The drive is one address for programs that know nothing of Lanyard.
func TestTheDriveShowsTheWorkgroup(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	two := officetest.Office(t, lan, "front", "back")
	front, back := two[0], two[1]
	dir := front.Shares("Plans", "change", map[string]string{"a b/plan.txt": "the plan"})
	back.Shares("Mine", "read", map[string]string{"own.txt": "own"})
	back.Knows(front, "Plans")
	curl := func(args ...string) string {
		t.Helper()
		out, _ := back.PC.Command(t.Context(), "curl", append([]string{"-sS", "-m", "20", "-w", " %{http_code}"}, args...)...).Output()
		return string(out)
	}
	drive, err := back.SetDrive(t.Context(), true)
	if err != nil || !drive.On {
		t.Fatalf("%+v, %v", drive, err)
	}
	for path, want := range map[string]string{
		"front/Plans/a%20b/plan.txt": "the plan 200", "back/Mine/own.txt": "own 200", "front/Plans/none.txt": " 404", "nobody/Plans/": " 404",
	} {
		if got := curl(drive.URL + path); !strings.HasSuffix(got, want) {
			t.Errorf("GET %s: %q, want it to end with %q", path, got, want)
		}
	}
	if got := curl(strings.Replace(drive.URL, "127.0.0.1", back.PC.Addr().String(), 1)); !strings.HasSuffix(got, " 000") {
		t.Errorf("the drive can be reached from the network: %q", got)
	}
	local := filepath.Join(t.TempDir(), "new.txt")
	os.WriteFile(local, []byte("written through the drive"), 0o644)
	if got := curl("-T", local, drive.URL+"front/Plans/new.txt"); !strings.HasSuffix(got, " 201") {
		t.Errorf("PUT: %q", got)
	}
	if got := officetest.Content(t, filepath.Join(dir, "new.txt")); got != "written through the drive" {
		t.Errorf("there it is %q", got)
	}
	front.Cmd.Kill()
	back.Misses(10*time.Second, front)
	began := time.Now()
	if got := curl(drive.URL + "front/Plans/new.txt"); !strings.HasSuffix(got, " 503") || time.Since(began) > 5*time.Second {
		t.Errorf("of a PC that is off, after %v: %q", time.Since(began), got)
	}
	if err := back.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	back.Start() // it is on again, under the same address
	back.Until(5*time.Second, "has its drive", func(s *node.State) bool { return s.Drive == *drive })
	if _, err := back.SetDrive(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if got := curl(drive.URL); !strings.HasSuffix(got, " 000") {
		t.Errorf("switched off it answers: %q", got)
	}
}
