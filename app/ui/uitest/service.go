package uitest

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"lanyard/app/node"
)

// Service is a node.Service in memory. What it is asked is written down in Calls; what it answers is set by the
// fields below, and by Change. The zero Service has an empty state.
type Service struct {
	mu        sync.Mutex // guards the below
	state     node.State
	watchers  map[chan struct{}]bool
	calls     []string
	fails     map[string]error
	good      map[string]int // calls of a method that work before it fails
	folders   map[node.Location][]node.Entry
	portion   int // how many entries of a folder are shown first; 0: all
	settings  []node.Setting
	options   node.PrinterOptions
	counts    []node.PrintCount
	preview   node.Preview
	results   node.Results
	verified  node.Verification
	bins      map[string][]node.BinItem // by PC/FOLDER
	contents  map[node.Location][]byte
	diagnosis node.Diagnosis
	block     map[string]chan struct{}
	next      int // number of the latest transfer or job
	codes     int
}

var _ node.Service = (*Service)(nil)

// New returns a Service with a state.
func New(s node.State) *Service { return &Service{state: s} }

// Change changes the state; whoever watches sees it.
func (s *Service) Change(change func(*node.State)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := copyState(s.state)
	change(&next)
	s.state = next
	for w := range s.watchers {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

// copyState copies what Change may change, since a state that was given away is immutable.
func copyState(s node.State) node.State {
	s.Peers, s.Folders = slices.Clone(s.Peers), slices.Clone(s.Folders)
	s.Printers, s.Transfers, s.Jobs = slices.Clone(s.Printers), slices.Clone(s.Transfers), slices.Clone(s.Jobs)
	s.Links, s.Inbox, s.Brakes, s.Passwords = slices.Clone(s.Links), slices.Clone(s.Inbox), slices.Clone(s.Brakes), slices.Clone(s.Passwords)
	return s
}

// Fail makes a method return an error from now on; nil makes it work again.
func (s *Service) Fail(method string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails == nil {
		s.fails = map[string]error{}
	}
	s.fails[method] = err
}

// FailAfter lets some calls of a method work before it fails as with Fail.
func (s *Service) FailAfter(method string, good int, err error) {
	s.Fail(method, err)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.good == nil {
		s.good = map[string]int{}
	}
	s.good[method] = good
}

// Block makes a method wait until release is called or its context ends.
func (s *Service) Block(method string) (release func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.block == nil {
		s.block = map[string]chan struct{}{}
	}
	c := make(chan struct{})
	s.block[method] = c
	return sync.OnceFunc(func() {
		s.mu.Lock()
		delete(s.block, method)
		s.mu.Unlock()
		close(c)
	})
}

// SetFolder sets what a folder holds.
func (s *Service) SetFolder(at node.Location, entries []node.Entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.folders == nil {
		s.folders = map[node.Location][]node.Entry{}
	}
	s.folders[at] = entries
}

// SetPortion sets how many entries of a folder List shows before the others; 0 is all.
func (s *Service) SetPortion(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.portion = n
}

// SetSettings and SetOptions set the answers of Settings and PrinterOptions.
func (s *Service) SetSettings(all []node.Setting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settings = all
}

// SetOptions sets the answer of PrinterOptions.
func (s *Service) SetOptions(o node.PrinterOptions) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options = o
}

// Calls returns what was asked so far, each as "Method arguments".
func (s *Service) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Called tells whether a call was made that begins like this.
func (s *Service) Called(call string) bool {
	return slices.ContainsFunc(s.Calls(), func(c string) bool { return strings.HasPrefix(c, call) })
}

// call writes a call down, waits where it is blocked and returns the error it is to fail with.
func (s *Service) call(ctx context.Context, method string, args ...any) error {
	s.mu.Lock()
	s.calls = append(s.calls, strings.TrimSpace(method+" "+strings.TrimSuffix(fmt.Sprintln(args...), "\n")))
	err, gate := s.fails[method], s.block[method]
	if s.good[method] > 0 {
		s.good[method]--
		err = nil
	}
	s.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

// Snapshot returns the state.
func (s *Service) Snapshot(context.Context) (*node.State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := s.state
	return &state, nil
}

// Watch shows the state and every change of it.
func (s *Service) Watch(ctx context.Context, show func(*node.State)) error {
	if err := s.call(ctx, "Watch"); err != nil {
		return err
	}
	changed := make(chan struct{}, 1)
	s.mu.Lock()
	if s.watchers == nil {
		s.watchers = map[chan struct{}]bool{}
	}
	s.watchers[changed] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.watchers, changed)
		s.mu.Unlock()
	}()
	for {
		state, _ := s.Snapshot(ctx)
		show(state)
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// CreateWorkgroup puts this PC into a workgroup of its own.
func (s *Service) CreateWorkgroup(ctx context.Context, name string) error {
	if err := s.call(ctx, "CreateWorkgroup", name); err != nil {
		return err
	}
	s.Change(func(st *node.State) { st.Self.Workgroup = name })
	return nil
}

// Invite opens an invitation. The first has the code 123 456, the next 223 456.
func (s *Service) Invite(ctx context.Context) (*node.Invitation, error) {
	if err := s.call(ctx, "Invite"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.codes++
	code := fmt.Sprintf("%d23 456", s.codes)
	s.mu.Unlock()
	i := &node.Invitation{Code: code, Expires: Now.Add(inviteTime), Tries: 3}
	s.Change(func(st *node.State) { st.Invitation = i })
	return i, nil
}

// EndInvitation closes it.
func (s *Service) EndInvitation(ctx context.Context) error {
	if err := s.call(ctx, "EndInvitation"); err != nil {
		return err
	}
	s.Change(func(st *node.State) { st.Invitation = nil })
	return nil
}

// Join enters the workgroup "Office".
func (s *Service) Join(ctx context.Context, code, at string) error {
	if err := s.call(ctx, "Join", code, at); err != nil {
		return err
	}
	s.Change(func(st *node.State) { st.Self.Workgroup = "Office" })
	return nil
}

// LeaveWorkgroup leaves it.
func (s *Service) LeaveWorkgroup(ctx context.Context) error {
	if err := s.call(ctx, "LeaveWorkgroup"); err != nil {
		return err
	}
	s.Change(func(st *node.State) { st.Self.Workgroup = "" })
	return nil
}

// RemoveMember makes a PC a stranger.
func (s *Service) RemoveMember(ctx context.Context, pc string) error {
	if err := s.call(ctx, "RemoveMember", pc); err != nil {
		return err
	}
	s.Change(func(st *node.State) {
		for i := range st.Peers {
			if st.Peers[i].ID == pc {
				st.Peers[i].Member = false
			}
		}
	})
	return nil
}

// Connect finds the first other PC.
func (s *Service) Connect(ctx context.Context, address string) (*node.Peer, error) {
	if err := s.call(ctx, "Connect", address); err != nil {
		return nil, err
	}
	state, _ := s.Snapshot(ctx)
	if len(state.Peers) == 0 {
		return nil, &node.Error{Kind: node.Offline, Text: "nobody answers at " + address}
	}
	return &state.Peers[0], nil
}

// ShareFolder adds a folder or changes it. An error of the kind Unsure that was set for it holds only until the folder
// is confirmed.
func (s *Service) ShareFolder(ctx context.Context, f node.Folder) (*node.Folder, error) {
	rights := slices.Sorted(maps.Keys(f.Allow))
	for i, who := range rights {
		rights[i] = who + "=" + f.Allow[who]
	}
	call := []any{f.Name, f.Dir, strings.Join(rights, ",")}
	if f.Confirmed {
		call = append(call, "confirmed")
	}
	if err := s.call(ctx, "ShareFolder", call...); err != nil && !(f.Confirmed && node.KindOf(err) == node.Unsure) {
		return nil, err
	}
	if f.Name == "" {
		f.Name = filepath.Base(f.Dir)
	}
	s.Change(func(st *node.State) {
		st.Folders = append(slices.DeleteFunc(st.Folders, func(o node.Folder) bool { return o.Name == f.Name }), f)
	})
	return &f, nil
}
