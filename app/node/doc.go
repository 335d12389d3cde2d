// Package node is Lanyard without a face: it runs discovery, share and printing together as one PC of a workgroup.
// It draws nothing and parses no command line; faces use it through the Service interface.
package node
