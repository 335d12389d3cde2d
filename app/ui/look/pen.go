package look

import (
	"fmt"
	"math"
	"strings"
)

// stroke is the width of the lines of an icon, on a square of 24 by 24.
const stroke = 1.7

// pen draws outlines as filled shapes, because Fyne recolours what an SVG fills and not its lines. Outer edges run
// clockwise and holes the other way, so that the non-zero rule leaves the holes open.
type pen struct{ d strings.Builder }

func (p *pen) add(format string, args ...any) *pen {
	fmt.Fprintf(&p.d, format, args...)
	return p
}

// box is the outline of a rounded rectangle whose line runs along its edge.
func (p *pen) box(x, y, w, h, r float64) *pen {
	const s = stroke / 2
	p.round(x-s, y-s, w+2*s, h+2*s, r+s, true)
	return p.round(x+s, y+s, w-2*s, h-2*s, math.Max(r-s, 0), false)
}

// slab is a filled rounded rectangle.
func (p *pen) slab(x, y, w, h, r float64) *pen { return p.round(x, y, w, h, r, true) }

func (p *pen) round(x, y, w, h, r float64, clockwise bool) *pen {
	const k = 0.5523 // of a circle's radius: the handles of the Bézier curve that comes closest to a quarter of it
	a := r * (1 - k)
	if clockwise {
		return p.add("M%.3f %.3fH%.3fC%.3f %.3f %.3f %.3f %.3f %.3fV%.3fC%.3f %.3f %.3f %.3f %.3f %.3fH%.3fC%.3f %.3f %.3f %.3f %.3f %.3fV%.3fC%.3f %.3f %.3f %.3f %.3f %.3fZ",
			x+r, y, x+w-r, x+w-a, y, x+w, y+a, x+w, y+r, y+h-r, x+w, y+h-a, x+w-a, y+h, x+w-r, y+h,
			x+r, x+a, y+h, x, y+h-a, x, y+h-r, y+r, x, y+a, x+a, y, x+r, y)
	}
	return p.add("M%.3f %.3fC%.3f %.3f %.3f %.3f %.3f %.3fV%.3fC%.3f %.3f %.3f %.3f %.3f %.3fH%.3fC%.3f %.3f %.3f %.3f %.3f %.3fV%.3fC%.3f %.3f %.3f %.3f %.3f %.3fZ",
		x+r, y, x+a, y, x, y+a, x, y+r, y+h-r, x, y+h-a, x+a, y+h, x+r, y+h, x+w-r,
		x+w-a, y+h, x+w, y+h-a, x+w, y+h-r, y+r, x+w, y+a, x+w-a, y, x+w-r, y)
}

// ring is the outline of a circle, disc a filled one.
func (p *pen) ring(cx, cy, r float64) *pen { return p.box(cx-r, cy-r, 2*r, 2*r, r) }
func (p *pen) disc(cx, cy, r float64) *pen { return p.slab(cx-r, cy-r, 2*r, 2*r, r) }

// line draws through the points x, y, x, y, … with round ends and joints.
func (p *pen) line(points ...float64) *pen {
	for i := 0; i+3 < len(points); i += 2 {
		p.segment(points[i], points[i+1], points[i+2], points[i+3])
	}
	return p
}

func (p *pen) segment(x1, y1, x2, y2 float64) *pen {
	const r = stroke / 2
	dx, dy := x2-x1, y2-y1
	n := math.Hypot(dx, dy)
	ux, uy := dx/n*r, dy/n*r // along the line
	nx, ny := uy, -ux        // to its left as the eye sees it (y grows downwards), so that the outline runs clockwise
	const k = 4.0 / 3        // handles of one curve for half a circle
	return p.add("M%.3f %.3fL%.3f %.3fC%.3f %.3f %.3f %.3f %.3f %.3fL%.3f %.3fC%.3f %.3f %.3f %.3f %.3f %.3fZ",
		x1+nx, y1+ny, x2+nx, y2+ny,
		x2+nx+k*ux, y2+ny+k*uy, x2-nx+k*ux, y2-ny+k*uy, x2-nx, y2-ny,
		x1-nx, y1-ny,
		x1-nx-k*ux, y1-ny-k*uy, x1+nx-k*ux, y1+ny-k*uy, x1+nx, y1+ny)
}

// arc draws a part of a circle from one angle to another, in degrees, clockwise from the right.
func (p *pen) arc(cx, cy, r, from, to float64) *pen {
	steps := int(math.Ceil(math.Abs(to-from) / 12))
	points := make([]float64, 0, 2*steps+2)
	for i := range steps + 1 {
		a := (from + (to-from)*float64(i)/float64(steps)) * math.Pi / 180
		points = append(points, cx+r*math.Cos(a), cy+r*math.Sin(a))
	}
	return p.line(points...)
}

func (p *pen) svg() []byte {
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24"><path d="%s"/></svg>`, p.d.String())
}
