//go:build linux

package control

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/node/gate"
)

// holding is a node with one file.
type holding struct {
	node.Service
	open func(ctx context.Context) (io.ReadCloser, error)
}

func (h holding) Open(ctx context.Context, _ node.Location) (io.ReadCloser, error) {
	return h.open(ctx)
}

// cut is a content that ends in an error.
type cut struct {
	io.Reader
	err error
}

func (c cut) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err == io.EOF {
		err = c.err
	}
	return n, err
}

// opened opens the file over a socket.
func opened(t *testing.T, open func(ctx context.Context) (io.ReadCloser, error)) (io.ReadCloser, error) {
	t.Helper()
	c, err := Dial(serveService(t, holding{open: open}, func(gate.Question) bool { return true }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c.Open(t.Context(), node.Location{PC: "front", Folder: "Plans", Path: "a"})
}

// A content that ends in an error is not a short one, wherever it ends, and says why.
func TestErrorsOfAContentCrossTheSocketWhole(t *testing.T) {
	trouble := &node.Error{Kind: node.Offline, Text: "front was lost", Hint: "it is found again\nby “itself”"}
	for _, size := range []int{0, 1, 5000, 1 << 20} {
		content := bytes.Repeat([]byte("x"), size)
		for _, end := range []error{io.EOF, trouble} {
			r, err := opened(t, func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(cut{bytes.NewReader(content), end}), nil
			})
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			r.Close()
			if end == io.EOF && (err != nil || !bytes.Equal(got, content)) {
				t.Errorf("%d bytes: %d came, %v", size, len(got), err)
			}
			if end == trouble && (node.KindOf(err) != node.Offline || err.Error() != trouble.Error()) {
				t.Errorf("%d bytes and an error: %v", size, err)
			}
		}
	}
	if _, err := opened(t, func(context.Context) (io.ReadCloser, error) { return nil, trouble }); err == nil || err.Error() != trouble.Error() {
		t.Errorf("one that can't be opened: %v", err)
	}
}

func TestAContentThatIsLeftEndsInTheNode(t *testing.T) {
	ended := make(chan struct{})
	r, err := opened(t, func(ctx context.Context) (io.ReadCloser, error) {
		pipe, w := io.Pipe()
		go func() {
			io.WriteString(w, strings.Repeat("x", 64<<10))
			<-ctx.Done()
			w.CloseWithError(ctx.Err())
			close(ended)
		}()
		return pipe, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(r, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	r.Close()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("the node still reads")
	}
}

// A content without its end is none, nor is one whose trailer makes no sense.
func TestAContentThatIsCut(t *testing.T) {
	for what, answer := range map[string]*http.Response{
		"no end":            {StatusCode: http.StatusOK, Body: io.NopCloser(cut{strings.NewReader("abc"), io.ErrUnexpectedEOF})},
		"a trailer of junk": {StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader("abc")), Trailer: http.Header{failureTrailer: {"{"}}},
	} {
		got, err := io.ReadAll(openFile{answer})
		if e := (*node.Error)(nil); !errors.As(err, &e) || string(got) != "abc" {
			t.Errorf("%s: %q, %v", what, got, err)
		}
	}
}
