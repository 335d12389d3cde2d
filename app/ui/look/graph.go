package look

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Graph draws how something went over time, as an area: the latest at the right. It keeps one picture and draws into that.
type Graph struct {
	widget.BaseWidget
	Least  fyne.Size
	values []float64
	raster *canvas.Raster
	pix    *image.NRGBA
}

// NewGraph returns an empty one of a size.
func NewGraph(least fyne.Size) *Graph {
	g := &Graph{Least: least}
	g.raster = canvas.NewRaster(g.draw)
	g.ExtendBaseWidget(g)
	return g
}

// Set shows values, the latest last. They are the caller's again afterwards.
func (g *Graph) Set(values []float64) {
	g.values = append(g.values[:0], values...)
	g.raster.Refresh()
}

// Values are what is shown.
func (g *Graph) Values() []float64 { return g.values }

// MinSize is for Fyne.
func (g *Graph) MinSize() fyne.Size { return g.Least }

// CreateRenderer is for Fyne.
func (g *Graph) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(g.raster) }

// headroom is left above the highest value, as a share of the height.
const headroom = 0.12

func (g *Graph) draw(w, h int) image.Image {
	if g.pix == nil || g.pix.Rect.Dx() != w || g.pix.Rect.Dy() != h {
		g.pix = image.NewNRGBA(image.Rect(0, 0, w, h))
	}
	clear(g.pix.Pix)
	most := 0.0
	for _, v := range g.values {
		most = max(most, v)
	}
	th, variant := g.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	line := color.NRGBAModel.Convert(th.Color(theme.ColorNamePrimary, variant)).(color.NRGBA)
	area, ground := line, color.NRGBAModel.Convert(th.Color(ColorTrack, variant)).(color.NRGBA)
	area.A = 0x38
	last := h
	for x := range w {
		top := h
		if n := len(g.values); n > 0 && most > 0 {
			top = h - int(float64(h)*(1-headroom)*g.values[x*n/w]/most)
		}
		for y := min(top, h-1); y < h; y++ {
			g.pix.SetNRGBA(x, y, area)
		}
		for y := min(top, last, h-1); y <= min(max(top, last), h-1) && most > 0; y++ { // joined with the column before
			g.pix.SetNRGBA(x, y, line)
		}
		if top >= h-1 {
			g.pix.SetNRGBA(x, h-1, ground)
		}
		last = top
	}
	return g.pix
}
