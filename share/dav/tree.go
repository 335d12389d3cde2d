package dav

import (
	"context"
	"io"
	"time"

	"lanyard/share"
)

// Folder is a shared folder of this PC as a FileSystem. It is valid as long as the Tree is.
func Folder(t *share.Tree) FileSystem { return &folder{t} }

type folder struct{ t *share.Tree }

func (f *folder) May(_ string, v share.Verb) bool                         { return f.t.May(v) }
func (f *folder) Stat(_ context.Context, p string) (share.Entry, error)   { return f.t.Stat(p) }
func (f *folder) Mkdir(_ context.Context, p string) error                 { return f.t.Mkdir(p) }
func (f *folder) Remove(_ context.Context, p string) error                { return f.t.Remove(p) }
func (f *folder) Chtimes(_ context.Context, p string, at time.Time) error { return f.t.Chtimes(p, at) }
func (f *folder) Move(_ context.Context, from, to string, over bool) error {
	return f.t.Rename(from, to, over)
}
func (f *folder) Copy(ctx context.Context, from, to string, over bool) error {
	return f.t.Copy(ctx, from, to, over)
}

// List implements FileSystem.
func (f *folder) List(ctx context.Context, p string, each func(share.Entry) error) error {
	return f.t.List(p, func(e share.Entry) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return each(e)
	})
}

// Open implements FileSystem.
func (f *folder) Open(_ context.Context, p string) (io.ReadSeekCloser, error) {
	file, _, err := f.t.Open(p)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// Create implements FileSystem.
func (f *folder) Create(_ context.Context, p string, size int64, modified time.Time) (Draft, error) {
	d, err := f.t.Create(p, size, modified)
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Space implements FileSystem.
func (f *folder) Space(context.Context, string) (free, used int64) {
	free, used, err := f.t.Space()
	if err != nil {
		return -1, -1
	}
	return free, used
}
