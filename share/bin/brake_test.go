package bin

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"
)

type braked struct {
	*Brake
	time time.Time
	told []Stop
}

func newBraked(limit int) *braked {
	b := &braked{time: time.Now()}
	b.Brake = NewBrake(func(s Stop) { b.told = append(b.told, s) })
	b.now = func() time.Time { return b.time }
	b.SetLimit(limit)
	return b
}

// passed does the same thing until it is refused, and returns how often it could.
func (b *braked) passed(who string, d func(n int) Deed) int {
	for n := range 10_000 {
		if b.Ask(who, d(n)) != nil {
			return n
		}
	}
	return 10_000
}

func one(int) Deed { return Deed{Files: 1} }

func TestT40TheBrakeCounts(t *testing.T) {
	for name, c := range map[string]struct {
		deed func(n int) Deed
		want int
	}{
		"single files":                    {one, 300},
		"files made unreadable":           {func(int) Deed { return Deed{Files: 1, Unreadable: true} }, 15},
		"files renamed":                   {func(n int) Deed { return Deed{Files: 1} }, 300},
		"files renamed to one new end":    {func(int) Deed { return Deed{Files: 1, NewEnd: "locked"} }, 17},
		"files renamed to many new ends":  {func(n int) Deed { return Deed{Files: 1, NewEnd: fmt.Sprint(n)} }, 300},
		"folders of many files":           {func(int) Deed { return Deed{Files: 100_000, Removes: true} }, 3},
		"folders without a file":          {func(int) Deed { return Deed{Removes: true} }, 300},
		"files made unreadable, in turns": {func(n int) Deed { return Deed{Files: 1, Unreadable: n%2 == 0} }, 28},
	} {
		b := newBraked(300)
		if got := b.passed("pc", c.deed); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
		if len(b.told) != 1 || b.told[0].Who != "pc" {
			t.Errorf("%s: told %v", name, b.told)
		}
		if err := b.Ask("other", Deed{Files: 1}); err != nil {
			t.Errorf("%s: another is stopped, too: %v", name, err)
		}
	}
}

func TestTheBrakeForgetsAndLetsGo(t *testing.T) {
	b := newBraked(300)
	for range 20 { // as fast as is allowed, for an hour
		for range 290 {
			if err := b.Ask("pc", one(0)); err != nil {
				t.Fatal(err)
			}
		}
		b.time = b.time.Add(brakeSpan + time.Second)
	}
	b.passed("pc", one)
	b.time = b.time.Add(time.Hour)
	if err := b.Ask("pc", one(0)); !errors.Is(err, ErrBraked) {
		t.Errorf("it lets go by itself: %v", err)
	}
	again := newBraked(300) // after a restart
	var list []Stop
	for _, s := range b.Stopped() {
		list = append(list, s)
	}
	again.SetStopped(list)
	if err := again.Ask("pc", one(0)); !errors.Is(err, ErrBraked) {
		t.Errorf("a restart lets go: %v", err)
	}
	again.Release("pc")
	if got := again.passed("pc", one); got != 300 {
		t.Errorf("released, and stopped after %d", got)
	}
	again.SetLimit(0)
	if got := again.passed("pc", one); got != 10_000 {
		t.Errorf("there is no limit, and it stops after %d", got)
	}
	small := newBraked(5)
	if got := small.passed("pc", func(int) Deed { return Deed{Files: 1000, Removes: true} }); got != 1 {
		t.Errorf("with a low limit, one folder is stopped: %d", got)
	}
}

// For each new file that looks encrypted, one that is removed counts as made unreadable.
func TestT40NewFilesInPlaceOfOldOnesCount(t *testing.T) {
	b := newBraked(300)
	got := b.passed("pc", func(int) Deed {
		b.Suspect("pc")
		return Deed{Files: 1, Removes: true}
	})
	if got != 15 {
		t.Errorf("%d files were removed", got)
	}
}

func TestT40WhatIsEncryptedIsTold(t *testing.T) {
	noise := make([]byte, 100_000)
	_, _ = rand.Read(noise)
	text := []byte(strings.Repeat("Dear Sir or Madam, we thank you for your order of the third. ", 200))
	picture := image.NewRGBA(image.Rect(0, 0, 100, 100))
	for i := range 10_000 {
		picture.Set(i%100, i/100, color.RGBA{noise[i], noise[i+1], noise[i+2], 255})
	}
	packed := func(pack func(w *bytes.Buffer)) []byte {
		var w bytes.Buffer
		pack(&w)
		return w.Bytes()
	}
	for name, c := range map[string]struct {
		content []byte
		want    bool
	}{
		"noise":          {noise, true},
		"a little noise": {noise[:500], true},
		"very little":    {noise[:100], true},
		"too little":     {noise[:20], false},
		"nothing":        {nil, false},
		"text":           {text, false},
		"base64":         {[]byte(base64.StdEncoding.EncodeToString(noise)), false},
		"zeros":          {make([]byte, 5000), false},
		"jpeg":           {packed(func(w *bytes.Buffer) { _ = jpeg.Encode(w, picture, nil) }), false},
		"png":            {packed(func(w *bytes.Buffer) { _ = png.Encode(w, picture) }), false},
		"gzip":           {packed(func(w *bytes.Buffer) { z := gzip.NewWriter(w); _, _ = z.Write(noise); z.Close() }), false},
		"docx": {packed(func(w *bytes.Buffer) {
			z := zip.NewWriter(w)
			f, _ := z.Create("word/document.xml")
			_, _ = f.Write(noise)
			z.Close()
		}), false},
	} {
		if got := Encrypted(bytes.NewReader(c.content)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	for range 2000 { // chance alone must not hide it
		n := leastLook + int(noise[0])
		_, _ = rand.Read(noise[:n])
		if head := noise[:n]; !noisy(head) {
			t.Errorf("%d bytes of noise are taken for something else: %.2f of %.2f bits", n, entropy(head), noiseOf(n))
		}
	}
}

func TestEndsOfNames(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"a.doc", "a.doc.locked", "locked"}, {"a.doc", "b.doc", ""}, {"a.doc", "a.pdf", ""}, {"a.jpeg", "a.JPG", ""}, {"a", "a.Crypt", "crypt"},
		{"a.x/b", "a.y/b", ""}, {"a.locked", "b.locked", ""}, {"a.doc", "a", ""},
	} {
		if got := NewEnd(c.from, c.to); got != c.want {
			t.Errorf("%s to %s: %q, want %q", c.from, c.to, got, c.want)
		}
	}
}
