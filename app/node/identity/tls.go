package identity

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
)

// ErrNotTheSame says that the other end is not the PC that was meant: its key does not have the wanted ID.
var ErrNotTheSame = errors.New("not the same PC: its key does not match its ID")

// Peer is another PC as TLS proved it.
type Peer struct {
	ID  string
	Key ed25519.PublicKey
}

// PeerOf returns the PC at the other end of a connection under ALPN lanyard/1.
func PeerOf(state tls.ConnectionState) (Peer, error) {
	if state.Version < tls.VersionTLS13 || state.NegotiatedProtocol != ALPN {
		return Peer{}, errors.New("read peer: not a lanyard/1 connection")
	}
	if len(state.PeerCertificates) != 1 {
		return Peer{}, errors.New("read peer: want one certificate")
	}
	key, ok := state.PeerCertificates[0].PublicKey.(ed25519.PublicKey)
	if !ok {
		return Peer{}, errors.New("read peer: want an Ed25519 key")
	}
	return Peer{ID: IDOf(key), Key: key}, nil
}

// ServerConfig returns the TLS settings of the one port: under lanyard/1 both sides show Ed25519 certificates, under
// anything else only the server shows one, and TLS 1.2 is taken too, since printers' clients and phones need it.
func (i *Identity) ServerConfig() *tls.Config {
	peer := &tls.Config{
		Certificates: []tls.Certificate{i.peer},
		MinVersion:   tls.VersionTLS13,
		NextProtos:   []string{ALPN},
		ClientAuth:   tls.RequireAnyClientCert,
		VerifyConnection: func(s tls.ConnectionState) error {
			_, err := PeerOf(s)
			return err
		},
		SessionTicketsDisabled: true, // every connection proves the key anew

		DynamicRecordSizingDisabled: true, // small first records are for far and slow networks
	}
	guest := &tls.Config{
		Certificates: []tls.Certificate{i.guest},
		MinVersion:   tls.VersionTLS12,
		NextProtos:   []string{"http/1.1"},

		DynamicRecordSizingDisabled: true,
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			if slices.Contains(hello.SupportedProtos, ALPN) {
				return peer, nil
			}
			return guest, nil
		},
	}
}

// ClientConfig returns the TLS settings for a connection to the PC with the ID want; with want "" any PC will do, and
// PeerOf tells which it was. The handshake fails with ErrNotTheSame when another key answers, before a byte of
// payload is sent.
func (i *Identity) ClientConfig(want string) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{i.peer},
		MinVersion:   tls.VersionTLS13,
		NextProtos:   []string{ALPN},

		DynamicRecordSizingDisabled: true,
		// The chain is not what is checked: the key is, below.
		InsecureSkipVerify: true, // #nosec G402 -- VerifyConnection checks the key itself
		VerifyConnection: func(s tls.ConnectionState) error {
			p, err := PeerOf(s)
			if err != nil {
				return err
			}
			if want != "" && p.ID != want {
				return fmt.Errorf("expected %s, met %s: %w", want, p.ID, ErrNotTheSame)
			}
			return selfSigned(s.PeerCertificates[0])
		},
	}
}

// selfSigned is a belt to TLS 1.3's braces: the handshake already proved possession of the key.
func selfSigned(c *x509.Certificate) error {
	return c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature)
}
