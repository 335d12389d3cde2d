package ui

import (
	"strings"
	"time"

	"lanyard/app/node"
)

// peerState says how another PC is.
func peerState(p node.Peer, now time.Time) string {
	switch {
	case p.Member && p.Online:
		return tr("Online")
	case !p.Member && p.Inviting:
		return tr("Has an invitation open")
	case !p.Member && p.Workgroup != "":
		return tr("In the workgroup “{{.Name}}”", "Name", plain(p.Workgroup))
	case !p.Member:
		return tr("In no workgroup yet")
	case p.LastSeen.IsZero():
		return tr("Off or out of reach")
	}
	return tr("Last seen {{.When}}", "When", formatWhen(p.LastSeen, now))
}

// reasonText says what an IPP printer-state-reason (RFC 8011, 5.4.12) means. Unknown ones are shown as they are.
func reasonText(reason string) string {
	base := reason
	for _, severity := range []string{"-error", "-warning", "-report"} {
		base = strings.TrimSuffix(base, severity)
	}
	switch base {
	case "media-empty", "media-needed", "input-tray-missing":
		return tr("Out of paper")
	case "media-low":
		return tr("Paper is running low")
	case "media-jam":
		return tr("Paper jam")
	case "cover-open", "door-open", "interlock-open":
		return tr("A cover is open")
	case "toner-empty", "marker-supply-empty":
		return tr("Out of ink or toner")
	case "toner-low", "marker-supply-low":
		return tr("Ink or toner is running low")
	case "marker-waste-full":
		return tr("The waste container is full")
	case "output-area-full":
		return tr("The output tray is full")
	case "offline", "shutdown", "timed-out", "connecting-to-device":
		return tr("The printer is off or not connected")
	case "paused", "moving-to-paused":
		return tr("Paused")
	case "spool-area-full":
		return tr("No space left for print jobs")
	}
	return plain(sentence(strings.ReplaceAll(base, "-", " ")))
}
