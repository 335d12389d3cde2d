package discovery

import (
	"fmt"
	"net"
	"time"

	"github.com/grandcat/zeroconf"
)

// startTime is how long zeroconf is left to start. Its receivers add themselves to what its end waits for only once they
// run: ended before, it races with them, and may panic.
const startTime = 250 * time.Millisecond

// registration answers those who ask for Lanyards, or for this one, on the interfaces it was made for. It is the only
// user of zeroconf, which has no part in finding others: its browser reports neither changes nor departures.
type registration struct {
	server *zeroconf.Server
	since  time.Time
}

// register starts to answer, and announces too. zeroconf gives each interface the interface's own addresses if it is
// given none ("proxy"); with a list it would tell every network of all others. The instance name is the ID, as
// zeroconf neither escapes names nor resolves conflicts.
func register(a Announcement, interfaces []Interface) (*registration, error) {
	var cards []net.Interface
	for _, i := range interfaces {
		if card, err := net.InterfaceByIndex(i.Index); err == nil {
			cards = append(cards, *card)
		}
	}
	if len(cards) == 0 {
		return nil, nil // zeroconf would take all interfaces
	}
	server, err := zeroconf.RegisterProxy(a.ID, serviceName, domain, a.Port, hostPrefix+a.ID, nil, textOf(a).strings(), cards)
	if err != nil {
		return nil, fmt.Errorf("register with zeroconf: %w", err)
	}
	confine()
	return &registration{server, time.Now()}, nil
}

// withdraw says goodbye and ends the answers. A change of the text needs a new registration too: SetText races.
func (r *registration) withdraw() {
	if r != nil {
		time.Sleep(startTime - time.Since(r.since))
		r.server.Shutdown()
	}
}
