package node

// giveWay lowers the priority of what serves and moves files, so that the owner's own work isn't slowed. It is called again
// and again while anything moves: there may be new threads.
func (n *Node) giveWay() {
	n.mu.Lock()
	polite := !n.settings.FullSpeed
	n.mu.Unlock()
	if polite {
		n.setPolite(true)
	}
}

// setPolite makes it so, or not. What the system doesn't allow is no reason not to serve.
func (n *Node) setPolite(on bool) {
	set := n.self.TakeBack
	if on {
		set = n.self.GiveWay
	}
	if err := set(); err != nil {
		n.impolite.Do(func() { n.log.Info("the priority stays as it is until a restart", "err", err) })
	}
}
