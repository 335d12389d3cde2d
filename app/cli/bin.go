package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lanyard/app/node"
)

func (c *command) bin() *cobra.Command {
	return &cobra.Command{
		Use: "bin PC:SHARE [restore|empty [ITEM...]]", Args: cobra.MinimumNArgs(1),
		Short: "what was replaced and removed in a shared folder: list it, put it back, remove it for good",
		Long: "Without more it lists the bin of a shared folder: all of it at this PC (name it \"this\"), what this PC did at another.\n" +
			"restore puts items back, by the IDs of items or of whole actions; none is all. empty removes items of this PC's own folders for good.",
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			at := location(args[0])
			if at.Folder == "" || at.Path != "" {
				return usage{fmt.Errorf("%q: want PC:SHARE", args[0])}
			}
			if len(args) == 1 {
				return c.listBin(ctx, s, at)
			}
			switch args[1] {
			case "restore":
				r, err := s.RestoreBin(ctx, at.PC, at.Folder, args[2:])
				return c.restored(r, err)
			case "empty":
				if at.PC != "" && at.PC != "this" {
					return usage{fmt.Errorf("the bin of a folder is emptied at its own PC: bin this:%s empty", at.Folder)}
				}
				if err := s.EmptyBin(ctx, at.Folder, args[2:]); err != nil {
					return err
				}
				return c.done("Removed for good.")
			}
			return usage{fmt.Errorf("%q: want restore or empty", args[1])}
		}),
	}
}

func (c *command) listBin(ctx context.Context, s node.Service, at node.Location) error {
	items, err := s.Bin(ctx, at.PC, at.Folder)
	if err != nil {
		return err
	}
	state, err := s.Snapshot(ctx)
	if err != nil {
		return err
	}
	return c.show(map[string]any{"items": items}, func(w io.Writer) {
		if len(items) == 0 {
			fmt.Fprintln(w, "Nothing is in the bin that this PC may bring back.")
			return
		}
		rows := make([][]string, len(items))
		for i, b := range items {
			size := ""
			if b.Size >= 0 {
				size = bytes(b.Size)
			}
			name := b.Path
			if b.Folder {
				name += "/"
			}
			rows[i] = []string{b.ID, b.Action, b.How, ago(b.Time), nameOf(state, b.PC), size, name}
		}
		table(w, "ITEM ACTION HOW WHEN BY SIZE WHAT", rows)
	})
}

// restored says what a restore has done.
func (c *command) restored(r *node.Restored, err error) error {
	if err != nil {
		return err
	}
	err = c.show(r, func(w io.Writer) {
		fmt.Fprintf(w, "%d put back.\n", r.Items)
		for _, n := range r.Renamed {
			fmt.Fprintf(w, "  %s is now %s, as its name was taken\n", plain(n.Path), plain(n.As))
		}
	})
	if err == nil && r.Failed > 0 {
		return fmt.Errorf("%d could not be put back, the first: %s", r.Failed, r.Error)
	}
	return err
}

// stillStopped says that what was undone has released nobody.
func (c *command) stillStopped(ctx context.Context, s node.Service, pc string) error {
	state, err := s.Snapshot(ctx)
	if err != nil {
		return err
	}
	for _, b := range state.Brakes {
		if nameOf(state, b.PC) == pc || strings.HasPrefix(b.PC, pc) {
			return c.done("It stays stopped until `brake release %s`.", plain(pc))
		}
	}
	return nil
}

func (c *command) brake() *cobra.Command {
	cmd := &cobra.Command{
		Use: "brake", Short: "PCs that changed too much here at once, and were stopped", Args: cobra.NoArgs,
		RunE: c.with(func(ctx context.Context, s node.Service, _ []string) error {
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			return c.show(map[string]any{"brakes": state.Brakes}, func(w io.Writer) {
				if len(state.Brakes) == 0 {
					fmt.Fprintln(w, "No PC was stopped.")
					return
				}
				rows := make([][]string, len(state.Brakes))
				for i, b := range state.Brakes {
					rows[i] = []string{nameOf(state, b.PC), fmt.Sprint(b.Files), ago(b.Since)}
				}
				table(w, "PC FILES SINCE", rows)
			})
		}),
	}
	cmd.AddCommand(&cobra.Command{
		Use: "release PC", Short: "let one change files here again", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if err := s.ReleaseBrake(ctx, args[0]); err != nil {
				return err
			}
			return c.done("%s may change files here again.", plain(args[0]))
		}),
	})
	var since string
	undo := &cobra.Command{
		Use: "undo PC", Short: "undo what one changed here", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			var from time.Time
			if since != "" {
				span, err := time.ParseDuration(since)
				if err != nil || span <= 0 {
					return usage{fmt.Errorf("--since %q: want a span such as 10m or 2h", since)}
				}
				from = time.Now().Add(-span)
			}
			r, err := s.RollBack(ctx, args[0], from)
			if err := c.restored(r, err); err != nil || c.json {
				return err
			}
			return c.stillStopped(ctx, s, args[0])
		}),
	}
	undo.Flags().StringVar(&since, "since", "", "how far back, such as 10m or 2h (default: what made the brake stop it)")
	cmd.AddCommand(undo)
	return cmd
}
