package ui

import (
	"bufio"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// maxUserDirs bounds the file that says where a person's folders are, in bytes.
const maxUserDirs = 64 << 10

// userFolders returns the folders of the person at this PC for documents, pictures and the like, those that there are.
func userFolders() []string {
	home, err := os.UserHomeDir()
	if err != nil {
		return nil
	}
	candidates := []string{filepath.Join(home, "Documents"), filepath.Join(home, "Pictures"), filepath.Join(home, "Music"), filepath.Join(home, "Videos")}
	switch runtime.GOOS {
	case "windows":
	case "darwin":
		candidates[3] = filepath.Join(home, "Movies")
		candidates = append(candidates, filepath.Join(home, "Public"))
	default:
		candidates = append(candidates, filepath.Join(home, "Public"))
		if config, err := os.UserConfigDir(); err == nil {
			if text, err := os.ReadFile(filepath.Join(config, "user-dirs.dirs")); err == nil && len(text) <= maxUserDirs { // #nosec G304 -- the user's own
				candidates = xdgFolders(string(text), home)
			}
		}
	}
	var there []string
	for _, dir := range candidates {
		if real, err := filepath.EvalSymlinks(dir); err == nil { // as the node names it
			dir = real
		}
		if info, err := os.Stat(dir); err == nil && info.IsDir() && dir != home && !slices.Contains(there, dir) {
			there = append(there, dir)
		}
	}
	return there
}

// xdgFolders reads where the folders are that people share (xdg-user-dirs, user-dirs.dirs): XDG_DOCUMENTS_DIR="$HOME/Documents".
// One that is the home itself is switched off.
func xdgFolders(text, home string) []string {
	found := map[string]string{}
	for s := bufio.NewScanner(strings.NewReader(text)); s.Scan(); {
		key, value, ok := strings.Cut(strings.TrimSpace(s.Text()), "=")
		value = strings.Trim(value, `"`)
		if rest, below := strings.CutPrefix(value, "$HOME/"); below {
			value = filepath.Join(home, rest)
		}
		if ok && filepath.IsAbs(value) && filepath.Clean(value) != home {
			found[key] = filepath.Clean(value)
		}
	}
	var dirs []string
	for _, key := range []string{"DOCUMENTS", "PICTURES", "MUSIC", "VIDEOS", "PUBLICSHARE"} {
		if dir := found["XDG_"+key+"_DIR"]; dir != "" {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}
