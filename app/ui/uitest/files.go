package uitest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lanyard/app/node"
)

// The part of the Service about files, transfers, printers and settings.

// List shows what SetFolder has set. Where SetPortion has made the first portion smaller, MoreOfList is called before the
// rest: Block holds it back and Fail keeps it from coming.
func (s *Service) List(ctx context.Context, at node.Location, show func([]node.Entry) error) error {
	if err := s.call(ctx, "List", at.PC, at.Folder, at.Path); err != nil {
		return err
	}
	s.mu.Lock()
	all, first := s.folders[at], s.portion
	s.mu.Unlock()
	if first <= 0 || first >= len(all) {
		return show(all)
	}
	if err := show(all[:first]); err != nil {
		return err
	}
	if err := s.call(ctx, "MoreOfList"); err != nil {
		return err
	}
	return show(all[first:])
}

// MakeFolder makes nothing.
func (s *Service) MakeFolder(ctx context.Context, at node.Location) error {
	return s.call(ctx, "MakeFolder", at.PC, at.Folder, at.Path)
}

// Rename renames nothing.
func (s *Service) Rename(ctx context.Context, from, to node.Location) error {
	return s.call(ctx, "Rename", from.Path, to.Path)
}

// Remove removes nothing.
func (s *Service) Remove(ctx context.Context, at []node.Location) error {
	return s.call(ctx, "Remove", paths(at))
}

func paths(at []node.Location) string {
	var all []string
	for _, l := range at {
		all = append(all, l.Folder+"/"+l.Path)
	}
	return strings.Join(all, " ")
}

// Get begins a transfer that runs until the state is changed.
func (s *Service) Get(ctx context.Context, from []node.Location, dest string, m node.Moving) (*node.Transfer, error) {
	if err := s.call(ctx, "Get", paths(from), dest, m.Existing); err != nil {
		return nil, err
	}
	return s.begin(node.Transfer{Direction: "get", PC: from[0].PC, Label: from[0].Path, Dest: dest, Existing: m.Existing}), nil
}

// Put begins a transfer that runs until the state is changed.
func (s *Service) Put(ctx context.Context, files []string, to node.Location, m node.Moving) (*node.Transfer, error) {
	if err := s.call(ctx, "Put", strings.Join(files, " "), to.PC, to.Folder, to.Path, m.Existing); err != nil {
		return nil, err
	}
	return s.begin(node.Transfer{Direction: "put", PC: to.PC, Label: files[0], Source: files, Dest: to.Folder + "/" + to.Path, Existing: m.Existing}), nil
}

func (s *Service) begin(t node.Transfer) *node.Transfer {
	s.Change(func(st *node.State) {
		s.next++
		t.ID, t.State, t.Total, t.Count, t.Started = fmt.Sprintf("t%d", s.next), node.TransferRunning, 1000, 1, Now
		st.Transfers = append([]node.Transfer{t}, st.Transfers...)
	})
	return &t
}

// EndTransfer ends the transfers under way in a state.
func (s *Service) EndTransfer(state node.TransferState) {
	s.Change(func(st *node.State) {
		for i := range st.Transfers {
			if t := &st.Transfers[i]; !t.State.Ended() {
				t.State, t.Bytes, t.Files, t.Ended = state, t.Total, t.Count, Now
			}
		}
	})
}

// CancelTransfer cancels one.
func (s *Service) CancelTransfer(ctx context.Context, id string) error {
	if err := s.call(ctx, "CancelTransfer", id); err != nil {
		return err
	}
	s.Change(func(st *node.State) {
		for i := range st.Transfers {
			if st.Transfers[i].ID == id {
				st.Transfers[i].State, st.Transfers[i].Ended = node.TransferCancelled, Now
			}
		}
	})
	return nil
}

// ForgetTransfers drops those that have ended.
func (s *Service) ForgetTransfers(ctx context.Context) error {
	if err := s.call(ctx, "ForgetTransfers"); err != nil {
		return err
	}
	s.Change(func(st *node.State) {
		st.Transfers = slices.DeleteFunc(st.Transfers, func(t node.Transfer) bool { return t.State.Ended() })
	})
	return nil
}

// Settings returns what SetSettings has set.
func (s *Service) Settings(ctx context.Context) ([]node.Setting, error) {
	if err := s.call(ctx, "Settings"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.settings), nil
}

// SetSetting changes one, and the name and face of this PC with it.
func (s *Service) SetSetting(ctx context.Context, key, value string) error {
	if err := s.call(ctx, "SetSetting", key, value); err != nil {
		return err
	}
	s.Change(func(st *node.State) {
		for k, to := range map[string]*string{"name": &st.Self.Name, "user": &st.Self.Face.User, "color": &st.Self.Face.Color, "picture": &st.Self.Face.Picture} {
			if k == key {
				*to = value
			}
		}
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.settings {
		if s.settings[i].Key == key {
			s.settings[i].Value = value
		}
	}
	return nil
}

// ShowWindow does nothing.
func (s *Service) ShowWindow(ctx context.Context) error { return s.call(ctx, "ShowWindow") }

// Stop does nothing.
func (s *Service) Stop(ctx context.Context) error { return s.call(ctx, "Stop") }

// UnshareFolder takes a folder away.
func (s *Service) UnshareFolder(ctx context.Context, name string) error {
	if err := s.call(ctx, "UnshareFolder", name); err != nil {
		return err
	}
	s.Change(func(st *node.State) {
		st.Folders = slices.DeleteFunc(st.Folders, func(o node.Folder) bool { return o.Name == name })
	})
	return nil
}
