package node

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"lanyard/app/node/davpass"
	"lanyard/app/node/door"
	"lanyard/app/node/gate"
	"lanyard/share"
	"lanyard/share/dav"
)

const (
	passwordsFile  = "passwords.json"
	propertiesFile = "properties.json" // that programs note with files over WebDAV
	davPrefix      = "/dav/"
	maxPasswords   = 100
)

// MakePassword implements Service.
func (n *Node) MakePassword(_ context.Context, pc, folder string) (*Password, error) {
	n.changing.Lock()
	defer n.changing.Unlock()
	id, err := n.resolve(pc)
	if err != nil {
		return nil, err
	}
	folders := n.currentSettings().Folders
	i := slices.IndexFunc(folders, func(f Folder) bool { return strings.EqualFold(f.Name, folder) })
	list := n.livePasswords()
	switch {
	case n.gate.Peer(id).Kind != gate.Member:
		return nil, problem(Denied, "only PCs of the workgroup can have one", "%s is not of the workgroup, or is avoided", n.nameOf(id))
	case folder != "" && i < 0:
		return nil, problem(NotFound, "`lanyard share list` lists them", "this PC shares no folder %q", clean(folder))
	case len(list) >= maxPasswords:
		return nil, problem(Invalid, "revoke some that are no longer needed", "there are %d passwords already", len(list))
	}
	if folder != "" {
		folder = folders[i].Name
	}
	made, secret := davpass.New(id, folder, time.Now())
	if err := n.setPasswords(append(list, made)); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	shown := n.showPasswordLocked(made)
	shown.Password = secret
	return &shown, nil
}

// RevokePassword implements Service.
func (n *Node) RevokePassword(_ context.Context, id string) error {
	n.changing.Lock()
	defer n.changing.Unlock()
	list := n.livePasswords()
	i := slices.IndexFunc(list, func(p davpass.Password) bool { return p.ID == id })
	if i < 0 {
		return problem(NotFound, "`lanyard drive passwords` lists them", "there is no password %q", clean(id))
	}
	return n.setPasswords(slices.Delete(list, i, i+1))
}

func (n *Node) showPasswordsLocked() []Password {
	list := []Password{}
	for _, p := range n.livePasswords() {
		list = append(list, n.showPasswordLocked(p))
	}
	return list
}

func (n *Node) showPasswordLocked(p davpass.Password) Password {
	shown := Password{ID: p.ID, PC: p.PC, Folder: p.Folder, Created: p.Created}
	for _, host := range linkHosts(n.addresses, n.door.Port()) { // the likeliest to work first
		shown.URL = "https://" + host + davPrefix + p.Folder
		break
	}
	return shown
}

// livePasswords are those whose PC is still of the workgroup and not avoided, and whose folder is still shared.
func (n *Node) livePasswords() []davpass.Password {
	return slices.DeleteFunc(n.passwords.List(), func(p davpass.Password) bool {
		return n.gate.Peer(p.PC).Kind != gate.Member || p.Folder != "" && !n.gate.Shares(p.Folder)
	})
}

// setPasswords makes a set of share passwords the present one, on disk first. The caller holds changing.
func (n *Node) setPasswords(list []davpass.Password) error {
	if err := n.home.WriteJSON(passwordsFile, list); err != nil {
		return homeProblem(n.home.Path(), err)
	}
	n.passwords.Set(list)
	n.visits.review(&n.gate)
	n.changes.fire()
	return nil
}

// prunePasswords ends for good what share passwords have lost: a PC or folder of the same name later is another. The caller
// holds changing.
func (n *Node) prunePasswords() {
	if list := n.livePasswords(); len(list) < len(n.passwords.List()) {
		if err := n.setPasswords(list); err != nil {
			n.log.Error("share passwords not saved", "err", err)
		}
	}
}

func (n *Node) loadPasswords() error {
	var list []davpass.Password
	err := n.home.ReadJSON(passwordsFile, &list)
	n.passwords.Set(list)
	return err
}

// davRoutes are WebDAV. What a method needs beyond the verb here, where it replaces something or has a second path, is asked
// inside.
func (n *Node) davRoutes() []route {
	var list []route
	verbs := dav.Methods()
	for _, method := range slices.Sorted(maps.Keys(verbs)) {
		for _, pattern := range []string{davPrefix + "{folder}", davPrefix + "{folder}/{path...}"} {
			list = append(list, route{method + " " + pattern, gate.Files, fileVerb(verbs[method]), named("folder"), http.HandlerFunc(n.serveDAV)})
		}
	}
	return list
}

// serveDAV serves a shared folder over WebDAV. A drop box, which can't be read, isn't there.
func (n *Node) serveDAV(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("folder")
	if !n.allowFile(r, name, share.Read) {
		notFound(w, r)
		return
	}
	site := dav.Site{Base: davPrefix + name, Who: n.who(r).ID}
	err := n.files.Visit(w, r, name, func(t *share.Tree, w http.ResponseWriter, r *http.Request) {
		site.FS = dav.Folder(t)
		n.dav.Serve(w, r, site)
	})
	if err != nil {
		http.Error(w, "the shared folder can't be opened now", http.StatusServiceUnavailable)
	}
}

// withPassword stands before the gate for programs that come over WebDAV without a key: it asks for a share password, but never
// in the clear, and slows who guesses. Whom a right one stands for is for who to say. Where there are no such passwords the
// gate answers, and says that there is nothing.
func (n *Node) withPassword(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller := door.CallerOf(r.Context())
		if !strings.HasPrefix(r.URL.Path, davPrefix) || caller.Peer != nil || !n.passwords.Any() {
			next.ServeHTTP(w, r)
			return
		}
		refuse := func(code int) {
			dontWait(w, r)
			http.Error(w, strings.ToLower(http.StatusText(code)), code)
		}
		from, _ := netip.ParseAddrPort(r.RemoteAddr)
		now := time.Now()
		_, typed, given := r.BasicAuth()
		wait := n.passwords.Wait(from.Addr(), now)
		switch {
		case !caller.TLS, crossOrigin.Check(r) != nil: // before the password is looked at
			refuse(http.StatusForbidden)
		case given && wait > 0:
			w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
			refuse(http.StatusTooManyRequests)
		case given && n.passwordOf(r, typed) != "":
			n.passwords.Right(from.Addr())
			next.ServeHTTP(w, r)
		default:
			if given {
				n.passwords.Wrong(from.Addr(), now)
				n.log.Warn("wrong share password", "from", from.Addr())
			}
			w.Header().Set("WWW-Authenticate", `Basic realm="Lanyard", charset="UTF-8"`)
			refuse(http.StatusUnauthorized)
		}
	})
}

// passwordOf is the ID of the PC of the workgroup that a share password stands for, or "".
func (n *Node) passwordOf(r *http.Request, typed string) string {
	p, ok := n.passwords.Find(typed)
	folder, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, davPrefix), "/")
	if routed := r.PathValue("folder"); routed != "" {
		folder = routed
	}
	if !ok || p.Folder != "" && p.Folder != folder || n.gate.Peer(p.PC).Kind != gate.Member {
		return ""
	}
	return p.PC
}

// program is the PC whose share password a request without a key came with, or "".
func (n *Node) program(r *http.Request) string {
	if !strings.HasPrefix(r.URL.Path, davPrefix) || !door.CallerOf(r.Context()).TLS {
		return ""
	}
	_, typed, _ := r.BasicAuth()
	return n.passwordOf(r, typed)
}

// openDAV makes what serves WebDAV.
func (n *Node) openDAV() error {
	props, err := dav.OpenProperties(n.home.Path(propertiesFile))
	if err != nil {
		return fmt.Errorf("open %s: %w", propertiesFile, err)
	}
	n.dav = dav.New(dav.Options{Properties: props, Logger: n.log})
	return nil
}
