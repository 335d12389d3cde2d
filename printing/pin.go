package printing

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/OpenPrinting/goipp"

	"lanyard/printing/ipp"
)

const (
	// minPIN and maxPIN bound the digits of a PIN: fewer are guessed, more are forgotten on the way to the printer.
	minPIN, maxPIN = 4, 8
	// pinTries is how many wrong PINs a job bears. Then only its sender's PC can let it go: of 10,000 PINs five are little.
	pinTries = 5
	// pinRounds makes each guess at a stolen record cost some milliseconds. The document lies beside it: this is for the PINs,
	// which people have for other things too. More would let who sends many jobs keep this PC busy.
	pinRounds = 20_000

	// reasonPIN is the job-state-reason (PWG 5100.11 section 7.1) of a job that waits for its PIN.
	reasonPIN = "job-password-wait"

	pinText     = "it waits for its PIN at the PC with the printer"
	releaseText = "each job of this printer waits until its sender lets it go"
)

// What is wrong with a PIN.
var (
	ErrPIN       = errors.New("this isn't the PIN of the job")
	ErrNeedsPIN  = errors.New("the job waits for the PIN that its sender gave it")
	ErrPINLocked = errors.New("too many wrong PINs were typed: only the PC that sent the job can let it go now")
	ErrNoPINs    = errors.New("the printer takes no jobs that wait for a PIN: its PC has an older Lanyard")
	ErrPINStays  = errors.New("what waits for a PIN stays on its PC: print it anew to have it elsewhere")
	ErrBadPIN    = fmt.Errorf("a PIN has %d to %d digits", minPIN, maxPIN)
)

// The values of job-password-encryption (PWG 5100.11 section 4.1) that there are. All that is sent goes through TLS where the
// sender is a PC of the workgroup.
const (
	passwordPlain, passwordSHA = "none", "sha2-256"
)

// pinLock is what a PIN is compared with. The PIN itself is nowhere: what is kept of it is salted and hashed, on top of the
// hash that it may have come as.
type pinLock struct {
	Salt  []byte `json:"salt"`
	Hash  []byte `json:"hash"`
	Wrong int    `json:"wrong,omitempty"` // guesses so far
}

func newPINLock(digest []byte) (*pinLock, error) {
	l := &pinLock{Salt: make([]byte, 16)}
	_, _ = rand.Read(l.Salt) // never fails
	var err error
	l.Hash, err = l.hash(digest)
	return l, err
}

func (l *pinLock) hash(digest []byte) ([]byte, error) {
	return pbkdf2.Key(sha256.New, string(digest), l.Salt, pinRounds, sha256.Size)
}

// opens tells whether a PIN, as its SHA-256, is the one; the time it takes says nothing.
func (l *pinLock) opens(digest []byte) bool {
	hash, err := l.hash(digest)
	return err == nil && hmac.Equal(hash, l.Hash)
}

// goodPIN tells whether a PIN is one.
func goodPIN(pin string) bool {
	return len(pin) >= minPIN && len(pin) <= maxPIN && strings.Trim(pin, "0123456789") == ""
}

// pinDigest is the SHA-256 of a PIN, nil for none.
func pinDigest(pin string) []byte {
	if pin == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(pin))
	return sum[:]
}

// pinAttrs are the operation attributes that carry a PIN.
func pinAttrs(pin string) goipp.Attributes {
	if pin == "" {
		return nil
	}
	return goipp.Attributes{goipp.MakeAttr("job-password", goipp.TagString, goipp.Binary(pinDigest(pin))),
		keywords("job-password-encryption", passwordSHA)}
}

// takesPIN tells whether a printer takes PINs as pinAttrs sends them.
func takesPIN(attrs ipp.Attrs) bool {
	n, _ := attrs.Int("job-password-supported")
	return n >= maxPIN && slices.Contains(attrs.Strings("job-password-encryption-supported"), passwordSHA)
}

// readPIN returns the SHA-256 of the PIN that a request carries (PWG 5100.11 section 4.1), nil for none.
func (r *request) readPIN() (digest []byte, bad *answer) {
	password, ok := r.op.Get("job-password")
	if !ok {
		return nil, nil
	}
	encryption := r.op.String("job-password-encryption")
	if encryption == "" {
		encryption = passwordPlain
	}
	b, _ := password.Values[0].V.(goipp.Binary)
	switch {
	case encryption != passwordPlain && encryption != passwordSHA:
		return nil, &answer{status: goipp.StatusErrorAttributesOrValues, unsupported: goipp.Attributes{keywords("job-password-encryption", encryption)}}
	case len(password.Values) == 1 && encryption == passwordPlain && goodPIN(string(b)):
		return pinDigest(string(b)), nil
	case len(password.Values) == 1 && encryption == passwordSHA && len(b) == sha256.Size:
		return b, nil
	}
	// Not what came: an answer may be logged.
	return nil, &answer{status: goipp.StatusErrorAttributesOrValues, message: ErrBadPIN.Error(),
		unsupported: goipp.Attributes{goipp.MakeAttr("job-password", goipp.TagUnsupportedValue, goipp.Void{})}}
}

// sent tells whether a request comes from the PC that sent a job. A guest may be another behind the same address.
func (r *request) sent(j *job) bool { return !r.party.guest && r.party.owns(j) }

// lockOf makes the lock of a job for the PIN that its request carries, nil for none. A guest's job can't be let go by its
// sender's PC, so that it needs one where jobs wait.
func (s *Server) lockOf(r *request) (*pinLock, *answer) {
	digest, bad := r.readPIN()
	if bad != nil {
		return nil, bad
	}
	s.mu.Lock()
	release := s.rules[r.printer.Name].Release
	s.mu.Unlock()
	switch {
	case digest == nil && release && r.party.guest:
		a := refuse(goipp.StatusErrorNotPossible, "jobs wait at this printer until a PIN is typed there: give the job one")
		return nil, &a
	case digest == nil:
		return nil, nil
	}
	lock, err := newPINLock(digest)
	if err != nil {
		a := refuse(goipp.StatusErrorInternal, "")
		return nil, &a
	}
	return lock, nil
}

// heldForLocked is why a job is held, as a keyword and in words.
func (s *Server) heldForLocked(j *job) (reason, message string) {
	switch {
	case j.PIN != nil:
		return reasonPIN, pinText
	case s.rules[j.Printer].Release:
		return reasonHeld, releaseText
	}
	return reasonHeld, heldText
}

// releaseForLocked lets a held job go on, for its sender, or for somebody else who has its PIN, if it has one. A guess is on
// disk before anybody learns whether it was right.
func (s *Server) releaseForLocked(j *job, sender bool, digest []byte) error {
	if j.PIN == nil || sender || j.Stage != stageHeld && j.Stage != stageIncoming {
		return s.releaseLocked(j)
	}
	switch {
	case j.PIN.Wrong >= pinTries:
		return ErrPINLocked
	case digest == nil:
		return ErrNeedsPIN
	}
	j.PIN.Wrong++
	if err := s.spool.save(&j.record); err != nil {
		return err
	}
	if left := pinTries - j.PIN.Wrong; !j.PIN.opens(digest) {
		s.log.Warn("wrong PIN for a job", "printer", j.Printer, "job", j.ID, "tries left", left)
		if left == 0 {
			return ErrPINLocked
		}
		return fmt.Errorf("%w; tries left: %d", ErrPIN, left)
	}
	j.PIN.Wrong = 0
	return s.releaseLocked(j)
}

// title is what a job is called for others than its sender: what waits for a PIN isn't for everybody.
func (j *job) title() string {
	if j.PIN != nil {
		return untitled
	}
	return j.Name
}
