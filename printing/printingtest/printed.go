package printingtest

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Printed is a document that came out of a printer.
type Printed struct {
	Queue   string
	Job     int    // in CUPS
	User    string // job-originating-user-name
	Title   string
	Copies  int               // that the backend makes of File, beyond what File itself says
	Options map[string]string // that the backend was told
	File    string            // what the printer received
}

// Printed returns what came out so far, in order.
func (c *CUPS) Printed() []Printed {
	c.t.Helper()
	files, err := filepath.Glob(filepath.Join(c.Dir, "out/*.args"))
	if err != nil {
		c.t.Fatal(err)
	}
	slices.SortFunc(files, func(a, b string) int { return written(a).Compare(written(b)) })
	var all []Printed
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			c.t.Fatal(err)
		}
		line := strings.Split(strings.TrimSuffix(string(b), "\n"), "\x1f")
		if len(line) < 6 {
			c.t.Fatalf("backend left %q", b)
		}
		p := Printed{Queue: line[0], User: line[2], Title: line[3], Options: splitOptions(line[5]), File: strings.TrimSuffix(f, ".args") + ".doc"}
		p.Job, _ = strconv.Atoi(line[1])
		p.Copies, _ = strconv.Atoi(line[4])
		all = append(all, p)
	}
	return all
}

func written(file string) time.Time {
	info, err := os.Stat(file)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// splitOptions reads the fifth argument of filters and backends.
func splitOptions(s string) map[string]string {
	options := map[string]string{}
	for len(s) > 0 {
		name, rest, _ := strings.Cut(strings.TrimLeft(s, " "), "=")
		if i := strings.IndexByte(name, ' '); i >= 0 { // an option without a value
			options[name[:i]], s = "", name[i:]+"="+rest
			continue
		}
		end, depth, quote := len(rest), 0, byte(0)
	scan:
		for i := 0; i < len(rest); i++ {
			switch ch := rest[i]; {
			case ch == '\\':
				i++
			case quote != 0:
				if ch == quote {
					quote = 0
				}
			case ch == '\'' || ch == '"':
				quote = ch
			case ch == '{':
				depth++
			case ch == '}':
				depth--
			case ch == ' ' && depth == 0:
				end = i
				break scan
			}
		}
		options[name], s = rest[:end], rest[end:]
	}
	return options
}

// WaitPrinted waits until n documents came out and returns them.
func (c *CUPS) WaitPrinted(n int, within time.Duration) []Printed {
	c.t.Helper()
	for end := time.Now().Add(within); ; time.Sleep(10 * time.Millisecond) {
		files, err := filepath.Glob(filepath.Join(c.Dir, "out/*.args")) // reading them all would keep the printers busy
		if err != nil {
			c.t.Fatal(err)
		}
		if len(files) >= n {
			return c.Printed()
		}
		if time.Now().After(end) {
			c.t.Fatalf("%d of %d documents came out after %v: %s", len(files), n, within, c.Log())
		}
	}
}
