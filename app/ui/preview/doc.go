// Package preview draws the pages of a document, and the sheets of paper that come out of a printer for it. It neither
// prints nor knows printers: what a printer will do comes in as a Setup.
//
// A document is a stranger. A PDF is drawn by PDFium as WebAssembly, in a sandbox without files, network or clock that
// is loaded for the first PDF, may use so much memory and time, and is thrown away when a document makes trouble in it.
// Pictures are drawn by Go's own decoders once their size is known to be bearable.
package preview
