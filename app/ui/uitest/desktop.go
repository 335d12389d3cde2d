package uitest

import (
	"context"
	"image"
	"sync"

	"lanyard/app/ui/exchange"
)

// Desktop is an exchange.Desktop in memory. The zero Desktop has an empty clipboard, and nobody takes what is dragged out.
type Desktop struct {
	mu        sync.Mutex // guards the below
	receiver  exchange.Receiver
	ending    func(ctx context.Context, d exchange.Drag) (exchange.Outcome, error)
	clipboard []string
	picture   []byte // on the clipboard
	copied    []string
	fails     error
}

var _ exchange.Desktop = (*Desktop)(nil)

// Fail makes all that it can do fail.
func (d *Desktop) Fail(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fails = err
}

// SetClipboard puts files on the clipboard, as another program would.
func (d *Desktop) SetClipboard(paths ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clipboard = paths
}

// SetPicture puts a picture on the clipboard, as another program would.
func (d *Desktop) SetPicture(data []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.picture = data
}

// OnDrag says how drags end.
func (d *Desktop) OnDrag(end func(ctx context.Context, d exchange.Drag) (exchange.Outcome, error)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ending = end
}

// Copied returns what the window has copied last.
func (d *Desktop) Copied() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.copied
}

// Receiver returns the window, once it takes drops; nil before.
func (d *Desktop) Receiver() exchange.Receiver {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.receiver
}

// Hover drags files over the window and waits for its word.
func (d *Desktop) Hover(ctx context.Context, at image.Point, paths []string) (may bool) {
	word := make(chan bool, 1)
	d.Receiver().Hover(at, paths, nil, func(may bool) { word <- may })
	select {
	case may = <-word:
	case <-ctx.Done():
	}
	return may
}

// Receive is for exchange.Desktop.
func (d *Desktop) Receive(ctx context.Context, r exchange.Receiver) error {
	d.mu.Lock()
	d.receiver = r
	err := d.fails
	d.mu.Unlock()
	if err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// Drag is for exchange.Desktop.
func (d *Desktop) Drag(ctx context.Context, files exchange.Drag) (exchange.Outcome, error) {
	d.mu.Lock()
	end, err := d.ending, d.fails
	d.mu.Unlock()
	if err != nil || end == nil {
		return exchange.Outcome{}, err
	}
	return end(ctx, files)
}

// Copy is for exchange.Desktop.
func (d *Desktop) Copy(ctx context.Context, paths []string, ready func()) error {
	d.mu.Lock()
	d.copied = paths
	err := d.fails
	d.mu.Unlock()
	if err != nil {
		return err
	}
	ready()
	<-ctx.Done()
	return nil
}

// Paste is for exchange.Desktop.
func (d *Desktop) Paste(context.Context) ([]string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clipboard, d.fails
}

// Picture is for exchange.Desktop.
func (d *Desktop) Picture(context.Context) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.picture, d.fails
}
