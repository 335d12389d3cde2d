package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"lanyard/printing/ipp"
	"lanyard/printing/printingtest"
)

const (
	cupsName = "CUPS sharing"
	// askEvery is how often the sender's CUPS is asked whether a job has ended.
	askEvery = 5 * time.Millisecond
	// printWait bounds a job: a job that takes this long has got stuck.
	printWait = 5 * time.Minute
)

// printer is a printer of one PC as another one prints on it.
type printer struct {
	name, note string
	// send prints a document and returns when the sender has been told that it is printed.
	send func(ctx context.Context, document string) error
}

// print prints documents on the printer of a neighbour, through Lanyard and through CUPS' own sharing. It is the same
// printer each time, of the same CUPS, and so fast that it doesn't count.
func (b *bench) print(ctx context.Context) (err error) {
	if missing := have("cupsd", "lpadmin", "lp"); len(missing) > 0 || !wholeRoot() {
		b.leave("printing (it needs CUPS, and root for it)")
		return nil
	}
	lab := &cupsLab{}
	defer lab.end(&err)
	hub, leaves, err := b.star(ctx, "print", 1, false)
	if err != nil {
		return err
	}
	leaf := leaves[0]
	near, far := lab.start(hub, printingtest.Listen(hub.address+":631")), lab.start(leaf)
	near.AddUSBQueue("laser", printingtest.Direct)
	if err := timeBackend(near); err != nil {
		return err
	}
	far.AddRemoteQueue("shared", "ipp://"+hub.address+"/printers/laser")
	hub.env, leaf.env = []string{"CUPS_SERVER=" + near.Socket}, []string{"CUPS_SERVER=" + far.Socket}
	server, clients, err := b.pair(ctx, hub, leaf)
	if err != nil {
		return err
	}
	client := clients[0]
	if err := server.do(ctx, "printer", "share", "laser"); err != nil {
		return err
	}
	installed, err := client.install(ctx, "server/laser")
	if err != nil {
		return err
	}
	sender := askCUPS(far.Socket)
	printers := slices.DeleteFunc([]printer{
		{lanyardName, "`lanyard print --wait`", func(ctx context.Context, document string) error {
			return client.do(ctx, "print", "--wait", "-P", "server/laser", document)
		}},
		{lanyardName + ", lp", "the installed printer", lp(leaf, sender, installed)},
		{cupsName, "`lp`", lp(leaf, sender, "shared")},
	}, func(p printer) bool { return !b.wants(p.name) })
	documents, err := b.makeDocuments()
	if err != nil {
		return err
	}
	for _, p := range printers { // the first job of each finds nothing ready
		if _, err := onePrint(ctx, near, p, documents[0].path); err != nil {
			return err
		}
	}
	for _, d := range documents {
		if err := b.printInTurn(ctx, near, d, printers); err != nil {
			return err
		}
	}
	return b.printHuge(ctx, near, printers[0], []*child{server.child, client.child}, documents)
}

// install gives a printer of another PC to the programs of this one, and returns what they call it.
func (p *pc) install(ctx context.Context, printer string) (string, error) {
	var said struct{ Local string }
	err := p.child.ready(ctx, func() error { // it may not have heard of the printer
		out, err := output(ctx, p.args("printer", "install", "--json", printer)...)
		if err == nil {
			err = json.Unmarshal([]byte(out), &said)
		}
		if err == nil && said.Local == "" {
			err = fmt.Errorf("it became no queue: %s", out)
		}
		return err
	})
	return said.Local, err
}

// wholeRoot tells whether this program is root of the whole system, and not of a namespace that has no other users in it:
// cupsd runs its filters as another one.
func wholeRoot() bool {
	users, _ := os.ReadFile("/proc/self/uid_map")
	fields := bytes.Fields(users)
	return os.Getuid() == 0 && len(fields) == 3 && string(fields[2]) == "4294967295"
}

// printInTurn has each of them print a document some times, and reports the medians.
func (b *bench) printInTurn(ctx context.Context, near *printingtest.CUPS, d printDocument, printers []printer) error {
	samples := make([][]printSample, len(printers))
	for round := range b.rounds {
		for i := range printers {
			i = (i + round) % len(printers)
			s, err := onePrint(ctx, near, printers[i], d.path)
			if err != nil {
				return fmt.Errorf("%s: %w", printers[i].name, err)
			}
			b.log("Print %s, round %d, %s: %.3f s", d.name, round+1, printers[i].name, s.done)
			samples[i] = append(samples[i], s)
		}
	}
	t := b.report.table("Print " + d.name)
	for i, p := range printers {
		t.addPrint(p, samples[i])
	}
	return nil
}

// onePrint prints a document once.
func onePrint(ctx context.Context, near *printingtest.CUPS, p printer, document string) (s printSample, err error) {
	ctx, done := context.WithTimeout(ctx, printWait)
	defer done()
	info, err := os.Stat(document)
	if err != nil {
		return s, err
	}
	if err := os.RemoveAll(notes(near)); err != nil {
		return s, err
	}
	if err := os.Mkdir(notes(near), 0o755); err != nil { // #nosec G301 -- of a backend that may run as another user
		return s, err
	}
	unixSync()
	began := time.Now()
	if err := p.send(ctx, document); err != nil {
		return s, err
	}
	s.done = time.Since(began).Seconds()
	files, _ := filepath.Glob(filepath.Join(notes(near), "*.time"))
	if len(files) != 1 {
		return s, fmt.Errorf("the printer got %d documents", len(files))
	}
	note, err := os.ReadFile(files[0])
	if err != nil {
		return s, err
	}
	var first, end float64
	var rest int64
	if _, err := fmt.Sscan(string(note), &first, &end, &rest); err != nil {
		return s, err
	}
	size := 1 + rest
	if size == 0 || filepath.Ext(document) == ".jpg" && size != info.Size() { // filters make others smaller
		return s, fmt.Errorf("%d bytes of %d came to the printer", size, info.Size())
	}
	start := float64(began.UnixNano()) / 1e9
	s.first, s.device = first-start, end-start
	return s, nil
}

// notes is the folder in which the printer notes when something came.
func notes(c *printingtest.CUPS) string { return filepath.Join(c.Dir, "out") }

// timeBackend makes the printers of a CUPS note when the first byte of a document came, when all of it, and how much that
// was, and keep nothing.
func timeBackend(c *printingtest.CUPS) error {
	script := fmt.Sprintf(`#!/bin/sh
[ $# -gt 0 ] || exit 0
[ -z "$6" ] || exec <"$6"
head -c 1 >/dev/null
first=$(date +%%s.%%N)
rest=$(cat | wc -c)
echo "$first $(date +%%s.%%N) $rest" >%[1]s/$1.new
mv %[1]s/$1.new %[1]s/$1.time
echo "PAGE: total 1" >&2
`, notes(c))
	return os.WriteFile(filepath.Join(c.Dir, "bin/backend/usb"), []byte(script), 0o700) // #nosec G306 -- it is a program
}

// askCUPS is the way to a CUPS that this program asks how a job is.
func askCUPS(socket string) *ipp.Conn {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	return &ipp.Conn{
		Transport: &http.Transport{DialContext: dial}, Base: &url.URL{Scheme: "http", Host: "localhost"}, User: "root",
		Path: func(string) string { return "/" },
	}
}

var requestLine = regexp.MustCompile(`request id is \S+-(\d+) `)

// lp prints with lp in a network, whose CUPS then says when that is done.
func lp(in place, cups *ipp.Conn, queue string) func(context.Context, string) error {
	const completed, canceled = 9, 7 // job-state (RFC 8011 section 5.3.7)
	return func(ctx context.Context, document string) error {
		out, err := output(ctx, in.command("lp", "-d", queue, document)...)
		if err != nil {
			return err
		}
		said := requestLine.FindStringSubmatch(out)
		if said == nil {
			return fmt.Errorf("lp said %q", out)
		}
		id, err := strconv.Atoi(said[1])
		if err != nil {
			return err
		}
		for {
			attrs, err := cups.JobAttributes(ctx, "", id, "job-state", "job-printer-state-message")
			if err != nil {
				return err
			}
			switch state, _ := attrs.Int("job-state"); {
			case state == completed:
				return nil
			case state >= canceled:
				return fmt.Errorf("job %d has state %d: %s", id, state, attrs.String("job-printer-state-message"))
			}
			time.Sleep(askEvery)
		}
	}
}

// printHuge prints a document that is larger than what may be kept in memory, and says how much of that was taken, beside
// what it was for the one before.
func (b *bench) printHuge(ctx context.Context, near *printingtest.CUPS, by printer, of []*child, documents []printDocument) error {
	huge, err := b.makeHuge()
	if err != nil {
		return err
	}
	for _, d := range []printDocument{documents[len(documents)-1], huge} {
		stop := watch(of)
		s, err := onePrint(ctx, near, by, d.path)
		peaks := stop()
		if err != nil {
			return err
		}
		b.report.fact("Print "+huge.name, "%s, %s: %.2f s; the PC with the printer took %.0f MB of memory at most, the sender's %.0f MB.",
			by.name, d.name, s.done, float64(peaks[0])/1e6, float64(peaks[1])/1e6)
	}
	return os.Remove(huge.path)
}

// cupsLab runs print systems as the tests do. What they would end a test with ends the work.
type cupsLab struct {
	printingtestTB
	ends []func()
}

// start starts a cupsd in a network.
func (l *cupsLab) start(in place, options ...printingtest.Option) *printingtest.CUPS {
	return printingtest.NewCUPS(l, append(options, printingtest.Command(func(name string, args ...string) *exec.Cmd {
		words := in.command(append([]string{name}, args...)...)
		return exec.Command(words[0], words[1:]...) // #nosec G204 -- what this program names
	}))...)
}
