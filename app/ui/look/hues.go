package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// hue is a colour that people choose to tell things apart: what is drawn, and the ground it is drawn on.
type hue struct{ ink, ground uint32 }

// The hues by name, for both palettes. A test measures that each ink has a contrast of 4.5 on its ground and on those it stands
// on alone (WCAG 2.1, 1.4.3).
var (
	lightHues = map[string]hue{
		"blue": {0x2f4fc4, 0xe6ecfd}, "teal": {0x00696f, 0xdcf1f2}, "green": {0x1b6e3a, 0xe0f3e6}, "olive": {0x5c6300, 0xf0f2d6}, "orange": {0x9a4a00, 0xfdebdb},
		"red": {0xb3262b, 0xfde7e6}, "pink": {0xa81f6d, 0xfce6f2}, "purple": {0x6d3cb5, 0xf0e8fc}, "grey": {0x505a69, 0xe9ecf1},
	}
	darkHues = map[string]hue{
		"blue": {0x9db2ff, 0x262f52}, "teal": {0x66d2d6, 0x143b3e}, "green": {0x7ed69c, 0x18391f}, "olive": {0xcdd46a, 0x34371a}, "orange": {0xffb06b, 0x452a14},
		"red": {0xff9d95, 0x4a2325}, "pink": {0xff9bd0, 0x472138}, "purple": {0xcdaeff, 0x352650}, "grey": {0xbcc4d0, 0x2f3540},
	}
)

// The names of the hues' colours in the theme begin with these.
const hueInk, hueGround = "lanyardInk-", "lanyardGround-"

// hueColor finds the colour of a hue by its name in the theme.
func hueColor(hues map[string]hue, name fyne.ThemeColorName) (color.Color, bool) {
	for _, part := range []string{hueInk, hueGround} {
		if len(name) <= len(part) || string(name[:len(part)]) != part {
			continue
		}
		h, ok := hues[string(name[len(part):])]
		if part == hueInk {
			return rgb(h.ink), ok
		}
		return rgb(h.ground), ok
	}
	return nil, false
}

// Hue returns the theme's names for the colours of a hue; one that there isn't is the accent's.
func Hue(name string) (ink, ground fyne.ThemeColorName) {
	if _, ok := lightHues[name]; !ok {
		return theme.ColorNamePrimary, ColorTint
	}
	return fyne.ThemeColorName(hueInk + name), fyne.ThemeColorName(hueGround + name)
}

// Avatar shows a picture in a hue, as an Emblem shows an icon.
func Avatar(picture, hue string, size float32) fyne.CanvasObject {
	ink, tint := Hue(hue)
	ground := NewPaint(tint, size/4)
	ground.Least = fyne.NewSquareSize(size)
	return container.NewStack(ground, container.NewCenter(Icon(theme.NewColoredResource(Picture(picture), ink), size*0.56)))
}
