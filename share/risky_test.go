package share

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
)

// T10: names that start by themselves, or show as something other than they are.
func TestT10NamesThatAPersonShouldSee(t *testing.T) {
	for _, c := range []struct {
		rule  string
		names []string
		risky bool
	}{
		{"read when a disk or folder is opened", []string{"autorun.inf", "AutoRun.INF", "disk/autorun.inf", "autorun.inf.", "autorun.inf ", "desktop.ini", "a/b/Desktop.ini", "folder.htt"}, true},
		{"links with an ending that is never shown", []string{"x.lnk", "report.pdf.LNK", "a.url", "b.scf", "c.website", "d.desktop", "e.webloc", "f.inetloc", "g.lnk.", "g.ln\u212a"}, true},
		{"what connects elsewhere to be shown", []string{"x.library-ms", "x.searchConnector-ms", "x.search-ms", "a.theme"}, true},
		{"what runs when it is opened", []string{"x.bat", "x.CMD", "x.vbs", "x.hta", "x.scr", "x.pif", "x.wsf", "x.ps1", "x.cpl", "x.terminal"}, true},
		{"programs that look like documents", []string{"invoice.pdf.exe", "photo.JPG.scr", "a.doc      .exe", "a.pdf.js", "a.docx.app/Contents/MacOS/a", "x.pdf.exe. "}, true},
		{"another order than is shown", []string{"photo\u202egpj.exe", "a\u2066b", "\u202dx", "x\u202e/y"}, true},
		{"parts of Windows", []string{"x.{645FF040-5081-101B-9F08-00AA002F954E}", "bin.{645ff040-5081-101b-9f08-00aa002f954e}/x", "x.{645FF040-5081-101B-9F08-00AA002F954E}."}, true},
		{"where programs start from", []string{"Startup/x.bat", "Start Menu/Programs/StartUp/x", "autostart/x.txt", "Library/LaunchAgents/x.plist", "startup"}, true},
		{"hidden", []string{".ssh/authorized_keys", ".config/autostart/x.desktop", ".bashrc", "a/.x", "\u200b.x"}, true},

		{"programs that look like it", []string{"setup.exe", "tool.msi", "run.sh", "app.jar", "My App.app/Contents/x"}, false},
		{"sources", []string{"index.js", "jquery.min.js", "main.py", "style.css.map", "page.html.js"}, false},
		{"documents", []string{"report.pdf", "photo.jpg", "report.pdf.zip", "list.csv", "a.b.c", "Makefile", "notes"}, false},
		{"what only resembles", []string{"autorun.info", "my desktop.ini.txt", "lnk", "x.link", "bat", "Startups/x", "my startup/x", "x.{1}", "{645FF040-5081-101B-9F08-00AA002F954E}", "url", "x.urls", "cmd/main.go", "old.bat/readme"}, false},
		{"names in other writings", []string{"דו\u200fח.pdf", "نامه\u200cها.docx", "日本語.txt", "🏳️\u200d🌈.png", "e\u0301.txt", "ß.pdf"}, false},
		{"nothing", []string{"", "/", "a/", "a//b"}, false},
	} {
		for _, name := range c.names {
			if why := Risky(name); (why != "") != c.risky {
				t.Errorf("%s: %q is risky: %q", c.rule, name, why)
			}
		}
	}
}

// A batch as in the reports: photos, and among them what starts by itself.
func TestT10TheDangerousFilesOfABatchAreHeldBack(t *testing.T) {
	o := newOffice(t)
	want := map[string]string{"photos": "/", "photos/trip": "/"}
	for n := range 200 {
		name := "photos/trip/" + strings.Repeat("i", n+1) + ".jpg"
		o.write(o.shared, name, name)
		want[name] = name
	}
	bad := []string{"autorun.inf", "Startup/x.bat", "trip/desktop.ini", "trip/IMG_1.jpg.exe", "trip/a.lnk"}
	for _, name := range bad {
		o.write(o.shared, "photos/"+name, "bad "+name)
	}
	large := strings.Repeat("x", 3*pieceSize)
	o.write(o.shared, "photos/trip/large.scr", large)
	for _, name := range []string{".ssh/authorized_keys", ".config/autostart/x.desktop"} { // which are not even shown
		o.write(o.shared, "photos/"+name, "bad")
	}
	p, err := o.get(o.desk, "photos")
	o.check(err)
	o.has(o.desk, want)
	if p.HeldCount() != 6 || len(p.Held()) != 6 || p.Files() != 200 || p.Failed() != 0 || p.Count() != 206 || p.Bytes() != p.Total() {
		t.Errorf("%d held, %d files of %d, %d failed, %d of %d bytes: %v", p.HeldCount(), p.Files(), p.Count(), p.Failed(), p.Bytes(), p.Total(), p.Held())
	}
	for _, h := range p.Held() {
		if h.Why == "" || h.Why != Risky(h.Path) || h.Local != h.Path || h.Dest != o.desk {
			t.Errorf("%+v", h)
		}
	}
	again := NewProgress()
	o.check(o.client.GetHeld(t.Context(), "Team", p.Held(), Moving{}, again)) // after a yes
	for _, name := range bad {
		want["photos/"+name] = "bad " + name
	}
	want["photos/Startup"], want["photos/trip/large.scr"] = "/", large
	o.has(o.desk, want)
	if again.Files() != 6 || again.Count() != 6 || again.HeldCount() != 0 || again.Bytes() != again.Total() {
		t.Errorf("%d of %d files, %d of %d bytes", again.Files(), again.Count(), again.Bytes(), again.Total())
	}
	p, err = o.get(o.desk, "photos") // what is there by now is not asked about again
	o.check(err)
	if p.HeldCount() != 0 {
		t.Errorf("held again: %v", p.Held())
	}
}

func TestT10WhatAPersonNamedIsNotHeldBack(t *testing.T) {
	o := newOffice(t)
	o.write(o.shared, "d/shortcut.lnk", "s")
	o.write(o.shared, "d/fine", "f")
	_, err := o.get(o.desk, "d/shortcut.lnk")
	o.check(err)
	o.has(o.desk, map[string]string{"shortcut.lnk": "s"})
	dest := t.TempDir()
	p, err := o.get(dest, "d/shortcut.lnk", "d/fine") // two are a batch
	o.check(err)
	o.has(dest, map[string]string{"fine": "f"})
	if held := p.Held(); len(held) != 1 || held[0].Path != "d/shortcut.lnk" || held[0].Local != "shortcut.lnk" {
		t.Errorf("held %v", held)
	}
	p, err = o.get(filepath.Join(dest, "under a new name"), "d")
	o.check(err)
	o.check(o.client.GetHeld(t.Context(), "Team", p.Held(), Moving{}, nil))
	o.has(dest, map[string]string{"fine": "f", "under a new name": "/", "under a new name/fine": "f", "under a new name/shortcut.lnk": "s"})
}

// However many files a PC sends that are held back, few are listed.
func TestT10ManyHeldBack(t *testing.T) {
	list := []stored{{path: "d", folder: true}}
	for n := range maxHeld + 500 {
		list = append(list, stored{path: "d/" + strings.Repeat("x", n%200) + numbered("x.lnk", n), content: "x"})
	}
	p, dest := NewProgress(), t.TempDir()
	if err := answering(streamOf(list...)).Get(within(t, 20_000_000_000), "docs", []string{"d"}, dest, Moving{}, p); err != nil {
		t.Fatal(err)
	}
	if len(p.Held()) != maxHeld || p.HeldCount() != maxHeld+500 {
		t.Errorf("%d listed, %d counted", len(p.Held()), p.HeldCount())
	}
	wantTree(t, dest, "d/")
}

// Who may only add can't lay traps; who may change the folder can do as they like in it.
func TestT10WhoMayOnlyAddCantPutTraps(t *testing.T) {
	for _, c := range []struct {
		who   string
		verbs []Verb
		fine  bool
	}{
		{"a drop box", []Verb{See, Add}, false},
		{"read and add", []Verb{See, Read, Add}, false},
		{"change", []Verb{See, Read, Add, Change}, true},
	} {
		t.Run(c.who, func(t *testing.T) {
			p := newPC(t, allow(c.verbs...))
			stream := streamOf(stored{path: "fine", content: "f"}, stored{path: "autorun.inf", content: "x"}, stored{path: "d", folder: true},
				stored{path: "d/a.lnk", content: strings.Repeat("x", 2*pieceSize)}, stored{path: "Startup", folder: true}, stored{path: "Startup/x", content: "x"}, stored{path: "d/fine", content: "f"})
			said := answered(t, p.server, httptest.NewRequest(http.MethodPost, "/v1/put/docs/", strings.NewReader(string(stream))))
			if refused := strings.Count(said, `"code":"invalid"`); !strings.Contains(said, "200 OK") || (refused == 4) == c.fine {
				t.Errorf("%d refused: %s", refused, said)
			}
			if c.fine {
				if n := len(tree(t, p.dir)); n != 7 {
					t.Errorf("there is %q", tree(t, p.dir))
				}
			} else {
				wantTree(t, p.dir, "d/", "d/fine=f", "fine=f")
			}
			err := p.Mkdir(within(t, 1e10), "docs", "autostart")
			if (err == nil) != c.fine || err != nil && code(err) != Invalid {
				t.Errorf("mkdir: %v", err)
			}
		})
	}
}
