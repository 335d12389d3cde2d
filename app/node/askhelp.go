package node

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"lanyard/app/node/doctor"
)

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

// mostOffset bounds what another PC can say of its clock, so that one can still be counted with.
const mostOffset = 100 * 365 * 24 * time.Hour

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
	case isHungUp(err):
		return nil, doctor.HungUp
	case err != nil:
		return nil, doctor.NotAsked
	}
	return &doctor.Health{
		Offset: max(-mostOffset, min(h.Time.Sub(begun.Add(took/2)), mostOffset)), Synced: h.Synced, Version: clean(h.Version), Oldest: clean(h.Oldest), Off: cleanAll(h.Off),
		Full: h.Full, PrintDown: h.PrintDown,
	}, doctor.Answered
}

// isHungUp tells whether a connection was closed with no word said. net/http has no name for one that was closed before the
// question was on its way.
func isHungUp(err error) bool {
	return errors.Is(err, io.EOF) || isReset(err) || err != nil && strings.Contains(err.Error(), "server closed idle connection")
}

// errLater says that the other PC has helped this one a moment ago, or does so now.
var errLater = errors.New("it helps somebody already")

// errNotServed says that the other PC doesn't take questions of this one, or knows none.
var errNotServed = errors.New("there is no such thing there")

// askMember asks a PC a question about a diagnosis, and once more if it has no time.
func (n *Node) askMember(ctx context.Context, method, id string, ask, say any) error {
	ctx, cancel := context.WithTimeout(ctx, helpWait)
	defer cancel()
	err := errLater
	patiently(ctx, helpTries, helpEvery, func() (again bool) {
		err = n.askOnce(ctx, method, id, ask, say)
		return errors.Is(err, errLater)
	})
	return err
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
