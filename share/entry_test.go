package share

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// One entry is asked for without the others; what may not be seen is not there.
func TestOneEntry(t *testing.T) {
	o := newOffice(t)
	o.write(o.shared, "d/file ü?.txt", "content")
	o.write(o.shared, ".hidden", "x")
	o.write(o.shared, "d/.hidden", "x")
	when := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	o.check(os.Chtimes(filepath.Join(o.shared, "d/file ü?.txt"), when, when))
	o.check(os.Symlink("/etc/passwd", filepath.Join(o.shared, "leads out")))
	got, err := o.client.Entry(t.Context(), "Team", "d/file ü?.txt")
	if want := (Entry{Name: "file ü?.txt", Size: 7, Modified: when}); err != nil || !got.Modified.Equal(when) || got.Name != want.Name || got.Size != want.Size || got.Folder {
		t.Errorf("a file: %+v, %v", got, err)
	}
	if got, err := o.client.Entry(t.Context(), "Team", "d"); err != nil || got.Name != "d" || !got.Folder {
		t.Errorf("a folder: %+v, %v", got, err)
	}
	for _, p := range []string{"none", "none/none", "d/none", ".hidden", "d/.hidden", "d/..", "leads out", "leads out/x", "", "d/file ü?.txt/x", strings.Repeat("x", 5000)} {
		got, err := o.client.Entry(t.Context(), "Team", p)
		var e *Error
		if err == nil || !errors.As(err, &e) {
			t.Errorf("%.40q: %+v, %v", p, got, err)
		}
	}
	for _, only := range []string{"..", "../..", "../../etc/passwd", ".hidden", "d/../.hidden", "/etc/passwd", "d%2f.."} {
		answer, err := o.client.HTTP.Get(o.web.URL + "/v1/list/Team/d?only=" + only)
		o.check(err)
		answer.Body.Close()
		if answer.StatusCode/100 != 4 {
			t.Errorf("only %q: %s", only, answer.Status)
		}
	}
}
