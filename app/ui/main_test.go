package ui

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

// viewerDir is shared by the tests, so that the viewer for PDF is compiled once.
var viewerDir string

func TestMain(m *testing.M) {
	os.Setenv("LC_ALL", "en_US.UTF-8") // that is what the tests read
	os.Unsetenv("LANGUAGE")
	dir, err := os.MkdirTemp("", "viewer")
	if err != nil {
		panic(err)
	}
	viewerDir = dir
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		os.RemoveAll(dir)
		os.Exit(code)
	}))
}
