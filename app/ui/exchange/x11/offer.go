package x11

import (
	"context"
	"image"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"lanyard/app/ui/exchange"
)

// takeWait is how long a program may take to say that it has what was dropped. File managers say so at once; one that never
// does has read the list by then, or doesn't want it.
const takeWait = 30 * time.Second

// offer is what the window under the pointer was told, and what it has said.
type offer struct {
	target  target
	saves   bool        // it was asked where to save them, rather than offered the copies
	tried   bool        // it was asked both, at this place
	placed  bool        // it knows the place
	place   image.Point // of the screen
	waits   bool        // its word is awaited
	may     bool        // its word: they can be dropped there
	curious bool        // it wanted to see the copies, before there were any
	given   bool        // it has the list of them
	done    bool        // it has said that it has taken them
	folder  string      // where it has said they are to be saved
}

// enter tells a window that files come: it may say where they go, or take the copies.
func (g *drag) enter(t target, saves bool) {
	curious := g.curious && t == g.target
	g.offer = offer{target: t, saves: saves, curious: curious}
	if t.window == 0 {
		return
	}
	format := "text/uri-list"
	if saves {
		format = "XdndDirectSave0"
	}
	g.send(t.to, t.window, "XdndEnter", t.version<<24, uint32(g.atoms[format]), 0, 0)
}

// leave tells the window that they go.
func (g *drag) leave() {
	if g.target.window != 0 {
		g.send(g.target.to, g.target.window, "XdndLeave", 0, 0, 0, 0)
	}
	g.offer = offer{}
}

// position tells the window where they are, unless it knows; while its word is awaited it is told nothing new.
func (g *drag) position(at image.Point) {
	if g.target.window == 0 || g.waits || g.placed && g.place == at {
		return
	}
	if g.place != at {
		g.tried = false
	}
	g.placed, g.place, g.waits = true, at, true
	spot := uint32(uint16(at.X))<<16 | uint32(uint16(at.Y))
	g.send(g.target.to, g.target.window, "XdndPosition", 0, spot, xproto.TimeCurrentTime, uint32(g.atoms["XdndActionCopy"]))
}

// told is the window's word.
func (g *drag) told(finished bool, data []uint32) {
	from := xproto.Window(data[0])
	if from != g.target.window && from != g.target.to || from == 0 {
		return
	}
	if finished {
		// The protocol has bit 0 for "taken", from its version 5 on, but some put the number of bytes they have read there.
		g.done, g.given = true, g.given && (data[1] != 0 || g.target.version < 5)
		return
	}
	g.waits, g.may = false, data[1]&1 != 0
	if !g.may && !g.tried && !g.fetched {
		// It doesn't want the one; perhaps it takes the other.
		t, saves, at := g.target, g.saves, g.place
		curious := g.curious
		g.leave()
		g.enter(t, !saves)
		g.curious, g.tried, g.place = curious, true, at
		g.position(at)
	}
}

// settled tells whether the window has said its word about the place, and nothing is under way.
func (g *drag) settled() bool { return g.target.window == 0 || !g.waits }

// requested is that a program wants the data of the drag.
func (g *drag) requested(e xproto.SelectionRequestEvent) {
	offered := formats{}
	switch {
	case g.saves:
		offered["XdndDirectSave0"] = g.save
	case g.local != nil:
		offered["text/uri-list"] = func() []byte { return exchange.FormatList(g.local) }
	case e.Target == g.atoms["text/uri-list"]:
		g.curious = true
	}
	if g.answer(e, offered) == "text/uri-list" {
		g.given = true
	}
}

// save reads where the files are to go and says whether they can: S is yes, E is no.
func (g *drag) save() []byte {
	const most = 16 << 10 // bytes of a URI: the longest path, each letter written as three
	p := g.property(g.window, "XdndDirectSave0", most)
	file, err := exchange.LocalPath(strings.TrimRight(string(p.Value), "\x00")) // PCManFM ends it with a zero
	if err != nil || p.BytesAfter > 0 {
		return []byte("E")
	}
	folder := filepath.Dir(file)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return []byte("E")
	}
	g.folder = folder
	return []byte("S")
}

// finish drops the files and waits until they are taken.
func (g *drag) finish(ctx context.Context) (exchange.Outcome, error) {
	g.send(g.target.to, g.target.window, "XdndDrop", 0, xproto.TimeCurrentTime, 0, 0)
	_, err := g.await(ctx, takeWait, func(event xgb.Event) bool {
		g.happened(event)
		return g.done
	})
	return exchange.Outcome{Folder: g.folder, Taken: g.given, Fetched: g.fetched}, err
}
