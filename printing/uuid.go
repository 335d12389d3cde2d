package printing

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
)

// uuidMark begins the UUID of every printer that a Server offers. UUIDs of version 8 leave their bits to us (RFC 9562
// section 5.8); by these a PC knows another Lanyard's printer wherever only the UUID is told.
const uuidMark = "4c616e79-"

// stableUUID makes the same UUID out of the same seed and name each time.
func stableUUID(seed, name string) string {
	sum := sha256.Sum256([]byte("lanyard printer\x00" + seed + "\x00" + name))
	return "urn:uuid:" + uuidMark + formatUUID(sum[:16], 8)[len("urn:uuid:")+len(uuidMark):]
}

func randomUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return formatUUID(b[:], 4)
}

func formatUUID(b []byte, version byte) string {
	b[6], b[8] = b[6]&0x0f|version<<4, b[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}
