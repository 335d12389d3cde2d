package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lanyard/app/node"
)

// printerRule shows what the owner of a printer of this PC has decided about it, and changes it.
func (c *command) printerRule() *cobra.Command {
	var release bool
	var pages int
	cmd := &cobra.Command{
		Use: "rule NAME [--release[=false]] [--pages N]", Short: "decide how others may print on it; alone: show it", Args: cobra.ExactArgs(1),
		Long: "Decide how others may print on a printer of this PC, or show what is decided. With --release each job waits until its sender lets it\n" +
			"go, so that no paper lies around: with `jobs release` on the PC that sent it, or by typing the PIN that the job was given at this\n" +
			"PC. Guests can't print there without a PIN. With --pages one PC, or all guests together, may print that many pages a month; what this\n" +
			"PC prints itself is counted and not limited, and a job of which the printer doesn't tell counts as one page. A job that is begun is not broken off for that; the next one waits until the month is\n" +
			"over or there is no such limit any more.\n\n" +
			"With --json: {paused, closed, release, pages}; pages 0: as many as they like.",
	}
	cmd.RunE = c.with(func(ctx context.Context, s node.Service, args []string) error {
		rule, err := ownRule(ctx, s, args[0])
		if err != nil {
			return err
		}
		before := rule
		if cmd.Flags().Changed("release") {
			rule.Release = release
		}
		if cmd.Flags().Changed("pages") {
			rule.Pages = pages
		}
		if rule != before {
			if err := s.SetPrinterRule(ctx, args[0], rule); err != nil {
				return err
			}
		}
		return c.show(rule, func(w io.Writer) { fmt.Fprintf(w, "%s: %s.\n", plain(args[0]), ruleText(rule)) })
	})
	cmd.Flags().BoolVar(&release, "release", false, "each job waits until its sender lets it go")
	cmd.Flags().IntVar(&pages, "pages", 0, "most pages of one PC in a month; 0: as many as it likes")
	return cmd
}

// ownRule is the rule of a printer of this PC.
func ownRule(ctx context.Context, s node.Service, name string) (node.PrinterRule, error) {
	state, err := s.Snapshot(ctx)
	if err != nil {
		return node.PrinterRule{}, err
	}
	for _, p := range state.Printers {
		if p.PC == state.Self.ID && strings.EqualFold(p.Name, name) && p.Shared {
			return p.Rule, nil
		}
	}
	return node.PrinterRule{}, fmt.Errorf("this PC shares no printer %q (`lanyard printers` lists them)", name)
}

func ruleText(r node.PrinterRule) string {
	texts := []string{"takes jobs", "prints them", "at once", "as many pages as they like"}
	if r.Closed {
		texts[0] = "takes no jobs"
	}
	if r.Paused {
		texts[1] = "is paused"
	}
	if r.Release {
		texts[2] = "when their sender lets them go"
	}
	if r.Pages > 0 {
		texts[3] = fmt.Sprintf("%d pages for each PC in a month", r.Pages)
	}
	return strings.Join(texts, ", ")
}

// printerCounts tells who has printed how much.
func (c *command) printerCounts() *cobra.Command {
	var month string
	cmd := &cobra.Command{
		Use: "counts", Short: "who has printed how much on this PC's printers in a month", Args: cobra.NoArgs,
		Long: "Who has printed how much on this PC's printers in a month: this one, or one of the two years before. Counted are jobs that came as\n" +
			"far as the printer, also those that were cancelled or failed there, and the pages (sides with something on them) that came out of them.\n" +
			"Of some printers nobody learns how many that were: UNSURE counts these jobs.\n\n" +
			"With --json: {\"counts\": [{month, peer, printer, jobs, pages, sheets, unsure}]}; peer is the ID of the PC that sent them, \"\" all guests.",
		RunE: c.with(func(ctx context.Context, s node.Service, _ []string) error {
			counts, err := s.PrintCounts(ctx, month)
			if err != nil {
				return err
			}
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			return c.show(map[string]any{"counts": counts}, func(w io.Writer) {
				rows := make([][]string, len(counts))
				for i, n := range counts {
					who := "guests"
					if n.PC != "" {
						who = nameOf(state, n.PC)
					}
					rows[i] = []string{who, n.Printer, strconv.Itoa(n.Jobs), strconv.Itoa(n.Pages), strconv.Itoa(n.Sheets), strconv.Itoa(n.Unsure)}
				}
				table(w, "PC PRINTER JOBS PAGES SHEETS UNSURE", rows)
			})
		}),
	}
	cmd.Flags().StringVar(&month, "month", "", "like 2026-11; this one when left out")
	return cmd
}

// listSupplies tells what the printers have left.
func listSupplies(w io.Writer, state *node.State) {
	var rows [][]string
	for _, p := range state.Printers {
		for _, s := range p.Supplies {
			rows = append(rows, []string{p.Name, nameOf(state, p.PC), s.Name, levelText(s), cmp.Or(s.Color, "-")})
		}
	}
	table(w, "PRINTER PC SUPPLY LEVEL COLOUR", rows)
}

func levelText(s node.Supply) string {
	switch {
	case s.Level < 0:
		return "not known"
	case s.Waste && s.Level >= s.Low:
		return fmt.Sprintf("%d%% full: nearly full", s.Level)
	case s.Waste:
		return fmt.Sprintf("%d%% full", s.Level)
	case s.Level <= s.Low:
		return fmt.Sprintf("%d%%: low", s.Level)
	}
	return fmt.Sprintf("%d%%", s.Level)
}
