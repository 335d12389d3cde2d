// Package reach connects to another PC at whichever of its addresses answers first, and proves that it is that PC. It does
// not know where addresses come from.
package reach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"lanyard/app/node/identity"
	"lanyard/app/node/sealed"
)

const (
	wait      = 3 * time.Second        // for connection and handshake; a LAN answers in milliseconds
	deadAfter = 8 * time.Second        // a lost packet is sent again five times by then
	stagger   = 150 * time.Millisecond // between addresses, which are tried side by side (RFC 8305 5)
)

// Probes finds out within 10 s that nobody is at the other end of a connection on which this PC only waits. A way that is gone,
// with the PC still there by another one, is noticed by nothing else.
var Probes = net.KeepAliveConfig{Enable: true, Idle: 4 * time.Second, Interval: 2 * time.Second, Count: 3}

// errOtherInterface says that an address is reached only by an interface that is not to be used.
var errOtherInterface = errors.New("the way there leads over a network interface that is not to be used")

// ErrUnproven says that an address took a connection, but nobody said on it in time who is there.
var ErrUnproven = errors.New("nobody proved who is there")

// unproven is that a connection stood, and time ran out or it was broken off.
type unproven struct{ error }

func (unproven) Is(target error) bool { return target == ErrUnproven }
func (u unproven) Unwrap() error      { return u.error }

func isMute(err error) bool {
	for _, mute := range []error{context.DeadlineExceeded, os.ErrDeadlineExceeded, context.Canceled, io.EOF, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, mute) {
			return true
		}
	}
	return false
}

// Dialer dials as one PC.
type Dialer struct {
	Identity *identity.Identity
	// From tells whether connections may go out from an address of this PC; nil: from all. It is asked before a byte is sent.
	From func(local netip.Addr) bool
}

// Dial connects to the PC with the ID want, or to any when want is "", and returns whose key answered. When all addresses
// fail, the error tells of each; where a connection stood and nothing was said, it is an ErrUnproven too.
func (d Dialer) Dial(ctx context.Context, addresses []string, want string) (*sealed.Conn, identity.Peer, error) {
	if len(addresses) == 0 {
		return nil, identity.Peer{}, errors.New("no address is known")
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	type result struct {
		conn *sealed.Conn
		err  error
	}
	results := make(chan result, len(addresses))
	for i, address := range addresses {
		go func() { // ends with ctx, which ends below
			t := time.NewTimer(time.Duration(i) * stagger)
			defer t.Stop()
			select {
			case <-t.C:
			case <-ctx.Done():
				results <- result{err: ctx.Err()}
				return
			}
			conn, err := d.dialOne(ctx, address, want)
			results <- result{conn, err}
		}()
	}
	var won *sealed.Conn
	var errs []error
	for range addresses {
		r := <-results
		switch {
		case r.err == nil && won == nil:
			won = r.conn
			cancel()
		case r.err == nil:
			r.conn.Close()
		default:
			errs = append(errs, r.err)
		}
	}
	if won == nil {
		return nil, identity.Peer{}, errors.Join(errs...)
	}
	peer, err := identity.PeerOf(won.ConnectionState())
	if err != nil {
		won.Close()
		return nil, identity.Peer{}, err
	}
	return won, peer, nil
}

func (d Dialer) dialOne(ctx context.Context, address, want string) (*sealed.Conn, error) {
	nd := net.Dialer{KeepAliveConfig: Probes}
	tcp, err := nd.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("dial %s: %w", address, err)
	}
	c := sealed.Client(tcp, d.Identity.ClientConfig(want))
	if local, ok := tcp.LocalAddr().(*net.TCPAddr); ok && d.From != nil && !d.From(local.AddrPort().Addr().Unmap()) {
		err = errOtherInterface
	} else if err = c.HandshakeContext(ctx); isMute(err) {
		err = unproven{err}
	}
	if err != nil {
		tcp.Close()
		return nil, fmt.Errorf("dial %s: %w", address, err)
	}
	return c, nil
}

// ParseAddress takes HOST or HOST:PORT as people type it, IPv6 addresses with or without brackets and zone, and returns
// HOST:PORT, with port where none was given.
func ParseAddress(s string, port int) (string, error) {
	s = strings.TrimSpace(s)
	host, p, err := net.SplitHostPort(s)
	if err != nil { // no port, or an IPv6 address without brackets
		host, p = strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"), strconv.Itoa(port)
	}
	n, perr := strconv.ParseUint(p, 10, 16)
	if host == "" || strings.ContainsAny(host, " /[]") || perr != nil || n == 0 {
		return "", fmt.Errorf("%q is no address: want HOST or HOST:PORT", s)
	}
	if strings.Contains(host, ":") && net.ParseIP(strings.SplitN(host, "%", 2)[0]) == nil {
		return "", fmt.Errorf("%q is no address: want HOST or HOST:PORT", s)
	}
	return net.JoinHostPort(host, p), nil
}
