package ui

import (
	"bytes"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/look"
	"lanyard/app/ui/uitest"
	"lanyard/assets"
)

// desktopTray is a tray in which every icon is seen.
type desktopTray struct {
	icon  []byte
	menu  []TrayLine
	shows int // how often it changed
}

func (t *desktopTray) Show(icon []byte, menu []TrayLine) {
	t.icon, t.menu = icon, menu
	t.shows++
}

func (t *desktopTray) Close() {}

// reads are the lines that can be seen; those that can't be chosen in brackets.
func (t *desktopTray) reads() (lines []string) {
	for _, l := range t.menu {
		switch {
		case l.Hidden || l.Separator:
		case l.Off || l.Do == nil:
			lines = append(lines, "("+l.Text+")")
		default:
			lines = append(lines, l.Text)
		}
	}
	return lines
}

func (t *desktopTray) press(tt *testing.T, text string) {
	tt.Helper()
	for _, l := range t.menu {
		if l.Text == text {
			l.Do()
			return
		}
	}
	tt.Fatalf("no %q in the tray's menu: %q", text, t.reads())
}

func TestTheTrayTellsHowItStands(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.until("the icon is shown", func() bool { return d.icon.shows == 1 })
	want := []string{
		"(2 other PCs online)", "(2 transfers, 39 %, 107 MB/s)", "Open Lanyard", "Inbox", "Customers and 3 more: 38 %", "gearbox-v7.step: 64 %",
		"offer-2026-118.pdf: done", "Backup of November: failed", "Pause all transfers", "(Resume all transfers)", "Quit",
	}
	d.until("the menu knows of the workgroup", func() bool { return len(d.icon.reads()) == len(want) })
	if got := d.icon.reads(); !slices.Equal(got, want) {
		t.Errorf("the menu reads %q\nwant %q", got, want)
	}
	made, began := d.icon.shows, time.Now()
	// However often things change, the menu does once a second, and not at all when nothing in it would.
	for range 50 {
		d.svc.Change(func(s *node.State) { s.Transfers[0].Bytes += 1e6 })
		d.app.Turn()
	}
	d.svc.Change(func(s *node.State) {
		s.Inbox = uitest.Inbox()
		s.Problems = []string{"the disk is full"}
		for i := range s.Transfers {
			if !s.Transfers[i].State.Ended() {
				s.Transfers[i].State = node.TransferPaused
			}
		}
	})
	d.until("the menu has followed", func() bool { return slices.Contains(d.icon.reads(), "Inbox (2)") })
	if most := 1 + int(time.Since(began)/trayEvery); d.icon.shows > made+most {
		t.Errorf("the menu was made %d times, want at most %d", d.icon.shows-made, most)
	}
	got := strings.Join(d.icon.reads(), ", ")
	for _, line := range []string{"(2 other PCs online), Something is wrong on this PC…", "Customers and 3 more: paused", "(Pause all transfers), Resume all transfers"} {
		if !strings.Contains(got, line) {
			t.Errorf("the menu reads %s, want %s", got, line)
		}
	}
	d.icon.press(t, "Resume all transfers")
	d.called("ResumeTransfer")
	d.hide()
	d.icon.press(t, "Backup of November: failed")
	d.reads("Backup of November")
	if !d.visible || d.nav.place.kind != atTransfers || d.sheet == nil {
		t.Error("a transfer in the tray doesn't open its results")
	}
	d.closeSheet()
	d.icon.press(t, "Something is wrong on this PC…")
	if d.nav.place.kind != atThisPC {
		t.Error("what is wrong isn't shown")
	}
}

func TestTheIconHasASign(t *testing.T) {
	icon := fyne.NewStaticResource("icon.png", assets.Icon)
	seen := map[string]bool{}
	for _, wrong := range []bool{false, true} {
		signed := look.Signed(icon, wrong)
		if _, err := png.Decode(bytes.NewReader(signed)); err != nil {
			t.Error(err)
		}
		seen[string(signed)] = true
	}
	if len(seen) != 2 {
		t.Error("the signs are the same")
	}
	if got := look.Signed(fyne.NewStaticResource("icon.svg", assets.IconSVG), true); !bytes.Equal(got, assets.IconSVG) {
		t.Error("a drawing was taken for a PNG")
	}
}
