// Package uitest is what tests of the window need: a Service without a network, a Fyne application without a display
// and a state that looks like an office. It decides nothing that the window does.
package uitest
