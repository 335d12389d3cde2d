package cli

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"lanyard/app/node"
	"lanyard/app/qr"
)

// linkLife is how long a link lives unless told otherwise: a visit.
const linkLife = "1d"

func (c *command) guest() *cobra.Command {
	cmd := &cobra.Command{Use: "guest", Short: "links for phones and visitors, which work in any browser", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	var wish node.GuestLink
	var expires string
	var showQR bool
	link := &cobra.Command{
		Use: "link SHARE", Short: "open one shared folder to whoever has the link", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) (err error) {
			wish.Folder = args[0]
			if wish.Expires, err = parseExpiry(expires, time.Now()); err != nil {
				return usage{err}
			}
			made, err := s.LinkGuest(ctx, wish)
			if err != nil {
				return err
			}
			return c.show(made, func(w io.Writer) { c.showLink(w, made, showQR) })
		}),
	}
	f := link.Flags()
	f.StringVar(&wish.Access, "allow", "read", "read, or add (put new files in, see nothing)")
	f.BoolVar(&wish.NeedsPIN, "pin", false, "ask for six digits, too, that you tell the guest")
	f.StringVar(&expires, "expires", linkLife, "how long it lives (30m, 12h, 7d), or until when (2006-01-02 15:04)")
	f.IntVar(&wish.Uses, "uses", 0, "how often it may be opened (0: as often as one likes)")
	f.BoolVar(&wish.Plain, "plain", false, "without encryption: no warning in the browser, but anyone on the network can read along")
	f.BoolVar(&showQR, "qr", false, "show it as a QR code for a phone's camera")
	cmd.AddCommand(link, &cobra.Command{
		Use: "list", Short: "list the open links", Args: cobra.NoArgs,
		RunE: c.with(func(ctx context.Context, s node.Service, _ []string) error {
			state, err := s.Snapshot(ctx)
			if err != nil {
				return err
			}
			return c.show(map[string]any{"links": state.Links}, func(w io.Writer) { listLinks(w, state.Links, state.Folders) })
		}),
	}, &cobra.Command{
		Use: "revoke ID", Short: "end a link, and what runs on it", Args: cobra.ExactArgs(1),
		RunE: c.with(func(ctx context.Context, s node.Service, args []string) error {
			if err := s.RevokeLink(ctx, args[0]); err != nil {
				return err
			}
			return c.done("The link %s has ended.", plain(args[0]))
		}),
	})
	return cmd
}

func (c *command) showLink(w io.Writer, l *node.GuestLink, showQR bool) {
	if showQR {
		if code, err := qr.Text(l.URL, isTerminal(w)); err == nil {
			fmt.Fprintln(w, code)
		}
	}
	does := "see and fetch what is in " + plain(l.Folder)
	if l.Access == "add" {
		does = "put files into " + plain(l.Folder) + ", and see nothing there"
	}
	fmt.Fprintf(w, "Whoever has this link can %s until %s:\n%s\n", does, l.Expires.Local().Format("2006-01-02 15:04"), l.URL)
	if l.PIN != "" {
		fmt.Fprintf(w, "The browser asks for this PIN:\n%s\n", l.PIN)
	}
	if l.Plain {
		fmt.Fprintln(w, "It is not encrypted: anyone on the same network can read along.")
	} else {
		fmt.Fprintln(w, "The browser warns once that it doesn't know this PC's certificate; the connection is encrypted all the same.")
	}
}

func listLinks(w io.Writer, links []node.GuestLink, folders []node.Folder) {
	rows := make([][]string, len(links))
	for i, l := range links {
		used := strconv.Itoa(l.Used)
		if l.Uses > 0 {
			used += " of " + strconv.Itoa(l.Uses)
		}
		rows[i] = []string{l.ID, l.Folder, l.Access, l.Expires.Local().Format("2006-01-02 15:04"), used, l.PIN, l.URL, linkTrouble(l, folders)}
	}
	table(w, "ID FOLDER RIGHT UNTIL USED PIN LINK TROUBLE", rows)
}

// linkTrouble says why a link opens nothing now, although it has not ended; "" if it does.
func linkTrouble(l node.GuestLink, folders []node.Folder) string {
	if l.Locked {
		return "locked: too many wrong PINs"
	}
	for _, f := range folders {
		if f.Name != l.Folder {
			continue
		}
		switch most := f.Allow["guests"]; {
		case f.Error != "":
			return f.Error
		case most == "none":
			return "guests may not open the folder"
		case most == "see", most == "read" && l.Access == "add", most == "add" && l.Access == "read":
			return "guests may only " + most + " in the folder"
		}
	}
	return ""
}

// parseExpiry reads a span (30m, 12h, 7d) or a moment, local time.
func parseExpiry(s string, now time.Time) (time.Time, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 {
			return now.AddDate(0, 0, n), nil
		}
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		return now.Add(d), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, s, time.Local); err == nil && t.After(now) {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("--expires %q: want a span such as 30m, 12h or 7d, or a coming moment such as 2006-01-02 15:04", s)
}
