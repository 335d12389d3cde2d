package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"lanyard/app/node"
)

// What is sorted before it is printed: a folder that is all there within a moment. Who asks for a larger one, or over a slow
// link, sees its first lines instead.
const (
	sortUpTo = 2000 // entries
	sortWait = 40 * time.Millisecond
)

func (c *command) ls() *cobra.Command {
	return &cobra.Command{
		Use: "ls PC[:SHARE[/PATH]]", Short: "list the folders of a PC, or what is in one", Args: cobra.ExactArgs(1),
		Long: "List the folders of a PC, or what is in one: folders first, then by name. Where that takes longer than a moment or there are\n" +
			"thousands of files, the rest follows as it comes, in no order. With --json, a list that broke off is a document without its end.",
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			l := newListing(c.Out, c.json)
			err := s.List(ctx, location(args[0]), l.add)
			return l.end(err)
		}),
	}
}

// listing prints a list as it comes.
type listing struct {
	out io.Writer
	row func(b []byte, e node.Entry) []byte
	// head stands before the first row, between between two and tail after the last; empty is a list without rows.
	head, between, tail, empty string

	mu    sync.Mutex // guards the below
	held  []node.Entry
	timer *time.Timer // until held is printed; nil before the first entry
	flows bool        // entries are printed as they come
	begun bool        // one was printed
	err   error
}

func newListing(out io.Writer, asJSON bool) *listing {
	if !asJSON {
		return &listing{out: out, row: appendLine}
	}
	return &listing{
		out: out, row: appendObject,
		head: "{\n  \"entries\": [\n", between: ",\n", tail: "\n  ]\n}\n", empty: "{\n  \"entries\": []\n}\n",
	}
}

// add takes some entries.
func (l *listing) add(some []node.Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.flows {
		l.printLocked(some)
		return l.err
	}
	if l.timer == nil {
		l.timer = time.AfterFunc(sortWait, l.flow)
	}
	if l.held = append(l.held, some...); len(l.held) > sortUpTo {
		l.flowLocked()
	}
	return l.err
}

// flow ends the time in which entries are held to be sorted.
func (l *listing) flow() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flowLocked()
}

func (l *listing) flowLocked() {
	if l.timer != nil {
		l.timer.Stop()
	}
	node.SortEntries(l.held)
	l.printLocked(l.held)
	l.held, l.flows = nil, true
}

// end prints what is left. A list with an error is not closed, so that nobody takes it for the whole.
func (l *listing) end(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flowLocked()
	switch {
	case l.err != nil:
		return l.err
	case err != nil && l.begun && l.tail != "":
		l.writeLocked([]byte("\n")) // what goes wrong stands on a line of its own
	case err != nil:
	case l.begun:
		l.writeLocked([]byte(l.tail))
	default:
		l.writeLocked([]byte(l.empty))
	}
	if err != nil {
		return err
	}
	return l.err
}

func (l *listing) printLocked(some []node.Entry) {
	if len(some) == 0 {
		return
	}
	var b []byte
	for _, e := range some {
		if l.begun {
			b = append(b, l.between...)
		} else {
			b = append(b, l.head...)
		}
		l.begun = true
		b = l.row(b, e)
	}
	l.writeLocked(b)
}

func (l *listing) writeLocked(b []byte) {
	if l.err == nil && len(b) > 0 {
		_, l.err = l.out.Write(b)
	}
}

// appendLine is an entry for people.
func appendLine(b []byte, e node.Entry) []byte {
	size, end := "", "/"
	if !e.Folder {
		size, end = bytes(e.Size), ""
	}
	at := ""
	if !e.Modified.IsZero() {
		at = ago(e.Modified)
	}
	return fmt.Appendf(b, "%10s  %16s  %s%s\n", size, at, plain(e.Name), end)
}

// appendObject is an entry for scripts, laid out as show does it.
func appendObject(b []byte, e node.Entry) []byte {
	b = append(b, "    {\n      \"name\": "...)
	b = appendText(b, e.Name)
	b = append(b, ",\n      \"folder\": "...)
	b = strconv.AppendBool(b, e.Folder)
	b = append(b, ",\n      \"size\": "...)
	b = strconv.AppendInt(b, e.Size, 10)
	b = append(b, ",\n      \"modified\": \""...)
	b = e.Modified.AppendFormat(b, time.RFC3339Nano)
	return append(b, "\"\n    }"...)
}

func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return append(b, quoted(s)...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// quoted is a text that has more than plain letters, as JSON.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // of a string there is no error
	return escape(strings.TrimSuffix(b.String(), "\n"))
}
