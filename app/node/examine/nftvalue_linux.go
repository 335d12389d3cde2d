package examine

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"lanyard/app/node/doctor"
)

// matches tells whether a statement of a rule holds for a packet.
func matches(value json.RawMessage, p Packet) doctor.Answer {
	var m struct {
		Op          string
		Left, Right json.RawMessage
	}
	if json.Unmarshal(value, &m) != nil {
		return doctor.NotKnown
	}
	answer := equal(m.Left, m.Right, p)
	switch m.Op {
	case "==", "in":
		return answer
	case "!=":
		return map[doctor.Answer]doctor.Answer{doctor.Yes: doctor.No, doctor.No: doctor.Yes}[answer]
	}
	return doctor.NotKnown
}

// equal compares what an expression says of the packet with a value, a set, a range or a network.
func equal(left, right json.RawMessage, p Packet) doctor.Answer {
	is, known := valueOf(left, p)
	if !known {
		return doctor.NotKnown
	}
	if is == "" { // the packet has no such thing
		return doctor.No
	}
	return in(is, right)
}

// valueOf is what an expression says of the packet.
func valueOf(left json.RawMessage, p Packet) (value string, known bool) {
	var e struct {
		Meta    struct{ Key string }
		Ct      struct{ Key string }
		Payload struct{ Protocol, Field string }
	}
	if json.Unmarshal(left, &e) != nil {
		return "", false
	}
	family := map[bool]string{true: "ipv4", false: "ipv6"}[p.To.Is4()]
	switch what := strings.TrimSpace(e.Meta.Key + e.Payload.Protocol + " " + e.Payload.Field); {
	case e.Ct.Key == "state":
		return "new", true
	case what == "iif" || what == "iifname":
		return p.Adapter, true
	case what == "l4proto" || what == "ip protocol" || what == "ip6 nexthdr":
		return p.Proto, true
	case what == "nfproto":
		return family, true
	case what == p.Proto+" dport" || what == "th dport":
		return strconv.Itoa(p.Port), true
	case what == "tcp dport" || what == "udp dport" || e.Payload.Protocol == "icmp" || e.Payload.Protocol == "icmpv6":
		return "", true
	case (what == "ip saddr") == p.To.Is4() && (what == "ip saddr" || what == "ip6 saddr"):
		return p.From.String(), true
	case (what == "ip daddr") == p.To.Is4() && (what == "ip daddr" || what == "ip6 daddr"):
		return p.To.String(), true
	case what == "ip saddr" || what == "ip6 saddr" || what == "ip daddr" || what == "ip6 daddr":
		return "", true
	}
	return "", false
}

// in tells whether a value is the one on the right of an expression, or among them.
func in(value string, right json.RawMessage) doctor.Answer {
	var text string
	var number json.Number
	var list []json.RawMessage
	var made struct {
		Set    []json.RawMessage
		Prefix *struct {
			Addr string
			Len  int
		}
		Range *[2]json.RawMessage
	}
	switch {
	case json.Unmarshal(right, &text) == nil:
		if strings.HasPrefix(text, "@") { // a set with a name, or a wildcard of it
			return doctor.NotKnown
		}
		if begin, wild := strings.CutSuffix(text, "*"); wild {
			return doctor.AnswerOf(strings.HasPrefix(value, begin))
		}
		return doctor.AnswerOf(text == value)
	case json.Unmarshal(right, &number) == nil:
		return doctor.AnswerOf(number.String() == value)
	case json.Unmarshal(right, &list) == nil:
		return among(value, list)
	case json.Unmarshal(right, &made) != nil:
	case made.Set != nil:
		return among(value, made.Set)
	case made.Prefix != nil:
		network, err := netip.ParsePrefix(fmt.Sprintf("%s/%d", made.Prefix.Addr, made.Prefix.Len))
		addr, aerr := netip.ParseAddr(value)
		if err == nil && aerr == nil {
			return doctor.AnswerOf(network.Contains(addr))
		}
	case made.Range != nil:
		return within(value, made.Range)
	}
	return doctor.NotKnown
}

func among(value string, list []json.RawMessage) doctor.Answer {
	answer := doctor.No
	for _, one := range list {
		switch in(value, one) {
		case doctor.Yes:
			return doctor.Yes
		case doctor.NotKnown:
			answer = doctor.NotKnown
		}
	}
	return answer
}

// within tells whether a value is in a range of numbers or of addresses.
func within(value string, bounds *[2]json.RawMessage) doctor.Answer {
	low, high := strings.Trim(string(bounds[0]), `"`), strings.Trim(string(bounds[1]), `"`)
	v, err := strconv.Atoi(value)
	l, lerr := strconv.Atoi(low)
	h, herr := strconv.Atoi(high)
	if err == nil && lerr == nil && herr == nil {
		return doctor.AnswerOf(l <= v && v <= h)
	}
	va, err := netip.ParseAddr(value)
	la, lerr := netip.ParseAddr(low)
	ha, herr := netip.ParseAddr(high)
	if err == nil && lerr == nil && herr == nil {
		return doctor.AnswerOf(la.Compare(va) <= 0 && va.Compare(ha) <= 0)
	}
	return doctor.NotKnown
}
