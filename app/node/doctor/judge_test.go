package doctor

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)

// office is a network in order: this PC, desk and store, all on, and desk has looked.
func office() *Facts {
	return &Facts{
		Self: Self{
			ID: "self", Name: "front", Workgroup: "Office", Version: "0.3.0", Port: 4720, Wanted: 4720, HearsSelf: Yes,
			Cards: []Card{{Name: "eth0", Networks: []netip.Prefix{netip.MustParsePrefix("192.168.1.10/24"), netip.MustParsePrefix("fe80::1/64")}}},
		},
		PCs:    []PC{member("desk", "192.168.1.11"), member("store", "192.168.1.12")},
		Helper: "desk", Look: &Look{HearsSelf: Yes, HearsYou: Yes, Tried: 1, Reached: true}, Now: now,
	}
}

func member(name, address string) PC {
	return PC{
		ID: name, Name: name, Member: true, Workgroup: "Office", Version: "0.3.0", Online: true, LastSeen: now, Heard: Yes, Talk: Answered, Health: &Health{Version: "0.3.0"},
		Ways: []Way{{Addr: netip.AddrPortFrom(netip.MustParseAddr(address), 4720), OnLink: true, Via: "eth0", Reach: Reached}},
	}
}

// lose has a PC be away, with this outcome of calling it.
func lose(p *PC, how Reach, alive Answer) {
	p.Online, p.Heard, p.Talk, p.Health, p.LastSeen = false, No, NotAsked, nil, now.Add(-time.Hour)
	for i := range p.Ways {
		p.Ways[i].Reach, p.Ways[i].Alive = how, alive
	}
}

// alone has nobody be there, so that nobody helps either.
func alone(f *Facts, how Reach, alive Answer) {
	for i := range f.PCs {
		lose(&f.PCs[i], how, alive)
	}
	f.Helper, f.Look = "", nil
}

// elsewhere puts a PC into another network.
func elsewhere(p *PC, address string) {
	p.Ways = []Way{{Addr: netip.AddrPortFrom(netip.MustParseAddr(address), 4720), Via: "eth0", Reach: Silent}}
}

// Each row breaks the office in one way. The causes are those of the bad findings, in their order; none is a network in order.
func TestJudge(t *testing.T) {
	for _, c := range []struct {
		what   string
		about  string
		breaks func(f *Facts)
		causes string // with spaces between
		at     string // of the first
		says   string
	}{
		{"all is well", "", func(*Facts) {}, "", "", ""},
		{"all is well with desk", "desk", func(*Facts) {}, "", "", ""},
		{"nobody is known", "", func(f *Facts) { f.PCs, f.Helper, f.Look = nil, "", nil }, "", "", ""},
		{"all are off", "", func(f *Facts) {
			alone(f, Silent, No)
			f.Self.Cards[0].Router = Yes
			f.PCs[0].Left, f.PCs[1].Left = true, true
		}, "", "", ""},
		{"all have been off for days", "", func(f *Facts) {
			alone(f, Silent, No)
			f.Self.Cards[0].Router = Yes
			f.PCs[0].LastSeen, f.PCs[1].LastSeen = now.AddDate(0, 0, -3), now.AddDate(0, 0, -3)
		}, "", "", ""},
		{"others of this network answer", "", func(f *Facts) { alone(f, Silent, No); f.Self.Cards[0].Router, f.Self.Neighbours = Yes, 2 }, "", "", ""},
		{"one PC is all there was", "", func(f *Facts) { f.PCs = f.PCs[:1]; alone(f, Silent, No); f.Self.Cards[0].Router = Yes }, "", "", ""},
		{"a stranger has this PC's name", "", func(f *Facts) { f.PCs[1] = PC{ID: "x", Name: "Front", Online: true, Heard: Yes} }, "", "", ""},
		{"rules that look closed, and aren't", "", func(f *Facts) { f.Self.Filter = Filter{Tool: "nft", TCP: No, MDNS: No} }, "", "", ""},
		{"a service off that has nothing to offer", "", func(f *Facts) { f.Self.Off = []string{"files", "printers", "guests"} }, "", "", ""},
		{"a member that is avoided", "", func(f *Facts) { lose(&f.PCs[1], NotTried, NotKnown); f.PCs[1].Avoided = true }, "", "", ""},
		{"a VPN has the way, and others are reached by another", "", func(f *Facts) { f.Self.Cards[0].Taken = "tun0" }, "", "", ""},
		{"clocks four minutes apart", "", func(f *Facts) { f.PCs[0].Health.Offset = 4 * time.Minute }, "", "", ""},
		{"versions that are no numbers", "", func(f *Facts) { f.PCs[0].Version, f.PCs[1].Version = "test", "" }, "", "", ""},

		{"no network", "", func(f *Facts) { f.Self.Cards = nil; alone(f, NoWay, NotKnown) }, NoNetwork, "self", "no adapter is connected"},
		{"no network among those chosen", "desk", func(f *Facts) { f.Self.Cards, f.Self.Chosen = nil, true; alone(f, NoWay, NotKnown) }, NoNetwork, "self", "None of the network adapters"},
		{"a VPN", "", func(f *Facts) { f.Self.Cards[0].Taken = "wg0"; f.Self.HearsSelf = No; alone(f, Silent, NotKnown) }, Route, "self", "wg0"},
		{"a VPN on the way to desk", "desk", func(f *Facts) {
			lose(&f.PCs[0], Silent, NotKnown)
			f.PCs[0].Ways[0].Virtual, f.PCs[0].Ways[0].Via = true, "tun0"
		}, Route, "self", "What this PC sends to desk goes out by the adapter tun0"},
		{"a VPN only out", "desk", func(f *Facts) {
			f.PCs[0].Ways[0].Virtual, f.PCs[0].Ways[0].Via, f.PCs[0].Ways[0].Reach = true, "tun0", Silent
		}, Route, "self", "tun0"},
		{"a port", "", func(f *Facts) { f.Self.Port, f.Self.PortAway, f.Self.PortHolder = 40001, true, "nginx" }, Port, "self", "nginx has TCP port 4720"},
		{"the port of mDNS", "", func(f *Facts) {
			f.Self.Deaf, f.Self.HearsSelf = true, No
			f.PCs[0].Heard, f.PCs[1].Heard, f.Look.HearsYou = No, No, No
		}, Port, "self", "Another program on this PC keeps UDP port 5353"},
		{"this PC's filter, seen from outside", "", func(f *Facts) { f.Look.Reached = false }, Firewall, "self", "TCP port 4720 is not open"},
		{"this PC's filter, seen in what doesn't come back", "", func(f *Facts) { f.Self.HearsSelf = No; alone(f, Silent, NotKnown) }, Firewall, "self", "UDP port 5353"},
		{"this PC's filter, read", "desk", func(f *Facts) { f.Self.HearsSelf, f.Self.Filter.TCP = No, No; alone(f, Silent, Yes) }, Firewall, "self", "neither TCP port 4720 nor UDP port 5353"},
		{"desk's filter", "desk", func(f *Facts) { lose(&f.PCs[0], Silent, Yes) }, Firewall, "desk", "a firewall on desk"},
		{"desk's filter lets the helper in", "desk", func(f *Facts) {
			lose(&f.PCs[0], Silent, Yes)
			f.Helper, f.Look.Other = "store", &Sight{Online: true, Reach: Reached}
		}, Firewall, "desk", "desk answers store, but not this PC"},
		{"desk's filter refuses, and desk is heard", "desk", func(f *Facts) { lose(&f.PCs[0], Refused, Yes); f.PCs[0].Heard = Yes }, Firewall, "desk", "desk is on, but doesn't answer"},
		{"desk's filter lets nothing in but answers", "desk", func(f *Facts) {
			f.PCs[0].Ways[0].Reach, f.PCs[0].Heard, f.PCs[0].Health = Silent, No, nil
			f.Helper, f.Look = "", nil
		}, Firewall, "desk", "desk reaches this PC, but not the other way round"},
		{"the helper's filter keeps multicast out", "", func(f *Facts) {
			f.PCs = f.PCs[:1]
			f.PCs[0].Heard, f.Look.HearsYou, f.Look.HearsSelf = No, No, No
		}, Firewall, "desk", "A firewall on desk keeps out what tells"},
		{"multicast", "", func(f *Facts) { f.PCs[0].Heard, f.PCs[1].Heard, f.Look.HearsYou = No, No, No }, Multicast, "", "this PC and desk reach each other"},
		{"multicast, with nobody to ask", "", func(f *Facts) { f.PCs[0].Heard, f.PCs[1].Heard, f.Look = No, No, nil }, Multicast, "", "doesn't hear it"},
		{"multicast one way", "", func(f *Facts) { f.PCs[0].Heard, f.PCs[1].Heard = No, No }, Multicast, "", "one way only"},
		{"multicast the other way", "", func(f *Facts) { f.Look.HearsYou = No }, Multicast, "", "desk doesn't hear it"},
		{"isolation", "", func(f *Facts) { alone(f, Silent, No); f.Self.Cards[0].Router = Yes }, Isolation, "", "reach the router only"},
		{"isolation on Wi-Fi from one PC", "desk", func(f *Facts) {
			f.PCs = f.PCs[:1]
			alone(f, Silent, No)
			f.Self.Cards[0].Router, f.Self.Cards[0].Wireless = Yes, true
		}, Isolation, "", "reach the router only"},
		{"isolation by a router that answers for all", "", func(f *Facts) {
			alone(f, Silent, Yes)
			f.PCs[0].Ways[0].AsRouter, f.PCs[1].Ways[0].AsRouter = true, true
			f.Self.Cards[0].Router = Yes
		}, Isolation, "", "reach the router only"},
		{"isolation from one PC", "desk", func(f *Facts) {
			lose(&f.PCs[0], Silent, No)
			f.Helper, f.Look.Other = "store", &Sight{Online: true, Reach: Reached}
		}, Isolation, "", "store sees desk"},
		{"two networks", "desk", func(f *Facts) { lose(&f.PCs[0], Silent, No); elsewhere(&f.PCs[0], "10.0.0.7") }, Networks, "", "desk is in 10.0.0.7, this PC in 192.168.1.0/24"},
		{"two networks on one wire", "", func(f *Facts) {
			lose(&f.PCs[0], NotTried, NotKnown)
			f.PCs[0].Ways, f.PCs[0].Apart = nil, netip.MustParseAddr("10.0.0.7")
		}, Networks, "", "10.0.0.7"},
		{"off in another network", "desk", func(f *Facts) {
			lose(&f.PCs[0], Silent, No)
			elsewhere(&f.PCs[0], "10.0.0.7")
			elsewhere(&f.PCs[1], "10.0.0.8")
			f.PCs[1].Ways[0].Reach = Reached
		}, PCOff, "desk", "desk is off"},
		{"busy", "desk", func(f *Facts) { lose(&f.PCs[0], Mute, Yes); f.PCs[0].Heard = Yes }, PCOff, "desk", "takes connections, but doesn't answer"},
		{"off", "desk", func(f *Facts) { lose(&f.PCs[0], Silent, No) }, PCOff, "desk", "desk is off"},
		{"off, by goodbye", "desk", func(f *Facts) { lose(&f.PCs[0], Silent, NotKnown); f.PCs[0].Left = true }, PCOff, "desk", "said goodbye"},
		{"Lanyard off", "desk", func(f *Facts) { lose(&f.PCs[0], Refused, NotKnown) }, PCOff, "desk", "Lanyard doesn't run there"},
		{"another PC at its address", "desk", func(f *Facts) { lose(&f.PCs[0], Stranger, NotKnown) }, PCOff, "desk", "another PC answers"},
		{"never met", "desk", func(f *Facts) { lose(&f.PCs[0], NotTried, NotKnown); f.PCs[0].Ways = nil }, PCOff, "desk", "isn't known where it was"},
		{"a copy of this PC", "", func(f *Facts) {
			f.Self.Rivals = []Rival{{Source: netip.MustParseAddr("192.168.1.99"), Addrs: []netip.Addr{netip.MustParseAddr("192.168.1.99")}}}
		}, Responder, "self", "The PC at 192.168.1.99"},
		{"a responder on this PC", "", func(f *Facts) {
			f.Self.Rivals = []Rival{{Here: true, Addrs: []netip.Addr{netip.MustParseAddr("172.17.0.1")}}}
		}, Responder, "self", "Another mDNS responder on this PC"},
		{"this PC's clock", "", func(f *Facts) { f.PCs[0].Health.Offset, f.PCs[1].Health.Offset = time.Hour, time.Hour }, Clock, "self", "60 minutes slow"},
		{"desk's clock", "", func(f *Facts) { f.PCs[0].Health.Offset = -50 * 365 * 24 * time.Hour }, Clock, "desk", "50 years slow"},
		{"one of two clocks", "", func(f *Facts) { f.PCs = f.PCs[:1]; f.PCs[0].Health.Offset = 3 * time.Hour }, Clock, "", "3 hours apart"},
		{"of two clocks the one that isn't set", "", func(f *Facts) {
			f.PCs = f.PCs[:1]
			f.Self.Synced, f.PCs[0].Health.Synced, f.PCs[0].Health.Offset = Yes, No, 3*time.Hour
		}, Clock, "desk", "3 hours fast"},
		{"this PC's name", "", func(f *Facts) { f.PCs[1].Name = "FRONT" }, Name, "self", "This PC and another one"},
		{"others' name", "", func(f *Facts) { f.PCs[1].Name = "desk" }, Name, "store", "Two other PCs"},
		{"desk's version", "desk", func(f *Facts) { f.PCs[0].Version = "0.0.7" }, Version, "desk", "desk runs Lanyard 0.0.7"},
		{"this PC's version", "", func(f *Facts) { f.PCs[0].Version, f.PCs[0].Health.Oldest = "1.2.0", "1.0" }, Version, "self", "too old for the 1.2.0 of desk"},
		{"avoided here", "desk", func(f *Facts) { lose(&f.PCs[0], NotTried, NotKnown); f.PCs[0].Avoided = true }, SharingOff, "self", "nothing to do with desk"},
		{"avoided there", "desk", func(f *Facts) { lose(&f.PCs[0], Reached, NotKnown); f.PCs[0].Talk = HungUp }, SharingOff, "desk", "hangs up"},
		{"no member there", "desk", func(f *Facts) { lose(&f.PCs[0], Reached, NotKnown); f.PCs[0].Talk = Declined }, Workgroup, "desk", "doesn't count this PC"},
		{"folders off here", "", func(f *Facts) { f.Self.Off, f.Self.Folders = []string{"files"}, 1 }, SharingOff, "self", "folders is switched off on this PC"},
		{"printers off there", "desk", func(f *Facts) { f.PCs[0].Health.Off = []string{"printers", "of tomorrow"} }, SharingOff, "desk", "printers is switched off on desk"},
		{"another workgroup", "desk", func(f *Facts) { f.PCs[0].Member, f.PCs[0].Workgroup = false, "Shop" }, Workgroup, "desk", "Shop, not Office"},
		{"another workgroup of the same name", "desk", func(f *Facts) { f.PCs[0].Member = false }, Workgroup, "desk", "another one than this PC's"},
		{"no workgroup here", "desk", func(f *Facts) { f.Self.Workgroup, f.PCs[0].Member = "", false }, Workgroup, "self", "in no workgroup"},
		{"a disk", "", func(f *Facts) { f.Self.Full = []Room{{What: "the inbox"}} }, Disk, "self", "The disk of the inbox is full"},
		{"a disk that is known of", "", func(f *Facts) { f.Self.Full = []Room{{Text: "No room."}} }, Disk, "self", "No room."},
		{"a disk there", "desk", func(f *Facts) { f.PCs[0].Health.Full = true }, Disk, "desk", "A disk of desk"},
		{"the print system, and not its printers", "", func(f *Facts) { f.Self.PrintDown, f.Self.Printers = true, []Queue{{"Laser", "it is off"}} }, PrintSystem, "self", "print system of this PC"},
		{"the print system there", "desk", func(f *Facts) { f.PCs[0].Health.PrintDown, f.PCs[0].Printers = true, []Queue{{"Laser", "it is off"}} }, PrintSystem, "desk", "print system of desk"},
		{"a printer", "", func(f *Facts) { f.Self.Printers = []Queue{{"Ink", ""}, {"Laser", "it is off"}} }, Printer, "self", "Laser on this PC doesn't print: it is off"},
		{"a printer there", "desk", func(f *Facts) { f.PCs[0].Printers = []Queue{{"Laser", "it is off"}} }, Printer, "desk", "Laser on desk"},
		{"two things", "", func(f *Facts) { f.Self.PrintDown = true; f.Look.Reached = false }, Firewall + " " + PrintSystem, "self", ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			f := office()
			c.breaks(f)
			for i := range f.PCs {
				if f.PCs[i].ID == c.about && c.about != "" {
					f.About = &f.PCs[i]
				}
			}
			found := Judge(*f)
			wrong := slices.DeleteFunc(slices.Clone(found), func(f Finding) bool { return f.Verdict != Bad })
			var causes []string
			for _, f := range wrong {
				causes = append(causes, f.Cause)
			}
			if strings.Join(causes, " ") != c.causes || len(wrong) > 0 && (wrong[0].PC != c.at || !strings.Contains(wrong[0].Text, c.says)) {
				t.Errorf("found %+v", wrong)
			}
			for i, one := range found {
				if one.Text == "" || one.Cause == "" || one.Verdict == Bad && one.Do == "" || one.Verdict == Good && one.Do != "" {
					t.Errorf("half a finding: %+v", one)
				}
				if i > 0 && found[i-1].Verdict != Bad && one.Verdict == Bad {
					t.Errorf("out of order: %+v", one)
				}
			}
		})
	}
}

// A PC may be known by no more than its address.
func TestAnAddressThatNobodyKnows(t *testing.T) {
	for what, c := range map[string]struct {
		way   Way
		cause string
	}{
		"nobody has it":             {Way{OnLink: true, Reach: NoWay, Alive: No}, PCOff},
		"no Lanyard there":          {Way{OnLink: true, Reach: Refused}, PCOff},
		"nothing comes back":        {Way{OnLink: true, Reach: Silent, Alive: Yes}, Firewall},
		"in another network":        {Way{Reach: Silent}, Networks},
		"a VPN takes what is sent":  {Way{Reach: Silent, Virtual: true, Via: "tun0"}, Route},
		"it goes out by a VPN here": {Way{OnLink: true, Reach: Silent, Virtual: true, Via: "tun0"}, Route},
	} {
		f := office()
		c.way.Addr = netip.MustParseAddrPort("10.0.0.50:4720")
		f.About = &PC{Name: "10.0.0.50:4720", Ways: []Way{c.way}}
		if found := Judge(*f); found[0].Cause != c.cause || found[0].Verdict != Bad {
			t.Errorf("%s: %+v", what, found[0])
		}
	}
}

func TestLinesThatOpenThePorts(t *testing.T) {
	for tool, want := range map[string]string{
		"ufw":       "sudo ufw allow from 192.168.1.0/24 to any port 4720 proto tcp && sudo ufw allow from 192.168.1.0/24 to any port 5353 proto udp",
		"firewalld": "sudo firewall-cmd --permanent --add-port=4720/tcp && sudo firewall-cmd --permanent --add-service=mdns && sudo firewall-cmd --reload",
		"iptables":  "sudo iptables -I INPUT -s 192.168.1.0/24 -p tcp --dport 4720 -j ACCEPT && sudo iptables -I INPUT -s 192.168.1.0/24 -p udp --dport 5353 -j ACCEPT",
		"nft":       "sudo nft insert rule inet f in ip saddr 192.168.1.0/24 tcp dport 4720 accept && sudo nft insert rule inet f in ip saddr 192.168.1.0/24 udp dport 5353 accept",
		"":          "",
	} {
		f := office()
		f.Self.Filter = Filter{Tool: tool, Chain: "inet f in", TCP: No, MDNS: No}
		f.Self.HearsSelf, f.Look.Reached = No, false
		if found := Judge(*f)[0]; found.Command != want {
			t.Errorf("%s: %s", tool, found.Command)
		}
	}
	f := office()
	f.Self.Cards[0].Networks = f.Self.Cards[0].Networks[1:]
	f.Self.Filter, f.Look.Reached = Filter{Tool: "iptables", TCP: No}, false
	if found := Judge(*f)[0]; found.Command != "sudo ip6tables -I INPUT -s fe80::/64 -p tcp --dport 4720 -j ACCEPT" {
		t.Errorf("IPv6: %s", found.Command)
	}
}
