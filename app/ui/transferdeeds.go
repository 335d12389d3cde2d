package ui

import (
	"context"

	"lanyard/app/node"
)

// What the page of transfers asks for and needs no dialog. "" is all transfers.

func (u *UI) pauseTransfer(id string) {
	u.call(func(ctx context.Context) error { return u.svc.PauseTransfer(ctx, id) }, nil)
}

func (u *UI) resumeTransfer(id string) {
	u.call(func(ctx context.Context) error { return u.svc.ResumeTransfer(ctx, id) }, nil)
}

func (u *UI) retryTransfer(id string) {
	u.call(func(ctx context.Context) error { return u.svc.RetryTransfer(ctx, id) }, nil)
}

func (u *UI) cancelTransfer(id string) {
	u.call(func(ctx context.Context) error { return u.svc.CancelTransfer(ctx, id) }, nil)
}

func (u *UI) orderTransfer(id, before string) {
	u.call(func(ctx context.Context) error { return u.svc.OrderTransfer(ctx, id, before) }, nil)
}

func (u *UI) prioritizeTransfer(id, priority string) {
	u.call(func(ctx context.Context) error { return u.svc.PrioritizeTransfer(ctx, id, priority) }, nil)
}

func (u *UI) speedsOf(id string) []float64 { return u.speeds.of(id) }

func (u *UI) forgetTransfers() { u.call(u.svc.ForgetTransfers, nil) }

func (u *UI) endedText(t node.Transfer) string { return formatWhen(t.Ended, u.opt.Now()) }

// showTransfer shows what became of the files of a transfer; checkTransfer reads them again, too.
func (u *UI) showTransfer(id string) { u.openTransfer(id) }

func (u *UI) checkTransfer(id string) {
	if v := u.openTransfer(id); v != nil && v.sheet.main != nil {
		v.check()
	}
}
