package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sort"
	"strings"

	"github.com/spf13/cobra"

	"lanyard/app/node"
	"lanyard/app/node/identity"
)

func (c *command) share() *cobra.Command {
	cmd := &cobra.Command{Use: "share", Short: "the folders that this PC shares", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var name string
	var allow []string
	var yes bool
	add := &cobra.Command{
		Use: "add DIR", Short: "share a folder, or change who may do what with it", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			dir, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			f := node.Folder{Name: name, Dir: dir, Allow: map[string]string{}, Confirmed: yes}
			for _, rule := range allow {
				who, access, ok := strings.Cut(rule, "=")
				if !ok {
					return usage{fmt.Errorf("--allow %q: want WHO=none|see|read|add|change", rule)}
				}
				f.Allow[who] = access
			}
			added, err := s.ShareFolder(ctx, f)
			if node.KindOf(err) == node.Unsure && c.asks(plain(err.Error())+".\nShare it all the same?") {
				f.Confirmed = true
				added, err = s.ShareFolder(ctx, f)
			}
			if err != nil {
				return err
			}
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			return c.show(added, func(w io.Writer) {
				fmt.Fprintf(w, "%s is shared as %s: %s.\n", plain(added.Dir), plain(added.Name), rights(state, added.Allow))
			})
		}),
	}
	add.Flags().StringVar(&name, "name", "", "what others see (default: the folder's own name)")
	add.Flags().StringArrayVar(&allow, "allow", nil, "WHO=none|see|read|add|change; WHO is a PC, everyone or guests (default everyone=read; of a folder that is shared already, what it was)")
	add.Flags().BoolVar(&yes, "yes", false, "share it even if hardly anybody means to, such as a home folder")
	cmd.AddCommand(add, &cobra.Command{
		Use: "list", Short: "list them", Args: cobra.NoArgs,
		RunE: c.with(func(ctx context.Context, s node.Service, _ []string) error {
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			return c.show(map[string]any{"shares": state.Folders}, func(w io.Writer) {
				rows := make([][]string, len(state.Folders))
				for i, f := range state.Folders {
					rows[i] = []string{f.Name, f.Dir, rights(state, f.Allow), f.Error}
				}
				table(w, "NAME FOLDER RIGHTS TROUBLE", rows)
			})
		}),
	}, &cobra.Command{
		Use: "remove NAME", Short: "stop sharing one; its files stay", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if err := s.UnshareFolder(ctx, args[0]); err != nil {
				return err
			}
			return c.done("%s is no longer shared.", plain(args[0]))
		}),
	})
	return cmd
}

// rights lists who may do what, PCs by their names.
func rights(state *node.State, allow map[string]string) string {
	var words []string
	for who, access := range allow {
		if identity.ValidID(who) {
			who = nameOf(state, who)
		}
		words = append(words, plain(who)+"="+access)
	}
	sort.Strings(words)
	return strings.Join(words, " ")
}

func (c *command) get() *cobra.Command {
	var all bool
	var m moving
	get := &cobra.Command{
		Use: "get PC:SHARE/PATH... DEST", Short: "fetch files and whole folders", Args: cobra.MinimumNArgs(2),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			dest, err := filepath.Abs(args[len(args)-1])
			if err != nil {
				return err
			}
			var from []node.Location
			for _, a := range args[:len(args)-1] {
				l := location(a)
				if l.Folder == "" {
					return usage{fmt.Errorf("%q: want PC:SHARE/PATH", a)}
				}
				from = append(from, l)
			}
			if ok, err := c.decide(&m, func() (*node.Preview, error) { return s.PreviewGet(ctx, from, dest) }); !ok {
				return err
			}
			t, err := s.Get(ctx, from, dest, m.Moving)
			if err != nil {
				return err
			}
			if m.detach {
				return c.begun(t)
			}
			return c.followGet(ctx, s, t.ID, all)
		}),
	}
	m.flags(get)
	get.Flags().BoolVar(&all, "all", false, "fetch files of a folder, too, that could start by themselves or are hidden")
	return get
}

// followGet follows a transfer and deals with what it holds back.
func (c *command) followGet(ctx context.Context, s node.Service, id string, all bool) error {
	t, err := c.await(ctx, s, id)
	if err != nil || len(t.Held) == 0 {
		return c.report(t, err)
	}
	if !all {
		fmt.Fprintf(c.Err, "%s: held back since they could start by themselves, or hide (--all fetches them):\n", c.Name)
		for _, h := range t.Held {
			fmt.Fprintf(c.Err, "  %s: %s\n", plain(h.Path), plain(h.Why))
		}
		if !c.asks("Fetch them, too?") {
			return c.report(t, nil)
		}
	}
	more, err := s.FetchHeld(ctx, id)
	if err != nil {
		return err
	}
	return c.report(c.await(ctx, s, more.ID))
}

func (c *command) put() *cobra.Command {
	var m moving
	put := &cobra.Command{
		Use: "put FILE... PC:SHARE[/PATH]", Short: "send files and whole folders",
		Long: "Send files and whole folders into a shared folder. PATH is a folder in it, which is made where there is none: what is sent\n" +
			"keeps its own name there. `mv` gives it another one afterwards.",
		Args: cobra.MinimumNArgs(2),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			to := location(args[len(args)-1])
			if to.Folder == "" {
				return usage{fmt.Errorf("%q: want PC:SHARE[/PATH]", args[len(args)-1])}
			}
			files, err := absolute(args[:len(args)-1])
			if err != nil {
				return err
			}
			if ok, err := c.decide(&m, func() (*node.Preview, error) { return s.PreviewPut(ctx, files, to) }); !ok {
				return err
			}
			t, err := s.Put(ctx, files, to, m.Moving)
			if err != nil {
				return err
			}
			if m.detach {
				return c.begun(t)
			}
			return c.follow(ctx, s, t.ID)
		}),
	}
	m.flags(put)
	return put
}

func absolute(files []string) ([]string, error) {
	out := make([]string, len(files))
	for i, f := range files {
		abs, err := filepath.Abs(f)
		if err != nil {
			return nil, err
		}
		out[i] = abs
	}
	return out, nil
}

func (c *command) rm() *cobra.Command {
	return &cobra.Command{
		Use: "rm PC:SHARE/PATH...", Short: "remove files and whole folders on another PC", Args: cobra.MinimumNArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			var at []node.Location
			for _, a := range args {
				at = append(at, location(a))
			}
			if err := s.Remove(ctx, at); err != nil {
				return err
			}
			return c.done("Removed.")
		}),
	}
}

func (c *command) mv() *cobra.Command {
	return &cobra.Command{
		Use: "mv PC:SHARE/PATH PC:SHARE/PATH", Short: "rename or move within a shared folder", Args: cobra.ExactArgs(2),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if err := s.Rename(ctx, location(args[0]), location(args[1])); err != nil {
				return err
			}
			return c.done("Moved.")
		}),
	}
}

func (c *command) mkdir() *cobra.Command {
	return &cobra.Command{
		Use: "mkdir PC:SHARE/PATH", Short: "make a folder on another PC", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if err := s.MakeFolder(ctx, location(args[0])); err != nil {
				return err
			}
			return c.done("Made.")
		}),
	}
}

var errCancelled = errors.New("cancelled")
