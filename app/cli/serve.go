package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/spf13/cobra"

	"lanyard/app/node"
	"lanyard/app/node/control"
)

// Serve runs a node with its control socket until ctx ends or it is stopped. started is called once both are there.
func Serve(ctx context.Context, o node.Options, started func(node.Service)) error {
	n, err := node.New(o)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	socket, err := control.Listen(o.Home, n, n.Allows, o.Logger)
	if err != nil {
		cancel() // Run then only ends what New began
		return errors.Join(err, n.Run(ctx))
	}
	var wg sync.WaitGroup
	var socketErr error
	wg.Go(func() { socketErr = socket.Run(ctx) })
	started(n)
	err = n.Run(ctx)
	cancel()
	wg.Wait()
	return errors.Join(err, socketErr)
}

func (c *command) serve() *cobra.Command {
	var port int
	cmd := &cobra.Command{
		Use: "serve", Short: "run without a window, until stopped", Args: cobra.NoArgs,
		RunE: c.run(func(ctx context.Context, _ []string) error {
			if port < 0 || port > 65535 {
				return usage{fmt.Errorf("port %d is out of range", port)}
			}
			o := node.Options{Home: c.home, Port: port, Version: c.Version, Logger: c.logger()}
			return Serve(ctx, o, func(s node.Service) {
				if state, err := s.Snapshot(ctx); err == nil {
					_ = c.show(state.Self, func(w io.Writer) {
						fmt.Fprintf(w, "Lanyard runs as %s (%s) on port %d. Ctrl+C stops it.\n", plain(state.Self.Name), short(state.Self.ID), state.Self.Port)
						for _, p := range state.Problems {
							fmt.Fprintf(w, "Note: %s.\n", plain(p))
						}
					})
				}
			})
		}),
	}
	cmd.Flags().IntVar(&port, "port", 0, "TCP port (default 4720, or any free one)")
	return cmd
}
