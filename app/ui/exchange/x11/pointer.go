package x11

import (
	"image"
	"image/draw"

	"github.com/jezek/xgb/shape"
	"github.com/jezek/xgb/xproto"
)

// escape is the keysym of the Escape key.
const escape = 0xff1b

// pointer is where the mouse is, and what was pressed to end a drag.
type pointer struct {
	at   image.Point // on the screen
	down bool        // the first button is
	stop bool        // Escape is
}

// look asks for the pointer. The toolkit has the events of a button that is down for itself, so there is no other way.
func (d *display) look(escapeKey xproto.Keycode) (pointer, error) {
	asked, keys := xproto.QueryPointer(d.conn, d.root), xproto.QueryKeymap(d.conn)
	p, err := asked.Reply()
	if err != nil {
		return pointer{}, err
	}
	k, err := keys.Reply()
	if err != nil {
		return pointer{}, err
	}
	stop := len(k.Keys) == 32 && k.Keys[escapeKey/8]&(1<<(escapeKey%8)) != 0
	return pointer{at: image.Pt(int(p.RootX), int(p.RootY)), down: p.Mask&xproto.KeyButMaskButton1 != 0, stop: stop && escapeKey != 0}, nil
}

// escapeKey finds the key; 0 is none.
func (d *display) escapeKey() xproto.Keycode {
	setup := xproto.Setup(d.conn)
	reply, err := xproto.GetKeyboardMapping(d.conn, setup.MinKeycode, byte(setup.MaxKeycode-setup.MinKeycode+1)).Reply()
	if err != nil || reply.KeysymsPerKeycode == 0 {
		return 0
	}
	for i, sym := range reply.Keysyms {
		if sym == escape {
			return setup.MinKeycode + xproto.Keycode(i/int(reply.KeysymsPerKeycode))
		}
	}
	return 0
}

// maxDepth bounds how many windows may lie in one another; a desktop has some ten.
const maxDepth = 64

// under finds the window at a place of the screen that takes drops: the outermost, since that knows what is in it.
func (d *display) under(at image.Point) (target, bool) {
	for w, depth := d.root, 0; depth < maxDepth; depth++ {
		if w != d.root || depth > 0 {
			if t, ok := d.takes(w); ok {
				return t, true
			}
		}
		reply, err := xproto.TranslateCoordinates(d.conn, d.root, w, int16(at.X), int16(at.Y)).Reply()
		if err != nil || reply.Child == 0 {
			break
		}
		w = reply.Child
	}
	return d.takes(d.root) // some desktops take drops for it through a proxy
}

// tag is the picture that hangs at the pointer.
type tag struct {
	d      *display
	window xproto.Window
	gc     xproto.Gcontext
	shown  image.Image
}

// tagGap is how far the picture is from the pointer's tip, in pixels: an arrow of the usual size lies between.
const tagGap = 18

// newTag makes the window of the picture, for screens of true colour; on others there is none.
func (d *display) newTag() *tag {
	t := &tag{d: d}
	if d.screen.RootDepth != 24 || shape.Init(d.conn) != nil {
		return t
	}
	w, err := xproto.NewWindowId(d.conn)
	if err != nil {
		return t
	}
	gc, err := xproto.NewGcontextId(d.conn)
	if err != nil {
		return t
	}
	xproto.CreateWindow(d.conn, d.screen.RootDepth, w, d.root, 0, 0, 1, 1, 0, xproto.WindowClassInputOutput, d.screen.RootVisual, xproto.CwOverrideRedirect, []uint32{1})
	xproto.CreateGC(d.conn, gc, xproto.Drawable(w), 0, nil)
	d.setNumber(w, "_NET_WM_WINDOW_TYPE", xproto.AtomAtom, uint32(d.atoms["_NET_WM_WINDOW_TYPE_DND"]))
	// The pointer goes through it: nobody drops files on their own picture.
	shape.Rectangles(d.conn, shape.SoSet, shape.SkInput, xproto.ClipOrderingUnsorted, w, 0, 0, nil)
	t.window, t.gc = w, gc
	return t
}

// show shows a picture beside a place of the screen, within it; nil hides it.
func (t *tag) show(picture image.Image, at image.Point) {
	if t.window == 0 {
		return
	}
	if picture == nil {
		xproto.UnmapWindow(t.d.conn, t.window)
		t.shown = nil
		return
	}
	size := picture.Bounds().Size()
	x := min(at.X+tagGap, int(t.d.screen.WidthInPixels)-size.X)
	y := min(at.Y+tagGap, int(t.d.screen.HeightInPixels)-size.Y)
	xproto.ConfigureWindow(t.d.conn, t.window, xproto.ConfigWindowX|xproto.ConfigWindowY|xproto.ConfigWindowWidth|xproto.ConfigWindowHeight|xproto.ConfigWindowStackMode,
		[]uint32{uint32(int32(x)), uint32(int32(y)), uint32(size.X), uint32(size.Y), xproto.StackModeAbove})
	if t.shown == nil {
		xproto.MapWindow(t.d.conn, t.window)
	}
	if t.shown != picture {
		t.shown = picture
		t.paint(picture)
	}
}

// paint puts a picture into the window: as its ground, so that the server draws it whenever it must.
func (t *tag) paint(picture image.Image) {
	size := picture.Bounds().Size()
	flat := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(flat, flat.Bounds(), picture, picture.Bounds().Min, draw.Src)
	for i := 0; i+3 < len(flat.Pix); i += 4 { // the server wants blue first
		flat.Pix[i], flat.Pix[i+2] = flat.Pix[i+2], flat.Pix[i]
	}
	pix, err := xproto.NewPixmapId(t.d.conn)
	if err != nil || size.X <= 0 || size.Y <= 0 {
		return
	}
	xproto.CreatePixmap(t.d.conn, t.d.screen.RootDepth, pix, xproto.Drawable(t.window), uint16(size.X), uint16(size.Y))
	const most = 128 << 10 // bytes in one request
	rows := max(most/flat.Stride, 1)
	for y := 0; y < size.Y; y += rows {
		n := min(rows, size.Y-y)
		xproto.PutImage(t.d.conn, xproto.ImageFormatZPixmap, xproto.Drawable(pix), t.gc, uint16(size.X), uint16(n), 0, int16(y), 0, t.d.screen.RootDepth, flat.Pix[y*flat.Stride:(y+n)*flat.Stride])
	}
	xproto.ChangeWindowAttributes(t.d.conn, t.window, xproto.CwBackPixmap, []uint32{uint32(pix)})
	xproto.ClearArea(t.d.conn, false, t.window, 0, 0, 0, 0)
	xproto.FreePixmap(t.d.conn, pix)
}
