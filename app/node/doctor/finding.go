package doctor

// Verdict says whether a thing that was looked at is in order.
type Verdict string

// The verdicts. Unknown is what can't be seen from here.
const (
	Good    Verdict = "good"
	Bad     Verdict = "bad"
	Unknown Verdict = "unknown"
)

// Finding is one thing that was looked at.
type Finding struct {
	Cause   string  `json:"cause"`             // keyword: one of the Causes
	Verdict Verdict `json:"verdict"`           // good | bad | unknown
	PC      string  `json:"peer"`              // ID of the PC it is at; "" the network between
	Text    string  `json:"text"`              // a sentence for people: what is wrong, or in order
	Do      string  `json:"do,omitempty"`      // the one thing to do
	Command string  `json:"command,omitempty"` // a line to type in a terminal which does it
	Fix     string  `json:"fix,omitempty"`     // what Mend can do about it
}

// The causes that are told apart.
const (
	Multicast   = "multicast"    // multicast is blocked: PCs don't find each other by themselves
	Firewall    = "firewall"     // a packet filter keeps other PCs out, or this one in
	Route       = "route"        // a VPN or virtual adapter took the route
	Networks    = "two-networks" // the PCs are in two networks
	Isolation   = "isolation"    // the Wi-Fi lets its members reach the router only
	NoNetwork   = "no-network"   // there is no network
	Port        = "port"         // another program has the port
	Responder   = "responder"    // a second mDNS responder is at odds with Lanyard's
	Clock       = "clock"        // a clock is wrong
	Name        = "name"         // two PCs have one name
	Version     = "version"      // a PC runs a version too old
	SharingOff  = "sharing-off"  // sharing is switched off, or one PC avoids the other
	Disk        = "disk"         // a disk is full
	PrintSystem = "print-system" // the print system is down
	Printer     = "printer"      // a printer is unplugged or in trouble
	PCOff       = "pc-off"       // the other PC is off, or Lanyard doesn't run there
	Workgroup   = "workgroup"    // the other PC isn't in this workgroup
)
