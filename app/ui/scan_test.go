package ui

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/qr"
	"lanyard/app/ui/camera"
	"lanyard/app/ui/uitest"
)

// codePicture is a screenshot of a QR code.
func codePicture(t *testing.T, text string) []byte {
	t.Helper()
	data, err := qr.PNG(text, 300)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// fileOf puts bytes into a file.
func fileOf(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The code that one PC shows is read by another from a photo, in every way that a picture comes in. It only fills in the boxes.
func TestAnInvitationIsReadFromAPicture(t *testing.T) {
	shown := invitationText("482 913", []string{"192.168.1.20:4720", "10.0.0.7:4720"})
	data := codePicture(t, shown)
	photo := fileOf(t, "IMG_0001.png", data)
	for rule, in := range map[string]func(d *desk, way *wayIn){
		"dropped on the page": func(d *desk, way *wayIn) { d.drop(way.content(), photo) },
		"chosen as a file": func(d *desk, way *wayIn) {
			d.picked = []string{photo}
			d.pick("", false, func(paths []string) { way.read(pictureFile(paths[0])) })
		},
		"copied in a file manager": func(d *desk, way *wayIn) {
			d.app.Clipboard().SetContent("file://" + photo + "\n")
			way.boxes.boxes[0].TypedShortcut(&fyne.ShortcutPaste{Clipboard: d.app.Clipboard()})
		},
		"copied in a program": func(d *desk, way *wayIn) {
			d.around.SetPicture(data)
			d.app.Clipboard().SetContent("")
			d.frame.view.(paster).paste()
		},
		"its text": func(d *desk, way *wayIn) {
			d.app.Clipboard().SetContent(shown)
			d.frame.view.(paster).paste()
		},
		"before the camera": func(d *desk, way *wayIn) {
			seen := &frames{pictures: [][]byte{codePicture(t, "something else on the desk")[:0], data}}
			d.askCamera(camera.Camera{Name: "Webcam", Open: func() (camera.Source, error) { return seen, nil }}, way.read)
			d.until("the camera is let go", func() bool { return d.sheet == nil })
			if !seen.closed {
				t.Error("the camera is still on")
			}
		},
	} {
		t.Run(rule, func(t *testing.T) {
			d, way := atDoor(t)
			in(d, way)
			d.until("the code is in the boxes", func() bool { return way.boxes.code() == "482913" })
			d.app.Turn()
			d.notCalled("Join")
			d.hit(fyne.KeyReturn)
			d.called("Join 482913 " + uitest.Front) // which has that address
		})
	}
}

// frames is a camera that sees one picture after another; an empty one is a wall.
type frames struct {
	pictures [][]byte
	closed   bool
}

func (f *frames) Frame(ctx context.Context) (image.Image, error) {
	if len(f.pictures) == 0 {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	data := f.pictures[0]
	f.pictures = f.pictures[1:]
	if len(data) == 0 {
		return image.NewGray(image.Rect(0, 0, 64, 48)), nil
	}
	return png.Decode(bytes.NewReader(data))
}

func (f *frames) Close() error {
	f.closed = true
	return nil
}

func TestACameraThatDoesNotWork(t *testing.T) {
	d, way := atDoor(t)
	d.askCamera(camera.Camera{Open: func() (camera.Source, error) { return nil, errors.New("another program uses it") }}, way.read)
	d.until("it says why", func() bool { return d.sheet != nil && d.sheet.problem.text() == "Another program uses it" })
	seen, opened := &frames{}, make(chan struct{})
	d.askCamera(camera.Camera{Name: "Webcam", Open: func() (camera.Source, error) {
		close(opened)
		return seen, nil
	}}, way.read)
	<-opened
	d.shoot("camera")
	d.hit(fyne.KeyEscape)
	d.closed()
	d.stop() // waits for it
	if !seen.closed {
		t.Error("a camera that nobody looks through is still on")
	}
}

// Whatever somebody holds before a newcomer's PC, it joins nothing by itself, and says what it saw.
func TestPicturesThatAreNoInvitation(t *testing.T) {
	wall := new(bytes.Buffer)
	if err := png.Encode(wall, image.NewGray(image.Rect(0, 0, 400, 300))); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, c := range []struct {
		rule, path, says string
	}{
		{"an address of the web", fileOf(t, "a.png", codePicture(t, "https://evil.example/?code=123456")), "This QR code is no invitation of a Lanyard workgroup."},
		{"another deed", fileOf(t, "b.png", codePicture(t, "lanyard:leave?code=123456")), "This QR code is no invitation of a Lanyard workgroup."},
		{"a text that would turn the line", fileOf(t, "c.png", codePicture(t, "\u202elanyard:join?code=12")), "This QR code is no invitation of a Lanyard workgroup."},
		{"no code at all", fileOf(t, "d.png", wall.Bytes()), "No QR code was found in the picture."},
		{"no picture", fileOf(t, "e.heic", []byte("ftypheic")), "This is no picture that can be read."},
		{"a folder", dir, "This is no picture that can be read."},
		{"nothing", filepath.Join(dir, "gone.png"), "gone.png"},
	} {
		d, way := atDoor(t)
		d.drop(way.content(), c.path)
		d.reads(c.says)
		if way.boxes.code() != "" || len(way.from) > 0 {
			t.Errorf("%s: the boxes hold %q, from %q", c.rule, way.boxes.code(), way.from)
		}
		d.notCalled("Join")
	}
	d, way := atDoor(t)
	d.app.Clipboard().SetContent("hello")
	way.paste()
	d.reads("There is no code and no picture of one on the clipboard.")

	// A code that names a place joins there only once the person wants it, and says so to nobody before.
	d.drop(way.content(), fileOf(t, "f.png", codePicture(t, invitationText("111 111", []string{"203.0.113.9:4720"}))))
	d.until("it is in the boxes", func() bool { return way.boxes.code() == "111111" })
	d.notCalled("Join")
	d.svc.Fail("Join", &node.Error{Kind: node.Offline, Text: "nobody answers at 203.0.113.9:4720"})
	d.tap("Join")
	d.called("Join 111111 203.0.113.9:4720")
	d.reads("Nobody answers at 203.0.113.9:4720")
}
