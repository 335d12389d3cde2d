package autostart

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/app/node/home"
)

// GLib, which GNOME starts its session with, runs the entry of a program in a folder with an odd name: every argument arrives
// as it was.
func TestADesktopStartsWhatWasMeant(t *testing.T) {
	gio, err := exec.LookPath("gio")
	if err != nil {
		t.Skipf("no gio: %v", err)
	}
	dir := filepath.Join(t.TempDir(), `my "office" $HOME b\s `+"`t`") // GLib itself stumbles over a % in a program's name
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	program, noted := filepath.Join(dir, "lanyard"), filepath.Join(t.TempDir(), "noted")
	script := "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\" > '" + noted + ".tmp'\nmv '" + noted + ".tmp' '" + noted + "'\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	entry := filepath.Join(t.TempDir(), "x.desktop")
	args := append([]string{program, "50% off"}, odd[1:4]...)
	if err := home.Replace(entry, []byte(desktopEntry(args)), fileMode); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(gio, "launch", entry).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var got []byte
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if got, err = os.ReadFile(noted); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("it was not started")
		}
	}
	if lines := strings.Split(strings.TrimSuffix(string(got), "\n"), "\n"); !slices.Equal(lines, args) {
		t.Errorf("started as %q, want %q", lines, args)
	}
}

// An entry whose program is gone, as when a folder was deleted that it was started from once, starts nothing.
func TestAProgramThatIsGone(t *testing.T) {
	config := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	if err := (Entry{Window: true}).Set(true); err != nil {
		t.Fatal(err)
	}
	if on, err := (Entry{Window: true}).On(); !on || err != nil {
		t.Fatalf("%v, %v", on, err)
	}
	entry := filepath.Join(config, "autostart", appID+".desktop")
	if err := home.Replace(entry, []byte(desktopEntry([]string{filepath.Join(config, `b\s`, "lanyard")})), fileMode); err != nil {
		t.Fatal(err)
	}
	if on, err := (Entry{Window: true}).On(); on || err != nil {
		t.Errorf("it is said to start: %v, %v", on, err)
	}
}

func TestAServiceThatWasInstalledIsKept(t *testing.T) {
	config := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", config)
	own := filepath.Join(config, "systemd", "user", "lanyard.service")
	if err := home.Replace(own, []byte("[Service]\nExecStart=/home/jo/.local/bin/lanyard serve --port 4800\n"), fileMode); err != nil {
		t.Fatal(err)
	}
	if err := (Entry{}).Set(true); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(config, "systemd", "user", "default.target.wants", "lanyard.service"))
	if err != nil || !strings.Contains(string(text), "4800") {
		t.Errorf("it starts %q, %v", text, err)
	}
	if on, _ := (Entry{Window: true}).On(); !on {
		t.Error("the window doesn't know of the service")
	}
	if err := (Entry{Window: true}).Set(false); err != nil {
		t.Fatal(err)
	}
	if on, _ := (Entry{}).On(); on {
		t.Error("it still starts")
	}
	if _, err := os.Stat(own); err != nil {
		t.Errorf("the service is gone: %v", err)
	}
}
