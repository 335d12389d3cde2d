package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lanyard/app/node"
)

func (c *command) doctor() *cobra.Command {
	var mend string
	cmd := &cobra.Command{
		Use: "doctor [PC]", Short: "what is wrong with this PC and its network, or between it and another", Args: cobra.MaximumNArgs(1),
		Long: "Find out what is wrong with this PC and its network, or between it and another PC (a name, an ID, HOST or HOST:PORT). Where it\n" +
			"can, it has another PC of the workgroup look from its end. It ends with 1 when something is wrong.",
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if mend != "" {
				if err := s.Mend(ctx, mend); err != nil {
					return err
				}
				return c.done("Done.")
			}
			d, err := s.Diagnose(ctx, strings.Join(args, ""))
			if err != nil {
				return err
			}
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			if err := c.show(d, func(w io.Writer) { showDiagnosis(w, c.Name, d, state) }); err != nil {
				return err
			}
			return wrong(d)
		}),
	}
	cmd.Flags().StringVar(&mend, "mend", "", "do what Lanyard can do itself about a finding: the word that stands with it")
	return cmd
}

// wrong is the error that makes the command fail; nil when nothing is wrong.
func wrong(d *node.Diagnosis) error {
	count := 0
	for _, f := range d.Findings {
		if f.Verdict == node.VerdictBad {
			count++
		}
	}
	switch count {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("one thing is wrong: see above")
	}
	return fmt.Errorf("%d things are wrong: see above, the likeliest cause first", count)
}

// marks stand before the findings, for eyes that see no colours.
var marks = map[node.Verdict]string{node.VerdictBad: "WRONG", node.VerdictUnknown: "?", node.VerdictGood: "ok"}

func showDiagnosis(w io.Writer, program string, d *node.Diagnosis, state *node.State) {
	const indent = "       "
	for _, f := range d.Findings {
		fmt.Fprintf(w, "%-6s %s\n", marks[f.Verdict], plain(f.Text))
		if f.Do != "" {
			fmt.Fprintf(w, "%s%s\n", indent, plain(f.Do))
		}
		if f.Command != "" {
			fmt.Fprintf(w, "%s  %s\n", indent, plain(f.Command))
		}
		if f.Fix != "" {
			fmt.Fprintf(w, "%s  %s doctor --mend %s\n", indent, program, plain(f.Fix))
		}
	}
	if d.Helper != "" {
		fmt.Fprintf(w, "%s looked from the other end.\n", plain(nameOf(state, d.Helper)))
	}
}
