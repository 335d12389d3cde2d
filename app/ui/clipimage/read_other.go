//go:build !linux

package clipimage

import "context"

// Possible tells whether pictures can be read here.
const Possible = false

// Read returns no picture.
func Read(context.Context) ([]byte, error) { return nil, ErrNone }
