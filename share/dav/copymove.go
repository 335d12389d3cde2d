package dav

import (
	"net/http"
	"strings"

	"lanyard/share"
)

// journey is a COPY or MOVE that has been judged.
type journey struct {
	from, to share.Entry
	dest     string
	replaces bool
	shallow  bool // a folder without what is in it
}

// plan judges a COPY or MOVE (RFC 4918 sections 9.8 and 9.9).
func (c *call) plan(move bool) (*journey, error) {
	j := &journey{}
	var err error
	if j.dest, err = c.destination(); err != nil {
		return nil, err
	}
	over := strings.ToUpper(c.r.Header.Get("Overwrite"))
	depth := strings.ToLower(c.r.Header.Get("Depth"))
	if over != "" && over != "T" && over != "F" || depth != "" && depth != "infinity" && depth != "0" {
		return nil, status(http.StatusBadRequest)
	}
	if c.p == "" && move || j.dest == "" || within(j.dest, c.p) || within(c.p, j.dest) {
		return nil, status(http.StatusForbidden)
	}
	verb := share.Add
	if move {
		verb = share.Change
	}
	if !c.FS.May(j.dest, share.Read) || !c.FS.May(j.dest, verb) {
		return nil, status(http.StatusForbidden)
	}
	if j.from, err = c.FS.Stat(c.r.Context(), c.p); err != nil {
		return nil, err
	}
	if j.shallow = depth == "0" && j.from.Folder; j.shallow && move {
		return nil, status(http.StatusBadRequest)
	}
	if err := c.matches(&j.from); err != nil {
		return nil, err
	}
	to, there, err := c.overwrites(j.dest)
	if err != nil {
		return nil, err
	}
	if j.to, j.replaces = to, there != nil; j.replaces && over == "F" {
		return nil, status(http.StatusPreconditionFailed)
	}
	targets := []target{{j.dest, true, !j.replaces}}
	if move {
		targets = append(targets, target{c.p, true, true})
	}
	return j, c.unlocked(targets...)
}

// within tells whether p is at, or below, dir.
func within(p, dir string) bool { return p == dir || dir == "" || strings.HasPrefix(p, dir+"/") }

// copy copies a file or folder, with its dead properties.
func (c *call) copy() error {
	j, err := c.plan(false)
	if err != nil {
		return err
	}
	ctx := c.r.Context()
	switch {
	case !j.shallow:
		err = c.FS.Copy(ctx, c.p, j.dest, j.replaces)
	case j.replaces:
		if err = c.FS.Remove(ctx, j.dest); err == nil {
			err = c.FS.Mkdir(ctx, j.dest)
		}
	default:
		err = c.FS.Mkdir(ctx, j.dest)
	}
	if err != nil {
		return err
	}
	c.h.o.Properties.carry(c.key(c.p), c.key(j.dest), !j.shallow, true)
	c.done(j.replaces)
	return nil
}

// move moves a file or folder. Its dead properties go with it, its locks don't.
func (c *call) move() error {
	j, err := c.plan(true)
	if err != nil {
		return err
	}
	if err := c.FS.Move(c.r.Context(), c.p, j.dest, j.replaces); err != nil {
		return err
	}
	c.h.locks.forget(c.key(c.p))
	c.h.o.Properties.carry(c.key(c.p), c.key(j.dest), true, false)
	c.done(j.replaces)
	return nil
}
