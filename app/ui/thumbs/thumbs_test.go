package thumbs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lanyard/app/ui/preview"
	"lanyard/app/ui/uitest"
)

// files are files of another PC, with a count of what is read of them.
type files struct {
	content map[string][]byte
	opened  int
	read    int
	err     error // of opening
}

func (f *files) open(name string) Open {
	return func(context.Context) (io.ReadCloser, error) {
		f.opened++
		return io.NopCloser(io.TeeReader(bytes.NewReader(f.content[name]), counting{&f.read})), f.err
	}
}

type counting struct{ n *int }

func (c counting) Write(p []byte) (int, error) {
	*c.n += len(p)
	return len(p), nil
}

func (f *files) file(name string) File {
	return File{PC: "front", Folder: "Photos", Path: "2026/" + name, Size: int64(len(f.content[name])), Modified: time.Unix(1_700_000_000, 0)}
}

func red(wide, tall int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, wide, tall))
	draw.Draw(img, img.Rect, image.NewUniform(color.RGBA{200, 30, 30, 255}), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return b.Bytes()
}

var box = image.Pt(104, 80)

func newMaker(t *testing.T, dir string) *Maker {
	t.Helper()
	v := preview.New(t.TempDir())
	t.Cleanup(func() { v.Unload(context.Background()) })
	return New(v, dir)
}

// What was made once is not read again, in this window or the next; a file that has changed is another one.
func TestSmallPicturesAreMadeOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "thumbnails")
	m := newMaker(t, dir)
	f := &files{content: map[string][]byte{"roof.jpg": red(900, 600)}}
	if _, known := m.Have(f.file("roof.jpg"), box); known {
		t.Error("it is there before it was made")
	}
	img, err := m.Make(t.Context(), f.file("roof.jpg"), box, f.open("roof.jpg"))
	if err != nil || img.Bounds().Size() != image.Pt(104, 69) {
		t.Fatalf("%v", err)
	}
	if had, known := m.Have(f.file("roof.jpg"), box); !known || had != img {
		t.Error("it is not kept in memory")
	}
	next := newMaker(t, dir)
	if img, err = next.Make(t.Context(), f.file("roof.jpg"), image.Pt(208, 160), f.open("roof.jpg")); err != nil || img.Bounds().Size() != image.Pt(208, 139) {
		t.Errorf("the next window: %v", err)
	}
	if f.opened != 1 {
		t.Errorf("it was opened %d times", f.opened)
	}
	changed := f.file("roof.jpg")
	changed.Modified = changed.Modified.Add(time.Nanosecond)
	if _, known := next.Have(changed, box); known {
		t.Error("a file that has changed is known")
	}
	for path, want := range map[string]os.FileMode{dir: 0o700 | os.ModeDir, filepath.Join(dir, changed.key()+".jpg"): 0} {
		if info, err := os.Stat(path); want != 0 && (err != nil || info.Mode() != want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	entries, _ := os.ReadDir(dir)
	if info, err := entries[0].Info(); len(entries) != 1 || err != nil || info.Mode() != 0o600 || strings.Contains(info.Name(), "roof") {
		t.Errorf("in the folder: %v", entries)
	}
	if err := os.WriteFile(filepath.Join(dir, entries[0].Name()), []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := newMaker(t, dir).Make(t.Context(), f.file("roof.jpg"), box, f.open("roof.jpg")); err != nil || f.opened != 2 {
		t.Errorf("a damaged one: %v, opened %d times", err, f.opened)
	}
}

// No more is read than tells; what has no small picture is asked for once, and what failed on the way again.
func TestWhatIsReadOfFiles(t *testing.T) {
	m := newMaker(t, t.TempDir())
	f := &files{content: map[string][]byte{
		"offer.pdf": uitest.Offer(2), "letter.txt": []byte(strings.Repeat("Dear Mr Baker, 你好\n\tthank you\n", 5000)), "broken.jpg": []byte("no picture"),
		"noise.txt": {0, 1, 2, 3}, "empty.txt": []byte("\n \n"),
	}}
	for name, most := range map[string]int{"offer.pdf": 20_000, "letter.txt": textHead + 1} {
		f.read = 0
		if _, err := m.Make(t.Context(), f.file(name), box, f.open(name)); err != nil || f.read > most {
			t.Errorf("%s: %v, %d bytes were read", name, err, f.read)
		}
	}
	for _, name := range []string{"broken.jpg", "noise.txt", "empty.txt"} {
		_, err := m.Make(t.Context(), f.file(name), box, f.open(name))
		img, known := m.Have(f.file(name), box)
		if !errors.Is(err, ErrNone) || img != nil || !known {
			t.Errorf("%s: %v, known %v", name, err, known)
		}
	}
	f.err = errors.New("front desk is off")
	f.content["later.jpg"] = red(20, 20)
	_, err := m.Make(t.Context(), f.file("later.jpg"), box, f.open("later.jpg"))
	if _, known := m.Have(f.file("later.jpg"), box); !errors.Is(err, f.err) || known {
		t.Errorf("that can be tried again: %v, %v", err, known)
	}
	for name, want := range map[string]bool{"a.jpg": true, "A.PDF": true, "a.txt": true, "a.mp4": false, "a": false} {
		if Wanted(name, 1000) != want || Wanted(name, 0) || Wanted(name, maxWhole+1) != (name == "a.txt") {
			t.Errorf("%s: %v", name, Wanted(name, 1000))
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f.err = nil
	if _, err := m.Make(ctx, f.file("later.jpg"), box, f.open("later.jpg")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Neither the memory nor the disk that is taken grows without end: what was used last stays.
func TestWhatIsKeptIsBounded(t *testing.T) {
	var m memory
	big := func() *image.RGBA { return image.NewRGBA(image.Rect(0, 0, 512, 512)) } // 1 MiB
	key := func(n int) memoryKey { return memoryKey{file: fmt.Sprint(n)} }
	for n := range 100 {
		m.put(key(n), big())
		m.get(key(0))
	}
	if _, known := m.get(key(0)); m.bytes > maxMemory || !known {
		t.Errorf("%d bytes in memory, what is used is there: %v", m.bytes, known)
	}
	if _, known := m.get(key(50)); known {
		t.Error("what was used long ago is there")
	}
	dir := t.TempDir()
	d := &disk{dir: dir, bytes: unknown}
	names := make([]string, 70)
	for n := range names {
		names[n] = fmt.Sprintf("%032d", n)
		path := d.path(names[n])
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, 1<<20); err != nil { // takes no room
			t.Fatal(err)
		}
		then := time.Now().Add(-time.Duration(100-n) * time.Hour)
		if n == 0 {
			then = time.Now().Add(-2 * unused)
		}
		if err := os.Chtimes(path, then, then); err != nil {
			t.Fatal(err)
		}
	}
	if d.get(names[1]) == nil { // looked at now
		t.Fatal("one is not there")
	}
	d.put("new", []byte("x"))
	if d.bytes > afterTrim || d.get("new") == nil || d.get(names[1]) == nil || d.get(names[69]) == nil {
		t.Errorf("%d bytes are left", d.bytes)
	}
	for _, gone := range []int{0, 2, 15} {
		if d.get(names[gone]) != nil {
			t.Errorf("number %d is still there", gone)
		}
	}
	if (&disk{dir: filepath.Join(dir, "new.jpg"), bytes: unknown}).get("x") != nil {
		t.Error("a folder that is none has something")
	}
}
