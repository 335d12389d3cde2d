// Package thumbs makes small pictures of files, from as little of their content as tells, and keeps them. It knows no PCs and
// opens no file: the content comes in through a function.
//
// A file is a stranger: package preview does the drawing, in its limits of memory and time. What was drawn is kept in memory
// and in a private folder on the disk, both bounded, the oldest leaving first; it is known by where the file is, how large it
// is and when it was changed.
package thumbs
