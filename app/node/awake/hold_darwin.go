package awake

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
)

// hold runs caffeinate(8), which ends with this process at the latest.
func hold(context.Context) (io.Closer, error) {
	c := exec.Command("/usr/bin/caffeinate", "-i", "-w", strconv.Itoa(os.Getpid())) // #nosec G204 -- nothing from outside
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("run caffeinate: %w", err)
	}
	return caffeine{c}, nil
}

type caffeine struct{ *exec.Cmd }

func (c caffeine) Close() error {
	err := c.Process.Kill()
	_ = c.Wait() // it was killed
	return err
}
