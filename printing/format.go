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
	formatPWG   = "image/pwg-raster"
	formatURF   = "image/urf"
	formatText  = "text/plain"
	formatOctet = "application/octet-stream" // in requests: look for yourself
)

// sniffLength is how much of a document sniffing needs. PDF allows its mark anywhere in the first 1024 bytes.
const sniffLength = 1024

// formats lists what may be taken at all, with the file extension each is given in a folder.
var formats = map[string]string{
	formatPDF: ".pdf", formatJPEG: ".jpg", formatPNG: ".png", formatPWG: ".pwg", formatURF: ".urf", formatText: ".txt",
}

// SniffFormat returns the MIME type of a document by its first 1024 bytes, and "" for one that no printer here takes.
// Names and claims don't count: what reaches a print system is what was looked at.
func SniffFormat(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("%!")), bytes.HasPrefix(head, []byte("\x04%!")), bytes.HasPrefix(head, []byte("\x1b%-12345X")):
		return "" // PostScript and PJL, before the search for %PDF- inside them
	case bytes.HasPrefix(head, []byte("RaS2")):
		return formatPWG
	case bytes.HasPrefix(head, []byte("UNIRAST\x00")):
		return formatURF
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return formatJPEG
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return formatPNG
	case bytes.Contains(head[:min(len(head), sniffLength)], []byte("%PDF-")):
		return formatPDF
	case plainText(head):
		return formatText
	}
	return ""
}

// plainText tells whether head begins a text that can be printed as it is: UTF-8 with no control characters but
// white space.
func plainText(head []byte) bool {
	if len(head) == 0 {
		return false
	}
	for i := 0; i < len(head); {
		r, size := utf8.DecodeRune(head[i:])
		if r == utf8.RuneError && size == 1 {
			return !utf8.FullRune(head[i:]) // only the cut at the end is forgiven
		}
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' || r == 0x7f {
			return false
		}
		i += size
	}
	return http.DetectContentType(head) != "application/octet-stream"
}
