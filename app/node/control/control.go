// Package control carries the Service interface over a socket in the home (on Windows a named pipe), for the commands and
// for a window whose node runs in another process. It adds nothing to it and keeps no state.
package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"lanyard/app/node"
)

// maxCall bounds a call: a selection of 100,000 paths. Both ends are the same person, so it only guards against mistakes.
const maxCall = 16 << 20

// method is one call of the Service: it decodes its arguments, does it and returns what to encode.
type method func(ctx context.Context, s node.Service, raw json.RawMessage) (any, error)

func with[In any](do func(context.Context, node.Service, In) (any, error)) method {
	return func(ctx context.Context, s node.Service, raw json.RawMessage) (any, error) {
		var in In
		if err := json.Unmarshal(raw, &in); err != nil {
			return nil, fmt.Errorf("read arguments: %w", err)
		}
		return do(ctx, s, in)
	}
}

// The arguments of the calls that take more than one.
type (
	joinArgs   struct{ Code, At string }
	renameArgs struct{ From, To node.Location }
	getArgs    struct {
		From []node.Location
		Dest string
		node.Moving
	}
	putArgs struct {
		Files []string
		To    node.Location
		node.Moving
	}
	settingArgs struct{ Key, Value string }
	nothing     struct{}
)

// methods are the calls, by name; those about transfers and what they leave behind are in
// transfers.go, those about printing in printing.go.
var methods = map[string]method{
	"snapshot": with(func(c context.Context, s node.Service, _ nothing) (any, error) { return s.Snapshot(c) }),
	"create-workgroup": with(func(c context.Context, s node.Service, name string) (any, error) {
		return nil, s.CreateWorkgroup(c, name)
	}),
	"invite":         with(func(c context.Context, s node.Service, _ nothing) (any, error) { return s.Invite(c) }),
	"end-invitation": with(func(c context.Context, s node.Service, _ nothing) (any, error) { return nil, s.EndInvitation(c) }),
	"join":           with(func(c context.Context, s node.Service, a joinArgs) (any, error) { return nil, s.Join(c, a.Code, a.At) }),
	"leave":          with(func(c context.Context, s node.Service, _ nothing) (any, error) { return nil, s.LeaveWorkgroup(c) }),
	"remove-member":  with(func(c context.Context, s node.Service, pc string) (any, error) { return nil, s.RemoveMember(c, pc) }),
	"connect":        with(func(c context.Context, s node.Service, to string) (any, error) { return s.Connect(c, to) }),
	"share-folder":   with(func(c context.Context, s node.Service, f node.Folder) (any, error) { return s.ShareFolder(c, f) }),
	"unshare-folder": with(func(c context.Context, s node.Service, name string) (any, error) {
		return nil, s.UnshareFolder(c, name)
	}),
	"link-guest": with(func(c context.Context, s node.Service, l node.GuestLink) (any, error) { return s.LinkGuest(c, l) }),
	"revoke-link": with(func(c context.Context, s node.Service, id string) (any, error) {
		return nil, s.RevokeLink(c, id)
	}),
	"make-folder": with(func(c context.Context, s node.Service, l node.Location) (any, error) { return nil, s.MakeFolder(c, l) }),
	"rename": with(func(c context.Context, s node.Service, a renameArgs) (any, error) {
		return nil, s.Rename(c, a.From, a.To)
	}),
	"remove": with(func(c context.Context, s node.Service, l []node.Location) (any, error) { return nil, s.Remove(c, l) }),
	"get": with(func(c context.Context, s node.Service, a getArgs) (any, error) {
		return s.Get(c, a.From, a.Dest, a.Moving)
	}),
	"put": with(func(c context.Context, s node.Service, a putArgs) (any, error) {
		return s.Put(c, a.Files, a.To, a.Moving)
	}),
	"fetch-held":       with(func(c context.Context, s node.Service, id string) (any, error) { return s.FetchHeld(c, id) }),
	"cancel-transfer":  with(func(c context.Context, s node.Service, id string) (any, error) { return nil, s.CancelTransfer(c, id) }),
	"forget-transfers": with(func(c context.Context, s node.Service, _ nothing) (any, error) { return nil, s.ForgetTransfers(c) }),
	"preview-get": with(func(c context.Context, s node.Service, a getArgs) (any, error) {
		return s.PreviewGet(c, a.From, a.Dest)
	}),
	"preview-put": with(func(c context.Context, s node.Service, a putArgs) (any, error) { return s.PreviewPut(c, a.Files, a.To) }),
	"settings":    with(func(c context.Context, s node.Service, _ nothing) (any, error) { return s.Settings(c) }),
	"set-setting": with(func(c context.Context, s node.Service, a settingArgs) (any, error) {
		return nil, s.SetSetting(c, a.Key, a.Value)
	}),
	"show-window": with(func(c context.Context, s node.Service, _ nothing) (any, error) { return nil, s.ShowWindow(c) }),
	"stop":        with(func(c context.Context, s node.Service, _ nothing) (any, error) { return nil, s.Stop(c) }),
}

// fault turns any error into one that crosses the socket whole.
func fault(err error) *node.Error {
	var e *node.Error
	if errors.As(err, &e) {
		return e
	}
	return &node.Error{Kind: node.Failed, Text: err.Error()}
}
