package cli

import (
	"testing"
	"time"

	"lanyard/app/node"
)

func TestSizesAsPeopleReadThem(t *testing.T) {
	for n, want := range map[int64]string{
		-1: "0 B", 0: "0 B", 999: "999 B", 1000: "1 kB", 1234: "1.23 kB", 999_499: "999 kB", 999_500: "1 MB", 5_000_000_000: "5 GB", 1 << 62: "4.61 EB",
	} {
		if got := bytes(n); got != want {
			t.Errorf("bytes(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestProgressInALine(t *testing.T) {
	for want, tr := range map[string]node.Transfer{
		"a.pdf  waiting for its turn": {Label: "a.pdf", State: node.TransferWaiting},
		"a.pdf  5 MB":                 {Label: "a.pdf", State: node.TransferRunning, Bytes: 5e6, Total: -1, Count: -1},
		"Photos  25%  5 MB of 20 MB  3 of 9 files  1 MB/s  15 s left": {
			Label: "Photos", State: node.TransferRunning, Bytes: 5e6, Total: 20e6, Files: 3, Count: 9, Speed: 1e6, Left: 15},
		"a.pdf  waiting: workshop is off  5 MB":       {Label: "a.pdf", State: node.TransferBlocked, Waits: "workshop is off", Bytes: 5e6},
		"a.pdf  5 MB  2 MB/s  limited by the network": {Label: "a.pdf", State: node.TransferRunning, Bytes: 5e6, Speed: 2e6, Left: -1, Limit: node.LimitNetwork},
		"a\uFFFDb  100%  1 B of 1 B  1 B/s":           {Label: "a\x1bb", State: node.TransferRunning, Bytes: 1, Total: 1, Count: 1, Speed: 1},
	} {
		if got := describe(&tr); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	for d, want := range map[time.Duration]string{59 * time.Second: "59 s", 61 * time.Second: "1 min 01 s", 2*time.Hour + 3*time.Minute: "2 h 03 min"} {
		if got := left(d); got != want {
			t.Errorf("left(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestLocations(t *testing.T) {
	for in, want := range map[string]node.Location{
		"front": {PC: "front"}, "front:": {PC: "front"}, "front:Plans": {PC: "front", Folder: "Plans"},
		"front:Plans/": {PC: "front", Folder: "Plans"}, "front:Plans/a b/c:d.txt": {PC: "front", Folder: "Plans", Path: "a b/c:d.txt"},
		":Plans": {Folder: "Plans"},
	} {
		if got := location(in); got != want {
			t.Errorf("location(%q) = %+v, want %+v", in, got, want)
		}
	}
}

func TestNamesFromElsewhereAreHarmlessOnATerminal(t *testing.T) {
	for in, want := range map[string]string{
		"Büro 1": "Büro 1", "\x1b[2Jx": "\uFFFD[2Jx", "gpj.\u202eexe": "gpj.\uFFFDexe", "a\nb": "a\uFFFDb", "\xff": "\uFFFD", "日本": "日本",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}
