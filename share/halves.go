package share

import (
	"bufio"
	"cmp"
	"encoding/hex"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zeebo/blake3"
)

// What half stays of a transfer that is broken off, and can be gone on with, is in temporaries that carry the key of the
// transfer: a hash of who makes it and what it is called, so that nobody can name another's. Where they are stands in a
// ledger beside them, at the top of the folder: one path of a folder a line. Without it they are leftovers as any others.
const (
	ledgerPrefix = tempPrefix + "parts." // and who it is, a dot, and the key
	maxLedger    = 1 << 20               // bytes: of a tree with more folders, those beyond are only swept
	maxLedgers   = 50                    // transfers of one PC that half stand in one folder
	maxHalves    = 10_000                // that are known at a time
	partMark     = "h"                   // begins the rest of the name of a large file's temporary, which is the same each time
)

// halves knows what half stands of one transfer. nil: nothing stays.
type halves struct {
	root     *os.Root
	who, key string

	mu     sync.Mutex
	noted  map[string]bool // folders in the ledger; mu guards the below
	length int
	parts  map[string]string // unfinished large files, by the rest of their names
}

// newHalves is for a transfer of somebody, by its ID; nil where there is none.
func newHalves(root *os.Root, who, id string) *halves {
	if id == "" {
		return nil
	}
	hash := func(s string) string { sum := blake3.Sum256([]byte(s)); return hex.EncodeToString(sum[:8]) }
	return &halves{root: root, who: hash(who), key: hash(hash(who) + id), noted: map[string]bool{}, parts: map[string]string{}}
}

// ledgerName is the name of the transfer's ledger; "" for none.
func (h *halves) ledgerName() string {
	if h == nil {
		return ""
	}
	return ledgerPrefix + h.who + "." + h.key
}

// stand tells whether anything half stands.
func (h *halves) stand() bool {
	if h == nil {
		return false
	}
	_, err := h.root.Lstat(h.ledgerName())
	return err == nil
}

// note writes a folder into the ledger, before there is a temporary in it.
func (h *halves) note(dir string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.noted[dir] || h.length > maxLedger || strings.Contains(dir, "\n") {
		return
	}
	if len(h.noted) == 0 {
		h.bound()
	}
	h.noted[dir] = true
	h.length += len(dir) + 1
	f, err := h.root.OpenFile(h.ledgerName(), os.O_WRONLY|os.O_CREATE|os.O_APPEND|noWait, 0o600)
	if err != nil {
		return // the halves are found by chance only, and swept
	}
	_, _ = f.WriteString(dir + "\n")
	_ = f.Close()
}

// bound removes the oldest of too many halves of the same PC.
func (h *halves) bound() {
	list := slices.DeleteFunc(ledgers(h.root), func(l ledger) bool {
		return !strings.HasPrefix(l.name, ledgerPrefix+h.who+".") || l.name == h.ledgerName()
	})
	for len(list) >= maxLedgers {
		removeHalves(h.root, list[0].name)
		list = list[1:]
	}
}

// partName is the rest of the name of a large file's temporary.
func partName(h header) string {
	t := h.token()
	return partMark + hex.EncodeToString(t[:])
}

// belongs tells whether a name is one of a temporary of the transfer, and the rest of it.
func (h *halves) belongs(name string) (rest string, ok bool) {
	if h == nil {
		return "", false
	}
	return keyed(name, h.key)
}

func keyed(name, key string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(name, tempPrefix)
	if !ok {
		return "", false
	}
	_, rest, ok = strings.Cut(rest, "-")
	if !ok {
		return "", false
	}
	got, rest, ok := strings.Cut(rest, "-")
	return rest, ok && got == key
}

// found notes an unfinished large file.
func (h *halves) found(rest, at string) {
	if !strings.HasPrefix(rest, partMark) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.parts) < maxHalves {
		h.parts[rest] = at
	}
}

// take returns where an unfinished file is, for one that goes on with it.
func (h *halves) take(hd header) (at string, ok bool) {
	if h == nil {
		return "", false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	rest := partName(hd)
	at, ok = h.parts[rest]
	delete(h.parts, rest)
	return at, ok
}

// each calls f for all temporaries of a transfer that the ledger tells of.
func eachHalf(root *os.Root, name string, f func(at, rest string) error) error {
	key := name[strings.LastIndexByte(name, '.')+1:]
	file, err := root.OpenFile(name, os.O_RDONLY|noWait, 0)
	if err != nil {
		return nil // there are none
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for n := 0; lines.Scan() && n < 2*maxLedger; n += len(lines.Text()) + 1 {
		dir := strings.TrimSuffix(lines.Text(), "/")
		if dir == "." {
			dir = ""
		}
		if CheckPath(dir) != nil {
			continue
		}
		var list []string
		_ = readNames(root, dir, func(name string) error {
			if _, ok := keyed(name, key); ok {
				list = append(list, name)
			}
			return nil
		})
		for _, name := range list {
			rest, _ := keyed(name, key)
			at := path.Join(dir, name)
			if _, ok := regular(root, at); !ok {
				continue
			}
			if err := f(at, rest); err != nil {
				return err
			}
		}
	}
	return nil
}

// removeHalves removes all that half stands of the transfer whose ledger that is.
func removeHalves(root *os.Root, name string) {
	_ = eachHalf(root, name, func(at, _ string) error {
		_ = root.Remove(at)
		return nil
	})
	_ = root.Remove(name)
}

// remove removes all that half stands.
func (h *halves) remove() {
	if h != nil {
		removeHalves(h.root, h.ledgerName())
	}
}

// ledger is one that stands in a folder.
type ledger struct {
	name string
	time time.Time
}

// ledgers are those in a folder, oldest first.
func ledgers(root *os.Root) (list []ledger) {
	_ = readNames(root, "", func(name string) error {
		if strings.HasPrefix(name, ledgerPrefix) {
			if info, ok := regular(root, name); ok {
				list = append(list, ledger{name, info.ModTime()})
			}
		}
		return nil
	})
	slices.SortFunc(list, func(a, b ledger) int { return cmp.Or(a.time.Compare(b.time), cmp.Compare(a.name, b.name)) })
	return list
}

// working are the ledgers of transfers that run in this process.
var working sync.Map

// begin says that the transfer runs, and end that it does no more.
func (h *halves) begin() (end func()) {
	if h == nil {
		return func() {}
	}
	key := h.root.Name() + "\x00" + h.ledgerName()
	working.Store(key, h)
	return func() { working.CompareAndDelete(key, h) }
}

func works(root *os.Root, name string) bool {
	_, ok := working.Load(root.Name() + "\x00" + name)
	return ok
}

// giveWay removes the oldest halves in a folder that nobody works on, but those of one ledger, and tells whether there were
// any.
func giveWay(root *os.Root, but string) bool {
	for _, l := range ledgers(root) {
		if l.name != but && !works(root, l.name) {
			removeHalves(root, l.name)
			return true
		}
	}
	return false
}

// expire removes the halves in a folder that nobody has come back for.
func expire(root *os.Root, now time.Time) {
	for _, l := range ledgers(root) {
		if now.Sub(l.time).Abs() > staleAfter && !works(root, l.name) {
			removeHalves(root, l.name)
		}
	}
}
