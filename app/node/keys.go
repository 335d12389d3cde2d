package node

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"lanyard/app/node/door"
	"lanyard/app/node/identity"
	"lanyard/app/node/limits"
	"lanyard/share"
)

// maxConnections bounds what can be set: descriptors.
const maxConnections = 100_000

// setting is one key of `lanyard config`.
type setting struct {
	key, help string
	get       func(*Node, *settings) string
	set       func(*Node, *settings, string) error
}

// The values of the setting quiet.
const (
	quietOff     = "off"
	quietStrange = "strange"
	quietOn      = "on"
)

// The services that can be switched off.
const (
	serviceFiles    = "files"
	servicePrinters = "printers"
	serviceGuests   = "guests"
	serviceSending  = "sending"
)

var settingKeys = []setting{
	{"name", "the name of this PC, as the others see it",
		func(_ *Node, s *settings) string { return s.Name },
		func(_ *Node, s *settings, v string) error { s.Name = v; return CheckPCName(v) }},
	{"port", "the TCP port; 0 is 4720, or any free one (after a restart)",
		func(_ *Node, s *settings) string { return strconv.Itoa(s.Port) },
		func(_ *Node, s *settings, v string) error { return setNumber(&s.Port, v, 65535) }},
	{"print-folder", "where the Print to folder printer puts documents",
		func(n *Node, s *settings) string { return n.printFolder(*s) },
		func(_ *Node, s *settings, v string) error {
			if !filepath.IsAbs(v) {
				return errors.New("the folder's path must be absolute")
			}
			s.PrintFolder = v
			return nil
		}},
	{"quiet", "announce neither the name of this PC nor that of its workgroup, nor printers to guests: off, strange (where no other PC of the workgroup is), on",
		func(_ *Node, s *settings) string { return s.quiet() },
		func(_ *Node, s *settings, v string) error {
			if !slices.Contains([]string{quietOff, quietStrange, quietOn}, v) {
				return errors.New("want off, strange or on")
			}
			s.Quiet = v
			return nil
		}},
	service(serviceFiles, "offer the shared folders of this PC"),
	service(servicePrinters, "offer the shared printers of this PC"),
	service(serviceGuests, "let guests in, by links and to the printers that are open to them"),
	service(serviceSending, "let PCs of the workgroup offer files and texts to the person at this one"),
	{"inbox", "the folder that files go to which people send; empty: Lanyard Inbox among the downloads",
		func(n *Node, s *settings) string { return n.inboxFolder(s) },
		func(_ *Node, s *settings, v string) error { return setInbox(s, v) }},
	{"always", "PCs from which everything that is sent is accepted, by names or IDs with commas between",
		func(n *Node, s *settings) string { return n.namePCs(s.Always) },
		func(n *Node, s *settings, v string) (err error) { s.Always, err = n.readPCs(v); return err }},
	{"only", "the PCs to connect to, by names or IDs with commas between; empty: all",
		func(n *Node, s *settings) string { return n.namePCs(s.Only) },
		func(n *Node, s *settings, v string) (err error) { s.Only, err = n.readPCs(v); return err }},
	{"avoid", "PCs to have nothing to do with, by names or IDs with commas between",
		func(n *Node, s *settings) string { return n.namePCs(s.Avoid) },
		func(n *Node, s *settings, v string) (err error) { s.Avoid, err = n.readPCs(v); return err }},
	{"interfaces", "the network interfaces to use, with commas between; empty: those of the local network, no VPN and no virtual one",
		func(_ *Node, s *settings) string { return strings.Join(s.Interfaces, ", ") },
		func(_ *Node, s *settings, v string) (err error) { s.Interfaces, err = readInterfaces(v); return err }},
	{"bin-days", "how many days what others replace and remove in shared folders can be had back; off: it is gone at once",
		func(_ *Node, s *settings) string { return showOff(s.BinDays, usualBinDays) },
		func(_ *Node, s *settings, v string) error { return setOff(&s.BinDays, v, maxBinDays) }},
	{"bin-share", "how many percent of its disk the bin of a shared folder may take up, before the oldest goes; off: there is no bin",
		func(_ *Node, s *settings) string { return showOff(s.BinShare, usualBinShare) },
		func(_ *Node, s *settings, v string) error { return setOff(&s.BinShare, v, 100) }},
	{"brake", "how many files one other PC may replace, rename and remove here in a minute before it is stopped and you are asked; off: any number",
		func(_ *Node, s *settings) string { return showOff(s.Brake, share.DefaultBrake) },
		func(_ *Node, s *settings, v string) error { return setOff(&s.Brake, v, maxBrake) }},
	{"connections", "how many connections may be open at once in all; 0: " + strconv.Itoa(door.DefaultTotal),
		func(_ *Node, s *settings) string { return strconv.Itoa(s.Connections) },
		func(_ *Node, s *settings, v string) error { return setNumber(&s.Connections, v, maxConnections) }},
	{"connections-per-pc", "how many connections may be open at once from one PC; 0: " + strconv.Itoa(door.DefaultPerPeer),
		func(_ *Node, s *settings) string { return strconv.Itoa(s.PerPC) },
		func(_ *Node, s *settings, v string) error { return setNumber(&s.PerPC, v, maxConnections) }},
	bandwidth("upload", "how fast this PC sends in all", func(r *limits.Rates) *limits.Rate { return &r.Up }),
	bandwidth("download", "how fast this PC receives in all", func(r *limits.Rates) *limits.Rate { return &r.Down }),
	bandwidth("upload-per-pc", "how fast this PC sends to one PC", func(r *limits.Rates) *limits.Rate { return &r.UpPerPC }),
	bandwidth("download-per-pc", "how fast this PC receives from one PC", func(r *limits.Rates) *limits.Rate { return &r.DownPerPC }),
	{"polite", "give way to the other programs on this PC, at the processor and at the disk: on, off (if the system wants it so, after a restart)",
		func(_ *Node, s *settings) string { return map[bool]string{false: "on", true: "off"}[s.FullSpeed] },
		func(_ *Node, s *settings, v string) error {
			if v != "on" && v != "off" {
				return errors.New("want on or off")
			}
			s.FullSpeed = v == "off"
			return nil
		}},
}

// allSettings are all keys of `lanyard config`.
func allSettings() []setting { return append(slices.Concat(settingKeys, faceKeys), loginKey) }

// bandwidth is a limit of bytes a second.
func bandwidth(name, help string, of func(*limits.Rates) *limits.Rate) setting {
	return setting{name, help + ", such as 10 MB/s or 500 kB/s; off: as fast as it goes",
		func(_ *Node, s *settings) string { return of(&s.Rates).String() },
		func(_ *Node, s *settings, v string) (err error) { *of(&s.Rates), err = limits.ParseRate(v); return err }}
}

// service is the switch of a service.
func service(name, help string) setting {
	return setting{name, help,
		func(_ *Node, s *settings) string { return strconv.FormatBool(!slices.Contains(s.Off, name)) },
		func(_ *Node, s *settings, v string) error {
			on, err := strconv.ParseBool(v)
			if err != nil {
				return errors.New("want true or false")
			}
			s.Off = slices.DeleteFunc(slices.Clone(s.Off), func(o string) bool { return o == name })
			if !on {
				s.Off = append(s.Off, name)
			}
			return nil
		}}
}

// showOff shows a number that can be off.
func showOff(n, usual int) string {
	switch {
	case n < 0:
		return "off"
	case n == 0:
		n = usual
	}
	return strconv.Itoa(n)
}

// setOff reads a number that can be off: that is -1.
func setOff(to *int, v string, most int) error {
	n, err := strconv.Atoi(v)
	switch {
	case v == "off" || v == "0":
		n = -1
	case err != nil || n < 0 || n > most:
		return fmt.Errorf("want a number from 1 to %d, or off", most)
	}
	*to = n
	return nil
}

func (s *settings) quiet() string {
	switch s.Quiet {
	case "", quietOff:
		return quietOff
	case quietStrange:
		return quietStrange
	}
	return quietOn // also what was written by hand and means nothing: rather say too little
}

func setNumber(to *int, v string, most int) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 || n > most {
		return fmt.Errorf("want a number from 0 to %d", most)
	}
	*to = n
	return nil
}

func splitList(v string) []string {
	var list []string
	for part := range strings.SplitSeq(v, ",") {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(list, part) {
			list = append(list, part)
		}
	}
	return list
}

// readInterfaces reads a list of interfaces that there are: a slip would leave this PC without a network.
func readInterfaces(v string) ([]string, error) {
	names := splitList(v)
	cards, err := net.Interfaces()
	if err != nil || len(names) == 0 {
		return nil, err
	}
	var all []string
	for _, c := range cards {
		all = append(all, c.Name)
	}
	for _, name := range names {
		if !slices.Contains(all, name) {
			return nil, fmt.Errorf("there is no interface %s; there are %s", name, strings.Join(all, ", "))
		}
	}
	return names, nil
}

// readPCs reads a list of names and IDs.
func (n *Node) readPCs(v string) ([]string, error) {
	var ids []string
	for _, pc := range splitList(v) {
		id, err := pc, error(nil)
		if !identity.ValidID(pc) {
			id, err = n.resolve(pc)
		}
		if err != nil {
			return nil, err
		}
		if id == n.id.ID {
			return nil, errors.New("this PC can't be in the list")
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// namePCs writes a list of PCs for people, so that readPCs can read it again.
func (n *Node) namePCs(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = n.nameOf(id)
		if back, err := n.resolve(names[i]); err != nil || back != id || strings.Contains(names[i], ",") {
			names[i] = id
		}
	}
	return strings.Join(names, ", ")
}

func findSetting(key string) (setting, error) {
	all := allSettings()
	keys := make([]string, len(all))
	for i, k := range all {
		if k.key == key {
			return k, nil
		}
		keys[i] = k.key
	}
	return setting{}, problem(Invalid, "settings are "+strings.Join(keys, ", "), "there is no setting %q", key)
}
