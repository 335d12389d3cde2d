//go:build linux

package main

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

func TestMistakesGetAClearAnswer(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	two := officetest.Office(t, lan, "front", "back")
	front, back := two[0], two[1]
	dir := front.Shares("Plans", "read", map[string]string{"a.txt": "a"})
	front.Shares("Box", "add", nil)
	front.Must("printer", "share", "Print-to-folder")
	back.Knows(front, "Box")
	doc := filepath.Join(t.TempDir(), "report.pdf")
	os.WriteFile(doc, []byte(pdf), 0o644)
	for _, c := range []struct{ words, line string }{
		{"no PC nobody", "ls nobody"},
		{"no front:Nope", "ls front:Nope"},
		{"no front:Plans/nope.txt", "get front:Plans/nope.txt " + t.TempDir()},
		{"no folder", "get front:Plans/a.txt /nonexistent/x/y"},
		{"can't read no such file", "put /nonexistent/file front:Box"},
		{"may only read Plans on front", "put " + doc + " front:Plans"}, // what is known here is not asked there
		{"may only read Plans on front", "put --preview " + doc + " front:Plans"},
		{"may only read Plans on front", "rm front:Plans/a.txt"},
		{"may only read Plans on front", "mv front:Plans/a.txt front:Plans/b.txt"},
		{"may only read Plans on front", "mkdir front:Plans/new"},
		{"may only add to Box on front", "rm front:Box/a.txt"},
		{"no front:Box", "ls front:Box"}, // a drop box shows nothing
		{"no printer", "print -P front/Nope " + doc},
		{"takes sides", "print -P front/Print-to-folder -o sides=upside-down " + doc},
		{"no-such-option", "print -P front/Print-to-folder -o no-such-option=1 " + doc},
		{"can't print", "print -P front/Print-to-folder " + "/bin/true"},
		{"no such job", "jobs cancel front/Print-to-folder/4711"},
		{"no transfer", "transfers cancel 4711"},
		{"no setting", "config set colour blue"},
		{"can't set", "config set port many"},
		{"only be moved within one", "mv front:Plans/a.txt front:Box/a.txt"},
		{"already", "workgroup create Another"},
		{"whole disk", "share add /"},
		{"key and settings", "share add " + back.Home},
		{"is a file", "share add " + doc},
		{"no right", "share add " + t.TempDir() + " --allow everyone=everything"},
		{"no PC", "share add " + t.TempDir() + " --allow nobody=read"},
		{"shares no folder", "share remove Nope"},
		{"no printer", "printer share Nope"},
	} {
		back.Fails(c.words, strings.Fields(c.line)...)
	}
	if officetest.Content(t, filepath.Join(dir, "report.pdf")) != "" {
		t.Error("a file came into a folder that may only be read")
	}
	back.Must("put", doc, "front:Box")
}

func TestAUsageErrorExitsWith2(t *testing.T) {
	d := officetest.New(t, discoverytest.NewLAN(t).Join("a"))
	for line, want := range map[string]int{
		"frobnicate": 2, "ls": 2, "get a:b": 2, "serve --port 70000": 2, "peers --nonsense": 2, "print report.pdf": 2,
		"ls nobody": 1, "status": 0, "peers --json": 0, "version": 0,
	} {
		cmd := d.PC.Self(t.Context(), "lanyardd", append([]string{"--home", d.Home}, strings.Fields(line)...)...)
		_ = cmd.Run()
		if got := cmd.ProcessState.ExitCode(); got != want {
			t.Errorf("lanyardd %s: exit %d, want %d", line, got, want)
		}
	}
}

func TestASecondStartAndNoStart(t *testing.T) {
	d := officetest.New(t, discoverytest.NewLAN(t).Join("a"))
	d.Fails("running already", "serve")
	if err := d.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	d.Fails("not running start it", "peers")
}

func TestAPortInUse(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	pc := lan.Join("a")
	var l net.Listener
	pc.Do(func() { l, _ = net.Listen("tcp", ":4720") })
	defer l.Close()
	d := officetest.New(t, pc) // the default port gives way
	if s, err := d.Snapshot(t.Context()); err != nil || s.Self.Port == 4720 || s.Self.Port == 0 {
		t.Errorf("port %d, %v", s.Self.Port, err)
	}
	other := &officetest.Desk{T: t, PC: pc, Home: t.TempDir()}
	other.Fails("open port 4720 --port", "serve", "--port", "4720") // a chosen one does not
}

func TestADamagedHomeStartsAndSaysSo(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	d := officetest.New(t, lan.Join("a"))
	d.Shares("Plans", "read", nil)
	if err := d.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	settings := filepath.Join(d.Home, "settings.json")
	damaged := []byte(`{"name":"a","folders":[{"na`)
	os.WriteFile(settings, damaged, 0o600)
	os.WriteFile(filepath.Join(d.Home, "peers.json"), []byte("\x00\x01"), 0o600)
	d.Start()
	s, err := d.Snapshot(t.Context())
	if err != nil || len(s.Problems) != 2 || !strings.Contains(s.Problems[0], "settings.json was damaged") {
		t.Errorf("problems: %q, %v", s.Problems, err)
	}
	if got := officetest.Content(t, settings+".bak"); got != string(damaged) {
		t.Errorf("kept: %q", got)
	}
	if len(s.Folders) != 0 {
		t.Errorf("shared after damage: %v", s.Folders)
	}
}

func TestAHomeThatCantBeWritten(t *testing.T) {
	disk := t.TempDir()
	if err := unix.Mount("none", disk, "tmpfs", unix.MS_RDONLY, ""); err != nil {
		discoverytest.Unavailable(t, "mount: %v", err)
	}
	defer unix.Unmount(disk, 0)
	file := filepath.Join(t.TempDir(), "file")
	os.WriteFile(file, nil, 0o600)
	pc := discoverytest.NewLAN(t).Join("a") // after the mount, so that it is the PC's too
	for home, words := range map[string]string{
		filepath.Join(disk, "home"): "can't write --home",
		filepath.Join(file, "home"): "home",
		"/proc/lanyard":             "home",
	} {
		d := &officetest.Desk{T: t, PC: pc, Home: home}
		d.Fails(words, "serve")
	}
}

// Whoever takes a member's place in the announcements fails in the handshake.
func TestAnImpostorIsNotTheMember(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	two := officetest.Office(t, lan, "front", "back")
	front, back := two[0], two[1]
	front.Shares("Plans", "change", map[string]string{"a.txt": "a"})
	back.Knows(front, "Plans")
	s, _ := front.Snapshot(t.Context())
	address := front.PC.Addr()
	front.Cmd.Kill()
	back.Misses(8*time.Second, front)
	front.PC.Unplug()
	impostor := officetest.New(t, lan.Join("front", discoverytest.Address(netip.PrefixFrom(address, lan.Prefix().Bits())))) // same name, same address, same port
	back.Until(10*time.Second, "sees the impostor as a stranger", func(st *node.State) bool {
		for _, p := range st.Peers {
			if p.Online && p.ID != s.Self.ID && !p.Member {
				return true
			}
		}
		return false
	})
	back.Fails("off or can't be reached", "get", "front:Plans/a.txt", t.TempDir())
	_ = impostor
	state, _ := back.Snapshot(t.Context())
	for _, p := range state.Peers {
		if p.ID == s.Self.ID && p.Online {
			t.Error("the impostor is taken for the member")
		}
	}
}

// big makes a file that can't be packed; one of another name has another content.
func big(t *testing.T, path string, size int) {
	t.Helper()
	var seed [32]byte
	copy(seed[:], filepath.Base(path))
	random := rand.NewChaCha8(seed)
	block := make([]byte, 1<<20)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for i := 0; i < size; i += len(block) {
		_, _ = random.Read(block)
		f.Write(block)
	}
}

// half waits until a transfer has moved something and is not done.
func half(d *officetest.Desk) {
	d.T.Helper()
	d.Until(10*time.Second, "is in the middle", func(s *node.State) bool {
		return len(s.Transfers) > 0 && s.Transfers[0].Bytes > 0 && s.Transfers[0].State == node.TransferRunning
	})
}

func ended(d *officetest.Desk, within time.Duration) (t node.Transfer) {
	d.T.Helper()
	d.Until(within, "transfer has ended", func(s *node.State) bool {
		if len(s.Transfers) > 0 {
			t = s.Transfers[0]
		}
		return t.State.Ended()
	})
	return t
}

// nothing fails when there is anything but these files in a folder, hidden or not.
func nothing(t *testing.T, dir string, but ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if strings.Join(names, " ") != strings.Join(but, " ") {
		t.Errorf("%s holds %q, want %q", dir, names, but)
	}
}

func hidden(dir string) (names []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			names = append(names, e.Name())
		}
	}
	return names
}
