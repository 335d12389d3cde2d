package ui

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/filelist"
	"lanyard/app/ui/uitest"
)

// scene is a picture of hills under a sky, each of another colour.
func scene(wide, tall, n int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, wide, tall))
	for x := range wide {
		hill := tall/2 + int(float64(tall)/5*math.Sin(float64(x)/float64(wide)*6+float64(n)))
		for y := range tall {
			c := color.RGBA{uint8(90 + 20*(n%5)), uint8(150 + y*60/tall), 235, 255}
			if y > hill {
				c = color.RGBA{uint8(40 + 30*(n%4)), uint8(120 + 25*(n%3) - (y-hill)*60/tall), uint8(60 + 10*n%90), 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func asJPEG(img image.Image) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func asPNG(img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

const someProse = "Dear Mr Baker,\n\nthank you for your order of last week. The plates are cut, and the frame is with the painter; we expect it back on Thursday and would deliver on Friday before noon, if that suits you.\n\nKind regards\nAnna Miller\n"

// album is a folder with files that can be looked at, and the PDFs that are named.
func (d *desk) album(pdfs ...string) *folderView {
	d.t.Helper()
	files := map[string][]byte{
		"letter.txt": []byte(strings.Repeat(someProse, 30)), "prices.csv": []byte("article;price;in stock\n" + strings.Repeat("plate 3 mm;12,80;114\n", 40)),
		"broken.jpg": []byte("no picture at all"), "logo.png": asPNG(scene(48, 48, 9)), "film.mp4": []byte("x"),
	}
	for _, name := range pdfs {
		files[name] = uitest.Offer(3)
		if _, err := d.viewer.OpenPDF(d.t.Context(), files[name]); err != nil { // what draws it is made ready, which can take long
			d.t.Fatal(err)
		}
	}
	for i := range 9 {
		files[fmt.Sprintf("roof %d.jpg", i+1)] = asJPEG(scene(480, 320-i%2*120, i))
	}
	entries := []node.Entry{{Name: "Older", Folder: true, Modified: uitest.Now}}
	for name, content := range files {
		d.svc.SetContent(node.Location{PC: uitest.Front, Folder: "Letters", Path: name}, content)
		entries = append(entries, node.Entry{Name: name, Size: int64(len(content)), Modified: uitest.Now.AddDate(0, 0, -len(name))})
	}
	d.svc.SetFolder(node.Location{PC: uitest.Front, Folder: "Letters"}, entries)
	d.svc.SetFolder(node.Location{PC: uitest.Front, Folder: "Letters", Path: "Older"}, []node.Entry{
		{Name: "a.txt", Size: 1200}, {Name: "b.txt", Size: 800}, {Name: "2024", Folder: true}})
	d.svc.SetFolder(node.Location{PC: uitest.Front, Folder: "Letters", Path: "Older/2024"}, []node.Entry{{Name: "c.txt", Size: 1_000_000}})
	d.visit(place{kind: atFolder, pc: uitest.Front, folder: "Letters"})
	v := d.frame.view.(*folderView)
	d.until("the folder is listed", func() bool { return v.loaded && !v.coming })
	return v
}

func (d *desk) opens(name string) int {
	return len(slices.DeleteFunc(d.svc.Calls(), func(c string) bool { return c != "Open "+uitest.Front+":Letters/"+name }))
}

func TestFoldersAsTiles(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.album("offer.pdf")
	d.shortcut(fyne.KeyI, fyne.KeyModifierShortcutDefault)
	if !v.files.Icons() || !d.prefs.Tiles {
		t.Fatal("Ctrl+I doesn't show tiles, or isn't remembered")
	}
	pictured := func(name string) bool {
		i := slices.IndexFunc(v.files.Items(), func(i filelist.Item) bool { return i.Name == name })
		return v.tiles.picture(v.files.Items()[i]) != nil
	}
	for _, name := range []string{"roof 1.jpg", "roof 9.jpg", "offer.pdf", "letter.txt", "prices.csv", "logo.png"} {
		d.until("the picture of "+name, func() bool { return pictured(name) })
	}
	d.until("all is tried", func() bool { return len(v.tiles.making) == 0 })
	if pictured("broken.jpg") || d.opens("film.mp4") > 0 || d.opens("broken.jpg") != 1 {
		t.Errorf("broken.jpg was opened %d times, film.mp4 %d times", d.opens("broken.jpg"), d.opens("film.mp4"))
	}
	d.choose(v, "roof 5.jpg")
	d.shoot("folder-tiles")
	d.visit(place{kind: atWorkgroup})
	v = d.album("offer.pdf")
	if !v.files.Icons() || d.opens("roof 1.jpg") != 1 || !pictured("roof 1.jpg") {
		t.Errorf("tiles: %v, roof 1.jpg was opened %d times", v.files.Icons(), d.opens("roof 1.jpg"))
	}
	d.hit(fyne.KeyRight)
	d.hit(fyne.KeyReturn)
	d.called("List " + uitest.Front + " Letters Older")
}

func TestPreviewOfWhatIsSelected(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.album("offer.pdf")
	d.shortcut(fyne.KeyP, fyne.KeyModifierAlt)
	if !d.prefs.Pane {
		t.Fatal("Alt+P isn't remembered")
	}
	d.reads("Select a file to see it here.")
	p := v.preview
	d.choose(v, "roof 1.jpg")
	d.until("the picture", func() bool { return p.paper.shows() })
	d.reads("Front desk › Letters")
	d.shoot("preview-picture")
	d.choose(v, "offer.pdf")
	d.until("the first page", func() bool { return p.peek != nil && p.peek.pages == 3 && p.paper.shows() })
	d.reads("Page 1 of 3")
	d.window.Canvas().Focus(p.stage)
	d.hit(fyne.KeyPageDown)
	d.reads("Page 2 of 3")
	d.until("the second page", func() bool { return p.paper.shows() })
	d.shoot("preview-pdf")
	d.choose(v, "letter.txt")
	d.until("the text", func() bool { return p.peek != nil && len(p.text.lines) > 100 })
	if p.text.lines[0] != "Dear Mr Baker," || p.text.code {
		t.Errorf("the text begins %q", p.text.lines[:3])
	}
	d.shoot("preview-text")
	d.choose(v, "prices.csv")
	d.until("the table", func() bool { return p.peek != nil && p.text.code })
	d.shoot("preview-code")
	d.choose(v, "broken.jpg")
	d.reads("This file is not what its name says.")
	d.shoot("preview-trouble")
	d.choose(v, "film.mp4")
	d.reads("Film (MP4)")
	d.choose(v, "Older")
	d.reads("3 items")
	v.files.SelectAll()
	d.reads("16 items selected")
	d.shoot("preview-many")
}

// In no size of the window anything stands out of its place, whatever the names are; a window too narrow for a preview has
// none.
func TestTilesAndPreviewsKeepTheirPlaces(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.album()
	v.setLook(folderLook{tiles: true, pane: true})
	for _, size := range []fyne.Size{fyne.NewSize(1280, 800), fyne.NewSize(900, 500), fyne.NewSize(leastWidth, leastHeight)} {
		d.window.Resize(size)
		for _, name := range []string{"letter.txt", "prices.csv", "broken.jpg", "Older"} {
			d.choose(v, name)
			d.until("it is shown", func() bool { return v.preview.due.idle() && v.preview.reading.idle() })
			for _, o := range uitest.Overflow(d.window.Canvas()) {
				t.Errorf("%s at %v: %s", name, size, o)
			}
		}
		if v.pane.Visible() != (size.Width > 800) {
			t.Errorf("at %v the preview is shown: %v", size, v.pane.Visible())
		}
	}
}

// What this PC may not read any more is neither asked for nor shown, though it was a moment ago.
func TestNoPicturesOfWhatMayNotBeRead(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.album()
	v.setLook(folderLook{tiles: true, pane: true})
	roof := v.files.Items()[slices.IndexFunc(v.files.Items(), func(i filelist.Item) bool { return i.Name == "roof 1.jpg" })]
	d.until("the pictures", func() bool { return v.tiles.picture(roof) != nil && len(v.tiles.making) == 0 }) // or one could still be asked for
	for _, access := range []string{"add", "see", ""} {
		d.svc.Change(func(s *node.State) {
			for i := range s.Peers {
				s.Peers[i].Folders = slices.Clone(s.Peers[i].Folders)
				for k := range s.Peers[i].Folders {
					s.Peers[i].Folders[k].Access = access
				}
			}
		})
		d.until("the right is gone", func() bool { return v.access == access })
		before := len(d.svc.Calls())
		d.choose(v, "roof 1.jpg", "roof 2.jpg", "letter.txt")
		v.quickLook()
		if v.tiles.picture(roof) != nil || v.quick != nil || !v.preview.due.idle() || len(d.svc.Calls()) != before {
			t.Errorf("with the right %q pictures are shown, or %q is asked for", access, d.svc.Calls()[before:])
		}
	}
	d.svc.Fail("List", &node.Error{Kind: node.NotFound, Text: "there is no such folder"})
	v.access = "see"
	v.again("")
	d.reads("You can see that it is there, but not what is in it.")
}

// What is passed by is not asked for; what takes long can be cancelled, and what failed be tried again.
func TestPreviewsWaitAndFail(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.album()
	v.setLook(folderLook{pane: true})
	release := d.svc.Block("Open")
	d.choose(v, "roof 1.jpg", "roof 2.jpg", "roof 3.jpg")
	d.reads("Fetching the preview…")
	if d.opens("roof 1.jpg")+d.opens("roof 2.jpg") > 0 || d.opens("roof 3.jpg") != 1 {
		t.Errorf("asked for %q", d.svc.Calls())
	}
	d.shoot("preview-busy")
	d.tap("Cancel")
	d.reads("Cancelled.")
	release()
	d.svc.Fail("Open", &node.Error{Kind: node.Offline, Text: "Front desk can't be reached", Hint: "is it switched on?"})
	d.tap("Try again")
	d.reads("Front desk can't be reached.\nIs it switched on?")
	d.svc.Fail("Open", nil)
	d.tap("Try again")
	d.until("the picture", func() bool { return v.preview.paper.shows() })
}

func TestQuickLook(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.album()
	d.choose(v, "roof 1.jpg")
	d.hit(fyne.KeySpace)
	d.until("a quick look", func() bool { return v.quick != nil && v.quick.preview.paper.shows() })
	d.shoot("quick-look")
	d.hit(fyne.KeyRight)
	d.until("the next file", func() bool { return v.quick.preview.head.Text() == "roof 2.jpg" && v.quick.preview.paper.shows() })
	d.hit(fyne.KeySpace)
	d.closed()
	if v.quick != nil || v.files.Selected()[0].Name != "roof 2.jpg" || d.window.Canvas().Focused() != v.files.Focusable() {
		t.Error("Space doesn't end it where it has come to")
	}
}

func TestProperties(t *testing.T) {
	d := newDesk(t, uitest.Office())
	v := d.album()
	d.choose(v, "roof 1.jpg")
	d.shortcut(fyne.KeyReturn, fyne.KeyModifierAlt)
	for _, text := range []string{"roof 1.jpg", "Picture (JPG)", "Front desk › Letters", "Open and copy"} {
		d.reads(text)
	}
	d.shoot("properties-file")
	d.hit(fyne.KeyEscape)
	d.closed()
	d.choose(v, "Older")
	v.properties()
	d.reads("1.00 MB (1\u202f002\u202f000 bytes)")
	d.shoot("properties-folder")
	d.hit(fyne.KeyEscape)
	d.closed()
	v.files.SelectAll()
	v.properties()
	d.reads("17")
	d.hit(fyne.KeyEscape)
	d.closed()
	release := d.svc.Block("List")
	defer release()
	d.choose(v, "Older")
	v.properties()
	d.reads("Counting…")
	d.tap("Stop counting")
	d.reads("0 bytes")
	release()
	d.tap("Count again")
	d.reads("1.00 MB (1\u202f002\u202f000 bytes)")
}
