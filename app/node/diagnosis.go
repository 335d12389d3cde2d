package node

import "time"

// DiagnoseTime bounds how long Diagnose may take.
const DiagnoseTime = 15 * time.Second

// Diagnosis is what was found when somebody asked what is wrong.
type Diagnosis struct {
	PC       string    `json:"peer"`     // ID of the PC it is about; "" is this PC and its network
	Findings []Finding `json:"findings"` // the likeliest cause of the trouble first, what is in order last
	Helper   string    `json:"helper"`   // ID of the PC that looked from the other end; "" none could be asked
	Time     time.Time `json:"time"`
}

// Verdict says whether a thing that was looked at is in order.
type Verdict string

// The verdicts. Unknown is what can't be seen from here.
const (
	VerdictGood    Verdict = "good"
	VerdictBad     Verdict = "bad"
	VerdictUnknown Verdict = "unknown"
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

// The causes that a Diagnosis tells apart.
const (
	CauseMulticast   = "multicast"    // multicast is blocked: PCs don't find each other by themselves
	CauseFirewall    = "firewall"     // a packet filter keeps other PCs out, or this one in
	CauseRoute       = "route"        // a VPN or virtual adapter took the route
	CauseNetworks    = "two-networks" // the PCs are in two networks
	CauseIsolation   = "isolation"    // the Wi-Fi lets its members reach the router only
	CauseNoNetwork   = "no-network"   // there is no network
	CausePort        = "port"         // another program has the port
	CauseResponder   = "responder"    // a second mDNS responder is at odds with Lanyard's
	CauseClock       = "clock"        // a clock is wrong
	CauseName        = "name"         // two PCs have one name
	CauseVersion     = "version"      // a PC runs a version too old
	CauseSharingOff  = "sharing-off"  // sharing is switched off, or one PC avoids the other
	CauseDisk        = "disk"         // a disk is full
	CausePrintSystem = "print-system" // the print system is down
	CausePrinter     = "printer"      // a printer is unplugged or in trouble
	CausePC          = "pc-off"       // the other PC is off, or Lanyard doesn't run there
	CauseWorkgroup   = "workgroup"    // the other PC isn't in this workgroup
)
