package node

import (
	"os"
	"path/filepath"
	"strings"
)

// inboxFolder is where files go that people send.
func (n *Node) inboxFolder(s *settings) string {
	if s.Inbox != "" {
		return s.Inbox
	}
	if dir := downloads(); dir != "" {
		return filepath.Join(dir, "Lanyard Inbox")
	}
	return n.home.Path("inbox")
}

// downloads is the user's folder for what comes from elsewhere; "" where there is none.
func downloads() string {
	user, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	for _, dir := range []string{userDir(user, "XDG_DOWNLOAD_DIR"), filepath.Join(user, "Downloads")} {
		if info, err := os.Stat(dir); err == nil && info.IsDir() && filepath.IsAbs(dir) && filepath.Clean(dir) != filepath.Clean(user) {
			return dir
		}
	}
	return ""
}

// userDir reads one of the user's folders (xdg-user-dirs), which the environment may override; "" where it isn't set.
func userDir(user, name string) string {
	if dir := os.Getenv(name); dir != "" {
		return dir
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	data, err := os.ReadFile(filepath.Join(config, "user-dirs.dirs")) // #nosec G304 -- the user's own
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(data)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name+"="); ok {
			return strings.Replace(strings.Trim(value, `"`), "$HOME", user, 1)
		}
	}
	return ""
}
