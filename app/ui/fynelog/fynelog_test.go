package fynelog

import (
	"bytes"
	"errors"
	"io"
	"log"
	"log/slog"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
)

func TestWhereMessagesGo(t *testing.T) {
	if log.Writer() != io.Discard {
		t.Error("what is said before main isn't dropped")
	}
	t.Cleanup(Restore)
	for level, want := range map[slog.Level]string{slog.LevelInfo: "window refused other", slog.LevelDebug: "locale malformed window refused fynelog_test.go other"} {
		var said bytes.Buffer
		To(slog.New(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: level})))
		fyne.LogError("Error parsing user locale C", errors.New("malformed"))
		fyne.LogError("no window", errors.New("refused"))
		log.Print("other")
		for _, word := range strings.Fields("locale malformed window refused fynelog_test.go other") {
			if got := strings.Contains(said.String(), word); got != strings.Contains(want, word) {
				t.Errorf("at %v, %q is said: %v", level, word, got)
			}
		}
	}
}
