package examine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lanyard/app/node/doctor"
)

// ruleset is what `nft -j list ruleset` says (libnftables-json(5)), as far as it decides about packets that come in.
type ruleset struct {
	base  []*chain          // that the kernel asks, in its order
	named map[string]*chain // all, by family, table and name
	steps int               // rules looked at for this packet
}

type chain struct {
	family, table, name string
	drops               bool // what no rule decides about
	priority            int
	rules               [][]map[string]json.RawMessage
}

const (
	maxJumps = 16      // of chains to others, as in the kernel (NFT_JUMP_STACK_SIZE)
	maxSteps = 100_000 // rules that are looked at for one packet: more take too long
)

// readRuleset reads the output of nft.
func readRuleset(text []byte) (*ruleset, error) {
	var list struct {
		Nftables []struct {
			Chain *struct {
				Family, Table, Name, Type, Hook, Policy string
				Prio                                    int
			}
			Rule *struct {
				Family, Table, Chain string
				Expr                 []map[string]json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("read rules: %w", err)
	}
	s := &ruleset{named: map[string]*chain{}}
	for _, o := range list.Nftables {
		switch {
		case o.Chain != nil:
			c := &chain{family: o.Chain.Family, table: o.Chain.Table, name: o.Chain.Name, drops: o.Chain.Policy == "drop", priority: o.Chain.Prio}
			s.named[c.key(c.name)] = c
			if o.Chain.Type == "filter" && o.Chain.Hook == "input" {
				s.base = append(s.base, c)
			}
		case o.Rule != nil:
			if c := s.named[strings.Join([]string{o.Rule.Family, o.Rule.Table, o.Rule.Chain}, " ")]; c != nil {
				c.rules = append(c.rules, o.Rule.Expr)
			}
		}
	}
	slices.SortStableFunc(s.base, func(a, b *chain) int { return cmp.Compare(a.priority, b.priority) })
	return s, nil
}

// key names a chain of the same table.
func (c *chain) key(name string) string { return strings.Join([]string{c.family, c.table, name}, " ") }

// fate is what becomes of a packet.
type fate int

const (
	goesOn fate = iota
	accepted
	dropped
	unsure
)

// lets tells whether a packet comes in, and which chain drops it.
func (s *ruleset) lets(p Packet) (doctor.Answer, string) {
	answer := doctor.Yes
	s.steps = 0
	for _, c := range s.base {
		if c.family != "inet" && (c.family != "ip" || !p.To.Is4()) && (c.family != "ip6" || p.To.Is4()) {
			continue
		}
		f := s.walk(c, c.rules, p, 0)
		if f == goesOn && c.drops {
			f = dropped
		}
		switch f {
		case dropped:
			return doctor.No, c.key(c.name)
		case unsure:
			answer = doctor.NotKnown
		}
	}
	return answer, ""
}

// walk follows the rules of a chain. Where it isn't known whether a rule holds, both ways are gone.
func (s *ruleset) walk(c *chain, rules [][]map[string]json.RawMessage, p Packet, depth int) fate {
	if depth > maxJumps {
		return unsure
	}
	for i, rule := range rules {
		if s.steps++; s.steps > maxSteps {
			return unsure
		}
		holds := doctor.Yes
		f, ends := goesOn, false
		for _, statement := range rule {
			for kind, value := range statement {
				switch kind {
				case "match":
					holds = both(holds, matches(value, p))
				case "accept":
					f = accepted
				case "drop", "reject":
					f = dropped
				case "return":
					ends = true
				case "jump", "goto":
					f = s.jump(c, value, p, depth)
					ends = kind == "goto"
				case "vmap":
					f = s.mapped(c, value, p, depth)
				case "counter", "log", "comment", "mangle", "ct count", "meter":
				default: // a limit, an extension of iptables: nobody knows
					holds = both(holds, doctor.NotKnown)
				}
			}
			if holds == doctor.No {
				break
			}
		}
		switch {
		case holds == doctor.No:
		case holds == doctor.Yes && (f != goesOn || ends):
			return f
		case holds == doctor.NotKnown && (f != goesOn || ends):
			if other := s.walk(c, rules[i+1:], p, depth); other != f && !(other == goesOn && f == dropped && c.drops) {
				return unsure
			}
			return f
		}
	}
	return goesOn
}

func (s *ruleset) jump(c *chain, value json.RawMessage, p Packet, depth int) fate {
	var to struct{ Target string }
	if json.Unmarshal(value, &to) != nil {
		return unsure
	}
	next := s.named[c.key(to.Target)]
	if next == nil {
		return unsure
	}
	return s.walk(next, next.rules, p, depth+1)
}

// mapped follows a map from values to verdicts.
func (s *ruleset) mapped(c *chain, value json.RawMessage, p Packet, depth int) fate {
	var m struct {
		Key  json.RawMessage
		Data struct {
			Set [][2]json.RawMessage
		}
	}
	if json.Unmarshal(value, &m) != nil || m.Data.Set == nil {
		return unsure
	}
	for _, entry := range m.Data.Set {
		switch equal(m.Key, entry[0], p) {
		case doctor.NotKnown:
			return unsure
		case doctor.Yes:
			var verdict map[string]json.RawMessage
			if json.Unmarshal(entry[1], &verdict) != nil {
				return unsure
			}
			return s.walk(c, [][]map[string]json.RawMessage{{verdict}}, p, depth+1)
		}
	}
	return goesOn
}

// both tells whether two things hold.
func both(a, b doctor.Answer) doctor.Answer {
	switch {
	case a == doctor.No || b == doctor.No:
		return doctor.No
	case a == doctor.Yes && b == doctor.Yes:
		return doctor.Yes
	}
	return doctor.NotKnown
}
