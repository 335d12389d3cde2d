package printingtest

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestCUPSPrints(t *testing.T) {
	began := time.Now()
	c := NewCUPS(t)
	c.AddUSBQueue("laser", Direct)
	t.Logf("ready after %v", time.Since(began))
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, []byte("%PDF-1.4\n%%EOF\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c.Run("/usr/bin/lp", "-d", "laser", "-n", "3", "-o", "sides=two-sided-long-edge", file)
	p := c.WaitPrinted(1, 5*time.Second)[0]
	if p.Queue != "laser" || p.Copies != 3 || p.Options["sides"] != "two-sided-long-edge" {
		t.Errorf("printed %+v", p)
	}
}
