// Package ui is Lanyard's window: it shows the state of a node.Service and turns what a person does into calls to it.
// It holds no files, connections or printers of its own, and never imports fyne/v2/app, so that it builds and tests
// without a display.
//
// Snapshots of the state come in through one goroutine (work.go) and go down the tree of views by show; a view gives
// back intentions through a small interface that stands in its own file. Whatever may take time runs as a task of
// work.go and can be cancelled.
package ui
