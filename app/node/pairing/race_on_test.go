//go:build race

package pairing

const raceDetector = true
