package node

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"time"

	"lanyard/app/node/door"
	"lanyard/app/node/identity"
	"lanyard/app/node/members"
	"lanyard/app/node/pairing"
	"lanyard/app/node/reach"
)

// maxJoinBody bounds the messages of pairing; the last one holds the member list.
const (
	maxJoinBody   = 4 << 10
	maxJoinAnswer = 8 << 20
	joinWait      = 15 * time.Second
	inviterWait   = 3 * time.Second // a PC that has just started is found, and an invitation heard of, within one
)

// The messages of pairing, as JSON; see package pairing for what they mean.
type joinMessage struct {
	SID     []byte            `json:"sid,omitempty"`
	Ya      []byte            `json:"ya,omitempty"`
	Yb      []byte            `json:"yb,omitempty"`
	Ta      []byte            `json:"ta,omitempty"`
	Tb      []byte            `json:"tb,omitempty"`
	Records []*members.Record `json:"records,omitempty"`
	Error   string            `json:"error,omitempty"`
}

// CreateWorkgroup implements Service.
func (n *Node) CreateWorkgroup(_ context.Context, name string) error {
	if err := members.CheckName(name); err != nil || clean(name) != name {
		return problem(Invalid, "choose another name", "%q can't be the name of a workgroup", clean(name))
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.freeToJoinLocked(); err != nil {
		return err
	}
	list, err := members.Start(name, n.id.Key)
	if err != nil {
		return problem(Failed, "", "create workgroup: %w", err)
	}
	return n.setListLocked(list)
}

func (n *Node) freeToJoinLocked() error {
	if n.list != nil {
		return problem(Exists, "leave it first with `lanyard workgroup remove this`",
			"this PC is in the workgroup %q already", n.list.Name())
	}
	if n.retired {
		return problem(Failed, "restart Lanyard: it then joins as a new PC", "this PC has left its workgroup for good under its present key")
	}
	return nil
}

// setListLocked makes a list the present one, on disk first.
func (n *Node) setListLocked(list *members.List) error {
	if err := n.home.WriteJSON(workgroupFile, list.Records()); err != nil {
		return problem(Failed, "", "save the workgroup: %w", err)
	}
	n.list = list
	n.applyRulesLocked()
	n.news.fire()
	n.changes.fire()
	return nil
}

// Invite implements Service.
func (n *Node) Invite(context.Context) (*Invitation, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.list == nil {
		return nil, problem(Invalid, "start one with `lanyard workgroup create NAME`", "this PC is in no workgroup")
	}
	inv, err := pairing.Invite(n.id.Public(), time.Now())
	if err != nil {
		return nil, problem(Failed, "", "invite: %w", err)
	}
	n.invitation = &invitation{Invitation: inv}
	n.inviteChangedLocked()
	time.AfterFunc(pairing.Lifetime, func() { n.news.fire(); n.changes.fire() })
	return n.invitation.show(), nil
}

func (n *Node) inviteChangedLocked() {
	n.news.fire()
	n.changes.fire()
}

func (i *invitation) show() *Invitation {
	s := &Invitation{Code: pairing.FormatCode(i.Code), Expires: i.Expires, Tries: i.TriesLeft(), Used: i.used}
	if i.used == "" && !i.Open(time.Now()) && s.Tries > 0 {
		s.Tries = 0
	}
	return s
}

// EndInvitation implements Service.
func (n *Node) EndInvitation(context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.invitation = nil
	n.inviteChangedLocked()
	return nil
}

// serveJoin answers a newcomer's three messages.
func (n *Node) serveJoin(w http.ResponseWriter, r *http.Request) {
	newcomer := door.CallerOf(r.Context()).Peer
	var in joinMessage
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxJoinBody)).Decode(&in); err != nil {
		answerJoin(w, http.StatusBadRequest, joinMessage{Error: "bad message"})
		return
	}
	n.mu.Lock()
	inv := n.invitation
	n.mu.Unlock()
	if inv == nil {
		answerJoin(w, http.StatusConflict, joinMessage{Error: pairing.ErrNoInvitation.Error()})
		return
	}
	var out joinMessage
	var err error
	switch r.PathValue("step") {
	case "start":
		out.SID, err = inv.Start(newcomer.Key, time.Now())
		n.news.fire()
		n.changes.fire()
	case "share":
		out.Yb, err = inv.Share(in.SID, newcomer.Key, in.Ya)
	case "prove":
		out, err = n.admit(inv, newcomer, in)
	default:
		http.NotFound(w, r)
		return
	}
	switch {
	case err == nil:
		answerJoin(w, http.StatusOK, out)
	case errors.Is(err, pairing.ErrWrongCode):
		answerJoin(w, http.StatusForbidden, joinMessage{Error: err.Error()})
	default:
		answerJoin(w, http.StatusConflict, joinMessage{Error: err.Error()})
	}
}

func answerJoin(w http.ResponseWriter, status int, m joinMessage) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(m)
}

// admit checks a newcomer's proof, signs it in and answers with this PC's proof and the list.
func (n *Node) admit(inv *invitation, newcomer *identity.Peer, in joinMessage) (out joinMessage, err error) {
	if out.Tb, err = inv.Confirm(in.SID, newcomer.Key, in.Ta, time.Now()); err != nil {
		return joinMessage{}, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.list == nil {
		return joinMessage{}, pairing.ErrNoInvitation
	}
	list, err := n.list.Admit(newcomer.Key, n.id.Key)
	if err != nil {
		return joinMessage{}, err
	}
	if err := n.setListLocked(list); err != nil {
		return joinMessage{}, err
	}
	inv.used = newcomer.ID
	out.Records = list.Records()
	return out, nil
}

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
			n.mesh.Know(id, addresses)
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
func (n *Node) pair(ctx context.Context, c *tls.Conn, member identity.Peer, code string) (*members.List, error) {
	used := false
	transport := &http.Transport{DialTLSContext: func(context.Context, string, string) (net.Conn, error) {
		if used {
			return nil, errors.New("the connection was closed")
		}
		used = true
		return c, nil
	}}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: noRedirect}
	say := func(step string, m joinMessage) (joinMessage, error) { return join(ctx, client, member.ID, step, m) }

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
	list, err := members.FromRecords(proved.Records)
	if err != nil || !list.Has(n.id.ID) || !list.Has(member.ID) {
		return nil, problem(Failed, "ask for a new code", "the other PC sent a member list that doesn't fit (%w)", err)
	}
	return list, nil
}

func join(ctx context.Context, client *http.Client, id, step string, m joinMessage) (out joinMessage, err error) {
	body, err := json.Marshal(m)
	if err != nil {
		return out, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base(id)+"/v1/join/"+step, bytes.NewReader(body))
	if err != nil {
		return out, err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		return out, problem(Offline, "ask for a new code and try again", "the connection broke while joining: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusForbidden {
		return out, wrongCode(pairing.ErrWrongCode)
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxJoinAnswer)).Decode(&out); err != nil && answer.StatusCode == http.StatusOK {
		return out, problem(Failed, "", "read the other PC's answer: %w", err)
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

// RemoveMember implements Service.
func (n *Node) RemoveMember(ctx context.Context, pc string) error {
	id, err := n.resolve(pc)
	if err != nil {
		return err
	}
	if id == n.id.ID {
		return n.LeaveWorkgroup(ctx)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	list, err := n.list.Remove(id, n.id.Key)
	if err != nil {
		return problem(NotFound, "`lanyard workgroup members` lists them", "%s is %w", n.nameLocked(id), err)
	}
	if err := n.setListLocked(list); err != nil {
		return err
	}
	n.forgetMemberLocked(id)
	return nil
}

// forgetMemberLocked takes back what a PC was told as a member.
func (n *Node) forgetMemberLocked(id string) {
	n.mesh.Withdraw(id)
	if p := n.peers[id]; p != nil {
		p.Offers, p.jobs = offers{Free: -1}, nil
		n.dropLocked(id, p)
	}
}

// LeaveWorkgroup implements Service.
func (n *Node) LeaveWorkgroup(context.Context) error {
	n.mu.Lock()
	if n.list == nil {
		n.mu.Unlock()
		return problem(Invalid, "", "this PC is in no workgroup")
	}
	list, err := n.list.Remove(n.id.ID, n.id.Key)
	if err != nil {
		n.mu.Unlock()
		return problem(Failed, "", "leave: %w", err)
	}
	others := n.list.All()
	n.mu.Unlock()
	for _, m := range others { // the others learn of it from this PC's own word
		_ = n.mesh.Publish(m.ID, topicMembers, list.Records())
	}
	time.Sleep(showEvery) // until that word is on its way
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.retireLocked()
}

// retireLocked leaves the workgroup and sets the key aside, since a removal is for ever: the next start makes a new one.
func (n *Node) retireLocked() error {
	if _, err := n.home.Keep(workgroupFile); err != nil {
		return problem(Failed, "", "leave: %w", err)
	}
	n.list, n.retired, n.invitation = nil, true, nil
	if err := identity.Retire(n.home); err != nil {
		n.log.Error("key not set aside", "err", err)
	}
	n.applyRulesLocked()
	for id := range n.peers {
		n.forgetMemberLocked(id)
	}
	n.news.fire()
	n.changes.fire()
	return nil
}

// receivedMembers merges what another PC says of the workgroup. Whoever brings a list that doesn't make it a member
// itself is not believed, except that a removal of this PC counts whoever brings it: it is signed.
func (n *Node) receivedMembers(id string, value json.RawMessage) error {
	records, err := readRecords(value)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.list == nil {
		return nil
	}
	for _, r := range records {
		if r == nil || r.Group != n.list.Group() && r.Hash() != n.list.Group() {
			return nil // of another workgroup, which is no fault
		}
	}
	list, err := n.list.Merge(records)
	if err != nil {
		return fmt.Errorf("merge members: %w", err)
	}
	if list == n.list {
		return nil
	}
	if list.Removed(n.id.ID) {
		n.problems = append(n.problems, "this PC was removed from the workgroup "+n.list.Name())
		return n.retireLocked()
	}
	if !list.Has(id) && !n.list.Has(id) {
		return nil
	}
	before := n.list
	if err := n.setListLocked(list); err != nil {
		return err
	}
	for _, m := range before.All() {
		if !list.Has(m.ID) {
			n.forgetMemberLocked(m.ID)
		}
	}
	return nil
}

func parseAddress(s string) (string, error) {
	to, err := reach.ParseAddress(s, door.DefaultPort)
	if err != nil {
		return "", problem(Invalid, "give an IP address or a name, and a port where it is not 4720", "%w", err)
	}
	return to, nil
}

func unreachable(what string, err error) error {
	if errors.Is(err, identity.ErrNotTheSame) {
		return problem(Denied, "somebody may be posing as it; don't type a code there", "%s is not the PC it claims to be: %w", what, err)
	}
	var pe *Error
	if errors.As(err, &pe) {
		return pe
	}
	return problem(Offline, "is Lanyard running there, and does a firewall let TCP port 4720 through?", "can't reach %s: %w", what, err)
}
