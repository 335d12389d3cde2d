//go:build linux

package main

import (
	"bufio"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"

	"lanyard/app/node"
	"lanyard/app/node/control"
	"lanyard/app/ui/exchange/x11"
	"lanyard/discovery/discoverytest"
)

// panel is a desktop's panel: it knows the icons that programs show beside the clock, and what their menus say.
type panel struct {
	conn  *dbus.Conn
	icons chan string // the bus names of those that have come
}

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	menuName    = "com.canonical.dbusmenu"
)

// RegisterStatusNotifierItem is what the panel offers on the bus.
func (p *panel) RegisterStatusNotifierItem(sender dbus.Sender, _ string) *dbus.Error {
	p.icons <- string(sender)
	return nil
}

// newPanel starts a session's bus with a panel on it, and returns the address of the bus.
func newPanel(t *testing.T) (*panel, string) {
	t.Helper()
	path, err := exec.LookPath("dbus-daemon")
	if err != nil {
		discoverytest.Unavailable(t, "%v", err)
	}
	bus := exec.Command(path, "--session", "--nofork", "--nopidfile", "--print-address=1", "--address=unix:dir="+t.TempDir())
	out, err := bus.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := bus.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { bus.Process.Signal(syscall.SIGTERM); bus.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address = strings.TrimSpace(address)
	p := &panel{icons: make(chan string, 4)}
	if p.conn, err = dbus.Connect(address); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.conn.Close() })
	if err := p.conn.Export(p, "/StatusNotifierWatcher", watcherName); err != nil {
		t.Fatal(err)
	}
	if _, err := prop.Export(p.conn, "/StatusNotifierWatcher", prop.Map{watcherName: {"IsStatusNotifierHostRegistered": {Value: true, Emit: prop.EmitFalse}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.conn.RequestName(watcherName, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return p, address
}

// line is a line of a menu.
type line struct {
	ID    int32
	Props map[string]dbus.Variant
	Below []dbus.Variant
}

func (l line) text() string { return l.is("label", "") }

func (l line) is(name, none string) string {
	if v, ok := l.Props[name]; ok {
		return strings.Trim(v.String(), `"`)
	}
	return none
}

// menu returns the lines that can be seen of the menu of an icon; those that can't be chosen in brackets.
func (p *panel) menu(t *testing.T, icon string) (texts []string, ids map[string]int32) {
	t.Helper()
	var revision uint32
	var root line
	if err := p.conn.Object(icon, "/StatusNotifierItem/menu").Call(menuName+".GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root); err != nil {
		t.Fatal(err)
	}
	ids = map[string]int32{}
	for _, v := range root.Below {
		var l line
		if err := dbus.Store([]any{v.Value()}, &l); err != nil {
			t.Fatal(err)
		}
		if l.is("visible", "true") != "true" || l.is("type", "") == "separator" {
			continue
		}
		ids[l.text()] = l.ID
		if l.is("enabled", "true") == "true" {
			texts = append(texts, l.text())
		} else {
			texts = append(texts, "("+l.text()+")")
		}
	}
	return texts, ids
}

// press chooses a line once it is there, and returns what the menu read then.
func (p *panel) press(t *testing.T, icon, text string) {
	t.Helper()
	p.until(t, icon, text)
	_, ids := p.menu(t, icon)
	if err := p.conn.Object(icon, "/StatusNotifierItem/menu").Call(menuName+".Event", 0, ids[text], "clicked", dbus.MakeVariant(0), uint32(0)).Err; err != nil {
		t.Fatal(err)
	}
}

func (p *panel) until(t *testing.T, icon, text string) {
	t.Helper()
	var texts []string
	eventually(t, "the menu has "+text, func() bool {
		texts, _ = p.menu(t, icon)
		for _, have := range texts {
			if have == text {
				return true
			}
		}
		return false
	})
}

// A program that starts at login with its window closed: all that can be seen of it is its icon, and everything can be reached from
// there.
func TestHiddenInTheTray(t *testing.T) {
	p, address := newPanel(t)
	s := newScreen(t, "1024x700")
	home := filepath.Join(t.TempDir(), "home")
	cmd := s.command(exec.Command(program(t), "--home", home, "--hidden"))
	cmd.Env = append(cmd.Env, "DBUS_SESSION_BUS_ADDRESS="+address)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	var icon string
	select {
	case icon = <-p.icons:
	case <-time.After(20 * time.Second):
		t.Fatalf("no icon came\n%s", stderr.String())
	}
	p.until(t, icon, "(Not in a workgroup yet)")
	if _, err := x11.Find(t.Context(), s.display, "Lanyard"); err == nil {
		t.Error("the window shows itself")
	}
	c, err := control.Dial(home)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.CreateWorkgroup(t.Context(), "Office"); err != nil {
		t.Fatal(err)
	}
	p.until(t, icon, "(0 other PCs online)")
	before, ids := p.menu(t, icon)
	if want := `["(0 other PCs online)","Open Lanyard","Inbox","(Pause all transfers)","(Resume all transfers)","Quit"]`; text(t, before) != want {
		t.Errorf("the menu reads %s, want %s", text(t, before), want)
	}
	p.press(t, icon, "Open Lanyard")
	eventually(t, "the window is shown", func() bool { _, err := x11.Find(t.Context(), s.display, "Lanyard"); return err == nil })

	// What changes, changes in the line that is there: a menu that is open stays as it is.
	if _, err := c.Get(t.Context(), []node.Location{{PC: "nobody"}}, t.TempDir(), node.Moving{}); err == nil {
		t.Error("a transfer from nobody")
	}
	if _, after := p.menu(t, icon); after["Quit"] != ids["Quit"] {
		t.Error("the menu was made anew")
	}
	p.press(t, icon, "Quit")
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("it ended with %v\n%s", err, stderr.String())
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("it didn't end\n%s", stderr.String())
	}
	if out := stderr.String(); strings.Contains(out, "systray error") || strings.Contains(out, "fyne.Do") {
		t.Errorf("it complains: %s", out)
	}
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
