//go:build linux

package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"lanyard/discovery/discoverytest"
)

// packages makes some of what `make package` makes, and returns the folder they are in.
func packages(t *testing.T, parts ...string) string {
	t.Helper()
	for _, program := range []string{"dpkg-deb", "dpkg-shlibdeps", "rsvg-convert"} {
		if _, err := exec.LookPath(program); err != nil {
			discoverytest.Unavailable(t, "%v", err)
		}
	}
	dir := t.TempDir()
	cmd := exec.Command("../scripts/package", parts...)
	cmd.Env = append(os.Environ(), "DIST="+dir, "DPKG_DEB_COMPRESSOR_TYPE=gzip", "DPKG_DEB_COMPRESSOR_LEVEL=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("scripts/package %s: %v\n%s", strings.Join(parts, " "), err, out)
	}
	return dir
}

// system is this machine's file system as a PC of the lab sees it: it may be changed at will, and what is changed is gone
// with the PC.
type system struct {
	t    *testing.T
	pc   *discoverytest.PC
	root string // where it is, in the PC
}

func newSystem(t *testing.T, pc *discoverytest.PC) *system {
	t.Helper()
	s := &system{t, pc, filepath.Join(t.TempDir(), "root")}
	out, err := pc.Command(t.Context(), "sh", "-ec", `
		mkdir "$1" "$1.layers"
		mount -t tmpfs tmpfs "$1.layers"
		mkdir "$1.layers/new" "$1.layers/work"
		mount -t overlay -o "lowerdir=/,upperdir=$1.layers/new,workdir=$1.layers/work" overlay "$1"
		mount --rbind /dev "$1/dev"
		for own in /proc /run /tmp "$2"; do mount --bind "$own" "$1$own"; done`, "sh", s.root, os.TempDir()).CombinedOutput()
	if err != nil {
		discoverytest.Unavailable(t, "lay a file system over this one: %v\n%s", err, out)
	}
	return s
}

func (s *system) command(args ...string) *discoverytest.Cmd {
	return s.pc.Command(s.t.Context(), "chroot", append([]string{s.root}, args...)...)
}

// must runs a program there that must work and returns what it prints.
func (s *system) must(args ...string) string {
	s.t.Helper()
	out, err := s.command(args...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestPackagesForLinux(t *testing.T) {
	dist := packages(t, "deb", "tar")
	t.Run("deb", func(t *testing.T) { isInstalledUsedAndRemoved(t, dist) })
	t.Run("tar", func(t *testing.T) { installsForOneAndForAll(t, dist) })
}

// A .deb is installed, what other programs read of it is as they want it, its program opens its window, and it is removed.
func isInstalledUsedAndRemoved(t *testing.T, dist string) {
	for _, program := range []string{"dpkg", "appstreamcli", "desktop-file-validate", "ufw", "firewall-offline-cmd"} {
		if _, err := exec.LookPath(program); err != nil {
			discoverytest.Unavailable(t, "%v", err)
		}
	}
	debs, _ := filepath.Glob(filepath.Join(dist, "lanyard_"+metadata.Version+"_*.deb"))
	if len(debs) != 1 {
		t.Fatalf("made %q", debs)
	}
	pc := discoverytest.NewLAN(t).Join("desk")
	s := newSystem(t, pc)
	s.must("dpkg", "-i", debs[0])
	installed := strings.Fields(s.must("dpkg", "-L", "lanyard"))

	s.must("appstreamcli", "validate", "--no-net", "/usr/share/metainfo/org.lanyard.Lanyard.metainfo.xml")
	s.must("desktop-file-validate", "/usr/share/applications/org.lanyard.Lanyard.desktop")
	for command, want := range map[string]string{
		"dpkg-query -W lanyard": metadata.Version,
		"cat /usr/share/metainfo/org.lanyard.Lanyard.metainfo.xml": `<release version="` + metadata.Version + `"`,
		"cat /usr/share/applications/org.lanyard.Lanyard.desktop":  "\nExec=\"/usr/bin/lanyard\"\n",
		"cat /usr/lib/systemd/user/lanyard.service":                "\nExecStart=/usr/bin/lanyard serve\n",
		"lanyard version":                             metadata.Version,
		"lanyardd version":                            metadata.Version,
		"ufw app info Lanyard":                        "4720/tcp\n  5353/udp",
		"firewall-offline-cmd --info-service=lanyard": "ports: 4720/tcp 5353/udp",
	} {
		if out := s.must(strings.Fields(command)...); !strings.Contains(out, want) {
			t.Errorf("%s says %q, want %q in it", command, out, want)
		}
	}

	home := filepath.Join(t.TempDir(), "home")
	w := openProgram(t, newScreen(t, "1024x768"), pc, home, s.command("/usr/bin/lanyard", "--home", home))
	s.bringsWhatItUses(w.cmd.Process.Pid)
	w.cmd.Process.Signal(syscall.SIGINT)
	if err := w.cmd.Wait(); err != nil {
		t.Errorf("the window ended with %v\n%s", err, w.err.String())
	}

	s.must("dpkg", "--purge", "lanyard")
	for _, path := range installed {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			continue // this machine's own
		}
		if s.command("test", "-e", path).Run() == nil {
			t.Errorf("%s is left", path)
		}
	}
}

// bringsWhatItUses checks that every library in a process comes from a package that lanyard depends on.
func (s *system) bringsWhatItUses(pid int) {
	s.t.Helper()
	depends := map[string]string{} // by package or what it stands for: on what, in the words of its control file
	for line := range strings.Lines(s.must("dpkg-query", "-W", "-f", "${Package}\t${Pre-Depends}, ${Depends}\t${Provides}\n")) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		depends[fields[0]] += ", " + fields[1]
		for _, other := range names(fields[2]) {
			depends[other] += ", " + fields[0]
		}
	}
	brought := map[string]bool{}
	for next := []string{"lanyard"}; len(next) > 0; next = next[1:] {
		if name := next[0]; !brought[name] {
			brought[name] = true
			next = append(next, names(depends[name])...)
		}
	}
	used := s.librariesOf(pid)
	if len(used) < 5 {
		s.t.Errorf("uses %v alone", used)
	}
	for path, owner := range used {
		if !brought[owner] {
			s.t.Errorf("%s is used, but lanyard doesn't depend on its package, %q", path, owner)
		}
	}
}

// librariesOf lists the libraries in a process, each with the package it comes from.
func (s *system) librariesOf(pid int) map[string]string {
	s.t.Helper()
	used := map[string]string{}
	search := []string{"dpkg", "-S"}
	for line := range strings.Lines(s.must("cat", "/proc/"+strconv.Itoa(pid)+"/maps")) {
		fields := strings.Fields(line)
		path := fields[len(fields)-1]
		// How names are looked up is this machine's business.
		if _, twice := used[path]; !twice && strings.Contains(path, ".so") && !strings.Contains(path, "/libnss_") {
			used[path] = ""
			search = append(search, path, strings.TrimPrefix(path, "/usr")) // as it was packed before /lib was put into /usr
		}
	}
	out, _ := s.command(search...).Output() // of each two paths, one is not found
	for line := range strings.Lines(string(out)) {
		owner, path, _ := strings.Cut(strings.TrimSpace(line), ": ")
		owner, _, _ = strings.Cut(owner, ":")
		for _, path := range []string{path, "/usr" + path} {
			if _, ok := used[path]; ok {
				used[path] = owner
			}
		}
	}
	return used
}

// names are those in a field of a control file, as in "libc6 (>= 2.34), libegl-mesa0 | libegl-vendor".
func names(field string) []string {
	var all []string
	for entry := range strings.FieldsFuncSeq(field, func(r rune) bool { return r == ',' || r == '|' }) {
		if words := strings.Fields(entry); len(words) > 0 {
			name, _, _ := strings.Cut(words[0], ":")
			all = append(all, name)
		}
	}
	return all
}

// The archive for other Linux installs for one user, or for all, and takes itself out again.
func installsForOneAndForAll(t *testing.T, dist string) {
	at := t.TempDir()
	archives, _ := filepath.Glob(filepath.Join(dist, "*.tar.gz"))
	if len(archives) != 1 {
		t.Fatalf("made %q", archives)
	}
	if out, err := exec.Command("tar", "-C", at, "-xf", archives[0]).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	installers, _ := filepath.Glob(filepath.Join(at, "lanyard-"+metadata.Version+"-linux-*", "install.sh"))
	if len(installers) != 1 {
		t.Fatalf("installers: %q", installers)
	}
	for _, c := range []struct{ name, prefix, program, firewall string }{
		{"for one user", "", "home/me/.local/bin/lanyard", ""},
		{"for all", "/usr/local", "usr/local/bin/lanyard", "etc/ufw/applications.d/lanyard"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			install := func(args ...string) {
				t.Helper()
				cmd := exec.Command(installers[0], args...)
				cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=/home/me", "DESTDIR=" + root, "PREFIX=" + c.prefix}
				if out, err := cmd.CombinedOutput(); err != nil {
					t.Fatalf("install %v: %v\n%s", args, err, out)
				}
			}
			install()
			if out, err := exec.Command(filepath.Join(root, c.program), "version").CombinedOutput(); err != nil || !strings.Contains(string(out), metadata.Version) {
				t.Errorf("lanyard version: %v\n%s", err, out)
			}
			if _, err := os.Stat(filepath.Join(root, c.firewall)); err != nil {
				t.Error(err)
			}
			install("--remove")
			filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
				if err != nil || !d.IsDir() {
					t.Errorf("left: %s %v", path, err)
				}
				return nil
			})
		})
	}
}
