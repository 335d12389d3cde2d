package node

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"lanyard/printing"
)

// SetPrinterRule implements Service.
func (n *Node) SetPrinterRule(ctx context.Context, printer string, rule PrinterRule) error {
	if rule.Pages < 0 {
		return problem(Invalid, "0 is as many as they like", "%d pages a month are less than none", rule.Pages)
	}
	name, err := n.ownPrinter(printer)
	if err != nil {
		return err
	}
	if err := n.print.SetRule(name, printing.Rule(rule)); err != nil {
		return n.printProblem(ctx, n.id.ID, name, "", err)
	}
	return nil
}

// PrintCounts implements Service.
func (n *Node) PrintCounts(_ context.Context, month string) ([]PrintCount, error) {
	if month == "" {
		month = time.Now().Format("2006-01")
	}
	if _, err := time.Parse("2006-01", month); err != nil {
		return nil, problem(Invalid, "write it like 2026-11", "%q is no month", clean(month))
	}
	counts := []PrintCount{}
	for _, c := range n.print.Counts(month) {
		counts = append(counts, PrintCount{Month: c.Month, PC: c.Owner, Printer: c.Printer, Jobs: c.Jobs, Pages: c.Pages, Sheets: c.Sheets, Unsure: c.Unsure})
	}
	return counts, nil
}

// testPage prints the page that shows how a printer prints, on the paper that is asked for or that it has as a rule.
func (n *Node) testPage(ctx context.Context, id, name string, client *printing.Client, request PrintRequest) (Job, error) {
	can, err := client.Capabilities(ctx, name)
	if err != nil {
		return Job{}, err
	}
	page := printing.TestPage{PC: n.nameOf(id), Printer: name, Model: can.MakeModel, When: time.Now()}
	paper := request.Options["media"]
	if paper == "" {
		paper = can.Defaults["media"]
	}
	if i := slices.IndexFunc(can.Media, func(m printing.Medium) bool { return m.Name == paper }); i >= 0 {
		page.Medium = can.Media[i]
	}
	pdf := page.PDF()
	doc := printing.Document{Name: "Test page", Reader: bytes.NewReader(pdf), Size: int64(len(pdf)), PIN: request.PIN}
	j, err := client.Print(ctx, name, doc, request.Options, request.Copies)
	return n.showJob(j), err
}

// showSupplies are a printer's supplies, fit to be shown.
func showSupplies(all []printing.Supply) []Supply {
	list := []Supply{}
	for _, s := range all {
		s.Name = clean(s.Name)
		list = append(list, Supply(s))
	}
	return list
}

func showMedia(all []printing.Medium) []Medium {
	list := []Medium{}
	for _, m := range all {
		list = append(list, Medium(m))
	}
	return list
}

// denial finds why a printer's owner, or the one who gave a job its PIN, doesn't let us do this.
func denial(err error) (words string, ok bool) {
	var d *printing.Denial
	switch {
	case errors.As(err, &d):
		return d.Words, true
	case errors.Is(err, printing.ErrNoPINs), errors.Is(err, printing.ErrPINStays):
		return err.Error(), true
	}
	return "", false
}
