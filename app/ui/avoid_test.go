package ui

import (
	"testing"

	"lanyard/app/node"
	"lanyard/app/ui/uitest"
)

func TestAPCIsAvoided(t *testing.T) {
	s := uitest.Office()
	d := newDesk(t, s)
	d.svc.SetSettings([]node.Setting{{Key: "avoid", Value: "Old server, gggggsomebody"}})
	d.visit(place{kind: atPC, pc: uitest.Workshop})
	page := d.frame.view.(*pcView)
	if got := labels(pcMenu(d, page.peer)); got != "Send files… | Send a text… | Avoid this PC… | What's wrong? | Remove from the workgroup…" {
		t.Errorf("with a member can be done: %s", got)
	}
	take(t, pcMenu(d, page.peer), "Avoid this PC…")
	d.reads("Avoid Workshop?")
	d.reads("remove it instead")
	d.shoot("avoid")
	d.press()
	d.called("SetSetting avoid Old server, gggggsomebody, " + uitest.Workshop)
	d.told("This PC avoids Workshop now")

	d.svc.Change(func(s *node.State) { s.Peers[2].Avoided, s.Peers[2].Online = true, false })
	d.until("the page says so", func() bool { return page.shown == "avoided" })
	d.shoot("avoided")
	d.svc.SetSettings([]node.Setting{{Key: "avoid", Value: "Old server, Workshop, " + uitest.Archive}})
	d.tap("Stop avoiding it")
	d.called("SetSetting avoid Old server, " + uitest.Archive)
	d.told("This PC no longer avoids Workshop")

	d.visit(place{kind: atPC, pc: uitest.Visitor})
	page = d.frame.view.(*pcView)
	if got := labels(pcMenu(d, page.peer)); got != "Avoid this PC… | What's wrong?" {
		t.Errorf("with a stranger can be done: %s", got)
	}
	d.svc.SetSettings(nil)
	take(t, pcMenu(d, page.peer), "Avoid this PC…")
	d.press()
	d.told("This Lanyard can't avoid PCs")
}

// A stranger that calls itself like a member must not be let in, or shut out, in the member's place.
func TestANameInTheListOfAvoidedPCsIsTheMembers(t *testing.T) {
	member, stranger := node.Peer{ID: "m1", Name: "Bob", Member: true}, node.Peer{ID: "s1", Name: "bob"}
	s := &node.State{Peers: []node.Peer{member, stranger}}
	for _, c := range []struct {
		rule string
		p    node.Peer
		want string
	}{
		{"the member goes by its name", member, "s1, Carl"}, {"the stranger by its ID", stranger, "Bob, Carl"},
		{"so does one of two members of that name", node.Peer{ID: "m2", Name: "Bob", Member: true}, "Bob, s1, Carl"},
	} {
		if got := withoutAvoided("Bob, s1,, Carl ", c.p.ID, nameInLists(s, c.p)); got != c.want {
			t.Errorf("%s: %q", c.rule, got)
		}
	}
}

func TestProblemsAreShownWhereverOneIs(t *testing.T) {
	s := uitest.Office()
	d := newDesk(t, s)
	d.svc.Change(func(s *node.State) {
		s.Problems = []string{"somebody typed three wrong codes: the invitation has ended"}
	})
	d.told("Somebody typed three wrong codes: the invitation has ended.")
	d.shoot("problem")
	warned := false
	for _, e := range sidebarPages(d.UI.state) {
		warned = warned || e.warn && e.place.kind == atThisPC
	}
	if !warned {
		t.Error("the navigation does not point to this PC")
	}
	d.visit(place{kind: atPrinters})
	if d.frame.notice.text() == "" {
		t.Error("the notice went with the page")
	}
	d.frame.notice.shown.do()
	if d.nav.place.kind != atDoctor || d.frame.notice.text() != "" {
		t.Error("the page that shows it is not there, or says it twice")
	}
	d.reads("Somebody typed three wrong codes")
	d.visit(place{kind: atPrinters})
	d.svc.Change(func(s *node.State) { s.Problems = append(s.Problems, "port 4720 is taken") })
	d.told("Port 4720 is taken.")
	d.svc.Change(func(s *node.State) { s.Problems = nil })
	d.until("the notice goes with the problem", func() bool { return d.frame.notice.text() == "" })
}
