package share

import (
	"fmt"
	"os"
)

// unmarked tells what is wrong with the mark of a file.
func unmarked(file string) string {
	got, err := os.ReadFile(file + ":Zone.Identifier")
	if err != nil || string(got) != zone {
		return fmt.Sprintf("its zone is %q, %v", got, err)
	}
	return ""
}
