package printing

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// While CUPS finds out what a printer can do, which it does by itself and without a word, the queue takes no jobs.
const (
	readyTime  = 20 * time.Second
	readyAgain = 50 * time.Millisecond
)

// reasonNoState is what CUPS says of a printer that didn't tell the state of a job, as a Relay does not when the job is to
// be brought again. CUPS keeps the job then and stops the queue.
const reasonNoState = "cups-ipp-missing-job-state"

// Install makes a queue that needs no driver (CUPS-Add-Modify-Printer with the model "everywhere").
func (c *CUPS) Install(ctx context.Context, q LocalQueue, was string) (string, error) {
	all, err := c.all(ctx)
	if err != nil {
		return "", err
	}
	old, there := queueAt(all, q.URI)
	if !there && was != "" {
		old, there = queueAt(all, was)
	}
	name := old.String("printer-name")
	if !there {
		name = freeQueue(all, q.Name)
	}
	set := goipp.Attributes{
		goipp.MakeAttr("device-uri", goipp.TagURI, goipp.String(q.URI)),
		goipp.MakeAttr("printer-info", goipp.TagText, goipp.String(harmless(ipp.Clean(q.Info, maxName)))),
		goipp.MakeAttr("printer-location", goipp.TagText, goipp.String(harmless(ipp.Clean(q.Location, maxName)))),
		goipp.MakeAttr("printer-is-shared", goipp.TagBoolean, goipp.Boolean(false)), // it is another PC's to share
		goipp.MakeAttr("printer-error-policy", goipp.TagName, goipp.String("retry-current-job")),
		goipp.MakeAttr("ppd-name", goipp.TagName, goipp.String("everywhere")),
	}
	if err := c.modify(ctx, name, set); err != nil {
		return "", err
	}
	if there {
		return name, nil
	}
	if err := c.ready(ctx, name); err != nil {
		_ = c.delete(context.WithoutCancel(ctx), name)
		return "", err
	}
	// CUPS may have written to its disk before it knew the printer that the queue takes no jobs.
	return name, c.modify(ctx, name, goipp.Attributes{
		goipp.MakeAttr("printer-state", goipp.TagEnum, stateNumbers[StateIdle]),
		goipp.MakeAttr("printer-is-accepting-jobs", goipp.TagBoolean, goipp.Boolean(true)),
	})
}

// ready waits until CUPS knows what the printer of a new queue can do.
func (c *CUPS) ready(ctx context.Context, name string) error {
	ctx, done := context.WithTimeout(ctx, readyTime)
	defer done()
	for {
		attrs, err := c.conn.PrinterAttributes(ctx, name, "printer-state", "printer-is-accepting-jobs")
		if n, _ := attrs.Int("printer-state"); err == nil && n == 3 && attrs.Bool("printer-is-accepting-jobs") {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("make queue %s in CUPS: it can't find out what the printer can do", name)
		case <-time.After(readyAgain):
		}
	}
}

// Installed implements Installer.
func (c *CUPS) Installed(ctx context.Context, uri string) (string, error) {
	all, err := c.all(ctx)
	if err != nil {
		return "", err
	}
	queue, _ := queueAt(all, uri)
	return queue.String("printer-name"), nil
}

// Uninstall implements Installer.
func (c *CUPS) Uninstall(ctx context.Context, uri string) error {
	name, err := c.Installed(ctx, uri)
	if err != nil || name == "" {
		return err
	}
	return c.delete(ctx, name)
}

// Tell implements Installer. CUPS itself asks a printer only while a job is at it.
func (c *CUPS) Tell(ctx context.Context, uri, why string) error {
	all, err := c.all(ctx)
	if err != nil {
		return err
	}
	queue, there := queueAt(all, uri)
	if !there {
		return nil
	}
	name, message := queue.String("printer-name"), queue.String("printer-state-message")
	reasons := reasonsOf(queue, "printer-state-reasons")
	if n, _ := queue.Int("printer-state"); n == 5 {
		if message != "" && !slices.Contains(reasons, reasonNoState) {
			return nil // a person has stopped it: CUPS then says "Paused", or the person's own words
		}
		if _, err := c.conn.Do(ctx, ipp.Request{Op: goipp.OpResumePrinter, Printer: name}); err != nil {
			return changeError("resume queue "+name, err)
		}
	}
	now := slices.DeleteFunc(slices.Clone(reasons), func(r string) bool {
		return r == reasonAway || r == "paused" || strings.HasPrefix(r, "cups-ipp-")
	})
	if why != "" {
		now = append(now, reasonAway)
	}
	if slices.Equal(now, reasons) && (why == "" || why == message) {
		return nil
	}
	return c.modify(ctx, name, goipp.Attributes{
		reasonsAttr("printer-state-reasons", now), goipp.MakeAttr("printer-state-message", goipp.TagText, goipp.String(harmless(ipp.Clean(why, 255)))),
	})
}

// all returns every queue of CUPS, with what tells whose it is.
func (c *CUPS) all(ctx context.Context) ([]ipp.Attrs, error) {
	all, err := c.conn.Printers(ctx, "printer-name", "device-uri", "printer-state", "printer-state-reasons", "printer-state-message")
	switch {
	case err != nil && notRunning(err):
		return nil, fmt.Errorf("list printers of CUPS: %w", ErrNotRunning)
	case err != nil:
		return nil, fmt.Errorf("list printers of CUPS: %w", err)
	}
	return all, nil
}

// queueAt finds the queue that prints at an address.
func queueAt(all []ipp.Attrs, uri string) (ipp.Attrs, bool) {
	i := slices.IndexFunc(all, func(a ipp.Attrs) bool { return queueName(a) != "" && a.String("device-uri") == uri })
	if i < 0 {
		return nil, false
	}
	return all[i], true
}

// freeQueue makes a name that no queue has. CUPS takes names that differ in case only for the same.
func freeQueue(all []ipp.Attrs, name string) string {
	free := name
	for i := 2; slices.ContainsFunc(all, func(a ipp.Attrs) bool { return strings.EqualFold(a.String("printer-name"), free) }); i++ {
		free = fmt.Sprintf("%s-%d", name, i)
	}
	return free
}

func (c *CUPS) modify(ctx context.Context, queue string, set goipp.Attributes) error {
	_, err := c.conn.Do(ctx, ipp.Request{Op: goipp.OpCupsAddModifyPrinter, Printer: queue, Set: set})
	return changeError("set up queue "+queue, err)
}

func (c *CUPS) delete(ctx context.Context, queue string) error {
	_, err := c.conn.Do(ctx, ipp.Request{Op: goipp.OpCupsDeletePrinter, Printer: queue})
	if notFound(err) {
		return nil
	}
	return changeError("remove queue "+queue, err)
}

// changeError tells an answer to who may not change queues from others.
func changeError(what string, err error) error {
	var page *ipp.HTTPError
	var status *ipp.StatusError
	switch {
	case err == nil:
		return nil
	case notRunning(err):
		err = ErrNotRunning
	case errors.As(err, &page) && (page.Code == http.StatusUnauthorized || page.Code == http.StatusForbidden):
		err = ErrForbidden
	case errors.As(err, &status) && slices.Contains([]goipp.Status{goipp.StatusErrorForbidden, goipp.StatusErrorNotAuthenticated, goipp.StatusErrorNotAuthorized}, status.Status):
		err = ErrForbidden
	}
	return fmt.Errorf("%s in CUPS: %w", what, err)
}

var _ Installer = (*CUPS)(nil)
