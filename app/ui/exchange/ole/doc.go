// Package ole passes files between a window and the other programs of Windows: it drags files out (OLE), and puts lists of
// files on the clipboard and reads them (CF_HDROP). What is dropped on the window it leaves to the toolkit. On other systems it
// is empty.
package ole
