package share

import (
	"fmt"
	"path/filepath"
	"testing"
)

// How much there is to put is told right, however much of it was sent or found to be there before all was counted.
func TestPutTellsHowMuchThereIs(t *testing.T) {
	p, from := newPC(t, everything), memory(t)
	large := write(t, filepath.Join(from, "large"), string(make([]byte, 8*pieceSize)))
	for n := range lookAhead + 1000 {
		write(t, filepath.Join(from, "many", fmt.Sprint(n)), "content")
	}
	for _, sources := range [][]string{{large, filepath.Join(from, "many")}, {large, from}} { // the second time large is there
		all := NewProgress()
		if err := p.Put(t.Context(), sources, "docs", "", Moving{}, all); err != nil {
			t.Fatal(err)
		}
		if all.Total() != all.Bytes() || all.Count() != all.Files() {
			t.Errorf("%d of %d bytes, %d of %d files", all.Bytes(), all.Total(), all.Files(), all.Count())
		}
	}
}
