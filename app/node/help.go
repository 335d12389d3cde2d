package node

import (
	"context"
	"encoding/json"
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

	endingTries, endingWait = 4, 250 * time.Millisecond // at a PC that takes connections and breaks them off
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
		wg.Go(func() {
			reach, _ := n.try(ctx, []string{own}, from)
			if say.Reached = reach == doctor.Reached; reach == doctor.Mute { // no filter is in the way: it has no time
				say.Tried = 0
			}
		})
	}
	if len(others) > 0 {
		wg.Go(func() { say.About.Reach, _ = n.try(ctx, others, ask.About) })
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

// try calls a PC, and returns the ID of who answered. A Lanyard that is just ending still takes connections, to break them off
// when its port closes: it is called again.
func (n *Node) try(ctx context.Context, addresses []string, want string) (reach doctor.Reach, id string) {
	patiently(ctx, endingTries, endingWait, func() (again bool) {
		c, peer, err := n.dialer.Dial(ctx, addresses, want)
		if err == nil {
			c.Close()
		}
		reach, id = reachOf(err), peer.ID
		return isHungUp(err)
	})
	return reach, id
}

// patiently does something until it need not be done again, or often enough.
func patiently(ctx context.Context, tries int, pause time.Duration, do func() (again bool)) {
	for left := tries - 1; do() && left > 0 && ctx.Err() == nil; left-- {
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}
