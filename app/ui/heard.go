package ui

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"fyne.io/fyne/v2/lang"

	"lanyard/assets"
)

// The node speaks English: to the log, to scripts and to Lanyards of other versions, whose sentences come here as they are. The
// window knows them again by their formats, which stand in the translations beside its own texts, and says them in the person's
// language. What it doesn't know stays English.

// heardDepth is how deep one sentence may stand in another, as its reason.
const heardDepth = 4

// leastLetters is how much of a format must be fixed, so that it doesn't take a sentence for its own that is another's.
const leastLetters = 6

// mostLately bounds the texts that are kept translated.
const mostLately = 500

// verb is a place in a format.
var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[a-z]`)

// phrase is a format of the node's, as an expression that finds what was put into it.
type phrase struct {
	format string
	match  *regexp.Regexp
	fixed  int // letters
}

// phrases are what the node may say: sentences as they are, and formats, those with the most letters first.
var phrases = sync.OnceValues(func() (map[string]bool, []phrase) {
	whole, formats := map[string]bool{}, []phrase{}
	var english map[string]string
	data, err := assets.Translations.ReadFile(assets.TranslationsDir + "/en.json")
	if err != nil || json.Unmarshal(data, &english) != nil {
		return whole, nil // a build with broken files: everything stays English
	}
	for text := range english {
		switch {
		case strings.Contains(text, "{{"):
		case !verb.MatchString(text):
			if strings.Count(text, " ") >= 2 { // a name that is one of the window's words is a name
				whole[text] = true
			}
		default:
			if p := newPhrase(text); p.fixed >= leastLetters {
				formats = append(formats, p)
			}
		}
	}
	slices.SortFunc(formats, func(a, b phrase) int {
		if a.fixed != b.fixed {
			return b.fixed - a.fixed
		}
		return strings.Compare(a.format, b.format)
	})
	return whole, formats
})

func newPhrase(format string) phrase {
	p := phrase{format: format}
	var b strings.Builder
	b.WriteString(`(?s)^`)
	end := 0
	for _, at := range verb.FindAllStringIndex(format, -1) {
		b.WriteString(regexp.QuoteMeta(format[end:at[0]]))
		switch format[at[1]-1] {
		case 'd':
			b.WriteString(`(-?\d+)`)
		case 'q':
			b.WriteString(`("(?:[^"\\]|\\.)*")`)
		default:
			b.WriteString(`(.*?)`)
		}
		p.fixed += at[0] - end
		end = at[1]
	}
	p.fixed += len(format) - end
	b.WriteString(regexp.QuoteMeta(format[end:]) + `$`)
	p.match = regexp.MustCompile(b.String())
	return p
}

// lately keeps what was heard, since rows say the same thing again and again.
var lately = struct {
	sync.Mutex
	texts map[string]string
}{texts: map[string]string{}}

// heard says a text of the node in the person's language.
func heard(text string) string {
	if text == "" || spoken() == "en" {
		return text
	}
	lately.Lock()
	defer lately.Unlock()
	said, ok := lately.texts[text]
	if !ok {
		said = hear(text, heardDepth)
		if len(lately.texts) >= mostLately {
			clear(lately.texts)
		}
		lately.texts[text] = said
	}
	return said
}

func hear(text string, deep int) string {
	whole, formats := phrases()
	if whole[text] {
		return lang.L(text)
	}
	if said := part(text); said != "" {
		return said
	}
	if deep == 0 {
		return text
	}
	for _, p := range formats {
		if found := p.match.FindStringSubmatch(text); found != nil {
			return fill(lang.L(p.format), found[1:], deep-1)
		}
	}
	return text
}

// span is a time in the node's sentences.
var span = regexp.MustCompile(`^(\d{1,6}) (minute|hour|day|year)s$`)

// part is one of the few words that the node puts into its sentences, or "".
func part(text string) string {
	switch text {
	case "this PC":
		return tr("this PC")
	case "fast":
		return tr("fast")
	case "slow":
		return tr("slow")
	}
	found := span.FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	n, _ := strconv.Atoi(found[1])
	switch found[2] {
	case "minute":
		return trn("{{.N}} minute", "{{.N}} minutes", n)
	case "hour":
		return trn("{{.N}} hour", "{{.N}} hours", n)
	case "day":
		return trn("{{.N}} day", "{{.N}} days", n)
	}
	return trn("{{.N}} year", "{{.N}} years", n)
}

// fill puts what was found into a translated format. What is a sentence itself is translated too.
func fill(format string, found []string, deep int) string {
	next := 0
	return verb.ReplaceAllStringFunc(format, func(v string) string {
		i := next
		next++
		if number := verb.FindStringSubmatch(v)[1]; number != "" {
			i, _ = strconv.Atoi(number)
			i--
		}
		if i < 0 || i >= len(found) {
			return v
		}
		return hear(found[i], deep)
	})
}

// told is a text of the node as a sentence of its own: in the person's language, and safe to show.
func told(text string) string { return plain(sentence(heard(text))) }
