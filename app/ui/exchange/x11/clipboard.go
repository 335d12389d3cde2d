package x11

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jezek/xgb/xproto"

	"lanyard/app/ui/exchange"
)

// Copy offers local files on the clipboard, until another program copies something or ctx ends.
func (s Desktop) Copy(ctx context.Context, paths []string, ready func()) error {
	d, err := open(ctx, s.Display)
	if err != nil {
		return fmt.Errorf("copy files: %w", err)
	}
	defer d.close()
	xproto.SetSelectionOwner(d.conn, d.window, d.atoms["CLIPBOARD"], xproto.TimeCurrentTime)
	owner, err := xproto.GetSelectionOwner(d.conn, d.atoms["CLIPBOARD"]).Reply()
	if err != nil || owner.Owner != d.window {
		return errors.New("copy files: the display doesn't let go of the clipboard")
	}
	ready()
	text := func() []byte { return []byte(strings.Join(paths, "\n")) }
	offered := formats{
		"text/uri-list":                func() []byte { return exchange.FormatList(paths) },
		"x-special/gnome-copied-files": func() []byte { return exchange.FormatCopied(paths) },
		"UTF8_STRING":                  text, "text/plain;charset=utf-8": text,
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case event, ok := <-d.events:
			if !ok {
				return d.gone(ctx)
			}
			switch e := event.(type) {
			case xproto.SelectionRequestEvent:
				d.answer(e, offered)
			case xproto.SelectionClearEvent:
				return nil
			}
		}
	}
}

// Paste returns the local files on the clipboard; none when there is something else on it, or nothing.
func (s Desktop) Paste(ctx context.Context) ([]string, error) {
	d, err := open(ctx, s.Display)
	if err != nil {
		return nil, fmt.Errorf("paste files: %w", err)
	}
	defer d.close()
	for _, format := range []string{"x-special/gnome-copied-files", "text/uri-list"} {
		list, err := d.convert(ctx, "CLIPBOARD", format, xproto.TimeCurrentTime, exchange.MaxList, nil)
		switch {
		case errors.Is(err, errRefused):
			continue
		case err != nil:
			return nil, fmt.Errorf("paste files: %w", err)
		}
		paths, _, err := exchange.ParseList(list)
		if err != nil {
			return nil, fmt.Errorf("paste files: %w", err)
		}
		if len(paths) > 0 {
			return paths, nil
		}
	}
	return nil, nil
}

// pictures are the forms of a picture that are asked for, best first.
var pictures = []string{"image/png", "image/jpeg", "image/webp", "image/bmp"}

// Picture returns the picture on the clipboard, as the bytes of a file; none when there is something else on it, or nothing.
func (s Desktop) Picture(ctx context.Context) ([]byte, error) {
	d, err := open(ctx, s.Display)
	if err != nil {
		return nil, fmt.Errorf("paste a picture: %w", err)
	}
	defer d.close()
	for _, format := range pictures {
		data, err := d.convert(ctx, "CLIPBOARD", format, xproto.TimeCurrentTime, exchange.MaxPicture, nil)
		switch {
		case errors.Is(err, errRefused):
			continue
		case err != nil:
			return nil, fmt.Errorf("paste a picture: %w", err)
		}
		return data, nil
	}
	return nil, nil
}
