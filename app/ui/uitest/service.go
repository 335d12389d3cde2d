package uitest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"lanyard/app/node"
)

// Service is a node.Service in memory. What it is asked is written down in Calls; what it answers is set by the
// fields below, and by Change. The zero Service has an empty state.
type Service struct {
	mu       sync.Mutex // guards the below
	state    node.State
	watchers map[chan struct{}]bool
	calls    []string
	fails    map[string]error
	folders  map[node.Location][]node.Entry
	settings []node.Setting
	options  node.PrinterOptions
	block    map[string]chan struct{}
	next     int // number of the latest transfer or job
	codes    int
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

// ShareFolder adds a folder or changes it.
func (s *Service) ShareFolder(ctx context.Context, f node.Folder) (*node.Folder, error) {
	rights := slices.Sorted(maps.Keys(f.Allow))
	for i, who := range rights {
		rights[i] = who + "=" + f.Allow[who]
	}
	if err := s.call(ctx, "ShareFolder", f.Name, f.Dir, strings.Join(rights, ",")); err != nil {
		return nil, err
	}
	s.Change(func(st *node.State) {
		st.Folders = append(slices.DeleteFunc(st.Folders, func(o node.Folder) bool { return o.Name == f.Name }), f)
	})
	return &f, nil
}

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

// List returns what SetFolder has set.
func (s *Service) List(ctx context.Context, at node.Location) ([]node.Entry, error) {
	if err := s.call(ctx, "List", at.PC, at.Folder, at.Path); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.folders[at], nil
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
func (s *Service) Get(ctx context.Context, from []node.Location, dest string) (*node.Transfer, error) {
	if err := s.call(ctx, "Get", paths(from), dest); err != nil {
		return nil, err
	}
	return s.begin(node.Transfer{Direction: "get", PC: from[0].PC, Label: from[0].Path, Dest: dest}), nil
}

// Put begins a transfer that runs until the state is changed.
func (s *Service) Put(ctx context.Context, files []string, to node.Location) (*node.Transfer, error) {
	if err := s.call(ctx, "Put", strings.Join(files, " "), to.PC, to.Folder, to.Path); err != nil {
		return nil, err
	}
	return s.begin(node.Transfer{Direction: "put", PC: to.PC, Label: files[0], Source: files, Dest: to.Folder + "/" + to.Path}), nil
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

// SharePrinter shares a printer of this PC.
func (s *Service) SharePrinter(ctx context.Context, name string, guests bool) error {
	if err := s.call(ctx, "SharePrinter", name, guests); err != nil {
		return err
	}
	s.sharePrinter(name, true)
	return nil
}

// UnsharePrinter withdraws it.
func (s *Service) UnsharePrinter(ctx context.Context, name string) error {
	if err := s.call(ctx, "UnsharePrinter", name); err != nil {
		return err
	}
	s.sharePrinter(name, false)
	return nil
}

func (s *Service) sharePrinter(name string, on bool) {
	s.Change(func(st *node.State) {
		for i := range st.Printers {
			if p := &st.Printers[i]; p.Name == name && p.PC == st.Self.ID {
				p.Shared = on
			}
		}
	})
}

// PrinterOptions returns what SetOptions has set.
func (s *Service) PrinterOptions(ctx context.Context, pc, printer string) (*node.PrinterOptions, error) {
	if err := s.call(ctx, "PrinterOptions", pc, printer); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.options
	return &o, nil
}

// Print makes a job for each document.
func (s *Service) Print(ctx context.Context, r node.PrintRequest) ([]node.Job, error) {
	options := slices.Sorted(maps.Keys(r.Options))
	for i, k := range options {
		options[i] = k + "=" + r.Options[k]
	}
	if err := s.call(ctx, "Print", r.PC, r.Printer, strings.Join(r.Files, " "), r.Copies, strings.Join(options, ",")); err != nil {
		return nil, err
	}
	var jobs []node.Job
	s.Change(func(st *node.State) {
		for _, f := range r.Files {
			s.next++
			jobs = append(jobs, node.Job{ID: s.next, Printer: r.Printer, PC: r.PC, Owner: st.Self.ID, Name: f, State: "pending", Mine: true, Created: Now})
		}
		st.Jobs = append(slices.Clone(jobs), st.Jobs...)
	})
	return jobs, nil
}

// CancelJob cancels a job.
func (s *Service) CancelJob(ctx context.Context, pc, printer string, id int) error {
	if err := s.call(ctx, "CancelJob", pc, printer, id); err != nil {
		return err
	}
	s.Change(func(st *node.State) {
		for i := range st.Jobs {
			if j := &st.Jobs[i]; j.ID == id && j.PC == pc && j.Printer == printer {
				j.State = "canceled"
			}
		}
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

// SetSetting changes one.
func (s *Service) SetSetting(ctx context.Context, key, value string) error {
	if err := s.call(ctx, "SetSetting", key, value); err != nil {
		return err
	}
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
