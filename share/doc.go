// Package share moves files and folders between PCs over HTTP: a Server in front of shared folders, and a Client for the
// folders of another PC. It does not know who may do what, how PCs find each other, nor what a workgroup is: permission
// and an authenticated HTTP client are handed in.
//
// # How it works
//
// Routes lists the requests (verb.go); paths in them are slash-separated and relative to a shared folder, names are judged
// in one place (name.go), and become those of files in one more (seek.go): what a disk, or the wire, can't hold has a
// spelling there (spelling.go), of which the name comes back. Errors are JSON, {"code","error","path"} (errors.go). A shared
// folder is only ever touched through os.Root (folder.go, store.go).
//
// A list has a line for each entry (entry.go) and goes out while the folder is still read (listdir_*.go).
//
// Many files travel in one request, as one stream (stream.go): in the answer to a get, in the body of a put. The sender
// walks and reads ahead (walk.go, send.go). The receiver (receive.go, take.go, place.go, places.go) writes each file to a hidden
// temporary in the folder it belongs in, checks it against the sender's BLAKE3, makes it durable, alone or in a group, and
// only then gives it its name (commit.go). A large file has a second goroutine at either end (large.go).
//
// What arrives is marked as coming from elsewhere where the system knows such a mark (mark_*.go). A program stays one, but
// from who may only add. A
// file of a batch with a name that a person should see first (risky.go) waits for that (held.go). Others leave some of a disk
// to its owner (reserve.go). What they replace, remove and move goes through one place (deeds.go), which has it kept in the
// folder's bin and counted by the brake; undo.go and client_bin.go are the way back. Who may only add learns nothing of what is there.
package share
