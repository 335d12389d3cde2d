package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"syscall"
	"time"

	"lanyard/app/node/awake"
	"lanyard/app/node/davpass"
	"lanyard/app/node/door"
	"lanyard/app/node/gate"
	"lanyard/app/node/home"
	"lanyard/app/node/identity"
	"lanyard/app/node/inbox"
	"lanyard/app/node/limits"
	"lanyard/app/node/members"
	"lanyard/app/node/mesh"
	"lanyard/app/node/pairing"
	"lanyard/app/node/polite"
	"lanyard/app/node/reach"
	"lanyard/app/node/transfers"
	"lanyard/discovery"
	"lanyard/printing"
	"lanyard/share"
	"lanyard/share/dav"
	"lanyard/share/guest"
)

// Files in the home.
const (
	workgroupFile = "workgroup.json"
	peersFile     = "peers.json"
	spoolDir      = "spool"
)

// Limits of the one port, once it is known who is there.
const (
	headerWait   = 10 * time.Second
	idleWait     = 90 * time.Second
	callerIdle   = 60 * time.Second // less than idleWait: who calls ends it first, or a request could meet the end of its connection
	maxHeader    = 64 << 10
	shutdownWait = 2 * time.Second // for requests to end by themselves; the whole must be over in 6 s
	lostWait     = 3 * time.Second // a PC that is back within this keeps what it does with this one
	maxStrangers = 64              // connections of PCs outside the workgroup
)

// Options say how a Node is to be.
type Options struct {
	Home    string          // folder; made when missing
	Port    int             // 0: as the settings say
	Version string          // of the program
	System  printing.System // this PC's print system; nil: the one that belongs to the system
	Show    func()          // shows the window; nil when there is none
	Logger  *slog.Logger
}

// Node is one PC of a workgroup.
type Node struct {
	o         Options
	log       *slog.Logger
	home      *home.Dir
	id        *identity.Identity
	dialer    reach.Dialer
	door      *door.Listener
	gate      gate.Gate
	visits    visits
	refusals  refusals
	helps     helping
	paces     paces
	guard     pairing.Guard
	mesh      *mesh.Mesh
	finder    *discovery.Service
	files     *share.Server
	guests    *guest.Server
	dav       *dav.Handler
	print     *printing.Server
	installer printing.Installer // this PC's print system; nil where it offers no queues
	adverts   adverts
	inbox     *inbox.Box
	queue     *transfers.Queue
	client    *http.Client // to other PCs; the host of the URL names the PC
	limits    limits.Limiter
	passwords davpass.Store // for WebDAV
	awake     *awake.Keeper
	self      *polite.Process

	impolite sync.Once // it was said that the priority can't be changed
	routes   []route
	lines    lines

	changes     signal // the State may differ
	news        signal // what other PCs see may differ
	driveSwitch signal // the drive is to be on or off
	installed   signal // another set of printers of other PCs is to be there for this PC's programs
	stop        chan struct{}
	ended       chan struct{}
	once        sync.Once

	stopping   sync.Mutex // held while it is saved whom the brake has stopped
	arrived    sync.Map   // bytes of offers that come in, by their IDs
	answering  sync.Mutex // held while an offer is accepted or put where it belongs; before changing
	changing   sync.Mutex // held while settings change; before mu
	installing sync.Mutex // held while queues of this PC's print system are made or removed; before changing
	listening  sync.Mutex // held while it is found out what to listen on, and set; after changing, before mu

	mu         sync.Mutex
	settings   settings // mu guards the below
	list       *members.List
	peers      map[string]*peer
	invitation *invitation
	addresses  []string // of this PC
	problems   []string // found at the start
	drive      Drive
	relay      *printing.Relay                              // to the printers of other PCs, for this PC's programs; nil while there is none
	retired    bool                                         // this key was removed from its workgroup
	using      map[string]map[*context.CancelCauseFunc]bool // by PC: what ends when it is lost
	peersDirty bool
}

var _ Service = (*Node)(nil)

// New opens a home and a port. The Node does nothing else before Run, which must be called; callers wait for that.
func New(o Options) (n *Node, err error) {
	d, err := home.Open(o.Home)
	if err != nil {
		return nil, homeProblem(o.Home, err)
	}
	defer func() {
		if err != nil {
			d.Close()
		}
	}()
	n = &Node{
		o: o, log: o.Logger, home: d, peers: map[string]*peer{}, using: map[string]map[*context.CancelCauseFunc]bool{},
		stop: make(chan struct{}), ended: make(chan struct{}),
	}
	if o.System == nil {
		o.System = printing.LocalSystem("")
	}
	n.installer = printing.InstallerOf(o.System)
	n.awake = awake.New(awake.Options{Moved: n.limits.Moved, Busy: n.giveWay, Logger: n.log})
	n.self = polite.This(o.Show != nil)
	n.changes.init()
	n.news.init()
	n.paces.init()
	n.driveSwitch.init()
	n.installed.init()
	n.makeFiles()
	if err := n.load(); err != nil {
		return nil, homeProblem(o.Home, err)
	}
	if err := n.openDAV(); err != nil {
		return nil, homeProblem(o.Home, err)
	}
	n.limits.Set(n.settings.Rates)
	n.dialer = reach.Dialer{Identity: n.id, From: n.callsFrom}
	n.client = n.newClient()
	if n.door, err = n.listen(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			n.door.Close()
		}
	}()
	n.mesh = mesh.New(mesh.Options{
		ID: n.id.ID, Dial: n.dialLink, Up: n.up, Down: n.down, Received: n.received, Admits: n.admits, Logger: n.log,
	})
	if err := n.openPrinting(o.System); err != nil {
		return nil, err
	}
	if err := n.openFinder(); err != nil {
		return nil, err
	}
	if err := n.openQueue(); err != nil {
		return nil, homeProblem(o.Home, err)
	}
	n.routes = n.allRoutes()
	n.applyRulesLocked()
	for id, p := range n.peers {
		n.know(id, p.addresses())
	}
	n.listenOn() // before anybody is told that it runs: who calls already waits for Run
	return n, nil
}

// makeFiles makes the doors to the shared folders.
func (n *Node) makeFiles() {
	n.files = share.NewServer(share.Options{
		Allow: n.allowFile, Who: func(r *http.Request) string { return n.who(r).ID }, Logger: n.log,
		Owner:  func(r *http.Request) bool { return n.who(r).Kind == gate.Owner },
		Braked: n.braked, Wrote: n.wrote,
	})
	n.guests = guest.New(guest.Options{
		Files: n.files, Allow: n.allowFile, Changed: n.linksCounted, Logger: n.log,
		Secure: func(r *http.Request) bool { return door.CallerOf(r.Context()).TLS },
		PC:     func() string { return n.nameOf(n.id.ID) },
	})
}

// load reads all that the home keeps. What is damaged is set aside and becomes a problem to show.
func (n *Node) load() (err error) {
	damaged := func(err error, means string) error {
		var d *home.Damaged
		if errors.As(err, &d) {
			n.problems = append(n.problems, fmt.Sprintf("%s was damaged: %s. It is kept as %s", d.File, means, d.Kept))
			n.log.Warn("damaged file set aside", "file", d.File, "kept", d.Kept, "err", d.Err)
			return nil
		}
		return err
	}
	n.id, err = identity.Load(n.home)
	if err := damaged(err, "this PC has a new key and must join its workgroup again"); err != nil {
		return err
	}
	n.settings, err = loadSettings(n.home)
	if err := damaged(err, "all settings are back to their defaults, and no folder is shared"); err != nil {
		return err
	}
	var records []*members.Record
	err = n.home.ReadJSON(workgroupFile, &records)
	if err == nil && records != nil {
		if n.list, err = members.FromRecords(records); err != nil {
			err = n.home.SetAside(workgroupFile, err)
		}
	}
	if err := damaged(err, "this PC must join its workgroup again"); err != nil {
		return err
	}
	if n.list != nil && !n.list.Has(n.id.ID) {
		n.list = nil
	}
	if err := damaged(n.loadPeers(), "the addresses of the other PCs must be found again"); err != nil {
		return err
	}
	if err := damaged(n.loadInbox(), "what was sent is no longer listed; the files that came stay"); err != nil {
		return err
	}
	n.seeMembersLocked()
	if err := damaged(n.loadStopped(), "PCs that had changed too much may go on"); err != nil {
		return err
	}
	if err := damaged(n.loadPasswords(), "the share passwords are gone"); err != nil {
		return err
	}
	return damaged(n.loadLinks(), "the links for guests are gone")
}

func homeProblem(path string, err error) error {
	var told *Error
	switch {
	case errors.As(err, &told):
		return told
	case errors.Is(err, home.ErrBusy):
		return problem(Exists, "one Lanyard at a time can use a home", "Lanyard is running already for %s: %w", path, err)
	case errors.Is(err, syscall.EROFS), errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		return problem(Denied, "choose another folder with --home, or make this one writable",
			"Lanyard can't write in its home: %w", err)
	case errors.Is(err, syscall.ENOSPC):
		return problem(Full, "make some room", "there is no space left for Lanyard's home: %w", err)
	}
	return problem(Failed, "", "open Lanyard's home: %w", err)
}

// listen opens the wanted port; the default one gives way to any free one, a chosen one does not.
func (n *Node) listen() (*door.Listener, error) {
	port := n.o.Port
	if port == 0 {
		port = n.settings.Port
	}
	chosen := port != 0
	if !chosen {
		port = door.DefaultPort
	}
	o := door.Options{
		Port: port, Identity: n.id, Logger: n.log, Plain: n.plainWelcome, Limits: n.settings.limits(),
		Member: func(id string) bool { return n.gate.Peer(id).Kind == gate.Member },
		Admit:  func(c door.Caller) bool { return c.Peer == nil || !n.gate.Avoids(c.Peer.ID) },
		Wrap:   n.limitCaller,
	}
	l, err := door.Open(o)
	if err != nil && !chosen {
		o.Port = 0
		l, err = door.Open(o)
	}
	if err != nil {
		return nil, problem(Failed, "choose another port with --port, or end the program that uses it", "open port %d: %w", port, err)
	}
	return l, nil
}
