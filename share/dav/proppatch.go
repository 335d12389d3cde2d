package dav

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// microsoft is the namespace of what Windows notes with files: times, which file systems have themselves, and attributes.
const microsoft = "urn:schemas-microsoft-com:"

// How a property is taken.
type taking int

const (
	protected taking = iota // it is not for others to set
	noted                   // as a dead property
	date                    // as the time of the last change
	ignored                 // with a yes, and not at all: Explorer fails a copy else
)

func takingOf(c propChange) taking {
	switch {
	case c.Space == davNS && c.Local == "getlastmodified" && !c.remove,
		c.Space == microsoft && c.Local == "Win32LastModifiedTime" && !c.remove:
		return date
	case c.Space == microsoft && strings.HasPrefix(c.Local, "Win32"):
		return ignored
	case c.Space == davNS && (c.Local == "displayname" || live[c.Local]):
		return protected
	}
	return noted
}

// live are the properties in DAV: that tell how things are.
var live = map[string]bool{
	"creationdate": true, "getcontentlanguage": true, "getcontentlength": true, "getcontenttype": true, "getetag": true,
	"getlastmodified": true, "lockdiscovery": true, "resourcetype": true, "supportedlock": true,
	"quota-available-bytes": true, "quota-used-bytes": true,
}

// proppatch changes properties, all or none (RFC 4918 section 9.2).
func (c *call) proppatch() error {
	body, _, err := readXML(c.w, c.r)
	if err != nil {
		return err
	}
	changes, err := readPropertyUpdate(body)
	if err != nil {
		return status(http.StatusBadRequest)
	}
	if _, err := c.FS.Stat(c.r.Context(), c.p); err != nil {
		return err
	}
	if err := c.unlocked(target{c.p, false, false}); err != nil {
		return err
	}
	results := make([]int, len(changes))
	failed, err := c.applyProps(changes, results)
	if err != nil && !failed {
		return err
	}
	c.tellProps(changes, results)
	return nil
}

// applyProps changes properties, and notes the status of each. failed says that results tell the error.
func (c *call) applyProps(changes []propChange, results []int) (failed bool, err error) {
	var dead []propChange
	var when time.Time
	for n, p := range changes {
		results[n] = http.StatusFailedDependency
		switch takingOf(p) {
		case protected:
			results[n], failed = http.StatusForbidden, true
		case date:
			at, err := http.ParseTime(strings.TrimSpace(p.text))
			if err != nil {
				results[n], failed = http.StatusConflict, true
			}
			when = at
		case noted:
			dead = append(dead, p)
		}
	}
	if failed {
		return true, nil
	}
	if !when.IsZero() && c.p != "" {
		err = c.FS.Chtimes(c.r.Context(), c.p, when)
	}
	if err == nil && len(dead) > 0 {
		err = c.h.o.Properties.change(c.key(c.p), dead)
	}
	code := http.StatusOK
	var full status
	if errors.As(err, &full) {
		code, failed = int(full), true
	}
	for n := range results {
		results[n] = code
	}
	return failed, err
}

// tellProps answers with what became of each property.
func (c *call) tellProps(changes []propChange, results []int) {
	byCode := map[int]string{}
	for n, p := range changes {
		byCode[results[n]] += fmt.Sprintf(`<%[1]s xmlns="%[2]s"/>`, p.Local, escape(p.Space))
	}
	var b strings.Builder
	b.WriteString(xmlHead + `<D:multistatus xmlns:D="DAV:"><D:response><D:href>` + escape(href(c.key(c.p))) + `</D:href>`)
	for _, code := range []int{http.StatusOK, http.StatusForbidden, http.StatusConflict, http.StatusFailedDependency, http.StatusInsufficientStorage} {
		if byCode[code] != "" {
			fmt.Fprintf(&b, `<D:propstat><D:prop>%s</D:prop><D:status>HTTP/1.1 %d %s</D:status></D:propstat>`, byCode[code], code, http.StatusText(code))
		}
	}
	b.WriteString(`</D:response></D:multistatus>`)
	c.w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	c.w.WriteHeader(http.StatusMultiStatus)
	_, _ = c.w.Write([]byte(b.String()))
}
