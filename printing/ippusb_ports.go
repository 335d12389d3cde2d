package printing

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	// maxUSBStates bounds the printers that ipp-usb remembers and we read of, maxUSBState what it remembers of each.
	maxUSBStates, maxUSBState = 100, 4 << 10
)

// usbPort is a port at which a printer may be.
type usbPort struct {
	device // what ipp-usb knows of it
	socket uint64
}

// usbPorts returns the ports at which printers may be now.
func usbPorts(state string) map[int]usbPort {
	found := map[int]usbPort{}
	open := listening()
	add := func(d device) {
		if socket := open[d.port]; socket != 0 {
			if _, two := found[d.port]; two { // at different times: nobody knows which it is now
				d = device{port: d.port}
			}
			found[d.port] = usbPort{d, socket}
		}
	}
	files, _ := filepath.Glob(filepath.Join(state, "dev", "*.state")) // there is no error but of a bad pattern
	for _, file := range files[:min(len(files), maxUSBStates)] {
		if d, err := readUSBState(file); err == nil {
			add(d)
		}
	}
	for port := firstUSBPort; port <= lastUSBPort; port++ {
		if _, known := found[port]; !known {
			add(device{port: port})
		}
	}
	return found
}

func readUSBState(file string) (device, error) {
	f, err := os.Open(file) // #nosec G304 -- of ipp-usb, which is root's
	if err != nil {
		return device{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxUSBState))
	return parseUSBState(text), err
}

// parseUSBState reads what ipp-usb remembers of a printer: an INI file whose first line is a comment that ends in its
// serial number.
func parseUSBState(text []byte) (d device) {
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if comment, ok := strings.CutPrefix(line, ";"); ok && d.serial == "" {
			_, d.serial, _ = strings.Cut(comment, " serial=")
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		value = strings.TrimSpace(value)
		if quoted, err := strconv.Unquote(value); err == nil {
			value = quoted
		}
		switch strings.TrimSpace(key) {
		case "http-port":
			if n, err := strconv.Atoi(value); err == nil && n > 0 && n <= 0xffff {
				d.port = n
			}
		case "dns-sd-override":
			d.service = value
		}
	}
	return d
}
