package ui

import (
	"context"
	"errors"
	"image"
	"io"
	"path"

	"lanyard/app/node"
	"lanyard/app/ui/preview"
)

// What is read of a file to show it, in bytes. All of it stays in memory.
const (
	maxPeek  = 64 << 20  // of a picture or PDF, which are only shown whole
	textPeek = 256 << 10 // of a text: some hundred pages of a book
)

// peekSide is the longer side of the copy of a picture that is kept while it is looked at, in pixels: a window as wide as a
// screen.
const peekSide = 2048

// peek is what there is to see of a file.
type peek struct {
	pages int // that can be turned; 0 for a text
	draw  func(ctx context.Context, page int, box image.Point) (image.Image, error)
	loose bool // it isn't shown larger than it is
	text  string
	part  bool // the text goes on
}

// canPeek tells whether there is a way to show a file here.
func canPeek(name string) bool { return preview.FormatOf(name) != preview.None }

// peekInto reads a file of another PC and makes ready what there is to see.
func (u *UI) peekInto(ctx context.Context, at node.Location) (*peek, error) {
	way := preview.FormatOf(path.Base(at.Path))
	content, err := u.svc.Open(ctx, at)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	most := maxPeek
	if way == preview.Words {
		most = textPeek
	}
	data, err := io.ReadAll(io.LimitReader(content, int64(most)+1))
	if err != nil {
		return nil, err
	}
	more := len(data) > most
	if more && way != preview.Words {
		return nil, preview.ErrTooLarge
	}
	switch way {
	case preview.Words:
		text, ok := preview.Text(data[:min(len(data), most)])
		if !ok {
			return nil, preview.ErrFormat
		}
		return &peek{text: text, part: more}, nil
	case preview.Pages:
		return u.peekPDF(ctx, data)
	}
	small, err := u.viewer.Picture(ctx, data, image.Pt(peekSide, peekSide))
	if err != nil {
		return nil, err
	}
	return &peek{pages: 1, loose: true, draw: func(_ context.Context, _ int, box image.Point) (image.Image, error) {
		return preview.Shrink(small, box), nil
	}}, nil
}

func (u *UI) peekPDF(ctx context.Context, data []byte) (*peek, error) {
	doc, err := u.viewer.OpenPDF(ctx, data)
	if err != nil {
		return nil, err
	}
	return &peek{pages: doc.Pages, draw: func(ctx context.Context, page int, box image.Point) (image.Image, error) {
		img, err := u.viewer.Page(ctx, doc, page, box)
		if err != nil {
			return nil, err // not a nil picture in an interface
		}
		return img, nil
	}}, nil
}

// peekTrouble says why a file can't be shown, what to do about it, and whether it may be otherwise another time.
func peekTrouble(err error) (text, hint string, again bool) {
	for final, words := range map[error]string{
		preview.ErrDamaged:  tr("This file is damaged, or is not what its name says."),
		preview.ErrFormat:   tr("This file is not what its name says. It can't be shown here."),
		preview.ErrLocked:   tr("This document asks for a password. Open it to type it in."),
		preview.ErrTooLarge: tr("This file is too large to be shown here. You can open or download it."),
		preview.ErrTooSlow:  tr("This file takes too long to be drawn. You can open or download it."),
	} {
		if errors.Is(err, final) {
			return words, "", false
		}
	}
	text, hint = put(err)
	return stop(text), hint, true
}
