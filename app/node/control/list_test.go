//go:build linux

package control

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lanyard/app/node"
	"lanyard/app/node/gate"
)

// listing is a node whose folders hold what list shows.
type listing struct {
	node.Service
	list func(ctx context.Context, show func([]node.Entry) error) error
}

func (l listing) List(ctx context.Context, _ node.Location, show func([]node.Entry) error) error {
	return l.list(ctx, show)
}

// listed lists over a socket and returns the names that came.
func listed(t *testing.T, list func(ctx context.Context, show func([]node.Entry) error) error, each func(names []string) error) (names []string, err error) {
	t.Helper()
	c, err := Dial(serveService(t, listing{list: list}, func(gate.Question) bool { return true }))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	err = c.List(ctx, node.Location{PC: "front", Folder: "Plans"}, func(some []node.Entry) error {
		for _, e := range some {
			names = append(names, e.Name)
		}
		return each(names)
	})
	return names, err
}

func on([]string) error { return nil }

func TestFirstRowsCrossTheSocketBeforeTheLast(t *testing.T) {
	rest := make(chan struct{})
	names, err := listed(t, func(_ context.Context, show func([]node.Entry) error) error {
		if err := show([]node.Entry{{Name: "first"}}); err != nil {
			return err
		}
		<-rest
		return show([]node.Entry{{Name: "last", Folder: true}})
	}, func(names []string) error {
		if len(names) == 1 {
			close(rest)
		}
		return nil
	})
	if err != nil || !slices.Equal(names, []string{"first", "last"}) {
		t.Errorf("%q, %v", names, err)
	}
}

func TestAListThatIsLeftEndsInTheNode(t *testing.T) {
	ended, enough := make(chan struct{}), errors.New("enough")
	names, err := listed(t, func(ctx context.Context, show func([]node.Entry) error) error {
		defer close(ended)
		_ = show([]node.Entry{{Name: "first"}})
		<-ctx.Done()
		return ctx.Err()
	}, func([]string) error { return enough })
	if !errors.Is(err, enough) || len(names) != 1 {
		t.Errorf("%q, %v", names, err)
	}
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Error("the node still lists")
	}
}

func TestErrorsOfAListCrossTheSocketWhole(t *testing.T) {
	trouble := &node.Error{Kind: node.Offline, Text: "front was lost", Hint: "it is found again"}
	for _, rows := range []int{0, 1, 5000} {
		names, err := listed(t, func(_ context.Context, show func([]node.Entry) error) error {
			if rows > 0 {
				if err := show(make([]node.Entry, 0)); err != nil { // which is nothing
					return err
				}
			}
			var some []node.Entry
			for n := range rows {
				some = append(some, node.Entry{Name: fmt.Sprint("file ", n)})
			}
			if rows > 0 {
				if err := show(some); err != nil {
					return err
				}
			}
			return trouble
		}, on)
		if len(names) != rows || node.KindOf(err) != node.Offline || err.Error() != trouble.Error() {
			t.Errorf("%d rows: %d and %v", rows, len(names), err)
		}
	}
	names, err := listed(t, func(context.Context, func([]node.Entry) error) error { return nil }, on)
	if len(names) != 0 || err != nil {
		t.Errorf("an empty folder: %q, %v", names, err)
	}
}

// A list that was cut is none, though all its lines are good; nor is what an older Lanyard answers.
func TestAListThatIsCut(t *testing.T) {
	row := string(node.Entry{Name: "x"}.AppendJSON(nil))
	for _, body := range []string{"", row, row + row[:10], "[]\n", row + `{"name":false,"failure":7}` + "\n", strings.Repeat("x", 1<<17)} {
		c := &Client{&http.Client{Transport: answering{http.StatusOK, []byte(body)}}}
		if err := c.List(t.Context(), node.Location{}, func([]node.Entry) error { return nil }); node.KindOf(err) != node.Offline {
			t.Errorf("%.40q: %v", body, err)
		}
	}
}

// FuzzList: whatever the node at the other end says, a list ends, and only with its end is it whole.
func FuzzList(f *testing.F) {
	f.Add(true, []byte(`{"name":"a","size":1,"modified":"2024-01-02T03:04:05Z"}`+"\n{}\n"))
	f.Add(true, []byte(`{"name":false,"failure":{"kind":"offline","error":"gone"}}`+"\n"))
	f.Add(false, []byte(`{"kind":"offline","error":"gone"}`))
	f.Fuzz(func(t *testing.T, well bool, body []byte) {
		status := http.StatusOK
		if !well {
			status = http.StatusUnprocessableEntity
		}
		rows := 0
		c := &Client{&http.Client{Transport: answering{status, body}}}
		err := c.List(t.Context(), node.Location{}, func(some []node.Entry) error { rows += len(some); return nil })
		if err == nil && (!well || rows > strings.Count(string(body), "\n")) {
			t.Errorf("%d rows of %q", rows, body)
		}
	})
}
