//go:build linux

package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lanyard/app/node/identity"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
	"lanyard/printing/printingtest"
)

// A PC without Lanyard finds the printer that is open to guests and prints on it, by what its system has for that; and so
// does a phone that comes later. When the printer is open no more it is gone from their lists.
func TestGuestsFindThePrinterAndPrint(t *testing.T) {
	printingtest.Need(t, "/usr/bin/ippfind", "/usr/bin/driverless", "/usr/bin/gs")
	cups := printingtest.NewCUPS(t)
	cups.AddUSBQueue("Laser", printingtest.Direct)
	t.Setenv("CUPS_SERVER", cups.Socket)
	lan := discoverytest.NewLAN(t)
	front := officetest.New(t, lan.Join("front"))
	visitor, phone := lan.Join("visitor"), lan.Join("phone")
	front.PC.RunAvahi() // Lanyard answers beside it
	visitor.RunAvahi()
	found := visitor.Browse("_universal._sub._ipp._tcp")
	const shown = `;Laser\032\064\032front;`
	front.Must("printer", "share", "Laser")
	front.Must("printer", "share", "Laser", "--guests")
	host := identity.ShortHostName(state(front).Self.ID)
	txt := found.Has("=;", "IPv4", shown, ";"+host+";"+front.PC.Addr().String()+";4720;")
	for _, want := range []string{`"rp=ipp/print/Laser"`, `"ty=HP LaserJet Lab"`, `"note=Room 1"`, "image/urf", `"adminurl=http://` + host + `:4720/ipp/print/Laser"`} {
		if !strings.Contains(txt, want) {
			t.Errorf("it is announced without %s: %s", want, txt)
		}
	}

	theirs := printingtest.NewCUPS(t, printingtest.Command(anchored(t, visitor)), printingtest.Discovering)
	var looking sync.WaitGroup
	for command, want := range map[string]string{
		// One of the two ways, as a rule: CUPS takes the name that is only kept where that is all it has heard of for half a second.
		"lpinfo -v --include-schemes dnssd": "dnssd://Laser%20%40%20front._",
		"lpstat -e":                         "Laser_front",
		"ippfind -T 1":                      "ipp://" + host + ":4720/ipp/print/Laser",
		"driverless":                        "ipps://Laser%20%40%20front._ipps._tcp.local/",
	} {
		looking.Go(func() {
			args := strings.Fields(command)
			if out, err := theirs.Try(args[0], args[1:]...); err != nil || !strings.Contains(out, want) {
				t.Errorf("%s: %v: %s", command, err, out)
			}
		})
	}
	looking.Wait()
	file := document(t, "visit.pdf")
	printed := 0
	prints := func(how string, want func(printingtest.Printed) bool) {
		t.Helper()
		printed++
		if got := cups.WaitPrinted(printed, 20*time.Second)[printed-1]; !want(got) {
			t.Errorf("%s: what arrived is %+v", how, got)
		}
	}
	isPDF := func(p printingtest.Printed) bool { return strings.HasPrefix(officetest.Content(t, p.File), "%PDF") }
	// CUPS makes a queue for the moment.
	theirs.Run("lp", "-d", "Laser_front", "-n", "2", "-o", "sides=two-sided-long-edge", file)
	prints("lp", func(p printingtest.Printed) bool {
		return isPDF(p) && p.Copies == 2 && p.Options["sides"] == "two-sided-long-edge"
	})

	// The phone comes when the announcements are long over: it has to ask.
	phone.RunAvahi()
	late := phone.Browse("_universal._sub._ipps._tcp")
	late.Has("=;", "IPv4", shown, host)
	for _, kind := range []string{"urf", "pwg"} {
		for _, way := range []string{"ipp", "ipps", "ipp -E"} { // the last one begins in plain and goes on in TLS
			raster := rasterOf(t, kind)
			scheme, upgrade, _ := strings.Cut(way, " ")
			args := append(strings.Fields(upgrade), "-tf", raster, scheme+"://"+host+":4720/ipp/print/Laser", "/usr/share/cups/ipptool/print-job.test")
			out, err := phone.Command(t.Context(), "ipptool", args...).CombinedOutput()
			if err != nil {
				t.Errorf("%s over %s: %v\n%s", kind, way, err, out)
				continue
			}
			prints(kind+" over "+way, func(p printingtest.Printed) bool {
				return kind == "urf" && isPDF(p) || officetest.Content(t, p.File) == officetest.Content(t, raster)
			})
		}
	}
	get := func(url string) string {
		out, _ := phone.Command(t.Context(), "curl", "-sk", "-o", "/dev/null", "-w", "%{http_code} %{content_type}", url).Output()
		return string(out)
	}
	for url, want := range map[string]string{
		"http://" + host + ":4720/ipp/print/Laser": "200 text/html", "https://" + host + ":4720/ipp/print/Laser": "200 text/html",
		"http://" + host + ":4720/ipp/print/Laser/icon.png": "200 image/png", "http://" + host + ":4720/ipp/print/Print-to-folder": "404",
	} {
		if got := get(url); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", url, got, want)
		}
	}

	gone := func() {
		t.Helper()
		found.Has("-;", "IPv4", shown)
		late.Has("-;", "IPv4", shown)
	}
	front.Must("printer", "share", "Laser") // to guests no more
	gone()
	for _, scheme := range []string{"ipp", "ipps"} {
		out, err := phone.Command(t.Context(), "ipptool", "-tT", "1", "-f", file, scheme+"://"+host+":4720/ipp/print/Laser", "/usr/share/cups/ipptool/print-job.test").CombinedOutput()
		if err == nil {
			t.Errorf("a guest still prints over %s:\n%s", scheme, out)
		}
	}
	if got := get("https://" + host + ":4720/ipp/print/Laser"); !strings.HasPrefix(got, "404") {
		t.Errorf("who may not print there sees a page: %s", got)
	}
	for _, off := range [][2]string{{"printers", "false"}, {"quiet", "on"}} {
		front.Must("printer", "share", "Laser", "--guests")
		found.Has("=;", "IPv4", shown)
		late.Has("=;", "IPv4", shown)
		before := front.Must("config", "get", off[0])
		front.Must("config", "set", off[0], off[1])
		gone()
		front.Must("config", "set", off[0], strings.TrimSpace(before))
	}
	if n := len(cups.Printed()); n != printed {
		t.Errorf("%d documents came out, want %d", n, printed)
	}
}

// anchored runs programs in all spaces of a PC.
func anchored(t *testing.T, pc *discoverytest.PC) func(name string, args ...string) *exec.Cmd {
	t.Helper()
	anchor := pc.Command(context.Background(), "sleep", "infinity")
	if err := anchor.Start(); err != nil {
		t.Fatal(err)
	}
	pid := strconv.Itoa(anchor.Process.Pid)
	return func(name string, args ...string) *exec.Cmd {
		return exec.Command("nsenter", append([]string{"-t", pid, "-n", "-m", "-u", "--", name}, args...)...)
	}
}

// rasterOf is a page as phones send it: Apple raster (urf) or PWG raster (pwg).
func rasterOf(t *testing.T, kind string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page."+kind)
	device := map[string]string{"urf": "appleraster", "pwg": "pwgraster"}[kind]
	gs := exec.Command("gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE="+device, "-r150", "-o", file, "-")
	gs.Stdin = strings.NewReader("%!PS\n100 100 200 200 rectfill showpage\n")
	if out, err := gs.CombinedOutput(); err != nil {
		t.Fatalf("gs: %v\n%s", err, out)
	}
	if data, err := os.ReadFile(file); err != nil || !bytes.HasPrefix(data, []byte(map[string]string{"urf": "UNIRAST", "pwg": "RaS2"}[kind])) {
		t.Fatalf("gs made no %s: %v", kind, err)
	}
	return file
}
