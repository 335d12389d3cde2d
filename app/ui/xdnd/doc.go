// Package xdnd drops files onto a window, as a file manager would: it is the source side of the XDND protocol, version
// 5, over X11, for tests of a real window. It moves no pointer and needs no window manager.
//
// The protocol is described at https://freedesktop.org/wiki/Specifications/XDND/.
package xdnd
