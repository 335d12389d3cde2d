package members

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"lanyard/app/node/identity"
)

// Limits on what another PC may send.
const (
	MaxRecords = 10_000 // a workgroup of hundreds that changed PCs for years
	maxName    = 63     // bytes of a workgroup's name, as of a DNS label
	maxKeep    = MaxRecords
)

// Kind says what a record does.
type Kind string

// The kinds of records.
const (
	Found  Kind = "found"  // begins a workgroup; Key is the founder, who signs
	Admit  Kind = "admit"  // Key becomes a member
	Remove Kind = "remove" // Key is no member any more, for ever
)

// Record is one signed entry of the member list. It never changes, and is known by its hash.
type Record struct {
	Kind  Kind     `json:"kind"`
	Group string   `json:"group"`           // hash of the Found record; "" in that one
	Name  string   `json:"name,omitempty"`  // Found: the workgroup's name
	Nonce []byte   `json:"nonce,omitempty"` // Found: 16 bytes, so that no two workgroups are the same
	Key   []byte   `json:"key"`             // Ed25519 public key of the PC this is about
	By    []byte   `json:"by"`              // Ed25519 public key of the PC that signed
	Keep  []string `json:"keep,omitempty"`  // Remove: hashes of Key's own admissions that stay good, sorted
	Sig   []byte   `json:"sig"`
}

// Hash names the record: base64url of the SHA-256 of its signed bytes and signature.
func (r *Record) Hash() string {
	sum := sha256.Sum256(append(r.signed(), r.Sig...))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// signed are the bytes under the signature: a label, then each field with its length before it (4 bytes, big endian).
func (r *Record) signed() []byte {
	b := []byte("lanyard member record 1\n")
	field := func(p []byte) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(p)))
		b = append(b, p...)
	}
	field([]byte(r.Kind))
	field([]byte(r.Group))
	field([]byte(r.Name))
	field(r.Nonce)
	field(r.Key)
	field(r.By)
	b = binary.BigEndian.AppendUint32(b, uint32(len(r.Keep)))
	for _, k := range r.Keep {
		field([]byte(k))
	}
	return b
}

func (r *Record) sign(key ed25519.PrivateKey) *Record {
	r.By = key.Public().(ed25519.PublicKey)
	r.Sig = ed25519.Sign(key, r.signed())
	return r
}

// Check tells why a record can't be right, whoever sent it. It does not tell whether its signer was entitled.
func (r *Record) Check() error {
	if len(r.Key) != ed25519.PublicKeySize || len(r.By) != ed25519.PublicKeySize || len(r.Sig) != ed25519.SignatureSize {
		return errors.New("check record: wrong length of key or signature")
	}
	switch r.Kind {
	case Found:
		if r.Group != "" || len(r.Nonce) != 16 || len(r.Keep) != 0 || !slices.Equal(r.Key, r.By) {
			return errors.New("check record: not a founding")
		}
		if err := CheckName(r.Name); err != nil {
			return err
		}
	case Admit, Remove:
		if r.Group == "" || len(r.Group) > 64 || r.Name != "" || r.Nonce != nil || len(r.Keep) > maxKeep {
			return fmt.Errorf("check record: not a proper %s", r.Kind)
		}
		if r.Kind == Admit && len(r.Keep) != 0 {
			return errors.New("check record: not a proper admit")
		}
		if !slices.IsSorted(r.Keep) {
			return errors.New("check record: keep is not sorted")
		}
	default:
		return fmt.Errorf("check record: unknown kind %q", r.Kind)
	}
	if !ed25519.Verify(r.By, r.signed(), r.Sig) {
		return errors.New("check record: bad signature")
	}
	return nil
}

// CheckName tells why a workgroup can't have a name.
func CheckName(name string) error {
	switch {
	case name == "":
		return errors.New("a workgroup needs a name")
	case len(name) > maxName:
		return fmt.Errorf("a workgroup's name has at most %d bytes", maxName)
	case !utf8.ValidString(name):
		return errors.New("a workgroup's name is text")
	}
	for _, c := range name {
		if c < ' ' || c == 0x7f {
			return errors.New("a workgroup's name has no control characters")
		}
	}
	return nil
}

func newNonce() ([]byte, error) {
	b := make([]byte, 16)
	_, err := rand.Read(b)
	return b, err
}

func idOf(key []byte) string { return identity.IDOf(key) }
