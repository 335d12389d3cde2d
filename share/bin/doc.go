// Package bin keeps what is replaced and removed in a shared folder, within that folder, until somebody wants it back or it
// is too old. It does not know who may do what, and serves nobody: names, callers and rights are judged before.
//
// # How it works
//
// What goes is renamed to .lanyard-bin/ACTION/N at the top of the shared folder, or at the top of another disk that is
// mounted below it (place.go, keep.go). A file that is replaced gets that as a second name first, so that it has one at every
// moment. An action is what one caller did in one go. The journal beside them, a JSON document a line, says what was where
// and whose doing it was; it is written before, and never has to be whole: lines whose content isn't there count for
// nothing, and content without a line is listed as found (journal.go, item.go).
//
// Restoring keeps what has the old name by now: what stands in the place of a replaced file goes to the bin in its turn, all
// else comes back beside (restore.go). What is old, or too much, goes (tend.go, thin.go).
//
// A Brake counts what one caller changes within a minute, and stops it (brake.go, looks.go).
package bin
