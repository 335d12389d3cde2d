package node

import (
	"context"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"lanyard/share"
	"lanyard/share/dav"
	"lanyard/share/drive"
)

// What the drive keeps in the home.
const (
	driveDir   = "drive"            // files on their way to another PC
	driveProps = "drive-props.json" // dead properties (RFC 4918 section 4)
)

const driveWait = 5 * time.Second // for the switch to do what it says

// SetDrive implements Service.
func (n *Node) SetDrive(ctx context.Context, on bool) (*Drive, error) {
	err := n.changeSettings(ctx, func(s *settings) error {
		if s.Drive = on; on && s.DriveSecret == "" {
			s.DriveSecret = drive.NewSecret()
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, driveWait)
	defer cancel()
	for {
		changed := n.changes.wait()
		n.mu.Lock()
		d := n.drive
		n.mu.Unlock()
		if d.On == on || d.Error != "" {
			return &d, nil
		}
		select {
		case <-changed:
		case <-n.ended:
			return nil, problem(Failed, "", "Lanyard is shutting down")
		case <-ctx.Done():
			return nil, problem(Failed, "", "the drive doesn't change")
		}
	}
}

// keepDrive has the drive on while the settings say so.
func (n *Node) keepDrive(ctx context.Context) error {
	for ctx.Err() == nil {
		changed := n.driveSwitch.wait()
		s := n.currentSettings()
		d := Drive{}
		var server *drive.Server
		if s.Drive {
			var err error
			if server, err = n.openDrive(ctx, s); err != nil {
				d.Error = err.Error()
			} else {
				d = Drive{On: true, URL: server.URL()}
			}
		}
		n.mu.Lock()
		n.drive = d
		n.mu.Unlock()
		n.changes.fire()
		if server == nil {
			select {
			case <-changed:
			case <-ctx.Done():
			}
			continue
		}
		if err := runUntil(ctx, changed, server.Run); err != nil {
			n.log.Warn("the drive has ended", "err", err)
		}
	}
	return nil
}

// runUntil runs something until ctx ends or stop closes.
func runUntil(ctx context.Context, stop <-chan struct{}, run func(context.Context) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		select {
		case <-stop:
		case <-ctx.Done():
		}
		cancel()
	})
	err := run(ctx)
	cancel()
	return err
}

// openDrive opens the drive's port: the one it had last, so that bookmarks stay right, or any free one.
func (n *Node) openDrive(ctx context.Context, s settings) (*drive.Server, error) {
	dir := n.home.Path(driveDir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	props, err := dav.OpenProperties(n.home.Path(driveProps))
	if err != nil {
		return nil, err
	}
	o := drive.ServerOptions{
		Drive: drive.New(drive.Options{Office: wholeOffice{n}, Dir: dir, Logger: n.log}), Secret: s.DriveSecret, Port: s.DrivePort,
		Properties: props, Logger: n.log,
	}
	server, err := drive.Listen(o)
	if err != nil && o.Port != 0 {
		o.Port = 0
		server, err = drive.Listen(o)
	}
	if err != nil || server.Port() == s.DrivePort {
		return server, err
	}
	if err := n.noteSettings(func(s *settings) { s.DrivePort = server.Port() }); err != nil {
		_ = server.Close()
		return nil, err
	}
	return server, nil
}

// DriveName returns what another PC of the workgroup is called on the drive, or "" if it isn't there.
func (s *State) DriveName(id string) string {
	pcs := []drive.PC{{Name: s.Self.Name, ID: s.Self.ID}}
	for _, p := range s.Peers {
		if p.Member && !p.Avoided {
			pcs = append(pcs, drive.PC{Name: p.Name, ID: p.ID})
		}
	}
	return drive.Names(pcs)[id]
}

// wholeOffice is what the drive shows: the PCs of the workgroup, this one among them.
type wholeOffice struct{ n *Node }

// PCs implements drive.Office.
func (o wholeOffice) PCs() []drive.PC {
	n := o.n
	s := n.currentSettings()
	me := drive.PC{Name: s.Name, ID: n.id.ID, Online: true, Client: n.filesOf(n.id.ID)}
	for _, f := range s.Folders {
		if f.Error == "" {
			me.Folders = append(me.Folders, drive.Folder{Name: f.Name, Access: "change", Free: free(f.Dir)})
		}
	}
	n.mu.Lock()
	peers := n.showPeersLocked()
	n.mu.Unlock()
	list := []drive.PC{me}
	for _, p := range peers {
		if !p.Member || p.Avoided {
			continue
		}
		pc := drive.PC{Name: p.Name, ID: p.ID, Online: p.Online, Client: n.filesOf(p.ID)}
		for _, f := range p.Folders {
			pc.Folders = append(pc.Folders, drive.Folder{Name: f.Name, Access: f.Access, Free: f.Free})
		}
		list = append(list, pc)
	}
	return list
}

// filesOf is a client for the files of a PC whose requests end when that is lost.
func (n *Node) filesOf(id string) *share.Client {
	return &share.Client{Base: base(id), HTTP: &http.Client{Transport: bound{n, id}, CheckRedirect: noRedirect}}
}

// bound is the way to one PC: what runs on it ends when that PC is lost.
type bound struct {
	n  *Node
	id string
}

// RoundTrip implements http.RoundTripper.
func (b bound) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, done := b.n.use(r.Context(), b.id)
	answer, err := b.n.client.Transport.RoundTrip(r.WithContext(ctx))
	if err != nil {
		done()
		return nil, err
	}
	answer.Body = &boundBody{answer.Body, done}
	return answer, nil
}

type boundBody struct {
	io.ReadCloser
	done func()
}

func (b *boundBody) Close() error {
	defer b.done()
	return b.ReadCloser.Close()
}
