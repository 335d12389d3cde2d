package discovery

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	idLength = 52  // base32 of 32 bytes, without padding
	maxText  = 255 // bytes of one string of a TXT record (RFC 1035, section 3.3)
	maxName  = 63  // characters of a name that anybody needs to see; a longer one is made to disturb
	maxPairs = 16  // strings of a TXT record that are looked at; Lanyard sends 4
)

// text is the TXT record: what a PC says of itself beside its address.
type text struct{ id, version, name, workgroup string }

// validID tells whether s can be a peer ID, so that it can be a DNS label and a map key with no further thought.
func validID(s string) bool {
	return len(s) == idLength && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// strings returns the strings of the record, escaped as package dns wants them (RFC 1035, section 5.1).
func (t text) strings() []string {
	list := []string{pair("id", t.id), pair("v", t.version)}
	if t.name != "" {
		list = append(list, pair("n", t.name))
	}
	if t.workgroup != "" {
		list = append(list, pair("w", t.workgroup))
	}
	return list
}

func pair(key, value string) string {
	room := maxText - len(key) - 1
	value = clean(value)
	for len(value) > room {
		_, size := utf8.DecodeLastRuneInString(value)
		value = value[:len(value)-size]
	}
	return key + "=" + escapeText(value)
}

// escapeText escapes a string of a TXT record as package dns wants it (RFC 1035, section 5.1).
func escapeText(s string) string { return strings.ReplaceAll(s, `\`, `\\`) }

// readText reads the strings of a record. Of a key that is there twice the first counts (RFC 6763, section 6.4).
func readText(list []string) text {
	var t text
	into := map[string]*string{"id": &t.id, "v": &t.version, "n": &t.name, "w": &t.workgroup}
	for _, s := range list[:min(len(list), maxPairs)] {
		key, value, _ := strings.Cut(unescape(s), "=")
		if field := into[strings.ToLower(key)]; field != nil {
			*field = clean(value)
			delete(into, strings.ToLower(key))
		}
	}
	return t
}

// unescape undoes the escapes that package dns puts into strings off the wire: \" and \\ and \DDD.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		if i+2 < len(s) && digit(s[i]) && digit(s[i+1]) && digit(s[i+2]) {
			b.WriteByte((s[i]-'0')*100 + (s[i+1]-'0')*10 + s[i+2] - '0')
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// clean makes a text safe to show in a window, a terminal and a log: what is not valid or not visible goes, and with
// it whatever turns the direction of writing round or starts a terminal's escape sequence.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == utf8.RuneError:
			return -1
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsPrint(r):
			return r
		}
		return -1
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	count := 0
	for i := range s {
		if count++; count > maxName {
			return strings.TrimSuffix(s[:i], " ")
		}
	}
	return s
}
