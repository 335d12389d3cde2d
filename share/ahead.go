package share

import (
	"context"
	"errors"
	"iter"
)

var errLater = errors.New("look ahead: it can't be done yet")

// PreviewGet tells what a Get would do.
func (c *Client) PreviewGet(context.Context, string, []string, string) (*Preview, error) {
	return nil, errLater
}

// PreviewPut tells what a Put would do.
func (c *Client) PreviewPut(context.Context, []string, string, string) (*Preview, error) {
	return nil, errLater
}

// Abandon has the other PC remove what half stands of a Put.
func (c *Client) Abandon(ctx context.Context, folder, path, id string) error { return nil }

// Abandon removes what half stands of a Get.
func Abandon(dest, id string) {}

// Verify has the other PC compare its files with what they were when they came.
func (c *Client) Verify(ctx context.Context, folder string, results []Result) (bad []Result, err error) {
	return nil, errLater
}

// VerifyLocal compares files below dest with what they were when they came, and tells of those that differ and why.
func VerifyLocal(ctx context.Context, dest string, results iter.Seq[Result], bad func(Result, string)) error {
	return errLater
}

// ListEach lists a folder, in no order, and tells of the entries as they come.
func (c *Client) ListEach(ctx context.Context, folder, path string, each func([]Entry) error) error {
	list, err := c.List(ctx, folder, path)
	if err != nil {
		return err
	}
	return each(list)
}
