package door

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"lanyard/app/node/identity"
	"lanyard/app/node/sealed"
)

// What a client is told that goes on in TLS, and once it does (RFC 2817 sections 3.3 and 3.1: the request is answered there).
const (
	switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: TLS/1.2, HTTP/1.1\r\n\r\n"
	switched  = "HTTP/1.1 200 OK\r\nAllow: GET, HEAD, OPTIONS, POST\r\nContent-Length: 0\r\n\r\n"
)

// AsksForTLS tells whether a request that came in plain HTTP asks to go on in TLS: print systems do where they know a printer
// by ipp: and want it encrypted.
func AsksForTLS(r *http.Request) bool {
	return !CallerOf(r.Context()).TLS && strings.Contains(strings.ToUpper(r.Header.Get("Upgrade")), "TLS/1.") &&
		strings.Contains(strings.ToLower(r.Header.Get("Connection")), "upgrade")
}

// Upgrade goes on in TLS on the connection of a request, which it answers. What the client asks then comes by Accept.
func (l *Listener) Upgrade(w http.ResponseWriter, r *http.Request) {
	c, ok := r.Context().Value(connKey{}).(*Conn)
	if !ok {
		http.Error(w, "there is no TLS here", http.StatusNotImplemented)
		return
	}
	_, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "this connection can't be encrypted", http.StatusNotImplemented)
		return
	}
	t := sealed.Server(&peeked{Conn: c.Conn, r: buffered.Reader}, l.config)
	err = c.Raw.SetDeadline(time.Now().Add(handshakeWait))
	if err == nil {
		_, err = io.WriteString(c.Conn, switching)
	}
	if err == nil {
		err = t.HandshakeContext(r.Context())
	}
	if err == nil && t.ConnectionState().NegotiatedProtocol == identity.ALPN {
		err = errors.New("another PC does not come this way")
	}
	if err == nil {
		_, err = io.WriteString(t, switched)
	}
	if err == nil {
		err = c.Raw.SetDeadline(time.Time{})
	}
	if err != nil {
		l.log.Debug("connection not encrypted", "from", c.remote, "err", err)
		c.cut()
		return
	}
	// c goes on to be counted; what closes this one closes it.
	u := newConn(c.Raw, c.via, func(*Conn) { c.once.Do(func() { c.done(c) }) })
	u.Conn, u.Caller.TLS = t, true
	select {
	case l.conns <- u:
	case <-l.ended:
		u.Close()
	}
}
