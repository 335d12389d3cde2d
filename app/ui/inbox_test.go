package ui

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

// inboxDesk opens the inbox with an entry in every state.
func inboxDesk(t *testing.T) *desk {
	t.Helper()
	s := uitest.Office()
	s.Inbox = uitest.Inbox()
	d := newDesk(t, s)
	d.visit(place{kind: atInbox})
	return d
}

// offer returns the line of an entry of the inbox.
func (d *desk) offer(id string) *offerRow {
	d.t.Helper()
	v := d.frame.view.(*inboxView)
	for _, list := range []*rows[node.Offered]{v.open, v.rest} {
		if r, ok := list.have[id]; ok {
			return r.(*offerRow)
		}
	}
	d.t.Fatalf("no entry %q in the inbox", id)
	return nil
}

func TestTheInboxSaysWhatCame(t *testing.T) {
	d := inboxDesk(t)
	for _, text := range []string{
		"Front desk wants to send you Photos and 3 more", "218 files   ·   1.24 GB   ·   today, 14:28", "Photos, offer-2026-118.pdf, offer-2026-119.pdf, plan.dwg, …",
		"Workshop sent you a text", "https://intranet.miller.example/prices/2027 – please", "Receiving, 31.0 MB of 48.0 MB", "In /home/anna/Downloads/Lanyard Inbox", "You declined it",
	} {
		d.reads(text)
	}
	d.shoot("inbox")
	d.window.Resize(fyne.NewSize(leastWidth, leastHeight))
	d.shoot("inbox-small")
}

func TestAnswerWhatIsSent(t *testing.T) {
	d := inboxDesk(t)
	again := func(after string) {
		t.Helper()
		d.until("it is "+after, func() bool { return d.UI.state.Inbox[0].State == after })
		d.svc.Change(func(s *node.State) { s.Inbox[0].State = "open" })
		d.until("it is open again", func() bool { return d.offer("o1").accept.Visible() })
	}
	test.Tap(d.offer("o1").refuse)
	d.called("AnswerOffer o1 false false")
	again("declined")
	d.window.Canvas().Focus(d.offer("o1").Button)
	d.hit(fyne.KeyA)
	d.called("AnswerOffer o1 true false")
	again("receiving")
	test.Tap(d.offer("o1").always)
	d.reads("Whatever is sent from there lands in your inbox without asking")
	d.shoot("inbox-always")
	d.press()
	d.called("AnswerOffer o1 true true")
	again("receiving")
	if d.offer("o1").drop.Visible() || d.offer("o3").drop.Visible() {
		t.Error("what has not ended can be dropped from the list")
	}
	d.window.Canvas().Focus(d.offer("o4").Button)
	d.hit(fyne.KeyDown)
	d.hit(fyne.KeyDelete)
	d.called("ForgetOffer o5")
}

func TestATextIsShownAndCopiedAsItIs(t *testing.T) {
	d := inboxDesk(t)
	d.called("AnswerOffer o2 true false") // it has been read
	test.Tap(d.offer("o2").copied)
	if got := d.app.Clipboard().Content(); got != uitest.Inbox()[1].Text {
		t.Errorf("copied %q", got)
	}
	if len(d.opened) > 0 {
		t.Errorf("opened by itself: %q", d.opened)
	}
	test.Tap(d.offer("o2").link)
	d.reads("Open this address in the browser?")
	d.reads("https://intranet.miller.example/prices/2027")
	d.shoot("inbox-link")
	if d.window.Canvas().Focused() != fyne.Focusable(d.sheet.cancel) {
		t.Error("Enter alone would open it")
	}
	d.press()
	d.until("it is opened", func() bool { return len(d.opened) == 1 })
	if d.opened[0] != "https://intranet.miller.example/prices/2027" {
		t.Errorf("opened %q", d.opened)
	}
}

func TestOnlyPlainAddressesCanBeOpened(t *testing.T) {
	for text, want := range map[string]string{
		"https://a.example/x?y=1#z":                      "https://a.example/x?y=1#z",
		"look: HTTP://a.example":                         "HTTP://a.example",
		"http://192.168.1.5:8080/":                       "http://192.168.1.5:8080/",
		"http://[fe80::1]/":                              "http://[fe80::1]/",
		"":                                               "",
		"javascript:alert(1)":                            "",
		"file:///etc/passwd":                             "",
		"ftp://a.example/":                               "",
		"smb://a.example/x":                              "",
		"a.example":                                      "",
		"https://":                                       "",
		"http:///path":                                   "",
		"https://a.example https://b.example":            "",
		"https://bank.example@evil.example/":             "", // the name before @ is not where it leads
		"https://b\u0430nk.example/":                     "", // a Cyrillic a
		"https://a.example/\u202etxt.exe":                "",
		"https://a.example/\u200b":                       "",
		"https://a.example/%zz":                          "",
		"https://a.example/\"--new-window":               "",
		"https://a.example/" + strings.Repeat("x", 3000): "",
	} {
		if got, ok := linkIn(text); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", text, got, ok)
		}
	}
}

func TestATextFromOutsideIsShownNeutral(t *testing.T) {
	if got := shownText("a\r\nb\tc\u202ed\x1be\u2028f\xffg"); got != "a\nb c\uFFFDd\uFFFDe\uFFFDf\uFFFDg" {
		t.Errorf("%q", got)
	}
	if got := shownText(strings.Repeat("x\n", 1000)); strings.Count(got, "\n") >= maxTextLines || !strings.HasSuffix(got, "…") {
		t.Errorf("%d lines", strings.Count(got, "\n"))
	}
	if got := shownText(strings.Repeat("x", 64<<10)); len([]rune(got)) != maxTextShown+1 {
		t.Errorf("%d letters", len(got))
	}
}

func TestWhatIsSentIsTold(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.svc.Change(func(s *node.State) { s.Inbox = uitest.Inbox()[:1] })
	d.told("Front desk wants to send you Photos and 3 more.")
	if e := d.sidebarLine("Inbox"); e == nil || sidebarPages(d.UI.state)[4].note != "1" {
		t.Error("the navigation doesn't count it")
	}
	d.shoot("inbox-notice")
	d.frame.notice.shown.do()
	d.until("the inbox is shown", func() bool { return d.nav.place.kind == atInbox && d.frame.notice.text() == "" })
	d.visit(place{kind: atWorkgroup})
	d.svc.Change(func(s *node.State) { s.Inbox = uitest.Inbox()[:2] })
	d.told("Workshop sent you a text.")
	d.svc.Change(func(s *node.State) {
		s.Inbox = uitest.Inbox()[3:4]
		s.Inbox[0].Unread = true
	})
	d.told("minutes.odt from Front desk is in your inbox.")
	d.svc.Change(func(s *node.State) { s.Inbox = nil })
	d.until("the notice goes with what it was about", func() bool { return d.frame.notice.text() == "" })
	d.visit(place{kind: atInbox})
	d.reads("Nobody has sent you anything")
	d.shoot("inbox-empty")
}

func TestSendFiles(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.visit(place{kind: atPC, pc: uitest.Workshop})
	d.picked = []string{"/home/anna/plan.dwg", "/home/anna/list.ods"}
	d.tap("Send files…")
	d.reads("Send “plan.dwg” and one more")
	box := func(text string) *check {
		b, ok := find(d.sheet.pop.Content, func(c *check) bool { return strings.HasPrefix(c.Text, text) })
		if !ok {
			t.Fatalf("no box %q", text)
		}
		return b
	}
	if !box("Workshop").Checked || box("Front desk").Checked {
		t.Error("not the PC is ticked that it is for")
	}
	if _, ok := find(d.sheet.pop.Content, func(c *check) bool { return strings.HasPrefix(c.Text, "MacBook") }); ok {
		t.Error("a stranger can be chosen")
	}
	box("Workshop").SetChecked(false)
	if !d.sheet.main.Disabled() {
		t.Error("it can be sent to nobody")
	}
	box("Workshop").SetChecked(true)
	box("Archive").SetChecked(true)
	d.shoot("send")
	d.press()
	d.called("Send /home/anna/plan.dwg /home/anna/list.ods  " + uitest.Workshop + " " + uitest.Archive)
	d.told("2 PCs are asked.")
	d.frame.notice.shown.do()
	d.reads("Waiting for an answer there")
	d.svc.EndTransfer(node.TransferDeclined)
	d.told("did not accept")
}

func TestSendAText(t *testing.T) {
	d := newDesk(t, uitest.Office())
	d.visit(place{kind: atPC, pc: uitest.Front})
	d.tap("Send a text…")
	line, _ := find(d.sheet.pop.Content, func(i *input) bool { return true })
	if !d.sheet.main.Disabled() || d.window.Canvas().Focused() != fyne.Focusable(line) {
		t.Error("nothing can be sent, or the keyboard is elsewhere")
	}
	d.app.Clipboard().SetContent(strings.Repeat("x", 64<<20))
	line.TypedShortcut(&fyne.ShortcutPaste{Clipboard: d.app.Clipboard()})
	d.reads("That is too long to send as a text")
	if line.Text != "" || !d.sheet.main.Disabled() {
		t.Error("it was pasted")
	}
	line.SetText("  https://a.example/x \n")
	d.shoot("send-text")
	d.svc.Fail("Send", &node.Error{Kind: node.Offline, Text: "Front desk can't be reached"})
	d.press()
	d.reads("Front desk can't be reached")
	d.svc.Fail("Send", nil)
	d.press()
	d.called("Send  https://a.example/x " + uitest.Front)
	d.told("The text is on its way.")
}
