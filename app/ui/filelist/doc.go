// Package filelist is a list of files and folders for Fyne, as lines or as tiles, that stays smooth with a hundred thousand of
// them: several can be selected, columns sort, and everything works from the keyboard.
// It knows names, sizes and dates only; it reads no folder and never sorts on the goroutine that draws.
//
// item.go is what it shows and in which order, kind.go what sort of thing each is, selection.go which of them are selected,
// list.go the widget with its header.go and icons.go the change to tiles, grid.go where the items stand, body.go the part that
// takes the pointer, band.go what is dragged, keys.go the keyboard, row.go the drawing of one line and tile.go that of one tile.
package filelist
