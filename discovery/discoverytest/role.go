package discoverytest

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// Role is what the test binary does when it is started inside a PC by PC.Self. It should end soon after its context:
// Cmd.Stop ends it. What it prints is the output of the command; an error makes it exit 1.
type Role func(ctx context.Context, args []string) error

// Roles are the roles of a test binary, by name.
type Roles map[string]Role

// roleVariable carries the role from PC.Self to the new process.
const roleVariable = "DISCOVERYTEST_ROLE"

// Setup must be called first in TestMain. In a process that PC.Self started it plays the role and doesn't return. For
// an ordinary user it runs the tests again as root of a new user namespace, where the kernel allows it, and doesn't
// return either.
func Setup(roles Roles) {
	name, ok := os.LookupEnv(roleVariable)
	if !ok {
		becomeRoot()
		return
	}
	role := roles[name]
	if role == nil {
		fmt.Fprintf(os.Stderr, "discoverytest: no role %q\n", name)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := role(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}
