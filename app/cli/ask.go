package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// terminal tells whether a person can be asked: both sides of the talk are terminals.
func (c *command) terminal() bool { return isTerminal(c.In) && isTerminal(c.Err) }

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// asks puts a question; where nobody can be asked the answer is no.
func (c *command) asks(question string) bool {
	if c.json || !c.terminal() {
		return false
	}
	fmt.Fprintf(c.Err, "%s [y/N] ", question)
	answer, _ := readLine(c.In)
	return strings.EqualFold(answer, "y") || strings.EqualFold(answer, "yes")
}

const pinHelp = "- asks for it, or reads it from the input, so that it is in no list of processes"

// readPIN returns a PIN as it was given, or asks for it.
func (c *command) readPIN(given string) (string, error) {
	if given != "-" {
		return given, nil
	}
	if !c.terminal() {
		return readLine(c.In)
	}
	fmt.Fprint(c.Err, "PIN: ")
	defer fmt.Fprintln(c.Err)
	f, _ := c.In.(*os.File)
	b, err := term.ReadPassword(int(f.Fd()))
	return strings.TrimSpace(string(b)), err
}

// readLine reads one line that a person typed.
func readLine(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, 1<<10)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.TrimSpace(line), nil
}
