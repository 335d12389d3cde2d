package inbox

import "slices"

// Accept notes that an offer is to come into a folder.
func (b *Box) Accept(id, dir string) error {
	return b.edit(id, func(e *Entry) error {
		if e.State != Open {
			return ErrState
		}
		e.State, e.Dir, e.Unread, e.Error = Receiving, dir, false, ""
		return nil
	})
}

// Decline notes that an offer is not wanted; one that is on its way is broken off. Of a text, that it was read.
func (b *Box) Decline(id string) error {
	return b.edit(id, func(e *Entry) error {
		if e.Text != "" {
			e.Unread = false
			return nil
		}
		if e.State.Ended() || e.Placing {
			return ErrState
		}
		b.end(e, Declined, "")
		return nil
	})
}

// Read notes that somebody has looked at an entry.
func (b *Box) Read(id string) error {
	return b.edit(id, func(e *Entry) error {
		e.Unread = false
		return nil
	})
}

// Note says what stands in the way of an open offer.
func (b *Box) Note(id, why string) error {
	return b.edit(id, func(e *Entry) error {
		e.Error = plain(why, maxName)
		return nil
	})
}

// Withdraw notes that its sender doesn't want to send it any more.
func (b *Box) Withdraw(id string) error {
	return b.edit(id, func(e *Entry) error {
		if e.State.Ended() || e.Placing {
			return ErrState
		}
		b.end(e, Withdrawn, "")
		return nil
	})
}

// Place notes that all of an offer is here, and is about to be put where it belongs.
func (b *Box) Place(id string) error {
	return b.edit(id, func(e *Entry) error {
		if e.State != Receiving {
			return ErrState
		}
		e.Placing = true
		return nil
	})
}

// Receive notes that an offer is where it belongs, under these names.
func (b *Box) Receive(id string, paths []string) error {
	return b.edit(id, func(e *Entry) error {
		b.end(e, Received, "")
		e.Paths, e.Unread, e.Placing = slices.Clone(paths[:min(len(paths), maxNames)]), true, false
		return nil
	})
}

// Fail notes why an offer can't be had.
func (b *Box) Fail(id, why string) error {
	return b.edit(id, func(e *Entry) error {
		b.end(e, Failed, plain(why, maxName))
		e.Unread, e.Placing = true, false
		return nil
	})
}

func (b *Box) end(e *Entry, s State, why string) {
	e.State, e.Error, e.Ended, e.Unread = s, why, b.now(), false
}

// Forget drops an entry that has ended.
func (b *Box) Forget(id string) error {
	return b.change(func(list []Entry) ([]Entry, error) {
		i := slices.IndexFunc(list, func(e Entry) bool { return e.ID == id })
		switch {
		case i < 0:
			return nil, ErrUnknown
		case !list[i].State.Ended():
			return nil, ErrState
		}
		return slices.Delete(list, i, i+1), nil
	})
}

// Expire withdraws what has waited too long, and returns the next time when there may be something.
func (b *Box) Expire() (gone []Entry, err error) {
	now := b.now()
	for _, e := range b.List() {
		if !e.State.Ended() && !e.Placing && now.Sub(e.Created) > life {
			if err := b.Withdraw(e.ID); err != nil {
				return gone, err
			}
			gone = append(gone, e)
		}
	}
	return gone, nil
}

// Answers tells what became of the offers of a PC, by its own names for them.
func (b *Box) Answers(pc string) map[string]State {
	b.mu.Lock()
	defer b.mu.Unlock()
	answers := map[string]State{}
	for i := range b.list {
		if e := &b.list[i]; e.PC == pc {
			answers[e.Ref] = e.State
		}
	}
	return answers
}
