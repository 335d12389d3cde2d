package drive

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lanyard/share/dav"
)

// Limits of the server. Whoever gets so far is a program of this PC that was told the secret.
const (
	headerWait   = 20 * time.Second
	idleWait     = 5 * time.Minute
	shutdownWait = 3 * time.Second
	maxHeader    = 64 << 10
)

// ServerOptions are what a Server needs.
type ServerOptions struct {
	Drive      *Drive
	Secret     string          // the part of the address that keeps other people of this PC out; see NewSecret
	Port       int             // on loopback; 0: any free one
	Properties *dav.Properties // dead properties; nil: kept in memory
	Logger     *slog.Logger
}

// NewSecret makes a Secret: 130 bits, in letters that need no escaping.
func NewSecret() string { return strings.ToLower(rand.Text()) }

// Server serves a Drive on loopback, in the clear, to whoever knows its address.
type Server struct {
	o        ServerOptions
	handler  *dav.Handler
	listener net.Listener
}

// Listen opens the port.
func Listen(o ServerOptions) (*Server, error) {
	if len(o.Secret) < 20 || strings.ContainsAny(o.Secret, "/%?#\\. ") {
		return nil, errors.New("open drive: the secret is too short, or can't be in an address")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(o.Port)))
	if err != nil {
		return nil, fmt.Errorf("open drive: %w", err)
	}
	return &Server{o: o, handler: dav.New(dav.Options{Properties: o.Properties, Logger: o.Logger}), listener: l}, nil
}

// Port is the TCP port on loopback.
func (s *Server) Port() int { return s.listener.Addr().(*net.TCPAddr).Port }

// URL is the address of the drive. Whoever has it has all that this PC may do in the workgroup.
func (s *Server) URL() string { return fmt.Sprintf("http://127.0.0.1:%d/%s/", s.Port(), s.o.Secret) }

// Run serves until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: headerWait, IdleTimeout: idleWait, MaxHeaderBytes: maxHeader,
		BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog:    slog.NewLogLogger(s.o.Logger.Handler(), slog.LevelDebug),
	}
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownWait)
		defer cancel()
		if server.Shutdown(late) != nil {
			_ = server.Close()
		}
	})
	err := server.Serve(s.listener)
	if !stop() {
		<-done
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve drive: %w", err)
}

// Close closes the port of a Server that is not to Run.
func (s *Server) Close() error { return s.listener.Close() }

var crossOrigin http.CrossOriginProtection

// ServeHTTP implements http.Handler: first who asks, and by what name, then the secret.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secret, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case !s.knowsHost(r.Host): // somebody else's DNS made it point here
		http.Error(w, "this is not the host you asked for", http.StatusMisdirectedRequest)
	case crossOrigin.Check(r) != nil || r.Header.Get("Sec-Fetch-Site") == "cross-site" || r.Header.Get("Origin") == "null":
		http.Error(w, "pages of other sites may not come in here", http.StatusForbidden)
	case subtle.ConstantTimeCompare([]byte(secret), []byte(s.o.Secret)) != 1:
		http.NotFound(w, r)
	default:
		s.handler.Serve(w, r, dav.Site{FS: s.o.Drive, Base: "/" + s.o.Secret})
	}
}

func (s *Server) knowsHost(host string) bool {
	name, port, err := net.SplitHostPort(host)
	return err == nil && port == strconv.Itoa(s.Port()) && (name == "127.0.0.1" || name == "::1" || strings.EqualFold(name, "localhost"))
}
