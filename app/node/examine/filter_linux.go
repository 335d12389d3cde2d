package examine

import (
	"context"
	"os"
	"os/exec"
	"strings"

	"lanyard/app/node/doctor"
)

// Filter returns what the packet filter of this PC does with packets, and by what it is set.
func Filter(context.Context, []Packet) (doctor.Filter, []doctor.Answer) {
	return doctor.Filter{Tool: tool()}, nil
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
