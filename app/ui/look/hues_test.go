package look

import (
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
)

// What a PC can be is drawn, in colours that can be told from what they are on.
func TestEveryFaceIsDrawn(t *testing.T) {
	for _, name := range node.Pictures {
		if _, ok := pictures[name]; !ok {
			t.Errorf("no picture %q", name)
		}
	}
	for mode, p := range map[Mode]map[string]hue{Light: lightHues, Dark: darkHues} {
		th := Theme(mode)
		for _, name := range node.Colors {
			if _, ok := p[name]; !ok {
				t.Fatalf("%s: no colour %q", mode, name)
			}
			ink, ground := Hue(name)
			c := func(n fyne.ThemeColorName) color.NRGBA { return th.Color(n, theme.VariantLight).(color.NRGBA) }
			for _, on := range []fyne.ThemeColorName{ground, ColorCard, theme.ColorNameBackground, ColorSidebar} {
				if got := contrast(c(ink), c(on)); got < 4.5 {
					t.Errorf("%s: %s has a contrast of %.2f on %s", mode, name, got, on)
				}
			}
		}
	}
	if ink, ground := Hue("gold"); ink != theme.ColorNamePrimary || ground != ColorTint {
		t.Errorf("an unknown colour is %s on %s", ink, ground)
	}
}

func TestPicturesAreDifferent(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(Theme(Light))
	seen := map[string]string{}
	all := container.NewGridWithColumns(4)
	for _, name := range node.Pictures {
		text := string(Picture(name).Content())
		if other := seen[text]; other != "" {
			t.Errorf("%s is drawn as %s is", name, other)
		}
		seen[text] = name
		all.Add(Avatar(name, node.Colors[len(all.Objects)%len(node.Colors)], 72))
	}
	if dir := os.Getenv("LANYARD_SHOTS"); dir != "" { // for whoever wants to look at them
		w := test.NewWindow(all)
		w.Resize(fyne.NewSize(400, 300))
		f, err := os.Create(filepath.Join(dir, "pictures.png"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := png.Encode(f, w.Canvas().Capture()); err != nil {
			t.Error(err)
		}
	}
}
