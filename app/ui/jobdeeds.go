package ui

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// What the line of a print job asks for, and what is told of one's own jobs.

func (u *UI) when(j node.Job) string { return formatWhen(j.Created, u.opt.Now()) }

func refOf(j node.Job) node.JobRef {
	return node.JobRef{PC: j.PC, Printer: j.Printer, ID: j.ID}
}

func (u *UI) cancelJob(j node.Job) {
	u.call(func(ctx context.Context) error { return u.svc.CancelJob(ctx, refOf(j)) }, nil)
}

func (u *UI) holdJob(j node.Job) {
	u.call(func(ctx context.Context) error { return u.svc.HoldJob(ctx, refOf(j)) }, nil)
}

// releaseJob lets a held job go. At the PC with the printer that takes the PIN that its sender gave it.
func (u *UI) releaseJob(j node.Job) {
	if !j.PIN || j.Mine {
		u.call(func(ctx context.Context) error { return u.svc.ReleaseJob(ctx, refOf(j), "") }, nil)
		return
	}
	pin := newInput(tr("4 to 8 digits"), u.closeSheet)
	submit := func(s *sheet) {
		typed := strings.TrimSpace(pin.Text)
		s.run(tr("One moment…"), func(ctx context.Context) error { return u.svc.ReleaseJob(ctx, refOf(j), typed) }, u.closeSheet)
	}
	s := u.open(sheetSpec{
		title: tr("Release a job of {{.PC}}", "PC", ownerText(j, u.pcNameText)), icon: look.IconKey, width: 400, main: tr("Release"), focus: pin, onMain: submit,
		body: look.VBox(8, look.NewProse(tr("Type the PIN that it was given. Then it is printed."), fyne.TextAlignLeading), pin),
	})
	pin.OnChanged = func(text string) { able(s.main, goodPIN(strings.TrimSpace(text))) }
	pin.OnSubmitted = func(string) { s.submit(submit) }
	able(s.main, false)
}

func (u *UI) restartJob(j node.Job) {
	u.call(func(ctx context.Context) error {
		_, err := u.svc.RestartJob(ctx, refOf(j))
		return err
	}, func() { u.tell(tr("{{.Name}} is printed again.", "Name", jobName(j))) })
}

// orderJob puts a job of a printer of this PC before another one; before 0 is the end.
func (u *UI) orderJob(j node.Job, before int) {
	u.call(func(ctx context.Context) error { return u.svc.OrderJob(ctx, j.Printer, j.ID, before) }, nil)
}

// canMove tells whether there is somewhere else for a job. What waits for a PIN stays where its owner looks for it.
func (u *UI) canMove(j node.Job) bool {
	return (waits(j) || j.State == "processing-stopped") && !j.PIN && len(u.otherPrinters(j)) > 0
}

// otherPrinters are those that a job could go to.
func (u *UI) otherPrinters(j node.Job) (others []node.Printer) {
	if u.state == nil {
		return nil
	}
	for _, p := range u.state.Printers {
		if p.Shared && p.State != "off" && p.Accepting && !p.Rule.Closed && (p.PC != j.PC || p.Name != j.Printer) {
			others = append(others, p)
		}
	}
	return others
}

// askMoveJob asks for the printer that a job shall go to.
func (u *UI) askMoveJob(j node.Job) {
	others := u.otherPrinters(j)
	to := newChoice(nil, u.closeSheet)
	for _, p := range others {
		state, _ := printerState(p)
		to.Options = append(to.Options, clip(tr("{{.Printer}} at {{.PC}}", "Printer", plain(p.Name), "PC", pcName(u.state, p.PC))+"   ·   "+state))
	}
	to.Options = unlike(to.Options)
	to.SetSelectedIndex(max(slices.IndexFunc(others, func(p node.Printer) bool { return p.State != "stopped" }), 0))
	submit := func(s *sheet) {
		p := others[to.SelectedIndex()]
		s.run(tr("Moving it…"), func(ctx context.Context) error {
			_, err := u.svc.MoveJob(ctx, refOf(j), p.PC, p.Name)
			return err
		}, func() {
			u.closeSheet()
			u.tell(tr("{{.Name}} was moved to {{.Printer}} at {{.PC}}.", "Name", jobName(j), "Printer", plain(p.Name), "PC", pcName(u.state, p.PC)))
		})
	}
	u.open(sheetSpec{
		title: tr("Move {{.Name}}", "Name", jobName(j)), icon: look.IconPrinter, width: 480, main: tr("Move"), focus: to, onMain: submit,
		body: look.VBox(8, look.NewProse(tr("It leaves its queue and is printed there with the options that the other printer has, too."), fyne.TextAlignLeading), to),
	})
}

func jobName(j node.Job) string {
	if j.Name == "" {
		return tr("A document")
	}
	return "“" + clip(plain(j.Name)) + "”"
}

// jobKey tells jobs apart.
func jobKey(j node.Job) string {
	return printerKey(node.Printer{PC: j.PC, Name: j.Printer}) + "\x00" + formatCount(j.ID)
}

// reviewReason is the job-state-reason of a job of which nobody knows whether it came out.
const reviewReason = "job-held-for-review"

// jobTrouble says why a job of one's own needs somebody, or "": it stopped, it failed, or nobody knows whether it came out.
func jobTrouble(j node.Job) (trouble string) {
	where := plain(j.Printer)
	switch {
	case j.State == "aborted":
		return tr("{{.Name}} was not printed on {{.Printer}}.", "Name", jobName(j), "Printer", where)
	case j.State == "processing-stopped":
		return tr("{{.Name}} waits at {{.Printer}} and goes on by itself.", "Name", jobName(j), "Printer", where)
	case j.State == "pending-held" && slices.Contains(j.Reasons, reviewReason):
		return tr("Nobody knows whether {{.Name}} came out of {{.Printer}}.", "Name", jobName(j), "Printer", where)
	}
	return ""
}

// tellJobs says once of each of one's own jobs what is wrong with it, wherever the window is.
func (u *UI) tellJobs(old, s *node.State) {
	for _, j := range s.Jobs {
		if !j.Mine {
			continue
		}
		key, trouble := jobKey(j), jobTrouble(j)
		if trouble == "" {
			u.frame.notice.closeAbout(key)
			if u.told[key] != "" {
				u.notes.Withdraw(key)
				u.told[key] = ""
			}
			if jobEnded(j.State) {
				delete(u.told, key)
			}
			continue
		}
		why := jobWhy(j)
		if u.told[key] == trouble+why {
			continue
		}
		u.told[key] = trouble + why
		if old == nil {
			continue // it is not new, and the page of printers says it
		}
		kind := noticeWarning
		if j.State == "aborted" {
			kind = noticeError
		}
		u.frame.notice.say(notice{kind: kind, text: trouble, hint: why, stays: true, unasked: true, about: key, verb: tr("Show jobs"), do: func() { u.visit(place{kind: atPrinters}) }})
		u.knock(Note{About: key, Title: "Lanyard", Body: strings.TrimSpace(trouble + " " + why), Plain: tr("A print job needs you. Lanyard's window says why."),
			Actions: []NoteAction{u.showing(place{kind: atPrinters})}})
	}
}
