package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const threats = 44 // attacks on programs like this one that are known, numbered from 1

// Each known attack has a test that carries its number, or a line in the README that says why there is none.
func TestEveryThreatHasATestOrAReason(t *testing.T) {
	tested, reasons := map[int]bool{}, map[int]bool{}
	name, number := regexp.MustCompile(`(?m)^func Test((?:T[0-9]{2})+)\w*\(t \*testing\.T\)`), regexp.MustCompile(`[0-9]{2}`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range name.FindAllStringSubmatch(string(text), -1) {
			for _, n := range number.FindAllString(m[1], -1) {
				i, _ := strconv.Atoi(n)
				tested[i] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^- T([0-9]{2}), .+: .+`).FindAllStringSubmatch(string(readme), -1) {
		i, _ := strconv.Atoi(m[1])
		reasons[i] = true
	}
	for i := 1; i <= threats; i++ {
		if tested[i] == reasons[i] {
			t.Errorf("T%02d: has a test: %v, has a reason for none in the README: %v", i, tested[i], reasons[i])
		}
	}
}
