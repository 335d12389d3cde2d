//go:build linux

package main

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// takeSetup takes the first steps of the setup, of a PC that nobody has set up yet.
func takeSetup(t *testing.T, lan *discoverytest.LAN, desks []*officetest.Desk, theme, scale, dir string) {
	home := filepath.Join(t.TempDir(), "home")
	s := newScreen(t, map[string]string{"1": "1280x800", "2": "2400x1600"}[scale])
	pc := lan.Join("New " + theme + scale)
	cmd := pc.Command(t.Context(), program(t), "--home", home)
	w := openProgram(t, s, pc, home, cmd, "FYNE_THEME="+theme, "FYNE_SCALE="+scale, "HOME="+t.TempDir())
	defer func() { w.Stop(t.Context()); w.cmd.Wait() }()
	if _, err := desks[0].Invite(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.until("sees the invitation", func(st *node.State) bool {
		return slices.ContainsFunc(st.Peers, func(p node.Peer) bool { return p.Inviting })
	})
	w.settle()
	w.xdotool("key", "ctrl+a")
	w.xdotool("type", "Reception")
	w.xdotool("key", "Tab")
	w.xdotool("type", "Anna Miller")
	w.settle()
	w.take(dir, "setup", theme, scale)
	w.xdotool("key", "Return")
	w.settle()
	w.take(dir, "setup-workgroup", theme, scale)
}

// photo is a landscape, as a JPEG.
func photo(t *testing.T, n int) string {
	t.Helper()
	const width, height = 960, 640
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	sun := image.Pt(120+n*97%720, 120+n*53%140)
	for y := range height {
		for x := range width {
			hill := 380 + 70*math.Sin(float64(x+n*131)/140) + 30*math.Sin(float64(x+n*17)/47)
			c := color.RGBA{uint8(110 + y/5 + n*5%60), uint8(160 + y/6), uint8(235 - y/7), 255}
			switch {
			case float64(y) > hill+90:
				c = color.RGBA{uint8(50 + n*7%40), uint8(100 + y/12), uint8(60 + n*3%30), 255}
			case float64(y) > hill:
				c = color.RGBA{uint8(80 + n*11%50), uint8(130 + y/20), uint8(90 + n*5%40), 255}
			case (x-sun.X)*(x-sun.X)+(y-sun.Y)*(y-sun.Y) < 46*46:
				c = color.RGBA{255, 240, 190, 255}
			}
			picture.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// take takes a picture of the window.
func (w *desktop) take(dir, name, theme, scale string) {
	w.t.Helper()
	suffix := "-" + theme
	if scale == "2" {
		suffix += "@2x"
	}
	w.xdotool("search", "--name", "^Lanyard", "windowraise")
	if out, err := w.command(exec.Command("import", "-window", w.id(), filepath.Join(dir, name+suffix+".png"))).CombinedOutput(); err != nil {
		w.t.Fatalf("import: %v\n%s", err, out)
	}
}
