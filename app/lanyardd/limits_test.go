//go:build linux

package main

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// A limit holds for what is sent and received, a change for what runs, and neither keeps the PCs from knowing of each other.
func TestALimitOfBandwidthHoldsAndChangesAtOnce(t *testing.T) {
	two := officetest.Office(t, discoverytest.NewLAN(t), "front", "back")
	front, back := two[0], two[1]
	const size = 6_000_000
	random := func() string { // which nothing makes smaller, and nobody has already
		b := make([]byte, size)
		rand.Read(b)
		return string(b)
	}
	front.Shares("Films", "change", map[string]string{"film": random()})
	back.Knows(front, "Films")

	// Slow beyond all hope: yet who is there and what there is is told at once.
	front.Must("config", "set", "upload", "20 kB/s")
	get := back.Command(t.Context(), "get", "front:Films/film", t.TempDir())
	if err := get.Start(); err != nil {
		t.Fatal(err)
	}
	back.Until(10*time.Second, "moves", func(s *node.State) bool { return len(s.Transfers) == 1 && s.Transfers[0].Bytes > 0 })
	front.Shares("News", "read", nil)
	back.Knows(front, "News")
	s, err := back.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if moved := s.Transfers[0].Bytes; moved > size/2 || s.Transfers[0].State.Ended() {
		t.Errorf("%d bytes have come at 20 kB/s, the transfer is %s", moved, s.Transfers[0].State)
	}
	begun := time.Now()
	front.Must("config", "set", "upload", "off")
	if err := get.Wait(); err != nil {
		t.Fatalf("the transfer that was slow: %v", err)
	}
	if took := time.Since(begun); took > 30*time.Second { // 5 minutes at the old rate
		t.Errorf("without the limit it took %v more", took)
	}

	// Each of the four limits, at either end and whoever asks.
	own := t.TempDir()
	for _, name := range []string{"a", "b"} {
		os.WriteFile(filepath.Join(own, name), []byte(random()), 0o600)
	}
	for _, c := range []struct {
		at     *officetest.Desk
		limit  string
		moving []string
	}{
		{front, "upload", []string{"get", "front:Films/film", t.TempDir()}},
		{front, "upload-per-pc", []string{"get", "front:Films/film", t.TempDir()}},
		{back, "download", []string{"get", "front:Films/film", t.TempDir()}},
		{back, "download-per-pc", []string{"get", "front:Films/film", t.TempDir()}},
		{back, "upload", []string{"put", filepath.Join(own, "a"), "front:Films"}},
		{front, "download-per-pc", []string{"put", filepath.Join(own, "b"), "front:Films"}},
	} {
		c.at.Must("config", "set", c.limit, "5 MB/s")
		begun := time.Now()
		back.Must(c.moving...)
		if took := time.Since(begun); took < 1100*time.Millisecond { // 6 MB at 5 MB/s, less what may run ahead
			t.Errorf("%s %s at %s: 6 MB took %v at 5 MB/s", c.moving[0], c.limit, c.at.PC.Name, took)
		}
		if got := c.at.Must("config", "get", c.limit); !strings.Contains(got, "5 MB/s") {
			t.Errorf("%s is shown as %q", c.limit, got)
		}
		c.at.Must("config", "set", c.limit, "off")
	}
	front.Fails("want off MB/s", "config", "set", "upload", "10 Mbit")
}
