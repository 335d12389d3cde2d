package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lanyard/app/node"
)

func (c *command) workgroup() *cobra.Command {
	cmd := &cobra.Command{Use: "workgroup", Short: "the PCs that trust each other", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var at string
	join := &cobra.Command{
		Use: "join [CODE]", Short: "enter the workgroup of the PC that shows the code; without CODE it is read from the input",
		Args: cobra.RangeArgs(0, 2),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) (err error) {
			code := strings.Join(args, "") // 123 456 without quotes is two
			if len(args) == 0 {
				if c.terminal() {
					fmt.Fprint(c.Err, "Code on the other PC: ")
				}
				if code, err = readLine(c.In); err != nil {
					return err
				}
			}
			if err := s.Join(ctx, code, at); err != nil {
				return err
			}
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			return c.show(map[string]string{"workgroup": state.Self.Workgroup}, func(w io.Writer) {
				fmt.Fprintf(w, "This PC is now in the workgroup %s.\n", plain(state.Self.Workgroup))
			})
		}),
	}
	join.Flags().StringVar(&at, "at", "", "the PC that shows the code: its name, HOST or HOST:PORT")
	cmd.AddCommand(join, &cobra.Command{
		Use: "create NAME", Short: "start a workgroup with this PC in it", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if err := s.CreateWorkgroup(ctx, args[0]); err != nil {
				return err
			}
			return c.done("The workgroup %s has begun. `workgroup invite` lets the next PC in.", plain(args[0]))
		}),
	}, &cobra.Command{
		Use: "invite", Short: "show a code that lets one PC in", Args: cobra.NoArgs,
		RunE: c.with(func(ctx context.Context, s node.Service, _ []string) error { return c.invite(ctx, s) }),
	}, &cobra.Command{
		Use: "members", Short: "the PCs of the workgroup", Args: cobra.NoArgs,
		RunE: c.with(func(ctx context.Context, s node.Service, _ []string) error {
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			return c.members(state)
		}),
	}, &cobra.Command{
		Use: "remove PC", Short: "remove a PC for good; `this` leaves", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if err := s.RemoveMember(ctx, args[0]); err != nil {
				return err
			}
			if strings.EqualFold(args[0], "this") {
				return c.done("This PC is no longer in the workgroup.")
			}
			return c.done("%s is no longer in the workgroup.", plain(args[0]))
		}),
	})
	return cmd
}

// invite shows the code and waits until it is used, used up or over.
func (c *command) invite(ctx context.Context, s node.Service) error {
	inv, err := s.Invite(ctx)
	if err != nil {
		return err
	}
	err = c.show(inv, func(w io.Writer) {
		fmt.Fprintf(w, "Type this code on the other PC, under Join or with `workgroup join`:\n%s\n", inv.Code)
		if !inv.Opens.IsZero() {
			fmt.Fprintf(w, "After too many wrong codes it works only from %s on.\n", inv.Opens.Local().Format(time.TimeOnly))
		}
	})
	if err != nil {
		return err
	}
	watch, stop := context.WithDeadline(ctx, inv.Expires.Add(time.Second))
	defer stop()
	var last *node.State
	err = s.Watch(watch, func(state *node.State) {
		last = state
		if i := state.Invitation; i == nil || i.Used != "" || i.Tries == 0 {
			stop()
		}
	})
	if ctx.Err() != nil { // Ctrl+C: nobody may come in any more
		late, done := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer done()
		return errors.Join(errors.New("the invitation is withdrawn"), s.EndInvitation(late))
	}
	if err != nil {
		return err
	}
	switch i := last.Invitation; {
	case i == nil:
		return errors.New("the invitation was withdrawn")
	case i.Code != inv.Code:
		return errors.New("another invitation has taken its place")
	case i.Used != "":
		if !c.json {
			fmt.Fprintf(c.Out, "%s has joined.\n", plain(nameOf(last, i.Used)))
		}
		return nil
	case i.Tries == 0:
		return errors.New("the code was guessed wrong three times and is void (somebody mistyped it, or tried to get in)")
	}
	return errors.New("the code has expired unused")
}

func nameOf(state *node.State, id string) string {
	for _, p := range state.Peers {
		if p.ID == id {
			return p.Name
		}
	}
	if id == state.Self.ID {
		return state.Self.Name
	}
	return short(id)
}

func (c *command) members(state *node.State) error {
	type member struct {
		ID       string    `json:"id"`
		Name     string    `json:"name"`
		Online   bool      `json:"online"`
		This     bool      `json:"this"`
		LastSeen time.Time `json:"lastSeen"`
	}
	list := []member{}
	if state.Self.Workgroup != "" {
		list = append(list, member{state.Self.ID, state.Self.Name, true, true, time.Now().UTC()})
	}
	for _, p := range state.Peers {
		if p.Member {
			list = append(list, member{p.ID, p.Name, p.Online, false, p.LastSeen})
		}
	}
	return c.show(map[string]any{"workgroup": state.Self.Workgroup, "members": list}, func(w io.Writer) {
		if len(list) == 0 {
			fmt.Fprintln(w, "This PC is in no workgroup. `workgroup create NAME` starts one, `workgroup join CODE` enters one.")
			return
		}
		rows := make([][]string, len(list))
		for i, m := range list {
			seen := "online"
			if !m.Online {
				seen = "off since " + ago(m.LastSeen)
			}
			if m.This {
				seen = "this PC"
			}
			rows[i] = []string{m.Name, short(m.ID), seen}
		}
		table(w, "NAME ID STATE", rows)
	})
}
