package examine

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"time"

	"lanyard/app/node/doctor"
)

const (
	nftWait    = 2 * time.Second
	maxRuleset = 8 << 20 // bytes: more rules than anybody has written
)

// Filter returns by what the packet filter of this PC is set, and what it does with packets: whether they come in, as far
// as this user may know.
func Filter(ctx context.Context, packets []Packet) (doctor.Filter, []doctor.Answer) {
	f := doctor.Filter{Tool: tool()}
	answers := make([]doctor.Answer, len(packets))
	rules := loaded(ctx)
	if rules == nil {
		return f, answers
	}
	if f.Tool == "nft" && rules.named["ip filter INPUT"] != nil { // which nobody but iptables writes so
		f.Tool = "iptables"
	}
	for i, p := range packets {
		var by string
		if answers[i], by = rules.lets(p); by != "" {
			f.Chain = by
		}
	}
	return f, answers
}

// loaded is the present ruleset; nil where only an administrator may know it, or nft isn't there.
func loaded(ctx context.Context) *ruleset {
	ctx, cancel := context.WithTimeout(ctx, nftWait)
	defer cancel()
	text, err := exec.CommandContext(ctx, "nft", "-j", "list", "ruleset").Output()
	if err != nil || len(text) > maxRuleset {
		return nil
	}
	rules, err := readRuleset(text)
	if err != nil {
		return nil
	}
	return rules
}

// tool is by what the packet filter is set, as far as an ordinary user can tell.
func tool() string {
	if conf, err := os.ReadFile("/etc/ufw/ufw.conf"); err == nil && strings.Contains(string(conf), "\nENABLED=yes") {
		return "ufw"
	}
	if _, err := os.Stat("/run/firewalld"); err == nil {
		return "firewalld"
	}
	for _, name := range []string{"nft", "iptables"} {
		if _, err := exec.LookPath(name); err == nil {
			return name
		}
	}
	return ""
}
