package printing

import (
	"bytes"
	"net/http"
	"unicode/utf8"
)

// The document formats that can be told apart by their first bytes and are let through. PostScript is not among
// them: a PostScript document is a program, which could read files where it is interpreted.
const (
	formatPDF   = "application/pdf"
	formatJPEG  = "image/jpeg"
	formatPNG   = "image/png"
	formatPWG   = "image/pwg-raster" // #nosec G101 -- the name of a format
	formatURF   = "image/urf"
	formatText  = "text/plain"
	formatOctet = "application/octet-stream" // in requests: look for yourself
)

// sniffLength is how much of a document sniffing needs: to tell a text, a page of it.
const sniffLength = 1024

// languageExit is the Universal Exit Language sequence: a printer that meets it leaves the document, whatever that
// was, and takes commands of the Printer Job Language, which read, write and delete its files and settings. By chance
// its nine bytes don't occur.
const languageExit = "\x1b%-12345X"

// formats lists what may be taken at all, with the file extension each is given in a folder.
var formats = map[string]string{
	formatPDF: ".pdf", formatJPEG: ".jpg", formatPNG: ".png", formatPWG: ".pwg", formatURF: ".urf", formatText: ".txt",
}

// SniffFormat returns the MIME type of a document by its first 1024 bytes, and "" for one that no printer here takes.
// Names and claims don't count: what reaches a print system is what was looked at. Readers of PDF find its mark behind
// up to 1024 bytes of anything, but a printer acts on these, so that only white space may be there.
func SniffFormat(head []byte) string {
	start := bytes.TrimLeft(head, "\ufeff \t\r\n\f")
	switch {
	case bytes.HasPrefix(start, []byte("%!")), len(start) >= 4 && bytes.EqualFold(start[:4], []byte("@PJL")):
		return "" // PostScript and printer commands would pass for text
	case bytes.HasPrefix(start, []byte("%PDF-")):
		return formatPDF
	case bytes.HasPrefix(head, []byte("RaS2")):
		return formatPWG
	case bytes.HasPrefix(head, []byte("UNIRAST\x00")):
		return formatURF
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return formatJPEG
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return formatPNG
	case !bytes.Contains(head, []byte("%PDF-")) && plainText(head):
		return formatText
	}
	return ""
}

// plainText tells whether head begins a text that can be printed as it is: UTF-8 with no control characters but
// white space.
func plainText(head []byte) bool {
	if len(head) == 0 || bytes.IndexFunc(head, control) >= 0 {
		return false
	}
	for i := 0; i < len(head); {
		r, size := utf8.DecodeRune(head[i:])
		if r == utf8.RuneError && size == 1 {
			return !utf8.FullRune(head[i:]) // only the cut at the end is forgiven
		}
		i += size
	}
	return http.DetectContentType(head) != "application/octet-stream"
}

// control tells whether a character of a text could be a command to a printer.
func control(r rune) bool {
	return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' || r == 0x7f
}

// screen looks through all of a document for what would make a printer take the rest for commands.
type screen struct {
	text bool // no control characters, to the end
	tail []byte
}

// passes looks at the next piece.
func (s *screen) passes(piece []byte) bool {
	if s.text && bytes.IndexFunc(piece, control) >= 0 {
		return false
	}
	const seam = len(languageExit) - 1 // it may lie across two pieces
	joint := append(s.tail, piece[:min(len(piece), seam)]...)
	if bytes.Contains(joint, []byte(languageExit)) || bytes.Contains(piece, []byte(languageExit)) {
		return false
	}
	if len(piece) >= seam {
		joint = piece
	}
	s.tail = append(s.tail[:0], joint[max(0, len(joint)-seam):]...)
	return true
}
