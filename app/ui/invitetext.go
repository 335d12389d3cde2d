package ui

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// invitationScheme is that of the address which an invitation's QR code holds: lanyard:join?code=123456&at=192.168.1.20:4720
// with up to invitationAddresses at's. There is nothing in it that the screen doesn't show anyway.
const (
	invitationScheme    = "lanyard"
	invitationAddresses = 3
	maxInvitation       = 4 << 10 // bytes of a text that an invitation is looked for in: a message around it, and no more
)

// codeLength is how many digits an invitation's code has.
const codeLength = 6

// invitationText is what an invitation's QR code says.
func invitationText(code string, addresses []string) string {
	q := url.Values{"code": {digitsOf(code)}}
	for _, a := range addresses {
		if addr, err := netip.ParseAddrPort(a); err == nil && addr.Addr().Zone() == "" && len(q["at"]) < invitationAddresses { // a zone means nothing elsewhere
			q.Add("at", a)
		}
	}
	return invitationScheme + ":join?" + q.Encode()
}

// readInvitation finds an invitation's code in what somebody has pasted: an address as the QR code holds it, or any text around
// the code.
func readInvitation(text string) (code string, at []string, ok bool) {
	if code, at, ok = readAddress(text); ok || len(text) > maxInvitation {
		return code, at, ok
	}
	code, ok = codeIn(text)
	return code, nil, ok
}

// readAddress reads what an invitation's QR code holds: its code and, as far as that is told, where it is from. Whoever made it may
// have written anything: at holds HOST:PORT by numbers, and nothing else.
func readAddress(text string) (code string, at []string, ok bool) {
	text = strings.TrimSpace(text)
	if len(text) > maxInvitation {
		return "", nil, false
	}
	u, err := url.Parse(text)
	if err != nil || !strings.EqualFold(u.Scheme, invitationScheme) || u.Opaque != "join" {
		return "", nil, false
	}
	q := u.Query()
	if code = digitsOf(q.Get("code")); len(code) != codeLength {
		return "", nil, false
	}
	for _, a := range q["at"] {
		if addr, err := netip.ParseAddrPort(a); err == nil && addr.Port() != 0 && addr.Addr().Zone() == "" && len(at) < invitationAddresses {
			at = append(at, addr.String())
		}
	}
	return code, at, true
}

// codeIn finds the only code in a text: six digits that stand together, with nothing between them but a space or dash in the middle.
func codeIn(text string) (string, bool) {
	var found []string
	runes := []rune(text)
	for i := 0; i < len(runes); {
		if !unicode.IsDigit(runes[i]) {
			i++
			continue
		}
		end, digits := i, 0
		for end < len(runes) && (unicode.IsDigit(runes[end]) || digits == codeLength/2 && betweenDigits(runes, end)) {
			if unicode.IsDigit(runes[end]) {
				digits++
			}
			end++
		}
		alone := (i == 0 || !partOfNumber(runes[i-1])) && (end == len(runes) || !partOfNumber(runes[end]) || endsSentence(runes, end))
		if code := digitsOf(string(runes[i:end])); len(code) == codeLength && alone && !slices.Contains(found, code) {
			found = append(found, code)
		}
		i = end
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// betweenDigits tells whether a rune may stand in the middle of a code.
func betweenDigits(runes []rune, i int) bool {
	r := runes[i]
	return (unicode.IsSpace(r) || unicode.Is(unicode.Pd, r)) && i+1 < len(runes) && unicode.IsDigit(runes[i+1])
}

// partOfNumber tells whether a rune beside digits makes them part of something else, such as an address or a sum.
func partOfNumber(r rune) bool { return r == '.' || r == ',' || r == ':' || unicode.IsLetter(r) }

func endsSentence(runes []rune, i int) bool {
	return !unicode.IsLetter(runes[i]) && (i+1 == len(runes) || unicode.IsSpace(runes[i+1]))
}

// digitsOf returns the digits in a text as ASCII, whatever script they are written in.
func digitsOf(text string) string {
	var b strings.Builder
	for _, r := range text {
		if d, ok := digitValue(r); ok {
			b.WriteByte('0' + d)
		}
	}
	return b.String()
}

// digitValue returns what a decimal digit of any script counts. Unicode keeps the ten of a script together, beginning with zero.
func digitValue(r rune) (byte, bool) {
	for _, t := range unicode.Nd.R16 {
		if uint32(r) >= uint32(t.Lo) && uint32(r) <= uint32(t.Hi) {
			return byte((uint32(r) - uint32(t.Lo)) % 10), true
		}
	}
	for _, t := range unicode.Nd.R32 {
		if uint32(r) >= t.Lo && uint32(r) <= t.Hi {
			return byte((uint32(r) - t.Lo) % 10), true
		}
	}
	return 0, false
}
