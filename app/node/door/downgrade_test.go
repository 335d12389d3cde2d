package door

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"lanyard/app/node/identity"
)

// oldHello is the first message of a client that knows nothing better than a version (RFC 6101 5.6.1.2).
func oldHello(version uint16) string {
	body := binary.BigEndian.AppendUint16(nil, version)
	body = append(body, make([]byte, 32)...)                           // random
	body = append(body, 0, 0, 6, 0, 0x0a, 0, 0x2f, 0, 0x35, 1, 0)      // no session, three suites, no compression
	message := append([]byte{1, 0, 0, byte(len(body))}, body...)       // ClientHello
	record := binary.BigEndian.AppendUint16([]byte{firstTLS}, version) // as a record
	return string(append(append(record, 0, byte(len(message))), message...))
}

// phoneKey is a certificate as a phone may have one: not with the key of a PC.
func phoneKey(t *testing.T) []tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}
}

func TestT18NothingOldOrPlainIsServed(t *testing.T) {
	mine := newIdentity(t).ClientConfig("")
	talk := func(config *tls.Config) func(net.Conn) net.Conn {
		config.InsecureSkipVerify = true
		return func(c net.Conn) net.Conn { return tls.Client(c, config) }
	}
	say := func(first string) func(net.Conn) net.Conn {
		return func(c net.Conn) net.Conn { io.WriteString(c, first); return c }
	}
	cases := []struct {
		name  string
		speak func(net.Conn) net.Conn
		guest string // what it gets where guests are welcome
	}{
		{"plain HTTP", say(""), ""},
		{"a line of plain text", say("HELLO v0\r\n"), ""},
		{"SSL 2", say("\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10\x01\x00\x80\x02\x00\x80\x03\x00\x80\x04\x00\x80\x05\x00\x80\x06\x00\x40\x07\x00\xc0" + strings.Repeat("a", 16)), ""},
		{"SSL 3", say(oldHello(0x0300)), ""},
		{"TLS 1.0 by hand", say(oldHello(0x0301)), ""},
		{"TLS 1.1 by hand", say(oldHello(0x0302)), ""},
		{"TLS 1.0", talk(&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}), ""},
		{"TLS 1.1", talk(&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}), ""},
		{"TLS 1.2 as a guest", talk(&tls.Config{MaxVersion: tls.VersionTLS12}), "guest true"},
		{"TLS 1.3 as a guest", talk(&tls.Config{}), "guest true"},
		{"lanyard/1 on TLS 1.2", talk(&tls.Config{MaxVersion: tls.VersionTLS12, NextProtos: []string{identity.ALPN}, Certificates: mine.Certificates}), ""},
		{"lanyard/1 without a key", talk(&tls.Config{NextProtos: []string{identity.ALPN}}), ""},
		{"lanyard/1 with a guest's key", talk(&tls.Config{NextProtos: []string{identity.ALPN}, Certificates: phoneKey(t)}), ""},
		{"lanyard/0", talk(&tls.Config{NextProtos: []string{"lanyard/0"}, Certificates: mine.Certificates}), ""},
		{"lanyard/2", talk(&tls.Config{NextProtos: []string{"lanyard/2"}, Certificates: mine.Certificates}), ""},
		{"h2", talk(&tls.Config{NextProtos: []string{"h2"}}), ""},
		{"a key, but no protocol", talk(&tls.Config{Certificates: mine.Certificates}), "guest true"},
		{"a key, but a guest's protocol", talk(&tls.Config{NextProtos: []string{"http/1.1"}, Certificates: mine.Certificates}), "guest true"},
	}
	for _, welcome := range []bool{false, true} {
		d := open(t, Options{Admit: func(c Caller) bool { return welcome || c.Peer != nil }})
		served := int32(0)
		for _, c := range cases {
			raw, err := net.Dial("tcp", d.addr)
			if err != nil {
				t.Fatal(err)
			}
			raw.SetDeadline(time.Now().Add(10 * time.Second))
			got, err := askAndLeave(c.speak(raw))
			want := ""
			if welcome {
				want = c.guest
			}
			if want != "" {
				served++
			}
			if want != "" && got != want || want == "" && (err == nil || strings.Contains(got, "HTTP/")) {
				t.Errorf("%s, guests welcome %v: got %q, %v; want %q", c.name, welcome, got, err, want)
			}
		}
		if n := d.asked.Load(); n != served {
			t.Errorf("guests welcome %v: %d requests were served, want %d", welcome, n, served)
		}
	}
}

func TestT18TheBetterProtocolIsTakenWhereBothAreOffered(t *testing.T) {
	d, me := open(t, Options{}), newIdentity(t)
	config := me.ClientConfig(d.id.ID)
	config.NextProtos = []string{"http/1.1", "lanyard/0", identity.ALPN}
	c, err := d.dialTLS("127.0.0.1", config)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := askAndLeave(c); got != me.ID {
		t.Errorf("the door saw %q, %v", got, err)
	}
}
