package node

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// checkDir refuses what is no folder and what must never be given away: a whole disk, Lanyard's own home, hidden folders
// like those that keep keys. What hardly anybody means to give away has to be confirmed.
func (n *Node) checkDir(dir string, confirmed bool) (string, error) {
	return checkDir(n.home.Path(), dir, confirmed)
}

func checkDir(own, dir string, confirmed bool) (string, error) {
	if !filepath.IsAbs(dir) {
		return "", problem(Invalid, "", "the path of a shared folder must be absolute, not %q", dir)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", problem(NotFound, "", "can't share %s: %w", dir, pathCause(err))
	}
	info, err := os.Stat(real)
	if err != nil {
		return "", problem(NotFound, "", "can't share %s: %w", dir, pathCause(err))
	}
	own, _ = filepath.EvalSymlinks(own)
	switch {
	case !info.IsDir():
		return "", problem(Invalid, "share the folder that it is in", "%s is a file, not a folder", dir)
	case filepath.Dir(real) == real:
		return "", problem(Denied, "share a folder in it", "%s is a whole disk", dir)
	case within(real, own), within(own, real) && !hidden(strings.TrimPrefix(own, real)): // who can't see it can't take it
		return "", problem(Denied, "share another folder", "%s holds Lanyard's own key and settings", dir)
	case hidden(real):
		return "", problem(Denied, "share another folder", "%s is hidden: programs keep keys and passwords in such folders", dir)
	}
	if why := private(real); why != "" && !confirmed {
		return "", problem(Unsure, "share a folder in it, or confirm with --yes", "%s %s", dir, why)
	}
	return real, nil
}

// private tells why hardly anybody means to give a folder away; "" if there is no reason.
func private(real string) string {
	user, _ := os.UserHomeDir()
	if r, err := filepath.EvalSymlinks(user); err == nil {
		user = r
	}
	switch {
	case user != "" && real == user:
		return "is your home folder, with all that is private in it"
	case user != "" && within(user, real):
		return "holds your home folder, with all that is private in it"
	case slices.ContainsFunc(systemDirs(), func(d string) bool { return within(real, d) }):
		return "belongs to the system"
	}
	return ""
}

// systemDirs are folders in which a system keeps itself.
func systemDirs() []string {
	if runtime.GOOS == "windows" {
		return []string{os.Getenv("SystemRoot"), os.Getenv("ProgramFiles"), os.Getenv("ProgramData")}
	}
	return []string{"/etc", "/boot", "/bin", "/sbin", "/lib", "/usr", "/dev", "/proc", "/sys", "/run/credentials", "/System", "/Library"}
}

// hidden tells whether a path leads through a hidden folder.
func hidden(path string) bool {
	return slices.ContainsFunc(strings.Split(path, string(filepath.Separator)), func(part string) bool {
		return strings.HasPrefix(part, ".")
	})
}

// within tells whether path is dir or below it.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return dir != "" && err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
