package identity

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"testing"
)

// FuzzCertificate: whatever certificate the other side shows, the ID is that of an Ed25519 key in it, or there is none.
func FuzzCertificate(f *testing.F) {
	of25519 := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	ofP256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	for _, key := range []crypto.Signer{of25519, ofP256} {
		c, err := certificate(key, "a PC")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(c.Certificate[0])
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return
		}
		p, err := PeerOf(tls.ConnectionState{Version: tls.VersionTLS13, NegotiatedProtocol: ALPN, PeerCertificates: []*x509.Certificate{certificate}})
		key, ok := certificate.PublicKey.(ed25519.PublicKey)
		if ok != (err == nil) || ok && (p.ID != IDOf(key) || !ValidID(p.ID)) {
			t.Errorf("got %+v, %v", p, err)
		}
	})
}
