package node

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"lanyard/app/node/doctor"
	"lanyard/app/node/gate"
	"lanyard/discovery"
)

// Bounds of the help that this PC gives others with a diagnosis. A member that has turned bad must not be able to have it
// call whom it likes, nor keep it busy.
const (
	maxHelped  = 4                       // others at a time
	helpEvery  = 500 * time.Millisecond  // between two answers for one PC
	maxHelpAsk = 1 << 10                 // bytes of a question
	maxHelpSay = 64 << 10                // bytes of an answer
	callWait   = 2500 * time.Millisecond // for those that it calls
)

// health is what a PC tells members of itself. It names neither files nor people.
type health struct {
	Time      time.Time     `json:"time"`
	Synced    doctor.Answer `json:"synced"`
	Version   string        `json:"version"`
	Oldest    string        `json:"oldest"` // version that it still works with
	Off       []string      `json:"off"`    // services that are switched off, though there is something to offer
	Full      bool          `json:"full"`
	PrintDown bool          `json:"printDown"`
}

// lookAsk is what a helper is asked.
type lookAsk struct {
	About string `json:"about,omitempty"` // ID of another member to look for
}

// lookSay is what it answers.
type lookSay struct {
	HearsSelf doctor.Answer `json:"hearsSelf"`
	HearsYou  doctor.Answer `json:"hearsYou"`
	Tried     int           `json:"tried"` // addresses of who asks that were called
	Reached   bool          `json:"reached"`
	About     *sightSay     `json:"about,omitempty"`
}

type sightSay struct {
	Online bool          `json:"online"`
	Heard  doctor.Answer `json:"heard"`
	Reach  doctor.Reach  `json:"reach"`
}

// helping bounds the help given to others.
type helping struct {
	mu   sync.Mutex
	busy map[string]bool // mu guards the below; by who asks, and what
	last map[string]time.Time
}

// begin tells whether somebody may be helped now; then done must be called.
func (h *helping) begin(who string, now time.Time) (done func(), ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.busy == nil {
		h.busy, h.last = map[string]bool{}, map[string]time.Time{}
	}
	for id, at := range h.last {
		if now.Sub(at) >= helpEvery {
			delete(h.last, id)
		}
	}
	if _, early := h.last[who]; early || h.busy[who] || len(h.busy) >= maxHelped {
		return nil, false
	}
	h.busy[who], h.last[who] = true, now
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.busy, who)
	}, true
}

// doctorRoutes are what members ask of each other when something is wrong.
func (n *Node) doctorRoutes() []route {
	return []route{
		{"GET /v1/doctor", gate.Presence, gate.Read, nil, n.helped(n.serveHealth)},
		{"POST /v1/doctor", gate.Presence, gate.Read, nil, n.helped(n.serveLook)},
	}
}

// helped bounds how often and how many others are helped.
func (n *Node) helped(serve http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		done, ok := n.helps.begin(r.Method+n.who(r).ID, time.Now())
		if !ok {
			dontWait(w, r)
			http.Error(w, "later", http.StatusTooManyRequests)
			return
		}
		defer done()
		serve(w, r)
	})
}

func (n *Node) serveHealth(w http.ResponseWriter, r *http.Request) {
	self := n.examineSelf(r.Context())
	h := health{Synced: self.Synced, Version: n.o.Version, Oldest: doctor.OldestVersion, Off: []string{}, Full: len(self.Full) > 0, PrintDown: self.PrintDown}
	for service, offered := range map[string]bool{serviceFiles: self.Folders > 0, servicePrinters: len(self.Printers) > 0, serviceSending: true} {
		if offered && slices.Contains(self.Off, service) {
			h.Off = append(h.Off, service)
		}
	}
	slices.Sort(h.Off)
	h.Time = time.Now().UTC()
	answerJSON(w, h)
}

func answerJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // who has gone asks again
}

// serveLook looks from this end at the PC that asks: whether it is heard, and can be called where its request came from, at
// the port that it has announced. It may ask about one other member as well, and is told no more than that PC's presence.
func (n *Node) serveLook(w http.ResponseWriter, r *http.Request) {
	var ask lookAsk
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxHelpAsk)).Decode(&ask); err != nil {
		http.Error(w, "that is no question", http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), callWait)
	defer cancel()
	from := n.who(r).ID
	own, others, say := n.toCall(from, r.RemoteAddr, ask.About)
	wanted := []string{from}
	if say.About != nil {
		wanted = append(wanted, ask.About)
	}
	var wg sync.WaitGroup
	var heard discovery.Survey
	var err error
	wg.Go(func() { heard, err = n.finder.Survey(ctx, wanted) })
	if own != "" {
		wg.Go(func() { say.Reached = n.try(ctx, []string{own}, from) == doctor.Reached })
	}
	if len(others) > 0 {
		wg.Go(func() { say.About.Reach = n.try(ctx, others, ask.About) })
	}
	wg.Wait()
	if err == nil && heard.Err == nil {
		say.HearsSelf = doctor.AnswerOf(heard.Self)
		say.HearsYou = hears(heard, from)
		if say.About != nil {
			say.About.Heard = hears(heard, ask.About)
		}
	}
	answerJSON(w, say)
}

// toCall is whom to call for a PC that asks: itself where its request came from, at the port that it has announced on a
// proven connection, and another member where this PC knows it to be. Nothing in the question is an address.
func (n *Node) toCall(from, remote, about string) (own string, others []string, say lookSay) {
	n.mu.Lock()
	defer n.mu.Unlock()
	host, _, err := net.SplitHostPort(remote)
	if p := n.peers[from]; p != nil && p.port != 0 && err == nil {
		own, say.Tried = net.JoinHostPort(host, strconv.Itoa(p.port)), 1
	}
	if p := n.peers[about]; p != nil && about != from && n.list.Has(about) && !n.gate.Avoids(about) {
		say.About = &sightSay{Online: p.online}
		others = p.addresses()
		others = others[:min(len(others), maxWays)]
	}
	return own, others, say
}

func hears(s discovery.Survey, id string) doctor.Answer {
	_, heard := s.Heard[id]
	return doctor.AnswerOf(heard)
}

// try calls a PC.
func (n *Node) try(ctx context.Context, addresses []string, id string) doctor.Reach {
	c, _, err := n.dialer.Dial(ctx, addresses, id)
	if err == nil {
		c.Close()
	}
	return reachOf(err)
}

// askHelp asks a member to look from its end: the PC asked about if it is connected, else one of this network.
func (e *examination) askHelp(ctx context.Context) {
	var helpers []string
	for _, p := range e.pcs {
		switch {
		case !p.Online || !p.Member || p.Avoided:
		case p.ID == e.about:
			helpers = append([]string{p.ID}, helpers...)
		default:
			helpers = append(helpers, p.ID)
		}
	}
	const most = 2 // that are asked one after the other
	for _, id := range helpers[:min(len(helpers), most)] {
		ask := lookAsk{}
		if e.about != id {
			ask.About = e.about
		}
		var say lookSay
		if err := e.n.askMember(ctx, http.MethodPost, id, ask, &say); err != nil {
			continue
		}
		e.helper, e.look = id, &doctor.Look{HearsSelf: say.HearsSelf, HearsYou: say.HearsYou, Tried: max(say.Tried, 0), Reached: say.Reached}
		if a := say.About; a != nil {
			e.look.Other = &doctor.Sight{Online: a.Online, Heard: a.Heard, Reach: a.Reach}
		}
		return
	}
}

// askHealth asks a PC how it is, if it is a member that is connected.
func (e *examination) askHealth(ctx context.Context, wg *sync.WaitGroup, p *doctor.PC) {
	if !p.Online || !p.Member || p.Avoided {
		return
	}
	if e.asked++; e.asked <= maxExamined || p.ID == e.about {
		wg.Go(func() { p.Health, p.Talk = e.n.askHealth(ctx, p.ID) })
	}
}

// askHealth asks a PC how it is.
func (n *Node) askHealth(ctx context.Context, id string) (*doctor.Health, doctor.Talk) {
	begun := time.Now()
	var h health
	err := n.askMember(ctx, http.MethodGet, id, nil, &h)
	took := time.Since(begun)
	switch {
	case errors.Is(err, errNotServed):
		return nil, doctor.Declined
	case errors.Is(err, io.EOF) || isReset(err):
		return nil, doctor.HungUp
	case err != nil:
		return nil, doctor.NotAsked
	}
	return &doctor.Health{
		Offset: h.Time.Sub(begun.Add(took / 2)), Synced: h.Synced, Version: clean(h.Version), Oldest: clean(h.Oldest), Off: cleanAll(h.Off),
		Full: h.Full, PrintDown: h.PrintDown,
	}, doctor.Answered
}

// errLater says that the other PC has helped this one a moment ago, or does so now.
var errLater = errors.New("it helps somebody already")

// errNotServed says that the other PC doesn't take questions of this one, or knows none.
var errNotServed = errors.New("there is no such thing there")

// askMember asks a PC a question about a diagnosis, and once more if it has no time.
func (n *Node) askMember(ctx context.Context, method, id string, ask, say any) error {
	ctx, cancel := context.WithTimeout(ctx, helpWait)
	defer cancel()
	for range helpTries {
		if err := n.askOnce(ctx, method, id, ask, say); !errors.Is(err, errLater) {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(helpEvery):
		}
	}
	return errLater
}

func (n *Node) askOnce(ctx context.Context, method, id string, ask, say any) error {
	var body io.Reader = http.NoBody
	if ask != nil {
		text, err := json.Marshal(ask)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, base(id)+"/v1/doctor", body)
	if err != nil {
		return err
	}
	answer, err := n.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return errNotServed
	case http.StatusTooManyRequests:
		return errLater
	default:
		return errors.New(answer.Status)
	}
	return json.NewDecoder(io.LimitReader(answer.Body, maxHelpSay)).Decode(say)
}
