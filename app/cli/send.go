package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"lanyard/app/node"
)

// maxTypedText is the most of a text that is read to be sent, in bytes; the node says what is too much.
const maxTypedText = 1 << 20

func (c *command) send() *cobra.Command {
	var to []string
	var text string
	var detach bool
	var cmd *cobra.Command
	cmd = &cobra.Command{
		Use: "send FILE... PC...", Short: "send files, or a text, to the people at other PCs",
		Long: "The person there accepts or declines. What names no file here is a PC; --to names PCs that have a file's name.\n" +
			"A text goes with --text, which reads it from the input when it is \"-\": send --text \"Lunch at 12?\" workshop",
		Args: cobra.MinimumNArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			w, err := c.sending(args, to, text, cmd.Flags().Changed("text"))
			if err != nil {
				return err
			}
			list, err := s.Send(ctx, w)
			if err != nil {
				return err
			}
			if detach {
				return c.show(map[string]any{"transfers": list}, func(w io.Writer) {
					for _, t := range list {
						fmt.Fprintln(w, t.ID)
					}
				})
			}
			return c.followAll(ctx, s, list)
		}),
	}
	cmd.Flags().StringArrayVar(&to, "to", nil, "a PC to send to, also one whose name is that of a file here")
	cmd.Flags().StringVar(&text, "text", "", "a text or a link to send instead of files; - reads it from the input")
	cmd.Flags().BoolVar(&detach, "detach", false, "don't wait for the answer: print the IDs of the transfers")
	return cmd
}

// sending tells files and PCs apart; beside a text all names are those of PCs.
func (c *command) sending(args, to []string, text string, typed bool) (w node.Sending, err error) {
	w.PCs = to
	var names []string
	for _, a := range args {
		if _, err := os.Lstat(a); err == nil && !typed {
			names = append(names, a)
		} else {
			w.PCs = append(w.PCs, a)
		}
	}
	if w.Text = text; text == "-" {
		b, err := io.ReadAll(io.LimitReader(c.In, maxTypedText))
		if err != nil {
			return w, fmt.Errorf("read the text: %w", err)
		}
		w.Text = strings.TrimSpace(string(b))
	}
	switch {
	case typed && w.Text == "":
		return w, usage{errors.New("there is no text to send")}
	case len(w.PCs) == 0:
		return w, usage{errors.New("name a PC to send to, after the files")}
	case len(names) == 0 && !typed:
		return w, usage{fmt.Errorf("there is no file %q here", args[0])}
	}
	w.Files, err = absolute(names)
	return w, err
}

// followAll waits for several transfers, one after the other: they run beside each other all the same. Ctrl+C cancels
// those that have not ended.
func (c *command) followAll(ctx context.Context, s node.Service, list []node.Transfer) error {
	var failed []error
	for i := range list {
		t, err := c.await(ctx, s, list[i].ID)
		if ctx.Err() != nil {
			for _, other := range list[i+1:] {
				withdraw(ctx, s, other.ID)
			}
			return errors.Join(append(failed, err)...)
		}
		if err != nil {
			state, serr := s.Snapshot(ctx)
			if serr != nil {
				return errors.Join(append(failed, err)...)
			}
			failed = append(failed, fmt.Errorf("%s: %w", nameOf(state, list[i].PC), err))
			continue
		}
		list[i] = *t
		if !c.json {
			failed = append(failed, c.report(t, nil))
		}
	}
	if c.json {
		failed = append(failed, c.show(map[string]any{"transfers": list}, nil))
	}
	return errors.Join(failed...)
}

func (c *command) inbox() *cobra.Command {
	cmd := &cobra.Command{
		Use: "inbox", Short: "what people at other PCs have sent here", Args: cobra.NoArgs,
		RunE: c.with(func(ctx context.Context, s node.Service, _ []string) error {
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			return c.show(map[string]any{"inbox": state.Inbox}, func(w io.Writer) { listInbox(w, state) })
		}),
	}
	text := &cobra.Command{
		Use: "show ID", Short: "print a text that was sent", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(state.Inbox, func(o node.Offered) bool { return o.ID == args[0] && o.Text != "" })
			if i < 0 {
				return fmt.Errorf("there is no text %q in the inbox (`inbox` lists what is there)", args[0])
			}
			return c.show(state.Inbox[i], func(w io.Writer) {
				for line := range strings.Lines(state.Inbox[i].Text) {
					fmt.Fprintln(w, plain(strings.TrimRight(line, "\r\n")))
				}
			})
		}),
	}
	var always bool
	accept := &cobra.Command{
		Use: "accept ID", Short: "take what was sent", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if err := s.AnswerOffer(ctx, args[0], true, always); err != nil {
				return err
			}
			return c.done("Accepted. `inbox` tells when it is there, and where.")
		}),
	}
	accept.Flags().BoolVar(&always, "always", false, "and all that this PC will send from now on")
	cmd.AddCommand(text, accept,
		c.onTransfer("decline ID", "don't take it", func(s node.Service, ctx context.Context, id string) error {
			return s.AnswerOffer(ctx, id, false, false)
		}, "Declined."),
		c.onTransfer("forget ID", "drop it from the list; files that came stay", node.Service.ForgetOffer, "Dropped."))
	return cmd
}

func listInbox(w io.Writer, state *node.State) {
	rows := make([][]string, len(state.Inbox))
	for i, o := range state.Inbox {
		what, where := o.Label, o.Dest
		if o.Error != "" {
			where = o.Error
		}
		size := ""
		if o.Bytes >= 0 && o.Text == "" {
			size = bytes(o.Bytes)
		}
		rows[i] = []string{o.ID, o.State, nameOf(state, o.PC), ago(o.Created), size, what, where}
	}
	table(w, "ID STATE FROM WHEN SIZE WHAT WHERE", rows)
}
