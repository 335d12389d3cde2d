package share

import (
	"context"
	"io"
	"net/http"
	"strconv"
)

// Tag is what a file's content is known by from one request to the next: an entity tag (RFC 9110 section 8.8.3), a strong one,
// as file systems tell time by the nanosecond.
func (e Entry) Tag() string {
	return `"` + strconv.FormatInt(e.Modified.UnixNano(), 36) + "-" + strconv.FormatInt(e.Size, 36) + `"`
}

// Content reads a file from a byte on. mark is "" or the Tag that the file is to have: one that is another
// by now is Changed.
// The caller closes it.
func (c *Client) Content(ctx context.Context, folder, path string, from int64, mark string) (io.ReadCloser, error) {
	to, err := target("files", folder, path)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Base+to, nil)
	if err != nil {
		return nil, err
	}
	if from > 0 {
		r.Header.Set("Range", "bytes="+strconv.FormatInt(from, 10)+"-")
	}
	if mark != "" {
		r.Header.Set("If-Match", mark)
	}
	answer, err := c.HTTP.Do(r)
	if err != nil {
		return nil, err
	}
	switch {
	case answer.StatusCode == http.StatusPartialContent && from > 0, answer.StatusCode == http.StatusOK && from == 0:
		return answer.Body, nil
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusPreconditionFailed || answer.StatusCode == http.StatusRequestedRangeNotSatisfiable {
		return nil, (&Error{Code: Changed, Text: errChanged.Text, Path: path}).heard()
	}
	return nil, refusal(answer)
}
