package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"lanyard/app/node"
	"lanyard/app/node/gate"
)

// stopWait is how long a running call may take when the node ends.
const stopWait = time.Second

// Server answers the control socket of a home.
type Server struct {
	listener net.Listener
	service  node.Service
	allow    func(gate.Question) bool
	log      *slog.Logger
	calls    sync.WaitGroup
}

// Listen opens the control socket of a home, which the caller holds. allow is the gate.
func Listen(home string, service node.Service, allow func(gate.Question) bool, log *slog.Logger) (*Server, error) {
	path, err := Path(home)
	if err != nil {
		return nil, err
	}
	l, err := listen(path)
	if err != nil {
		return nil, fmt.Errorf("open control socket: %w", err)
	}
	return &Server{listener: l, service: service, allow: allow, log: log}, nil
}

// Run answers calls until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/{method}", s.call)
	mux.HandleFunc("GET /v1/watch", s.watch)
	mux.HandleFunc("POST /v1/entries", s.list)
	mux.HandleFunc("POST /v1/content", s.open)
	server := &http.Server{
		Handler: s.gated(mux), ConnContext: withCaller, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
		ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx },
	}
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWait)
		defer cancel()
		if server.Shutdown(late) != nil {
			server.Close()
		}
	})
	err := server.Serve(s.listener)
	if !stop() {
		<-done
	}
	s.calls.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

type callerKey struct{}

// withCaller notes who is at the other end of the socket.
func withCaller(ctx context.Context, c net.Conn) context.Context {
	who := gate.Who{}
	if isOwner(c) {
		who.Kind = gate.Owner
	}
	return context.WithValue(ctx, callerKey{}, who)
}

// gated asks the gate before every call.
func (s *Server) gated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who, _ := r.Context().Value(callerKey{}).(gate.Who)
		if !s.allow(gate.Question{Who: who, Service: gate.Control, Verb: gate.Change}) {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Server) call(w http.ResponseWriter, r *http.Request) {
	s.calls.Add(1)
	defer s.calls.Done()
	do := methods[r.PathValue("method")]
	if do == nil {
		answer(w, http.StatusNotFound, fault(errors.New("this Lanyard doesn't know that call: is it an older version?")))
		return
	}
	var raw json.RawMessage
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxCall)).Decode(&raw); err != nil {
		answer(w, http.StatusBadRequest, fault(err))
		return
	}
	out, err := do(r.Context(), s.service, raw)
	if err != nil {
		answer(w, http.StatusUnprocessableEntity, fault(err))
		return
	}
	answer(w, http.StatusOK, out)
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// watch streams one JSON document for each state.
func (s *Server) watch(w http.ResponseWriter, r *http.Request) {
	s.calls.Add(1)
	defer s.calls.Done()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	out := json.NewEncoder(w)
	control := http.NewResponseController(w)
	_ = s.service.Watch(ctx, func(state *node.State) {
		if out.Encode(state) != nil || control.Flush() != nil {
			cancel()
		}
	})
}
