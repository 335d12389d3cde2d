// Package cli is Lanyard's command line: every command of both programs, over the control socket of a running Lanyard. It
// holds no state and does no work of its own; what it prints for people may change, --json may not.
package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"lanyard/app/node"
	"lanyard/app/node/control"
	"lanyard/app/node/home"
)

// Version is that of both programs; a test holds it to FyneApp.toml, whence the packages have it.
const Version = "0.1.0"

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// Program is one of the two programs that share the commands.
type Program struct {
	Name    string // as it is called
	Version string
	// Window opens the window for a home and returns when it is closed for good; nil where there is none.
	Window func(ctx context.Context, home string, hidden bool, log *slog.Logger) error
	In     io.Reader // answers of a person
	Out    io.Writer // what is asked for
	Err    io.Writer // what goes wrong, and progress
}

// failure is an error of a command that was understood.
type failure struct{ error }

func (f failure) Unwrap() error { return f.error }

// Run carries out a command line and returns the exit code.
func Run(ctx context.Context, p Program, args []string) int {
	c := &command{Program: p}
	root := c.root()
	root.SetArgs(args)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	err := root.ExecuteContext(ctx)
	var f failure
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &f):
		fmt.Fprintf(p.Err, "%s: %v\n", p.Name, plain(f.Error()))
		return exitFailed
	default:
		fmt.Fprintf(p.Err, "%s: %v\n", p.Name, err)
		return exitUsage
	}
}

// command is what all commands share.
type command struct {
	Program
	home    string
	json    bool
	verbose bool
}

func (c *command) root() *cobra.Command {
	root := &cobra.Command{
		Use:   c.Name,
		Short: "Lanyard makes one workgroup of the PCs of an office or home: files and printers, no server",
		Args:  cobra.NoArgs, SilenceErrors: true, SilenceUsage: true, Version: c.Version,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		PersistentPreRunE: func(*cobra.Command, []string) error { return c.findHome() },
	}
	f := root.PersistentFlags()
	f.StringVar(&c.home, "home", "", "folder for settings, key, spool and state (LANYARD_HOME)")
	f.BoolVar(&c.json, "json", false, "print one JSON document")
	f.BoolVar(&c.verbose, "verbose", false, "log what happens to stderr")
	if c.Window != nil {
		hidden := root.Flags().Bool("hidden", false, "start with the window closed, in the tray")
		root.RunE = c.run(func(ctx context.Context, _ []string) error { return c.Window(ctx, c.home, *hidden, c.logger()) })
	} else {
		root.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	}
	root.AddCommand(c.serve(), c.status(), c.peers(), c.connect(), c.workgroup(), c.share(), c.guest(), c.config(), c.doctor(), c.version(),
		c.ls(), c.get(), c.put(), c.rm(), c.mv(), c.mkdir(), c.transfers(), c.bin(), c.brake(), c.send(), c.inbox(), c.drive(), c.printers(), c.printer(), c.print(), c.jobs())
	return root
}

func (c *command) findHome() (err error) {
	if c.home == "" {
		c.home = os.Getenv("LANYARD_HOME")
	}
	if c.home == "" {
		c.home, err = home.DefaultPath()
	}
	if err != nil {
		return failure{err}
	}
	return nil
}

func (c *command) logger() *slog.Logger {
	level := slog.LevelWarn
	if c.verbose {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewTextHandler(c.Err, &slog.HandlerOptions{Level: level}))
}

// run makes what a command does into what cobra wants.
func (c *command) run(do func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if err := do(cmd.Context(), args); err != nil {
			var u usage
			if errors.As(err, &u) {
				return err
			}
			return failure{err}
		}
		return nil
	}
}

// usage is an error in the command line that cobra can't know.
type usage struct{ error }

// with makes what a command does with a running Lanyard into what cobra wants.
func (c *command) with(do func(ctx context.Context, s node.Service, args []string) error) func(*cobra.Command, []string) error {
	return c.run(func(ctx context.Context, args []string) error {
		s, err := control.Dial(c.home)
		if err != nil {
			return err
		}
		defer s.Close()
		return do(ctx, s, args)
	})
}

// show prints v as JSON, or as people read it.
func (c *command) show(v any, read func(io.Writer)) error {
	if !c.json {
		read(c.Out)
		return nil
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	_, werr := io.WriteString(c.Out, escape(b.String()))
	return errors.Join(err, werr)
}

// done tells of a success for which there is nothing to print.
func (c *command) done(format string, args ...any) error {
	return c.show(struct{}{}, func(w io.Writer) { fmt.Fprintf(w, format+"\n", args...) })
}
