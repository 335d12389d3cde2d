package x11

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"lanyard/app/ui/exchange"
)

// decideWait is how long the window has to say whether files can be dropped: longer than any frame takes, less than makes a
// drag feel stuck. Then they can't, until it says so.
const decideWait = 500 * time.Millisecond

// maxDecisions is how many may wait to be read, while the list of a drag is: one is the rule.
const maxDecisions = 16

// maxFormats bounds how many formats of a drag are looked at; a file manager offers ten.
const maxFormats = 256

// Receive takes the drops on the window and tells r of them and of what is dragged over it, until
// ctx ends. It puts a proxy in front of the window: where that fails, or when it is gone, the window itself gets the drops.
func (s Desktop) Receive(ctx context.Context, r exchange.Receiver) error {
	d, err := open(ctx, s.Display)
	if err != nil {
		return fmt.Errorf("take drops: %w", err)
	}
	defer d.close()
	window := xproto.Window(s.Window)
	d.setNumber(d.window, "XdndProxy", xproto.AtomWindow, uint32(d.window))
	d.setNumber(d.window, "XdndAware", xproto.AtomAtom, version)
	d.setNumber(window, "XdndProxy", xproto.AtomWindow, uint32(d.window))
	if p, ok := d.number(window, "XdndProxy"); !ok || p != uint32(d.window) {
		return errors.New("take drops: the window is gone")
	}
	v := &receiver{display: d, behind: window, r: r, decided: make(chan decision, maxDecisions)}
	for {
		if err := v.next(ctx); err != nil {
			v.left()
			if ctx.Err() != nil {
				return nil
			}
			return fmt.Errorf("take drops: %w", err)
		}
	}
}

// receiver is a window as the target of drags.
type receiver struct {
	*display
	behind  xproto.Window // the window itself
	r       exchange.Receiver
	decided chan decision

	// The drag that is over the window; the zero values are none.
	source  xproto.Window
	version uint32
	files   bool // it offers files
	asked   bool // for their list
	paths   []string
	unfit   error // why nobody could take them; nil: as far as is known somebody could
	at      image.Point
	may     bool
	turn    int       // number of the question that waits for its decision
	waits   bool      // one does
	since   time.Time // when it was asked
	hovered bool      // r knows of it
}

// decision is what the window says to a question of a number.
type decision struct {
	turn int
	may  bool
}

// next waits for what comes next and does what it asks for.
func (v *receiver) next(ctx context.Context) error {
	var late <-chan time.Time
	if v.waits {
		late = time.After(time.Until(v.since.Add(decideWait)))
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case event, ok := <-v.events:
		if !ok {
			return v.gone(ctx)
		}
		v.happened(ctx, event)
	case d := <-v.decided:
		if d.turn == v.turn {
			v.may = d.may
			v.status()
		}
	case <-late:
		v.may = false
		v.status()
	}
	return nil
}

func (v *receiver) happened(ctx context.Context, event xgb.Event) {
	e, ok := event.(xproto.ClientMessageEvent)
	if !ok || e.Format != 32 {
		return
	}
	data := e.Data.Data32
	from := xproto.Window(data[0])
	switch {
	case e.Type == v.atoms["XdndEnter"]:
		v.left()
		v.enter(from, data)
	case from != v.source || v.source == 0:
		// of a drag that is no longer here
	case e.Type == v.atoms["XdndPosition"]:
		v.position(ctx, int16(data[2]>>16), int16(data[2]&0xffff), xproto.Timestamp(data[3]))
	case e.Type == v.atoms["XdndLeave"]:
		v.left()
	case e.Type == v.atoms["XdndDrop"]:
		v.drop(ctx, xproto.Timestamp(data[2]))
	}
}

// enter notes who drags what.
func (v *receiver) enter(from xproto.Window, data []uint32) {
	v.source, v.version = from, data[1]>>24
	if v.version < 3 || v.version > version {
		v.source = 0
		return
	}
	offered := data[2:5]
	if data[1]&1 != 0 {
		p := v.property(from, "XdndTypeList", 4*maxFormats)
		offered = nil
		for b := p.Value; p.Format == 32 && len(b) >= 4; b = b[4:] {
			offered = append(offered, xgb.Get32(b))
		}
	}
	for _, format := range offered {
		v.files = v.files || xproto.Atom(format) == v.atoms["text/uri-list"]
	}
}

// position asks the window about a place of the screen.
func (v *receiver) position(ctx context.Context, x, y int16, at xproto.Timestamp) {
	here, err := xproto.TranslateCoordinates(v.conn, v.root, v.behind, x, y).Reply()
	if err != nil || !v.files {
		v.may = false
		v.status()
		return
	}
	v.at = image.Pt(int(here.DstX), int(here.DstY))
	if !v.asked {
		v.asked = true
		from := v.source
		v.paths, v.unfit = v.list(ctx, at) // a program may give it only with the drop
		if v.source != from {
			return // it has gone meanwhile
		}
	}
	v.turn++
	v.waits, v.since, v.hovered = true, time.Now(), true
	turn := v.turn
	v.r.Hover(v.at, v.paths, v.unfit, func(may bool) {
		select {
		case v.decided <- decision{turn, may}:
		default: // it comes too late, as those before it
		}
	})
}

// list reads the files that are dragged: none while nobody says which.
func (v *receiver) list(ctx context.Context, at xproto.Timestamp) ([]string, error) {
	list, err := v.convert(ctx, "XdndSelection", "text/uri-list", at, exchange.MaxList, func(event xgb.Event) {
		if e, ok := event.(xproto.ClientMessageEvent); ok && e.Type == v.atoms["XdndLeave"] {
			v.left()
		}
	})
	switch {
	case errors.Is(err, exchange.ErrTooMany):
		return nil, err
	case err != nil:
		return nil, nil // it isn't known yet
	}
	paths, others, err := exchange.ParseList(list)
	if err == nil && len(paths) == 0 && others > 0 {
		err = exchange.ErrNoFiles
	}
	return paths, err
}

// status tells the source whether the files can be dropped where they are.
func (v *receiver) status() {
	v.waits = false
	if v.source == 0 {
		return
	}
	may, action := uint32(0), uint32(0)
	if v.may {
		may, action = 1, uint32(v.atoms["XdndActionCopy"])
	}
	v.answerDrag("XdndStatus", may|2, 0, 0, action) // 2: for every move, please
}

// answerDrag sends the source a message, in which the window behind the proxy has its name.
func (v *receiver) answerDrag(name string, data ...uint32) {
	message := xproto.ClientMessageEvent{Format: 32, Window: v.source, Type: v.atoms[name]}
	message.Data = xproto.ClientMessageDataUnionData32New(append([]uint32{uint32(v.behind)}, append(data, make([]uint32, 4-len(data))...)...))
	xproto.SendEvent(v.conn, false, v.source, xproto.EventMaskNoEvent, string(message.Bytes()))
}

// drop hands the files to the window.
func (v *receiver) drop(ctx context.Context, at xproto.Timestamp) {
	if len(v.paths) == 0 && v.unfit == nil && v.files {
		v.paths, v.unfit = v.list(ctx, at)
	}
	done, action := uint32(0), uint32(0)
	if v.hovered && v.files {
		done, action = 1, uint32(v.atoms["XdndActionCopy"])
		v.r.Drop(v.at, v.paths, v.unfit)
	}
	v.answerDrag("XdndFinished", done, action)
	v.hovered = false
	v.left()
}

// left forgets the drag.
func (v *receiver) left() {
	if v.hovered {
		v.r.Leave()
	}
	v.source, v.files, v.asked, v.paths, v.unfit, v.may, v.waits, v.hovered = 0, false, false, nil, nil, false, false, false
	v.turn++
}
