// Package ipp reads and sends IPP messages (RFC 8010) safely: bounded, typed, cleaned, cancellable.
// It knows no printers, jobs or people; the server and the print systems of package printing are built on it.
package ipp
