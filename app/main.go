// Command lanyard is the window program, with every command beside it. It only joins the parts: the node, the window and the
// command line live in their own packages.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"lanyard/app/cli"
	"lanyard/app/node"
	"lanyard/app/node/control"
	"lanyard/app/ui"
	"lanyard/app/ui/fynelog"
	"lanyard/assets"
)

// metadata is what FyneApp.toml says, for builds that don't read it.
var metadata = fyne.AppMetadata{
	ID: "org.lanyard.Lanyard", Name: "Lanyard", Version: cli.Version, Build: 1,
	Icon:       fyne.NewStaticResource("icon.png", assets.Icon),
	Migrations: map[string]bool{"fyneDo": true},
}

// endWait is how long the window has to end once it is told to. The toolkit can lose an event at that moment and wait for it for
// ever; the node has ended by then.
const endWait = 15 * time.Second

// How many percent of what is in use may become garbage (GOGC): before the first picture is there, since what is read for it
// is kept; and later, since what mostly lies in the background should be small.
const startGC, laterGC = 400, 60

func main() {
	fynelog.Restore()
	useConsole()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, cli.Program{
		Name: "lanyard", Version: metadata.Version, Window: window, In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
	}, os.Args[1:])
	stop()
	os.Exit(code)
}

// window opens the window of a home: of the Lanyard that runs there already, or of one that it starts.
func window(ctx context.Context, home string, hidden bool, log *slog.Logger) error {
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return errors.New("there is no display to open a window on (`lanyard serve` runs without one)")
	}
	running, err := control.Dial(home)
	if err != nil {
		return err
	}
	defer running.Close()
	err = running.ShowWindow(ctx)
	if err == nil {
		return nil
	}
	defer context.AfterFunc(ctx, func() {
		time.Sleep(endWait)
		log.Error("the window did not end by itself")
		os.Exit(1)
	})()
	usual := debug.SetGCPercent(startGC)
	fynelog.To(log)
	app.SetMetadata(metadata)
	fyneApp := app.NewWithID(metadata.ID)
	fyneApp.Lifecycle().SetOnStarted(func() { debug.SetGCPercent(min(usual, laterGC)) })
	options := ui.Options{DataDir: filepath.Join(home, "window"), Hidden: hidden, Icon: metadata.Icon, Log: log}
	if node.KindOf(err) != node.Offline {
		options.Remote = true
		opening, err := open(fyneApp, options)
		if err != nil {
			return err
		}
		return opening.Fill(running).Run(ctx)
	}
	return own(ctx, fyneApp, home, options)
}

// own runs a node and its window in this process.
func own(ctx context.Context, fyneApp fyne.App, home string, options ui.Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var shown atomic.Pointer[ui.UI]
	o := node.Options{Home: home, Version: metadata.Version, Logger: options.Log}
	o.Show = func() {
		if w := shown.Load(); w != nil {
			w.Show()
		}
	}
	ready := make(chan node.Service, 1)
	served := make(chan error, 1)
	go func() {
		defer cancel() // a node that ends takes its window with it
		served <- cli.Serve(ctx, o, func(s node.Service) { ready <- s })
	}()
	opening, err := open(fyneApp, options)
	if err != nil {
		cancel()
		return errors.Join(err, <-served)
	}
	select {
	case err := <-served:
		opening.Fail(err)
		return err
	case s := <-ready:
		w := opening.Fill(s)
		shown.Store(w)
		err := w.Run(ctx)
		cancel()
		return errors.Join(err, <-served)
	}
}

// open is ui.Open, where the display may not let itself be opened: the toolkit panics then.
func open(fyneApp fyne.App, options ui.Options) (opening *ui.Opening, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the display %s can't be opened: %v (`lanyard serve` runs without one)", cmp.Or(os.Getenv("WAYLAND_DISPLAY"), os.Getenv("DISPLAY")), r)
		}
	}()
	return ui.Open(fyneApp, options), nil
}
