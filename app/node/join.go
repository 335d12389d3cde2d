package node

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"lanyard/app/node/identity"
	"lanyard/app/node/members"
	"lanyard/app/node/pairing"
	"lanyard/app/node/sealed"
)

// Limits of joining, on the newcomer's side.
const (
	maxJoinAnswer = 8 << 20          // all answers together; the last holds the member list
	joinWait      = 15 * time.Second // for the whole
	inviterWait   = 3 * time.Second  // a PC that has just started is found, and an invitation heard of, within one
)

// Join implements Service.
func (n *Node) Join(ctx context.Context, code, at string) error {
	code, err := pairing.ParseCode(code)
	if err != nil {
		return problem(Invalid, "the other PC shows it under Invite", "%w", err)
	}
	n.mu.Lock()
	err = n.freeToJoinLocked()
	n.mu.Unlock()
	if err != nil {
		return err
	}
	addresses, want, err := n.awaitInviter(ctx, at)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, joinWait)
	defer cancel()
	c, member, err := n.dialer.Dial(ctx, addresses, want)
	if err != nil {
		return unreachable(firstOf(addresses), err)
	}
	defer c.Close()
	list, err := n.pair(ctx, c, member, code)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.freeToJoinLocked(); err != nil {
		return err
	}
	if err := n.setListLocked(list); err != nil {
		return err
	}
	p := n.peerLocked(member.ID)
	p.learn(c.RemoteAddr().String())
	for id, p := range n.peers {
		if addresses := p.addresses(); len(addresses) > 0 {
			n.know(id, addresses)
		}
	}
	return nil
}

func firstOf(s []string) string {
	if len(s) == 0 {
		return "it"
	}
	return s[0]
}

// awaitInviter is inviter with some patience: an invitation, or the PC that shows it, may be seen only in a moment.
func (n *Node) awaitInviter(ctx context.Context, at string) (addresses []string, id string, err error) {
	late := time.NewTimer(inviterWait)
	defer late.Stop()
	for {
		changed := n.changes.wait()
		addresses, id, err = n.inviter(at)
		if KindOf(err) != NotFound {
			return addresses, id, err
		}
		select {
		case <-changed:
		case <-late.C:
			return addresses, id, err
		case <-ctx.Done():
			return nil, "", ctx.Err()
		}
	}
}

// inviter finds the PC to join at: the one named, or the one in sight that has an invitation open.
func (n *Node) inviter(at string) (addresses []string, id string, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if at == "" {
		var hits []string
		for id, p := range n.peers {
			if p.online && p.inviting {
				hits = append(hits, id)
			}
		}
		if len(hits) == 0 {
			return nil, "", problem(NotFound, "open an invitation on a PC of the workgroup, or name the PC with --at",
				"no PC in sight has an invitation open")
		}
		if len(hits) > 1 {
			names := make([]string, len(hits))
			for i, id := range hits {
				names[i] = n.nameLocked(id)
			}
			slices.Sort(names)
			return nil, "", problem(Invalid, "say which with --at", "several PCs have an invitation open: %v", names)
		}
		return n.peers[hits[0]].addresses(), hits[0], nil
	}
	if id, err := n.resolveLocked(at); err == nil && id != n.id.ID {
		return n.peers[id].addresses(), id, nil
	}
	to, err := parseAddress(at)
	return []string{to}, "", err
}

// pair runs the newcomer's side over one connection, and returns the workgroup's list with this PC in it.
func (n *Node) pair(ctx context.Context, c *sealed.Conn, member identity.Peer, code string) (*members.List, error) {
	defer context.AfterFunc(ctx, func() { c.Close() })()
	answers := bufio.NewReader(io.LimitReader(c, maxJoinAnswer))
	say := func(step string, m joinMessage) (joinMessage, error) { return join(c, answers, member.ID, step, m) }

	begun, err := say("start", joinMessage{})
	if err != nil {
		return nil, err
	}
	me, ya, err := pairing.Begin(code, n.id.Public(), member.Key, begun.SID)
	if err != nil {
		return nil, problem(Failed, "", "join: %w", err)
	}
	shared, err := say("share", joinMessage{SID: begun.SID, Ya: ya})
	if err != nil {
		return nil, err
	}
	ta, err := me.Prove(shared.Yb)
	if err != nil {
		return nil, problem(Failed, "", "join: %w", err)
	}
	proved, err := say("prove", joinMessage{SID: begun.SID, Ta: ta})
	if err != nil {
		return nil, err
	}
	if err := me.Check(proved.Tb); err != nil {
		return nil, wrongCode(err)
	}
	return listOf(proved.Records, n.id.ID, member.ID)
}

// listOf reads the list that a newcomer is given, in which both must be.
func listOf(records []*members.Record, newcomer, member string) (*members.List, error) {
	list, err := members.FromRecords(records)
	if err == nil && (!list.Has(newcomer) || !list.Has(member)) {
		err = errors.New("not both PCs are in it")
	}
	if err != nil {
		return nil, problem(Failed, "ask for a new code", "the other PC sent a member list that doesn't fit: %w", err)
	}
	return list, nil
}

// join says a step and reads what is said to it. All steps go over the same connection, which http.Transport may give up in
// between: for instance where this PC is so busy that it learns late that a request was written.
func join(c io.Writer, answers *bufio.Reader, id, step string, m joinMessage) (out joinMessage, err error) {
	body, err := json.Marshal(m)
	if err != nil {
		return out, err
	}
	r, err := http.NewRequest(http.MethodPost, base(id)+"/v1/join/"+step, bytes.NewReader(body))
	if err != nil {
		return out, err
	}
	r.Header.Set("Content-Type", "application/json")
	var answer *http.Response
	if err = r.Write(c); err == nil {
		answer, err = http.ReadResponse(answers, r)
	}
	if err != nil {
		return out, problem(Offline, "ask for a new code and try again", "the connection broke while joining: %w", err)
	}
	defer answer.Body.Close() // which reads the rest
	if answer.StatusCode == http.StatusForbidden {
		return out, wrongCode(pairing.ErrWrongCode)
	}
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil && answer.StatusCode == http.StatusOK {
		return out, problem(Failed, "", "read the other PC's answer: %w", err)
	}
	if answer.StatusCode == http.StatusTooManyRequests {
		return out, problem(Denied, "then try again", "the other PC refused: %s", clean(out.Error))
	}
	if answer.StatusCode != http.StatusOK {
		return out, problem(Denied, "open a new invitation there: a code works once, for ten minutes, with three tries",
			"the other PC refused: %s", clean(out.Error))
	}
	return out, nil
}

func wrongCode(err error) error {
	return problem(Denied, "read it again; after three wrong tries a new code is needed", "that is not the code on the other PC: %w", err)
}
