package printing

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// Limits of the Relay. Whoever gets so far is a program of this PC.
const (
	relayHeaderWait = 20 * time.Second
	relayIdleWait   = 5 * time.Minute
	relayEndWait    = 2 * time.Second // for requests to end by themselves when the Relay is to end
	relayMaxHeader  = 16 << 10
	// relayRequests bounds the requests being answered at once: a print system keeps a few open for each printer, and one
	// for each document on its way.
	relayRequests = 64
	// relayPorts are tried for a Relay that had no port yet. They lie below those that systems give to outgoing connections,
	// one of which could have taken the port by the next start.
	relayFirstPort, relayPorts = 4721, 20
)

// FarPrinter is a printer of another PC on which the programs of this PC print through a Relay.
type FarPrinter struct {
	Name      string            // in its address on this PC: see Slug
	Info      string            // for people
	URL       string            // at the other PC's Server
	Transport http.RoundTripper // to the other PC; it makes sure who that is
}

// RelayOptions is what a Relay needs.
type RelayOptions struct {
	Port int    // on loopback; 0 is one that is free
	Dir  string // folder for what printers said of themselves; made when missing, 0700
	// Allow is the gate, asked for every request before anything is done for it. nil allows nothing.
	Allow func(printer string, verb Verb) bool
	// Away tells, for people, why a printer can't be reached now; "" when it can.
	Away func(printer string) string
	// Changed returns a channel that closes when Away may say something else.
	Changed func() <-chan struct{}
	Logger  *slog.Logger
}

// Relay offers printers of other PCs to the programs of this PC, as IPP printers on loopback. What a program asks for goes
// to the other PC's Server as it is, so that options are applied there and once; what comes back is made fit for a print
// system that takes it for a device's own word. While the other PC is away the Relay answers in its place: what the
// printer can do, as it was last, and that jobs have to wait, and why. It keeps no documents: the program's print system
// does, and is told to try again until the other PC has the job, but no longer.
type Relay struct {
	opt      RelayOptions
	log      *slog.Logger
	listener net.Listener
	crowd    crowd

	mu       sync.Mutex // guards the below
	printers map[string]FarPrinter
	kept     map[string]goipp.Attributes // what printers said of themselves when last asked
}

// ListenRelay makes a Relay and opens its port. It answers nothing before Run.
func ListenRelay(opt RelayOptions) (*Relay, error) {
	if opt.Logger == nil {
		opt.Logger = slog.New(slog.DiscardHandler)
	}
	if opt.Allow == nil {
		opt.Allow = func(string, Verb) bool { return false }
	}
	if err := os.MkdirAll(opt.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the address for printing: %w", err)
	}
	ports := []int{opt.Port}
	if opt.Port == 0 {
		ports = ports[:0]
		for i := range relayPorts {
			ports = append(ports, relayFirstPort+i)
		}
		ports = append(ports, 0)
	}
	r := &Relay{opt: opt, log: opt.Logger, printers: map[string]FarPrinter{}, kept: map[string]goipp.Attributes{}}
	var err error
	for _, port := range ports {
		if r.listener, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			return r, nil
		}
	}
	return nil, fmt.Errorf("open the address for printing: %w", err)
}

// Port is the TCP port on loopback.
func (r *Relay) Port() int { return r.listener.Addr().(*net.TCPAddr).Port }

// Close closes the port of a Relay that is not to Run.
func (r *Relay) Close() error { return r.listener.Close() }

// URI is the address of a printer for the programs of this PC.
func (r *Relay) URI(printer string) string { return r.base(printer).String() }

func (r *Relay) base(printer string) *url.URL {
	return &url.URL{Scheme: "ipp", Host: r.listener.Addr().String(), Path: Root + printer}
}

// Offer replaces the set of printers. What was kept of those that are no longer in it is removed.
func (r *Relay) Offer(set []FarPrinter) error {
	next := make(map[string]FarPrinter, len(set))
	for _, p := range set {
		if !goodName(p.Name) || next[p.Name].Name != "" {
			return fmt.Errorf("offer printer %q of another PC: the name is taken or can't be one", p.Name)
		}
		if p.Info = harmless(ipp.Clean(p.Info, maxName)); p.Info == "" {
			p.Info = p.Name
		}
		next[p.Name] = p
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.printers {
		if _, stays := next[name]; !stays {
			r.forgetLocked(name)
		}
	}
	for name := range next {
		if _, known := r.printers[name]; !known {
			r.rememberLocked(name)
		}
	}
	r.printers = next
	return nil
}

// Printers are the names of the printers that are offered.
func (r *Relay) Printers() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.printers))
}

// Run serves until ctx ends.
func (r *Relay) Run(ctx context.Context) error {
	server := &http.Server{
		Handler: r, ReadHeaderTimeout: relayHeaderWait, IdleTimeout: relayIdleWait, MaxHeaderBytes: relayMaxHeader,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog:    slog.NewLogLogger(r.log.Handler(), slog.LevelDebug),
	}
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), relayEndWait)
		defer cancel()
		if server.Shutdown(late) != nil {
			_ = server.Close()
		}
	})
	err := server.Serve(r.listener)
	if !stop() {
		<-done
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve the address for printing: %w", err)
}

// ServeHTTP implements http.Handler: first who asks, and by what name.
func (r *Relay) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(q.URL.Path, Root), "/")
	switch {
	case !r.knowsHost(q.Host): // somebody else's DNS made it point here
		turnAway(w, q, "this is not the host you asked for", http.StatusMisdirectedRequest)
	case q.Header.Get("Origin") != "" || q.Header.Get("Sec-Fetch-Site") != "": // programs that print don't say where they come from
		turnAway(w, q, "pages may not print", http.StatusForbidden)
	case !strings.HasPrefix(q.URL.Path, Root):
		turnAway(w, q, "404 page not found", http.StatusNotFound)
	case q.Method == http.MethodGet && rest == iconName:
		writeIcon(w)
	case isIPP(w, q):
		r.serveIPP(w, q, name, rest)
	}
}

func (r *Relay) knowsHost(host string) bool {
	name, port, err := net.SplitHostPort(host)
	return err == nil && port == strconv.Itoa(r.Port()) && (name == "127.0.0.1" || strings.EqualFold(name, "localhost"))
}

func (r *Relay) serveIPP(w http.ResponseWriter, q *http.Request, name, rest string) {
	program := party{id: "program"} // of this PC: all of them together
	if !r.crowd.enter(program, relayRequests) {
		w.Header().Set("Retry-After", "2")
		turnAway(w, q, "too many requests at once", http.StatusServiceUnavailable)
		return
	}
	defer r.crowd.leave(program)
	body := bufio.NewReaderSize(q.Body, 32<<10)
	msg, err := ipp.ReadRequest(body)
	var m *goipp.Message
	switch {
	case errors.Is(err, ipp.ErrTooLarge):
		m = refuse(goipp.StatusErrorRequestEntity, "").encodeFor(msg)
	case err != nil:
		m = refuse(goipp.StatusErrorBadRequest, "").encodeFor(msg)
	default:
		m = r.answer(q.Context(), name, rest, &relayed{msg: msg, op: ipp.Attrs(msg.Operation), document: body})
	}
	if goipp.Status(m.Code) >= goipp.StatusRedirectionOtherSite { // so that the answer is seen and not a broken connection
		newTimedBody(q.Body, http.NewResponseController(w)).drain(body)
	}
	if err := reply(w, m, nil); err != nil {
		r.log.Warn("answer of another PC's printer can't be encoded", "printer", name, "error", err)
	}
}
