//go:build linux

package main

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lanyard/app/node"
	"lanyard/app/node/pairing"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// joinStep is one of the three messages of joining, and its answer.
type joinStep struct {
	SID     []byte            `json:"sid,omitempty"`
	Ya      []byte            `json:"ya,omitempty"`
	Yb      []byte            `json:"yb,omitempty"`
	Ta      []byte            `json:"ta,omitempty"`
	Tb      []byte            `json:"tb,omitempty"`
	Records []json.RawMessage `json:"records,omitempty"`
	Error   string            `json:"error,omitempty"`
}

// joining is an attacker's connection to a member, over which it tries to join.
type joining struct {
	net.Conn
	r *bufio.Reader
}

func (a *attacker) joining(address string) (*joining, error) {
	conn, err := a.dial(address, a.id.ClientConfig(""))
	if err != nil {
		return nil, err
	}
	return &joining{conn, bufio.NewReader(conn)}, nil
}

func (j *joining) say(step string, m joinStep) (reply, joinStep) {
	body, _ := json.Marshal(m)
	r := exchange(j, j.r, post("/v1/join/"+step, "localhost", "application/json", string(body)))
	var answer joinStep
	json.Unmarshal([]byte(r.body), &answer)
	return r, answer
}

// Somebody between newcomer and member who passes everything on, even with the right code typed, comes out with nothing.
func TestT15WhoSitsBetweenGetsNeitherSide(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	front, newcomer := officetest.New(t, lan.Join("front")), officetest.New(t, lan.Join("new"))
	front.Must("workgroup", "create", "Office")
	mallory := newAttacker(t, lan.Join("mallory"))
	up, err := mallory.joining(at(front))
	if err != nil {
		t.Fatal(err)
	}
	defer up.Close()
	var passed atomic.Int32
	mallory.serve(4720, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !strings.HasPrefix(r.URL.Path, "/v1/join/") {
			http.NotFound(w, r)
			return
		}
		passed.Add(1)
		answer := exchange(up, up.r, post(r.URL.Path, "localhost", "application/json", string(body)))
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.status)
		io.WriteString(w, answer.body)
	}))
	inv, err := front.Invite(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	newcomer.Fails("not the code", "workgroup", "join", inv.Code, "--at", mallory.pc.Addr().String())
	if passed.Load() != 3 {
		t.Errorf("%d messages went through the one between, want 3: it was not tried", passed.Load())
	}
	s := state(front)
	if s.Invitation == nil || s.Invitation.Tries != pairing.Tries-1 || s.Invitation.Used != "" {
		t.Errorf("the invitation is %+v, want one try used", s.Invitation)
	}
	for _, p := range s.Peers {
		if p.Member {
			t.Errorf("%s is a member now", p.Name)
		}
	}
	if state(newcomer).Self.Workgroup != "" {
		t.Error("the newcomer believes that it has joined")
	}
	newcomer.Must("workgroup", "join", inv.Code, "--at", at(front)) // the same code, without the one between
}

// Whoever records a whole join, with all that was announced before, holds nothing that confirms a guess of the code.
func TestT16NothingRecordedConfirmsAGuess(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	front, back := officetest.New(t, lan.Join("front")), officetest.New(t, lan.Join("back"))
	front.Sees(back)
	front.Must("workgroup", "create", "Office")
	wire := listenIn(t, front.PC)
	inv, err := front.Invite(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(1500 * time.Millisecond) // what is announced of it, if anything is, has been
	back.Must("workgroup", "join", inv.Code, "--at", at(front))
	front.Until(5*time.Second, "is with back", func(s *node.State) bool { p := officetest.Peer(s, back); return p != nil && p.Member && p.Online })
	fs, bs := state(front).Self, state(back).Self

	// All that went over the port is TLS 1.3: behind the two hellos it is encrypted.
	ours := 0
	packets := wire.heard()
	for way, stream := range streams(packets) {
		if way[0].Port() != uint16(fs.Port) && way[1].Port() != uint16(fs.Port) || len(stream) == 0 {
			continue
		}
		ours++
		if clear, err := inTheClear(stream); err != nil || clear > 1 {
			t.Errorf("%v: %d messages in the clear, %v", way, clear, err)
		}
	}
	if ours < 2 {
		t.Fatalf("%d streams were recorded: the join wasn't among them", ours)
	}

	// And no function of the code that a password cracker knows is anywhere in what was recorded.
	salts := [][]byte{nil, []byte("Office"), []byte("front"), []byte("back"), []byte(fs.ID), []byte(bs.ID)}
	if found := tells(packets, inv.Code, salts); found != "" {
		t.Errorf("the recording has the code: %s", found)
	}
	// It would have been found.
	digits := strings.ReplaceAll(inv.Code, " ", "")
	for _, leak := range []string{digits, inv.Code, hex.EncodeToString(sum(sha1.New, []byte("Office"), digits))} {
		mallory := packet{protocol: unix.IPPROTO_UDP, data: []byte("x" + leak + "y")}
		if tells(append(packets, mallory), inv.Code, salts) == "" {
			t.Errorf("this test would not notice %q on the wire", leak)
		}
	}
}

// inTheClear counts the handshake messages of a TLS stream that are not encrypted. The end may be missing.
func inTheClear(stream []byte) (n int, err error) {
	for len(stream) >= 5 {
		kind, size := stream[0], int(binary.BigEndian.Uint16(stream[3:]))
		switch {
		case stream[1] != 3 || size > 16384+256:
			return n, fmt.Errorf("no TLS record: % x", stream[:5])
		case kind == 22:
			n++
			if len(stream) > 5 && stream[5] != 1 && stream[5] != 2 { // ClientHello, ServerHello (RFC 8446, section 4)
				return n, fmt.Errorf("handshake message %d in the clear", stream[5])
			}
		case kind != 20 && kind != 23: // change_cipher_spec for old middleboxes, application_data
			return n, fmt.Errorf("a record of type %d", kind)
		}
		stream = stream[min(5+size, len(stream)):]
	}
	return n, nil
}

// tells looks for a code, and what common hashes make of it, in packets.
func tells(packets []packet, code string, salts [][]byte) string {
	digits := strings.ReplaceAll(code, " ", "")
	needles := map[string][]byte{"itself": []byte(digits), "as shown": []byte(code)}
	for _, c := range []string{digits, code} {
		for name, make := range map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New} {
			for _, salt := range salts {
				for way, h := range map[string][]byte{
					"after": sum(make, salt, c), "before": sum(make, nil, c+string(salt)), "keyed with": keyed(make, salt, c),
				} {
					what := fmt.Sprintf("%s of %q, %s %q", name, c, way, salt)
					needles[what] = h[:8] // it may be cut
					needles[what+", hex"] = []byte(hex.EncodeToString(h)[:12])
					needles[what+", base64"] = []byte(base64.StdEncoding.EncodeToString(h)[:10])
				}
			}
		}
	}
	var all bytes.Buffer
	for _, p := range packets {
		all.Write(p.data)
		all.WriteByte('\n')
	}
	for name, n := range needles {
		if bytes.Contains(all.Bytes(), n) {
			return name
		}
	}
	return ""
}

func sum(make func() hash.Hash, salt []byte, code string) []byte {
	h := make()
	h.Write(salt)
	io.WriteString(h, code)
	return h.Sum(nil)
}

func keyed(make func() hash.Hash, key []byte, code string) []byte {
	h := hmac.New(make, key)
	io.WriteString(h, code)
	return h.Sum(nil)
}

// Whoever takes part with a wrong guess learns that it was wrong, and nothing to try others on: before the proof the
// member sends what is fresh and random each time, and after a wrong one nothing.
func TestT16AGuessTellsNothingOfTheOthers(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	front := officetest.New(t, lan.Join("front"))
	front.Must("workgroup", "create", "Office")
	inv, err := front.Invite(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	eve := newAttacker(t, lan.Join("eve"))
	member := identityIn(t, t.TempDir()).Public() // not the member's, so that even the right code would be none
	seen := map[string]bool{}
	for range pairing.Tries {
		j, err := eve.joining(at(front))
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		_, begun := j.say("start", joinStep{})
		me, ya, err := pairing.Begin(strings.ReplaceAll(inv.Code, " ", ""), eve.id.Public(), member, begun.SID)
		if err != nil {
			t.Fatal(err)
		}
		_, shared := j.say("share", joinStep{SID: begun.SID, Ya: ya})
		if len(shared.Yb) != 32 || seen[string(shared.Yb)] || seen[string(begun.SID)] || len(shared.Tb) > 0 {
			t.Errorf("the member's share is %x for session %x", shared.Yb, begun.SID)
		}
		seen[string(shared.Yb)], seen[string(begun.SID)] = true, true
		ta, err := me.Prove(shared.Yb)
		if err != nil {
			t.Fatal(err)
		}
		r, proved := j.say("prove", joinStep{SID: begun.SID, Ta: ta})
		if r.status != http.StatusForbidden || len(proved.Tb) > 0 || len(proved.Records) > 0 {
			t.Errorf("a wrong proof is answered %d %s", r.status, r.body)
		}
		if r, _ := j.say("prove", joinStep{SID: begun.SID, Ta: ta}); r.status == http.StatusForbidden || r.status == http.StatusOK {
			t.Errorf("the same session takes a second proof: %d", r.status)
		}
	}
}
