//go:build !linux

package examine

import (
	"context"

	"lanyard/app/node/doctor"
)

// tells says that these systems tell of no neighbours.
const tells = false

// Neighbours knows none.
func Neighbours() []Neighbour { return nil }

// Routers knows none.
func Routers() []Router { return nil }

// Wireless knows of none.
func Wireless(string) bool { return false }

// Synced doesn't know.
func Synced() doctor.Answer { return doctor.NotKnown }

// Own doesn't know.
func Own() string { return "" }

// Holder doesn't know.
func Holder(string, int) string { return "" }

// Filter doesn't know.
func Filter(context.Context, []Packet) (doctor.Filter, []doctor.Answer) { return doctor.Filter{}, nil }
