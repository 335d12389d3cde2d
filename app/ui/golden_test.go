package ui

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/node"
	"lanyard/app/ui/look"
	"lanyard/app/ui/uitest"
)

var update = flag.Bool("update", false, "take what the views look like now for right")

// What two pictures may differ in: processors round a little differently.
const (
	sameShade = 12   // of 255
	otherDots = 2000 // one in so many
)

// TestEveryViewIsAsItWas compares each view with the one that somebody has looked at: its structure as markup, its looks as
// pictures in the light and the dark. After a change that is meant, `go test ./app/ui -run TestEveryViewIsAsItWas -update`, and
// look at the pictures.
func TestEveryViewIsAsItWas(t *testing.T) {
	for name, open := range views() {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, uitest.Office())
			d.svc.SetSettings(uitest.Settings())
			open(d)
			d.window.Canvas().Unfocus() // a cursor blinks
			d.app.Turn()
			for _, mode := range []look.Mode{look.Light, look.Dark} {
				d.app.Settings().SetTheme(look.Theme(mode))
				d.app.Turn()
				d.app.Turn()
				compare(t, filepath.Join("testdata", "views", name+"-"+string(mode)+".png"), d.picture(), samePicture)
			}
			compare(t, filepath.Join("testdata", "views", name+".xml"), []byte(test.RenderToMarkup(d.window.Canvas())), bytes.Equal)
		})
	}
}

// views are all of them, by name.
func views() map[string]func(*desk) {
	at := func(p place) func(*desk) { return func(d *desk) { d.visit(p) } }
	return map[string]func(*desk){
		"workgroup": at(place{kind: atWorkgroup}),
		"this-pc":   at(place{kind: atThisPC}),
		"pc":        at(place{kind: atPC, pc: uitest.Front}),
		"pc-off":    at(place{kind: atPC, pc: uitest.Archive}),
		"stranger":  at(place{kind: atPC, pc: uitest.Visitor}),
		"folder":    func(d *desk) { d.list() },
		"printers":  at(place{kind: atPrinters}),
		"transfers": at(place{kind: atTransfers}),
		"inbox":     at(place{kind: atInbox}),
		"settings": func(d *desk) {
			d.visit(place{kind: atSettings})
			d.reads("Avoid")
		},
		"doctor": func(d *desk) {
			d.svc.SetDiagnosis(aDiagnosis())
			d.visit(place{kind: atDoctor})
			d.reads("In order")
		},
		"setup": at(place{kind: atSetup}),
		"tiles": func(d *desk) {
			d.list()
			d.shortcut(fyne.KeyI, fyne.KeyModifierControl)
		},
	}
}

func aDiagnosis() node.Diagnosis {
	return node.Diagnosis{Helper: uitest.Front, Time: uitest.Now, Findings: []node.Finding{
		{Cause: node.CauseFirewall, Verdict: node.VerdictBad, PC: uitest.This, Text: "A firewall on this PC keeps the other PCs out: TCP port 4720 is not open to them.",
			Do: "Let TCP port 4720 in from the local network.", Command: "sudo ufw allow from 192.168.1.0/24 to any port 4720 proto tcp"},
		{Cause: node.CauseClock, Verdict: node.VerdictGood, Text: "The clocks agree."},
	}}
}

func (d *desk) picture() []byte {
	d.t.Helper()
	var b bytes.Buffer
	small := png.Encoder{CompressionLevel: png.BestCompression}
	if err := small.Encode(&b, d.window.Canvas().Capture()); err != nil {
		d.t.Fatal(err)
	}
	return b.Bytes()
}

// compare holds what there is to a file; what differs is left beside the other results of the test.
func compare(t *testing.T, file string, got []byte, same func(a, b []byte) bool) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if same(want, got) {
		return
	}
	now := filepath.Join(t.ArtifactDir(), filepath.Base(file))
	if err := os.WriteFile(now, got, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Errorf("%s is not as it was: see %s (with -artifacts it stays)", file, now)
}

func samePicture(a, b []byte) bool {
	one, err := png.Decode(bytes.NewReader(a))
	if err != nil {
		return false
	}
	other, err := png.Decode(bytes.NewReader(b))
	if err != nil || one.Bounds() != other.Bounds() {
		return false
	}
	size := one.Bounds()
	differ := 0
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			if !sameDot(one, other, x, y) {
				differ++
			}
		}
	}
	return differ <= size.Dx()*size.Dy()/otherDots
}

func sameDot(one, other image.Image, x, y int) bool {
	a, b := color.NRGBAModel.Convert(one.At(x, y)).(color.NRGBA), color.NRGBAModel.Convert(other.At(x, y)).(color.NRGBA)
	for _, d := range []int{int(a.R) - int(b.R), int(a.G) - int(b.G), int(a.B) - int(b.B)} {
		if d < -sameShade || d > sameShade {
			return false
		}
	}
	return true
}
