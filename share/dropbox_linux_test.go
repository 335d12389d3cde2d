package share

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// A drop box that can take no more says so of every name, those that are there and those that aren't.
func TestADropBoxInTroubleTellsNothing(t *testing.T) {
	for trouble, bring := range map[string]func(t *testing.T, dir string){
		"a disk that can only be read": func(t *testing.T, dir string) {
			if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
				t.Fatal(err)
			}
		},
		"a full disk": func(t *testing.T, dir string) {
			_ = os.WriteFile(filepath.Join(dir, "filler"), make([]byte, 4<<20), 0o666) // as much as there is
		},
		"no more files": func(t *testing.T, dir string) {
			for n := 0; os.WriteFile(filepath.Join(dir, fmt.Sprint("filler", n)), nil, 0o666) == nil; n++ {
			}
		},
	} {
		t.Run(trouble, func(t *testing.T) {
			dir := disk(t, "size=2m,nr_inodes=100")
			write(t, filepath.Join(dir, "there"), "old")
			write(t, filepath.Join(dir, "there too", "x"), "old")
			bring(t, dir)
			p := newPCIn(t, addOnly, dir)
			for _, names := range [][2]string{{"there", "never"}, {"there too", "never too"}} {
				var said [2]string
				for k, name := range names {
					said[k] = answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/mkdir/docs/"+strings.ReplaceAll(name, " ", "%20"), nil))
					for _, list := range [][]stored{
						{{path: name, content: "new"}}, {{path: name, folder: true}}, {{path: name + "/x", content: "new"}}, {{path: name, content: strings.Repeat("n", 2*pieceSize)}},
					} {
						said[k] += answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", strings.NewReader(string(streamOf(list...)))))
					}
					said[k] = strings.ReplaceAll(said[k], "never", "there")
				}
				if said[0] != said[1] {
					t.Errorf("of what is there:\n%s\nof what is not:\n%s", said[0], said[1])
				}
				if read(t, filepath.Join(dir, "there")) != "old" || read(t, filepath.Join(dir, "there too", "x")) != "old" {
					t.Error("a file has changed")
				}
			}
		})
	}
}
