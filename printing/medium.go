package printing

import (
	"slices"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// Medium is a size of paper that a printer takes. Lengths are in hundredths of a millimetre.
type Medium struct {
	Name                     string // PWG 5101.1, among the values of the option media
	Width, Height            int
	Top, Bottom, Left, Right int    // margins that can't be printed on
	Ready                    bool   // it is in a tray now
	Source                   string // the tray, "" when the printer doesn't say
}

// mediaOf lists the sizes among a printer's media, in its order. Those between which it takes any size are none.
func mediaOf(caps ipp.Attrs) []Medium {
	ready, known := columns(caps, "media-col-ready"), columns(caps, "media-col-database")
	names := caps.Strings("media-ready")
	var all []Medium
	for _, name := range caps.Strings("media-supported") {
		x, y, ok := mediaSize(name)
		if !ok || isRangeEnd(name) || slices.ContainsFunc(all, func(m Medium) bool { return m.Name == name }) {
			continue
		}
		m := Medium{Name: name, Width: x, Height: y, Ready: slices.Contains(names, name)}
		if cols := sized(ready, x, y); len(cols) > 0 {
			m.Ready, m.Source = true, trayOf(cols)
		}
		cols := sized(known, x, y)
		if m.Source == "" {
			m.Source = trayOf(cols)
		}
		m.setMargins(cols, caps)
		all = append(all, m)
	}
	return all
}

// columns are the collections of an attribute.
func columns(caps ipp.Attrs, name string) []ipp.Attrs {
	attr, _ := caps.Get(name)
	var all []ipp.Attrs
	for _, v := range attr.Values {
		if c, ok := v.V.(goipp.Collection); ok {
			all = append(all, ipp.Attrs(c))
		}
	}
	return all
}

// sized are those of a size.
func sized(cols []ipp.Attrs, x, y int) []ipp.Attrs {
	var all []ipp.Attrs
	for _, c := range cols {
		attr, _ := c.Get("media-size")
		if len(attr.Values) == 0 {
			continue
		}
		size, _ := attr.Values[0].V.(goipp.Collection)
		w, _ := ipp.Attrs(size).Int("x-dimension") // a range is of no size
		h, _ := ipp.Attrs(size).Int("y-dimension")
		if near(w, x) && near(h, y) {
			all = append(all, c)
		}
	}
	return all
}

// trayOf is the first tray that a paper is said to be in.
func trayOf(cols []ipp.Attrs) string {
	for _, c := range cols {
		if s := c.String("media-source"); s != "" && s != "auto" {
			return s
		}
	}
	return ""
}

// setMargins takes the widest margins that are listed for the size, or for all sizes: narrower ones, as of a page without
// any, a job has to ask for.
func (m *Medium) setMargins(cols []ipp.Attrs, caps ipp.Attrs) {
	for side, margin := range map[string]*int{"top": &m.Top, "bottom": &m.Bottom, "left": &m.Left, "right": &m.Right} {
		for _, c := range cols {
			if n, ok := c.Int("media-" + side + "-margin"); ok {
				*margin = max(*margin, n)
			}
		}
		if len(cols) == 0 {
			attr, _ := caps.Get("media-" + side + "-margin-supported")
			for _, v := range attr.Values {
				n, _ := v.V.(goipp.Integer)
				*margin = max(*margin, int(n))
			}
		}
	}
	if m.Left+m.Right >= m.Width || m.Top+m.Bottom >= m.Height { // nonsense
		m.Top, m.Bottom, m.Left, m.Right = 0, 0, 0, 0
	}
}
