package share

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"

	"lanyard/share/bin"
)

// Limits of what another PC tells of a bin.
const (
	maxBinLine  = 64 << 10 // bytes of an item: two paths whose bytes may be escaped as six
	maxBinItems = 400_000
	maxID       = 64 // bytes
)

// Bin returns what this PC has replaced, removed and moved in a shared folder, latest first; its owner gets all of it.
func (c *Client) Bin(ctx context.Context, folder string) ([]BinItem, error) {
	answer, err := c.do(ctx, http.MethodGet, "/v1/bin/"+url.PathEscape(folder), nil)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	list, err := readBin(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("read the bin: %w", err)
	}
	slices.Reverse(list)
	return list, nil
}

// readBin reads a list of items to its end. What makes no sense is left out.
func readBin(r io.Reader) ([]BinItem, error) {
	list := []BinItem{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxBinLine)
	for range maxBinItems {
		if !lines.Scan() {
			return nil, cmp.Or(lines.Err(), io.ErrUnexpectedEOF)
		}
		var i BinItem
		if err := json.Unmarshal(lines.Bytes(), &i); err != nil {
			return nil, err
		}
		if i.ID == "" {
			return list, nil
		}
		known := slices.Contains([]string{bin.Removed, bin.Replaced, bin.Moved}, i.How)
		if known && max(len(i.ID), len(i.Action), len(i.Who)) <= maxID && CheckPath(i.Path) == nil && CheckPath(i.To) == nil {
			i.Size, i.Files = max(i.Size, 0), max(i.Files, 0)
			list = append(list, i)
		}
	}
	return nil, fmt.Errorf("more than %d items", maxBinItems)
}

// RestoreBin puts back what this PC has replaced, removed or moved.
func (c *Client) RestoreBin(ctx context.Context, folder string, q RestoreRequest) (Restored, error) {
	var r Restored
	b, err := json.Marshal(q)
	if err != nil {
		return r, err
	}
	answer, err := c.do(ctx, http.MethodPost, "/v1/bin/"+url.PathEscape(folder)+"/restore", bytes.NewReader(b))
	if err != nil {
		return r, err
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(&r); err != nil {
		return Restored{}, fmt.Errorf("read the answer: %w", err)
	}
	for n, x := range r.Renamed {
		r.Renamed[n] = Renamed{clean(cut(x.Path, maxPath)), clean(cut(x.As, maxPath))}
	}
	if r.Error != nil {
		r.Error = r.Error.heard()
	}
	return r, nil
}

// EmptyBin removes items of a bin for good, which its owner alone may do.
func (c *Client) EmptyBin(ctx context.Context, folder string, q RestoreRequest) error {
	b, err := json.Marshal(q)
	if err != nil {
		return err
	}
	answer, err := c.do(ctx, http.MethodDelete, "/v1/bin/"+url.PathEscape(folder), bytes.NewReader(b))
	if err != nil {
		return err
	}
	return answer.Body.Close()
}
