//go:build !linux

package door

import "context"

func doorRole(context.Context, []string) error { return nil }
