package preview

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Text reads the beginning of a file as text: UTF-8, UTF-16 with its mark or as it is usually written, or else the code
// page of Western Europe. ok is false when it is no text. A letter that is cut off at the end is left out.
func Text(head []byte) (text string, ok bool) {
	if rest, marked := bytes.CutPrefix(head, []byte("\xef\xbb\xbf")); marked {
		head = rest
	}
	switch {
	case len(head) >= 2 && head[0] == 0xff && head[1] == 0xfe:
		return wideText(head[2:], binary.LittleEndian)
	case len(head) >= 2 && head[0] == 0xfe && head[1] == 0xff:
		return wideText(head[2:], binary.BigEndian)
	}
	if bytes.IndexByte(head, 0) >= 0 {
		even, odd := zeros(head)
		switch n := len(head) / 2; { // of letters of Europe one of the two bytes is 0
		case odd > n/2 && even <= n/20:
			return wideText(head, binary.LittleEndian)
		case even > n/2 && odd <= n/20:
			return wideText(head, binary.BigEndian)
		}
		return "", false
	}
	whole := head
	for i := 1; i < utf8.UTFMax && i <= len(whole); i++ {
		if b := whole[len(whole)-i]; utf8.RuneStart(b) {
			if !utf8.FullRune(whole[len(whole)-i:]) {
				whole = whole[:len(whole)-i]
			}
			break
		}
	}
	if utf8.Valid(whole) {
		text = string(whole)
	} else if b, err := charmap.Windows1252.NewDecoder().Bytes(head); err == nil {
		text = string(b)
	}
	return tidied(text)
}

// zeros counts the bytes that are 0, at even and at odd places.
func zeros(b []byte) (even, odd int) {
	for i, c := range b {
		if c == 0 && i%2 == 0 {
			even++
		} else if c == 0 {
			odd++
		}
	}
	return even, odd
}

// wideText reads UTF-16 (RFC 2781).
func wideText(b []byte, order binary.ByteOrder) (string, bool) {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	if n := len(units); n > 0 && utf16.IsSurrogate(rune(units[n-1])) && units[n-1] < 0xdc00 {
		units = units[:n-1]
	}
	return tidied(string(utf16.Decode(units)))
}

// maxControl is how many characters of a text, in a hundred, may be ones that no text has.
const maxControl = 2

// tidied gives every line one end, and tells whether it is a text.
func tidied(text string) (string, bool) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	odd, all := 0, 0
	for _, r := range text {
		all++
		if r < ' ' && r != '\n' && r != '\t' && r != '\f' && r != 0x1b || r == 0x7f || r == utf8.RuneError {
			odd++
		}
	}
	return text, odd*100 <= all*maxControl
}
