package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"lanyard/app/node"
)

func (c *command) drive() *cobra.Command {
	cmd := &cobra.Command{
		Use: "drive [on|off]", Short: "the whole workgroup as one WebDAV address on this PC, for file managers and other programs",
		Args: cobra.MaximumNArgs(1), ValidArgs: []string{"on", "off"},
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if len(args) == 0 {
				state, err := s.Snapshot(ctx)
				if err != nil {
					return err
				}
				return c.showDrive(&state.Drive)
			}
			if args[0] != "on" && args[0] != "off" {
				return usage{fmt.Errorf("%q: want on or off", args[0])}
			}
			d, err := s.SetDrive(ctx, args[0] == "on")
			if err != nil {
				return err
			}
			return c.showDrive(d)
		}),
	}
	var folder string
	password := &cobra.Command{
		Use: "password PC", Short: "make a password with which programs of a member's PC may use the folders here by WebDAV", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			p, err := s.MakePassword(ctx, args[0], folder)
			if err != nil {
				return err
			}
			return c.show(p, func(w io.Writer) {
				address := p.URL
				if p.Folder == "" {
					address += "FOLDER (the name of a shared folder)"
				}
				fmt.Fprintf(w, "Address   %s\nUser      %s\nPassword  %s\nIt is shown only now. `drive revoke %s` ends it.\n", address, plain(args[0]), p.Password, p.ID)
			})
		}),
	}
	password.Flags().StringVar(&folder, "folder", "", "for one shared folder only")
	cmd.AddCommand(password, &cobra.Command{
		Use: "passwords", Short: "list the passwords", Args: cobra.NoArgs,
		RunE: c.with(func(ctx context.Context, s node.Service, _ []string) error {
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			return c.show(map[string]any{"passwords": state.Passwords}, func(w io.Writer) {
				rows := make([][]string, len(state.Passwords))
				for i, p := range state.Passwords {
					rows[i] = []string{p.ID, nameOf(state, p.PC), p.Folder, ago(p.Created)}
				}
				table(w, "ID PC FOLDER MADE", rows)
			})
		}),
	}, c.onTransfer("revoke ID", "end a password, and what runs on it", node.Service.RevokePassword, "The password has ended."))
	return cmd
}

func (c *command) showDrive(d *node.Drive) error {
	return c.show(d, func(w io.Writer) {
		switch {
		case d.Error != "":
			fmt.Fprintf(w, "The drive can't be on: %s.\n", plain(d.Error))
		case d.On:
			fmt.Fprintf(w, "The drive is on. Its address, for programs of this user alone:\n%s\n", d.URL)
		default:
			fmt.Fprintln(w, "The drive is off. `drive on` switches it on.")
		}
	})
}
