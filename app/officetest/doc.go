// Package officetest is an office on one machine for tests: PCs on a LAN of discoverytest with Lanyard on each. It fakes
// nothing: the programs, their homes and what passes between them are the real ones. It needs Linux.
package officetest
