package ui

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"lanyard/app/node"
	"lanyard/app/ui/look"
)

// doctorDeeds is what the page "What's wrong?" asks for.
type doctorDeeds interface {
	traveller
	checkupDeeds
}

// doctorView looks for what is wrong: at this PC and its network, or between this PC and another one.
type doctorView struct {
	do       doctorDeeds
	pc       string
	page     fyne.CanvasObject
	about    *widget.Select
	subjects []string // the PCs that about offers, by ID; "" is this one
	problems *problemLine
	checkup  *checkup
}

func newDoctorView(do doctorDeeds, pc string) *doctorView {
	v := &doctorView{do: do, pc: pc, about: widget.NewSelect(nil, nil), problems: newProblemLine(), checkup: newCheckup(do, pc)}
	intro := look.NewProse(tr("Lanyard looks at this PC, its network and the way to the others, and says what keeps them apart. Nothing is changed by looking."), fyne.TextAlignLeading)
	subject := settingLine(tr("What doesn't work?"), tr("A PC that can't be reached, or this one."), v.about)
	v.page = look.Page(14, intro, look.NewCard(subject, nil), v.problems, v.checkup.content())
	v.about.OnChanged = func(string) {
		if i := v.about.SelectedIndex(); i >= 0 {
			do.visit(place{kind: atDoctor, pc: v.subjects[i]})
		}
	}
	v.checkup.run()
	return v
}

func (v *doctorView) content() fyne.CanvasObject { return v.page }
func (v *doctorView) actions() fyne.CanvasObject { return nil }
func (v *doctorView) leave()                     { v.checkup.leave() }
func (v *doctorView) refresh()                   { v.checkup.run() }

// show keeps up which PCs there are, and what this PC knows to be wrong without looking.
func (v *doctorView) show(s *node.State) {
	subjects, texts := []string{""}, []string{tr("This PC and its network")}
	for _, p := range s.Peers {
		subjects, texts = append(subjects, p.ID), append(texts, pcName(s, p.ID))
	}
	if !slices.Contains(subjects, v.pc) {
		subjects, texts = append(subjects, v.pc), append(texts, pcName(s, v.pc))
	}
	if texts = unlike(texts); !slices.Equal(texts, v.about.Options) || !slices.Equal(subjects, v.subjects) {
		v.subjects, v.about.Options = subjects, texts
		changed := v.about.OnChanged
		v.about.OnChanged = nil
		v.about.SetSelectedIndex(slices.Index(subjects, v.pc))
		v.about.OnChanged = changed
		v.about.Refresh()
	}
	if v.pc == "" && len(s.Problems) > 0 {
		v.problems.say(problemsText(s.Problems), "")
	} else {
		v.problems.clear()
	}
}

// atText says at which PC something is.
func (u *UI) atText(pc string) string {
	if pc == u.selfID() {
		return tr("at this PC")
	}
	return tr("at {{.PC}}", "PC", pcName(u.state, pc))
}

// diagnosisText is what was found as a text, to send to whoever helps.
func (u *UI) diagnosisText(d *node.Diagnosis) string {
	about := tr("This PC and its network")
	if d.PC != "" {
		about = pcName(u.state, d.PC)
	}
	lines := []string{tr("Lanyard looked at: {{.What}}", "What", about), u.opt.Now().Format("2006-01-02 15:04")}
	if u.state != nil {
		lines = append(lines, "Lanyard "+plain(u.state.Self.Version)+", "+plain(u.state.Self.Name))
	}
	for _, f := range d.Findings {
		word := map[node.Verdict]string{node.VerdictBad: tr("Wrong"), node.VerdictGood: tr("In order")}[f.Verdict]
		if word == "" {
			word = tr("Can't be seen from here")
		}
		if f.PC != "" {
			word += ", " + u.atText(f.PC)
		}
		lines = append(lines, "", of(word, stop(told(f.Text))))
		if f.Do != "" && f.Verdict != node.VerdictGood {
			lines = append(lines, stop(told(f.Do)))
		}
		if f.Command != "" {
			lines = append(lines, "    "+plain(f.Command))
		}
	}
	return strings.Join(lines, "\n") + "\n"
}
