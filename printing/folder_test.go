package printing_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"lanyard/printing"
)

func TestPrintToFolder(t *testing.T) {
	dir := t.TempDir()
	desk := newPC(t, []printing.Shared{{Name: "Folder", Dir: dir}})
	ann := desk.as("ann")
	for range 2 {
		job, err := ann.Print(t.Context(), "Folder", document("Quarterly report.pdf"), nil, 2)
		if err != nil {
			t.Fatal(err)
		}
		desk.await(job.ID, 5*time.Second, "completed", state(printing.JobCompleted))
	}
	want := []string{"Quarterly report (2).pdf", "Quarterly report (3).pdf", "Quarterly report (4).pdf", "Quarterly report.pdf"}
	if got := files(t, dir); !slices.Equal(got, want) {
		t.Fatalf("the folder has %q, want %q", got, want)
	}
	for _, name := range want {
		if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(b) != pdf {
			t.Errorf("%s is not what was sent (%v)", name, err)
		}
	}
}
