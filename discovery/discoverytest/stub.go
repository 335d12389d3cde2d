//go:build !linux

package discoverytest

import (
	"context"
	"net/netip"
	"os/exec"
	"testing"
)

// The LAN needs Linux. Elsewhere NewLAN ends the test, and the rest is there for tests to compile.

type (
	// LAN is a switch and the PCs on it.
	LAN struct{}
	// PC is a machine on the LAN.
	PC struct {
		Name string
		*Cable
		Cables []*Cable
	}
	// Cable connects a network card of a PC to a port of a switch.
	Cable struct{ Interface string }
	// Cmd is a program that runs inside a PC.
	Cmd struct{ *exec.Cmd }
	// Browser is an avahi-browse that goes on.
	Browser struct{}
	// Option changes how a PC comes to the LAN.
	Option func()
)

// NewLAN ends the test.
func NewLAN(t testing.TB) *LAN {
	Unavailable(t, "network namespaces need Linux")
	return nil
}

func becomeRoot() {}

// The rest of the API is documented in the Linux files.

func Route(_, _ *LAN) *PC                                   { return nil }
func Unplugged() Option                                     { return nil }
func Address(netip.Prefix) Option                           { return nil }
func Named(string) Option                                   { return nil }
func NoIPv4() Option                                        { return nil }
func NoIPv6() Option                                        { return nil }
func DuplicateCheck() Option                                { return nil }
func (*LAN) Prefix() netip.Prefix                           { return netip.Prefix{} }
func (*LAN) Join(string, ...Option) *PC                     { return nil }
func (*LAN) Silence(*PC)                                    {}
func (*LAN) Unsilence(*PC)                                  {}
func (*LAN) BlockMulticast()                                {}
func (*LAN) Lose(int)                                       {}
func (*LAN) Filter(...string)                               {}
func (*PC) Attach(*LAN, ...Option) *Cable                   { return nil }
func (*PC) Do(func())                                       {}
func (*PC) AddDocker()                                      {}
func (*PC) AddVPN()                                         {}
func (*PC) RunAvahi()                                       {}
func (*PC) Browse(string) *Browser                          { return nil }
func (*Browser) Has(...string) string                       { return "" }
func (*Browser) Again()                                     {}
func (*Browser) String() string                             { return "" }
func (*PC) Command(context.Context, string, ...string) *Cmd { return nil }
func (*PC) Self(context.Context, string, ...string) *Cmd    { return nil }
func (*Cable) Unplug()                                      {}
func (*Cable) Plug()                                        {}
func (*Cable) Addr() netip.Addr                             { return netip.Addr{} }
func (*Cable) LinkLocal() netip.Addr                        { return netip.Addr{} }
func (*Cable) SetAddr(netip.Prefix)                         {}
func (*Cable) Packets() uint64                              { return 0 }
func (*Cable) Bytes() uint64                                { return 0 }
func (*Cable) Limit(uint64)                                 {}
func (*Cmd) Stop() error                                    { return nil }
func (*Cmd) Kill() error                                    { return nil }
