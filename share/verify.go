package share

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"os"
)

// What one request to verify may ask for.
const (
	verifyFiles = 1000
	verifyBytes = 4 << 30 // so that an answer comes within minutes
)

// verifyRequest asks whether files are still what they were when they came.
type verifyRequest struct {
	Files []verifyFile `json:"files"`
}

type verifyFile struct {
	Path string `json:"path"` // below the shared folder
	Size int64  `json:"size"`
	Hash Hash   `json:"hash"`
}

// verifyAnswer has the files that differ, by their place in the request, and why.
type verifyAnswer struct {
	Bad map[int]*Error `json:"bad"`
}

// verify hashes files and tells which are not what they were.
func (s *Server) verify(f *folder, w http.ResponseWriter, r *http.Request) error {
	var q verifyRequest
	if err := readJSON(w, r, &q); err != nil {
		return err
	}
	if len(q.Files) > verifyFiles {
		return &Error{Code: Invalid, Text: "too many files at once"}
	}
	root, err := f.open()
	if err != nil {
		return err
	}
	answer := verifyAnswer{Bad: map[int]*Error{}}
	for n, v := range q.Files {
		at, err := seek(root, v.Path)
		if err != nil {
			return err
		}
		if err := check(r.Context(), at.root, at.at, v.Size, v.Hash); err != nil {
			answer.Bad[n] = asError(err, v.Path)
		}
		if err := r.Context().Err(); err != nil {
			return err
		}
	}
	writeJSON(w, http.StatusOK, answer)
	return nil
}

// check compares a file, by its path on the disk, with what it was.
func check(ctx context.Context, root *os.Root, at string, was int64, hash Hash) error {
	if info, _, err := look(root, rooted(at), nil); err != nil || info.IsDir() {
		return errNotFound
	}
	f, _, err := openFile(root, rooted(at))
	if errors.Is(err, fs.ErrNotExist) {
		return errNotFound
	}
	if err != nil {
		return err
	}
	defer f.Close()
	sum, size, err := hashOf(ctx, io.LimitReader(f, was+1))
	switch {
	case err != nil:
		return err
	case size != was || sum != hash:
		return &Error{Code: Damaged, Text: "its content is not what it was"}
	}
	return nil
}

// Verify has the other PC compare its files with what they were when they came. bad are those that differ, with Err telling
// why. Results of files that were not read, or are not there, are passed over.
func (c *Client) Verify(ctx context.Context, folder string, results []Result) (bad []Result, err error) {
	for len(results) > 0 {
		var q verifyRequest
		var of []Result
		size := int64(0)
		for len(results) > 0 && len(q.Files) < verifyFiles && (size == 0 || size+results[0].Size <= verifyBytes) {
			if r := results[0]; r.verifiable() {
				q.Files, of = append(q.Files, verifyFile{r.At, r.Size, r.Hash}), append(of, r)
				size += r.Size
			}
			results = results[1:]
		}
		if len(of) == 0 {
			continue
		}
		more, err := c.verify(ctx, folder, q, of)
		if bad = append(bad, more...); err != nil {
			return bad, err
		}
	}
	return bad, nil
}

// verifiable tells whether a file is there, and its hash known.
func (r Result) verifiable() bool {
	return (r.How == Sent || r.How == Known) && r.At != "" && r.Hash != Hash{}
}

func (c *Client) verify(ctx context.Context, folder string, q verifyRequest, of []Result) (bad []Result, err error) {
	answer, err := c.post(ctx, "verify", folder, q)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var a verifyAnswer
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxRequest)).Decode(&a); err != nil {
		return nil, fmt.Errorf("read the answer: %w", short(err))
	}
	for n, r := range of {
		if e := a.Bad[n]; e != nil {
			r.Err = e.heard()
			bad = append(bad, r)
		}
	}
	return bad, nil
}

// VerifyLocal compares files below dest with what they were when they came, and calls bad for those that differ, with why.
// Results of files that were not read, or are not there, are passed over.
func VerifyLocal(ctx context.Context, dest string, results iter.Seq[Result], bad func(r Result, why string)) error {
	root, err := os.OpenRoot(dest)
	if err != nil {
		return err
	}
	defer root.Close()
	for r := range results {
		if !r.verifiable() {
			continue
		}
		err := check(ctx, root, r.At, r.Size, r.Hash)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			r.Err = asError(err, r.At)
			bad(r, r.Err.Text)
		}
	}
	return nil
}
