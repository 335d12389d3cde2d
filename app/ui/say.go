package ui

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
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
	return tr("Off since {{.When}}", "When", formatWhen(p.LastSeen, now))
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

// printerState says how a printer is, and in which colour.
func printerState(p node.Printer) (text string, ink fyne.ThemeColorName) {
	text, ink = tr("Ready"), theme.ColorNameSuccess
	switch {
	case p.State == "off":
		return tr("Its PC is off"), look.ColorQuiet
	case p.State == "stopped":
		text, ink = tr("Stopped"), theme.ColorNameError
	case p.State == "processing":
		text, ink = tr("Printing"), theme.ColorNamePrimary
	case !p.Accepting:
		text, ink = tr("Takes no jobs now"), theme.ColorNameWarning
	}
	if len(p.Reasons) > 0 {
		text = reasonText(p.Reasons[0])
		if ink != theme.ColorNameError {
			ink = theme.ColorNameWarning
		}
	}
	return text, ink
}

// jobEnded tells whether an IPP job-state (RFC 8011, 5.3.7) is final.
func jobEnded(state string) bool {
	return state == "completed" || state == "canceled" || state == "aborted"
}

// jobState says how a job is, and in which colour.
func jobState(j node.Job) (text string, ink fyne.ThemeColorName) {
	switch j.State {
	case "pending":
		text, ink = tr("Waiting"), look.ColorQuiet
	case "pending-held":
		text, ink = tr("Held"), theme.ColorNameWarning
	case "processing":
		text, ink = tr("Printing"), theme.ColorNamePrimary
	case "processing-stopped":
		text, ink = tr("Stopped"), theme.ColorNameError
	case "completed":
		return tr("Printed"), theme.ColorNameSuccess
	case "canceled":
		return tr("Cancelled"), look.ColorQuiet
	case "aborted":
		text, ink = tr("Failed"), theme.ColorNameError
	default:
		text, ink = plain(sentence(j.State)), look.ColorQuiet
	}
	return text, ink
}

// jobWhy says what holds a job up, or "".
func jobWhy(j node.Job) string {
	if j.Message != "" {
		return plain(sentence(j.Message))
	}
	for _, r := range j.Reasons {
		switch r {
		case "none", "job-printing", "job-completed-successfully", "job-incoming", "job-queued", "job-spooling", "processing-to-stop-point", "job-canceled-by-user":
		default:
			return reasonText(r)
		}
	}
	return ""
}
