package node

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"lanyard/share"
)

// A preview tells which files get another name, as this PC's disk can't hold theirs.
func TestAPreviewTellsNewNames(t *testing.T) {
	o := newOffice(t, map[string]string{"everyone": "read"})
	dir := o.settings.Folders[0].Dir
	if err := o.files.SetFolders([]share.Folder{{Name: "Plans", Dir: dir}}); err != nil {
		t.Fatal(err)
	}
	plans := filepath.Join(dir, "plans")
	if err := os.Mkdir(plans, 0o700); err != nil {
		t.Fatal(err)
	}
	name, as := "12:30.txt", "12\uf03a30.txt" // on a disk of Windows
	if runtime.GOOS != "windows" {
		name, as = "a\uf05cb.txt", "a\\b.txt" // what has no place in a path stands for the backslash
	}
	if err := os.WriteFile(filepath.Join(plans, as), []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := o.as(t, o.member).PreviewGet(t.Context(), "Plans", []string{"plans"}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p := showPreview(found)
	if want := (Renamed{Path: "plans/" + name, As: "plans/" + as}); p.New.Files != 1 || len(p.Renamed) != 1 || p.Renamed[0] != want {
		t.Errorf("the preview has %+v, want %+v", p, want)
	}
}
