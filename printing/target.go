package printing

import (
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"lanyard/printing/ipp"
)

// baseURI is the printer's URI as the client knows it: it may have come through a tunnel that this server knows
// nothing of, so that the target of the request itself is the best source. It only ever goes back to who sent it;
// which printer is meant, the HTTP path says, because that is what the gate was asked about.
func baseURI(r *http.Request, op ipp.Attrs, name string, secure bool) string {
	target := op.String("printer-uri")
	if target == "" {
		target = op.String("job-uri")
		target = target[:max(0, strings.LastIndexByte(target, '/'))]
	}
	scheme := map[string]string{"ipp": "ipp", "ipps": "ipps", "http": "ipp", "https": "ipps"}
	if u, err := url.Parse(target); err == nil && len(target) < 900 && u.Host != "" && scheme[u.Scheme] != "" && u.User == nil {
		return (&url.URL{Scheme: scheme[u.Scheme], Host: u.Host, Path: strings.TrimSuffix(u.Path, "/")}).String()
	}
	u := url.URL{Scheme: "ipp", Host: r.Host, Path: Root + name}
	if secure {
		u.Scheme = "ipps"
	}
	return u.String()
}

// webURI is the address of a page or picture of the printer.
func (r *request) webURI(path string) string {
	u, err := url.Parse(r.base)
	if err != nil {
		return "http://localhost/"
	}
	if u.Scheme == "ipps" {
		u.Scheme = "https"
	} else {
		u.Scheme = "http"
	}
	if u.Port() == "" { // the default port of ipp is not that of http
		u.Host = net.JoinHostPort(u.Hostname(), "631")
	}
	u.Path = path
	return u.String()
}

func (r *request) jobURI(id int) string { return r.base + "/" + strconv.Itoa(id) }
