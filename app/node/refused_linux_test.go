package node

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanyard/app/node/gate"
	"lanyard/discovery/discoverytest"
	"lanyard/share"
)

// onDisk is an office whose folder Plans is a disk of its own, of 2 MB.
func onDisk(t *testing.T) (*office, string) {
	t.Helper()
	o, dir := newOffice(t, map[string]string{gate.Everyone: "change"}), t.TempDir()
	if err := unix.Mount("none", dir, "tmpfs", 0, "size=2m"); err != nil {
		discoverytest.Unavailable(t, "mount: %v", err)
	}
	t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	o.settings.Folders[0].Dir = dir
	if err := o.files.SetFolders([]share.Folder{{Name: "Plans", Dir: dir}}); err != nil {
		t.Fatal(err)
	}
	return o, dir
}

func (o *office) problemTexts(t *testing.T) string {
	t.Helper()
	s, err := o.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(s.Problems, "\n")
}

// What a full disk or the system does not let others write, the owner of the PC reads, too: once, until it is over.
func TestTheOwnerLearnsWhatOthersCouldNotWrite(t *testing.T) {
	small, large := filepath.Join(t.TempDir(), "small"), filepath.Join(t.TempDir(), "large")
	for file, size := range map[string]int{small: 10, large: 8 << 20} {
		if err := os.WriteFile(file, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		readOnly bool
		says     []string
		try      func(c *share.Client, dir string) error
		over     func(t *testing.T, o *office, dir string)
	}{
		"a disk that is full, until something is put": {false, []string{"Plans", "no room", "MB are left"},
			func(c *share.Client, _ string) error {
				return c.Put(t.Context(), []string{large}, "Plans", "", share.Moving{}, share.NewProgress())
			},
			func(t *testing.T, o *office, _ string) {
				err := o.as(t, o.member).Put(t.Context(), []string{small}, "Plans", "", share.Moving{}, share.NewProgress())
				if err != nil {
					t.Error(err)
				}
			}},
		"a disk that is full, until there is room": {false, []string{"no room"},
			func(c *share.Client, dir string) error {
				_ = os.WriteFile(filepath.Join(dir, "fill"), make([]byte, 4<<20), 0o600) // as much as fits
				return c.Mkdir(t.Context(), "Plans", "new")
			},
			func(t *testing.T, o *office, dir string) {
				if o.refusals.tend(time.Now()) {
					t.Error("it is over before there is room")
				}
				if err := os.Remove(filepath.Join(dir, "fill")); err != nil {
					t.Error(err)
				}
				o.refusals.tend(time.Now())
			}},
		"a file on a disk that can only be read, until nobody tries any more": {true, []string{"Plans", "can only be read"},
			func(c *share.Client, _ string) error {
				return c.Put(t.Context(), []string{small}, "Plans", "", share.Moving{}, share.NewProgress())
			},
			func(_ *testing.T, o *office, _ string) { o.refusals.tend(time.Now().Add(refusedFor + time.Second)) }},
		"a removal from it": {true, []string{"Plans", "can only be read"},
			func(c *share.Client, _ string) error { return c.Remove(t.Context(), "Plans", "there") },
			func(_ *testing.T, o *office, _ string) { o.refusals.tend(time.Now().Add(refusedFor + time.Second)) }},
	} {
		t.Run(name, func(t *testing.T) {
			o, dir := onDisk(t)
			if err := os.Mkdir(filepath.Join(dir, "there"), 0o700); err != nil {
				t.Fatal(err)
			}
			if c.readOnly {
				if err := unix.Mount("", dir, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
					t.Fatal(err)
				}
			}
			said := ""
			for range 3 {
				if err := c.try(o.as(t, o.member), dir); err == nil {
					t.Fatal("it could be written")
				}
				if said = o.problemTexts(t); strings.Count(said, "\n") > 0 {
					t.Errorf("it is said more than once: %s", said)
				}
			}
			for _, words := range append(c.says, dir, o.nameOf(o.member.Peer.ID)) {
				if !strings.Contains(said, words) {
					t.Errorf("said %q, without %q", said, words)
				}
			}
			if c.over(t, o, dir); o.problemTexts(t) != "" {
				t.Errorf("it is still said: %s", o.problemTexts(t))
			}
		})
	}
}

// Who is refused and let in by turns fills neither the log nor the memory.
func TestRefusalsByTurnsAreFirstOnce(t *testing.T) {
	var s refusals
	key, first := refusal{"Plans", share.Full}, 0
	now := time.Now()
	for range 100 {
		news, one := s.add(key, &refused{who: "x", free: -1, last: now, text: "full"})
		if !news || len(s.texts()) != 1 || !s.clear("Plans", "x") || len(s.texts()) != 0 {
			t.Fatal("it is not said, or goes on to be said")
		}
		if one {
			first++
		}
	}
	if s.tend(now.Add(refusedFor + time.Second)); first != 1 || len(s.all) != 0 {
		t.Errorf("first %d times, %d are kept", first, len(s.all))
	}
	for k := range 2 * maxRefused {
		s.add(refusal{string(rune('a' + k)), share.Full}, &refused{last: now})
	}
	if len(s.all) != maxRefused {
		t.Errorf("%d are kept", len(s.all))
	}
}
