// Package x11 passes files between a window and the other programs of an X11 display: it drags files out (XDND as a source),
// tells what is dragged over a window (XDND through a proxy), and puts lists of files on the clipboard and reads them. It
// draws nothing in the window and never touches the toolkit's own connection.
//
// Everything here works beside the toolkit, on connections of its own to the display: display.go is one, and lives as long
// as the function that has opened it. drag.go, offer.go and pointer.go drag out, receive.go takes in, clipboard.go copies and
// pastes, selection.go hands data over and reads it, and drop.go plays a drag for tests.
//
// The protocols are described at https://freedesktop.org/wiki/Specifications/XDND/ (version 5),
// https://freedesktop.org/wiki/Specifications/XDS/ and in the ICCCM, 2 (selections).
package x11
