package uitest

import (
	"context"
	"slices"
	"strings"
	"time"

	"lanyard/app/node"
)

// The part of the Service about transfers in the queue, the inbox, the bin and the drive.

// SetPreview sets the answer of PreviewGet and PreviewPut.
func (s *Service) SetPreview(p node.Preview) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.preview = p
}

// SetResults sets the answer of TransferResults.
func (s *Service) SetResults(r node.Results) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.results = r
}

// SetVerification sets the answer of VerifyTransfer.
func (s *Service) SetVerification(v node.Verification) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.verified = v
}

// SetBin sets what the bin of a folder holds.
func (s *Service) SetBin(pc, folder string, items []node.BinItem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bins == nil {
		s.bins = map[string][]node.BinItem{}
	}
	s.bins[pc+"/"+folder] = items
}

// PreviewGet returns what SetPreview has set.
func (s *Service) PreviewGet(ctx context.Context, from []node.Location, dest string) (*node.Preview, error) {
	return s.showPreview(s.call(ctx, "PreviewGet", paths(from), dest))
}

// PreviewPut returns what SetPreview has set.
func (s *Service) PreviewPut(ctx context.Context, files []string, to node.Location) (*node.Preview, error) {
	return s.showPreview(s.call(ctx, "PreviewPut", strings.Join(files, " "), to.PC, to.Folder, to.Path))
}

func (s *Service) showPreview(err error) (*node.Preview, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.preview
	return &p, err
}

// setState changes the state of a transfer; "" is all that haven't ended.
func (s *Service) setState(id string, state node.TransferState) {
	s.Change(func(st *node.State) {
		for i := range st.Transfers {
			if t := &st.Transfers[i]; t.ID == id || id == "" && !t.State.Ended() {
				t.State = state
			}
		}
	})
}

// PauseTransfer pauses one.
func (s *Service) PauseTransfer(ctx context.Context, id string) error {
	err := s.call(ctx, "PauseTransfer", id)
	if err == nil {
		s.setState(id, node.TransferPaused)
	}
	return err
}

// ResumeTransfer lets one go on.
func (s *Service) ResumeTransfer(ctx context.Context, id string) error {
	err := s.call(ctx, "ResumeTransfer", id)
	if err == nil {
		s.setState(id, node.TransferRunning)
	}
	return err
}

// RetryTransfer begins one again.
func (s *Service) RetryTransfer(ctx context.Context, id string) error {
	err := s.call(ctx, "RetryTransfer", id)
	if err == nil {
		s.setState(id, node.TransferRunning)
	}
	return err
}

// OrderTransfer changes nothing.
func (s *Service) OrderTransfer(ctx context.Context, id, before string) error {
	return s.call(ctx, "OrderTransfer", id, before)
}

// PrioritizeTransfer sets the priority.
func (s *Service) PrioritizeTransfer(ctx context.Context, id, priority string) error {
	err := s.call(ctx, "PrioritizeTransfer", id, priority)
	if err == nil {
		s.Change(func(st *node.State) {
			for i := range st.Transfers {
				if st.Transfers[i].ID == id {
					st.Transfers[i].Priority = priority
				}
			}
		})
	}
	return err
}

// TransferResults returns what SetResults has set.
func (s *Service) TransferResults(ctx context.Context, id string, from, count int) (*node.Results, error) {
	err := s.call(ctx, "TransferResults", id, from, count)
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.results
	return &r, err
}

// VerifyTransfer returns what SetVerification has set.
func (s *Service) VerifyTransfer(ctx context.Context, id string) (*node.Verification, error) {
	err := s.call(ctx, "VerifyTransfer", id)
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.verified
	return &v, err
}

// Send begins a transfer for each PC that asks until the state is changed.
func (s *Service) Send(ctx context.Context, w node.Sending) ([]node.Transfer, error) {
	if err := s.call(ctx, "Send", strings.Join(w.Files, " "), w.Text, strings.Join(w.PCs, " ")); err != nil {
		return nil, err
	}
	var list []node.Transfer
	for _, pc := range w.PCs {
		t := s.begin(node.Transfer{Direction: "send", PC: pc, Label: strings.Join(w.Files, " "), Source: w.Files, Text: w.Text})
		s.setState(t.ID, node.TransferAsking)
		t.State = node.TransferAsking
		list = append(list, *t)
	}
	return list, nil
}

// AnswerOffer answers an entry of the inbox.
func (s *Service) AnswerOffer(ctx context.Context, id string, accept, always bool) error {
	if err := s.call(ctx, "AnswerOffer", id, accept, always); err != nil {
		return err
	}
	s.Change(func(st *node.State) {
		for i := range st.Inbox {
			if o := &st.Inbox[i]; o.ID == id && accept {
				o.State = "receiving"
			} else if o.ID == id {
				o.State = "declined"
			}
		}
	})
	return nil
}

// ForgetOffer drops an entry of the inbox.
func (s *Service) ForgetOffer(ctx context.Context, id string) error {
	err := s.call(ctx, "ForgetOffer", id)
	if err == nil {
		s.Change(func(st *node.State) {
			st.Inbox = slices.DeleteFunc(st.Inbox, func(o node.Offered) bool { return o.ID == id })
		})
	}
	return err
}

// Bin returns what SetBin has set.
func (s *Service) Bin(ctx context.Context, pc, folder string) ([]node.BinItem, error) {
	err := s.call(ctx, "Bin", pc, folder)
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.bins[pc+"/"+folder]), err
}

// take drops items of a bin, by their IDs or those of their actions; none is all.
func (s *Service) take(pc, folder string, ids []string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.bins[pc+"/"+folder])
	left := slices.DeleteFunc(slices.Clone(s.bins[pc+"/"+folder]), func(i node.BinItem) bool {
		return len(ids) == 0 || slices.Contains(ids, i.ID) || slices.Contains(ids, i.Action)
	})
	if s.bins != nil {
		s.bins[pc+"/"+folder] = left
	}
	return before - len(left)
}

// RestoreBin takes items out of a bin.
func (s *Service) RestoreBin(ctx context.Context, pc, folder string, ids []string) (*node.Restored, error) {
	if err := s.call(ctx, "RestoreBin", pc, folder, strings.Join(ids, " ")); err != nil {
		return nil, err
	}
	return &node.Restored{Items: s.take(pc, folder, ids)}, nil
}

// EmptyBin takes items out of a bin of this PC.
func (s *Service) EmptyBin(ctx context.Context, folder string, ids []string) error {
	if err := s.call(ctx, "EmptyBin", folder, strings.Join(ids, " ")); err != nil {
		return err
	}
	state, _ := s.Snapshot(ctx)
	s.take(state.Self.ID, folder, ids)
	return nil
}

// ReleaseBrake releases one.
func (s *Service) ReleaseBrake(ctx context.Context, pc string) error {
	err := s.call(ctx, "ReleaseBrake", pc)
	if err == nil {
		s.Change(func(st *node.State) {
			st.Brakes = slices.DeleteFunc(st.Brakes, func(b node.Brake) bool { return b.PC == pc })
		})
	}
	return err
}

// RollBack undoes nothing.
func (s *Service) RollBack(ctx context.Context, pc string, _ time.Time) (*node.Restored, error) {
	return &node.Restored{}, s.call(ctx, "RollBack", pc)
}

// SetDrive switches the drive.
func (s *Service) SetDrive(ctx context.Context, on bool) (*node.Drive, error) {
	if err := s.call(ctx, "SetDrive", on); err != nil {
		return nil, err
	}
	d := node.Drive{On: on}
	if on {
		d.URL = "http://127.0.0.1:4721/secret/"
	}
	s.Change(func(st *node.State) { st.Drive = d })
	return &d, nil
}

// MakePassword makes the password "abcd-efgh".
func (s *Service) MakePassword(ctx context.Context, pc, folder string) (*node.Password, error) {
	if err := s.call(ctx, "MakePassword", pc, folder); err != nil {
		return nil, err
	}
	p := node.Password{ID: "p1", PC: pc, Folder: folder, URL: "https://192.0.2.1:4720/dav/", Created: Now}
	s.Change(func(st *node.State) { st.Passwords = append(st.Passwords, p) })
	p.Password = "abcd-efgh"
	return &p, nil
}

// RevokePassword ends one.
func (s *Service) RevokePassword(ctx context.Context, id string) error {
	err := s.call(ctx, "RevokePassword", id)
	if err == nil {
		s.Change(func(st *node.State) {
			st.Passwords = slices.DeleteFunc(st.Passwords, func(p node.Password) bool { return p.ID == id })
		})
	}
	return err
}
