package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lanyard/app/node"
)

func (c *command) status() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "this PC: its name, ID, port and workgroup, and what is wrong now", Args: cobra.NoArgs,
		RunE: c.with(func(ctx context.Context, s node.Service, _ []string) error {
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			return c.show(statusOf(state), func(w io.Writer) {
				me := state.Self
				group := me.Workgroup
				if group == "" {
					group = "none"
				}
				fmt.Fprintf(w, "Name       %s\nID         %s\nWorkgroup  %s\nPort       %d\nAddresses  %s\nVersion    %s\nHome       %s\n",
					plain(me.Name), me.ID, plain(group), me.Port, strings.Join(me.Addresses, " "), me.Version, me.Home)
				for _, b := range state.Brakes {
					fmt.Fprintf(w, "Stopped    %s changed %d files here in a short time: `brake undo` undoes that, `brake release` lets it go on\n",
						plain(nameOf(state, b.PC)), b.Files)
				}
				for _, p := range state.Problems {
					fmt.Fprintf(w, "Note       %s\n", plain(p))
				}
			})
		}),
	}
}

// statusNow is what `status --json` prints.
type statusNow struct {
	node.Self
	Problems []string `json:"problems"` // what is wrong on this PC now, a sentence each
}

func statusOf(s *node.State) statusNow { return statusNow{s.Self, append([]string{}, s.Problems...)} }

func (c *command) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "the version of this program", Args: cobra.NoArgs,
		RunE: c.run(func(context.Context, []string) error {
			return c.show(map[string]string{"version": c.Version}, func(w io.Writer) { fmt.Fprintln(w, c.Name, c.Version) })
		}),
	}
}

func (c *command) peers() *cobra.Command {
	return &cobra.Command{
		Use: "peers", Short: "the other PCs", Args: cobra.NoArgs,
		RunE: c.with(func(ctx context.Context, s node.Service, _ []string) error {
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			return c.show(map[string]any{"peers": state.Peers}, func(w io.Writer) { showPeers(w, state.Peers) })
		}),
	}
}

func showPeers(w io.Writer, peers []node.Peer) {
	if len(peers) == 0 {
		fmt.Fprintln(w, "No other PC in sight. Is Lanyard running there? `connect HOST` reaches one that can't be found by itself.")
		return
	}
	rows := make([][]string, len(peers))
	for i, p := range peers {
		state := "online"
		switch {
		case p.Avoided:
			state = "avoided"
		case p.LastSeen.IsZero():
			state = "not met yet"
		case !p.Online:
			state = "off since " + ago(p.LastSeen)
		}
		member := "member"
		if !p.Member {
			member = "outside"
		}
		rows[i] = []string{p.Name, short(p.ID), state, member, p.Workgroup, strings.Join(p.Addresses, " ")}
	}
	table(w, "NAME ID STATE MEMBER WORKGROUP ADDRESSES", rows)
}

func (c *command) connect() *cobra.Command {
	return &cobra.Command{
		Use: "connect HOST[:PORT]", Short: "reach a PC that can't be found by itself", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			p, err := s.Connect(ctx, args[0])
			if err != nil {
				return err
			}
			return c.show(p, func(w io.Writer) { fmt.Fprintf(w, "Connected to %s (%s).\n", plain(p.Name), short(p.ID)) })
		}),
	}
}

func (c *command) config() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "the settings", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(&cobra.Command{
		Use: "get [KEY]", Short: "show settings", Args: cobra.MaximumNArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			all, err := s.Settings(ctx)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return c.show(map[string]any{"settings": all}, func(w io.Writer) {
					rows := make([][]string, len(all))
					for i, k := range all {
						rows[i] = []string{k.Key, k.Value, k.Help}
					}
					table(w, "KEY VALUE MEANING", rows)
				})
			}
			for _, k := range all {
				if k.Key == args[0] {
					return c.show(k, func(w io.Writer) { fmt.Fprintln(w, plain(k.Value)) })
				}
			}
			return fmt.Errorf("there is no setting %q (`config get` lists them)", args[0])
		}),
	}, &cobra.Command{
		Use: "set KEY VALUE", Short: "change a setting", Args: cobra.ExactArgs(2),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if err := s.SetSetting(ctx, args[0], args[1]); err != nil {
				return err
			}
			if args[1] == "" {
				return c.done("%s is now empty.", args[0])
			}
			return c.done("%s is now %s.", args[0], plain(args[1]))
		}),
	})
	return cmd
}
