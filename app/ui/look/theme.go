package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Mode says which of the two palettes is used.
type Mode string

// The modes. The zero Mode is System.
const (
	System Mode = "system" // as the desktop says
	Light  Mode = "light"
	Dark   Mode = "dark"
)

// Colours beyond Fyne's own.
const (
	ColorSidebar fyne.ThemeColorName = "lanyardSidebar" // the navigation at the left
	ColorCard    fyne.ThemeColorName = "lanyardCard"    // a box on the page
	ColorQuiet   fyne.ThemeColorName = "lanyardQuiet"   // secondary text
	ColorTint    fyne.ThemeColorName = "lanyardTint"    // the ground behind an icon
	ColorTrack   fyne.ThemeColorName = "lanyardTrack"   // the empty part of a progress bar
	ColorFolder  fyne.ThemeColorName = "lanyardFolder"  // the icon of a folder
	ColorPaper   fyne.ThemeColorName = "lanyardPaper"   // white, whatever the palette
	ColorWarnBG  fyne.ThemeColorName = "lanyardWarnGround"
	ColorErrorBG fyne.ThemeColorName = "lanyardErrorGround"
	ColorInfoBG  fyne.ThemeColorName = "lanyardInfoGround"
	ColorGoodBG  fyne.ThemeColorName = "lanyardGoodGround"
)

// Sizes beyond Fyne's own, in Fyne's device-independent pixels.
const (
	SizeTitle fyne.ThemeSizeName = "lanyardTitle" // the heading of a page
	SizeCode  fyne.ThemeSizeName = "lanyardCode"  // an invitation's code
)

// Theme returns Lanyard's theme: denser than Fyne's own, and readable at WCAG AA in both palettes.
func Theme(mode Mode) fyne.Theme { return &lanyard{mode: mode, base: theme.DefaultTheme()} }

type lanyard struct {
	mode Mode
	base fyne.Theme // fonts and icons
}

func (l *lanyard) Color(name fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	p, hues := light, lightHues
	if l.mode == Dark || l.mode != Light && v == theme.VariantDark {
		p, hues = dark, darkHues
	}
	if c, ok := p[name]; ok {
		return c
	}
	if c, ok := hueColor(hues, name); ok {
		return c
	}
	return l.base.Color(name, v)
}

func (l *lanyard) Font(s fyne.TextStyle) fyne.Resource        { return l.base.Font(s) }
func (l *lanyard) Icon(name fyne.ThemeIconName) fyne.Resource { return l.base.Icon(name) }
func (l *lanyard) Size(name fyne.ThemeSizeName) float32 {
	if s, ok := sizes[name]; ok {
		return s
	}
	return l.base.Size(name)
}

var sizes = map[fyne.ThemeSizeName]float32{
	theme.SizeNameText:            13,
	theme.SizeNameCaptionText:     11.5,
	theme.SizeNameSubHeadingText:  15,
	theme.SizeNameHeadingText:     19,
	theme.SizeNamePadding:         4,
	theme.SizeNameInnerPadding:    7,
	theme.SizeNameLineSpacing:     3,
	theme.SizeNameInlineIcon:      17,
	theme.SizeNameScrollBar:       11,
	theme.SizeNameScrollBarSmall:  5,
	theme.SizeNameScrollBarRadius: 4,
	theme.SizeNameInputRadius:     6,
	theme.SizeNameSelectionRadius: 6,
	SizeTitle:                     19,
	SizeCode:                      40,
}

func rgb(v uint32) color.Color {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

func rgba(v uint32, a uint8) color.Color {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: a}
}
