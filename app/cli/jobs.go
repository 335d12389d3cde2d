package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lanyard/app/node"
)

func (c *command) jobs() *cobra.Command {
	cmd := &cobra.Command{
		Use: "jobs", Short: "print jobs: list, hold, release, reprint, move, order, cancel", Args: cobra.NoArgs,
		Long: "List the print jobs on this PC's printers, and this PC's on others', newest first. A JOB is named PC/PRINTER/ID, as in the list.\n" +
			"What is done to a job its sender may do, and the owner of the printer.\n\n" +
			"With --json: {\"jobs\": [{id, printer, peer, owner, name, state, reasons, message, pages, total, size, place, pin, kept, mine, created, ended}]}.\n" +
			"peer is the ID of the PC with the printer, owner that of the sender; state and reasons are those of IPP (RFC 8011); message says what\n" +
			"holds it up; pages are printed of total, 0 where the printer doesn't say; size is in bytes; place is that in the queue of the printer,\n" +
			"from 1; kept: it has ended and can be printed again. Of a completed job the reason queued-in-device says that it was handed to the\n" +
			"printer, which can't confirm that it came out.",
		RunE: c.with(func(ctx context.Context, s node.Service, _ []string) error {
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			return c.show(map[string]any{"jobs": state.Jobs}, func(w io.Writer) { listJobs(w, state) })
		}),
	}
	cmd.AddCommand(
		c.onJobs("hold", "make jobs wait until they are released; one that is stuck at the printer is taken back", node.Service.HoldJob, "Held."),
		c.jobRelease(),
		c.onJobs("cancel", "end jobs", node.Service.CancelJob, "Cancelled."),
		c.jobReprint(), c.jobMove(), c.jobOrder())
	return cmd
}

func listJobs(w io.Writer, state *node.State) {
	rows := make([][]string, len(state.Jobs))
	for i, j := range state.Jobs {
		place := ""
		if j.Place > 0 {
			place = strconv.Itoa(j.Place)
		}
		rows[i] = []string{jobName(state, &j), j.State, pagesOf(&j), place, j.Name, nameOf(state, j.Owner), whyOf(&j)}
	}
	table(w, "JOB STATE PAGES PLACE DOCUMENT FROM WHY", rows)
}

// jobName is how commands call a job.
func jobName(state *node.State, j *node.Job) string {
	return nameOf(state, j.PC) + "/" + j.Printer + "/" + strconv.Itoa(j.ID)
}

// pagesOf is how many pages are printed, as far as the printer says.
func pagesOf(j *node.Job) string {
	switch {
	case j.Total > 0:
		return fmt.Sprintf("%d of %d", j.Pages, j.Total)
	case j.Pages > 0:
		return strconv.Itoa(j.Pages)
	}
	return ""
}

// whyOf is what holds a job up, or ended it, where that isn't plain from its state.
func whyOf(j *node.Job) string {
	if j.Message != "" {
		return j.Message
	}
	var words []string
	for _, r := range j.Reasons {
		if w, known := reasonWords[r]; !known {
			words = append(words, r)
		} else if w != "" {
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}

// reasonWords are job-state-reasons for people; those that say no more than the state are "".
var reasonWords = map[string]string{
	"job-printing": "", "job-queued": "", "job-completed-successfully": "", "job-restartable": "", "job-canceled-by-user": "",
	"job-canceled-by-operator": "by the owner of the printer", "job-canceled-at-device": "at the printer",
	"job-incoming": "its document is on its way", "job-transforming": "it is made ready for the printer",
}

// jobRef reads PC/PRINTER/ID.
func jobRef(s string) (node.JobRef, error) {
	i := strings.LastIndexByte(s, '/')
	pc, printer, err := pcAndPrinter(s[:max(i, 0)])
	id, ierr := strconv.Atoi(s[i+1:])
	if err != nil || ierr != nil || id <= 0 {
		return node.JobRef{}, usage{fmt.Errorf("%q: want PC/PRINTER/ID", s)}
	}
	return node.JobRef{PC: pc, Printer: printer, ID: id}, nil
}

// onJobs is a command that does something to jobs and prints that it is done.
func (c *command) onJobs(use, short string, do func(node.Service, context.Context, node.JobRef) error, done string) *cobra.Command {
	return &cobra.Command{
		Use: use + " JOB...", Short: short, Args: cobra.MinimumNArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			refs := make([]node.JobRef, len(args))
			for i, arg := range args {
				var err error
				if refs[i], err = jobRef(arg); err != nil {
					return err
				}
			}
			for _, ref := range refs {
				if err := do(s, ctx, ref); err != nil {
					return err
				}
			}
			return c.done("%s", done)
		}),
	}
}

func (c *command) jobRelease() *cobra.Command {
	var pin string
	cmd := c.onJobs("release", "let held jobs be printed", func(s node.Service, ctx context.Context, j node.JobRef) error {
		var err error
		if pin, err = c.readPIN(pin); err != nil {
			return err
		}
		return s.ReleaseJob(ctx, j, pin)
	}, "Released.")
	cmd.Long = "Let held jobs be printed. One that waits for a PIN is let go without it by the PC that sent it, and with it, on the PC with the\n" +
		"printer, by whoever stands there: with --pin. After five wrong ones only the PC that sent it can."
	cmd.Flags().StringVar(&pin, "pin", "", pinHelp)
	return cmd
}

func (c *command) jobReprint() *cobra.Command {
	return &cobra.Command{
		Use: "reprint JOB", Short: "print one again that has ended and is still kept", Args: cobra.ExactArgs(1),
		Long: "Print a job again that has ended: for an hour one that failed, and one that was printed for as long as its option\n" +
			"job-retain-until-interval=SECONDS says, an hour at most. It becomes a job of its own.",
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			ref, err := jobRef(args[0])
			if err != nil {
				return err
			}
			j, err := s.RestartJob(ctx, ref)
			return c.showJob(j, err, "It is printed again as job %s/%s/%d.\n", ref.PC)
		}),
	}
}

func (c *command) jobMove() *cobra.Command {
	return &cobra.Command{
		Use: "move JOB PC/PRINTER", Short: "have one printed by another printer, of the same PC or of another", Args: cobra.ExactArgs(2),
		Long: "Have a job printed by another printer, of the same PC or of another: one that waits, one that is held, or one that is stuck. Where the\n" +
			"other printer doesn't take the document or one of its options, nothing changes. What is on paper already is printed again. A job\n" +
			"that goes to another PC is held at both until the first has cancelled it, so that a connection that breaks neither loses nor\n" +
			"doubles it: then a job is left held, and the error says where.",
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			ref, err := jobRef(args[0])
			if err != nil {
				return err
			}
			pc, printer, err := pcAndPrinter(args[1])
			if err != nil {
				return err
			}
			j, err := s.MoveJob(ctx, ref, pc, printer)
			return c.showJob(j, err, "It is now job %s/%s/%d.\n", pc)
		}),
	}
}

// showJob tells of a job that was made.
func (c *command) showJob(j *node.Job, err error, text, pc string) error {
	if err != nil {
		return err
	}
	return c.show(j, func(w io.Writer) {
		fmt.Fprintf(w, text, plain(pc), plain(j.Printer), j.ID)
		if j.State == "pending-held" {
			fmt.Fprintf(w, "It is held there: %s\n", plain(whyOf(j)))
		}
	})
}

func (c *command) jobOrder() *cobra.Command {
	return &cobra.Command{
		Use: "order JOB [BEFORE]", Short: "put one that waits before another one in its queue (alone: at its end); for the printers of this PC", Args: cobra.RangeArgs(1, 2),
		Long: "Put a job that waits for a printer of this PC before another one in its queue, or, alone, at its end. BEFORE is the other\n" +
			"job or its ID. What is being printed stays first.",
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			ref, err := jobRef(args[0])
			if err != nil {
				return err
			}
			before := 0
			if len(args) == 2 {
				if before, err = strconv.Atoi(args[1][strings.LastIndexByte(args[1], '/')+1:]); err != nil || before <= 0 {
					return usage{fmt.Errorf("%q: want a job or its ID", args[1])}
				}
			}
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			if me := state.Self; ref.PC != "this" && !strings.EqualFold(ref.PC, me.Name) && (len(ref.PC) < 4 || !strings.HasPrefix(me.ID, ref.PC)) {
				return fmt.Errorf("the queue of a printer is ordered on its own PC, and this one is %s, not %s", me.Name, ref.PC)
			}
			if err := s.OrderJob(ctx, ref.Printer, ref.ID, before); err != nil {
				return err
			}
			return c.done("Moved.")
		}),
	}
}
