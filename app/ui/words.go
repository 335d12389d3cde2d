package ui

import (
	"fyne.io/fyne/v2/lang"
)

// tr returns a text in the person's language. English texts are the keys. pairs are names and values for the
// {{.Name}} places in it.
func tr(text string, pairs ...string) string {
	if len(pairs) == 0 {
		return lang.L(text)
	}
	return lang.L(text, placed(pairs))
}

// trn is tr for a count: one is used for 1, many for the rest; {{.N}} is the count.
func trn(one, many string, n int, pairs ...string) string {
	values := placed(pairs)
	values["N"] = formatCount(n)
	if n == 1 {
		return lang.L(one, values)
	}
	return lang.L(many, values)
}

func placed(pairs []string) map[string]string {
	values := make(map[string]string, len(pairs)/2+1)
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return values
}
