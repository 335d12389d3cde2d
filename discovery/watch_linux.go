package discovery

import (
	"context"
	"errors"
	"log/slog"
	"os"

	"github.com/vishvananda/netlink/nl"
	"golang.org/x/sys/unix"
)

// watch tells when an interface, its carrier or an address may have changed, until ctx ends: the kernel says so within
// milliseconds (rtnetlink(7)).
func watch(ctx context.Context, log *slog.Logger, changed chan<- struct{}) {
	socket, err := nl.Subscribe(unix.NETLINK_ROUTE, unix.RTNLGRP_LINK, unix.RTNLGRP_IPV4_IFADDR, unix.RTNLGRP_IPV6_IFADDR)
	if err != nil {
		log.Warn("watch interfaces: looking every few seconds instead", "error", err)
		poll(ctx, changed)
		return
	}
	defer context.AfterFunc(ctx, socket.Close)()
	notify(changed) // for what happened before
	for {
		_, _, err := socket.Receive()
		if errors.Is(err, os.ErrClosed) || ctx.Err() != nil {
			return
		}
		// Any other error means that messages were lost (ENOBUFS): something has changed then too.
		notify(changed)
	}
}
