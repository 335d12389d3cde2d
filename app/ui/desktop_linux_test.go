package ui

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// newBus starts a session bus of its own and makes it the session's for the time of the test.
func newBus(t *testing.T) *dbus.Conn {
	t.Helper()
	path, err := exec.LookPath("dbus-daemon")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("NOT RUN: this needs dbus-daemon")
		}
		t.Skip("NOT RUN: this needs dbus-daemon")
	}
	cmd := exec.Command(path, "--session", "--nofork", "--nopidfile", "--print-address=1", "--address=unix:dir="+t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
	conn, err := sessionBus(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestTrayNeedsSomebodyWhoShowsIt(t *testing.T) {
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
	if trayPresent(t.Context()) {
		t.Error("a tray without a bus")
	}
	conn := newBus(t)
	if trayPresent(t.Context()) {
		t.Error("a tray without a watcher")
	}
	const name = "org.kde.StatusNotifierWatcher"
	watcher, err := prop.Export(conn, "/StatusNotifierWatcher", prop.Map{name: {"IsStatusNotifierHostRegistered": {Value: false, Emit: prop.EmitFalse}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	if trayPresent(t.Context()) {
		t.Error("a tray with a watcher that shows nothing")
	}
	watcher.SetMust(name, "IsStatusNotifierHostRegistered", true)
	if !trayPresent(t.Context()) {
		t.Error("the tray is not found")
	}
}

// portal is a desktop's file dialog with a person who has made up their mind.
type portal struct {
	conn   *dbus.Conn
	answer atomic.Pointer[answer] // nil never answers
	folder atomic.Bool            // was asked for
}

type answer struct {
	status uint32
	uris   []string
}

// OpenFile is what the portal offers on the bus.
func (p *portal) OpenFile(sender dbus.Sender, _ string, _ string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	folder, _ := options["directory"].Value().(bool)
	p.folder.Store(folder)
	token, _ := options["handle_token"].Value().(string)
	request := dbus.ObjectPath("/org/freedesktop/portal/desktop/request/" + strings.ReplaceAll(strings.TrimPrefix(string(sender), ":"), ".", "_") + "/" + token)
	if a := p.answer.Load(); a != nil {
		err := p.conn.Emit(request, "org.freedesktop.portal.Request.Response", a.status, map[string]dbus.Variant{"uris": dbus.MakeVariant(a.uris)})
		if err != nil {
			return "", dbus.MakeFailedError(err)
		}
	}
	return request, nil
}

func TestPickWithTheDesktop(t *testing.T) {
	conn := newBus(t)
	if _, err := pickWithDesktop(t.Context(), "Title", false, "/tmp"); !errors.Is(err, errNoDialog) {
		t.Fatalf("without a portal: %v", err)
	}
	p := &portal{conn: conn}
	if err := conn.Export(p, "/org/freedesktop/portal/desktop", "org.freedesktop.portal.FileChooser"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.RequestName("org.freedesktop.portal.Desktop", dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rule   string
		status uint32
		uris   []string
		want   []string
	}{
		{"several files, with what URIs must escape", 0, []string{"file:///tmp/a+b%20%C3%A4.txt", "file:///tmp/100%25"}, []string{"/tmp/a+b ä.txt", "/tmp/100%"}},
		{"cancelled", 1, nil, nil},
		{"cancelled, with an answer all the same", 2, []string{"file:///tmp/x"}, nil},
	} {
		p.answer.Store(&answer{c.status, c.uris})
		got, err := pickWithDesktop(t.Context(), "Title", true, "/tmp")
		if err != nil || !slices.Equal(got, c.want) || !p.folder.Load() {
			t.Errorf("%s: %q, %v", c.rule, got, err)
		}
	}
	p.answer.Store(&answer{0, []string{"sftp://nas/x"}})
	if _, err := pickWithDesktop(t.Context(), "Title", true, "/tmp"); err == nil {
		t.Error("a file that is not local is taken")
	}
	p.answer.Store(nil)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := pickWithDesktop(ctx, "Title", true, "/tmp"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with nobody answering: %v", err)
	}
}
