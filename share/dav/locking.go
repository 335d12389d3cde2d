package dav

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const supportedLock = `<D:lockentry xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>` +
	`<D:lockentry xmlns:D="DAV:"><D:lockscope><D:shared/></D:lockscope><D:locktype><D:write/></D:locktype></D:lockentry>`

// lock makes or refreshes a lock (RFC 4918 section 9.10). Of what isn't there it makes an empty file, which keeps the name.
func (c *call) lock() error {
	body, _, err := readXML(c.w, c.r)
	if err != nil {
		return err
	}
	timeout := lockTimeout(c.r.Header.Get("Timeout"))
	if body == nil {
		return c.refresh(timeout)
	}
	i, err := readLockInfo(body)
	depth := c.r.Header.Get("Depth")
	deep := depth == "" || strings.EqualFold(depth, "infinity")
	if err != nil || !deep && depth != "0" {
		return status(http.StatusBadRequest)
	}
	e, err := c.FS.Stat(c.r.Context(), c.p)
	made := err != nil && statusOf(err) == http.StatusNotFound
	switch {
	case made:
		if err := c.inFolder(c.p); err != nil {
			return err
		}
		err = c.unlocked(target{c.p, false, true})
	case err == nil:
		if err = c.matches(&e); err == nil {
			_, err = c.ifHeader()
		}
	}
	if err != nil {
		return err
	}
	k, err := c.h.locks.add(locked{
		key: c.key(c.p), who: c.Who, owner: i.owner, shared: i.shared, deep: deep && (made || e.Folder), timeout: timeout,
	}, c.now)
	if err != nil {
		return err
	}
	code := http.StatusOK
	if made {
		if err := c.makeEmpty(); err != nil {
			_ = c.h.locks.remove(k.key, k.who, k.token, c.now)
			return err
		}
		code = http.StatusCreated
	}
	c.w.Header().Set("Lock-Token", "<"+k.token+">")
	c.tellLocks(code, k)
	return nil
}

func (c *call) makeEmpty() error {
	d, err := c.FS.Create(c.r.Context(), c.p, 0, time.Time{})
	if err != nil {
		return err
	}
	defer d.Discard()
	return d.Commit(true)
}

// refresh puts off the end of the locks that the If header names (RFC 4918 section 9.10.2).
func (c *call) refresh(timeout time.Duration) error {
	have, err := c.ifHeader()
	if err != nil {
		return err
	}
	if len(have) == 0 {
		return status(http.StatusBadRequest)
	}
	done := c.h.locks.refresh(c.key(c.p), c.Who, have, timeout, c.now)
	if len(done) == 0 {
		return &precondition{http.StatusPreconditionFailed, "lock-token-matches-request-uri", ""}
	}
	c.tellLocks(http.StatusOK, done...)
	return nil
}

// unlock ends a lock (RFC 4918 section 9.11).
func (c *call) unlock() error {
	token, ok := strings.CutPrefix(strings.TrimSpace(c.r.Header.Get("Lock-Token")), "<")
	token, closed := strings.CutSuffix(token, ">")
	if !ok || !closed {
		return status(http.StatusBadRequest)
	}
	if err := c.h.locks.remove(c.key(c.p), c.Who, token, c.now); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// lockTimeout reads how long a lock is to live (RFC 4918 section 10.7): the first wish that is understood, within bounds.
func lockTimeout(h string) time.Duration {
	for wish := range strings.SplitSeq(h, ",") {
		wish = strings.TrimSpace(wish)
		if strings.EqualFold(wish, "Infinite") {
			return longestLock
		}
		s, ok := strings.CutPrefix(wish, "Second-")
		if n, err := strconv.ParseUint(s, 10, 32); ok && err == nil && n > 0 {
			return min(time.Duration(n)*time.Second, longestLock) // #nosec G115 -- 32 bits
		}
	}
	return usualLock
}

// tellLocks answers with locks.
func (c *call) tellLocks(code int, list ...locked) {
	c.w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	c.w.WriteHeader(code)
	text := xmlHead + `<D:prop xmlns:D="DAV:"><D:lockdiscovery>`
	for _, k := range list {
		text += activeLock(k, c)
	}
	_, _ = c.w.Write([]byte(text + `</D:lockdiscovery></D:prop>`))
}

// activeLock describes a lock (RFC 4918 section 14.1). Its token is for whoever has it alone: it is of no use to others, but
// what isn't known can't be tried.
func activeLock(k locked, c *call) string {
	scope, depth, token := "exclusive", "0", ""
	if k.shared {
		scope = "shared"
	}
	if k.deep {
		depth = "infinity"
	}
	if k.who == c.Who {
		token = `<D:locktoken><D:href>` + k.token + `</D:href></D:locktoken>`
	}
	owner := ""
	if k.owner != "" {
		owner = `<D:owner>` + k.owner + `</D:owner>`
	}
	left := max(k.expires.Sub(c.now), 0) / time.Second
	return fmt.Sprintf(`<D:activelock xmlns:D="DAV:"><D:locktype><D:write/></D:locktype><D:lockscope><D:%s/></D:lockscope><D:depth>%s</D:depth>`+
		`%s<D:timeout>Second-%d</D:timeout>%s<D:lockroot><D:href>%s</D:href></D:lockroot></D:activelock>`,
		scope, depth, owner, left, token, escape(href(k.key)))
}
