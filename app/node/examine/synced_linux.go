package examine

import (
	"golang.org/x/sys/unix"

	"lanyard/app/node/doctor"
)

// Synced tells whether the system's clock is set by others (adjtimex(2)).
func Synced() doctor.Answer {
	state, err := unix.Adjtimex(&unix.Timex{})
	if err != nil {
		return doctor.NotKnown
	}
	return doctor.AnswerOf(state != unix.TIME_ERROR)
}
