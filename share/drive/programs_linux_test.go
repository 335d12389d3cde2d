package drive

import (
	"os/exec"
	"strings"
	"testing"
)

// litmus is the test that the makers of WebDAV programs use.
func TestLitmus(t *testing.T) {
	o := newOffice(t)
	for _, suite := range []string{"basic", "copymove", "props", "locks", "http"} {
		cmd := exec.CommandContext(t.Context(), "litmus", o.url+"/anna/Plans/")
		cmd.Dir = t.TempDir() // where it leaves its log
		cmd.Env = append(cmd.Environ(), "TESTS="+suite)
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "100.0%") || strings.Contains(string(out), "WARNING") {
			t.Errorf("%s: %v\n%s", suite, err, out)
		}
	}
}
