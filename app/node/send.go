package node

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lanyard/app/node/inbox"
	"lanyard/app/node/transfers"
	"lanyard/share"
)

const (
	maxReceivers = 100              // of one Send
	offerWait    = 15 * time.Second // for another PC to note an offer
	maxSendNames = 20               // that the other person is shown
	maxReply     = 64 << 10         // bytes of an answer
)

// Send implements Service.
func (n *Node) Send(_ context.Context, s Sending) ([]Transfer, error) {
	spec, err := sendSpec(s)
	if err != nil {
		return nil, err
	}
	var to []string
	for _, pc := range s.PCs {
		id, err := n.resolve(pc)
		if err != nil {
			return nil, err
		}
		n.mu.Lock()
		member := n.list.Has(id)
		n.mu.Unlock()
		if id == n.id.ID || !member {
			return nil, problem(Invalid, "send to another PC of the workgroup", "nothing can be sent to %s", n.nameOf(id))
		}
		if !slices.Contains(to, id) {
			to = append(to, id)
		}
	}
	if len(to) == 0 || len(to) > maxReceivers {
		return nil, problem(Invalid, "", "name from 1 to %d PCs to send to", maxReceivers)
	}
	var list []Transfer
	for _, id := range to {
		spec.PC, spec.Dest = id, n.nameOf(id)
		t, err := n.begin(spec, Moving{})
		if err != nil {
			return list, err
		}
		list = append(list, *t)
	}
	return list, nil
}

// sendSpec is what is to be sent, to nobody yet.
func sendSpec(s Sending) (spec transfers.Spec, err error) {
	if s.Text == "" {
		if err := checkFiles(s.Files); err != nil {
			return spec, err
		}
		return transfers.Spec{
			Kind: "send", Local: s.Files[0], Label: andMore(filepath.Base(s.Files[0]), len(s.Files)), Source: slices.Clone(s.Files),
		}, nil
	}
	switch {
	case len(s.Files) > 0:
		return spec, problem(Invalid, "", "send files or a text, not both at once")
	case len(s.Text) > inbox.MaxText:
		return spec, problem(Invalid, "send it as a file", "the text has more than %d KiB", inbox.MaxText>>10)
	case !utf8.ValidString(s.Text) || strings.TrimSpace(inbox.Words(s.Text)) == "":
		return spec, problem(Invalid, "", "there is no text to send")
	}
	first, _, _ := strings.Cut(strings.TrimSpace(s.Text), "\n")
	return transfers.Spec{Kind: "send", Label: clean(first), Text: s.Text}, nil
}

// moveSend makes one attempt to send something to a person: it is offered until there is an answer, and then put there.
func (n *Node) moveSend(ctx context.Context, t transfers.Transfer, a *transfers.Attempt) error {
	pc := n.nameOf(t.PC)
	o, err := offerOf(ctx, t, a)
	if err != nil {
		return problem(Failed, "", "can't read what is to be sent: %w", pathCause(err))
	}
	body, err := json.Marshal(o)
	if err != nil {
		return err
	}
	answer, err := n.askOffer(ctx, t.PC, http.MethodPost, "", body)
	if err == nil && answer.State == inbox.Receiving && answer.Folder != "" {
		m := share.Moving{ID: t.ID, Existing: share.KeepBoth, Done: func(r share.Result) { a.Result(result(r)) }}
		p, waits := share.NewProgress(), new(meter)
		a.Watch(n.figures(t.PC, p, waits))
		c := n.metered(&share.Client{HTTP: n.client, Base: base(t.PC)}, waits)
		if err := c.Put(ctx, t.Source, answer.Folder, "", m, p); err != nil {
			return n.brokenOff(ctx, &t, body, err, p)
		}
		answer, err = n.askOffer(ctx, t.PC, http.MethodPost, t.ID+"/done", nil)
	}
	var wait *transfers.Wait
	switch {
	case errors.As(err, &wait):
		return wait
	case err != nil:
		return n.waitFor(ctx, &t, err, nil)
	}
	return answered(pc, answer)
}

// brokenOff tells why the files of an offer could not be put: the person there may have changed their mind.
func (n *Node) brokenOff(ctx context.Context, t *transfers.Transfer, offer []byte, err error, p *share.Progress) error {
	if ctx.Err() == nil {
		answer, aerr := n.askOffer(ctx, t.PC, http.MethodPost, "", offer)
		if aerr == nil && answer.State != inbox.Receiving {
			return answered(n.nameOf(t.PC), answer)
		}
	}
	return n.waitFor(ctx, t, err, p)
}

// answered is what an answer means for a transfer.
func answered(pc string, a *offerAnswer) error {
	switch a.State {
	case inbox.Received:
		return nil
	case inbox.Open:
		return &transfers.Wait{State: transfers.Asking, For: fmt.Sprintf("the person at %s has not answered yet", pc)}
	case inbox.Receiving:
		return &transfers.Wait{For: pc + " puts it into its inbox folder"}
	case inbox.Declined:
		return transfers.ErrDeclined
	case inbox.Withdrawn:
		return problem(Failed, "send it again", "nobody at %s has answered for too long", pc)
	}
	return problem(Failed, "", "%s could not take it: %s", pc, clean(a.Error))
}

// askOffer asks another PC about an offer, or to note it.
func (n *Node) askOffer(ctx context.Context, pc, method, path string, body []byte) (*offerAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, offerWait)
	defer cancel()
	to := base(pc) + "/v1/offers"
	if path != "" {
		ref, rest, _ := strings.Cut(path, "/")
		to += "/" + url.PathEscape(ref)
		if rest != "" {
			to += "/" + rest
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header["Idempotency-Key"] = nil // not sent: it lets net/http try again when an idle connection turns out to be dead
	answer, err := n.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var a offerAnswer
	err = json.NewDecoder(io.LimitReader(answer.Body, maxReply)).Decode(&a)
	name := n.nameOf(pc)
	switch {
	case answer.StatusCode == http.StatusOK && err == nil:
		return &a, nil
	case answer.StatusCode == http.StatusTooManyRequests:
		return nil, &transfers.Wait{For: fmt.Sprintf("the person at %s has much to answer already", name)}
	case answer.StatusCode == http.StatusNotFound:
		return nil, problem(Denied, "ask the person there", "%s takes nothing from this PC", name)
	case answer.StatusCode/100 == 5:
		return nil, &transfers.Wait{For: fmt.Sprintf("%s can't take it now", name)}
	}
	return nil, problem(Failed, "", "%s does not take it: %s", name, clean(a.Error))
}

// offerOf is what a transfer offers: counted in the first attempt, and the same in all others.
func offerOf(ctx context.Context, t transfers.Transfer, a *transfers.Attempt) (o inbox.Offer, err error) {
	if len(t.Kept) > 0 && json.Unmarshal(t.Kept, &o) == nil {
		return o, nil
	}
	o = inbox.Offer{Ref: t.ID, Label: t.Label, Text: t.Text, Names: []string{}}
	if t.Text == "" {
		for _, f := range t.Source {
			if len(o.Names) < maxSendNames {
				o.Names = append(o.Names, filepath.Base(f))
			}
			if err := tally(ctx, f, &o); err != nil {
				return o, err
			}
		}
	}
	kept, err := json.Marshal(o)
	if err != nil {
		return o, err
	}
	return o, a.Keep(kept)
}

// tally counts what is in a file or folder, as it will be sent: without what is hidden.
func tally(ctx context.Context, file string, o *inbox.Offer) error {
	return filepath.WalkDir(file, func(at string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && at == file:
			return err
		case err != nil:
			return nil // it fails by itself when it is sent
		case strings.HasPrefix(d.Name(), ".") && at != file:
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		if info, err := os.Stat(at); err == nil && info.Mode().IsRegular() {
			o.Files++
			o.Bytes += info.Size()
		}
		return nil
	})
}

// withdraw takes an offer back that was cancelled here.
func (n *Node) withdraw(ctx context.Context, t transfers.Transfer) {
	if _, err := n.askOffer(ctx, t.PC, http.MethodDelete, t.ID, nil); err != nil {
		n.log.Debug("offer not withdrawn", "peer", t.PC, "err", err) // it ends there by itself
	}
}

// receivedAnswers takes another PC's word on what became of this one's offers there.
func (n *Node) receivedAnswers(id string, value json.RawMessage) error {
	var answers map[string]inbox.State
	if err := json.Unmarshal(value, &answers); err != nil {
		return err
	}
	if len(answers) > maxAnswers {
		return errors.New("too many answers")
	}
	for _, t := range n.queue.List() {
		if state, ok := answers[t.ID]; ok && t.Kind == "send" && t.PC == id && state != inbox.Open {
			n.queue.Wake(t.ID)
		}
	}
	return nil
}
