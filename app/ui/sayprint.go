package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// How printers and jobs are, in words.

// printerState says how a printer is, and in which colour.
func printerState(p node.Printer) (text string, ink fyne.ThemeColorName) {
	text, ink = tr("Ready"), theme.ColorNameSuccess
	switch {
	case p.State == "off":
		return tr("Its PC is off"), look.ColorQuiet
	case p.Rule.Paused:
		return tr("Paused: jobs wait"), theme.ColorNameWarning
	case p.State == "stopped":
		text, ink = tr("Stopped"), theme.ColorNameError
	case p.Rule.Closed, !p.Accepting:
		return tr("Takes no jobs now"), theme.ColorNameWarning
	case p.State == "processing":
		text, ink = tr("Printing"), theme.ColorNamePrimary
	}
	if len(p.Reasons) > 0 {
		text = reasonText(p.Reasons[0])
		if ink != theme.ColorNameError {
			ink = theme.ColorNameWarning
		}
	}
	return text, ink
}

// waitText says how a printer is to somebody who is about to print there: what he prints may have to wait.
func waitText(p node.Printer, state string) string {
	switch {
	case p.State == "off":
		return tr("its PC is off: nothing can be printed there now")
	case p.Rule.Closed, !p.Accepting && p.State != "stopped":
		return tr("it takes no jobs now")
	case p.Rule.Paused:
		return tr("it is paused: what you print waits there")
	case p.State == "stopped":
		return tr("{{.Why}}: what you print waits there", "Why", state)
	case len(p.Reasons) > 0:
		return lower(state)
	case p.Queued > 0:
		return trn("one job is before yours", "{{.N}} jobs are before yours", p.Queued)
	}
	return lower(state)
}

// pageLimitText says how much of what its owner allows was printed this month, or "".
func pageLimitText(p node.Printer) string {
	if p.Rule.Pages <= 0 {
		return ""
	}
	return tr("{{.Used}} of your {{.All}} pages this month are used", "Used", formatCount(p.Used), "All", formatCount(p.Rule.Pages))
}

// jobEnded tells whether an IPP job-state (RFC 8011, 5.3.7) is final.
func jobEnded(state string) bool {
	return state == "completed" || state == "canceled" || state == "aborted"
}

// jobState says how a job is, and in which colour.
func jobState(j node.Job) (text string, ink fyne.ThemeColorName) {
	switch j.State {
	case "pending":
		return queueText(j.Place), look.ColorQuiet
	case "pending-held":
		if j.PIN {
			return tr("Waits for its PIN"), theme.ColorNameWarning
		}
		return tr("Held"), theme.ColorNameWarning
	case "processing":
		return join(tr("Printing"), pagesText(j)), theme.ColorNamePrimary
	case "processing-stopped":
		return join(tr("Stopped"), pagesText(j)), theme.ColorNameError
	case "completed":
		if j.Message != "" { // it says why nobody is sure
			return tr("Handed over"), look.ColorQuiet
		}
		return join(tr("Printed"), pagesText(j)), theme.ColorNameSuccess
	case "canceled":
		return tr("Cancelled"), look.ColorQuiet
	case "aborted":
		return tr("Failed"), theme.ColorNameError
	}
	return plain(sentence(j.State)), look.ColorQuiet
}

func queueText(place int) string {
	switch {
	case place == 1:
		return tr("Next in the queue")
	case place > 1:
		return tr("Waiting, number {{.N}} in the queue", "N", formatCount(place))
	}
	return tr("Waiting")
}

// pagesText says how far a job is.
func pagesText(j node.Job) string {
	switch {
	case j.Pages <= 0:
		return ""
	case j.Total > 0 && !jobEnded(j.State):
		return tr("{{.N}} of {{.All}} pages", "N", formatCount(min(j.Pages, j.Total)), "All", formatCount(j.Total))
	}
	return trn("{{.N}} page", "{{.N}} pages", j.Pages)
}

// jobWhy says what holds a job up, or "".
func jobWhy(j node.Job) string {
	if j.PIN && !jobEnded(j.State) {
		return tr("Release it at the PC with the printer, or here.")
	}
	if j.Message != "" {
		return told(j.Message)
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
