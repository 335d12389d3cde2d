package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"lanyard/app/node"
)

// resultsPage is how many results of a transfer are asked for at once.
const resultsPage = 10_000

func (c *command) transfers() *cobra.Command {
	cmd := &cobra.Command{
		Use: "transfers", Short: "files on their way: list, pause, resume, cancel, retry, verify", Args: cobra.NoArgs,
		RunE: c.with(func(ctx context.Context, s node.Service, _ []string) error {
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			return c.show(map[string]any{"transfers": state.Transfers}, func(w io.Writer) { listTransfers(w, state) })
		}),
	}
	cmd.AddCommand(
		c.onTransfers("pause", "hold transfers where they are", node.Service.PauseTransfer, "Paused."),
		c.onTransfers("resume", "let them go on", node.Service.ResumeTransfer, "Resumed."),
		c.onTransfer("cancel ID", "end one; nothing half-written stays", node.Service.CancelTransfer, "Cancelled."),
		c.onTransfer("retry ID", "do again what failed", node.Service.RetryTransfer, "It is in the queue again."),
		c.transferOrder(), c.transferPriority(), c.transferResults(), c.transferVerify(),
		&cobra.Command{
			Use: "clear", Short: "drop those that have ended from the list", Args: cobra.NoArgs,
			RunE: c.with(func(ctx context.Context, s node.Service, _ []string) error {
				if err := s.ForgetTransfers(ctx); err != nil {
					return err
				}
				return c.done("Cleared.")
			}),
		})
	return cmd
}

func listTransfers(w io.Writer, state *node.State) {
	rows := make([][]string, len(state.Transfers))
	for i, t := range state.Transfers {
		trouble, speed := t.Error, ""
		if t.State == node.TransferBlocked {
			trouble = "waits: " + t.Waits
		}
		if t.Speed > 0 {
			speed = bytes(int64(t.Speed)) + "/s"
		}
		if speed != "" && t.Limit != "" {
			speed += " (" + t.Limit + ")"
		}
		moved := bytes(t.Bytes)
		if t.Total > 0 && !t.State.Ended() {
			moved += " of " + bytes(t.Total)
		}
		rows[i] = []string{t.ID, string(t.State), t.Direction, nameOf(state, t.PC), t.Label, moved, speed, trouble}
	}
	table(w, "ID STATE KIND PC WHAT MOVED SPEED TROUBLE", rows)
}

// onTransfer is a command that does something with one transfer.
func (c *command) onTransfer(use, short string, do func(node.Service, context.Context, string) error, done string) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if err := do(s, ctx, args[0]); err != nil {
				return err
			}
			return c.done("%s", done)
		}),
	}
}

// onTransfers is one that does it with some or all.
func (c *command) onTransfers(use, short string, do func(node.Service, context.Context, string) error, done string) *cobra.Command {
	return &cobra.Command{
		Use: use + " [ID...]", Short: short + " (no ID: all)",
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if len(args) == 0 {
				args = []string{""}
			}
			for _, id := range args {
				if err := do(s, ctx, id); err != nil {
					return err
				}
			}
			return c.done("%s", done)
		}),
	}
}

func (c *command) transferOrder() *cobra.Command {
	return &cobra.Command{
		Use: "order ID [BEFORE]", Short: "put one before another in the queue (alone: at its end)", Args: cobra.RangeArgs(1, 2),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if err := s.OrderTransfer(ctx, args[0], append(args, "")[1]); err != nil {
				return err
			}
			return c.done("Moved.")
		}),
	}
}

func (c *command) transferPriority() *cobra.Command {
	return &cobra.Command{
		Use: "priority ID low|normal|high", Short: "have one go before or after the others", Args: cobra.ExactArgs(2),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if err := s.PrioritizeTransfer(ctx, args[0], args[1]); err != nil {
				return err
			}
			return c.done("Its priority is %s.", plain(args[1]))
		}),
	}
}

func (c *command) transferResults() *cobra.Command {
	return &cobra.Command{
		Use: "results ID", Short: "what became of each file, those that failed first", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			all := &node.Results{Files: []node.Result{}}
			for {
				page, err := s.TransferResults(ctx, args[0], len(all.Files), resultsPage)
				if err != nil {
					return err
				}
				all.Count = page.Count
				all.Files = append(all.Files, page.Files...)
				if len(page.Files) == 0 || len(all.Files) >= page.Count {
					break
				}
			}
			return c.show(all, func(w io.Writer) { listResults(w, all.Files) })
		}),
	}
}

func listResults(w io.Writer, files []node.Result) {
	rows := make([][]string, len(files))
	for i, r := range files {
		at := r.At
		if at == r.Path {
			at = ""
		}
		rows[i] = []string{r.How, bytes(r.Size), r.Path, at, r.Error}
	}
	table(w, "RESULT SIZE FILE AS TROUBLE", rows)
}

func (c *command) transferVerify() *cobra.Command {
	return &cobra.Command{
		Use: "verify ID", Short: "read the files where they are now, and compare them with what was sent", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			v, err := s.VerifyTransfer(ctx, args[0])
			if err != nil {
				return err
			}
			err = c.show(v, func(w io.Writer) {
				fmt.Fprintf(w, "%s as sent.\n", filesAre(v.Checked))
				if v.Unknown > 0 {
					fmt.Fprintf(w, "%s not known to this transfer by content, as it found them there already.\n", filesAre(v.Unknown))
				}
				if len(v.Bad) > 0 {
					listResults(w, v.Bad)
				}
			})
			if err == nil && len(v.Bad) > 0 {
				return fmt.Errorf("%s no longer as sent; `transfers retry %s` sends what is missing or differs", filesAre(len(v.Bad)), args[0])
			}
			return err
		}),
	}
}

// filesAre counts files with the verb that goes with them.
func filesAre(n int) string {
	if n == 1 {
		return "1 file is"
	}
	return strconv.Itoa(n) + " files are"
}

// moving are the flags that say how files are to be moved.
type moving struct {
	node.Moving
	detach, preview bool
}

func (m *moving) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&m.Existing, "existing", "", "what to do with files that are there already and differ: replace, both (the new one is numbered) or skip; asked on a terminal, else replace")
	f.StringVar(&m.Priority, "priority", "", "low, normal or high")
	f.BoolVar(&m.preview, "preview", false, "only tell what would happen")
	f.BoolVar(&m.detach, "detach", false, "don't wait for the end: print the transfer's ID")
}

// decide shows what would happen, or asks about files that are there already. go on is false when there is nothing more to do.
func (c *command) decide(m *moving, preview func() (*node.Preview, error)) (goOn bool, err error) {
	if !m.preview && (m.Existing != "" || c.json || !c.terminal()) {
		return true, nil
	}
	p, err := preview()
	if err != nil {
		return false, err
	}
	if m.preview {
		return false, c.show(p, func(w io.Writer) { showPreview(w, p) })
	}
	if p.Differ.Files == 0 {
		return true, nil
	}
	showPreview(c.Err, p)
	fmt.Fprint(c.Err, "Replace them, keep both, skip them or cancel? [r/b/s/C] ")
	answer, _ := readLine(c.In)
	m.Existing = map[string]string{"r": node.ExistingReplace, "b": node.ExistingBoth, "s": node.ExistingSkip}[answer]
	if m.Existing == "" {
		return false, errCancelled
	}
	return true, nil
}

func showPreview(w io.Writer, p *node.Preview) {
	fmt.Fprintf(w, "New:     %d files, %s\nSame:    %d files, %s (not sent again)\nDiffer:  %d files, %s\n",
		p.New.Files, bytes(p.New.Bytes), p.Same.Files, bytes(p.Same.Bytes), p.Differ.Files, bytes(p.Differ.Bytes))
	for _, d := range p.Conflicts {
		fmt.Fprintf(w, "  %s: %s of %s comes, %s of %s is there\n", plain(d.Path), bytes(d.Size), ago(d.Time), bytes(d.Size2), ago(d.Time2))
	}
	if more := p.Differ.Files - len(p.Conflicts); more > 0 {
		fmt.Fprintf(w, "  and %d more\n", more)
	}
	for _, r := range p.Renamed {
		fmt.Fprintf(w, "  %s becomes %s there\n", plain(r.Path), plain(r.As))
	}
}

// begun tells of a transfer that nobody waits for.
func (c *command) begun(t *node.Transfer) error {
	return c.show(t, func(w io.Writer) { fmt.Fprintln(w, t.ID) })
}

// patience is how long a command with no terminal waits for what a transfer waits for: a script should not hang.
const patience = 30 * time.Second
