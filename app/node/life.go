package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"

	"lanyard/app/node/door"
)

// Run is the PC's life. It returns when ctx ends or Stop is called and everything it started has ended.
func (n *Node) Run(ctx context.Context) error {
	defer n.home.Close()
	defer n.queue.Close()
	defer close(n.ended)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := os.RemoveAll(n.home.Path(movingDir)); err != nil {
		n.log.Warn("documents of print jobs are left over", "err", err)
	}
	n.keepMounts()
	if err := n.apply(ctx, n.currentSettings()); err != nil {
		n.log.Warn("not everything is shared", "err", err)
		n.mu.Lock()
		n.problems = append(n.problems, err.Error())
		n.mu.Unlock()
	}
	n.giveWay()
	var wg sync.WaitGroup
	parts := map[string]func(context.Context) error{
		"door": n.door.Run, "presence": n.mesh.Run, "discovery": n.finder.Run, "printing": n.print.Run,
		"awake": n.awake.Run, "transfers": n.queue.Run, "paces": n.tellPaces, "requests": n.serve, "news": n.tellNews, "peers": n.keepPeers,
		"bins": n.tendBins, "drive": n.keepDrive, "installed printers": n.keepInstalled, "lines": n.watchLines, "inbox": n.tendInbox, "refusals": n.tendRefusals,
	}
	errs := make(chan error, len(parts))
	for name, run := range parts {
		wg.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				errs <- fmt.Errorf("run %s: %w", name, err)
			}
		})
	}
	n.log.Info("running", "id", n.id.ID, "name", n.nameOf(n.id.ID), "port", n.door.Port())
	var err error
	for running := true; running; {
		select {
		case err = <-errs:
			running = false
		case <-n.stop:
			running = false
		case <-ctx.Done():
			running = false
		}
	}
	cancel()
	wg.Wait()
	n.client.CloseIdleConnections()
	return errors.Join(err, n.savePeers())
}

// Stop implements Service.
func (n *Node) Stop(context.Context) error {
	n.once.Do(func() { close(n.stop) })
	return nil
}

// ShowWindow implements Service.
func (n *Node) ShowWindow(context.Context) error {
	if n.o.Show == nil {
		return problem(Failed, "end it with Ctrl+C where it was started, then start Lanyard again",
			"Lanyard runs without a window for this home")
	}
	n.o.Show()
	return nil
}

// serve answers the requests of other PCs until ctx ends.
func (n *Node) serve(ctx context.Context) error {
	server := &http.Server{
		Handler: n.handler(), ConnContext: door.ConnContext, ReadHeaderTimeout: headerWait, IdleTimeout: idleWait,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(n.log.Handler(), slog.LevelDebug),
		BaseContext:                  func(net.Listener) context.Context { return ctx },
		DisableGeneralOptionsHandler: true, // IPP clients ask OPTIONS * (RFC 8010 8.2)
	}
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownWait)
		defer cancel()
		if server.Shutdown(late) != nil {
			server.Close()
		}
	})
	err := server.Serve(n.door)
	if !stop() {
		<-done
	}
	if errors.Is(err, http.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
