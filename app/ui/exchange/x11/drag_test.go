package x11

import (
	"context"
	"image"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"

	"lanyard/app/ui/exchange"
)

// program is another program: a window that takes drops as some kind of program does.
type program struct {
	*display
	kind   string // what it takes: "folder" says where to save, "mail" takes a list, "careful" too, once it has seen it, "nothing"
	folder string
	got    chan string // the list that was dropped on it
	window xproto.Window
	saves  bool
	seen   bool
	waits  bool // for the list, to see it
}

func newProgram(t *testing.T, name, kind string) *program {
	t.Helper()
	p := &program{display: connect(t, name), kind: kind, folder: t.TempDir(), got: make(chan string, 1)}
	p.window = p.newWindow(t, "Program", image.Rect(300, 100, 600, 400))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for event := range p.events {
			switch e := event.(type) {
			case xproto.ClientMessageEvent:
				p.told(e)
			case xproto.SelectionNotifyEvent:
				p.has(e)
			}
		}
	}()
	t.Cleanup(func() {
		p.conn.Close()
		<-done
	})
	return p
}

func (p *program) told(e xproto.ClientMessageEvent) {
	from := xproto.Window(e.Data.Data32[0])
	say := func(name string, data ...uint32) {
		m := xproto.ClientMessageEvent{Format: 32, Window: from, Type: p.atoms[name]}
		m.Data = xproto.ClientMessageDataUnionData32New(append(append([]uint32{uint32(p.window)}, data...), 0, 0, 0))
		xproto.SendEvent(p.conn, false, from, 0, string(m.Bytes()))
	}
	switch e.Type {
	case p.atoms["XdndEnter"]:
		p.saves = xproto.Atom(e.Data.Data32[2]) == p.atoms["XdndDirectSave0"]
	case p.atoms["XdndPosition"]:
		may := p.kind == "folder" && p.saves || p.kind == "mail" && !p.saves || p.kind == "careful" && !p.saves && p.seen
		if p.kind == "careful" && !p.saves && !p.seen {
			p.waits = true
			p.ask("text/uri-list")
		}
		say("XdndStatus", map[bool]uint32{true: 1}[may])
	case p.atoms["XdndDrop"]:
		if p.saves {
			p.setBytes(from, p.atoms["XdndDirectSave0"], p.atoms["text/plain"], []byte("file://"+p.folder+"/x\x00"))
			p.ask("XdndDirectSave0")
		} else {
			p.ask("text/uri-list")
		}
		say("XdndFinished", 1)
	}
}

func (p *program) ask(format string) {
	xproto.ConvertSelection(p.conn, p.window, p.atoms["XdndSelection"], p.atoms[format], p.atoms["LANYARD_LIST"], xproto.TimeCurrentTime)
}

func (p *program) has(e xproto.SelectionNotifyEvent) {
	list := string(p.property(p.window, "LANYARD_LIST", 1<<16).Value)
	switch {
	case e.Property == 0: // refused: there are none yet
	case p.waits:
		p.seen, p.waits = true, false
	default:
		p.got <- list
	}
}

func TestDrag(t *testing.T) {
	copies := []string{filepath.Join(t.TempDir(), "Öl & Gas.txt")}
	for _, c := range []struct {
		rule    string
		kind    string
		local   []string
		fetches int32
		list    bool // the program gets
		want    exchange.Outcome
	}{
		{rule: "a file manager says where to, and gets nothing else", kind: "folder"},
		{rule: "a mail gets copies, which are made once it has been dropped", kind: "mail", fetches: 1, list: true, want: exchange.Outcome{Taken: true, Fetched: true}},
		{rule: "and those that are there at once", kind: "mail", local: copies, list: true, want: exchange.Outcome{Taken: true}},
		{rule: "who must see them first is asked again then", kind: "careful", fetches: 1, list: true, want: exchange.Outcome{Taken: true, Fetched: true}},
		{rule: "who takes nothing costs nothing", kind: "nothing"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			name := newDisplay(t)
			p := newProgram(t, name, c.kind)
			var fetches atomic.Int32
			files := exchange.Drag{Name: "Öl & Gas.txt", Local: c.local, Pictures: exchange.Pictures{Taken: image.NewRGBA(image.Rect(0, 0, 90, 20))}}
			files.Fetch = func(context.Context, func(image.Image)) ([]string, error) {
				fetches.Add(1)
				return copies, nil
			}
			got := dragTo(t, name, files, image.Pt(450, 250), func(m mouse) { m.letGo(t) })
			if c.kind == "folder" {
				c.want.Folder = p.folder
			}
			if got != c.want || fetches.Load() != c.fetches {
				t.Errorf("%+v after %d fetches", got, fetches.Load())
			}
			if c.list {
				if list := <-p.got; list != string(exchange.FormatList(copies)) {
					t.Errorf("it got %q", list)
				}
			}
		})
	}
}

// dragTo drags files with the mouse from a window of a toolkit, which has the pointer for itself, to a place, and ends it.
func dragTo(t *testing.T, name string, files exchange.Drag, to image.Point, end func(mouse)) exchange.Outcome {
	t.Helper()
	ctx := shortly(t)
	own := connect(t, name)
	from := own.newWindow(t, "Window", image.Rect(0, 0, 100, 100))
	m := newMouse(t, name)
	m.move(t, 50, 50)
	m.press(t)
	type result struct {
		outcome exchange.Outcome
		err     error
	}
	done := make(chan result, 1)
	go func() {
		o, err := Desktop{name, uint32(from)}.Drag(ctx, files)
		done <- result{o, err}
	}()
	for !own.dragged() { // it is under way
		time.Sleep(time.Millisecond)
	}
	m.move(t, to.X, to.Y)
	end(m)
	r := <-done
	m.fake(t, xproto.KeyRelease, byte(m.escapeKey()), 0, 0)
	m.letGo(t)
	if r.err != nil {
		t.Fatal(r.err)
	}
	return r.outcome
}

// dragged tells whether a drag is under way on the display.
func (d *display) dragged() bool {
	o, err := xproto.GetSelectionOwner(d.conn, d.atoms["XdndSelection"]).Reply()
	return err == nil && o.Owner != 0
}

func TestEscapeEndsADrag(t *testing.T) {
	name := newDisplay(t)
	newProgram(t, name, "mail")
	files := exchange.Drag{Name: "a", Fetch: func(context.Context, func(image.Image)) ([]string, error) { return []string{"/a"}, nil }}
	got := dragTo(t, name, files, image.Pt(450, 250), func(m mouse) {
		m.fake(t, xproto.KeyPress, byte(m.escapeKey()), 0, 0)
	})
	if got != (exchange.Outcome{}) {
		t.Errorf("%+v", got)
	}
}

// A program that says to save into no folder of this PC is told that it can't be.
func TestOnlyAFolderOfThisPCIsSavedTo(t *testing.T) {
	name := newDisplay(t)
	g := &drag{display: connect(t, name)}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, uri := range []string{"", "x", "sftp://nas/a/x", "file://nas.example/tmp/x", "file:///nowhere/at/all/x", "file://" + file + "/x", "file:///tmp/%00/x"} {
		g.setBytes(g.window, g.atoms["XdndDirectSave0"], g.atoms["text/plain"], []byte(uri))
		if got := string(g.save()); got != "E" || g.folder != "" {
			t.Errorf("%q: %s into %q", uri, got, g.folder)
		}
	}
}

// The drop that tests play reaches a window as one of a file manager does.
func TestDrop(t *testing.T) {
	name := newDisplay(t)
	p := newProgram(t, name, "mail")
	paths := []string{"/tmp/a b+c.txt", "/tmp/Öl"}
	if err := Drop(shortly(t), name, "Program", 30, 40, paths); err != nil {
		t.Fatal(err)
	}
	if got := <-p.got; !slices.Equal([]byte(got), exchange.FormatList(paths)) {
		t.Errorf("got %q", got)
	}
	if id, err := Find(shortly(t), name, "Program"); err != nil || xproto.Window(id) != p.window {
		t.Errorf("found %d, %v", id, err)
	}
	newProgram(t, name, "nothing")
	if err := Drop(shortly(t), name, "Another", 1, 1, []string{"/x"}); err == nil {
		t.Error("dropped on no window")
	}
}
