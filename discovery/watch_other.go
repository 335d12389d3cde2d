//go:build !linux

package discovery

import (
	"context"
	"log/slog"
)

// watch tells when an interface, its carrier or an address may have changed, until ctx ends.
func watch(ctx context.Context, _ *slog.Logger, changed chan<- struct{}) { poll(ctx, changed) }
