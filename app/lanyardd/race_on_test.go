//go:build linux && race

package main

// racing is whether the race detector makes all that runs here slower by an order.
const racing = true
