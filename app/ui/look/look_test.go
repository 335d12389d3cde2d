package look

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// luminance and contrast are those of WCAG 2.1.
func luminance(c color.NRGBA) float64 {
	part := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*part(c.R) + 0.7152*part(c.G) + 0.0722*part(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// over lays a colour that lets something through over another.
func over(top, ground color.NRGBA) color.NRGBA {
	mix := func(t, g uint8) uint8 { return uint8((int(t)*int(top.A) + int(g)*(255-int(top.A))) / 255) }
	return color.NRGBA{mix(top.R, ground.R), mix(top.G, ground.G), mix(top.B, ground.B), 255}
}

func TestContrast(t *testing.T) {
	for name, p := range map[string]map[fyne.ThemeColorName]color.Color{"light": light, "dark": dark} {
		c := func(n fyne.ThemeColorName) color.NRGBA { return p[n].(color.NRGBA) }
		check := func(what string, ink, ground color.NRGBA, least float64) {
			if got := contrast(ink, ground); got < least {
				t.Errorf("%s: %s has a contrast of %.2f, wanted %.1f", name, what, got, least)
			}
		}
		grounds := []fyne.ThemeColorName{theme.ColorNameBackground, ColorSidebar, ColorCard, theme.ColorNameOverlayBackground, theme.ColorNameMenuBackground, theme.ColorNameInputBackground}
		for _, g := range grounds {
			for _, ink := range []fyne.ThemeColorName{theme.ColorNameForeground, ColorQuiet, theme.ColorNamePlaceHolder, theme.ColorNamePrimary, theme.ColorNameSuccess, theme.ColorNameWarning, theme.ColorNameError} {
				check(fmt.Sprintf("%s on %s", ink, g), c(ink), c(g), 4.5)
			}
			for _, ink := range []fyne.ThemeColorName{theme.ColorNameForeground, ColorQuiet, theme.ColorNameWarning, theme.ColorNameError} {
				check(fmt.Sprintf("%s on a selected line of %s", ink, g), c(ink), over(c(theme.ColorNameSelection), c(g)), 4.5)
				check(fmt.Sprintf("%s on %s under the pointer", ink, g), c(ink), over(c(theme.ColorNameHover), c(g)), 4.5)
			}
			for what, ink := range map[string]color.NRGBA{"outline of an input": c(theme.ColorNameInputBorder), "folder": c(ColorFolder), "scroll bar": over(c(theme.ColorNameScrollBar), c(g))} {
				check(fmt.Sprintf("%s on %s", what, g), ink, c(g), 3)
			}
		}
		for _, pair := range [][2]fyne.ThemeColorName{{theme.ColorNameForegroundOnPrimary, theme.ColorNamePrimary}, {theme.ColorNameForegroundOnError, theme.ColorNameError},
			{theme.ColorNameForegroundOnSuccess, theme.ColorNameSuccess}, {theme.ColorNameForegroundOnWarning, theme.ColorNameWarning}, {theme.ColorNameForeground, theme.ColorNameButton},
			{theme.ColorNameForeground, ColorWarnBG}, {theme.ColorNameForeground, ColorErrorBG}, {theme.ColorNameForeground, ColorInfoBG}, {theme.ColorNameForeground, ColorGoodBG}} {
			check(fmt.Sprintf("%s on %s", pair[0], pair[1]), c(pair[0]), c(pair[1]), 4.5)
		}
		for ground, ink := range map[fyne.ThemeColorName]fyne.ThemeColorName{ColorTint: theme.ColorNamePrimary, ColorInfoBG: theme.ColorNamePrimary, ColorGoodBG: theme.ColorNameSuccess, ColorWarnBG: theme.ColorNameWarning, ColorErrorBG: theme.ColorNameError} {
			check(fmt.Sprintf("icon on %s", ground), c(ink), c(ground), 3)
		}
		for _, done := range []fyne.ThemeColorName{theme.ColorNamePrimary, ColorQuiet} {
			check(fmt.Sprintf("progress in %s", done), c(done), c(ColorTrack), 3)
		}
	}
	for n := range light {
		if dark[n] == nil {
			t.Errorf("the dark palette has no %s", n)
		}
	}
}

func TestThemeFollowsItsMode(t *testing.T) {
	for _, c := range []struct {
		mode    Mode
		variant fyne.ThemeVariant
		want    color.Color
	}{
		{System, theme.VariantDark, dark[theme.ColorNameBackground]}, {System, theme.VariantLight, light[theme.ColorNameBackground]}, {"", theme.VariantDark, dark[theme.ColorNameBackground]},
		{Light, theme.VariantDark, light[theme.ColorNameBackground]}, {Dark, theme.VariantLight, dark[theme.ColorNameBackground]},
	} {
		if got := Theme(c.mode).Color(theme.ColorNameBackground, c.variant); got != c.want {
			t.Errorf("%q under %d: %v", c.mode, c.variant, got)
		}
	}
}

func TestElide(t *testing.T) {
	test.NewTempApp(t)
	whole := "a long name of a file.txt"
	width := fyne.MeasureText(whole, 13, fyne.TextStyle{}).Width
	if got := Elide(whole, width, 13, fyne.TextStyle{}); got != whole {
		t.Errorf("with room for all: %q", got)
	}
	for w := float32(20); w < width; w += 7 {
		got := Elide(whole, w, 13, fyne.TextStyle{})
		if is := fyne.MeasureText(got, 13, fyne.TextStyle{}).Width; is > w {
			t.Errorf("%q is %v wide, with room for %v", got, is, w)
		}
	}
}

func TestFlowPutsWhatFitsIntoARow(t *testing.T) {
	test.NewTempApp(t)
	cell := func() fyne.CanvasObject {
		r := canvas.NewRectangle(color.Black)
		r.SetMinSize(fyne.NewSize(50, 40))
		return r
	}
	box := container.New(NewFlow(100, 10), cell(), cell(), cell())
	for _, c := range []struct{ width, cell, height float32 }{{100, 100, 140}, {209, 209, 140}, {210, 100, 90}, {320, 100, 40}, {440, 102.5, 40}} {
		box.Resize(fyne.NewSize(c.width, 500))
		got, height := box.Objects[0].Size().Width, box.MinSize().Height
		if height != c.height || (c.width < 400 && got != c.cell) {
			t.Errorf("at %v: cells of %v, %v tall; want %v, %v", c.width, got, height, c.cell, c.height)
		}
	}
}

func TestEveryIconDraws(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(Theme(Light))
	for _, i := range []fyne.Resource{IconWorkgroup, IconPC, IconPrinter, IconFolder, IconFolderFull, IconRefresh, IconFile, IconShare, IconKey} {
		w := test.NewWindow(Icon(i, 24))
		w.SetPadded(false)
		w.Resize(fyne.NewSquareSize(24))
		c := w.Canvas()
		shot, ink := c.Capture(), 0
		ground := shot.At(0, 0)
		for x := range shot.Bounds().Dx() {
			for y := range shot.Bounds().Dy() {
				if shot.At(x, y) != ground {
					ink++
				}
			}
		}
		if all := shot.Bounds().Dx() * shot.Bounds().Dy(); ink < all/20 || ink > all*3/4 {
			t.Errorf("%s: %d of %d points have ink", i.Name(), ink, all)
		}
	}
}

func TestCardAnswersToTheKeyboard(t *testing.T) {
	test.NewTempApp(t)
	n := 0
	b := NewCardButton(NewText("PC"), func() { n++ })
	for _, k := range []fyne.KeyName{fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter, fyne.KeyA} {
		b.TypedKey(&fyne.KeyEvent{Name: k})
	}
	if n != 3 {
		t.Errorf("it answered %d times", n)
	}
}
