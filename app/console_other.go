//go:build !windows

package main

// useConsole has nothing to do where every program has the terminal it was started from.
func useConsole() {}
