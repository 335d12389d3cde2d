package ui

import (
	"net/url"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// The states of an entry of the inbox.
const (
	offerOpen      = "open"
	offerReceiving = "receiving"
	offerReceived  = "received"
	offerDeclined  = "declined"
	offerWithdrawn = "withdrawn"
	offerFailed    = "failed"
)

// What is shown of a text; Copy gives all of it.
const (
	maxTextShown = 2000 // runes
	maxTextLines = 30
)

// maxNames is how many names of an offer are shown.
const maxNames = 6

// waitingOffers counts what a person has to answer or to read.
func waitingOffers(s *node.State) int {
	n := 0
	for _, o := range s.Inbox {
		if o.State == offerOpen || o.Text != "" && o.Unread {
			n++
		}
	}
	return n
}

// calls tells whether an entry is news: it wants an answer, or nobody has looked at it.
func calls(o node.Offered) bool { return o.State == offerOpen || o.Unread }

// offerNotice says what has come.
func offerNotice(o node.Offered, from string) string {
	switch {
	case o.Text == "" && o.State == offerReceived:
		return tr("{{.What}} from {{.PC}} is in your inbox.", "What", plain(o.Label), "PC", from)
	case o.State == offerFailed:
		return stop(because(tr("{{.What}} from {{.PC}} did not arrive", "What", plain(o.Label), "PC", from), o.Error))
	}
	return stop(offerTitle(o, from))
}

func offerTitle(o node.Offered, from string) string {
	if o.Text != "" {
		return tr("{{.PC}} sent you a text", "PC", from)
	}
	if o.State == offerOpen {
		return tr("{{.PC}} wants to send you {{.What}}", "PC", from, "What", plain(o.Label))
	}
	return tr("{{.What}} from {{.PC}}", "PC", from, "What", plain(o.Label))
}

// offerAbout says how much it is and when it came.
func offerAbout(o node.Offered, when string) string {
	if o.Text != "" {
		return sentence(when)
	}
	files, size := "", ""
	if o.Files >= 0 {
		files = trn("{{.N}} file", "{{.N}} files", o.Files)
	}
	if o.Bytes >= 0 {
		size = formatSize(o.Bytes)
	}
	return join(files, size, when)
}

// refuseText is what the button says that ends an offer.
func refuseText(o node.Offered) string {
	if o.State == offerReceiving {
		return tr("Break off")
	}
	return tr("Decline")
}

func offerNames(o node.Offered) string {
	if o.Text != "" || len(o.Names) == 1 && o.Names[0] == o.Label {
		return ""
	}
	var names []string
	for _, n := range o.Names[:min(len(o.Names), maxNames)] {
		names = append(names, plain(n))
	}
	text := strings.Join(names, ", ")
	if len(o.Names) > maxNames || o.Files > len(o.Names) && len(o.Names) > 0 {
		text += ", …"
	}
	return text
}

// offerState says what became of it, and in which colour.
func offerState(o node.Offered) (text string, ink fyne.ThemeColorName) {
	switch {
	case o.Text != "" || o.State == offerOpen:
		return "", look.ColorQuiet
	case o.State == offerReceiving:
		if o.Bytes < 0 {
			return tr("Receiving, {{.Done}} so far", "Done", formatSize(o.Received)), look.ColorQuiet
		}
		return tr("Receiving, {{.Done}} of {{.Total}}", "Done", formatSize(o.Received), "Total", formatSize(o.Bytes)), look.ColorQuiet
	case o.State == offerReceived:
		return tr("In {{.Folder}}", "Folder", plain(o.Dest)), theme.ColorNameSuccess
	case o.State == offerDeclined:
		return tr("You declined it"), look.ColorQuiet
	case o.State == offerWithdrawn:
		return tr("Taken back by who sent it"), look.ColorQuiet
	case o.State == offerFailed:
		return sentence(because(tr("failed"), o.Error)), theme.ColorNameError
	}
	return plain(sentence(o.State)), look.ColorQuiet
}

// shownText is a text from another PC as it can be shown: its lines stay lines, and whatever else changes what is
// around it or can't be seen becomes a visible box.
func shownText(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	var b strings.Builder
	runes, lines := 0, 1
	for _, r := range text {
		if r == '\n' {
			lines++
		}
		if runes++; runes > maxTextShown || lines > maxTextLines {
			return b.String() + "…"
		}
		switch {
		case r == '\t':
			r = ' '
		case r != '\n' && deceptive(r):
			r = '\uFFFD'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// linkIn returns the one address that a text has in it, if it may be opened: http or https, to a name without letters that look
// like others, with nothing hidden in it.
func linkIn(text string) (address string, ok bool) {
	for _, word := range strings.Fields(text) {
		if low := strings.ToLower(word); !strings.HasPrefix(low, "http://") && !strings.HasPrefix(low, "https://") {
			continue
		}
		if address != "" {
			return "", false // which one?
		}
		address = word
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || len(address) > maxAddress {
		return "", false
	}
	for _, r := range address {
		if r <= ' ' || r == 0x7f || deceptive(r) || strings.ContainsRune("\"<>\\^`{|}", r) {
			return "", false
		}
	}
	for _, r := range u.Host {
		if r > 0x7f {
			return "", false
		}
	}
	return address, true
}

// maxAddress is the longest address that is opened: browsers take about as much, and it can be read in a sheet.
const maxAddress = 2000
