package node

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"lanyard/app/node/door"
	"lanyard/app/node/identity"
	"lanyard/app/node/members"
	"lanyard/app/node/pairing"
)

type invitation struct {
	*pairing.Invitation
	used  string    // ID of the PC that came in
	opens time.Time // it answers from then on; zero: at once
}

// maxJoinBody bounds a newcomer's message: keys and proofs.
const maxJoinBody = 4 << 10

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

// Invite implements Service.
func (n *Node) Invite(context.Context) (*Invitation, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.list == nil {
		return nil, problem(Invalid, "start one with `lanyard workgroup create NAME`", "this PC is in no workgroup")
	}
	now := time.Now()
	wait := n.guard.Wait(now)
	inv, err := n.guard.Invite(n.id.Public(), now)
	if err != nil {
		return nil, problem(Failed, "", "invite: %w", err)
	}
	n.invitation = &invitation{Invitation: inv}
	if wait > 0 {
		n.invitation.opens = now.Add(wait)
	}
	n.inviteChangedLocked()
	time.AfterFunc(wait+pairing.Lifetime, func() { n.news.fire(); n.changes.fire() })
	return n.invitation.show(), nil
}

func (n *Node) inviteChangedLocked() {
	n.news.fire()
	n.changes.fire()
}

func (i *invitation) show() *Invitation {
	s := &Invitation{Code: pairing.FormatCode(i.Code), Expires: i.Expires, Opens: i.opens, Tries: i.TriesLeft(), Used: i.used}
	if i.used == "" && !i.Open(time.Now()) && s.Tries > 0 {
		s.Tries = 0
	}
	return s
}

// EndInvitation implements Service.
func (n *Node) EndInvitation(context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.guard.End()
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
	case errors.As(err, new(pairing.TooSoon)):
		answerJoin(w, http.StatusTooManyRequests, joinMessage{Error: err.Error()})
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
