package node

import (
	"errors"
	"fmt"
	"path/filepath"

	"lanyard/app/node/autostart"
	"lanyard/app/node/home"
)

// loginKey is the setting whose truth the system has: somebody may have taken away what starts Lanyard.
var loginKey = setting{"login", "start when you log in, with the window hidden; without a window, as a service of the user (systemd's `loginctl enable-linger` starts that with the PC): on, off",
	func(n *Node, _ *settings) string {
		on, err := n.autostart().On()
		if err != nil {
			n.log.Warn("it can't be told whether Lanyard starts at login", "err", err)
		}
		return map[bool]string{false: "off", true: "on"}[on]
	},
	func(n *Node, _ *settings, v string) error {
		if v != "on" && v != "off" {
			return errors.New("want on or off")
		}
		if err := n.autostart().Set(v == "on"); err != nil {
			return fmt.Errorf("change what starts at login: %w", err)
		}
		return nil
	}}

// autostart is this program, on this home.
func (n *Node) autostart() autostart.Entry {
	e := autostart.Entry{Home: n.home.Path(), Window: n.o.Show != nil}
	if usual, err := home.DefaultPath(); err == nil && filepath.Clean(usual) == e.Home {
		e.Home = ""
	}
	return e
}
