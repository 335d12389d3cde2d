package node

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"lanyard/app/node/gate"
	"lanyard/app/node/inbox"
	"lanyard/share"
)

const (
	inboxFile   = "inbox.json"
	offerPrefix = "offer-"  // of the shared folder that an accepted offer comes into: only its sender has it
	maxOffer    = 512 << 10 // bytes of a request: the longest text, every character of it escaped
	offerSlack  = 16 << 20  // bytes that may come more than were announced, beside a tenth: files grow
	measureLoad = 20        // the part of the time that may be spent on looking how much has come
	measureMin  = 500 * time.Millisecond
	expireEvery = time.Hour
)

// offerAnswer is what the sender of an offer is told.
type offerAnswer struct {
	State  inbox.State `json:"state,omitempty"`
	Folder string      `json:"folder,omitempty"` // that it is to be put into, once it is accepted
	Error  string      `json:"error,omitempty"`
}

func (n *Node) loadInbox() error {
	var list []inbox.Entry
	err := n.home.ReadJSON(inboxFile, &list)
	n.inbox = inbox.New(list, func(list []inbox.Entry) error { return n.home.WriteJSON(inboxFile, list) })
	return err
}

// offerRoutes are what others ask to send something to the person here. A PC sees only what is its own: {ref} is its name for it.
func (n *Node) offerRoutes() []route {
	return []route{
		{"POST /v1/offers", gate.Sending, gate.Add, nil, http.HandlerFunc(n.serveOffer)},
		{"POST /v1/offers/{ref}/done", gate.Sending, gate.Add, nil, http.HandlerFunc(n.serveOfferDone)},
		{"DELETE /v1/offers/{ref}", gate.Sending, gate.Add, nil, http.HandlerFunc(n.serveWithdraw)},
	}
}

// serveOffer takes an offer, or tells again what became of it.
func (n *Node) serveOffer(w http.ResponseWriter, r *http.Request) {
	pc := n.who(r).ID
	var o inbox.Offer
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxOffer)).Decode(&o); err != nil || pc == n.id.ID {
		answerOffer(w, http.StatusBadRequest, offerAnswer{Error: "that is no offer"})
		return
	}
	e, fresh, err := n.inbox.Take(pc, o)
	switch {
	case errors.Is(err, inbox.ErrMany):
		answerOffer(w, http.StatusTooManyRequests, offerAnswer{Error: err.Error()})
		return
	case errors.Is(err, inbox.ErrInvalid):
		answerOffer(w, http.StatusBadRequest, offerAnswer{Error: err.Error()})
		return
	case err != nil:
		n.log.Error("an offer is not kept", "peer", pc, "err", err)
		answerOffer(w, http.StatusInternalServerError, offerAnswer{Error: "it can't be kept there"})
		return
	}
	if fresh && e.State == inbox.Open && slices.Contains(n.currentSettings().Always, pc) {
		if err := n.accept(e.ID); err != nil {
			n.log.Warn("what is always accepted was not", "peer", pc, "err", err)
			_ = n.inbox.Note(e.ID, err.Error())
		}
	}
	n.changes.fire()
	n.tellOffer(w, pc, o.Ref)
}

// tellOffer answers with what became of an offer.
func (n *Node) tellOffer(w http.ResponseWriter, pc, ref string) {
	e, ok := n.inbox.Of(pc, ref)
	if !ok {
		answerOffer(w, http.StatusNotFound, offerAnswer{Error: "there is no such offer"})
		return
	}
	a := offerAnswer{State: e.State}
	if e.State == inbox.Receiving && !e.Placing {
		a.Folder = offerPrefix + e.ID
	}
	if e.State == inbox.Failed {
		a.Error = e.Error
	}
	answerOffer(w, http.StatusOK, a)
}

func answerOffer(w http.ResponseWriter, status int, a offerAnswer) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(a) // who has gone asks again
}

// serveOfferDone takes the word of the sender that all is here, and puts it into the inbox folder.
func (n *Node) serveOfferDone(w http.ResponseWriter, r *http.Request) {
	pc, ref := n.who(r).ID, r.PathValue("ref")
	if e, ok := n.inbox.Of(pc, ref); ok && e.State == inbox.Receiving {
		if err := n.settleOffer(e.ID); err != nil {
			n.log.Warn("what was sent is not yet in the inbox folder", "peer", pc, "err", err)
			answerOffer(w, http.StatusInternalServerError, offerAnswer{Error: "it can't be put into the folder there"})
			return
		}
	}
	n.tellOffer(w, pc, ref)
}

// serveWithdraw takes an offer back.
func (n *Node) serveWithdraw(w http.ResponseWriter, r *http.Request) {
	pc, ref := n.who(r).ID, r.PathValue("ref")
	if e, ok := n.inbox.Of(pc, ref); ok && n.inbox.Withdraw(e.ID) == nil {
		n.discardOffer(e)
	}
	n.tellOffer(w, pc, ref)
}

// settleOffer puts all that has come of an offer where it belongs. It can be called again when it was broken off.
func (n *Node) settleOffer(id string) error {
	n.answering.Lock()
	defer n.answering.Unlock()
	e, ok := n.inbox.Get(id)
	if !ok || e.State != inbox.Receiving {
		return nil // meanwhile
	}
	if !e.Placing {
		if err := n.inbox.Place(id); err != nil {
			return err
		}
		n.shareOffers() // nothing more comes
		if _, bytes, err := e.Measure(); err == nil && bytes > offerLimit(&e) {
			n.failOffer(e, "more was sent than was announced")
			return nil
		}
	}
	names, err := e.Settle()
	if err != nil {
		return err
	}
	if err := n.inbox.Receive(id, names); err != nil {
		return err
	}
	n.changes.fire()
	return nil
}

// failOffer gives an offer up. The folder it came into must be shared no longer, or be about to be.
func (n *Node) failOffer(e inbox.Entry, why string) {
	if err := n.inbox.Fail(e.ID, why); err != nil {
		n.log.Error("inbox not saved", "err", err)
	}
	n.discardOffer(e)
}

// discardOffer removes what has come of an offer that has ended.
func (n *Node) discardOffer(e inbox.Entry) {
	n.shareOffers()
	if now, ok := n.inbox.Get(e.ID); ok {
		e = now
	}
	if err := e.Discard(); err != nil {
		n.log.Warn("what has come of something that is not wanted stays", "folder", e.Staging(), "err", err)
	}
	n.changes.fire()
}

// offerLimit is how many bytes may come of an offer.
func offerLimit(e *inbox.Entry) int64 { return e.Bytes + e.Bytes/10 + offerSlack }

// offerFolders are those that accepted offers come into.
func (n *Node) offerFolders() (set []share.Folder, rules map[string]string) {
	rules = map[string]string{}
	for _, e := range n.inbox.List() {
		if e.State == inbox.Receiving && !e.Placing {
			set = append(set, share.Folder{Name: offerPrefix + e.ID, Dir: e.Staging()})
			rules[offerPrefix+e.ID] = e.PC
		}
	}
	return set, rules
}

// shareOffers has exactly the accepted offers come in from now on, and tells their senders.
func (n *Node) shareOffers() {
	n.changing.Lock()
	defer n.changing.Unlock()
	if err := n.setFolders(n.currentSettings()); err != nil {
		n.log.Error("what was accepted can't come in", "err", err)
	}
	n.mu.Lock()
	n.applyRulesLocked()
	n.mu.Unlock()
	n.news.fire()
	n.changes.fire()
}

// serveFiles is the way to the shared folders, past a look at how much comes of an offer.
func (n *Node) serveFiles(w http.ResponseWriter, r *http.Request) {
	id, ok := strings.CutPrefix(r.PathValue("folder"), offerPrefix)
	e, is := n.inbox.Get(id)
	if !ok || !is {
		n.files.ServeHTTP(w, r)
		return
	}
	m := &scale{ReadCloser: r.Body, n: n, e: e}
	r.Body = m
	n.files.ServeHTTP(w, r)
	if m.over {
		n.failOffer(e, "more was sent than was announced")
	}
}

// forOffers tells whether a route is for what comes of an offer: to send it, and to go on with it.
func forOffers(pattern string) bool {
	return strings.Contains(pattern, " /v1/") && !strings.Contains(pattern, "/copy/")
}

// scale looks now and then how much of an offer is here, while more comes.
type scale struct {
	io.ReadCloser
	n    *Node
	e    inbox.Entry
	next time.Time
	over bool
}

var errOver = errors.New("more is sent than was announced")

func (m *scale) Read(p []byte) (int, error) {
	if now := time.Now(); now.After(m.next) && !m.over {
		_, bytes, err := m.e.Measure()
		m.over = err == nil && bytes > offerLimit(&m.e)
		m.n.arrived.Store(m.e.ID, bytes)
		m.n.changes.fire()
		m.next = time.Now().Add(max(measureMin, measureLoad*time.Since(now)))
	}
	if m.over {
		return 0, errOver
	}
	return m.ReadCloser.Read(p)
}

// tendInbox ends what was broken off by the last end of the program, and what nobody has answered for long.
func (n *Node) tendInbox(ctx context.Context) error {
	for _, e := range n.inbox.List() {
		if e.Placing {
			if err := n.settleOffer(e.ID); err != nil {
				n.log.Warn("what was sent is not yet in the inbox folder", "err", err)
			}
		}
	}
	for {
		gone, err := n.inbox.Expire()
		if err != nil {
			n.log.Warn("inbox not saved", "err", err)
		}
		for _, e := range gone {
			n.discardOffer(e)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(expireEvery):
		}
	}
}
