package dav

import (
	"crypto/md5"  // #nosec G501 -- a checksum against damage, as the client chose it
	"crypto/sha1" // #nosec G505 -- likewise
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"math"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"lanyard/share"
)

const (
	pieceSize = 128 << 10 // bytes of a file that go through at a time
	maxRanges = 16        // of a file in one request
)

// get serves a file, with ranges and conditions (RFC 9110 sections 13 and 14), as nothing that a browser would run.
func (c *call) get() error {
	e, err := c.FS.Stat(c.r.Context(), c.p)
	if err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	if e.Folder {
		h.Set("Content-Type", "text/plain; charset=utf-8")
		_, err := io.WriteString(c.w, "This is a folder for programs that know WebDAV: open this address in a file manager.\n")
		return err
	}
	f, err := c.FS.Open(c.r.Context(), c.p)
	if err != nil {
		return err
	}
	defer f.Close()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", disposition(path.Base(c.p)))
	h.Set("ETag", etag(e))
	r := c.r
	if strings.Count(r.Header.Get("Range"), ",") >= maxRanges {
		r = r.Clone(r.Context())
		r.Header.Del("Range") // the whole file is an answer too
	}
	http.ServeContent(c.w, r, "", e.Modified, f)
	return nil
}

func disposition(name string) string {
	if d := mime.FormatMediaType("attachment", map[string]string{"filename": name}); d != "" {
		return d
	}
	return "attachment"
}

// put takes a file. What comes short, or isn't what it was said to be, leaves what was there as it was.
func (c *call) put() error {
	h := c.r.Header
	if h.Get("Content-Range") != "" { // a part would be taken for the whole (RFC 9110 section 14.5)
		return status(http.StatusBadRequest)
	}
	if c.p == "" || strings.HasSuffix(c.r.URL.Path, "/") {
		return status(http.StatusMethodNotAllowed)
	}
	e, there, err := c.overwrites(c.p)
	switch {
	case err != nil:
		return err
	case there != nil && e.Folder:
		return status(http.StatusMethodNotAllowed)
	}
	if err := c.matches(there); err != nil {
		return err
	}
	if err := c.unlocked(target{c.p, false, there == nil}); err != nil {
		return err
	}
	d, err := c.FS.Create(c.r.Context(), c.p, expected(c.r), modified(h))
	if err != nil {
		return err
	}
	defer d.Discard()
	if err := c.take(d); err != nil {
		return err
	}
	if there != nil && (h.Get("If-Match") != "" || h.Get("If") != "") && c.tagAt(c.r.Context(), c.p) != etag(e) {
		return status(http.StatusPreconditionFailed) // it changed while this came
	}
	if err := d.Commit(h.Get("If-None-Match") != ""); err != nil {
		return err
	}
	if !modified(h).IsZero() {
		c.w.Header().Set("X-OC-MTime", "accepted")
	}
	if tag := c.tagAt(c.r.Context(), c.p); tag != "" {
		c.w.Header().Set("ETag", tag)
	}
	c.done(there != nil)
	return nil
}

// overwrites tells what is at a path where something is to go: nil where that is new, and its folder is there. Where it isn't
// new it takes the right to change.
func (c *call) overwrites(p string) (e share.Entry, there *share.Entry, err error) {
	e, err = c.FS.Stat(c.r.Context(), p)
	switch {
	case err == nil && !c.FS.May(p, share.Change):
		return e, nil, status(http.StatusForbidden)
	case err == nil:
		return e, &e, nil
	case statusOf(err) != http.StatusNotFound:
		return e, nil, err
	}
	return e, nil, c.inFolder(p)
}

func (c *call) done(replaced bool) {
	if replaced {
		c.w.WriteHeader(http.StatusNoContent)
		return
	}
	c.w.WriteHeader(http.StatusCreated)
}

// take writes the body into a draft, and checks it against whatever the client has told of it.
func (c *call) take(d Draft) error {
	sums, err := promised(c.r.Header)
	if err != nil {
		return err
	}
	writers := []io.Writer{d}
	for _, s := range sums {
		writers = append(writers, s.hash)
	}
	want, size := expected(c.r), int64(pieceSize)
	if want >= 0 {
		size = min(want, size-1) + 1 // most files are small
	}
	n, err := io.CopyBuffer(io.MultiWriter(writers...), onlyReader{c.r.Body}, make([]byte, size))
	var e *share.Error
	switch {
	case errors.As(err, &e):
		return err
	case err != nil || want >= 0 && n != want:
		return status(http.StatusBadRequest) // nobody may be there any more to read it
	}
	for _, s := range sums {
		if !s.matches() {
			return &share.Error{Code: share.Damaged, Text: "what arrived is not what was sent"}
		}
	}
	return nil
}

// onlyReader keeps io.CopyBuffer from a way of its own.
type onlyReader struct{ io.Reader }

// expected is how many bytes are to come; -1 where nobody said. macOS says it so where it sends in chunks.
func expected(r *http.Request) int64 {
	if r.ContentLength >= 0 {
		return r.ContentLength
	}
	if n, err := strconv.ParseInt(r.Header.Get("X-Expected-Entity-Length"), 10, 64); err == nil && n >= 0 {
		return n
	}
	return -1
}

// modified is the time that a file had where it comes from, as rclone and the clients of ownCloud and Nextcloud tell it:
// seconds since 1970, with a fraction or without.
func modified(h http.Header) time.Time {
	s, err := strconv.ParseFloat(h.Get("X-OC-Mtime"), 64)
	if err != nil || s <= 0 || s > math.MaxInt32*16 {
		return time.Time{}
	}
	whole, part := math.Modf(s)
	return time.Unix(int64(whole), int64(part*1e9))
}

// sum is a checksum that a client has promised, as text.
type sum struct {
	hash   hash.Hash
	want   string
	encode func([]byte) string
}

func (s sum) matches() bool { return strings.EqualFold(s.encode(s.hash.Sum(nil)), s.want) }

// promised reads the checksums of a request: OC-Checksum (ownCloud), Content-MD5 (RFC 1864), Content-Digest and Digest (RFC 9530,
// RFC 3230). Those of a kind that isn't known say nothing.
func promised(h http.Header) (all []sum, err error) {
	inHex, in64 := hex.EncodeToString, base64.StdEncoding.EncodeToString
	for _, name := range []string{"OC-Checksum", "X-OC-Checksum"} {
		for s := range strings.FieldsSeq(h.Get(name)) {
			kind, want, _ := strings.Cut(s, ":")
			if f := hashes[strings.ToLower(kind)]; f != nil {
				all = append(all, sum{f(), want, inHex})
			}
		}
	}
	if want := h.Get("Content-MD5"); want != "" {
		all = append(all, sum{md5.New(), want, in64}) // #nosec G401 -- see above
	}
	for _, name := range []string{"Content-Digest", "Digest"} {
		for s := range strings.SplitSeq(h.Get(name), ",") {
			kind, want, _ := strings.Cut(strings.TrimSpace(s), "=")
			if f := hashes[strings.ReplaceAll(strings.ToLower(kind), "-", "")]; f != nil {
				all = append(all, sum{f(), strings.Trim(want, ":"), in64})
			}
		}
	}
	if len(all) > maxSums {
		return nil, status(http.StatusBadRequest)
	}
	return all, nil
}

const maxSums = 4 // each costs a pass over the file

var hashes = map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha": sha1.New, "sha256": sha256.New}
