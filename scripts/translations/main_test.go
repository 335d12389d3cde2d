package main

import (
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

var languages = []string{"de", "en", "es", "fr", "zh-Hans"}

// place is where something is put in: a {{.Name}}, or a verb of a format.
var place = regexp.MustCompile(`{{\.\w+}}|%(\[\d+\])?[a-z]`)

// TestLanguagesAreComplete: every text for people is in every language, nothing else is, and what is put into a text
// is put into its translations.
func TestLanguagesAreComplete(t *testing.T) {
	found, err := texts(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 1000 {
		t.Fatalf("only %d texts were found", len(found))
	}
	for _, language := range languages {
		t.Run(language, func(t *testing.T) {
			have, err := read(filepath.Join(root, dir, language+".json"))
			if err != nil {
				t.Fatal(err)
			}
			for text, at := range found {
				switch to := have[text]; {
				case to == "":
					t.Errorf("%s: %q isn't there (`make translations` lists what is missing)", at, text)
				case !slices.Equal(places(text), places(to)):
					t.Errorf("%s: %q has other places than %q", at, to, text)
				case strings.TrimSpace(to) != to && strings.TrimSpace(text) == text:
					t.Errorf("%s: %q begins or ends with a space", at, to)
				case language == "en" && to != text:
					t.Errorf("%s: %q is %q in English", at, text, to)
				}
			}
			for text := range have {
				if found[text] == "" {
					t.Errorf("%q is no text of the program any more (`make translations` takes it out)", text)
				}
			}
		})
	}
}

// places returns what is put into a text, in the order of the English one.
func places(text string) []string {
	all := map[string]int{}
	n := 0
	for _, p := range place.FindAllString(text, -1) {
		if strings.HasPrefix(p, "%") {
			n++
			if i := strings.Index(p, "]"); i > 0 {
				p = "%" + p[2:i] + p[i+1:]
			} else {
				p = "%" + string(rune('0'+n)) + p[1:]
			}
		}
		all[p]++
	}
	return slices.Sorted(maps.Keys(all))
}
