package printingtest

import (
	"os"
	"testing"
)

// Need skips the test, loudly, where one of the files is missing, and fails it in CI.
func Need(t testing.TB, files ...string) {
	t.Helper()
	for _, f := range files {
		if _, err := os.Stat(f); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is not installed", f)
			}
			t.Skipf("SKIPPED: %s is not installed", f)
		}
	}
}
