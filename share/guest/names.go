package guest

import (
	"path"
	"strings"

	"lanyard/share"

	"golang.org/x/text/unicode/norm"
)

// names gives what is in an archive names that every system can unpack, and each another one where case doesn't count. The
// zero value is ready for use.
type names struct {
	folders map[string]string // by what they were asked for; both end in a slash
	taken   map[string]int    // how often a name was wanted, without its case
}

// portable is the name in the archive for a slash-separated path, which is asked for once; that of a folder ends in a slash.
func (n *names) portable(name string) string {
	if name == "" {
		return ""
	}
	if as, ok := n.folders[name]; ok {
		return as
	}
	dir, base := path.Split(strings.TrimSuffix(name, "/"))
	dir = n.portable(dir)
	first := dir + share.Portable(base, 1)
	as := first
	for k := n.count(first); k > 1; k = n.count(first) {
		if as = dir + share.Portable(base, k); n.count(as) == 1 {
			break // nothing has it as its own name
		}
	}
	if strings.HasSuffix(name, "/") {
		as += "/"
		n.folders[name] = as
	}
	return as
}

// count tells how often a name was wanted, with this time.
func (n *names) count(name string) int {
	if n.taken == nil {
		n.folders, n.taken = map[string]string{}, map[string]int{}
	}
	key := strings.ToLower(norm.NFC.String(name))
	n.taken[key]++
	return n.taken[key]
}
