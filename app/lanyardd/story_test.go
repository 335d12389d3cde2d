//go:build linux

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

const pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Size 4/Root 1 0 R>>\n%%EOF\n"

// Two PCs, from empty homes to a printed page, by the commands that a person types.
func TestTwoPCsEndToEnd(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	front, back := officetest.New(t, lan.Join("front")), officetest.New(t, lan.Join("back"))

	// Find.
	front.Sees(back)
	back.Sees(front)
	var peers struct{ Peers []node.Peer }
	if err := json.Unmarshal([]byte(back.Must("peers", "--json")), &peers); err != nil || len(peers.Peers) != 1 {
		t.Fatalf("peers: %v, %+v", err, peers)
	}
	if p := peers.Peers[0]; p.Name != "front" || len(p.ID) != 52 || !p.Online || p.Member || len(p.Addresses) == 0 {
		t.Errorf("back sees front as %+v", p)
	}

	front.Must("config", "set", "user", "Anna")
	front.Must("config", "set", "picture", "bell")

	// Join.
	front.Must("workgroup", "create", "Office")
	invite := front.PC.Self(t.Context(), "lanyardd", "--home", front.Home, "workgroup", "invite")
	out, err := invite.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := invite.Start(); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	n, _ := out.Read(buf)
	code := regexp.MustCompile(`(?m)^\d{3} \d{3}$`).FindString(string(buf[:n]))
	if code == "" {
		t.Fatalf("no code in %q", buf[:n])
	}
	back.Until(5*time.Second, "is invited", func(s *node.State) bool { return len(s.Peers) == 1 && s.Peers[0].Inviting })
	if p := seen(t, back); p.Workgroup != "Office" || p.Face != (node.Face{}) {
		t.Errorf("a stranger is told %+v", p)
	}
	back.Must("workgroup", "join", code)
	if err := invite.Wait(); err != nil {
		t.Errorf("invite ended with %v", err)
	}

	back.Until(5*time.Second, "knows who sits there", func(s *node.State) bool { return s.Peers[0].Face == (node.Face{User: "Anna", Picture: "bell"}) })

	// Share and copy.
	dir := filepath.Join(t.TempDir(), "Plans & more")
	os.MkdirAll(filepath.Join(dir, "sub dir", "empty"), 0o755)
	odd := "ü #%&+;?" + strings.Repeat("x", 255-len("ü #%&+;?"))
	then := time.Date(2001, 2, 3, 4, 5, 6, 789_000_000, time.UTC)
	for _, name := range []string{"a.txt", odd, "sub dir/b.txt"} {
		os.WriteFile(filepath.Join(dir, name), []byte("content of "+name), 0o644)
		os.Chtimes(filepath.Join(dir, name), then, then)
	}
	front.Must("share", "add", dir, "--allow", "everyone=change")
	back.Knows(front, "Plans & more")
	got := t.TempDir()
	back.Must("get", "front:Plans & more", got)
	for _, name := range []string{"a.txt", odd, "sub dir/b.txt"} {
		at := filepath.Join(got, "Plans & more", name)
		info, err := os.Stat(at)
		if err != nil || officetest.Content(t, at) != "content of "+name || !info.ModTime().Equal(then) {
			t.Errorf("%s: %v, %q, %v", name, err, officetest.Content(t, at), info.ModTime())
		}
	}
	if info, err := os.Stat(filepath.Join(got, "Plans & more", "sub dir", "empty")); err != nil || !info.IsDir() {
		t.Errorf("the empty folder: %v", err)
	}
	back.Must("put", filepath.Join(got, "Plans & more", "a.txt"), filepath.Join(got, "Plans & more", "sub dir"), "front:Plans & more/sub dir")
	if officetest.Content(t, filepath.Join(dir, "sub dir", "sub dir", "b.txt")) != "content of sub dir/b.txt" {
		t.Error("put did not bring the folder")
	}
	back.Must("mkdir", "front:Plans & more/new")
	back.Must("mv", "front:Plans & more/a.txt", "front:Plans & more/new/c.txt")
	if officetest.Content(t, filepath.Join(dir, "new", "c.txt")) != "content of a.txt" {
		t.Error("mv did not move")
	}
	back.Must("rm", "front:Plans & more/new")
	if _, err := os.Stat(filepath.Join(dir, "new")); !os.IsNotExist(err) {
		t.Errorf("rm left it: %v", err)
	}
	var list struct{ Entries []node.Entry }
	if err := json.Unmarshal([]byte(back.Must("ls", "front:Plans & more", "--json")), &list); err != nil || len(list.Entries) != 2 {
		t.Errorf("ls: %v, %+v", err, list)
	}

	// Print, with no print system.
	front.Must("printer", "share", "Print-to-folder")
	doc := filepath.Join(t.TempDir(), "report.pdf")
	os.WriteFile(doc, []byte(pdf), 0o644)
	back.Until(5*time.Second, "has the printer", func(s *node.State) bool {
		for _, p := range s.Printers {
			if p.PC == peers.Peers[0].ID && p.Name == "Print-to-folder" {
				return true
			}
		}
		return false
	})
	back.Must("print", "-P", "front/Print-to-folder", doc)
	back.Until(5*time.Second, "is told that it is printed", func(s *node.State) bool {
		return len(s.Jobs) == 1 && s.Jobs[0].State == "completed" && s.Jobs[0].Mine
	})
	if officetest.Content(t, filepath.Join(front.Home, "printed", "report.pdf")) != pdf {
		t.Error("nothing came out")
	}

	// And an orderly end.
	begun := time.Now()
	if err := front.Cmd.Stop(); err != nil {
		t.Errorf("serve ended with %v", err)
	}
	if d := time.Since(begun); d > 6*time.Second {
		t.Errorf("it took %v to stop", d)
	}
	back.Misses(5*time.Second, front)
	if p := seen(t, back); p.Face.User != "Anna" {
		t.Errorf("a PC that is off is known by %+v", p.Face)
	}
}

// seen is the only other PC, as a desk sees it now.
func seen(t *testing.T, d *officetest.Desk) node.Peer {
	t.Helper()
	s, err := d.Snapshot(t.Context())
	if err != nil || len(s.Peers) != 1 {
		t.Fatalf("%s sees %+v, %v", d.PC.Name, s, err)
	}
	return s.Peers[0]
}

func TestAThirdPCAdmittedByTheSecondIsAcceptedByTheFirst(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	two := officetest.Office(t, lan, "first", "second")
	first, second := two[0], two[1]
	first.Shares("Plans", "read", map[string]string{"a.txt": "a"})
	if err := first.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	third := officetest.New(t, lan.Join("third"))
	second.Lets(third)
	first.Start()
	third.Knows(first, "Plans")
	got := t.TempDir()
	third.Must("get", "first:Plans/a.txt", got)
	if officetest.Content(t, filepath.Join(got, "a.txt")) != "a" {
		t.Error("the third got nothing")
	}
}

func TestAPCOutsideIsVisibleAndGetsNothing(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	two := officetest.Office(t, lan, "front", "back")
	two[0].Shares("Plans", "change", map[string]string{"a.txt": "a"})
	two[0].Must("printer", "share", "Print-to-folder")
	stranger := officetest.New(t, lan.Join("stranger"))
	stranger.Sees(two...)
	two[0].Sees(stranger)
	s, err := stranger.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range s.Peers {
		if p.Member || len(p.Folders) != 0 {
			t.Errorf("the stranger sees %+v", p)
		}
	}
	stranger.Fails("not in this PC's workgroup", "ls", "front:Plans")
	stranger.Fails("not in this PC's workgroup", "get", "front:Plans/a.txt", t.TempDir())
	stranger.Fails("no printer", "print", "-P", "front/Print-to-folder", os.Args[0])
	stranger.Fails("no PC in sight has an invitation open", "workgroup", "join", "123456")
	stranger.Fails("six digits", "workgroup", "join", "12345")
}

func TestARemovedPCGetsNothingMoreAndLearnsOfIt(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	three := officetest.Office(t, lan, "front", "back", "gone")
	three[0].Shares("Plans", "read", map[string]string{"a.txt": "a"})
	three[2].Knows(three[0], "Plans")
	three[1].Must("workgroup", "remove", "gone")
	three[2].Until(5*time.Second, "is told", func(s *node.State) bool { return s.Self.Workgroup == "" && len(s.Problems) > 0 })
	three[0].Until(5*time.Second, "knows it", func(s *node.State) bool { p := officetest.Peer(s, three[2]); return p == nil || !p.Member })
	three[2].Fails("not in this PC's workgroup", "get", "front:Plans/a.txt", t.TempDir())
}

// Who removes a PC and switches its own off in the same moment has removed it everywhere.
func TestARemovalIsToldBeforeItsPCGoesOff(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	three := officetest.Office(t, lan, "front", "back", "gone")
	if err := three[1].RemoveMember(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	if err := three[1].Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	three[0].Until(5*time.Second, "knows it", func(s *node.State) bool { p := officetest.Peer(s, three[2]); return p == nil || !p.Member })
}

func TestAPCThatLeavesComesBackAsANewOne(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	two := officetest.Office(t, lan, "front", "back")
	front, back := two[0], two[1]
	front.Shares("Plans", "read", map[string]string{"a.txt": "a"})
	back.Knows(front, "Plans")
	old, err := back.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	back.Must("workgroup", "remove", "this")
	front.Until(5*time.Second, "knows that back has left", func(s *node.State) bool {
		p := officetest.Peer(s, back)
		return p == nil || !p.Member
	})
	back.Fails("not in this PC's workgroup", "ls", "front:Plans")
	back.Fails("left its workgroup restart", "workgroup", "join", "123456")
	if err := back.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	back.Start()
	now, err := back.Snapshot(t.Context())
	if err != nil || now.Self.ID == old.Self.ID || now.Self.Workgroup != "" {
		t.Fatalf("back started as %+v (%v)", now.Self, err)
	}
	front.Lets(back)
	back.Knows(front, "Plans")
	back.Must("get", "front:Plans/a.txt", t.TempDir())
}
