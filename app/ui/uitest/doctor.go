package uitest

import (
	"bytes"
	"context"
	"io"

	"lanyard/app/node"
)

// SetDiagnosis sets the answer of Diagnose.
func (s *Service) SetDiagnosis(d node.Diagnosis) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.diagnosis = d
}

// Diagnose returns the diagnosis that was set.
func (s *Service) Diagnose(ctx context.Context, pc string) (*node.Diagnosis, error) {
	if err := s.call(ctx, "Diagnose", pc); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.diagnosis
	return &d, nil
}

// Mend only notes what was asked.
func (s *Service) Mend(ctx context.Context, fix string) error { return s.call(ctx, "Mend", fix) }

// SetContent sets what a file holds.
func (s *Service) SetContent(at node.Location, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.contents == nil {
		s.contents = map[node.Location][]byte{}
	}
	s.contents[at] = content
}

// Open returns the content that was set.
func (s *Service) Open(ctx context.Context, at node.Location) (io.ReadCloser, error) {
	if err := s.call(ctx, "Open", at.PC+":"+at.Folder+"/"+at.Path); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	content, ok := s.contents[at]
	if !ok {
		return nil, &node.Error{Kind: node.NotFound, Text: "there is no " + at.Path}
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}
