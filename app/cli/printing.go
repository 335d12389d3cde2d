package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lanyard/app/node"
)

func (c *command) printers() *cobra.Command {
	var options string
	var supplies bool
	cmd := &cobra.Command{
		Use: "printers", Short: "the printers in reach, this PC's own among them", Args: cobra.NoArgs,
		RunE: c.with(func(ctx context.Context, s node.Service, _ []string) error {
			if options != "" {
				return c.printerOptions(ctx, s, options)
			}
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			return c.show(map[string]any{"printers": state.Printers}, func(w io.Writer) {
				if supplies {
					listSupplies(w, state)
					return
				}
				rows := make([][]string, len(state.Printers))
				for i, p := range state.Printers {
					pc := nameOf(state, p.PC)
					if !p.Shared && p.PC == state.Self.ID {
						pc += " (not shared)"
					}
					installed := p.Local
					if installed == "" {
						installed = p.LocalURI
					}
					rows[i] = []string{p.Name, pc, p.State, strings.Join(p.Reasons, " "), strconv.Itoa(p.Queued), installed, p.Info}
				}
				table(w, "PRINTER PC STATE REASONS JOBS INSTALLED MODEL", rows)
			})
		}),
	}
	cmd.Flags().StringVar(&options, "options", "", "PC/PRINTER: list the options that it takes")
	cmd.Flags().BoolVar(&supplies, "levels", false, "list their ink, toner and the like instead")
	return cmd
}

func (c *command) printerOptions(ctx context.Context, s node.Service, at string) error {
	pc, printer, err := pcAndPrinter(at)
	if err != nil {
		return err
	}
	o, err := s.PrinterOptions(ctx, pc, printer)
	if err != nil {
		return err
	}
	return c.show(o, func(w io.Writer) {
		var names []string
		for name := range o.Values {
			if name == "copies" {
				continue // above, with its default
			}
			names = append(names, name)
		}
		sort.Strings(names)
		rows := [][]string{{"copies", "1", fmt.Sprintf("1-%d", o.Copies)}, {"document-format", "", strings.Join(o.Formats, " ")}}
		for _, name := range names {
			rows = append(rows, []string{name, o.Defaults[name], strings.Join(o.Values[name], " ")})
		}
		table(w, "OPTION DEFAULT VALUES", rows)
	})
}

func pcAndPrinter(s string) (pc, printer string, err error) {
	pc, printer, ok := strings.Cut(s, "/")
	if !ok || pc == "" || printer == "" {
		return "", "", usage{fmt.Errorf("%q: want PC/PRINTER", s)}
	}
	return pc, printer, nil
}

func (c *command) printer() *cobra.Command {
	cmd := &cobra.Command{Use: "printer", Short: "offer this PC's printers, and those of others to its programs", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var guests bool
	share := &cobra.Command{
		Use: "share NAME", Short: "offer a printer to the workgroup", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if err := s.SharePrinter(ctx, args[0], guests); err != nil {
				return err
			}
			return c.done("%s is shared.", plain(args[0]))
		}),
	}
	share.Flags().BoolVar(&guests, "guests", false, "offer it to everybody on the network, too: phones find it by AirPrint and the like")
	cmd.AddCommand(share, &cobra.Command{
		Use: "unshare NAME", Short: "withdraw it", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if err := s.UnsharePrinter(ctx, args[0]); err != nil {
				return err
			}
			return c.done("%s is no longer shared.", plain(args[0]))
		}),
	}, c.installPrinter(), c.uninstallPrinter(),
		c.rule("pause", "take jobs and let them wait, until it is resumed", "is paused", func(r *node.PrinterRule) { r.Paused = true }),
		c.rule("resume", "print again", "prints again", func(r *node.PrinterRule) { r.Paused = false }),
		c.rule("close", "take no jobs, until it is opened; those that wait are printed", "takes no jobs", func(r *node.PrinterRule) { r.Closed = true }),
		c.rule("open", "take jobs again", "takes jobs", func(r *node.PrinterRule) { r.Closed = false }),
		c.printerRule(), c.printerCounts())
	return cmd
}

// rule is a command that changes something in the rule of a printer of this PC.
func (c *command) rule(name, short, done string, change func(*node.PrinterRule)) *cobra.Command {
	return &cobra.Command{
		Use: name + " NAME", Short: short, Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			rule, err := ownRule(ctx, s, args[0])
			if err != nil {
				return err
			}
			change(&rule)
			if err := s.SetPrinterRule(ctx, args[0], rule); err != nil {
				return err
			}
			return c.done("%s %s.", plain(args[0]), done)
		}),
	}
}

// readOptions reads name=value.
func readOptions(options []string) (map[string]string, error) {
	read := map[string]string{}
	for _, o := range options {
		name, value, ok := strings.Cut(o, "=")
		if !ok {
			return nil, usage{fmt.Errorf("-o %q: want name=value", o)}
		}
		read[name] = value
	}
	return read, nil
}

func (c *command) print() *cobra.Command {
	var to string
	var copies int
	var options []string
	var wait, test bool
	var pin string
	cmd := &cobra.Command{
		Use: "print -P PC/PRINTER FILE...", Short: "print documents, or a page that shows how the printer prints",
		Long: "Print documents: each is a job of its own, and on the disk of the printer's PC when this returns. With --wait it returns when\n" +
			"they have ended; on a terminal it shows meanwhile how far they are and what holds them up. It fails, and says why, when one of\n" +
			"them was not printed. Ctrl+C ends the waiting, not the jobs. With --json: {\"jobs\": [...]}, with the fields that `jobs --help` lists.",
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			pc, printer, err := pcAndPrinter(to)
			if err != nil {
				return err
			}
			if copies < 1 {
				return usage{fmt.Errorf("-n %d: want one copy or more", copies)}
			}
			if test == (len(args) > 0) {
				return usage{errors.New("want either documents or --test-page")}
			}
			r := node.PrintRequest{PC: pc, Printer: printer, Copies: copies, TestPage: test}
			if r.Options, err = readOptions(options); err != nil {
				return err
			}
			if r.PIN, err = c.readPIN(pin); err != nil {
				return err
			}
			if r.Files, err = absolute(args); err != nil {
				return err
			}
			jobs, err := s.Print(ctx, r)
			if err != nil {
				return err
			}
			if wait {
				return c.awaitJobs(ctx, s, jobs)
			}
			return c.show(map[string]any{"jobs": jobs}, func(w io.Writer) {
				for _, j := range jobs {
					fmt.Fprintf(w, "%s is job %s/%s/%d.\n", plain(j.Name), plain(pc), plain(j.Printer), j.ID)
				}
			})
		}),
	}
	f := cmd.Flags()
	f.StringVarP(&to, "printer", "P", "", "PC/PRINTER")
	f.IntVarP(&copies, "copies", "n", 1, "copies")
	f.StringArrayVarP(&options, "option", "o", nil, "name=value, an IPP Job Template attribute; `printers --options PC/PRINTER` lists them")
	f.StringVar(&pin, "pin", "", "4 to 8 digits: the job waits until they are typed at the PC with the printer, or this PC releases it; "+pinHelp)
	f.BoolVar(&test, "test-page", false, "print a test page instead of a document")
	f.BoolVar(&wait, "wait", false, "wait until the documents have come out, however long that takes")
	_ = cmd.MarkFlagRequired("printer")
	return cmd
}
