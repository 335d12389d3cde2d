// Command lanyardd is Lanyard without a window, for a box with no screen. It draws nothing: `lanyardd serve` runs the
// node, and every other command is the same as of the window program.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"lanyard/app/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, cli.Program{Name: "lanyardd", Version: cli.Version, In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}
