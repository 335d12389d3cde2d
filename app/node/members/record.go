package members

import (
	"bytes"
	"cmp"
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

// Limits on one record.
const (
	maxName  = 63        // bytes of a name, as of a DNS label
	maxKind  = 16        // bytes: kinds are one word
	maxKeep  = MaxSigned // nobody has signed more admissions
	maxHash  = 64        // bytes of a hash or an ID
	nonceLen = 16
	maxCount = 1<<53 - 1 // the largest number that every JSON reader takes exactly (RFC 8259 section 6)
)

// Kind says what a record does.
type Kind string

// The kinds of records. Others are carried along for those who know them, and mean nothing here.
const (
	Found  Kind = "found"  // begins a workgroup; Key is the founder, who signs
	Admit  Kind = "admit"  // Key becomes a member
	Remove Kind = "remove" // Key is no member any more, for ever
	Rename Kind = "rename" // Key, who signs, is called Name
)

// Record is one signed entry of the member list. It never changes, and is known by its hash.
type Record struct {
	Kind  Kind     `json:"kind"`
	Group string   `json:"group"`           // hash of the Found record; "" in that one
	Name  string   `json:"name,omitempty"`  // Found: the workgroup's name; Rename: the PC's
	Nonce []byte   `json:"nonce,omitempty"` // Found: 16 bytes, so that no two workgroups are the same
	Key   []byte   `json:"key"`             // Ed25519 public key of the PC this is about
	By    []byte   `json:"by"`              // Ed25519 public key of the PC that signed
	Keep  []string `json:"keep,omitempty"`  // Remove: whose admissions by Key stay good: IDs, or hashes of the records; sorted
	N     uint64   `json:"n,omitempty"`     // Rename: counts up from 1; the highest is the name
	Sig   []byte   `json:"sig"`
}

// Hash names the record: base64url of the SHA-256 of its signed bytes and signature.
func (r *Record) Hash() string {
	sum := sha256.Sum256(append(r.signed(), r.Sig...))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// signed are the bytes under the signature: a label, then each field with its length before it (4 bytes, big endian),
// then N (8 bytes, big endian) if it is not 0.
func (r *Record) signed() []byte {
	b := make([]byte, 0, 256)
	b = append(b, "lanyard member record 1\n"...)
	field := func(p []byte) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(p))) // #nosec G115 -- a record is far shorter
		b = append(b, p...)
	}
	field([]byte(r.Kind))
	field([]byte(r.Group))
	field([]byte(r.Name))
	field(r.Nonce)
	field(r.Key)
	field(r.By)
	b = binary.BigEndian.AppendUint32(b, uint32(len(r.Keep))) // #nosec G115 -- a record is far shorter
	for _, k := range r.Keep {
		field([]byte(k))
	}
	if r.N != 0 {
		b = binary.BigEndian.AppendUint64(b, r.N)
	}
	return b
}

func (r *Record) sign(key ed25519.PrivateKey) *Record {
	r.By = key.Public().(ed25519.PublicKey)
	r.Sig = ed25519.Sign(key, r.signed())
	return r
}

// compare orders records of one kind by one signer about one key: of them the greatest is the one that is kept. The order
// is total, and asks no clock.
func (r *Record) compare(o *Record) int {
	return cmp.Or(cmp.Compare(r.N, o.N), bytes.Compare(r.Sig, o.Sig), bytes.Compare(r.signed(), o.signed()))
}

// Check tells why a record can't be right, whoever sent it. It does not tell whether its signer was entitled.
func (r *Record) Check() error {
	if err := r.checkForm(); err != nil {
		return err
	}
	if !ed25519.Verify(r.By, r.signed(), r.Sig) {
		return errors.New("check record: bad signature")
	}
	return nil
}

// checkForm is Check without the signature. Its rules are for ever: a PC that refused what another takes would have
// another list. So how text may look is not decided here, but where it is shown.
func (r *Record) checkForm() error {
	if len(r.Key) != ed25519.PublicKeySize || len(r.By) != ed25519.PublicKeySize || len(r.Sig) != ed25519.SignatureSize {
		return errors.New("check record: wrong length of key or signature")
	}
	if err := r.checkSizes(); err != nil {
		return err
	}
	if proper, known := r.proper(); known && !proper {
		return fmt.Errorf("check record: not a proper %s", r.Kind)
	}
	if r.Name != "" {
		return CheckName(r.Name)
	}
	return nil
}

// proper tells whether a record has the fields of its kind, and no others.
func (r *Record) proper() (ok, known bool) {
	self := bytes.Equal(r.Key, r.By)
	bare := r.Group != "" && len(r.Nonce) == 0
	switch r.Kind {
	case Found:
		return r.Group == "" && len(r.Nonce) == nonceLen && r.Name != "" && len(r.Keep) == 0 && r.N == 0 && self, true
	case Admit:
		return bare && r.Name == "" && len(r.Keep) == 0 && r.N == 0, true
	case Remove:
		return bare && r.Name == "" && r.N == 0, true
	case Rename:
		return bare && r.Name != "" && len(r.Keep) == 0 && r.N > 0 && self, true
	}
	return true, false
}

// checkSizes bounds what a record of any kind makes a PC keep, and the kinds there can ever be.
func (r *Record) checkSizes() error {
	if r.Kind == "" || len(r.Kind) > maxKind || !only(string(r.Kind), "abcdefghijklmnopqrstuvwxyz") {
		return errors.New("check record: kind is not a word")
	}
	if r.Kind != Found && r.Group == "" {
		return errors.New("check record: of no workgroup")
	}
	if len(r.Group) > maxHash || len(r.Nonce) > nonceLen || len(r.Keep) > maxKeep || r.N > maxCount {
		return errors.New("check record: too long")
	}
	for i, k := range r.Keep {
		if k == "" || len(k) > maxHash || !only(k, hashAlphabet) {
			return errors.New("check record: keep is not of hashes or IDs")
		}
		if i > 0 && k <= r.Keep[i-1] {
			return errors.New("check record: keep is not sorted")
		}
	}
	return nil
}

const hashAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

func only(s, alphabet string) bool {
	return !slices.ContainsFunc([]byte(s), func(c byte) bool { return !bytes.ContainsRune([]byte(alphabet), rune(c)) })
}

// CheckName tells why a workgroup or a PC can't have a name.
func CheckName(name string) error {
	switch {
	case name == "":
		return errors.New("a name can't be empty")
	case len(name) > maxName:
		return fmt.Errorf("a name has at most %d bytes", maxName)
	case !utf8.ValidString(name):
		return errors.New("a name is text")
	}
	for _, c := range name {
		if c < ' ' || c == 0x7f {
			return errors.New("a name has no control characters")
		}
	}
	return nil
}

func newNonce() ([]byte, error) {
	b := make([]byte, nonceLen)
	_, err := rand.Read(b)
	return b, err
}

func idOf(key []byte) string { return identity.IDOf(key) }
