//go:build linux

package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/node/pairing"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// A thousand addresses have three tries together; then the code is void, and whoever opened the invitation is told.
func TestT17GuessesAreCountedInAllNotByAddress(t *testing.T) {
	addresses, each := 1000, 10
	if racing {
		addresses = 200
	}
	lan := discoverytest.NewLAN(t)
	front := officetest.New(t, lan.Join("front"))
	front.Must("workgroup", "create", "Office")
	eve := newAttacker(t, lan.Join("eve"))
	ip := eve.pc.Command(t.Context(), "ip", "-batch", "-")
	var batch strings.Builder
	for i := range addresses {
		fmt.Fprintf(&batch, "addr add fe80::e:%x/64 dev %s nodad\n", i+1, eve.pc.Interface)
	}
	ip.Stdin = strings.NewReader(batch.String())
	if out, err := ip.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	port := state(front).Self.Port
	target := net.JoinHostPort(strings.Replace(front.PC.LinkLocal().String(), front.PC.Interface, eve.pc.Interface, 1), fmt.Sprint(port))

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	invite := front.Command(ctx, "workgroup", "invite")
	var said officetest.Log
	invite.Stdout, invite.Stderr = &said, &said
	if err := invite.Start(); err != nil {
		t.Fatal(err)
	}
	front.Until(5*time.Second, "has an invitation open", func(s *node.State) bool { return s.Invitation != nil })
	code := strings.ReplaceAll(state(front).Invitation.Code, " ", "")

	var sessions, refused, wrong, tried, reached int
	eve.pc.Do(func() {
		for i := range addresses {
			from, _ := net.ResolveTCPAddr("tcp", fmt.Sprintf("[fe80::e:%x%%%s]:0", i+1, eve.pc.Interface))
			raw, err := (&net.Dialer{LocalAddr: from, Timeout: 5 * time.Second}).Dial("tcp", target)
			if err != nil {
				continue
			}
			n, s, r, w := guess(eve, raw, code, each)
			tried, sessions, refused, wrong = tried+n, sessions+s, refused+r, wrong+w
			if n > 0 {
				reached++
			}
		}
	})
	t.Logf("%d tries from %d addresses: %d sessions, %d wrong codes, %d refused", tried, reached, sessions, wrong, refused)
	if sessions > pairing.Tries || wrong > pairing.Tries {
		t.Errorf("%d guesses were looked at, want at most %d", sessions, pairing.Tries)
	}
	if reached < addresses/10 || wrong == 0 { // limits for strangers may come before, but not for the first ones
		t.Errorf("only %d addresses got through to %d wrong codes", reached, wrong)
	}
	if err := invite.Wait(); err == nil || !strings.Contains(said.String(), "three times") {
		t.Errorf("the one at the screen was told: %v\n%s", err, said.String())
	}
	newcomer := officetest.New(t, lan.Join("new"))
	newcomer.Fails("", "workgroup", "join", code, "--at", at(front))
	if s := state(front); s.Invitation != nil && s.Invitation.Tries != 0 {
		t.Errorf("the invitation is %+v", s.Invitation)
	}
}

// guess tries wrong codes over one connection.
func guess(a *attacker, raw net.Conn, right string, times int) (tried, sessions, refused, wrong int) {
	conn, err := a.over(raw)
	if err != nil {
		return
	}
	defer conn.Close()
	j := &joining{conn, bufio.NewReader(conn)}
	for range times {
		r, begun := j.say("start", joinStep{})
		if r.status == 0 {
			return
		}
		tried++
		if r.status != http.StatusOK {
			refused++
			continue
		}
		sessions++
		code := right
		for code == right {
			code = fmt.Sprintf("%06d", rand.IntN(1_000_000))
		}
		member := peerKey(conn)
		me, ya, err := pairing.Begin(code, a.id.Public(), member, begun.SID)
		if err != nil {
			continue
		}
		_, shared := j.say("share", joinStep{SID: begun.SID, Ya: ya})
		if ta, err := me.Prove(shared.Yb); err == nil {
			if r, _ := j.say("prove", joinStep{SID: begun.SID, Ta: ta}); r.status == http.StatusForbidden {
				wrong++
			}
		}
	}
	return
}
