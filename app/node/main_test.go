package node

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"lanyard/discovery/discoverytest"
)

func TestMain(m *testing.M) {
	discoverytest.Setup(discoverytest.Roles{"life": life})
	goleak.VerifyTestMain(m)
}

// life is a whole one of a node, inside a PC: it ends in order, leaves no goroutine, and says how long the end took.
func life(ctx context.Context, args []string) error {
	n, err := New(Options{Home: args[0], Version: "test", Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))})
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- n.Run(ctx) }()
	if err := n.CreateWorkgroup(ctx, "Office"); err != nil {
		return err
	}
	if _, err := n.Invite(ctx); err != nil {
		return err
	}
	if err := n.SharePrinter(ctx, printToFolder, true); err != nil {
		return err
	}
	time.Sleep(500 * time.Millisecond)
	begun := time.Now()
	_ = n.Stop(ctx)
	if err := <-done; err != nil {
		return err
	}
	fmt.Println(time.Since(begun))
	return goleak.Find(
		goleak.IgnoreAnyFunction("os/signal.NotifyContext.func1"), // of the process that plays this role
		// zeroconf repeats its announcement after growing sleeps, and does not look up in between, whatever is shut down.
		goleak.IgnoreAnyFunction("github.com/grandcat/zeroconf.(*Server).probe"),
	)
}

func TestALifeEndsInOrder(t *testing.T) {
	pc := discoverytest.NewLAN(t).Join("a")
	out, err := pc.Self(t.Context(), "life", t.TempDir()).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var took time.Duration
	if took, err = time.ParseDuration(string(out[:len(out)-1])); err != nil || took > 6*time.Second {
		t.Errorf("the end took %s (%v)", out, err)
	}
}
