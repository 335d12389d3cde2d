package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"syscall"

	"lanyard/app/node"
)

// Client is the Service of a node that runs in another process.
type Client struct{ http *http.Client }

var _ node.Service = (*Client)(nil)

// Dial makes a client for the node of a home. It connects with the first call.
func Dial(home string) (*Client, error) {
	path, err := Path(home)
	if err != nil {
		return nil, err
	}
	return &Client{&http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx, path) },
	}}}, nil
}

// Close lets idle connections go.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// do makes a request and returns what the answer of a success holds.
func (c *Client) do(ctx context.Context, method, name string, in any) (io.ReadCloser, error) {
	answer, err := c.ask(ctx, method, name, in)
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}

// ask makes a request and returns the answer of a success.
func (c *Client) ask(ctx context.Context, method, name string, in any) (*http.Response, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://localhost/v1/"+name, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, notRunning(err)
	}
	if answer.StatusCode == http.StatusOK {
		return answer, nil
	}
	defer answer.Body.Close()
	e := &node.Error{}
	if err := json.NewDecoder(answer.Body).Decode(e); err != nil {
		return nil, fmt.Errorf("read the answer of Lanyard: %w", err)
	}
	return nil, e
}

// notRunning puts a failed connection in words.
func notRunning(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) || isDial(err) {
		return &node.Error{Kind: node.Offline, Text: "Lanyard is not running", Hint: "start it with `lanyard`, or `lanyard serve` without a window"}
	}
	return &node.Error{Kind: node.Offline, Text: "Lanyard has ended: " + err.Error()}
}

func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// call makes one call and decodes its result.
func call[Out any](ctx context.Context, c *Client, name string, in any) (out Out, err error) {
	body, err := c.do(ctx, http.MethodPost, name, in)
	if err != nil {
		return out, err
	}
	defer body.Close()
	if err := json.NewDecoder(body).Decode(&out); err != nil {
		return out, notRunning(err)
	}
	return out, nil
}

func tell(ctx context.Context, c *Client, name string, in any) error {
	_, err := call[any](ctx, c, name, in)
	return err
}

// Watch implements node.Service.
func (c *Client) Watch(ctx context.Context, show func(*node.State)) error {
	body, err := c.do(ctx, http.MethodGet, "watch", nothing{})
	if err != nil {
		return err
	}
	defer body.Close()
	states := json.NewDecoder(body)
	for {
		s := &node.State{}
		if err := states.Decode(s); err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return notRunning(err)
		}
		show(s)
	}
}

// Snapshot implements node.Service, as do all below.
func (c *Client) Snapshot(ctx context.Context) (*node.State, error) {
	return call[*node.State](ctx, c, "snapshot", nothing{})
}

func (c *Client) CreateWorkgroup(ctx context.Context, name string) error {
	return tell(ctx, c, "create-workgroup", name)
}

func (c *Client) Invite(ctx context.Context) (*node.Invitation, error) {
	return call[*node.Invitation](ctx, c, "invite", nothing{})
}

func (c *Client) EndInvitation(ctx context.Context) error {
	return tell(ctx, c, "end-invitation", nothing{})
}

func (c *Client) Join(ctx context.Context, code, at string) error {
	return tell(ctx, c, "join", joinArgs{code, at})
}

func (c *Client) LeaveWorkgroup(ctx context.Context) error { return tell(ctx, c, "leave", nothing{}) }

func (c *Client) RemoveMember(ctx context.Context, pc string) error {
	return tell(ctx, c, "remove-member", pc)
}

func (c *Client) Connect(ctx context.Context, address string) (*node.Peer, error) {
	return call[*node.Peer](ctx, c, "connect", address)
}

func (c *Client) ShareFolder(ctx context.Context, f node.Folder) (*node.Folder, error) {
	return call[*node.Folder](ctx, c, "share-folder", f)
}

func (c *Client) UnshareFolder(ctx context.Context, name string) error {
	return tell(ctx, c, "unshare-folder", name)
}

func (c *Client) LinkGuest(ctx context.Context, wish node.GuestLink) (*node.GuestLink, error) {
	return call[*node.GuestLink](ctx, c, "link-guest", wish)
}

func (c *Client) RevokeLink(ctx context.Context, id string) error {
	return tell(ctx, c, "revoke-link", id)
}

func (c *Client) MakeFolder(ctx context.Context, at node.Location) error {
	return tell(ctx, c, "make-folder", at)
}

func (c *Client) Rename(ctx context.Context, from, to node.Location) error {
	return tell(ctx, c, "rename", renameArgs{from, to})
}

func (c *Client) Remove(ctx context.Context, at []node.Location) error {
	return tell(ctx, c, "remove", at)
}

func (c *Client) Get(ctx context.Context, from []node.Location, dest string, m node.Moving) (*node.Transfer, error) {
	return call[*node.Transfer](ctx, c, "get", getArgs{from, dest, m})
}

func (c *Client) Put(ctx context.Context, files []string, to node.Location, m node.Moving) (*node.Transfer, error) {
	return call[*node.Transfer](ctx, c, "put", putArgs{files, to, m})
}

func (c *Client) FetchHeld(ctx context.Context, id string) (*node.Transfer, error) {
	return call[*node.Transfer](ctx, c, "fetch-held", id)
}

func (c *Client) CancelTransfer(ctx context.Context, id string) error {
	return tell(ctx, c, "cancel-transfer", id)
}

func (c *Client) ForgetTransfers(ctx context.Context) error {
	return tell(ctx, c, "forget-transfers", nothing{})
}

func (c *Client) Settings(ctx context.Context) ([]node.Setting, error) {
	return call[[]node.Setting](ctx, c, "settings", nothing{})
}

func (c *Client) SetSetting(ctx context.Context, key, value string) error {
	return tell(ctx, c, "set-setting", settingArgs{key, value})
}

func (c *Client) ShowWindow(ctx context.Context) error { return tell(ctx, c, "show-window", nothing{}) }

func (c *Client) Stop(ctx context.Context) error { return tell(ctx, c, "stop", nothing{}) }
