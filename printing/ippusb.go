package printing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// IPPUSB is the System of printers on USB that speak IPP themselves (IPP over USB, USB-IF 2012) behind the ipp-usb
// daemon, which gives each a port on loopback. They need no driver and no print system. Only loopback is ever asked, and
// there only ports on which root or this user listens: anybody else on this PC could be collecting documents.
type IPPUSB struct {
	state     string // folder of ipp-usb
	transport *http.Transport

	looking sync.Mutex // held while the ports are looked at

	mu       sync.Mutex // guards the below
	printers map[string]*usbPrinter
	deaf     map[int]time.Time   // ports on which something else listens, and until when that is taken for granted
	sent     map[string]delivery // by the reference of the job
	unwanted map[string]bool     // references of jobs that were canceled while their printer was away
	followed time.Time           // when a job was last asked for
	watched  bool                // Watch keeps all this up to date
}

// usbPrinter is a printer that was seen since the start.
type usbPrinter struct {
	device
	socket uint64 // on which ipp-usb listens for it: another time it is plugged in it is another one
	attrs  ipp.Attrs
	asked  time.Time
	here   bool
	stale  bool // it is to be asked anew
}

const (
	// ippUSBState is where ipp-usb remembers which printer has which port.
	ippUSBState = "/var/ipp-usb"
	// firstUSBPort and lastUSBPort are where printers are looked for besides: ipp-usb begins there, and nobody has more.
	firstUSBPort, lastUSBPort = 60000, 60009
	// describeTime bounds how long a printer may take to say all of itself. Small ones need a second for it.
	describeTime = 5 * time.Second
	// stuckAgain is how long what keeps a printer from printing is believed: somebody may be about to mend it.
	stuckAgain = 5 * time.Second
	// deafTime is how long what answered no question of ours is left alone.
	deafTime = time.Minute
)

// NewIPPUSB returns the printers behind an ipp-usb with this folder. It need not be installed.
func NewIPPUSB(state string) *IPPUSB {
	return &IPPUSB{
		state: state, printers: map[string]*usbPrinter{}, deaf: map[int]time.Time{}, sent: map[string]delivery{}, unwanted: map[string]bool{},
		transport: &http.Transport{
			DialContext: (&net.Dialer{Timeout: deviceTime}).DialContext,
			// A printer has two or three lines in all, and other programs want one.
			MaxConnsPerHost: 2, MaxIdleConnsPerHost: 1, IdleConnTimeout: 5 * time.Second, DisableCompression: true,
		},
	}
}

// onLoopback is the way to a port of this PC.
type onLoopback struct {
	transport *http.Transport
	port      int
}

// RoundTrip sends a request to the port. The printer sees "localhost" as the host, which is what the standard has it
// expect; here no name is looked up.
func (l onLoopback) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Host = r.URL.Host
	r.URL.Host = net.JoinHostPort("127.0.0.1", strconv.Itoa(l.port))
	return l.transport.RoundTrip(r)
}

func (u *IPPUSB) conn(port int) *ipp.Conn {
	return &ipp.Conn{
		Transport: onLoopback{u.transport, port}, Base: &url.URL{Scheme: "http", Host: net.JoinHostPort("localhost", strconv.Itoa(port))},
		User: "lanyard", Path: func(string) string { return "/ipp/print" },
	}
}

// Queues returns the printers that are connected and switched on.
func (u *IPPUSB) Queues(ctx context.Context) ([]Queue, error) {
	u.update(ctx)
	u.mu.Lock()
	defer u.mu.Unlock()
	var queues []Queue
	for name, p := range u.printers {
		if p.here {
			q := queueOf(p.attrs)
			q.Name, q.device = name, p.device
			queues = append(queues, q)
		}
	}
	slices.SortFunc(queues, func(a, b Queue) int { return strings.Compare(a.Name, b.Name) })
	return queues, nil
}

// Attributes returns what a printer said of itself when it was last asked: all printers are asked for each change of any.
func (u *IPPUSB) Attributes(ctx context.Context, queue string) (ipp.Attrs, error) {
	u.update(ctx)
	if p := u.printer(queue); p != nil {
		return p.attrs, nil
	}
	return nil, fmt.Errorf("ask printer %s: %w", queue, ErrOffline)
}

// update looks which printers there are, where Watch doesn't. There nobody waits for a printer that is slow to answer.
func (u *IPPUSB) update(ctx context.Context) {
	u.mu.Lock()
	watched := u.watched
	u.mu.Unlock()
	if !watched {
		ctx, done := context.WithTimeout(ctx, deviceTime)
		defer done()
		u.look(ctx)
	}
}

// watch says whether Watch runs.
func (u *IPPUSB) watch(runs bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.watched = runs
}

// printer returns a printer that is here this very moment, or nil: where one was, another may be by now.
func (u *IPPUSB) printer(queue string) *usbPrinter {
	open := listening()
	u.mu.Lock()
	defer u.mu.Unlock()
	if p := u.printers[queue]; p != nil && p.here && open[p.port] == p.socket {
		seen := *p
		return &seen
	}
	return nil
}

// look finds out which printers are there, and asks those that are new or stale. It tells whether anything has changed,
// and whether there may be one that isn't ready to be asked.
func (u *IPPUSB) look(ctx context.Context) (news, unready bool) {
	u.looking.Lock()
	defer u.looking.Unlock()
	found := usbPorts(u.state)
	news = u.miss(found)
	for _, port := range u.toAsk(found) {
		asking, done := context.WithTimeout(ctx, describeTime)
		attrs, err := u.conn(port.port).PrinterAttributes(asking, "", "all", "media-col-database")
		done()
		if err != nil && passing(err) {
			unready = true
		} else if u.meet(port, attrs, err) {
			news = true
			u.dropUnwanted(ctx, port.port)
		}
	}
	return news, unready
}

// passing tells whether another try soon may end otherwise: ipp-usb, or the printer, isn't ready.
func passing(err error) bool {
	var status *ipp.HTTPError
	return errors.As(err, &status) && status.Code == http.StatusServiceUnavailable || errors.Is(err, context.DeadlineExceeded) || notRunning(err)
}

// miss takes note of the printers that are gone, and tells whether there are any.
func (u *IPPUSB) miss(found map[int]usbPort) (news bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, p := range u.printers {
		if p.here && found[p.port].socket != p.socket {
			p.here, news = false, true
		}
	}
	for port := range u.deaf {
		if _, open := found[port]; !open {
			delete(u.deaf, port)
		}
	}
	return news
}

// toAsk returns the ports to ask.
func (u *IPPUSB) toAsk(found map[int]usbPort) (ports []usbPort) {
	u.mu.Lock()
	defer u.mu.Unlock()
	known := map[int]bool{}
	for _, p := range u.printers {
		stuck := time.Since(p.asked) > stuckAgain && len(blocking(reasonsOf(p.attrs, "printer-state-reasons"))) > 0
		if p.here && !p.stale && !stuck {
			known[p.port] = true
		}
	}
	for n, port := range found {
		if !known[n] && time.Now().After(u.deaf[n]) {
			ports = append(ports, port)
		}
	}
	slices.SortFunc(ports, func(a, b usbPort) int { return a.port - b.port })
	return ports
}

// meet takes over what answered at a port, and tells whether that is news.
func (u *IPPUSB) meet(at usbPort, attrs ipp.Attrs, err error) bool {
	said := deviceOf(attrs)
	u.mu.Lock()
	defer u.mu.Unlock()
	at.uuid, at.serial, at.service = said.uuid, cmp.Or(said.serial, at.serial), cmp.Or(at.service, said.service)
	name := usbName(at.device, attrs)
	before := u.printers[name]
	twice := before != nil && before.here && before.port != at.port
	if err != nil || twice || !drivable(attrs) || strings.HasPrefix(said.uuid, uuidMark) {
		u.deaf[at.port] = time.Now().Add(deafTime)
		return false
	}
	u.printers[name] = &usbPrinter{device: at.device, socket: at.socket, attrs: attrs, asked: time.Now(), here: true}
	return before == nil || !before.here || !sameCaps(before.attrs, attrs)
}

// drivable tells whether a printer takes jobs in the two steps by which none is lost or printed twice, as IPP Everywhere
// has it (PWG 5100.14 section 5).
func drivable(attrs ipp.Attrs) bool {
	ops, _ := attrs.Get("operations-supported")
	takes := map[goipp.Integer]bool{}
	for _, v := range ops.Values {
		if n, ok := v.V.(goipp.Integer); ok {
			takes[n] = true
		}
	}
	return takes[goipp.Integer(goipp.OpCreateJob)] && takes[goipp.Integer(goipp.OpSendDocument)] && takes[goipp.Integer(goipp.OpGetJobAttributes)]
}

// usbName is what the queue of a printer is called: the same each time, and different for two of one model.
func usbName(d device, attrs ipp.Attrs) string {
	id := strings.Trim(d.uuid, "-")
	if id == "" {
		id = d.serial
	}
	model := Slug(ipp.Clean(attrs.String("printer-make-and-model"), maxUSBName))
	return model + "-" + Slug(id[max(0, len(id)-4):])
}

// maxUSBName bounds the model in the name of a queue, which gets more behind it.
const maxUSBName = 64
