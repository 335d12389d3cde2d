package ole

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestCopyAndPaste(t *testing.T) {
	ready := false
	want := []string{`C:\a b+ü.txt`, `C:\windows\北.txt`}
	if err := (Desktop{}).Copy(t.Context(), want, func() { ready = true }); err != nil || !ready {
		t.Fatalf("%v, %v", ready, err)
	}
	if got, err := (Desktop{}).Paste(t.Context()); err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
}

// The shell makes an object of files, which has them as a list.
func TestDataObject(t *testing.T) {
	oleInitialize.Call(0)
	defer oleUninitialize.Call()
	dir := t.TempDir()
	var paths []string
	for _, name := range []string{"a.txt", "ü.txt"} {
		paths = append(paths, filepath.Join(dir, name))
		if err := os.WriteFile(paths[len(paths)-1], nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data, err := dataObject(paths)
	if err != nil {
		t.Fatal(err)
	}
	release(data)
	if _, err := dataObject([]string{filepath.Join(dir, "none.txt")}); err == nil {
		t.Error("an object of no file")
	}
}
