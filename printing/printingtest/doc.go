// Package printingtest stands up real print systems for tests: a private cupsd with printers behind a virtual USB
// backend, and a fake IPP printer whose faults can be chosen. It never touches the print system of the machine.
package printingtest
