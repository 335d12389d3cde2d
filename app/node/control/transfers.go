package control

import (
	"context"
	"maps"
	"time"

	"lanyard/app/node"
)

// The arguments of the calls of this file that take more than one.
type (
	orderArgs    struct{ ID, Before string }
	priorityArgs struct{ ID, Priority string }
	resultsArgs  struct {
		ID          string
		From, Count int
	}
	answerArgs struct {
		ID             string
		Accept, Always bool
	}
	binArgs struct {
		PC, Folder string
		IDs        []string
		Since      time.Time
	}
)

func init() {
	maps.Copy(methods, map[string]method{
		"pause-transfer":  with(func(c context.Context, s node.Service, id string) (any, error) { return nil, s.PauseTransfer(c, id) }),
		"resume-transfer": with(func(c context.Context, s node.Service, id string) (any, error) { return nil, s.ResumeTransfer(c, id) }),
		"retry-transfer":  with(func(c context.Context, s node.Service, id string) (any, error) { return nil, s.RetryTransfer(c, id) }),
		"order-transfer": with(func(c context.Context, s node.Service, a orderArgs) (any, error) {
			return nil, s.OrderTransfer(c, a.ID, a.Before)
		}),
		"prioritize-transfer": with(func(c context.Context, s node.Service, a priorityArgs) (any, error) {
			return nil, s.PrioritizeTransfer(c, a.ID, a.Priority)
		}),
		"transfer-results": with(func(c context.Context, s node.Service, a resultsArgs) (any, error) {
			return s.TransferResults(c, a.ID, a.From, a.Count)
		}),
		"verify-transfer": with(func(c context.Context, s node.Service, id string) (any, error) { return s.VerifyTransfer(c, id) }),
		"send":            with(func(c context.Context, s node.Service, w node.Sending) (any, error) { return s.Send(c, w) }),
		"answer-offer": with(func(c context.Context, s node.Service, a answerArgs) (any, error) {
			return nil, s.AnswerOffer(c, a.ID, a.Accept, a.Always)
		}),
		"forget-offer": with(func(c context.Context, s node.Service, id string) (any, error) { return nil, s.ForgetOffer(c, id) }),
		"bin":          with(func(c context.Context, s node.Service, a binArgs) (any, error) { return s.Bin(c, a.PC, a.Folder) }),
		"restore-bin": with(func(c context.Context, s node.Service, a binArgs) (any, error) {
			return s.RestoreBin(c, a.PC, a.Folder, a.IDs)
		}),
		"empty-bin": with(func(c context.Context, s node.Service, a binArgs) (any, error) {
			return nil, s.EmptyBin(c, a.Folder, a.IDs)
		}),
		"release-brake": with(func(c context.Context, s node.Service, pc string) (any, error) { return nil, s.ReleaseBrake(c, pc) }),
		"roll-back":     with(func(c context.Context, s node.Service, a binArgs) (any, error) { return s.RollBack(c, a.PC, a.Since) }),
		"set-drive":     with(func(c context.Context, s node.Service, on bool) (any, error) { return s.SetDrive(c, on) }),
		"make-password": with(func(c context.Context, s node.Service, a binArgs) (any, error) {
			return s.MakePassword(c, a.PC, a.Folder)
		}),
		"revoke-password": with(func(c context.Context, s node.Service, id string) (any, error) {
			return nil, s.RevokePassword(c, id)
		}),
	})
}

// PreviewGet implements node.Service, as do all below.
func (c *Client) PreviewGet(ctx context.Context, from []node.Location, dest string) (*node.Preview, error) {
	return call[*node.Preview](ctx, c, "preview-get", getArgs{From: from, Dest: dest})
}

func (c *Client) PreviewPut(ctx context.Context, files []string, to node.Location) (*node.Preview, error) {
	return call[*node.Preview](ctx, c, "preview-put", putArgs{Files: files, To: to})
}

func (c *Client) PauseTransfer(ctx context.Context, id string) error {
	return tell(ctx, c, "pause-transfer", id)
}

func (c *Client) ResumeTransfer(ctx context.Context, id string) error {
	return tell(ctx, c, "resume-transfer", id)
}

func (c *Client) RetryTransfer(ctx context.Context, id string) error {
	return tell(ctx, c, "retry-transfer", id)
}

func (c *Client) OrderTransfer(ctx context.Context, id, before string) error {
	return tell(ctx, c, "order-transfer", orderArgs{id, before})
}

func (c *Client) PrioritizeTransfer(ctx context.Context, id, priority string) error {
	return tell(ctx, c, "prioritize-transfer", priorityArgs{id, priority})
}

func (c *Client) TransferResults(ctx context.Context, id string, from, count int) (*node.Results, error) {
	return call[*node.Results](ctx, c, "transfer-results", resultsArgs{id, from, count})
}

func (c *Client) VerifyTransfer(ctx context.Context, id string) (*node.Verification, error) {
	return call[*node.Verification](ctx, c, "verify-transfer", id)
}

func (c *Client) Send(ctx context.Context, s node.Sending) ([]node.Transfer, error) {
	return call[[]node.Transfer](ctx, c, "send", s)
}

func (c *Client) AnswerOffer(ctx context.Context, id string, accept, always bool) error {
	return tell(ctx, c, "answer-offer", answerArgs{id, accept, always})
}

func (c *Client) ForgetOffer(ctx context.Context, id string) error {
	return tell(ctx, c, "forget-offer", id)
}

func (c *Client) Bin(ctx context.Context, pc, folder string) ([]node.BinItem, error) {
	return call[[]node.BinItem](ctx, c, "bin", binArgs{PC: pc, Folder: folder})
}

func (c *Client) RestoreBin(ctx context.Context, pc, folder string, ids []string) (*node.Restored, error) {
	return call[*node.Restored](ctx, c, "restore-bin", binArgs{PC: pc, Folder: folder, IDs: ids})
}

func (c *Client) EmptyBin(ctx context.Context, folder string, ids []string) error {
	return tell(ctx, c, "empty-bin", binArgs{Folder: folder, IDs: ids})
}

func (c *Client) ReleaseBrake(ctx context.Context, pc string) error {
	return tell(ctx, c, "release-brake", pc)
}

func (c *Client) RollBack(ctx context.Context, pc string, since time.Time) (*node.Restored, error) {
	return call[*node.Restored](ctx, c, "roll-back", binArgs{PC: pc, Since: since})
}

func (c *Client) SetDrive(ctx context.Context, on bool) (*node.Drive, error) {
	return call[*node.Drive](ctx, c, "set-drive", on)
}

func (c *Client) MakePassword(ctx context.Context, pc, folder string) (*node.Password, error) {
	return call[*node.Password](ctx, c, "make-password", binArgs{PC: pc, Folder: folder})
}

func (c *Client) RevokePassword(ctx context.Context, id string) error {
	return tell(ctx, c, "revoke-password", id)
}
