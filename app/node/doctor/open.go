package doctor

import (
	"fmt"
	"net/netip"
	"strings"
)

// command is the line that opens the ports for the local network, for the tool that rules the filter; "" where none is
// known. tcp and mdns say what is closed.
func (f Filter) command(s *Self, tcp, mdns bool) string {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	networks := s.networks()
	switch f.Tool {
	case "firewalld":
		if tcp {
			add("sudo firewall-cmd --permanent --add-port=%d/tcp", s.Port)
		}
		if mdns {
			add("sudo firewall-cmd --permanent --add-service=mdns")
		}
		if tcp || mdns {
			add("sudo firewall-cmd --reload")
		}
		return strings.Join(lines, " && ")
	case "ufw", "iptables", "nft":
	default:
		return ""
	}
	if f.Tool == "nft" && f.Chain == "" {
		return ""
	}
	for _, n := range networks {
		for _, p := range []struct {
			shut  bool
			proto string
			port  int
		}{{tcp, "tcp", s.Port}, {mdns, "udp", mdnsPort}} {
			if !p.shut {
				continue
			}
			switch family := map[bool]string{true: "ip", false: "ip6"}[n.Addr().Is4()]; f.Tool {
			case "ufw":
				add("sudo ufw allow from %v to any port %d proto %s", n, p.port, p.proto)
			case "iptables":
				add("sudo %stables -I INPUT -s %v -p %s --dport %d -j ACCEPT", family, n, p.proto, p.port)
			case "nft":
				add("sudo nft insert rule %s %s saddr %v %s dport %d accept", f.Chain, family, n, p.proto, p.port)
			}
		}
	}
	return strings.Join(lines, " && ")
}

const mdnsPort = 5353

// networks are those of this PC for which ports are to be opened: the IPv4 ones, or where there is none the others.
func (s *Self) networks() []netip.Prefix {
	var four, six []netip.Prefix
	for _, c := range s.Cards {
		for _, n := range c.Networks {
			if n.Addr().Is4() {
				four = append(four, n.Masked())
			} else {
				six = append(six, netip.PrefixFrom(n.Addr().WithZone(""), n.Bits()).Masked())
			}
		}
	}
	if len(four) > 0 {
		return four
	}
	return six
}
