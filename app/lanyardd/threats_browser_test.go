//go:build linux

package main

import "crypto/tls"

// doors are the ways to connect to the port, by name: what says nothing, what browsers say, and what PCs say.
func doors(a *attacker) map[string]*tls.Config {
	return map[string]*tls.Config{"plain": nil, "browser": browser(), "PC": a.id.ClientConfig("")}
}
