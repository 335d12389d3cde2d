// Command bench does the same work with Lanyard and with the file servers and CUPS that are installed, in turn, and prints
// how long each took as tables. It is no test: it judges nothing, and figures of two runs on two machines say nothing together.
//
// It works in network and process namespaces of its own, so that nothing else is on its network and nothing is left
// running, and with files below a temporary folder on a disk. The environment says what is wanted:
//
//	ROUNDS   rounds of each work, of which the median counts (3)
//	SIZE     MiB of the large file, and of the largest document to print (2048)
//	FILES    small files of 4 KiB (10000); the large folder has ten times as many
//	CLIENTS  PCs that get from one at the same time (12)
//	ONLY     regular expression for the works to do: large, small, many, list, link, office, print; or packages: instead
//	         of all that, the benchmarks of the Go packages; or window: the window beside an empty one of Fyne's
//	PEERS    regular expression for the programs to do them with
//	DIR      where the temporary folder is made (/var/tmp)
//
// Usage: bench [-json] LANYARDD
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
)

// inside is set in the environment of a bench that is in its own namespaces.
const inside = "LANYARD_BENCH_INSIDE"

// settings say what to measure.
type settings struct {
	lanyard []string // the program, with what comes before its arguments
	dir     string   // for the temporary folder
	rounds  int
	size    int64 // bytes of the large file
	files   int
	clients int
	only    *regexp.Regexp
	peers   *regexp.Regexp
	log     func(format string, args ...any)
}

func main() {
	asJSON := flag.Bool("json", false, "print one JSON document")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: bench [-json] LANYARDD")
		os.Exit(2)
	}
	if err := start(*asJSON, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func start(asJSON bool, lanyard string) error {
	s, err := fromEnvironment(lanyard)
	if err != nil {
		return err
	}
	if s.only.String() == "packages" {
		cmd := exec.Command("go", "test", "-run", "^$", "-bench", ".", "-benchmem", "./discovery/...", "./share/...", "./printing/...")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		return cmd.Run()
	}
	if s.only.String() == "window" {
		cmd := exec.Command("go", "test", "-tags", os.Getenv("WINDOW_TAGS"), "-count", "1", "-run", "^TestWindowBench$", "./app", "-v") // #nosec G204 -- no words from outside
		cmd.Env = append(os.Environ(), "LANYARD_WINDOW_ROUNDS="+strconv.Itoa(s.rounds))
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		return cmd.Run()
	}
	if os.Getenv(inside) == "" {
		return enter(os.Args...)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	report, err := run(ctx, s)
	if report == nil {
		return err
	}
	if asJSON {
		return errors.Join(err, json.NewEncoder(os.Stdout).Encode(report))
	}
	return errors.Join(err, report.markdown(os.Stdout)) // after an error: of what was measured before
}

// enter becomes the same program in namespaces of its own. What it leaves running ends with it.
func enter(args ...string) error {
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		return err
	}
	words := []string{unshare, "--net", "--pid", "--fork", "--kill-child", "--mount-proc"}
	if os.Getuid() != 0 {
		words = append(words, "--user", "--map-root-user")
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	words = append(append(words, "--", self), args[1:]...)
	return syscall.Exec(unshare, words, append(os.Environ(), inside+"=1")) // #nosec G204 -- itself
}

func fromEnvironment(lanyard string) (settings, error) {
	lanyard, err := filepath.Abs(lanyard) // commands run elsewhere
	if err != nil {
		return settings{}, err
	}
	s := settings{lanyard: []string{lanyard}, dir: "/var/tmp", log: func(format string, args ...any) {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}}
	if dir := os.Getenv("DIR"); dir != "" {
		s.dir = dir
	}
	number := func(name string, otherwise int) int {
		text := os.Getenv(name)
		if text == "" {
			return otherwise
		}
		n, nerr := strconv.Atoi(text)
		if nerr != nil || n < 1 {
			err = fmt.Errorf("%s=%s: want a number above 0", name, text)
		}
		return n
	}
	s.rounds, s.files, s.clients = number("ROUNDS", 3), number("FILES", 10_000), number("CLIENTS", 12)
	s.size = int64(number("SIZE", 2048)) << 20
	if err != nil {
		return s, err
	}
	if s.only, err = regexp.Compile(os.Getenv("ONLY")); err != nil {
		return s, err
	}
	s.peers, err = regexp.Compile(os.Getenv("PEERS"))
	return s, err
}
