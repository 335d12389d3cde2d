package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"lanyard/app/node"
)

func (c *command) installPrinter() *cobra.Command {
	return &cobra.Command{
		Use: "install PC/PRINTER", Short: "give a printer of another PC to all programs of this one", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			pc, printer, err := pcAndPrinter(args[0])
			if err != nil {
				return err
			}
			p, err := s.InstallPrinter(ctx, pc, printer)
			if err != nil {
				return err
			}
			return c.show(p, func(w io.Writer) {
				if p.Local != "" {
					fmt.Fprintf(w, "This PC's programs have it as the printer %s.\n", plain(p.Local))
				} else {
					fmt.Fprintf(w, "This PC runs no print system that Lanyard knows. Programs print on it at this address:\n%s\n", plain(p.LocalURI))
				}
			})
		}),
	}
}

func (c *command) uninstallPrinter() *cobra.Command {
	return &cobra.Command{
		Use: "uninstall PC/PRINTER", Short: "take it from them again, with what still waits for it", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			pc, printer, err := pcAndPrinter(args[0])
			if err != nil {
				return err
			}
			if err := s.UninstallPrinter(ctx, pc, printer); err != nil {
				return err
			}
			return c.done("%s is no longer installed on this PC.", plain(args[0]))
		}),
	}
}
