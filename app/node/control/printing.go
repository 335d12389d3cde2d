package control

import (
	"context"
	"maps"

	"lanyard/app/node"
)

// The arguments of the calls of this file that take more than one.
type (
	printerArgs struct {
		PC, Printer string
		Guests      bool
		Rule        node.PrinterRule
	}
	jobArgs struct {
		node.JobRef
		PIN             string
		ToPC, ToPrinter string
		Before          int
	}
)

func init() {
	maps.Copy(methods, map[string]method{
		"share-printer": with(func(c context.Context, s node.Service, a printerArgs) (any, error) {
			return nil, s.SharePrinter(c, a.Printer, a.Guests)
		}),
		"unshare-printer": with(func(c context.Context, s node.Service, name string) (any, error) {
			return nil, s.UnsharePrinter(c, name)
		}),
		"printer-options": with(func(c context.Context, s node.Service, a printerArgs) (any, error) {
			return s.PrinterOptions(c, a.PC, a.Printer)
		}),
		"printer-rule": with(func(c context.Context, s node.Service, a printerArgs) (any, error) {
			return nil, s.SetPrinterRule(c, a.Printer, a.Rule)
		}),
		"install-printer": with(func(c context.Context, s node.Service, a printerArgs) (any, error) {
			return s.InstallPrinter(c, a.PC, a.Printer)
		}),
		"uninstall-printer": with(func(c context.Context, s node.Service, a printerArgs) (any, error) {
			return nil, s.UninstallPrinter(c, a.PC, a.Printer)
		}),
		"print-counts": with(func(c context.Context, s node.Service, month string) (any, error) { return s.PrintCounts(c, month) }),
		"print":        with(func(c context.Context, s node.Service, r node.PrintRequest) (any, error) { return s.Print(c, r) }),
		"cancel-job":   with(func(c context.Context, s node.Service, j node.JobRef) (any, error) { return nil, s.CancelJob(c, j) }),
		"hold-job":     with(func(c context.Context, s node.Service, j node.JobRef) (any, error) { return nil, s.HoldJob(c, j) }),
		"release-job": with(func(c context.Context, s node.Service, a jobArgs) (any, error) {
			return nil, s.ReleaseJob(c, a.JobRef, a.PIN)
		}),
		"restart-job": with(func(c context.Context, s node.Service, j node.JobRef) (any, error) { return s.RestartJob(c, j) }),
		"move-job": with(func(c context.Context, s node.Service, a jobArgs) (any, error) {
			return s.MoveJob(c, a.JobRef, a.ToPC, a.ToPrinter)
		}),
		"order-job": with(func(c context.Context, s node.Service, a jobArgs) (any, error) {
			return nil, s.OrderJob(c, a.Printer, a.ID, a.Before)
		}),
	})
}

// SharePrinter implements node.Service, as do all below.
func (c *Client) SharePrinter(ctx context.Context, name string, guests bool) error {
	return tell(ctx, c, "share-printer", printerArgs{Printer: name, Guests: guests})
}

func (c *Client) UnsharePrinter(ctx context.Context, name string) error {
	return tell(ctx, c, "unshare-printer", name)
}

func (c *Client) PrinterOptions(ctx context.Context, pc, printer string) (*node.PrinterOptions, error) {
	return call[*node.PrinterOptions](ctx, c, "printer-options", printerArgs{PC: pc, Printer: printer})
}

func (c *Client) SetPrinterRule(ctx context.Context, name string, rule node.PrinterRule) error {
	return tell(ctx, c, "printer-rule", printerArgs{Printer: name, Rule: rule})
}

func (c *Client) InstallPrinter(ctx context.Context, pc, printer string) (*node.Printer, error) {
	return call[*node.Printer](ctx, c, "install-printer", printerArgs{PC: pc, Printer: printer})
}

func (c *Client) UninstallPrinter(ctx context.Context, pc, printer string) error {
	return tell(ctx, c, "uninstall-printer", printerArgs{PC: pc, Printer: printer})
}

func (c *Client) PrintCounts(ctx context.Context, month string) ([]node.PrintCount, error) {
	return call[[]node.PrintCount](ctx, c, "print-counts", month)
}

func (c *Client) Print(ctx context.Context, r node.PrintRequest) ([]node.Job, error) {
	return call[[]node.Job](ctx, c, "print", r)
}

func (c *Client) CancelJob(ctx context.Context, job node.JobRef) error {
	return tell(ctx, c, "cancel-job", job)
}

func (c *Client) HoldJob(ctx context.Context, job node.JobRef) error {
	return tell(ctx, c, "hold-job", job)
}

func (c *Client) ReleaseJob(ctx context.Context, job node.JobRef, pin string) error {
	return tell(ctx, c, "release-job", jobArgs{JobRef: job, PIN: pin})
}

func (c *Client) RestartJob(ctx context.Context, job node.JobRef) (*node.Job, error) {
	return call[*node.Job](ctx, c, "restart-job", job)
}

func (c *Client) MoveJob(ctx context.Context, job node.JobRef, pc, printer string) (*node.Job, error) {
	return call[*node.Job](ctx, c, "move-job", jobArgs{JobRef: job, ToPC: pc, ToPrinter: printer})
}

func (c *Client) OrderJob(ctx context.Context, printer string, id, before int) error {
	return tell(ctx, c, "order-job", jobArgs{JobRef: node.JobRef{Printer: printer, ID: id}, Before: before})
}
