package printing

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

// Learn asks a printer what it can do and keeps that for when it is away. It tells whether that has changed since it was
// last kept: what a print system makes its own description of the printer from.
func (r *Relay) Learn(ctx context.Context, printer string) (changed bool, err error) {
	r.mu.Lock()
	far, ok := r.printers[printer]
	r.mu.Unlock()
	if !ok {
		return false, ErrNotFound
	}
	msg := r.request(goipp.OpGetPrinterAttributes, printer, keywords("requested-attributes", "all", "media-col-database"))
	m, err := r.ask(ctx, &relayed{msg: msg, printer: far}, nil)
	switch {
	case err != nil:
		return false, clientError("ask printer", err)
	case goipp.Status(m.Code) >= goipp.StatusRedirectionOtherSite:
		return false, clientError("ask printer", &ipp.StatusError{Status: goipp.Status(m.Code), Message: ipp.Attrs(m.Operation).String("status-message")})
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	before := r.kept[printer]
	if before.Equal(m.Printer) {
		return false, nil
	}
	b, err := m.EncodeBytes()
	if err == nil {
		err = replaceSynced(r.keptFile(printer), b)
	}
	if err != nil {
		return false, fmt.Errorf("keep what printer %s can do: %w", printer, err)
	}
	r.kept[printer] = m.Printer
	return !lasting(before).Equal(lasting(m.Printer)), nil
}

// lasting is what of a printer's attributes doesn't change while it works.
func lasting(attrs goipp.Attributes) (all goipp.Attributes) {
	for _, attr := range attrs {
		if strings.HasSuffix(attr.Name, "-supported") || strings.HasSuffix(attr.Name, "-default") || attr.Name == "media-col-database" || attr.Name == "printer-make-and-model" {
			all.Add(attr)
		}
	}
	return all
}

func (r *Relay) keptFile(printer string) string { return filepath.Join(r.opt.Dir, printer+".ipp") }

// rememberLocked takes up what a printer said of itself before the last start.
func (r *Relay) rememberLocked(printer string) {
	f, err := os.Open(r.keptFile(printer))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	var m *goipp.Message
	if err == nil {
		defer f.Close()
		var b []byte
		if b, err = io.ReadAll(io.LimitReader(f, ipp.MaxHeader)); err == nil {
			m, err = ipp.Read(bufio.NewReader(bytes.NewReader(b)))
		}
	}
	if err != nil { // it is asked again when it is there
		r.log.Warn("what another PC's printer can do can't be read", "printer", printer, "error", err)
		return
	}
	r.kept[printer] = tame(m, r.base(printer)).Printer
}

func (r *Relay) forgetLocked(printer string) {
	delete(r.kept, printer)
	if err := os.Remove(r.keptFile(printer)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.log.Warn("what another PC's printer can do is not removed", "printer", printer, "error", err)
	}
}

// describeAway is what is said of a printer while it is away; nil when nothing is known of it.
func (r *Relay) describeAway(printer, why string) goipp.Attributes {
	r.mu.Lock()
	kept := r.kept[printer]
	r.mu.Unlock()
	if kept == nil {
		return nil
	}
	now := goipp.Attributes{
		goipp.MakeAttr("printer-state", goipp.TagEnum, stateNumbers[StateStopped]),
		goipp.MakeAttr("printer-state-message", goipp.TagText, goipp.String(ipp.Clean(why, 255))),
		keywords("printer-state-reasons", reasonAway), // "stopped" alone doesn't keep a print system from sending
		goipp.MakeAttr("printer-is-accepting-jobs", goipp.TagBoolean, goipp.Boolean(false)),
		goipp.MakeAttr("queued-job-count", goipp.TagInteger, goipp.Integer(0)),
		goipp.MakeAttr("printer-current-time", goipp.TagDateTime, goipp.Time{Time: time.Now().UTC()}),
	}
	rest := slices.DeleteFunc(slices.Clone(kept), func(a goipp.Attribute) bool { return ipp.Attrs(now).Has(a.Name) })
	return append(now, rest...)
}

// reasonAway is the printer-state-reason (PWG 5100.9) of a printer whose PC is away.
const reasonAway = "offline-report"
