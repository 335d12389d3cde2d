package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"time"
)

// Ports of the servers, in networks where nothing else is.
const (
	rsyncPort  = 8730
	nginxPort  = 8731
	sambaPort  = 8732
	rclonePort = 8733
	iperfPort  = 8734
)

// kinds are the programs to compare with. Each is started in some network, where others reach it from another one.
var kinds = []struct {
	name  string
	needs []string
	start func(b *bench, ctx context.Context, server place) (*peer, error)
}{
	{"nginx, curl", []string{"nginx", "curl"}, (*bench).startNginx},
	{"rsync daemon", []string{"rsync"}, (*bench).startRsync},
	{"Samba, smbclient", []string{"smbd", "smbclient"}, (*bench).startSamba},
	{"rclone WebDAV", []string{"rclone"}, (*bench).startRclone},
}

// others starts those of the programs that are installed and wanted.
func (b *bench) others(ctx context.Context, server, client place, names ...string) ([]*peer, error) {
	var list []*peer
	for _, k := range kinds {
		wanted := b.wants(k.name) && strings.Contains(strings.Join(names, "; "), k.name)
		if !wanted {
			continue
		}
		if missing := have(k.needs...); len(missing) > 0 {
			b.leave("%s (not installed: %s)", k.name, strings.Join(missing, ", "))
			continue
		}
		p := b.running[k.name+" "+server.name]
		if p == nil {
			var err error
			if p, err = k.start(b, ctx, server); err != nil {
				return nil, err
			}
			p.name = k.name
			p.in(client)
			b.running[k.name+" "+server.name] = p
		}
		list = append(list, p)
	}
	return list, nil
}

// leave notes, once, what was left out.
func (b *bench) leave(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, l := range b.report.Left {
		if l == text {
			return
		}
	}
	b.report.Left = append(b.report.Left, text)
}

// conf writes a file of a server's and returns its path.
func (b *bench) conf(name, text string) (string, error) {
	at := filepath.Join(b.dir, "conf", name)
	return at, os.WriteFile(at, []byte(text), 0o600)
}

// listen starts a server and waits until its port is open.
func (b *bench) listen(ctx context.Context, name string, at place, port int, args ...string) (*child, error) {
	c, err := b.serve(name, at.command(args...)...)
	if err != nil {
		return nil, err
	}
	return c, c.ready(ctx, func() error {
		if at.pid == 0 {
			conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
			if err == nil {
				conn.Close()
			}
			return err
		}
		// Of another network only what the kernel says is seen from here.
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/tcp", at.pid))
		if six, _ := os.ReadFile(fmt.Sprintf("/proc/%d/net/tcp6", at.pid)); err == nil && !bytes.Contains(append(data, six...), fmt.Appendf(nil, ":%04X 0", port)) {
			err = fmt.Errorf("port %d is closed", port)
		}
		return err
	})
}

// startNginx serves by HTTP/1.1 over TLS 1.3, and takes PUT.
func (b *bench) startNginx(ctx context.Context, server place) (*peer, error) {
	cert, key, err := b.certificate()
	if err != nil {
		return nil, err
	}
	var temps strings.Builder
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&temps, "%s_temp_path %s;\n", kind, b.data("large", "in", ".nginx-"+kind)) // where the files go: to move them is cheap
	}
	file, err := b.conf("nginx", fmt.Sprintf(`daemon off; master_process off; error_log stderr; pid %s/conf/nginx.pid;
events {}
http {
	access_log off; sendfile on; client_max_body_size 0; %s
	server {
		listen %d ssl; ssl_certificate %s; ssl_certificate_key %s; ssl_protocols TLSv1.3;
		root %s; dav_methods PUT;
	}
}
`, b.dir, temps.String(), nginxPort, cert, key, b.data()))
	if err != nil {
		return nil, err
	}
	if out, err := exec.CommandContext(ctx, "nginx", "-t", "-e", "stderr", "-p", b.dir, "-c", file).CombinedOutput(); err != nil { // #nosec G204 -- files of this run
		return nil, fmt.Errorf("nginx: %s", out)
	}
	c, err := b.listen(ctx, "nginx", server, nginxPort, "nginx", "-e", "stderr", "-p", b.dir, "-c", file)
	base := fmt.Sprintf("https://%s:%d/", server.reach(), nginxPort)
	p := &peer{note: "TLS 1.3", servers: []*child{c}}
	p.get = func(from, to string) []string {
		return []string{"curl", "-sSfk", "--http1.1", "-o", filepath.Join(to, filepath.Base(from)), base + from}
	}
	p.put = func(from, to string) []string {
		return []string{"curl", "-sSfk", "--http1.1", "-T", from, base + to + "/" + filepath.Base(from)}
	}
	return p, err
}

// startRsync serves by rsync's own protocol, which isn't encrypted.
func (b *bench) startRsync(ctx context.Context, server place) (*peer, error) {
	file, err := b.conf("rsyncd", fmt.Sprintf("[data]\npath = %s\nuse chroot = no\nread only = no\nuid = %d\ngid = %d\n", b.data(), os.Getuid(), os.Getgid()))
	if err != nil {
		return nil, err
	}
	c, err := b.listen(ctx, "rsync", server, rsyncPort, "rsync", "--daemon", "--no-detach", "--config", file, "--port", fmt.Sprint(rsyncPort))
	base := fmt.Sprintf("rsync://%s:%d/data/", server.reach(), rsyncPort)
	return &peer{
		note: "not encrypted", servers: []*child{c},
		get: func(from, to string) []string { return []string{"rsync", "-a", base + from, to + "/"} },
		put: func(from, to string) []string { return []string{"rsync", "-a", from, base + to + "/"} },
	}, err
}

// startSamba serves by SMB 3, as Samba is set up by default: signed at most, not encrypted.
func (b *bench) startSamba(ctx context.Context, server place) (*peer, error) {
	me, err := user.Current()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(b.dir, "conf", "samba")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	var dirs strings.Builder
	for _, kind := range []string{"private dir", "lock directory", "state directory", "cache directory", "pid directory", "ncalrpc dir"} {
		fmt.Fprintf(&dirs, "%s = %s/%s\n", kind, dir, strings.ReplaceAll(kind, " ", "-"))
		if err := os.MkdirAll(filepath.Join(dir, strings.ReplaceAll(kind, " ", "-")), 0o755); err != nil { // #nosec G301 -- smbd wants it
			return nil, err
		}
	}
	file, err := b.conf("smb", fmt.Sprintf(`[global]
server role = standalone server
map to guest = Bad User
guest account = %[1]s
smb ports = %[2]d
load printers = no
disable spoolss = yes
log file = %[3]s/log
%[4]s
[data]
path = %[5]s
guest ok = yes
read only = no
force user = %[1]s
`, me.Username, sambaPort, dir, dirs.String(), b.data()))
	if err != nil {
		return nil, err
	}
	c, err := b.listen(ctx, "Samba", server, sambaPort, "smbd", "--foreground", "--no-process-group", "--configfile", file)
	does := func(in, here, what string) []string {
		return []string{
			"smbclient", "-s", file, "-N", "-p", fmt.Sprint(sambaPort), "//" + server.reach() + "/data",
			"-c", fmt.Sprintf(`cd "%s"; lcd "%s"; recurse; prompt; %s`, in, here, what),
		}
	}
	return &peer{
		note: "not encrypted", servers: []*child{c},
		get: func(from, to string) []string { return does(filepath.Dir(from), to, "mget "+filepath.Base(from)) },
		put: func(from, to string) []string { return does(to, filepath.Dir(from), "mput "+filepath.Base(from)) },
	}, err
}

// startRclone serves WebDAV over TLS.
func (b *bench) startRclone(ctx context.Context, server place) (*peer, error) {
	cert, key, err := b.certificate()
	if err != nil {
		return nil, err
	}
	none, err := b.conf("rclone", "")
	if err != nil {
		return nil, err
	}
	c, err := b.listen(ctx, "rclone", server, rclonePort, "rclone", "--config", none, "serve", "webdav", b.data(),
		"--addr", fmt.Sprintf(":%d", rclonePort), "--cert", cert, "--key", key)
	copies := func(from, to string) []string {
		return []string{
			"rclone", "--config", none, "--no-check-certificate", "--webdav-url", fmt.Sprintf("https://%s:%d", server.reach(), rclonePort),
			"copy", from, to,
		}
	}
	return &peer{
		note: "TLS", servers: []*child{c}, tenth: true,
		get: func(from, to string) []string { return copies(":webdav:"+from, to) },
		put: func(from, to string) []string { return copies(from, ":webdav:"+to) },
	}, err
}

// in has the commands run in a network.
func (p *peer) in(at place) {
	get, put := p.get, p.put
	p.get = func(from, to string) []string { return at.command(get(from, to)...) }
	p.put = func(from, to string) []string { return at.command(put(from, to)...) }
}

// copying is what the disk alone can do.
func (b *bench) copying() *peer {
	return &peer{
		name: "cp", note: "no network",
		get: func(from, to string) []string { return []string{"cp", "-r", b.data(from), to} },
	}
}

// certificate makes what a server by TLS needs, as files.
func (b *bench) certificate() (cert, key string, err error) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "bench"}, NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &k.PublicKey, k)
	if err != nil {
		return "", "", err
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		return "", "", err
	}
	cert, err = b.conf("cert", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	if err != nil {
		return "", "", err
	}
	key, err = b.conf("key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	return cert, key, err
}
