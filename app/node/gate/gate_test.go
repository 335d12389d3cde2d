package gate

import "testing"

var office = Rules{
	Member: func(id string) bool { return id == "anna" || id == "ben" },
	Folders: map[string]map[string]Verbs{
		"plans":    {Everyone: access["read"], "ben": access["change"]},
		"letter":   {Everyone: access["add"]},
		"photos":   {Guests: access["read"]},
		"secret":   {"ben": access["read"]},
		"not anna": {Everyone: access["change"], "anna": 0},
		"nobody":   {},
	},
	Printers: map[string]bool{"laser": false, "ink": true},
}

func TestTheGate(t *testing.T) {
	var g Gate
	g.Set(office)
	anna, ben, eve := g.Peer("anna"), g.Peer("ben"), g.Peer("eve")
	guest, nobody, owner := Who{Kind: Guest}, g.Peer(""), Who{Kind: Owner}
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
		{"guests' rule is for guests", guest, Files, "photos", Of(See, Read)},
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

func TestZeroValuesSayNo(t *testing.T) {
	var g Gate
	for k := Nobody; k < Owner; k++ {
		for s := NoService; s <= Control; s++ {
			for v := NoVerb; v <= Change; v++ {
				ok := g.Allows(Question{Who{Kind: k}, s, "", v})
				if ok && !(k == Stranger && s == Joining && v == Add) && !(s == Presence && k >= Stranger) {
					t.Errorf("kind %d service %d verb %d is allowed with no rules", k, s, v)
				}
			}
		}
	}
}
