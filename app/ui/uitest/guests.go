package uitest

import (
	"context"
	"slices"
	"strconv"

	"lanyard/app/node"
)

// LinkGuest adds a link.
func (s *Service) LinkGuest(ctx context.Context, wish node.GuestLink) (*node.GuestLink, error) {
	if err := s.call(ctx, "LinkGuest", wish.Folder, wish.Access); err != nil {
		return nil, err
	}
	s.Change(func(st *node.State) {
		wish.ID = "l" + strconv.Itoa(len(st.Links)+1)
		wish.URLs = []string{"https://192.168.1.20:4720/g/k3v9x2m8q5t7w4y6"}
		if wish.NeedsPIN {
			wish.PIN = "482913"
		}
		st.Links = append([]node.GuestLink{wish}, st.Links...)
	})
	return &wish, nil
}

// RevokeLink takes a link away.
func (s *Service) RevokeLink(ctx context.Context, id string) error {
	if err := s.call(ctx, "RevokeLink", id); err != nil {
		return err
	}
	s.Change(func(st *node.State) {
		st.Links = slices.DeleteFunc(st.Links, func(l node.GuestLink) bool { return l.ID == id })
	})
	return nil
}

// FetchHeld begins a transfer.
func (s *Service) FetchHeld(ctx context.Context, id string) (*node.Transfer, error) {
	if err := s.call(ctx, "FetchHeld", id); err != nil {
		return nil, err
	}
	return &node.Transfer{ID: id + "-held"}, nil
}
