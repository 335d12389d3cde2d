// Package awaketest is a system bus with a logind on it, for tests: it records who keeps the PC awake and for how long. It
// does not put anything to sleep.
package awaketest
