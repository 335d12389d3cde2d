package cli

import (
	"testing"

	"lanyard/app/node"
)

// Who waits for a job is told how far it is and what holds it up; and at the end no more than is known.
func TestWhatWaitingForAJobSays(t *testing.T) {
	handed := "handed to the printer, which can't confirm that it came out"
	for _, tt := range []struct {
		name string
		job  node.Job
		want string
	}{
		{"behind others", node.Job{State: "pending", Place: 3}, "a  waits, number 3 in the queue"},
		{"next, and paused", node.Job{State: "pending", Place: 1, Reasons: []string{"printer-stopped"}, Message: "paused by its owner"}, "a  waits  paused by its owner"},
		{"printing", node.Job{State: "processing", Reasons: []string{"job-printing"}}, "a  printing"},
		{"printing, with pages", node.Job{State: "processing", Pages: 3, Total: 12}, "a  printing, page 3 of 12"},
		{"printing, with an unknown end", node.Job{State: "processing", Pages: 3}, "a  printing, page 3"},
		{"stuck", node.Job{State: "processing-stopped", Reasons: []string{"printer-stopped", "media-empty-error"}, Message: "out of paper"}, "a  stopped  out of paper"},
		{"held", node.Job{State: "pending-held", Message: "until it is released"}, "a  held  until it is released"},
		{"a hostile message", node.Job{State: "processing-stopped", Message: "x\x1b[2Jy"}, "a  stopped  x\ufffd[2Jy"},
		{"printed", node.Job{State: "completed", Reasons: []string{"job-completed-successfully"}}, "printed"},
		{"printed and kept", node.Job{State: "completed", Reasons: []string{"job-completed-successfully", "job-restartable"}}, "printed"},
		{"who knows", node.Job{State: "completed", Reasons: []string{"queued-in-device"}, Message: handed}, handed},
		{"cancelled by oneself", node.Job{State: "canceled", Reasons: []string{"job-canceled-by-user"}}, "cancelled"},
		{"cancelled by another", node.Job{State: "canceled", Reasons: []string{"job-canceled-by-operator"}}, "cancelled by the owner of the printer"},
		{"failed", node.Job{State: "aborted", Reasons: []string{"aborted-by-system"}, Message: "no such format"}, "not printed: no such format"},
	} {
		tt.job.Name = "a"
		got := outcomeOf(&tt.job)
		if !tt.job.HasEnded() {
			got = progressOf(&tt.job)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
