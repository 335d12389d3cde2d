// Package printing offers the printers of this PC to others over IPP Everywhere and prints on the printers of others.
// It does not know who may do so, nor how PCs find each other: identity and permission are handed in.
//
// A Server stands in front of this PC's own print system (System) and of folders that take documents as files. It
// spools a document to disk before it answers, forwards one job per printer at a time, and says that a job is
// completed only when the print system said so. A Client prints on another PC's Server.
package printing
