package gate

import "testing"

var office = Rules{
	Member: func(id string) bool { return id == "anna" || id == "ben" },
	Folders: map[string]map[string]Verbs{
		"plans":    {Everyone: access["read"], "ben": access["change"]},
		"letter":   {Everyone: access["add"]},
		"photos":   {Guests: access["read"]},
		"post":     {Guests: access["change"]},
		"secret":   {"ben": access["read"]},
		"not anna": {Everyone: access["change"], "anna": access["none"]},
		"nothing":  {Guests: 0},
		"nobody":   {},
	},
	Printers: map[string]bool{"laser": false, "ink": true},
	Local:    map[string]string{"laser-at-anna": "anna", "ink-at-eve": "eve", "ink-at-max": "max"},
	On:       map[Service]bool{Files: true, Printing: true, Welcome: true},
	Avoids:   func(id string) bool { return id == "max" },
	Links: map[string]Link{
		"l1": {"photos", access["read"]}, "l2": {"post", access["add"]}, "l3": {"photos", access["change"]}, "l4": {"nothing", access["read"]}, "l5": {"plans", access["add"]},
	},
}

func TestTheGate(t *testing.T) {
	var g Gate
	g.Set(office)
	anna, ben, eve := g.Peer("anna"), g.Peer("ben"), g.Peer("eve")
	guest, nobody, owner := Who{Kind: Guest}, g.Peer(""), Who{Kind: Owner}
	by := func(link string) Who { return Who{Kind: Guest, ID: link} }
	for _, c := range []struct {
		rule    string
		who     Who
		service Service
		thing   string
		verbs   Verbs // allowed; all others are not
	}{
		{"everyone's rule", anna, Files, "plans", Of(See, Read)},
		{"a PC's own rule goes first", ben, Files, "plans", Of(See, Read, Add, Change)},
		{"a drop box can't be read", anna, Files, "letter", Of(See, Add)},
		{"guests' rule is not for members", anna, Files, "photos", 0},
		{"a guest without a link gets nothing", guest, Files, "photos", 0},
		{"nor with one that is no more", by("l9"), Files, "photos", 0},
		{"a link is for its folder", by("l1"), Files, "photos", Of(See, Read)},
		{"and no other", by("l1"), Files, "post", 0},
		{"a link gives what it says", by("l2"), Files, "post", Of(See, Add)},
		{"and no more than the folder gives guests", by("l3"), Files, "photos", Of(See, Read)},
		{"which may be nothing", by("l4"), Files, "nothing", 0},
		{"where there is no such rule the link decides", by("l5"), Files, "plans", Of(See, Add)},
		{"guests are welcome", guest, Welcome, "", Of(See)},
		{"members need no welcome", anna, Welcome, "", 0},
		{"who is avoided is nobody", g.Peer("max"), Presence, "", 0},
		{"everyone is not guests", guest, Files, "plans", 0},
		{"a stranger is no guest", eve, Files, "photos", 0},
		{"a stranger gets nothing", eve, Files, "plans", 0},
		{"only ben", anna, Files, "secret", 0},
		{"a PC's own rule can take away", anna, Files, "not anna", 0},
		{"no rule is no", ben, Files, "nobody", 0},
		{"no folder is no", ben, Files, "plans2", 0},
		{"no name is no", ben, Files, "", 0},
		{"members print", anna, Printing, "laser", Of(See, Read, Add)},
		{"guests print where switched on", guest, Printing, "ink", Of(See, Read, Add)},
		{"and only there", guest, Printing, "laser", 0},
		{"no such printer", anna, Printing, "plans", 0},
		{"strangers print as guests", eve, Printing, "ink", Of(See, Read, Add)},
		{"strangers may be seen", eve, Presence, "", Of(See)},
		{"members talk", anna, Presence, "", Of(See, Read, Add, Change)},
		{"guests are not present", guest, Presence, "", 0},
		{"strangers join", eve, Joining, "", Of(Add)},
		{"members have joined", anna, Joining, "", 0},
		{"guests can't join", guest, Joining, "", 0},
		{"programs print on the printers of members", Who{Kind: Program}, Printing, "laser-at-anna", Of(See, Read, Add)},
		{"not on those of others", Who{Kind: Program}, Printing, "ink-at-eve", 0},
		{"nor of who is avoided", Who{Kind: Program}, Printing, "ink-at-max", 0},
		{"nor, so, on this PC's", Who{Kind: Program}, Printing, "ink", 0},
		{"and do nothing else", Who{Kind: Program}, Files, "plans", 0},
		{"control is the owner's", anna, Control, "", 0},
		{"and all his", owner, Control, "", Of(See, Read, Add, Change)},
		{"nobody is nobody", nobody, Presence, "", 0},
		{"no service", owner, NoService, "", 0},
	} {
		for v := NoVerb; v <= Change; v++ {
			if got := g.Allows(Question{c.who, c.service, c.thing, v}); got != c.verbs.Has(v) {
				t.Errorf("%s: verb %d allowed: %v", c.rule, v, got)
			}
		}
	}
}

// Each service can be switched off by itself, and guests with all that is for them.
func TestSwitches(t *testing.T) {
	member, guest, stranger := Who{Member, "anna"}, Who{Guest, "l1"}, Who{Stranger, "eve"}
	read, printed := Question{Service: Files, Thing: "plans", Verb: Read}, Question{Service: Printing, Thing: "ink", Verb: Add}
	photos, welcome := Question{Service: Files, Thing: "photos", Verb: Read}, Question{Service: Welcome, Verb: See}
	for _, c := range []struct {
		rule string
		who  Who
		q    Question
		on   map[Service]bool // without which, each, the answer is no
	}{
		{"a member reads", member, read, map[Service]bool{Files: true}},
		{"a member prints", member, printed, map[Service]bool{Printing: true}},
		{"a guest reads", guest, photos, map[Service]bool{Files: true, Welcome: true}},
		{"a guest prints", guest, printed, map[Service]bool{Printing: true, Welcome: true}},
		{"a stranger prints", stranger, printed, map[Service]bool{Printing: true, Welcome: true}},
		{"a guest is let in", guest, welcome, map[Service]bool{Welcome: true}},
	} {
		c.q.Who = c.who
		for off := NoService; off <= Control; off++ {
			rules := office
			rules.On = map[Service]bool{Files: off != Files, Printing: off != Printing, Welcome: off != Welcome}
			var g Gate
			g.Set(rules)
			if got := g.Allows(c.q); got == c.on[off] {
				t.Errorf("%s: %v with service %d off", c.rule, got, off)
			}
		}
	}
}

func TestZeroValuesSayNo(t *testing.T) {
	var g Gate
	for k := Nobody; k <= Program; k++ {
		if k == Owner {
			continue
		}
		for s := NoService; s <= Control; s++ {
			for v := NoVerb; v <= Change; v++ {
				ok := g.Allows(Question{Who{Kind: k}, s, "", v})
				if ok && !(k == Stranger && s == Joining && v == Add) && !(s == Presence && (k == Stranger || k == Member)) {
					t.Errorf("kind %d service %d verb %d is allowed with no rules", k, s, v)
				}
			}
		}
	}
}
