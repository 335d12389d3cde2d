package dav

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"lanyard/share"
)

// Limits of an If header.
const (
	maxIf         = 8 << 10 // bytes
	maxConditions = 200
)

// condition is one of an If header (RFC 4918 section 10.4): a token of a lock, or an entity tag.
type condition struct {
	not        bool
	token, tag string
}

// conditions are one list of an If header, all of which are to be true. on is the URL it is about; "" is the one asked for.
type conditions struct {
	on   string
	list []condition
}

// parseIf reads an If header. false means that it makes no sense.
func parseIf(s string) ([]conditions, bool) {
	if len(s) > maxIf {
		return nil, false
	}
	var all []conditions
	on, total, tagged := "", 0, false
	for s = skip(s); s != ""; s = skip(s) {
		switch {
		case s[0] == '<':
			var ok bool
			if on, s, ok = quoted(s, '>'); !ok || len(all) > 0 && !tagged {
				return nil, false
			}
			if s = skip(s); s == "" || s[0] != '(' {
				return nil, false
			}
			tagged = true
		case s[0] == '(':
			list, rest, ok := parseList(s[1:])
			if total += len(list); !ok || total > maxConditions {
				return nil, false
			}
			all, s = append(all, conditions{on, list}), rest
		default:
			return nil, false
		}
	}
	return all, len(all) > 0
}

// parseList reads one list, from behind its parenthesis.
func parseList(s string) (list []condition, rest string, ok bool) {
	for {
		s = skip(s)
		if strings.HasPrefix(s, ")") {
			return list, s[1:], len(list) > 0
		}
		var c condition
		if len(s) >= 3 && strings.EqualFold(s[:3], "Not") {
			c.not, s = true, skip(s[3:])
		}
		switch {
		case strings.HasPrefix(s, "<"):
			c.token, s, ok = quoted(s, '>')
		case strings.HasPrefix(s, "["):
			c.tag, s, ok = quoted(s, ']')
		default:
			ok = false
		}
		if !ok || len(list) >= maxConditions {
			return nil, "", false
		}
		list = append(list, c)
	}
}

// quoted cuts what stands between the first character and end, which is never empty.
func quoted(s string, end byte) (inner, rest string, ok bool) {
	at := strings.IndexByte(s, end)
	if at < 2 {
		return "", "", false
	}
	return s[1:at], s[at+1:], true
}

func skip(s string) string { return strings.TrimLeft(s, " \t") }

// tokens are all tokens of locks that a request comes with, wherever they stand in its If header.
func tokens(all []conditions) map[string]bool {
	set := map[string]bool{}
	for _, l := range all {
		for _, c := range l.list {
			if c.token != "" {
				set[c.token] = true
			}
		}
	}
	return set
}

// ifHeader reads the request's If header and evaluates it: at least one list must be true. It returns the tokens in it.
func (c *call) ifHeader() (map[string]bool, error) {
	raw := strings.Join(c.r.Header.Values("If"), " ")
	if raw == "" {
		return nil, nil
	}
	all, ok := parseIf(raw)
	if !ok {
		return nil, status(http.StatusBadRequest)
	}
	for _, l := range all {
		if c.holds(l) {
			return tokens(all), nil
		}
	}
	return nil, status(http.StatusPreconditionFailed)
}

// holds evaluates one list.
func (c *call) holds(l conditions) bool {
	p, here := c.p, true
	if l.on != "" {
		p, here = c.named(l.on)
	}
	tag, asked := "", false
	for _, q := range l.list {
		is := false
		switch {
		case !here:
		case q.token != "":
			for _, k := range c.h.locks.covering(c.key(p), c.now) {
				is = is || k.token == q.token
			}
		default:
			if !asked {
				tag, asked = c.tagAt(c.r.Context(), p), true
			}
			is = tag != "" && tag == q.tag
		}
		if is == q.not {
			return false
		}
	}
	return true
}

// named finds the path that a URL in an If header means; false where it is of no interest here.
func (c *call) named(raw string) (string, bool) {
	u, err := url.Parse(raw)
	if err != nil || u.Host != "" && !strings.EqualFold(u.Host, c.r.Host) {
		return "", false
	}
	p, err := c.inside(u.Path)
	return p, err == nil
}

// tagAt is the entity tag of what is at a path, or "".
func (c *call) tagAt(ctx context.Context, p string) string {
	e, err := c.FS.Stat(ctx, p)
	if err != nil {
		return ""
	}
	return etag(e)
}

// etag is the entity tag of a file; folders have none.
func etag(e share.Entry) string {
	if e.Folder {
		return ""
	}
	return e.Tag()
}

// matches evaluates the conditions of HTTP itself for a method that changes something (RFC 9110 section 13.1); e is what is
// there, or nil.
func (c *call) matches(e *share.Entry) error {
	failed := status(http.StatusPreconditionFailed)
	h := c.r.Header
	if want := h.Get("If-Match"); want != "" {
		if e == nil || !anyTag(want, etag(*e)) {
			return failed
		}
	} else if since, err := http.ParseTime(h.Get("If-Unmodified-Since")); err == nil && e != nil && e.Modified.Truncate(time.Second).After(since) {
		return failed
	}
	if unwanted := h.Get("If-None-Match"); unwanted != "" && e != nil && anyTag(unwanted, etag(*e)) {
		return failed
	}
	return nil
}

// anyTag tells whether a list of tags has one, or is *.
func anyTag(list, tag string) bool {
	if strings.TrimSpace(list) == "*" {
		return true
	}
	for t := range strings.SplitSeq(list, ",") {
		if t = strings.TrimSpace(t); t != "" && t == tag {
			return true
		}
	}
	return false
}

// target is what a method is about to change.
type target struct {
	p       string
	deep    bool // with all below it
	members bool // it comes or goes: the folder it is in changes too
}

// unlocked evaluates the If header, then wants for every lock that is in the way a token of the caller's own (RFC 4918
// section 7.5).
func (c *call) unlocked(targets ...target) error {
	have, err := c.ifHeader()
	if err != nil {
		return err
	}
	for _, t := range targets {
		key := c.key(t.p)
		groups := [][]locked{c.h.locks.covering(key, c.now)}
		if t.members && t.p != "" {
			groups = append(groups, c.h.locks.covering(c.key(parent(t.p)), c.now))
		}
		if t.deep {
			for _, k := range c.h.locks.below(key, c.now) {
				groups = append(groups, c.h.locks.covering(k.key, c.now))
			}
		}
		for _, g := range groups {
			if !c.holdsOne(g, have) {
				return &precondition{http.StatusLocked, "lock-token-submitted", href(g[0].key)}
			}
		}
	}
	return nil
}

// holdsOne tells whether a caller has one of several locks on the same thing; where there are several they are shared.
func (c *call) holdsOne(list []locked, have map[string]bool) bool {
	for _, k := range list {
		if have[k.token] && k.who == c.Who {
			return true
		}
	}
	return len(list) == 0
}
