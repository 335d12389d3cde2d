package share

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"lanyard/share/bin"
)

// lacking skips a test loudly for want of something, and fails it where CI promises to have all.
func lacking(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("this test needs %s", what)
	}
	t.Skipf("SKIPPED: this test needs %s", what)
}

// allow is a gate that lets everybody do the verbs it is given.
func allow(verbs ...Verb) func(*http.Request, string, Verb) bool {
	return func(_ *http.Request, _ string, v Verb) bool {
		for _, a := range verbs {
			if v == a {
				return true
			}
		}
		return false
	}
}

var (
	everything = allow(See, Read, Add, Change)
	addOnly    = allow(See, Add)
)

// pc is one that shares the folder dir under the name "docs", as others reach it.
type pc struct {
	*Client
	dir    string
	server *Server
	http   *httptest.Server
}

// newPC starts a PC with an empty shared folder, behind TLS 1.3 on loopback.
func newPC(t testing.TB, gate func(*http.Request, string, Verb) bool) *pc {
	t.Helper()
	return newPCIn(t, gate, memory(t))
}

// memory makes a folder that no disk slows down, where the system has such.
func memory(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "lanyard-test")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func newPCIn(t testing.TB, gate func(*http.Request, string, Verb) bool, dir string) *pc {
	t.Helper()
	s := NewServer(Options{Allow: gate})
	if err := s.SetFolders([]Folder{{Name: "docs", Dir: dir}}); err != nil {
		t.Fatal(err)
	}
	h := httptest.NewUnstartedServer(s)
	h.TLS = &tls.Config{Certificates: []tls.Certificate{certificate(t)}, MinVersion: tls.VersionTLS13}
	h.Config.ErrorLog = log.New(io.Discard, "", 0)
	h.StartTLS()
	t.Cleanup(func() {
		h.CloseClientConnections()
		h.Close()
		s.Close()
	})
	return &pc{Client: &Client{HTTP: h.Client(), Base: h.URL}, dir: dir, server: s, http: h}
}

// certificate makes one with an Ed25519 key for loopback.
func certificate(t testing.TB) tls.Certificate {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "pc"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}
}

// within bounds a test's context.
func within(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

func write(t testing.TB, file, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

func read(t testing.TB, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// code is the code of an error, "" of none.
func code(err error) Code {
	var e *Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Code
	}
	return "no Error: " + err.Error()
}

// wantTree checks what is in a folder, but for bins: paths, folders with a slash at the end, files with "=" and what is in them.
func wantTree(t testing.TB, dir string, want ...string) {
	t.Helper()
	got := tree(t, dir)
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("in the folder is\n%s\nwant\n%s", g, w)
	}
}

func tree(t testing.TB, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		switch {
		case rel == ".":
		case d.IsDir() && d.Name() == bin.Name:
			return filepath.SkipDir
		case d.IsDir():
			list = append(list, rel+"/")
		case d.Type().IsRegular():
			list = append(list, rel+"="+read(t, p))
		default:
			list = append(list, rel+"?")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// noTemporaries checks that nothing unfinished is left.
func noTemporaries(t testing.TB, dirs ...string) {
	t.Helper()
	for _, dir := range dirs {
		for _, name := range tree(t, dir) {
			if strings.Contains(name, tempPrefix) {
				t.Errorf("left behind: %.200s", name)
			}
		}
	}
}

func emptyFiles(t testing.TB, dir string, n int) {
	t.Helper()
	for i := range n {
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("a file with number %d", i)))
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
}

// fill makes a file of noise.
func fill(t testing.TB, file string, size int) {
	t.Helper()
	noise := make([]byte, size)
	_, _ = mathrand.NewChaCha8([32]byte{}).Read(noise)
	write(t, file, string(noise))
}

// heapGrowth is about how much more was live on the heap while f ran than before, at the most, in bytes.
func heapGrowth(t testing.TB, f func()) int64 {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(10)) // so that little of what is counted is dead
	runtime.GC()
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	before, peak := sample[0].Value.Uint64(), uint64(0)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			metrics.Read(sample)
			peak = max(peak, sample[0].Value.Uint64())
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	f()
	close(stop)
	<-done
	return int64(peak) - int64(before)
}
