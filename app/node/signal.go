package node

import "sync"

// signal tells any number of waiters that something has changed. It keeps no values: who wakes looks for itself.
type signal struct {
	mu   sync.Mutex
	next chan struct{}
}

func (s *signal) init() { s.next = make(chan struct{}) }

// fire wakes all that wait.
func (s *signal) fire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.next)
	s.next = make(chan struct{})
}

// wait returns a channel that closes with the next fire.
func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.next
}
