package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"lanyard/app/node"
)

// awaitJobs waits until jobs have ended, with progress on a terminal, and says how they did. It fails when one was not
// printed.
func (c *command) awaitJobs(ctx context.Context, s node.Service, jobs []node.Job) error {
	line := newProgress(c.Err)
	watch, stop := context.WithCancel(ctx)
	defer stop()
	err := s.Watch(watch, func(state *node.State) {
		var open []string
		for i := range jobs {
			if now := sameJob(state.Jobs, &jobs[i]); now != nil { // a new one comes to be known a moment later
				jobs[i] = *now
			}
			if !jobs[i].HasEnded() {
				open = append(open, progressOf(&jobs[i]))
			}
		}
		if len(open) == 0 {
			stop()
			return
		}
		line.draw(func() string {
			if more := len(open) - 1; more > 0 {
				return fmt.Sprintf("%s (and %d more)", open[0], more)
			}
			return open[0]
		})
	})
	line.clear()
	switch {
	case ctx.Err() != nil:
		return errors.New("no longer waiting; the jobs go on (`jobs` shows them, `jobs cancel` ends one)")
	case err != nil:
		return err
	}
	err = c.show(map[string]any{"jobs": jobs}, func(w io.Writer) {
		for _, j := range jobs {
			if j.State == "completed" {
				fmt.Fprintf(w, "%s: %s.\n", plain(j.Name), plain(outcomeOf(&j)))
			}
		}
	})
	var failed []string
	for _, j := range jobs {
		if j.State != "completed" {
			failed = append(failed, j.Name+": "+outcomeOf(&j))
		}
	}
	if len(failed) > 0 {
		return errors.New(strings.Join(failed, "; "))
	}
	return err
}

// sameJob finds a job. One that has moved to another printer of its PC is the same.
func sameJob(all []node.Job, j *node.Job) *node.Job {
	for i := range all {
		if all[i].PC == j.PC && all[i].ID == j.ID {
			return &all[i]
		}
	}
	return nil
}

// outcomeOf is what became of a job that has ended. That it was printed is said only on the word of who drives the printer;
// where that knows no more than that the printer has got it, the message says so.
func outcomeOf(j *node.Job) string {
	what := map[string]string{"completed": "printed", "canceled": "cancelled", "aborted": "not printed"}[j.State]
	switch why := whyOf(j); {
	case j.State == "completed" && j.Message != "":
		return j.Message
	case j.State == "completed" || why == "":
		return what
	case j.State == "canceled" && j.Message == "":
		return what + " " + why
	default:
		return what + ": " + why
	}
}

// progressOf puts a job that has not ended into one line.
func progressOf(j *node.Job) string {
	parts := []string{plain(j.Name)}
	switch {
	case j.State == "processing" && j.Pages+j.Total > 0:
		parts = append(parts, "printing, page "+pagesOf(j))
	case j.State == "processing":
		parts = append(parts, "printing")
	case j.State == "pending" && j.Place > 1:
		parts = append(parts, fmt.Sprintf("waits, number %d in the queue", j.Place))
	case j.State == "pending":
		parts = append(parts, "waits")
	case j.State == "pending-held":
		parts = append(parts, "held")
	default:
		parts = append(parts, "stopped")
	}
	if j.Message != "" {
		parts = append(parts, plain(j.Message))
	}
	return strings.Join(parts, "  ")
}
