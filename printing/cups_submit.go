package printing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// Submit makes a job, has its number remembered, and only then sends the document (Create-Job and Send-Document).
func (c *CUPS) Submit(ctx context.Context, job SystemJob, document io.Reader, accept func(ref string) error) error {
	made, err := c.conn.Do(ctx, ipp.Request{
		Op: goipp.OpCreateJob, Printer: job.Queue, Job: cupsTemplate(job.Template, job.Format),
		Operation: goipp.Attributes{goipp.MakeAttr("job-name", goipp.TagName, goipp.String(title(job.Name)))},
	})
	if notFound(err) {
		return fmt.Errorf("make job in CUPS: %w", ErrNoQueue)
	}
	if err != nil {
		return refused("make job in CUPS", err)
	}
	id, _ := ipp.Attrs(made.Job).Int("job-id")
	if id <= 0 {
		return errors.New("make job in CUPS: it has no number")
	}
	ref := makeRef(id, jobUUID(made.Job))
	if err := accept(ref); err != nil {
		_ = c.conn.Cancel(ctx, "", id) // an empty job: CUPS itself drops it later
		return err
	}
	ctx, done := context.WithTimeout(ctx, uploadTime)
	defer done()
	_, err = c.conn.Do(ctx, ipp.Request{
		Op: goipp.OpSendDocument, Printer: job.Queue, JobID: id, Document: document, Size: job.Size,
		Operation: goipp.Attributes{
			goipp.MakeAttr("document-format", goipp.TagMimeType, goipp.String(job.Format)),
			goipp.MakeAttr("last-document", goipp.TagBoolean, goipp.Boolean(true)),
		},
	})
	if err == nil {
		c.boots.gave(ref)
	}
	if err = refused("send document to CUPS", err); errors.As(err, new(*Refusal)) {
		_ = c.conn.Cancel(ctx, "", id)
	}
	return err
}

// title makes the name of a job harmless to filters and drivers, which get it as an argument and have been known to put
// it into commands, file names and PostScript. People see the whole name elsewhere.
func title(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune("`$\\\"'|&;<>(){}[]*?!%/", r) {
			return '_'
		}
		return r
	}, name)
	if name = strings.TrimLeft(name, "-. "); name == "" {
		return untitled
	}
	return name
}

func notFound(err error) bool {
	var status *ipp.StatusError
	return errors.As(err, &status) && (status.Status == goipp.StatusErrorNotFound || status.Status == goipp.StatusErrorGone)
}

// refused turns an answer that another try would not change into a Refusal.
func refused(what string, err error) error {
	var status *ipp.StatusError
	if err == nil {
		return nil
	}
	if errors.As(err, &status) && status.Status >= goipp.StatusErrorBadRequest && status.Status < goipp.StatusErrorInternal &&
		status.Status != goipp.StatusErrorTimeout && status.Status != goipp.StatusErrorNotFound {
		return &Refusal{status.Error()}
	}
	return fmt.Errorf("%s: %w", what, err)
}

// makeRef names a job of CUPS by its number and UUID: numbers begin anew when CUPS loses its spool.
func makeRef(id int, uuid string) string { return strconv.Itoa(id) + " " + uuid }

func jobUUID(attrs goipp.Attributes) string {
	return ipp.Clean(ipp.Attrs(attrs).String("job-uuid"), 64)
}

func readRef(ref string) (id int, uuid string) {
	number, uuid, _ := strings.Cut(ref, " ")
	id, _ = strconv.Atoi(number)
	return id, uuid
}
