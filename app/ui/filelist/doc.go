// Package filelist is a list of files and folders for Fyne that stays smooth with a hundred thousand of them: several
// can be selected, columns sort, and everything works from the keyboard.
// It knows names, sizes and dates only; it reads no folder and never sorts on the goroutine that draws.
//
// item.go is what it shows and in which order, selection.go which of them are selected, list.go the widget with its
// header.go, body.go the part that takes the pointer, keys.go the keyboard and row.go the drawing of one line.
package filelist
