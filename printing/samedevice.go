package printing

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"lanyard/printing/ipp"
)

// device is what is known of the printer behind a queue, to tell whether two queues have the same one. What is not
// known is zero, and the same as nothing.
type device struct {
	port    int    // on loopback
	uuid    string // without urn:uuid:, in small letters
	serial  string
	service string // DNS-SD instance
}

// same tells whether two queues certainly have the same printer.
func (d device) same(other device) bool {
	return d.port != 0 && d.port == other.port || d.uuid != "" && d.uuid == other.uuid ||
		d.serial != "" && d.serial == other.serial || d.service != "" && d.service == other.service
}

// ippPort is the port of ipp: addresses that name none (RFC 3510 section 4).
const ippPort = 631

// deviceAt reads the address of a printer, a device-uri of CUPS. That is no address as others are: a space or a dot of
// the name of a DNS-SD service stands in the place of a host, escaped.
func deviceAt(uri string) (d device) {
	scheme, rest, _ := strings.Cut(uri, "://")
	where, query, _ := strings.Cut(rest, "?")
	host, _, _ := strings.Cut(where, "/")
	if values, err := url.ParseQuery(query); err == nil {
		d.uuid, d.serial = bareUUID(values.Get("uuid")), values.Get("serial")
	}
	if service, _, ok := strings.Cut(host, "._ipp"); ok {
		d.service, _ = url.PathUnescape(service)
		return d
	}
	if scheme != "ipp" && scheme != "ipps" && scheme != "http" && scheme != "https" {
		return d
	}
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), strconv.Itoa(ippPort)
	}
	if ip := net.ParseIP(name); name == "localhost" || ip != nil && ip.IsLoopback() {
		d.port, _ = strconv.Atoi(port)
	}
	return d
}

// deviceOf reads what a printer says of itself.
func deviceOf(attrs ipp.Attrs) device {
	d := device{uuid: bareUUID(attrs.String("printer-uuid")), service: attrs.String("printer-dns-sd-name")}
	for field := range strings.SplitSeq(attrs.String("printer-device-id"), ";") {
		switch key, value, _ := strings.Cut(field, ":"); strings.ToUpper(strings.TrimSpace(key)) {
		case "SN", "SERN", "SERIALNUMBER":
			d.serial = strings.TrimSpace(value)
		}
	}
	return d
}

func bareUUID(s string) string {
	return strings.TrimPrefix(strings.ToLower(s), "urn:uuid:")
}
