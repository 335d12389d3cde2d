//go:build linux

package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/sys/unix"

	"lanyard/app/node/identity"
	"lanyard/app/officetest"
	"lanyard/discovery/discoverytest"
)

// In a strange network a PC that is to be quiet says nothing of whose it is: neither by itself nor when it is asked.
func TestT41AQuietPCTellsNoNames(t *testing.T) {
	lan := discoverytest.NewLAN(t)
	eve := newAttacker(t, lan.Join("eve"))
	wire := listenIn(t, eve.pc)
	front := officetest.New(t, lan.Join("Annas Notebook"), "USER=aschmidt", "LOGNAME=aschmidt", "HOME="+t.TempDir()+"/aschmidt")
	host := "annas-notebook" // what discoverytest makes of the name
	front.Must("workgroup", "create", "Kanzlei Schmidt")
	front.Shares("Mandanten", "change", map[string]string{"Scheidung Meier.txt": "x"})
	front.Must("printer", "share", "Print-to-folder", "--guests")
	private := []string{"Annas", "Notebook", host, "aschmidt", "Kanzlei", "Schmidt", "Mandanten", "Meier", "Print-to-folder", "Print to"}
	said := func(of []packet) (all []byte) {
		for _, p := range of {
			if p.protocol == unix.IPPROTO_UDP && p.from.Addr() != eve.pc.Addr() && p.from.Addr().WithZone("") != eve.pc.LinkLocal().WithZone("") {
				all = append(append(all, p.data...), '\n')
			}
		}
		return all
	}
	// What this test would notice.
	deadline := time.Now().Add(5 * time.Second)
	for !bytes.Contains(said(wire.heard()), []byte("n=Annas Notebook")) || !bytes.Contains(said(wire.heard()), []byte("Print to folder @ Annas Notebook")) {
		if time.Now().After(deadline) {
			t.Fatal("not even with quiet off the names are heard")
		}
		time.Sleep(20 * time.Millisecond)
	}

	front.Must("config", "set", "quiet", "on")
	if err := front.Cmd.Stop(); err != nil {
		t.Fatal(err)
	}
	before := len(wire.heard())
	front.Start()
	conn := eve.mdns()
	id := state(front).Self.ID
	for round := range 12 {
		for _, q := range []dns.Question{
			{Name: "_lanyard._tcp.local.", Qtype: dns.TypePTR}, {Name: "_services._dns-sd._udp.local.", Qtype: dns.TypePTR},
			{Name: id + "._lanyard._tcp.local.", Qtype: dns.TypeANY}, {Name: "lanyard-" + id + ".local.", Qtype: dns.TypeANY},
			{Name: host + ".local.", Qtype: dns.TypeANY}, {Name: "_device-info._tcp.local.", Qtype: dns.TypePTR}, {Name: "_ipp._tcp.local.", Qtype: dns.TypePTR},
			{Name: "_universal._sub._ipps._tcp.local.", Qtype: dns.TypePTR}, {Name: "_printer._tcp.local.", Qtype: dns.TypePTR},
			{Name: "Print to folder @ Annas Notebook._ipp._tcp.local.", Qtype: dns.TypeANY}, {Name: identity.ShortHostName(id) + ".", Qtype: dns.TypeANY},
		} {
			q.Qclass = dns.ClassINET
			m := dns.Msg{Question: []dns.Question{q}}
			says(conn, packed(&m))
		}
		if round == 3 { // who connects with a key is told no more
			eve.link(at(front), map[string]any{"hello": map[string]any{"name": "eve", "version": "1", "port": 4720}})
		}
		time.Sleep(250 * time.Millisecond)
	}
	heard := said(wire.heard()[before:])
	if !bytes.Contains(heard, []byte(id)) {
		t.Fatal("nothing of it was heard at all")
	}
	for _, word := range private {
		if bytes.Contains(bytes.ToLower(heard), bytes.ToLower([]byte(word))) {
			t.Errorf("%q was said to everybody", word)
		}
	}
	// Nor does its certificate, in any door.
	for name, config := range doors(eve) {
		if config == nil {
			continue
		}
		c, err := eve.dial(at(front), config)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, cert := range peerCertificates(c) {
			for _, word := range private {
				if bytes.Contains(bytes.ToLower(cert), bytes.ToLower([]byte(word))) {
					t.Errorf("%s: %q stands in the certificate", name, word)
				}
			}
		}
		c.Close()
	}
}
