package ui

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// priorities are the ranks of a transfer, the last first.
var priorities = []string{node.PriorityLow, node.PriorityNormal, node.PriorityHigh}

func priorityOf(t node.Transfer) string {
	if slices.Contains(priorities, t.Priority) {
		return t.Priority
	}
	return node.PriorityNormal
}

// otherPriority returns the next higher or lower one, or the same where there is none.
func otherPriority(t node.Transfer, by int) string {
	i := slices.Index(priorities, priorityOf(t)) + by
	return priorities[min(max(i, 0), len(priorities)-1)]
}

func priorityText(p string) string {
	switch p {
	case node.PriorityLow:
		return tr("Low: after the others")
	case node.PriorityHigh:
		return tr("High: before the others")
	}
	return tr("Normal")
}

// What can be done with a transfer in its state.

func canPause(t node.Transfer) bool {
	return t.State == node.TransferWaiting || t.State == node.TransferRunning || t.State == node.TransferBlocked
}

func canRetry(t node.Transfer) bool {
	return t.State == node.TransferFailed || t.State == node.TransferCancelled || t.State == node.TransferDone && t.Failed > 0
}

func canCheck(t node.Transfer) bool {
	return (t.State == node.TransferDone || t.State == node.TransferFailed) && t.Files > 0 && t.Text == ""
}

func retryText(t node.Transfer) string {
	if t.State == node.TransferCancelled {
		return tr("Start again")
	}
	return tr("Retry what failed")
}

func transferIcon(t node.Transfer) fyne.Resource {
	switch {
	case t.Direction == "send" && t.Text != "":
		return look.IconText
	case t.Direction == "send":
		return look.IconSend
	case t.Direction == "put":
		return look.IconUpload
	}
	return look.IconDownload
}

// transferSide says where it comes from or goes to.
func transferSide(t node.Transfer, pc string) string {
	text := tr("from {{.PC}}", "PC", pc)
	switch t.Direction {
	case "put":
		text = tr("to {{.PC}}", "PC", pc)
	case "send":
		text = tr("to the person at {{.PC}}", "PC", pc)
	}
	if p := priorityOf(t); p != node.PriorityNormal && !t.State.Ended() {
		text = map[string]string{node.PriorityLow: tr("low priority"), node.PriorityHigh: tr("high priority")}[p] + "   ·   " + text
	}
	return text
}

func heldCount(t node.Transfer) int { return max(t.HeldCount, len(t.Held)) }

// transferText says how far a transfer is, and in which colour.
func transferText(t node.Transfer) (text string, ink fyne.ThemeColorName) {
	ink = look.ColorQuiet
	switch t.State {
	case node.TransferWaiting:
		return join(tr("Waiting for its turn"), amountText(t)), ink
	case node.TransferAsking:
		if t.Waits != "" {
			return tr("Not asked yet: {{.Why}}", "Why", plain(heard(t.Waits))), theme.ColorNameWarning
		}
		return tr("Waiting for an answer there"), ink
	case node.TransferPaused:
		return join(tr("Paused"), amountText(t)), ink
	case node.TransferBlocked:
		return join(waitsText(t), amountText(t)), theme.ColorNameWarning
	case node.TransferCancelled:
		return tr("Cancelled"), ink
	case node.TransferDeclined:
		return tr("Declined there"), theme.ColorNameWarning
	case node.TransferFailed:
		return failedText(t), theme.ColorNameError
	case node.TransferDone:
		if t.Failed > 0 {
			return because(join(doneText(t), failedFiles(t.Failed)), t.Error), theme.ColorNameWarning
		}
		return doneText(t), ink
	}
	return join(bytesText(t), speedText(t), filesText(t)), ink // what matters most first: a small window cuts the end off
}

// waitsText says what a transfer that can't go on waits for.
func waitsText(t node.Transfer) string {
	if t.Waits == "" {
		return tr("Held up. It goes on by itself")
	}
	return tr("{{.What}}. It goes on by itself", "What", strings.TrimRight(told(t.Waits), ".。"))
}

func failedText(t node.Transfer) string {
	if t.Error == "" {
		return tr("Failed")
	}
	text := told(t.Error)
	if t.Failed > 1 {
		text += "   ·   " + failedFiles(t.Failed)
	}
	return text
}

func failedFiles(n int) string { return trn("one file failed", "{{.N}} files failed", n) }

// because adds to what happened why, if that is known.
func because(what, why string) string {
	if why == "" {
		return what
	}
	return of(what, plain(heard(why)))
}

// amountText says how much of it is there.
func amountText(t node.Transfer) string { return join(bytesText(t), filesText(t)) }

func bytesText(t node.Transfer) string {
	switch {
	case t.Total >= 0:
		return tr("{{.Done}} of {{.Total}}", "Done", formatSize(t.Bytes), "Total", formatSize(t.Total))
	case t.Bytes == 0:
		return ""
	}
	return formatSize(t.Bytes)
}

func filesText(t node.Transfer) string {
	text := ""
	if t.Count > 1 {
		text = tr("{{.A}} of {{.B}} files", "A", formatCount(t.Files), "B", formatCount(t.Count))
	}
	return join(text, settledText(t))
}

// settledText says how many files needed no sending, and how many could not be sent.
func settledText(t node.Transfer) string {
	var same, skipped, failed string
	if t.Same > 0 {
		same = trn("{{.N}} there already", "{{.N}} there already", t.Same)
	}
	if t.Skipped > 0 {
		skipped = trn("{{.N}} left as it was", "{{.N}} left as they were", t.Skipped)
	}
	if t.Failed > 0 && !t.State.Ended() {
		failed = failedFiles(t.Failed)
	}
	return join(same, skipped, failed)
}

func doneText(t node.Transfer) string {
	if t.Text != "" {
		return tr("Arrived")
	}
	text := tr("{{.Size}} in {{.Files}}", "Size", formatSize(t.Bytes), "Files", trn("{{.N}} file", "{{.N}} files", t.Files))
	return join(text, settledText(t))
}

// speedText says how fast it goes, what keeps it from going faster, and how long it still takes.
func speedText(t node.Transfer) string {
	if t.Speed <= 0 {
		return ""
	}
	text := formatSpeed(t.Speed)
	switch {
	case t.Limit == node.LimitYours:
		text += " " + tr("(your limit)")
	case t.Limit != "":
		text += " " + tr("(limited by {{.What}})", "What", limitText(t.Limit))
	}
	return join(text, leftText(t))
}

// leftText says how long it still takes, or "".
func leftText(t node.Transfer) string {
	switch {
	case t.Total < 0 || t.Left < 0:
		return ""
	case t.Left == 0:
		return timeLeft(t.Total-t.Bytes, t.Speed)
	}
	return formatLeft(time.Duration(t.Left * float64(time.Second)))
}

func limitText(limit string) string {
	switch limit {
	case node.LimitHere:
		return tr("this disk")
	case node.LimitThere:
		return tr("that PC")
	case node.LimitNetwork:
		return tr("the network")
	}
	return plain(limit)
}

// join sets parts of a line apart, without the empty ones.
func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "   ·   ")
}
