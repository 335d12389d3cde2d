package node

import (
	"time"

	"lanyard/app/node/doctor"
)

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
type Verdict = doctor.Verdict

// The verdicts. Unknown is what can't be seen from here.
const (
	VerdictGood    = doctor.Good
	VerdictBad     = doctor.Bad
	VerdictUnknown = doctor.Unknown
)

// Finding is one thing that was looked at.
type Finding = doctor.Finding

// The causes that a Diagnosis tells apart.
const (
	CauseMulticast   = doctor.Multicast
	CauseFirewall    = doctor.Firewall
	CauseRoute       = doctor.Route
	CauseNetworks    = doctor.Networks
	CauseIsolation   = doctor.Isolation
	CauseNoNetwork   = doctor.NoNetwork
	CausePort        = doctor.Port
	CauseResponder   = doctor.Responder
	CauseClock       = doctor.Clock
	CauseName        = doctor.Name
	CauseVersion     = doctor.Version
	CauseSharingOff  = doctor.SharingOff
	CauseDisk        = doctor.Disk
	CausePrintSystem = doctor.PrintSystem
	CausePrinter     = doctor.Printer
	CausePC          = doctor.PCOff
	CauseWorkgroup   = doctor.Workgroup
)
