// Package identity is who this PC is: an Ed25519 key, the peer ID that is its hash, and the TLS 1.3 settings that prove
// both ends of a connection. It decides nothing about what a proven peer may do.
package identity

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base32"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"

	"lanyard/app/node/home"
)

// ALPN is the protocol that PCs select among themselves (RFC 7301); only then is a client certificate asked for.
const ALPN = "lanyard/1"

// Files in the home.
const (
	keyFile   = "key.pem"
	guestFile = "guest.pem"
)

// IDLen is the length of a peer ID: 256 bits in base32.
const IDLen = 52

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// IDOf returns the peer ID of a public key: base32 of its SHA-256, 52 lower-case characters. With "lanyard-" before it
// it still fits a DNS label.
func IDOf(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return idEncoding.EncodeToString(sum[:])
}

// ValidID tells whether s has the form of a peer ID.
func ValidID(s string) bool {
	if len(s) != IDLen {
		return false
	}
	b, err := idEncoding.DecodeString(s)
	return err == nil && idEncoding.EncodeToString(b) == s
}

// Identity is this PC's own.
type Identity struct {
	ID    string
	Key   ed25519.PrivateKey
	peer  tls.Certificate // shown to PCs: Ed25519
	guest tls.Certificate // shown to everybody else: ECDSA P-256, since browsers and phones don't take Ed25519
}

// Public is the public half of the key.
func (i *Identity) Public() ed25519.PublicKey { return i.Key.Public().(ed25519.PublicKey) }

// Load reads the identity from a home and makes what is missing. A damaged key is set aside and replaced: the new
// identity is returned together with the *home.Damaged that says so.
func Load(d *home.Dir) (*Identity, error) {
	key, err := loadKey(d, keyFile, func() (crypto.Signer, error) {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	})
	var damaged *home.Damaged
	if err != nil && !errors.As(err, &damaged) {
		return nil, err
	}
	ed, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("load key %s: it is no Ed25519 key", d.Path(keyFile))
	}
	guest, gerr := loadKey(d, guestFile, func() (crypto.Signer, error) {
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	})
	if gerr != nil && !errors.As(gerr, &damaged) {
		return nil, gerr
	}
	i := &Identity{Key: ed, ID: IDOf(ed.Public().(ed25519.PublicKey))}
	if i.peer, gerr = certificate(ed, HostName(i.ID)); gerr != nil {
		return nil, gerr
	}
	if i.guest, gerr = certificate(guest, ShortHostName(i.ID), HostName(i.ID)); gerr != nil {
		return nil, gerr
	}
	return i, err
}

// Retire sets the key aside, so that the next Load makes a new identity.
func Retire(d *home.Dir) error {
	_, err := d.Keep(keyFile)
	return err
}

func loadKey(d *home.Dir, name string, generate func() (crypto.Signer, error)) (crypto.Signer, error) {
	data, ok, err := d.Read(name)
	if err != nil {
		return nil, fmt.Errorf("load key: %w", err)
	}
	var damaged error
	if ok {
		key, err := parseKey(data)
		if err == nil {
			return key, nil
		}
		damaged = d.SetAside(name, err)
		if !errors.As(damaged, new(*home.Damaged)) {
			return nil, damaged
		}
	}
	key, err := generate()
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	if err := d.Write(name, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})); err != nil {
		return nil, err
	}
	return key, damaged
}

func parseKey(data []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("no PEM block")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, errors.New("not a signing key")
	}
	return signer, nil
}

// certificate makes a self-signed one that says nothing but the key and names that are made of it. Clocks don't matter: it never begins and
// never ends (RFC 5280 4.1.2.5 names the last date).
func certificate(key crypto.Signer, names ...string) (tls.Certificate, error) {
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: names[0]},
		DNSNames:     names,
		NotBefore:    time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("make certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// HostName is the mDNS host name of the PC with an ID.
func HostName(id string) string { return "lanyard-" + id + ".local" }

// ShortHostName is another one, for programs of guests, not all of which take a name that long.
func ShortHostName(id string) string { return ShortHost(id) + ".local" }

// ShortHost is its first label. Its 80 bits of the hash keep it from being another PC's.
func ShortHost(id string) string { return "lanyard-" + id[:16] }
