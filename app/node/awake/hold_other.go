//go:build !linux && !windows && !darwin

package awake

import (
	"context"
	"errors"
	"io"
)

func hold(context.Context) (io.Closer, error) {
	return nil, errors.New("it is not known how to keep this system awake")
}
