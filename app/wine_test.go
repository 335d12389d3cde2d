//go:build linux

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/discovery/discoverytest"
)

// windows is a PC of the lab with Windows on it, which is Wine with what it lacks made up for by testdata/wine.c.
type windows struct {
	t        *testing.T
	pc       *discoverytest.PC
	prefix   string // the folder that holds drive C:
	programs string // where lanyard.exe and lanyardd.exe are
	env      []string
	boot     *discoverytest.Cmd
}

// newWindows begins to install Windows, which takes as long as it takes to build the programs.
func newWindows(t *testing.T, pc *discoverytest.PC) *windows {
	t.Helper()
	for _, program := range []string{"wine", "wineboot", "wineserver", "x86_64-w64-mingw32-gcc", "clang", "icotool", "zip", "unzip"} {
		if _, err := exec.LookPath(program); err != nil {
			discoverytest.Unavailable(t, "%v", err)
		}
	}
	w := &windows{t: t, pc: pc, prefix: filepath.Join(t.TempDir(), "wine")}
	w.env = append(os.Environ(), "WINEPREFIX="+w.prefix, "WINEDEBUG=-all", "HOME="+filepath.Dir(w.prefix), "WINEDLLOVERRIDES=mscoree=;mshtml=;winemenubuilder.exe=d",
		`LANYARD_HOME=C:\Lanyard ü`, "LC_ALL=C.UTF-8", "DISPLAY=")
	// What all programs share stays between them, at most for a minute: that is quicker, and they can't miss each other.
	if err := os.Mkdir(w.prefix, 0o700); err != nil {
		t.Fatal(err)
	}
	server := pc.Command(t.Context(), "wineserver", "--persistent=60")
	server.Env = w.env
	if err := server.Run(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		end := exec.Command("wineserver", "--kill", "--wait")
		end.Env = w.env
		_ = end.Run()
	})
	w.boot = pc.Command(t.Context(), "wineboot", "--init")
	w.boot.Env = w.env
	if err := w.boot.Start(); err != nil {
		t.Fatal(err)
	}
	return w
}

// install brings the programs, as people get them.
func (w *windows) install(dist string) {
	w.t.Helper()
	at := filepath.Dir(w.prefix)
	zips, _ := filepath.Glob(filepath.Join(dist, "*.zip"))
	if len(zips) != 1 {
		w.t.Fatalf("made %q", zips)
	}
	if out, err := exec.Command("unzip", "-q", "-d", at, zips[0]).CombinedOutput(); err != nil {
		w.t.Fatalf("%v\n%s", err, out)
	}
	w.programs = filepath.Join(at, strings.TrimSuffix(filepath.Base(zips[0]), ".zip"))
	if err := w.boot.Wait(); err != nil {
		w.t.Fatalf("wineboot: %v", err)
	}
	shim := filepath.Join(w.prefix, "drive_c", "windows", "system32", "bcryptprimitives.dll")
	if out, err := exec.Command("x86_64-w64-mingw32-gcc", "-shared", "-o", shim, "testdata/wine.c", "-ladvapi32").CombinedOutput(); err != nil {
		w.t.Fatalf("%v\n%s", err, out)
	}
}

// c is a path on drive C:, as Linux names it.
func (w *windows) c(elem ...string) string {
	return filepath.Join(append([]string{w.prefix, "drive_c"}, elem...)...)
}

func (w *windows) command(ctx context.Context, program string, args ...string) *discoverytest.Cmd {
	cmd := w.pc.Command(ctx, "wine", append([]string{filepath.Join(w.programs, program)}, args...)...)
	cmd.Env = w.env
	return cmd
}

// must runs a command that must work, and returns what it prints.
func (w *windows) must(args ...string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	out, err := w.command(ctx, "lanyardd.exe", args...).CombinedOutput()
	if err != nil {
		w.t.Fatalf("lanyardd.exe %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// begin starts a program that stays, and waits until it answers. Under Wine 8 the first to call a named pipe of go-winio's
// is never answered: it gets the handle that only keeps the name, which on Windows takes no callers. So each waits longer.
func (w *windows) begin(program string, args ...string) (cmd *discoverytest.Cmd, said *bytes.Buffer) {
	w.t.Helper()
	said = &bytes.Buffer{}
	cmd = w.command(w.t.Context(), program, args...)
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	patience := 2 * time.Second
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(w.t.Context(), patience)
		err := w.command(ctx, "lanyardd.exe", "status").Run()
		if err == nil {
			cancel()
			return cmd, said
		}
		if ctx.Err() != nil {
			patience += patience / 2
		}
		cancel()
	}
	w.t.Fatalf("%s doesn't answer\n%s", program, said)
	return nil, nil
}
