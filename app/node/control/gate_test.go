//go:build linux

package control

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/node/gate"
)

// silent answers nothing but Settings.
type silent struct{ node.Service }

func (silent) Settings(context.Context) ([]node.Setting, error) {
	return []node.Setting{{Key: "name"}}, nil
}

func serve(t *testing.T, allow func(gate.Question) bool) (home string) {
	t.Helper()
	return serveService(t, silent{}, allow)
}

func serveService(t *testing.T, service node.Service, allow func(gate.Question) bool) (home string) {
	t.Helper()
	home = t.TempDir()
	s, err := Listen(home, service, allow, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return home
}

// T7: the control socket asks the gate too, about the owner of the process and about nobody else.
func TestT07TheControlSocketAsksTheGate(t *testing.T) {
	for _, allowed := range []bool{true, false} {
		var asked []gate.Question
		home := serve(t, func(q gate.Question) bool { asked = append(asked, q); return allowed })
		c, err := Dial(home)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Settings(t.Context())
		c.Close()
		if (err == nil) != allowed {
			t.Errorf("allowed %v: %v", allowed, err)
		}
		want := gate.Question{Who: gate.Who{Kind: gate.Owner}, Service: gate.Control, Verb: gate.Change}
		if len(asked) != 1 || asked[0] != want {
			t.Errorf("asked %+v", asked)
		}
	}
}

// T7: somebody else on this PC is not the owner, even where the socket's file lets them through.
func TestT07OtherUsersOfThisPCAreNobody(t *testing.T) {
	if os.Getuid() != 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("needs root, to be somebody else")
		}
		t.Skip("needs root, to be somebody else")
	}
	asked := make(chan gate.Who, 1)
	home := serve(t, func(q gate.Question) bool { asked <- q.Who; return false })
	path, err := Path(home)
	if err != nil {
		t.Fatal(err)
	}
	for dir := home; dir != "/tmp" && dir != "/"; dir = dir[:strings.LastIndexByte(dir, '/')] {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	out, err := askAs(65534, path)
	select {
	case who := <-asked:
		if who != (gate.Who{}) {
			t.Errorf("another user is %+v", who)
		}
	default:
		t.Fatalf("the socket wasn't reached: %s %v", out, err)
	}
	if strings.Contains(string(out), `"key"`) {
		t.Errorf("another user was answered: %s", out)
	}
}

// askAs asks for the settings as another user. Only the one thread that connects is that user, and it ends with it.
func askAs(uid int, path string) (answer string, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlock
		if _, _, no := syscall.RawSyscall(syscall.SYS_SETRESUID, uintptr(uid), uintptr(uid), uintptr(uid)); no != 0 {
			err = no
			return
		}
		var c net.Conn
		if c, err = net.Dial("unix", path); err != nil {
			return
		}
		defer c.Close()
		_ = c.SetDeadline(time.Now().Add(5 * time.Second))
		fmt.Fprint(c, "POST /v1/settings HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")
		var all []byte
		all, err = io.ReadAll(c)
		answer = string(all)
	}()
	<-done
	return answer, err
}
