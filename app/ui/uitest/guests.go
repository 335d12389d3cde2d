package uitest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lanyard/app/node"
)

// LinkGuest makes a link. Its address and PIN are always the same.
func (s *Service) LinkGuest(ctx context.Context, wish node.GuestLink) (*node.GuestLink, error) {
	needs := ""
	if wish.NeedsPIN {
		needs += " pin"
	}
	if wish.Plain {
		needs += " plain"
	}
	if err := s.call(ctx, "LinkGuest", wish.Folder, wish.Access, wish.Expires.Format(time.RFC3339), fmt.Sprint(wish.Uses)+needs); err != nil {
		return nil, err
	}
	s.Change(func(st *node.State) {
		s.next++
		wish.ID, wish.Created = fmt.Sprintf("l%d", s.next), Now
		wish.URLs = linkURLs(wish.Plain)
		wish.URL = wish.URLs[0]
		if wish.NeedsPIN {
			wish.PIN = "482913"
		}
		st.Links = append([]node.GuestLink{wish}, st.Links...)
	})
	return &wish, nil
}

func linkURLs(plain bool) []string {
	scheme := "https"
	if plain {
		scheme = "http"
	}
	return []string{scheme + "://192.168.1.23:4720/g/k3v9x2m8q5t7w4y6b2c8d3f5g7", scheme + "://10.0.4.7:4720/g/k3v9x2m8q5t7w4y6b2c8d3f5g7"}
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

// FetchHeld begins a transfer of what was held back, which is none any more.
func (s *Service) FetchHeld(ctx context.Context, id string) (*node.Transfer, error) {
	if err := s.call(ctx, "FetchHeld", id); err != nil {
		return nil, err
	}
	var next node.Transfer
	s.Change(func(st *node.State) {
		for i := range st.Transfers {
			if t := &st.Transfers[i]; t.ID == id {
				next = node.Transfer{Direction: t.Direction, PC: t.PC, Label: t.Label, Dest: t.Dest}
				t.Held = nil
			}
		}
	})
	return s.begin(next), nil
}

// Links are two open links, the second of which is locked.
func Links() []node.GuestLink {
	return []node.GuestLink{
		{ID: "la", Folder: "Photos", Access: "read", URL: linkURLs(false)[0], URLs: linkURLs(false), PIN: "482913", NeedsPIN: true, Expires: Now.Add(21 * time.Hour), Uses: 5, Used: 2, Created: Now.Add(-3 * time.Hour)},
		{ID: "lb", Folder: "Invoices", Access: "add", URL: linkURLs(true)[0], URLs: linkURLs(true)[:1], PIN: "101934", NeedsPIN: true, Expires: Now.Add(40 * time.Minute), Used: 1, Plain: true, Locked: true, Created: Now.Add(-time.Hour)},
	}
}
