//go:build linux

package discovery_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"lanyard/discovery/discoverytest"
)

// runAvahi starts the system's own responder in a PC, with a D-Bus of its own, and waits until it answers.
func runAvahi(t *testing.T, pc *discoverytest.PC) {
	t.Helper()
	for _, program := range []string{"dbus-daemon", "avahi-daemon", "avahi-browse", "avahi-resolve"} {
		if _, err := exec.LookPath(program); err != nil {
			discoverytest.Unavailable(t, "%v", err)
		}
	}
	daemons := pc.Command(context.Background(), "sh", "-c",
		`mkdir -p /run/dbus && dbus-daemon --system --nofork --nopidfile & while ! [ -S /run/dbus/system_bus_socket ]; do sleep 0.05; done; exec avahi-daemon --no-drop-root --no-chroot`)
	if err := daemons.Start(); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if pc.Command(t.Context(), "avahi-resolve", "-n", pc.Name+".local").Run() == nil {
			if out, _ := pc.Command(t.Context(), "avahi-resolve", "-4", "-n", pc.Name+".local").Output(); strings.Contains(string(out), pc.Addr().String()) {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("avahi doesn't answer")
}

func TestBesideAvahi(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	front, back := lan.Join("desk"), lan.Join("store")
	runAvahi(t, front)
	desk, store := start(t, front, "desk"), start(t, back, "store & cellar")
	desk.sees(store, soon)
	store.sees(desk, soon)

	// Both stacks on the one PC work, and avahi understands what Lanyard says.
	out, err := front.Command(t.Context(), "avahi-browse", "-rpt", "_lanyard._tcp").Output()
	for _, want := range []string{store.id, desk.id, back.Addr().String() + ";4720", `"n=store & cellar"`} {
		if !strings.Contains(string(out), want) {
			t.Errorf("avahi-browse lacks %s: %v\n%s", want, err, out)
		}
	}
	out, err = front.Command(t.Context(), "avahi-resolve", "-4", "-n", "lanyard-"+store.id+".local").Output()
	if !strings.Contains(string(out), back.Addr().String()) {
		t.Errorf("avahi-resolve: %s, %v", out, err)
	}
	store.Stop()
	desk.loses(store, soon)
	out, _ = front.Command(t.Context(), "avahi-browse", "-pt", "_lanyard._tcp").Output()
	if strings.Contains(string(out), store.id) {
		t.Errorf("avahi still has it: %s", out)
	}
}
