package share

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"sync/atomic"

	"golang.org/x/text/unicode/norm"
)

// Put sends local files and whole folders into a folder of the other PC. A file that is there already, of the same size and
// time, is not sent; of any other m says what becomes, once the new one is complete; where this PC may only add, both are
// kept. Failures of single files are told as by Get.
func (c *Client) Put(ctx context.Context, files []string, folder, to string, m Moving, p *Progress) error {
	if p == nil {
		p = NewProgress()
	}
	if len(m.ID) > maxTransferID {
		return &Error{Code: Invalid, Text: "the ID is too long"}
	}
	address, err := target("put", folder, to)
	if err != nil {
		return err
	}
	sources, err := openSources(files)
	defer closeSources(sources)
	if err != nil {
		return err
	}
	has, err := c.lookThere(ctx, folder, to, sources, m)
	if err != nil {
		return err
	}
	had, bytes := p.files.Load(), p.bytes.Load()
	var now atomic.Pointer[awaited] // of the last try to send: net/http makes a second one where a connection was dead
	u := newUpload(ctx, func(ctx context.Context, w io.Writer) error {
		p.files.Store(had)
		p.bytes.Store(bytes)
		a := newAwaited(to, p, m.Done)
		now.Store(a)
		return (&sender{sources: sources, has: has, p: p, told: a.tell, await: a, to: to}).run(ctx, w)
	})
	defer u.end()
	err = c.upload(u, address+"?"+m.values().Encode(), now.Load)
	u.end() // before p is settled
	if a := now.Load(); a != nil {
		p.files.Store(had + int64(a.complete()))
	}
	if err != nil {
		return err
	}
	return p.result()
}

// values are what the receiver of a put is told of how it is to be done.
func (m Moving) values() url.Values {
	v := url.Values{}
	if m.ID != "" {
		v.Set("id", m.ID)
	}
	switch {
	case m.Existing == KeepBoth, m.Existing == Skip && len(m.Again) > 0: // those come beside what is there, and no others are sent
		v.Set("existing", "keep")
	case m.Existing == Skip:
		v.Set("existing", "skip")
	}
	return v
}

// upload sends the body, and takes the receiver's word meanwhile.
func (c *Client) upload(u *upload, to string, now func() *awaited) error {
	r, err := http.NewRequestWithContext(u.ctx, http.MethodPost, c.Base+to, u.body())
	if err != nil {
		return err
	}
	r.GetBody = func() (io.ReadCloser, error) { return u.body(), nil }
	r.Header.Set("Content-Type", streamType)
	answer, err := c.HTTP.Do(r)
	if a := now(); a != nil {
		defer a.end()
	}
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	a := now()
	if answer.Header.Get("Content-Type") != streamType || a == nil {
		if answer.StatusCode != http.StatusOK {
			return refusal(answer)
		}
		return fmt.Errorf("read the answer: %w", errStream)
	}
	if err := a.read(answer.Body); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	return nil
}

// read takes the receiver's word on all files.
func (a *awaited) read(r io.Reader) error {
	dec, err := newDecoder(r)
	var fatal error
	for err == nil {
		t, p, nextErr := dec.next(nil)
		if err = nextErr; err != nil {
			break
		}
		bad := fmt.Errorf("read stream: frame of type %q: %w", byte(t), errStream)
		switch t {
		case frameSettled, frameFailed:
			if len(p)%4 != 0 {
				return bad
			}
			how := Sent
			if t == frameFailed {
				how = Faulty
			}
			for ; len(p) > 0; p = p[4:] {
				a.settle(outcome{N: binary.BigEndian.Uint32(p), How: how})
			}
		case frameOutcome:
			var o outcome
			if json.Unmarshal(p, &o) != nil {
				return bad
			}
			a.settle(o)
		case frameError:
			e := streamError{Error: &Error{}}
			if json.Unmarshal(p, &e) != nil || e.Error == nil {
				return bad
			}
			fatal = e.heard()
		case frameLast:
			if fatal != nil { // the end of the answer may wait for all that is still being sent, which is of no use
				return fatal
			}
			if a.left() {
				fatal = errUnsettled
			}
			return errors.Join(fatal, dec.end())
		default:
			return bad
		}
	}
	return errors.Join(fatal, err)
}

// lookThere finds out what the receiver of a put has already. Who may not Read is told nothing.
func (c *Client) lookThere(ctx context.Context, folder, to string, sources []source, m Moving) (has receiverHas, err error) {
	paths := make([]string, 0, len(sources))
	for _, s := range sources {
		if s.err == nil {
			paths = append(paths, path.Join(to, s.as))
		}
	}
	keep := m.Existing
	var aliases []header
	head, err := c.index(ctx, folder, query{Paths: paths, Below: to, ID: m.ID}, func(head indexHead, t frameType, h header) error {
		if t != frameItem {
			return ctx.Err()
		}
		if m.Again[h.Path] {
			return ctx.Err()
		}
		h = h.coarse(head.Grain)
		has.omit.add(h.token())
		if keep == Skip {
			has.there.add(header{Path: h.Path}.token())
		}
		if as, ok := unnumbered(h.Path); ok && !m.Again[as] && len(aliases) < maxKnown {
			h.Path = as
			aliases = append(aliases, h)
		}
		return ctx.Err()
	})
	if e := (*Error)(nil); errors.As(err, &e) && (e.Code == NotFound || e.Code == Invalid) {
		return receiverHas{}, nil // there is nothing, or nothing to be known: the put will tell
	}
	if err != nil {
		return has, err
	}
	if keep == KeepBoth || !head.Change {
		for _, h := range aliases {
			has.omit.add(h.token())
		}
	}
	has.grain = head.Grain
	if !head.More && !head.Stands {
		return has, nil
	}
	return has, c.contentsThere(ctx, folder, to, sources, m.ID, &has)
}

// leastAsked is how many bytes a put has for which it pays to ask whether their content is there: the receiver has to read
// all files of the same sizes for it.
const leastAsked = 64 << 10

// contentsThere asks which of the contents that have to be sent the receiver has.
func (c *Client) contentsThere(ctx context.Context, folder, to string, sources []source, id string, has *receiverHas) error {
	sizes, larges, bytes := map[int64]bool{}, []header{}, int64(0)
	w := walker{each: func(i *item) error {
		if i.err != nil || i.dir || has.omits(i.header) != "" {
			return ctx.Err()
		}
		bytes += i.Size
		if len(sizes) < maxKnown {
			sizes[i.Size] = true
		}
		if i.Size > pieceSize && len(larges) < maxParts {
			larges = append(larges, i.header)
		}
		return ctx.Err()
	}}
	for _, s := range sources {
		if err := w.walk(s); err != nil {
			return err
		}
	}
	if bytes < leastAsked {
		return nil
	}
	body, err := asking(query{Below: to, ID: id}, func(e *encoder) error {
		err := e.sized(sizes)
		for _, h := range larges {
			if err == nil {
				err = e.header(frameItem, h)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	answer, err := c.stream(ctx, "contents", folder, body)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	dec, err := newDecoder(answer.Body)
	if err != nil {
		return err
	}
	return dec.receiverSays(has, nil)
}

// PreviewPut tells what a Put would do.
func (c *Client) PreviewPut(ctx context.Context, files []string, folder, to string) (*Preview, error) {
	sources, err := openSources(files)
	defer closeSources(sources)
	if err != nil {
		return nil, err
	}
	paths := make([]string, 0, len(sources))
	for _, s := range sources {
		if s.err == nil {
			paths = append(paths, path.Join(to, s.as))
		}
	}
	there := map[string]header{}
	head, err := c.index(ctx, folder, query{Paths: paths, Below: to}, func(head indexHead, t frameType, h header) error {
		if t == frameItem {
			if len(there) >= maxTokens {
				return &Error{Code: Failed, Text: "there are too many files to tell"}
			}
			there[norm.NFC.String(h.Path)] = h.coarse(head.Grain)
		}
		return ctx.Err()
	})
	if e := (*Error)(nil); err != nil && !(errors.As(err, &e) && e.Code == NotFound) {
		return nil, err
	}
	v := &Preview{}
	w := walker{each: func(i *item) error {
		if i.err != nil || i.dir {
			return ctx.Err()
		}
		if as := thereAs(head, i.Path); as != i.Path {
			v.renamed(i.Path, as)
		}
		h, ok := there[norm.NFC.String(i.Path)]
		mine := i.header.coarse(head.Grain)
		switch {
		case !ok:
			v.fresh(i.Size)
		case h.Size == i.Size && !h.Modified.IsZero() && h.Modified.Equal(mine.Modified):
			v.same(i.Size)
		default:
			v.differs(i.header, h)
		}
		return ctx.Err()
	}}
	for _, s := range sources {
		if err := w.walk(s); err != nil {
			return nil, err
		}
	}
	return v, nil
}
