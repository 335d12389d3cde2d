package node

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
	"testing"
)

// A connection that fails is told of in one line that a person can use, without addresses of programs.
func TestABrokenConnectionIsToldOfInWords(t *testing.T) {
	o := newOffice(t, nil)
	refused := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	for name, err := range map[string]error{
		"closed at once":      &url.Error{Op: "Get", URL: "https://lanyard-x.local/v1/list/Plans/", Err: io.EOF},
		"nobody answers":      &url.Error{Op: "Get", URL: "https://lanyard-x.local/", Err: errors.Join(fmt.Errorf("a: %w", refused), refused)},
		"cut off in a stream": fmt.Errorf("read stream: %w", io.ErrUnexpectedEOF),
		"reset":               &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET},
	} {
		got := o.fileProblem(t.Context(), o.member.Peer.ID, Location{Folder: "Plans"}, err)
		if KindOf(got) != Offline || strings.ContainsAny(got.Error(), "\n:") || !errors.Is(got, err) {
			t.Errorf("%s: %s, %v", name, KindOf(got), got)
		}
	}
	o.settings.Avoid = []string{o.member.Peer.ID}
	o.mu.Lock()
	o.applyRulesLocked()
	o.mu.Unlock()
	if got := o.fileProblem(t.Context(), o.member.Peer.ID, Location{}, io.EOF); KindOf(got) != Denied {
		t.Errorf("a PC that is avoided: %v", got)
	}
}
