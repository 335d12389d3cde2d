package node

import "context"

func notYet() error { return problem(Failed, "", "this isn't there yet") }

// InstallPrinter implements Service, as do all below.
func (n *Node) InstallPrinter(context.Context, string, string) (*Printer, error) {
	return nil, notYet()
}

func (n *Node) UninstallPrinter(context.Context, string, string) error { return notYet() }

func (n *Node) PrintCounts(context.Context, string) ([]PrintCount, error) { return nil, notYet() }
