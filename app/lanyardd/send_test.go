//go:build linux

package main

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// mailbox gives a desk an inbox folder.
func mailbox(d *officetest.Desk) string {
	d.T.Helper()
	dir := filepath.Join(d.T.TempDir(), "Inbox")
	d.Must("config", "set", "inbox", dir)
	return dir
}

// sends has one desk send to others, and returns the transfers' IDs.
func sends(d *officetest.Desk, s node.Sending) (ids []string) {
	d.T.Helper()
	list, err := d.Send(d.T.Context(), s)
	if err != nil {
		d.T.Fatal(err)
	}
	for _, t := range list {
		ids = append(ids, t.ID)
	}
	return ids
}

// offered waits until something new in the inbox is in a state, and returns it.
func offered(d *officetest.Desk, state string) (o node.Offered) {
	d.T.Helper()
	d.Until(20*time.Second, "has an offer that is "+state, func(s *node.State) bool {
		if len(s.Inbox) > 0 && s.Inbox[0].State == state {
			o = s.Inbox[0]
			return true
		}
		return false
	})
	return o
}

// ends waits until a transfer is in a state.
func ends(d *officetest.Desk, id string, state node.TransferState) (t node.Transfer) {
	d.T.Helper()
	d.Until(30*time.Second, "has a transfer that is "+string(state), func(s *node.State) bool {
		i := slices.IndexFunc(s.Transfers, func(t node.Transfer) bool { return t.ID == id })
		if i < 0 || s.Transfers[i].State != state {
			return false
		}
		t = s.Transfers[i]
		return true
	})
	return t
}

func answer(d *officetest.Desk, o node.Offered, accept, always bool) {
	d.T.Helper()
	if err := d.AnswerOffer(d.T.Context(), o.ID, accept, always); err != nil {
		d.T.Fatal(err)
	}
}

func inFolder(t *testing.T, dir string) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// papers makes files to send: one, and a folder with two.
func papers(t *testing.T) []string {
	dir := t.TempDir()
	os.MkdirAll(filepath.Join(dir, "Photos", "sub"), 0o755)
	for name, content := range map[string]string{"a.txt": "hello", "Photos/1.jpg": "one", "Photos/sub/2.jpg": "two", "Photos/.hidden": "no"} {
		os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644)
	}
	return []string{filepath.Join(dir, "a.txt"), filepath.Join(dir, "Photos")}
}

func TestSomethingIsSentToAPerson(t *testing.T) {
	two := officetest.Office(t, discoverytest.NewLAN(t), "front", "back")
	front, back := two[0], two[1]
	dir, files := mailbox(back), papers(t)

	// It is asked, and lands where nothing is replaced.
	id := sends(front, node.Sending{Files: files, PCs: []string{"back"}})[0]
	o := offered(back, "open")
	if o.Files != 3 || o.Bytes != 11 || !slices.Equal(o.Names, []string{"a.txt", "Photos"}) || o.Label != "a.txt and 1 more" || !o.Unread {
		t.Errorf("offered as %+v", o)
	}
	if s := ends(front, id, node.TransferAsking); !strings.Contains(s.Waits, "back") {
		t.Errorf("asking is told as %q", s.Waits)
	}
	os.MkdirAll(dir, 0o755)
	os.WriteFile(filepath.Join(dir, "a.txt"), []byte("mine"), 0o644)
	answer(back, o, true, false)
	o = offered(back, "received")
	ends(front, id, node.TransferDone)
	if got := inFolder(t, dir); !slices.Equal(got, []string{"Photos", "a (2).txt", "a.txt"}) {
		t.Errorf("the inbox folder has %q", got)
	}
	for name, content := range map[string]string{"a.txt": "mine", "a (2).txt": "hello", "Photos/1.jpg": "one", "Photos/sub/2.jpg": "two", "Photos/.hidden": ""} {
		if got := officetest.Content(t, filepath.Join(dir, name)); got != content {
			t.Errorf("%s is %q", name, got)
		}
	}
	if o.Dest != dir || !slices.Contains(o.Paths, "a (2).txt") {
		t.Errorf("received as %+v", o)
	}

	// It is declined.
	id = sends(front, node.Sending{Files: files[:1], PCs: []string{"back"}})[0]
	answer(back, offered(back, "open"), false, false)
	ends(front, id, node.TransferDeclined)
	if got := inFolder(t, dir); len(got) != 3 {
		t.Errorf("declined, and the inbox folder has %q", got)
	}

	// It is withdrawn.
	id = sends(front, node.Sending{Files: files[:1], PCs: []string{"back"}})[0]
	offered(back, "open")
	if err := front.CancelTransfer(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	offered(back, "withdrawn")

	// A text needs no yes, and is shown.
	const text = "Lunch at 12?\nhttps://example.org/menu"
	id = sends(front, node.Sending{Text: text, PCs: []string{"back"}})[0]
	ends(front, id, node.TransferDone)
	if o = offered(back, "received"); o.Text != text || !o.Unread {
		t.Errorf("the text came as %+v", o)
	}
	answer(back, o, true, false)
	back.Until(5*time.Second, "has read it", func(s *node.State) bool { return !s.Inbox[0].Unread })

	// Always from this PC.
	id = sends(front, node.Sending{Files: files[1:], PCs: []string{"back"}})[0]
	answer(back, offered(back, "open"), true, true)
	ends(front, id, node.TransferDone)
	if got := back.Must("config", "get", "always"); !strings.Contains(got, "front") {
		t.Errorf("always is %q", got)
	}
	ends(front, sends(front, node.Sending{Files: files[:1], PCs: []string{"back"}})[0], node.TransferDone)
	if got := inFolder(t, dir); !slices.Equal(got, []string{"Photos", "Photos (2)", "a (2).txt", "a (3).txt", "a.txt"}) {
		t.Errorf("the inbox folder has %q", got)
	}

	// And what can't be.
	for words, s := range map[string]node.Sending{
		"another PC":   {Files: files, PCs: []string{"this"}},
		"more than":    {Text: strings.Repeat("a", 65<<10), PCs: []string{"back"}},
		"not both":     {Text: "a", Files: files, PCs: []string{"back"}},
		"no PC":        {Text: "a", PCs: []string{"nobody"}},
		"nothing to":   {PCs: []string{"back"}},
		"no text":      {Text: " \n ", PCs: []string{"back"}},
		"name from 1":  {Text: "a"},
		"can't read /": {Files: []string{"/no/such/file"}, PCs: []string{"back"}},
	} {
		if _, err := front.Send(t.Context(), s); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%+.60v: %v, want %q", s, err, words)
		}
	}
}

func TestCtrlCWithdrawsWhatIsSentToEveryone(t *testing.T) {
	all := officetest.Office(t, discoverytest.NewLAN(t), "front", "back", "side")
	cmd := all[0].Command(t.Context(), append([]string{"send"}, append(papers(t), "back", "side")...)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for _, d := range all[1:] {
		offered(d, "open")
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("a send that was ended by Ctrl+C ends as if it were done")
	}
	for _, d := range all[1:] {
		offered(d, "withdrawn")
	}
}

func TestATextIsSentAndReadByCommands(t *testing.T) {
	two := officetest.Office(t, discoverytest.NewLAN(t), "front", "back")
	front, back := two[0], two[1]
	if said := front.Must("send", "--text", "Lunch\x1b[31m at 12?\nor later", "back"); !strings.Contains(said, ": sent.") {
		t.Errorf("send says %q", said)
	}
	o := offered(back, "received")
	if list := back.Must("inbox"); strings.Contains(list, "later") || strings.Contains(list, "\x1b") {
		t.Errorf("the list of the inbox is\n%s", list)
	}
	if text := back.Must("inbox", "show", o.ID); !strings.HasPrefix(text, "Lunch") || !strings.HasSuffix(text, " at 12?\nor later\n") || strings.Contains(text, "\x1b") {
		t.Errorf("the text is shown as %q", text)
	}
	back.Fails(`no text "nothing" in the inbox`, "inbox", "show", "nothing")
	front.Fails("no text to send", "send", "--text", "", "back")
}

func TestSomethingIsSentToThreeAtOnce(t *testing.T) {
	four := officetest.Office(t, discoverytest.NewLAN(t), "front", "one", "two", "three")
	front, files := four[0], papers(t)
	ids := sends(front, node.Sending{Files: files, PCs: []string{"one", "two", "three"}})
	for i, d := range four[1:] {
		dir := mailbox(d)
		answer(d, offered(d, "open"), i != 1, false)
		if i == 1 {
			ends(front, ids[i], node.TransferDeclined)
			continue
		}
		ends(front, ids[i], node.TransferDone)
		if got := officetest.Content(t, filepath.Join(dir, "Photos", "sub", "2.jpg")); got != "two" {
			t.Errorf("%s has %q", d.PC.Name, got)
		}
	}
}

// Neither a PC that is off nor a restart of either, before the answer or in the middle, loses what is sent.
func TestWhatIsSentOutlivesBothPCs(t *testing.T) {
	two := officetest.Office(t, discoverytest.NewLAN(t), "front", "back")
	front, back := two[0], two[1]
	dir := mailbox(back)
	film := make([]byte, 6_000_000)
	rand.Read(film)
	file := filepath.Join(t.TempDir(), "film.mp4")
	os.WriteFile(file, film, 0o644)

	if err := back.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	front.Misses(10*time.Second, back)
	id := sends(front, node.Sending{Files: []string{file}, PCs: []string{"back"}})[0]
	ends(front, id, node.TransferBlocked)
	if err := front.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	front.Start()
	back.Start()
	offered(back, "open")
	ends(front, id, node.TransferAsking)

	// Answered while the sender is off.
	if err := front.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	back.Cmd.Kill()
	back.Cmd.Wait()
	back.Start()
	back.Must("config", "set", "download", "2 MB/s")
	answer(back, offered(back, "open"), true, false)
	front.Start()

	// Killed in the middle.
	back.Until(20*time.Second, "has some of it", func(s *node.State) bool { return len(s.Inbox) == 1 && s.Inbox[0].Received > 0 })
	back.Cmd.Kill()
	back.Cmd.Wait()
	back.Start()
	back.Must("config", "set", "download", "off")
	offered(back, "received")
	ends(front, id, node.TransferDone)
	if got := inFolder(t, dir); !slices.Equal(got, []string{"film.mp4"}) {
		t.Errorf("the inbox folder has %q", got)
	}
	if officetest.Content(t, filepath.Join(dir, "film.mp4")) != string(film) {
		t.Error("the film is not what was sent")
	}
}
