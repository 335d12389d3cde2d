// Command vulndb keeps a snapshot of the Go vulnerability database for machines that can't reach it, and lays it out for
// govulncheck. It judges nothing itself: what concerns Lanyard is found by govulncheck.
//
//	vulndb refresh [CHECKOUT]   writes the snapshot anew, from the published database or a checkout of its repository
//	vulndb choose DIR           prints the database for govulncheck -db: the published one where it answers, else DIR,
//	                            where the snapshot is unpacked
//	vulndb unpack DIR           unpacks the snapshot into DIR and prints that
//
// It is run from the root of the module.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"
)

const (
	// snapshotFile lies beside this program, from the root of the module.
	snapshotFile = "scripts/vulndb/snapshot.json"
	// answerTime is how long the published database may take for its smallest file: somebody waits.
	answerTime = 10 * time.Second
	// oldAfter is how old a snapshot may grow before everybody who uses it is told: Go itself is mended each month.
	oldAfter = 180 * 24 * time.Hour
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "vulndb:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 1 && args[0] == "refresh":
		return refresh(ctx, published(publishedURL))
	case len(args) == 2 && args[0] == "refresh":
		return refresh(ctx, checkout(args[1]))
	case len(args) == 2 && args[0] == "choose":
		return choose(ctx, args[1])
	case len(args) == 2 && args[0] == "unpack":
		return unpack(ctx, args[1])
	}
	return errors.New("usage: vulndb refresh [CHECKOUT] | choose DIR | unpack DIR")
}

// refresh replaces the snapshot by what db knows of the modules that Lanyard is built from.
func refresh(ctx context.Context, db database) error {
	modules, err := buildList(ctx)
	if err != nil {
		return err
	}
	s, err := take(ctx, db, modules)
	if err != nil {
		return err
	}
	if err := s.write(snapshotFile); err != nil {
		return err
	}
	say("%s: %d entries, as of %s.", snapshotFile, len(s.Entries), day(s.Modified))
	return nil
}

// choose prefers the published database to the snapshot, and says which it took and how old that is.
func choose(ctx context.Context, dir string) error {
	asking, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	modified, err := published(publishedURL).modified(asking)
	if err != nil {
		say("The published database does not answer: %v", err)
		return unpack(ctx, dir)
	}
	say("Vulnerabilities are those of %s, as of %s.", publishedURL, day(modified))
	fmt.Println(publishedURL)
	return nil
}

func unpack(ctx context.Context, dir string) error {
	s, err := readSnapshot(snapshotFile)
	if err != nil {
		return err
	}
	modules, err := buildList(ctx)
	if err != nil {
		return err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	if err := s.unpack(dir); err != nil {
		return err
	}
	say("Vulnerabilities are those of the snapshot, as of %s.", day(s.Modified))
	for _, w := range s.warnings(modules, time.Now()) {
		say("WARNING: %s `make vulndb` takes it anew.", w)
	}
	fmt.Println("file://" + filepath.ToSlash(dir))
	return nil
}

// say tells people something; programs read standard output.
func say(format string, a ...any) { fmt.Fprintf(os.Stderr, format+"\n", a...) }

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
