package printing

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os/user"
	"runtime"
	"strings"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// defaultSocket is where CUPS listens on Linux. macOS has it elsewhere.
const (
	defaultSocket = "/run/cups/cups.sock"
	macSocket     = "/private/var/run/cupsd"
)

const (
	// cupsConns bounds the connections to CUPS, which serves 100 in all for everybody.
	cupsConns = 8
	// uploadTime bounds handing a document to CUPS, which only stores it.
	uploadTime = 15 * time.Minute
)

// CUPS is the System of Linux and macOS.
type CUPS struct {
	conn    *ipp.Conn
	devices *devices
	boots   boots
}

// NewCUPS returns the CUPS at address, a socket or HOST:PORT; "" is the usual socket. It need not be running: each
// call finds it anew.
func NewCUPS(address string) *CUPS {
	if address == "" {
		if address = defaultSocket; runtime.GOOS == "darwin" {
			address = macSocket
		}
	}
	network, host := "tcp", "localhost"
	if strings.HasPrefix(address, "/") {
		network = "unix"
	} else {
		address, _, _ = strings.Cut(address, "/version=")
		if _, _, err := net.SplitHostPort(address); err != nil {
			address = net.JoinHostPort(strings.Trim(address, "[]"), "631")
		}
		host = address
	}
	var dialer net.Dialer
	c := &CUPS{devices: newDevices(), boots: boots{given: map[string]int32{}}}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, address)
			if err == nil {
				c.boots.met(listenerOf(conn))
			}
			return conn, err
		},
		// CUPS closes idle connections after 30 s; ours go first, so that no request meets a closing one.
		MaxConnsPerHost: cupsConns, MaxIdleConnsPerHost: 2, IdleConnTimeout: 10 * time.Second,
		ResponseHeaderTimeout: time.Minute, DisableCompression: true,
	}
	path := func(printer string) string {
		if printer == "" {
			return "/"
		}
		return "/printers/" + url.PathEscape(printer)
	}
	c.conn = &ipp.Conn{Transport: transport, Base: &url.URL{Scheme: "http", Host: host}, User: "lanyard", Path: path}
	if u, err := user.Current(); err == nil {
		c.conn.User, c.conn.PeerCred = u.Username, network == "unix"
	}
	return c
}

// queueAttrs are what Queues asks for.
var queueAttrs = []string{"printer-name", "printer-info", "printer-location", "printer-make-and-model", "printer-state",
	"printer-state-reasons", "printer-state-message", "printer-is-accepting-jobs", "color-supported", "sides-supported",
	"device-uri", "printer-type", "printer-is-temporary"}

// Queues returns the queues of CUPS that drive a printer of this PC.
func (c *CUPS) Queues(ctx context.Context) ([]Queue, error) {
	all, err := c.conn.Printers(ctx, queueAttrs...)
	if err != nil {
		if notRunning(err) {
			return nil, fmt.Errorf("list printers of CUPS: %w", ErrNotRunning)
		}
		return nil, fmt.Errorf("list printers of CUPS: %w", err)
	}
	var queues []Queue
	for _, attrs := range all {
		if q := queueOf(attrs); q.Name != "" && !someoneElses(attrs) {
			q.device = deviceAt(attrs.String("device-uri"))
			queues = append(queues, q)
		}
	}
	return queues, nil
}

// notRunning tells whether err says that nobody listens where CUPS should.
func notRunning(err error) bool {
	var dial *net.OpError
	return errors.As(err, &dial) && dial.Op == "dial"
}

// The bits of printer-type (CUPS' cups_ptype_t) that mark a queue as another machine's.
const (
	typeRemote     = 0x0002
	typeDiscovered = 0x1000000
)

// someoneElses tells whether a queue stands for a printer that another PC shares: a shared printer must never be
// shared on, or two PCs would offer each other's for ever. Queues that CUPS made by itself for what it found on the
// network are left out too: every PC finds those.
func someoneElses(attrs ipp.Attrs) bool {
	kind, _ := attrs.Int("printer-type")
	if kind&(typeRemote|typeDiscovered) != 0 || attrs.Bool("printer-is-temporary") {
		return true
	}
	u, err := url.Parse(attrs.String("device-uri"))
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "implicitclass", "cups-brf", "cupsd":
		return true
	case "ipp", "ipps", "http", "https":
		// Another Lanyard's path, or another CUPS'. A printer of its own is at /ipp/print or elsewhere.
		rest, ours := strings.CutPrefix(u.Path, Root)
		return ours && rest != "" || strings.HasPrefix(u.Path, "/printers/") || strings.HasPrefix(u.Path, "/classes/")
	case "dnssd":
		return strings.HasPrefix(strings.ToLower(u.Query().Get("uuid")), uuidMark) || strings.HasSuffix(u.Path, "/cups")
	}
	return false
}

// Attributes returns all attributes of a queue.
func (c *CUPS) Attributes(ctx context.Context, queue string) (ipp.Attrs, error) {
	attrs, err := c.conn.PrinterAttributes(ctx, queue, "all", "media-col-database")
	switch {
	case notFound(err):
		return nil, ErrNoQueue
	case err != nil:
		return nil, fmt.Errorf("ask CUPS for printer %s: %w", queue, err)
	case someoneElses(attrs):
		return nil, ErrNoQueue
	}
	return attrs, nil
}

// Cancel cancels a job.
func (c *CUPS) Cancel(ctx context.Context, ref string) error {
	id, _ := readRef(ref)
	err := c.conn.Cancel(ctx, "", id)
	var status *ipp.StatusError
	if notFound(err) || errors.As(err, &status) && status.Status == goipp.StatusErrorNotPossible {
		return nil // it has ended already
	}
	if err != nil {
		return fmt.Errorf("cancel job in CUPS: %w", err)
	}
	return nil
}
