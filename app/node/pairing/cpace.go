package pairing

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"slices"

	"github.com/gtank/ristretto255"
)

// The cipher suite CPACE-RISTR255-SHA512 of draft-irtf-cfrg-cpace-21, initiator-responder, with the key confirmation
// of its section 10.4. The names below are the draft's.
const (
	dsi       = "CPaceRistretto255"
	hashBlock = 128 // s_in_bytes of SHA-512
	scalarLen = 64  // bytes that make a uniform scalar
)

// ADa and ADb, the associated data of either side's message, name its part. Without them, a member that sent Ya back as Yb
// would make both proofs the same one, and could then send Ta back as Tb: it would pass without knowing the code.
const (
	adA = "newcomer"
	adB = "member"
)

var errBadShare = errors.New("read pairing message: not a valid group element")

// exchange is one side's half of a CPace run.
type exchange struct {
	sid    []byte
	secret *ristretto255.Scalar
	share  []byte // Ya or Yb, 32 bytes
	base   *ristretto255.Element
}

// begin picks a secret and computes the share to send.
func begin(code, channel, sid []byte) (*exchange, error) {
	seed := make([]byte, scalarLen)
	if _, err := rand.Read(seed); err != nil {
		return nil, err
	}
	return beginWith(code, channel, sid, ristretto255.NewScalar().FromUniformBytes(seed)), nil
}

func beginWith(code, channel, sid []byte, secret *ristretto255.Scalar) *exchange {
	h := sha512.Sum512(generatorString(code, channel, sid))
	g := ristretto255.NewElement().FromUniformBytes(h[:])
	y := ristretto255.NewElement().ScalarMult(secret, g)
	return &exchange{sid: sid, secret: secret, share: y.Encode(nil), base: g}
}

func generatorString(prs, ci, sid []byte) []byte {
	pad := max(0, hashBlock-1-len(lvCat(prs))-len(lvCat([]byte(dsi))))
	return lvCat([]byte(dsi), prs, make([]byte, pad), ci, sid)
}

// keys are what both sides share after a run with the same code: tags that prove it, A's for what A sent and B's for
// what B sent.
type keys struct{ isk, tagA, tagB []byte }

// finish combines the secret with the other side's share. first is A's share and second B's, of which one is own.
func (x *exchange) finish(other, first, second []byte) (*keys, error) {
	y := ristretto255.NewElement()
	if err := y.Decode(other); err != nil {
		return nil, errBadShare
	}
	k := ristretto255.NewElement().ScalarMult(x.secret, y)
	if k.Equal(ristretto255.NewElement().Zero()) == 1 {
		return nil, errBadShare
	}
	return deriveKeys(x.sid, k.Encode(nil), lvCat(first, []byte(adA)), lvCat(second, []byte(adB))), nil
}

// deriveKeys takes the point that both sides computed and what either sent, with its associated data.
func deriveKeys(sid, k, sentA, sentB []byte) *keys {
	isk := sha512.Sum512(slices.Concat(lvCat([]byte(dsi+"_ISK"), sid, k), sentA, sentB))
	mac := sha512.Sum512(slices.Concat([]byte("CPaceMac"), sid, isk[:]))
	tag := func(sent []byte) []byte {
		m := hmac.New(sha512.New, mac[:])
		m.Write(sent)
		return m.Sum(nil)
	}
	return &keys{isk: isk[:], tagA: tag(sentA), tagB: tag(sentB)}
}

// lvCat joins parts, each with its length before it in LEB128.
func lvCat(parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = binary.AppendUvarint(b, uint64(len(p)))
		b = append(b, p...)
	}
	return b
}
