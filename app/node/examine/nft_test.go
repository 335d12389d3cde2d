//go:build linux

package examine

import (
	"net/netip"
	"os"
	"strings"
	"testing"

	"lanyard/app/node/doctor"
	"lanyard/discovery/discoverytest"
)

func TestMain(m *testing.M) {
	discoverytest.Setup(nil)
	os.Exit(m.Run())
}

// The rules are nft's own output about what nft and iptables were told. Each asks about a first packet from a neighbour.
func TestWhatAPacketFilterLetsIn(t *testing.T) {
	const input = "table inet f { chain in { type filter hook input priority 0; policy drop;\n"
	for _, c := range []struct {
		what      string
		rules     string // a script
		tcp, mdns doctor.Answer
		by        string // the chain that drops
	}{
		{"none", "true", doctor.Yes, doctor.Yes, ""},
		{"a policy", nft(input + "}}"), doctor.No, doctor.No, "inet f in"},
		{"answers only", nft(input + "ct state established,related accept; iif lo accept; }}"), doctor.No, doctor.No, "inet f in"},
		{"ports", nft(input + "tcp dport 4720 accept; udp dport { 53, 5353 } accept; }}"), doctor.Yes, doctor.Yes, ""},
		{"a range of ports", nft(input + "tcp dport 4000-5000 accept; }}"), doctor.Yes, doctor.No, "inet f in"},
		{"another port", nft(input + "tcp dport { 22, 80 } accept; }}"), doctor.No, doctor.No, "inet f in"},
		{"the network", nft(input + "ip saddr 10.1.0.0/16 accept; }}"), doctor.Yes, doctor.Yes, ""},
		{"another network", nft(input + "ip saddr 10.2.0.0/16 accept; }}"), doctor.No, doctor.No, "inet f in"},
		{"a range of addresses", nft(input + "ip saddr 10.1.1.1-10.1.1.99 accept; }}"), doctor.Yes, doctor.Yes, ""},
		{"the adapter", nft(input + `iifname "eth*" tcp dport 4720 accept; iifname != "eth0" accept; }}`), doctor.Yes, doctor.No, "inet f in"},
		{"another chain", nft("table inet f { chain lan { udp dport 5353 accept; drop; }; chain in { type filter hook input priority 0; jump lan; accept; }}"), doctor.No, doctor.Yes, "inet f in"},
		{"another chain that comes back", nft("table inet f { chain lan { tcp dport 1 drop; return; }; chain in { type filter hook input priority 0; jump lan; }}"), doctor.Yes, doctor.Yes, ""},
		{"a map by states", nft(input + "ct state vmap { established : accept, related : accept, invalid : drop }; tcp dport 4720 accept; }}"), doctor.Yes, doctor.No, "inet f in"},
		{"a map to chains", nft("table inet f { chain lan { accept; }; chain in { type filter hook input priority 0; policy drop; iifname vmap { eth0 : jump lan, wg0 : drop }; }}"), doctor.Yes, doctor.Yes, ""},
		{"a refusal", nft("table ip f { chain in { type filter hook input priority 0; meta l4proto tcp reject; }}"), doctor.No, doctor.Yes, "ip f in"},
		{"IPv6 only", nft("table ip6 f { chain in { type filter hook input priority 0; policy drop; }}"), doctor.Yes, doctor.Yes, ""},
		{"two tables", nft("table ip a { chain in { type filter hook input priority 1; accept; }}\ntable ip b { chain in { type filter hook input priority 2; policy drop; }}"), doctor.No, doctor.No, "ip b in"},
		{"forwarding only", nft("table ip f { chain on { type filter hook forward priority 0; policy drop; }}"), doctor.Yes, doctor.Yes, ""},
		{"a limit", nft(input + "tcp dport 4720 limit rate 5/second accept; }}"), doctor.NotKnown, doctor.No, "inet f in"},
		{"a set with a name", nft("table inet f { set ports { type inet_service; elements = { 4720 }; }; chain in { type filter hook input priority 0; policy drop; tcp dport @ports accept; }}"), doctor.NotKnown, doctor.No, "inet f in"},
		{"iptables", "iptables -P INPUT DROP; iptables -A INPUT -i lo -j ACCEPT; iptables -A INPUT -s 10.1.0.0/16 -p tcp --dport 4720 -j ACCEPT", doctor.Yes, doctor.No, "ip filter INPUT"},
		{"an extension of iptables", "iptables -P INPUT DROP; iptables -A INPUT -p udp -m multiport --dports 22,5353 -j ACCEPT", doctor.No, doctor.NotKnown, "ip filter INPUT"},
	} {
		t.Run(c.what, func(t *testing.T) {
			pc := discoverytest.NewLAN(t).Join("pc")
			if out, err := pc.Command(t.Context(), "sh", "-c", c.rules).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			text, err := pc.Command(t.Context(), "nft", "-j", "list", "ruleset").Output()
			if err != nil {
				t.Fatal(err)
			}
			rules, err := readRuleset(text)
			if err != nil {
				t.Fatal(err)
			}
			at, from := netip.MustParseAddr("10.1.1.1"), netip.MustParseAddr("10.1.1.20")
			tcp, by := rules.lets(Packet{"eth0", from, at, "tcp", 4720})
			mdns, byMDNS := rules.lets(Packet{"eth0", from, netip.MustParseAddr("224.0.0.251"), "udp", 5353})
			if by == "" {
				by = byMDNS
			}
			if tcp != c.tcp || mdns != c.mdns || by != c.by {
				t.Errorf("TCP %v by %q, multicast DNS %v; want %v, %q, %v\n%s", tcp, by, mdns, c.tcp, c.by, c.mdns, text)
			}
		})
	}
}

// nft is a script that loads rules. nft wants lines where people write semicolons.
func nft(rules string) string {
	return "nft -f - <<'END'\n" + strings.NewReplacer("; };", "\n}\n", "; }}", "\n}\n}", "}}", "}\n}").Replace(rules) + "\nEND"
}

func FuzzRuleset(f *testing.F) {
	f.Add([]byte(`{"nftables":[{"chain":{"family":"ip","table":"f","name":"in","type":"filter","hook":"input","prio":0,"policy":"drop"}},` +
		`{"rule":{"family":"ip","table":"f","chain":"in","expr":[{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":{"set":[22,{"range":[1,9]}]}}},{"accept":null}]}},` +
		`{"rule":{"family":"ip","table":"f","chain":"in","expr":[{"jump":{"target":"in"}}]}}]}`))
	f.Add([]byte(`{"nftables":[{"rule":{"expr":[{"vmap":{"key":{"ct":{"key":"state"}},"data":{"set":[["new",{"drop":null}]]}}}]}}]}`))
	f.Fuzz(func(_ *testing.T, text []byte) {
		if rules, err := readRuleset(text); err == nil {
			rules.lets(Packet{"eth0", netip.MustParseAddr("10.1.1.20"), netip.MustParseAddr("10.1.1.1"), "tcp", 4720})
		}
	})
}
