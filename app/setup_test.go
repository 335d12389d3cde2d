//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// A new PC: its person goes through the setup by keyboard, drops a folder to share, and finds the workgroup behind it.
func TestANewPCIsSetUp(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	front := officetest.New(t, lan.Join("front"))
	if err := front.CreateWorkgroup(t.Context(), "Office"); err != nil {
		t.Fatal(err)
	}
	front.Shares("Plans", "read", map[string]string{"a.txt": "a"})
	inv, err := front.Invite(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	back, home := lan.Join("back"), filepath.Join(t.TempDir(), "home")
	w := openProgram(t, newScreen(t, "1280x800"), back, home, back.Command(t.Context(), program(t), "--home", home), "HOME="+t.TempDir())
	w.until("sees the invitation", func(st *node.State) bool { return len(st.Peers) == 1 && st.Peers[0].Inviting })
	memo := func() string { return officetest.Content(t, filepath.Join(home, "window", "window.json")) }
	step := func(name string) {
		t.Helper()
		eventually(t, "the step "+name, func() bool { return strings.Contains(memo(), `"step":"`+name+`"`) })
		w.settle()
	}
	step("face")
	w.shots("setup-1")
	w.xdotool("key", "ctrl+a")
	w.xdotool("type", "Reception")
	w.xdotool("key", "Tab")
	w.xdotool("type", "Anna")
	w.xdotool("key", "Return")
	w.until("has its name", func(st *node.State) bool { return st.Self.Name == "Reception" && st.Self.Face.User == "Anna" })
	step("workgroup")
	w.shots("setup-2")
	w.xdotool("type", inv.Code[:3]+inv.Code[4:])
	w.settle()
	w.xdotool("key", "Return")
	w.until("is in the workgroup", func(st *node.State) bool { return st.Self.Workgroup == "Office" })
	step("folders")
	papers := filepath.Join(t.TempDir(), "Papers")
	os.Mkdir(papers, 0o755)
	w.drop(emptySpace, papers)
	w.settle()
	w.gesture("shares the folder", func() { w.xdotool("key", "Return") }, // as it is proposed
		func(st *node.State) bool { return len(st.Folders) == 1 && st.Folders[0].Dir == papers })
	w.shots("setup-3")
	w.settle()
	for _, name := range []string{"printers", "check", "startup", "end"} {
		w.xdotool("key", "alt+Right")
		step(name)
		w.shots("setup-" + name)
	}
	w.xdotool("key", "Return")
	eventually(t, "the setup is done", func() bool { return strings.Contains(memo(), `"state":"done"`) })
	front.Until(10*time.Second, "knows who has come", func(st *node.State) bool {
		return len(st.Peers) == 1 && st.Peers[0].Name == "Reception" && st.Peers[0].Face.User == "Anna" && len(st.Peers[0].Folders) == 1
	})
}
