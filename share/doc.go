// Package share moves files and folders between PCs over HTTP: a Server in front of shared folders, and a Client for the
// folders of another PC. It does not know who may do what, how PCs find each other, nor what a workgroup is: permission
// and an authenticated HTTP client are handed in.
//
// # The routes
//
// Routes lists them. Paths are slash-separated and relative to a shared folder; errors are JSON, {"code","error","path"}.
// Many files travel in one request, as one stream (stream.go): in the answer to a get, in the body of a put. A shared
// folder is only ever touched through os.Root (store.go), and a file only ever comes to be complete (receive.go): a hidden
// temporary in the same folder, checked against the sender's BLAKE3, made durable, renamed.
package share
