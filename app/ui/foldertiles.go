package ui

import (
	"context"
	"image"
	"io"
	"time"

	"lanyard/app/node"
	"lanyard/app/ui/filelist"
	"lanyard/app/ui/preview"
	"lanyard/app/ui/thumbs"
)

const (
	tilesAtATime = 2                      // pictures of tiles that are made: the other PC and the network have more to do
	sightWait    = 120 * time.Millisecond // that tiles must have stood still, so that scrolling past asks for nothing
	tilePatience = 30 * time.Second       // for one of them
)

// tileDeeds is what the pictures in tiles need.
type tileDeeds interface {
	later(wait time.Duration, then func()) *task
	tileBox() image.Point
	tilePicture(f thumbs.File, box image.Point) (image.Image, bool)
	makeTile(at node.Location, f thumbs.File, box image.Point, then func(error)) *task
}

// folderTiles brings the pictures of the tiles in sight, two at a time and in their order. What is scrolled out of sight is
// not waited for.
type folderTiles struct {
	do      tileDeeds
	files   *filelist.List
	at      place
	may     bool             // read what is in the folder
	due     *task            // a look at what is in sight
	making  map[string]*task // by name
	skipped map[string]bool  // names that failed, until the folder is listed anew
}

func newFolderTiles(do tileDeeds, files *filelist.List, at place) *folderTiles {
	t := &folderTiles{do: do, files: files, at: at, making: map[string]*task{}, skipped: map[string]bool{}}
	files.Picture = t.picture
	files.OnSight = t.sighted
	return t
}

func (t *folderTiles) file(i filelist.Item) thumbs.File {
	at := below(t.at, i.Name)
	return thumbs.File{PC: at.pc, Folder: at.folder, Path: at.path, Size: i.Size, Modified: i.Modified}
}

// picture is what a tile shows, as far as it is there.
func (t *folderTiles) picture(i filelist.Item) image.Image {
	if !t.wants(i) {
		return nil
	}
	img, _ := t.do.tilePicture(t.file(i), t.do.tileBox())
	return img
}

func (t *folderTiles) wants(i filelist.Item) bool {
	return t.may && !i.Folder && thumbs.Wanted(i.Name, i.Size)
}

// sighted waits until the tiles stand still.
func (t *folderTiles) sighted() {
	t.due.stop()
	t.due = t.do.later(sightWait, t.bring)
}

// bring makes the pictures that are missing.
func (t *folderTiles) bring() {
	if !t.files.Icons() {
		t.stop()
		return
	}
	box, inSight := t.do.tileBox(), map[string]bool{}
	items := t.files.InSight()
	for _, i := range items {
		inSight[i.Name] = true
	}
	for name, making := range t.making {
		if !inSight[name] {
			making.stop()
			delete(t.making, name)
		}
	}
	for _, i := range items {
		if len(t.making) >= tilesAtATime {
			return
		}
		if t.making[i.Name] != nil || t.skipped[i.Name] || !t.wants(i) {
			continue
		}
		f := t.file(i)
		if _, known := t.do.tilePicture(f, box); known {
			continue
		}
		t.making[i.Name] = t.do.makeTile(below(t.at, i.Name).location(), f, box, func(err error) { t.made(i.Name, err) })
	}
}

func (t *folderTiles) made(name string, err error) {
	delete(t.making, name)
	if err != nil {
		t.skipped[name] = true
	}
	t.files.ShowPicture(name)
	t.bring()
}

// afresh has those asked for again that have failed.
func (t *folderTiles) afresh(may bool) {
	clear(t.skipped)
	t.may = may
	t.sighted()
}

// stop ends what is under way.
func (t *folderTiles) stop() {
	t.due.stop()
	for name, making := range t.making {
		making.stop()
		delete(t.making, name)
	}
}

// tileBox is how large the picture in a tile can be, in the screen's pixels.
func (u *UI) tileBox() image.Point {
	size, scale := filelist.PictureSize(), u.window.Canvas().Scale()
	return image.Pt(max(int(size.Width*scale), 1), max(int(size.Height*scale), 1))
}

func (u *UI) tilePicture(f thumbs.File, box image.Point) (image.Image, bool) {
	return u.thumbs.Have(f, box)
}

// makeTile makes the picture of a file of another PC.
func (u *UI) makeTile(at node.Location, f thumbs.File, box image.Point, then func(error)) *task {
	return u.work.start(func(ctx context.Context) func() {
		ctx, cancel := context.WithTimeout(ctx, tilePatience)
		defer cancel()
		_, err := u.thumbs.Make(ctx, f, box, func(ctx context.Context) (io.ReadCloser, error) { return u.svc.Open(ctx, at) })
		return func() {
			if preview.FormatOf(f.Path) == preview.Pages {
				u.restViewer()
			}
			then(err)
		}
	})
}
