package share

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
)

// What another PC can make this one take into memory; of lists it is in entry.go.
const (
	maxAnswer = 1 << 20 // bytes of an error or of a put's result
)

// Client uses the shared folders of one other PC. Its errors are *Error where that PC, or a file of this one, is at fault.
type Client struct {
	HTTP *http.Client // authenticated: it reaches that PC and no other, and follows no redirect
	Base string       // URL without a path
}

// harmless are requests that can be made twice.
var harmless = []string{"/v1/get/", "/v1/index/", "/v1/contents/", "/v1/verify/"}

// do makes a request and returns the answer of a success.
func (c *Client) do(ctx context.Context, method, target string, body io.Reader) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.Base+target, body)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(harmless, func(route string) bool { return strings.HasPrefix(target, route) }) {
		r.Header["Idempotency-Key"] = nil // not sent: it lets net/http try again when an idle connection turns out to be dead
	}
	answer, err := c.HTTP.Do(r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode/100 == 2 {
		return answer, nil
	}
	defer answer.Body.Close()
	return nil, refusal(answer)
}

// refusal reads why a request failed.
func refusal(answer *http.Response) error {
	data, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	e := &Error{}
	if json.Unmarshal(data, e) != nil || e.Code == "" {
		e = &Error{Code: Failed, Text: "the other PC answered " + answer.Status}
		if answer.StatusCode == http.StatusNotFound {
			e.Code = NotFound
		}
	}
	return e.heard()
}

// target makes the path of a URL.
func target(route, folder, path string) (string, error) {
	if err := CheckPath(path); err != nil {
		return "", err
	}
	u := "/v1/" + route + "/" + url.PathEscape(folder) + "/"
	return u + strings.ReplaceAll(url.PathEscape(path), "%2F", "/"), nil
}

// simple makes a request whose answer says nothing more.
func (c *Client) simple(ctx context.Context, method, route, folder, path string) error {
	to, err := target(route, folder, path)
	if err != nil {
		return err
	}
	answer, err := c.do(ctx, method, to, nil)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// post sends a JSON document to a route that has no path.
func (c *Client) post(ctx context.Context, route, folder string, v any) (*http.Response, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return c.do(ctx, http.MethodPost, "/v1/"+route+"/"+url.PathEscape(folder), bytes.NewReader(b))
}

// stream makes a request whose body and answer are streams.
func (c *Client) stream(ctx context.Context, route, folder string, body []byte) (*http.Response, error) {
	return c.do(ctx, http.MethodPost, "/v1/"+route+"/"+url.PathEscape(folder), bytes.NewReader(body))
}

// List returns what is in a folder: folders first, then by name without regard to case.
func (c *Client) List(ctx context.Context, folder, path string) ([]Entry, error) {
	list := []Entry{}
	err := c.ListEach(ctx, folder, path, func(some []Entry) error {
		list = append(list, some...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	SortEntries(list)
	return list, nil
}

// ListEach tells what is in a folder, in no order, as it comes: a slice is each's to keep. It ends with each's error. Names
// that could do harm here, or that can't be asked for, are left out.
func (c *Client) ListEach(ctx context.Context, folder, path string, each func([]Entry) error) error {
	to, err := target("list", folder, path)
	if err != nil {
		return err
	}
	answer, err := c.do(ctx, http.MethodGet, to, nil)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var stop error
	err = ReadEntries(answer.Body, func(some []Entry) error {
		some = slices.DeleteFunc(some, func(e Entry) bool { return badName(e.Name, anySystem) != "" || e.Size < 0 })
		if len(some) > 0 {
			stop = each(some)
		}
		return stop
	}, heardFailure)
	if err != nil && stop == nil {
		return fmt.Errorf("read list: %w", err)
	}
	return err
}

// Entry tells what is at a path in a folder, without what else there is.
func (c *Client) Entry(ctx context.Context, folder, p string) (Entry, error) {
	dir, name := path.Split(p)
	to, err := target("list", folder, strings.TrimSuffix(dir, "/"))
	if err == nil {
		err = CheckPath(name)
	}
	if err != nil {
		return Entry{}, err
	}
	answer, err := c.do(ctx, http.MethodGet, to+"?only="+url.QueryEscape(name), nil)
	if err != nil {
		return Entry{}, err
	}
	defer answer.Body.Close()
	found := Entry{}
	err = ReadEntries(answer.Body, func(some []Entry) error {
		for _, e := range some {
			if e.Name == name && e.Size >= 0 {
				found = e
			}
		}
		return nil
	}, heardFailure)
	if err == nil && found.Name == "" {
		err = errNotFound
	}
	return found, err
}

// heardFailure is the error with which another PC ended a list.
func heardFailure(reason []byte) error {
	e := &Error{}
	if err := json.Unmarshal(reason, e); err != nil {
		return err
	}
	return e.heard()
}

// Mkdir makes a folder. The one that it is to be in must be there.
func (c *Client) Mkdir(ctx context.Context, folder, path string) error {
	return c.simple(ctx, http.MethodPost, "mkdir", folder, path)
}

// Rename renames or moves a file or folder within one shared folder. It never replaces.
func (c *Client) Rename(ctx context.Context, folder, from, to string) error {
	return c.told(ctx, "move", folder, moveRequest{from, to, false})
}

// RenameOver is Rename where the file or folder takes the place of what has the name to.
func (c *Client) RenameOver(ctx context.Context, folder, from, to string) error {
	return c.told(ctx, "move", folder, moveRequest{from, to, true})
}

// Copy copies a file or folder within one shared folder, on the other PC. With over the copy takes the place of what has the
// name to.
func (c *Client) Copy(ctx context.Context, folder, from, to string, over bool) error {
	return c.told(ctx, "copy", folder, moveRequest{from, to, over})
}

// Touch sets the time of the last change of a file or folder.
func (c *Client) Touch(ctx context.Context, folder, path string, modified time.Time) error {
	return c.told(ctx, "touch", folder, touchRequest{path, modified})
}

// told sends a JSON document whose answer says nothing more.
func (c *Client) told(ctx context.Context, route, folder string, v any) error {
	answer, err := c.post(ctx, route, folder, v)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}

// Remove removes a file, or a folder with all that is in it.
func (c *Client) Remove(ctx context.Context, folder, path string) error {
	return c.simple(ctx, http.MethodDelete, "files", folder, path)
}

// Abandon has the other PC remove what half stands of a Put that is not to be gone on with.
func (c *Client) Abandon(ctx context.Context, folder, path, id string) error {
	if err := CheckPath(path); err != nil {
		return err
	}
	answer, err := c.do(ctx, http.MethodDelete, "/v1/parts/"+url.PathEscape(folder)+"?id="+url.QueryEscape(id), nil)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}
