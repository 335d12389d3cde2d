//go:build linux

package discovery_test

import (
	"strings"
	"testing"

	"lanyard/discovery/discoverytest"
)

func TestBesideAvahi(t *testing.T) {
	t.Parallel()
	lan := discoverytest.NewLAN(t)
	front, back := lan.Join("desk"), lan.Join("store")
	front.RunAvahi()
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
