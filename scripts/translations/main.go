// Command translations keeps the files in assets/translations in step with the texts of the program: en.json gets every
// text for people, the other languages lose those that are gone, and what they lack is told. It translates nothing.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// dir holds a file for each language: its texts by the English ones.
const dir = "assets/translations"

func main() {
	lack, err := update(".")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, l := range lack {
		fmt.Println(l)
	}
	if len(lack) > 0 {
		os.Exit(1)
	}
}

// update writes the files anew and returns what is still to be translated, a line each.
func update(root string) (lack []string, err error) {
	found, err := texts(root)
	if err != nil {
		return nil, err
	}
	english := map[string]string{}
	for text := range found {
		english[text] = text
	}
	if err := write(filepath.Join(root, dir, "en.json"), english); err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(root, dir, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		language := strings.TrimSuffix(filepath.Base(f), ".json")
		if language == "en" {
			continue
		}
		have, err := read(f)
		if err != nil {
			return nil, err
		}
		maps.DeleteFunc(have, func(text, _ string) bool { return english[text] == "" })
		if err := write(f, have); err != nil {
			return nil, err
		}
		for _, text := range slices.Sorted(maps.Keys(english)) {
			if have[text] == "" {
				lack = append(lack, fmt.Sprintf("%s: %s: %q", language, found[text], text))
			}
		}
	}
	return lack, nil
}

func read(file string) (map[string]string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	return all, nil
}

// write sorts by the English text, so that a change shows as a line.
func write(file string, all map[string]string) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "\t")
	if err := e.Encode(all); err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}
