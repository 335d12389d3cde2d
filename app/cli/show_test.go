package cli

import (
	"encoding/json"
	"strings"
	"testing"

	"lanyard/app/node"
)

// Scripts read this PC's own fields and what is wrong from one document, in which there is a list even if nothing is.
func TestStatusIsOneJSONDocument(t *testing.T) {
	for want, problems := range map[string][]string{`"problems":[]`: nil, `"problems":["the disk of Plans is full"]`: {"the disk of Plans is full"}} {
		got, err := json.Marshal(statusOf(&node.State{Self: node.Self{Name: "desk", Port: 4720}, Problems: problems}))
		if err != nil || !strings.Contains(string(got), want) || !strings.HasPrefix(string(got), `{"id":"","name":"desk",`) || !strings.Contains(string(got), `"port":4720,`) {
			t.Errorf("%s (%v), want %s", got, err, want)
		}
	}
}

// What the help of put says of a target that isn't there is what happens: see TestPutMakesTheFolderItNames of the node.
func TestTheHelpOfPutTellsThatItsTargetIsAFolder(t *testing.T) {
	put, _, err := (&command{}).root().Find([]string{"put"})
	if err != nil || !strings.Contains(put.Long, "PATH is a folder") || !strings.Contains(put.Long, "keeps its own name") {
		t.Errorf("%q, %v", put.Long, err)
	}
}
